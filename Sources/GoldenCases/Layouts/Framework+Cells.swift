import Layers

extension Framework {
  /// The kinds of cell that this framework has.
  var cellKinds: [CellKind] { CellKind.allCases.filter { layout(of: $0) != nil } }

  /// The gates in the order in which this framework stores their blocks.
  package func gateOrder(of kind: CellKind) -> [Gate] {
    let kernels = layout(of: kind)?.entries.filter { $0.parts.contains(.kernel) } ?? []
    return kernels.flatMap(\.gates)
  }

  /// The layout of a plain cell; nil where this framework has no such cell.
  ///
  /// TensorFlow 1's GRU applies its reset gate before the recurrent product, and has no other.
  private func layout(of kind: CellKind) -> WeightLayout? {
    try? WeightLayout(self, kind, WeightFeatures(resetAfter: self != .tensorflow1))
  }
}

extension CellKind {
  /// The name of a cell that is applied step by step, in golden files: `rnn_cell`, `lstm_cell`, `gru_cell`.
  var cellIdentifier: String { self == .simpleRNN ? "rnn_cell" : identifier + "_cell" }

  /// Whether it has gates, and not a single block alone.
  var isGated: Bool { gateCount > 1 }
}

extension Activation {
  /// The activations by the names that a case of Keras, TensorFlow 1, PyTorch or MXNet has for them.
  static let names: [(name: String, value: Activation)] = [
    ("linear", .linear), ("tanh", .tanh), ("sigmoid", .sigmoid), ("relu", .relu), ("elu", .elu(alpha: 1)),
    ("softsign", .softsign), ("softmax", .softmax), ("hard_sigmoid", .kerasHardSigmoid),
  ]

  /// As an equation writes it; empty for the identity.
  var symbol: String {
    switch self {
    case .linear: ""
    case .tanh: "tanh"
    case .sigmoid: "σ"
    case .relu: "relu"
    case .softsign: "softsign"
    case .softplus: "softplus"
    case .softmax: "softmax"
    case .elu: "elu"
    case .hardSigmoid: "hard_sigmoid"
    case .affine: "affine"
    case .leakyRelu: "leaky_relu"
    case .thresholdedRelu: "thresholded_relu"
    case .scaledTanh: "scaled_tanh"
    }
  }
}

// MARK: Reading

extension Node {
  /// One of some values, each by its name.
  func choice<Value>(of choices: [(name: String, value: Value)], what: String) throws(CaseError) -> Value {
    guard case .string(let text) = json.value, let choice = choices.first(where: { $0.name == text }) else {
      throw error(expected: "\(what) (one of \(choices.map(\.name).joined(separator: ", ")))")
    }
    return choice.value
  }

  /// Fails unless the list of gate names, where a case gives one, is the framework's own order.
  func requireGateOrder(_ gates: [Gate]) throws(CaseError) {
    let order = gates.map(\.rawValue)
    var names: [String] = []
    for node in try list("a list of gate names") { names.append(try node.string()) }
    guard names == order else { throw error(expected: "the gate order \(order.joined(separator: " ")) of this layer") }
  }
}

extension Members {
  func activation(_ key: String, default value: Activation) throws(CaseError) -> Activation {
    try self[key]?.choice(of: Activation.names, what: "an activation") ?? value
  }
}
