/// An exercise as its master file states it: the task, the solution, typical mistakes and the cases of its check.
///
/// The student's file, the page and the check are all made from it.
public struct Exercise: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Write a function.
    case compute
    /// Answer in numbers or words before anything runs.
    case predict
    /// Mend a program that has one mistake.
    case find
    /// Find numbers that make a network do something.
    case experiment
  }

  /// One value that the check compares: its name, its axes, and the equation or unit that explains it.
  public struct Answer: Sendable, Equatable {
    public let name: String
    /// As `["step", "unit"]`; empty for a single number or a word.
    public let axes: [String]
    public let meaning: String
  }

  /// A typical mistake: what it is, as a sentence without a full stop, and the lines of the solution that it changes.
  public struct Fault: Sendable, Equatable {
    public struct Change: Sendable, Equatable {
      public let line: String
      public internal(set) var replacement: [String]
    }
    public let name: String
    public internal(set) var changes: [Change]
    /// Whether this is the mistake in the program that the student receives.
    public let isDelivered: Bool
  }

  /// The folder of the chapter, as in `lstm`.
  public let chapter: String
  /// The place within the chapter, from 1.
  public let number: Int
  /// The words of the file's name after the number, as in `one-step`.
  public let slug: String
  public internal(set) var kind = Kind.compute
  public internal(set) var title = ""
  public internal(set) var goal = ""
  public internal(set) var minutes = 0
  public internal(set) var hints: [String] = []
  public internal(set) var answers: [Answer] = []
  public internal(set) var faults: [Fault] = []
  /// Decimals to which numbers are compared; `nil` compares all digits.
  public internal(set) var decimals: Int?
  var cases: [CaseShape] = []
  /// The text between the directives and the check, with both the solution and the starter.
  var body: [String] = []
  /// The function that calls the student's code.
  var check: [String] = []

  init(chapter: String, number: Int, slug: String) {
    (self.chapter, self.number, self.slug) = (chapter, number, slug)
  }

  /// As in `lstm/2`.
  public var id: String { "\(chapter)/\(number)" }
  /// As in `2-one-step.swift`.
  public var fileName: String { "\(number)-\(slug).swift" }
}

/// What is wrong with a master file, a command line or the machine: a message that names the place.
public struct GradingError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
