/// An implementation has no such layer or option.
public struct Unsupported: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
