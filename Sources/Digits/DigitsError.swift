/// What is wrong with a file of digits: which file, what was expected and what was found.
public struct DigitsError: Error, Equatable, CustomStringConvertible {
  public let file: String
  public let expected: String
  public let found: String

  public init(file: String, expected: String, found: String) {
    self.file = file
    self.expected = expected
    self.found = found
  }

  public var description: String { "\(file): expected \(expected), found \(found)" }
}
