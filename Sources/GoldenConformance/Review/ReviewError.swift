/// Why numbers cannot be recorded or reviewed: the file or case, what was expected, what was received.
public struct ReviewError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
