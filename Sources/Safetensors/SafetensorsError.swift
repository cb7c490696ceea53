import TextLayout

/// What is wrong with a safetensors file: which file, which tensor, what was expected and what was received.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  public let file: String
  /// The tensor that is wrong, or nothing where the file as a whole is.
  public let tensor: String?
  public let expected: String
  public let received: String

  public init(file: String, tensor: String? = nil, expected: String, received: String) {
    self.file = file
    self.tensor = tensor
    self.expected = expected
    self.received = received
  }

  public var description: String {
    let place = tensor.map { "\(file): tensor \(quoted($0))" } ?? file
    return printable("\(place): expected \(expected), received \(received)")
  }
}
