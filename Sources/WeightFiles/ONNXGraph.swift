import Safetensors

/// An ONNX graph being written: nodes, constant tensors, inputs and outputs.
public struct ONNXGraph: Sendable {
  public enum Attribute: Sendable {
    case integer(Int)
    case float(Float)
    case floats([Float])
    case integers([Int])
    case text(String)
    case texts([String])
  }

  /// A length that has a name instead of a number.
  public enum Length: Sendable {
    case fixed(Int)
    case named(String)
  }

  private var graph = ProtobufWriter()

  public init() {}

  public mutating func add(
    _ type: String, name: String, inputs: [String], outputs: [String], _ attributes: [(String, Attribute)] = []
  ) {
    graph.message(1) { node in
      for input in inputs { node.text(1, input) }
      for output in outputs { node.text(2, output) }
      node.text(3, name)
      node.text(4, type)
      for (name, value) in attributes { node.message(5) { Self.write(value, name, into: &$0) } }
    }
  }

  public mutating func add(constant tensor: StoredTensor, name: String) {
    graph.message(5) { message in
      for length in tensor.shape { message.number(1, length) }
      message.number(2, Self.dataType(tensor.type))
      message.text(8, name)
      message.data(9, tensor.bytes)
    }
  }

  public mutating func add(input name: String, _ type: ElementType, _ shape: [Length]) { value(11, name, type, shape) }
  public mutating func add(output name: String, _ type: ElementType, _ shape: [Length]) { value(12, name, type, shape) }

  /// The bytes of a model with this graph.
  public func model(operatorSet: Int = 14) -> [UInt8] {
    var own = graph
    own.text(2, "recurrent")
    var model = ProtobufWriter()
    model.number(1, 8)
    model.text(2, "unrolled")
    model.data(7, own.bytes)
    model.message(8) {
      $0.text(1, "")
      $0.number(2, operatorSet)
    }
    return model.bytes
  }

  private mutating func value(_ field: Int, _ name: String, _ type: ElementType, _ shape: [Length]) {
    graph.message(field) { info in
      info.text(1, name)
      info.message(2) { type_ in
        type_.message(1) { tensor in
          tensor.number(1, Self.dataType(type))
          tensor.message(2) { dimensions in
            for length in shape {
              dimensions.message(1) { dimension in
                switch length {
                case .fixed(let number): dimension.number(1, number)
                case .named(let name): dimension.text(2, name)
                }
              }
            }
          }
        }
      }
    }
  }

  private static func write(_ value: Attribute, _ name: String, into message: inout ProtobufWriter) {
    message.text(1, name)
    let type: Int
    switch value {
    case .float(let number): (type, _) = (1, message.float(2, number))
    case .integer(let number): (type, _) = (2, message.number(3, number))
    case .text(let text): (type, _) = (3, message.text(4, text))
    case .floats(let numbers): (type, _) = (6, numbers.forEach { message.float(7, $0) })
    case .integers(let numbers): (type, _) = (7, numbers.forEach { message.number(8, $0) })
    case .texts(let texts): (type, _) = (8, texts.forEach { message.text(9, $0) })
    }
    message.number(20, type)
  }

  private static func dataType(_ type: ElementType) -> Int {
    switch type {
    case .float32: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .bool: 9
    case .float16: 10
    case .float64: 11
    case .uint32: 12
    case .uint64: 13
    case .bfloat16: 16
    }
  }
}
