import TextLayout

/// A file that is not a file of cases: where, what was expected, what was found.
///
///     lstm.json:14:9: case "tiny": cases[0].weights.kernel.data: expected 24 numbers for [2, 12], found 23
///
public struct CaseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as the user named it.
  public let file: String
  /// Line and column (both from 1) of the value in question; nil when the file could not be read at all.
  public let line: Int?
  public let column: Int?
  /// The name of the case, as far as it was read.
  public let caseName: String?
  /// The way to the value, such as `cases[3].weights.kernel.data`; empty for the file as a whole.
  public let keyPath: String
  public let expected: String
  public let found: String

  public init(
    file: String, line: Int? = nil, column: Int? = nil, caseName: String? = nil, keyPath: String = "", expected: String,
    found: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.caseName = caseName
    self.keyPath = keyPath
    self.expected = expected
    self.found = found
  }

  /// What is wrong with a file that is no JSON.
  public init(file: String, _ error: JSONError) {
    self.init(
      file: file, line: error.line, column: error.column, expected: "JSON (\(error.expected))", found: error.found)
  }

  public var description: String {
    var place = file
    if let line, let column { place += ":\(line):\(column)" }
    if let caseName { place += ": case \"\(caseName)\"" }
    if !keyPath.isEmpty { place += ": \(keyPath)" }
    return printable("\(place): expected \(expected), found \(found)")
  }
}

/// What is wrong with some files of cases: the first errors, and how many there are.
public struct CaseErrors: Error, Equatable, Sendable, CustomStringConvertible {
  /// How many errors are kept; of the others the number is enough.
  public static let mostKept = 10

  /// The first errors, at most `mostKept`.
  public private(set) var errors: [CaseError]
  /// How many errors there are.
  public private(set) var count: Int

  public init(_ errors: [CaseError] = []) {
    self.errors = Array(errors.prefix(Self.mostKept))
    count = errors.count
  }

  public var isEmpty: Bool { count == 0 }

  public mutating func append(_ error: CaseError) {
    if errors.count < Self.mostKept { errors.append(error) }
    count += 1
  }

  public mutating func append(_ others: CaseErrors) {
    errors += others.errors.prefix(Self.mostKept - errors.count)
    count += others.count
  }

  public var description: String {
    let lines = errors.map(\.description)
    let rest = count - errors.count
    return (rest > 0 ? lines + ["and \(rest) more"] : lines).joined(separator: "\n")
  }
}
