/// A shape that does not fit: what was checked, the shape that was expected and the one that was received.
public struct ShapeError: Error, Equatable, CustomStringConvertible {
  /// What was checked.
  public let subject: String
  /// The expected shape, one entry for each axis; a name such as `"B"` stands for any length.
  public let expected: String
  public let received: [Int]

  public init(_ subject: String, expected: String, received: [Int]) {
    self.subject = subject
    self.expected = expected
    self.received = received
  }

  public var description: String { "\(subject): expected shape \(expected), received \(received)" }
}

extension Tensor {
  /// Throws a `ShapeError` unless the shape is `expected`, where `nil` stands for any length.
  public func requireShape(_ expected: [Int?], _ subject: @autoclosure () -> String) throws {
    let fits = shape.count == expected.count && zip(shape, expected).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let wanted = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw ShapeError(subject(), expected: "[\(wanted)]", received: shape)
    }
  }
}
