import TextLayout

/// Why a file was not written or read: its path, what was expected there, and the reason.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  public let expected: String
  /// What the system says, as "No space left on device".
  public let reason: String

  init(_ path: String, expected: String = "a file that can be written", reason: String) {
    self.path = path
    self.expected = expected
    self.reason = reason
  }

  public var description: String { printable("\(path): expected \(expected), received \"\(reason)\"") }
}
