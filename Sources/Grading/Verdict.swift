/// What a check found.
public struct Verdict: Equatable, Sendable {
  public enum State: String, Sendable {
    case notBegun = "not begun"
    case fails
    case passes
  }

  public let state: State
  /// The mistake by its name, a sentence without a full stop; `nil` where it has none.
  public let fault: String?
  /// What else there is to say, a paragraph each.
  public let details: [String]

  init(_ state: State, fault: String? = nil, _ details: [String] = []) {
    (self.state, self.fault, self.details) = (state, fault, details)
  }

  /// The paragraphs that a student reads.
  public func text(for exercise: Exercise) -> [String] {
    let head =
      switch state {
      case .notBegun: "\(exercise.id) is not begun: \(exercise.title)."
      case .fails: "\(exercise.id) does not pass yet."
      case .passes: "\(exercise.id) passes: \(exercise.title)."
      }
    return [head] + (fault.map { ["The mistake has a name: \($0)."] } ?? []) + details
  }
}
