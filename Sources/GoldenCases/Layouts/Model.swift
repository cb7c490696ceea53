import Layers

/// What a case computes: one framework's layer with its configuration.
public enum Model: Sendable {
  case keras(KerasLayer)
  case tensorflow(TensorFlowCell)
  case pytorch(PyTorchLayer)
  case onnx(ONNXNode)
  case mxnet(MXNetLayer)

  package init(layout: Framework, layer: Node, config: Node) throws(CaseError) {
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

  /// Every input and output tensor, for an `x` of this shape.
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
    return Array(nodes)
  }
}

extension Members {
  func units() throws(CaseError) -> Int { try required("units").integer(in: Bounds.size) }
}
