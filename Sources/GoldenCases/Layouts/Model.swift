import Layers

/// The frameworks whose names, axes and gate orders a case may use.
public enum Layout: String, CaseIterable, Sendable {
  case keras, tensorflow1, pytorch, onnx, mxnet
}

/// The recurrent layers as Keras, PyTorch, ONNX and MXNet's fused layers name them.
enum RecurrentName: String, CaseIterable {
  case simpleRNN = "simple_rnn"
  case lstm, gru

  var kind: CellKind {
    switch self {
    case .simpleRNN: .simpleRNN
    case .lstm: .lstm
    case .gru: .gru
    }
  }
}

extension CellKind {
  /// The gates in processing order, and none for a layer that has a single block.
  var gateNames: [String] { self == .simpleRNN ? [] : gates.map(\.rawValue) }
}

/// The activations that a case can name; `hard_sigmoid` is Keras 3's `clip(x + 3, 0, 6) / 6`.
public enum CaseActivation: String, CaseIterable, Sendable {
  case linear, tanh, sigmoid, relu, elu, softsign, softmax
  case hardSigmoid = "hard_sigmoid"
}

/// What a case computes: one framework's layer with its configuration.
public enum Model: Sendable {
  case keras(KerasLayer)
  case tensorflow(TensorFlowCell)
  case pytorch(PyTorchLayer)
  case onnx(ONNXNode)
  case mxnet(MXNetLayer)

  package init(layout: Layout, layer: Node, config: Node) throws(CaseError) {
    switch layout {
    case .keras: self = .keras(try KerasLayer(layer: layer, config: config))
    case .tensorflow1: self = .tensorflow(try TensorFlowCell(layer: layer, config: config))
    case .pytorch: self = .pytorch(try PyTorchLayer(layer: layer, config: config))
    case .onnx: self = .onnx(try ONNXNode(layer: layer, config: config))
    case .mxnet: self = .mxnet(try MXNetLayer(layer: layer, config: config))
    }
  }

  /// The number of entries of the table that `x` looks up; nil when `x` is made of real numbers.
  package var vocabulary: Int? {
    switch self {
    case .keras(let layer): layer.vocabulary
    case .mxnet(.biLSTMSort(let network)): network.vocabulary
    default: nil
    }
  }

  /// Every tensor that goes in and comes out, for an `x` of this shape.
  ///
  /// - Parameter weights: the names of the weights that are there.
  func signature(x: [Int], weights: Set<String>) throws(ShapeProblem) -> Signature {
    switch self {
    case .keras(let layer): try layer.signature(x: x)
    case .tensorflow(let cell): try cell.signature(x: x)
    case .pytorch(let layer): try layer.signature(x: x)
    case .onnx(let node): try node.signature(x: x, weights: weights)
    case .mxnet(let layer): try layer.signature(x: x)
    }
  }
}

/// An `x` that does not fit the layer.
struct ShapeProblem: Error {
  let expected: String
}

// MARK: Reading configurations

/// Bounds that keep every product of sizes far from overflow; no framework's case comes near them.
enum Bounds {
  static let size = 1...65_536
  static let layers = 1...64
}

extension Node {
  /// Fails unless the list of gate names, where a case gives one, is the layout's own.
  func gateOrder(_ order: [String]) throws(CaseError) {
    var names: [String] = []
    for node in try list("a list of gate names") { names.append(try node.string()) }
    guard names == order else { throw error(expected: "the gate order \(order.joined(separator: " ")) of this layer") }
  }

  /// A `{"layer": …, "config": …}` inside another configuration.
  func nested() throws(CaseError) -> (layer: Node, config: Node) {
    let members = try object(["layer", "config"])
    return (try members.required("layer"), try members.required("config"))
  }

  /// A list with at least one element.
  func nonEmptyList(_ what: String) throws(CaseError) -> [Node] {
    let nodes = try list("a list of \(what)")
    guard Bounds.layers.contains(nodes.count) else {
      throw error(
        expected: "\(Bounds.layers.lowerBound) to \(Bounds.layers.upperBound) \(what)", found: "\(nodes.count)")
    }
    return nodes
  }
}

extension Members {
  func units() throws(CaseError) -> Int { try required("units").integer(in: Bounds.size) }

  func activation(_ key: String, default value: CaseActivation) throws(CaseError) -> CaseActivation {
    try self[key]?.choice(CaseActivation.self, what: "an activation") ?? value
  }
}
