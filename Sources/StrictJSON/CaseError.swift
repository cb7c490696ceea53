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

  public var description: String {
    var place = file
    if let line, let column { place += ":\(line):\(column)" }
    if let caseName { place += ": case \"\(caseName)\"" }
    if !keyPath.isEmpty { place += ": \(keyPath)" }
    return "\(place): expected \(expected), found \(found)"
  }
}

/// All that is wrong with some files of cases.
public struct CaseErrors: Error, Equatable, Sendable, CustomStringConvertible {
  public let errors: [CaseError]

  public init(_ errors: [CaseError]) { self.errors = errors }

  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
