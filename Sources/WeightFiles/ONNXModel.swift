import Safetensors

/// The part of an ONNX model that holds weights: the nodes of its graph, and its constant tensors.
///
/// | Message          | Fields read                                                                             |
/// |------------------|-----------------------------------------------------------------------------------------|
/// | `ModelProto`     | 1 `ir_version`, 7 `graph`                                                               |
/// | `GraphProto`     | 1 `node`, 5 `initializer`                                                               |
/// | `NodeProto`      | 1 `input`, 2 `output`, 3 `name`, 4 `op_type`, 5 `attribute`                             |
/// | `AttributeProto` | 1 `name`, 2 `f`, 3 `i`, 4 `s`, 5 `t`, 7 `floats`, 8 `ints`, 9 `strings`                 |
/// | `TensorProto`    | 1 `dims`, 2 `data_type`, 4 5 7 9 10 11 data, 8 `name`, 14 `data_location`               |
///
/// Source: onnx/onnx.proto of ONNX.
public struct ONNXModel: Sendable {
  public struct Attribute: Sendable {
    public var float: Float?
    public var integer: Int?
    public var text: String?
    public var floats: [Float] = []
    public var texts: [String] = []
    var tensor: StoredTensor?
  }

  public struct Node: Sendable {
    public var name: String
    public var type: String
    public var inputs: [String]
    public var outputs: [String]
    public var attributes: [String: Attribute]
  }

  public private(set) var nodes: [Node] = []
  /// Constant tensors by their names, in the order of the file.
  public private(set) var constants: [(name: String, tensor: StoredTensor)] = []
  /// Tensors that cannot be read here, each with the reason.
  public private(set) var unread: [String: String] = [:]

  /// Whether bytes have the outline of a model.
  static func isModel(_ bytes: [UInt8]) -> Bool {
    guard let model = ProtobufMessage(bytes[...]), let graph = model.parts(7).last else { return false }
    return (model.integers(1)?.isEmpty == false || model.parts(8).isEmpty == false) && ProtobufMessage(graph) != nil
  }

  /// - Throws: `SafetensorsError` naming the file and what is damaged.
  public init(_ bytes: [UInt8], file: String) throws(SafetensorsError) {
    guard let model = ProtobufMessage(bytes[...]), let part = model.parts(7).last, let graph = ProtobufMessage(part)
    else { throw SafetensorsError(file: file, expected: "an ONNX model with a graph", received: "something else") }
    for part in graph.parts(5) { try add(tensor: part, named: nil, file) }
    for part in graph.parts(1) {
      guard let node = ProtobufMessage(part).flatMap({ Self.node($0) }) else {
        throw SafetensorsError(file: file, expected: "a node of an ONNX graph", received: "damaged data")
      }
      nodes.append(node)
      guard let output = node.outputs.first else { continue }
      if node.type == "Constant", let tensor = node.attributes["value"]?.tensor {
        constants.append((output, tensor))
      } else if node.type == "Identity", let source = constants.first(where: { $0.name == node.inputs.first }) {
        constants.append((output, source.tensor))
      }
    }
  }

  public func constant(_ name: String) -> StoredTensor? { constants.first { $0.name == name }?.tensor }

  private mutating func add(tensor part: ArraySlice<UInt8>, named: String?, _ file: String) throws(SafetensorsError) {
    guard let message = ProtobufMessage(part) else {
      throw SafetensorsError(file: file, expected: "a tensor of an ONNX graph", received: "damaged data")
    }
    let name = named ?? message.text(8) ?? ""
    switch Self.tensor(message) {
    case .success(let tensor): constants.append((name, tensor))
    case .failure(let reason): unread[name] = reason.text
    }
  }

  private struct Reason: Error { var text: String }

  private static func node(_ message: ProtobufMessage) -> Node? {
    var node = Node(
      name: message.text(3) ?? "", type: message.text(4) ?? "", inputs: message.texts(1), outputs: message.texts(2),
      attributes: [:])
    for part in message.parts(5) {
      guard let own = ProtobufMessage(part), let name = own.text(1) else { return nil }
      var attribute = Attribute()
      attribute.float = own.floats(2).last
      attribute.integer = own.integers(3)?.last.map(Int.init)
      attribute.text = own.text(4)
      attribute.floats = own.floats(7)
      attribute.texts = own.texts(9)
      if let part = own.parts(5).last, let tensor = ProtobufMessage(part), case .success(let read) = Self.tensor(tensor)
      {
        attribute.tensor = read
      }
      node.attributes[name] = attribute
    }
    return node
  }

  /// `data_type` of a tensor: which type, and the field that holds its numbers where `raw_data` does not.
  private static let types: [Int64: (type: ElementType, field: Int)] = [
    1: (.float32, 4), 2: (.uint8, 5), 3: (.int8, 5), 4: (.uint16, 5), 5: (.int16, 5), 6: (.int32, 5), 7: (.int64, 7),
    9: (.bool, 5), 10: (.float16, 5), 11: (.float64, 10), 12: (.uint32, 11), 13: (.uint64, 11), 16: (.bfloat16, 5),
  ]

  private static func tensor(_ message: ProtobufMessage) -> Result<StoredTensor, Reason> {
    guard (message.integers(14)?.last ?? 0) == 0 else {
      return .failure(Reason(text: "lies in another file: onnx.save(onnx.load(PATH), NEW) joins them"))
    }
    let number = message.integers(2)?.last ?? 0
    guard let (type, field) = types[number] else { return .failure(Reason(text: "has data_type \(number)")) }
    guard let dims = message.integers(1), dims.allSatisfy({ $0 >= 0 }) else {
      return .failure(Reason(text: "has a damaged shape"))
    }
    let shape = dims.map(Int.init)
    var count = type.size
    for length in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: length)
      guard !overflows else { return .failure(Reason(text: "has the shape \(shape)")) }
      count = product
    }
    var bytes = Array(message.parts(9).last ?? [])
    if bytes.isEmpty {
      switch field {
      case 4: bytes = message.fixedBytes(4, size: 4)
      case 10: bytes = message.fixedBytes(10, size: 8)
      default:
        bytes = (message.integers(field) ?? []).flatMap { value in
          (0..<type.size).map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
        }
      }
    }
    guard bytes.count == count else {
      return .failure(Reason(text: "has \(bytes.count) bytes, and its shape \(shape) takes \(count)"))
    }
    return .success(StoredTensor(type: type, shape: shape, bytes: bytes))
  }
}
