import Layers

/// A layer or cell of `torch.nn`, with `batch_first=True`.
public struct PyTorchLayer: Sendable {
  public var kind: CellKind
  /// `RNNCell`, `LSTMCell` or `GRUCell`, applied step by step.
  public var isCell: Bool
  public var units: Int
  public var activation = Activation.tanh
  public var bias = true
  public var layerCount = 1
  public var bidirectional = false
  /// The size of a projected hidden state; 0 for none.
  public var projectionSize = 0

  public var directions: Int { bidirectional ? 2 : 1 }
  /// The size of the hidden state.
  public var outputSize: Int { projectionSize > 0 ? projectionSize : units }

  /// A layer or cell by its name.
  static let names: [(name: String, value: (kind: CellKind, isCell: Bool))] =
    Framework.pytorch.cellKinds.flatMap { kind in
      [(name: kind.identifier, value: (kind, false)), (name: kind.cellIdentifier, value: (kind, true))]
    }
}

// MARK: Reading

extension PyTorchLayer {
  init(layer: Node, config: Node) throws(CaseError) {
    (kind, isCell) = try layer.choice(of: Self.names, what: "a PyTorch layer")
    var keys = ["units", "bias"]
    keys.append(kind.isGated ? "gate_order" : "nonlinearity")
    if !isCell { keys += ["num_layers", "bidirectional"] }
    if kind == .lstm, !isCell { keys += ["proj_size"] }
    let members = try config.object(keys)
    units = try members.units()
    activation = try members.activation("nonlinearity", default: .tanh)
    if let node = members["nonlinearity"], activation != .tanh, activation != .relu {
      throw node.error(expected: "tanh or relu")
    }
    bias = try members.bool("bias", default: true)
    layerCount = try members["num_layers"]?.integer(in: Bounds.layers) ?? 1
    bidirectional = try members.bool("bidirectional", default: false)
    if let node = members["proj_size"] {
      projectionSize = try node.integer(in: 0...units)
      if projectionSize == units { throw node.error(expected: "a projection smaller than the \(units) units") }
    }
    try members["gate_order"]?.requireGateOrder(Framework.pytorch.gateOrder(of: kind))
  }
}

// MARK: Signature

extension PyTorchLayer {
  func signature(x: [Int]) throws(ShapeProblem) -> Signature {
    let shape = try SequenceShape(x)
    let (N, T) = (shape.samples, shape.steps)
    var signature = Signature()
    signature.sampleCount = N
    signature.inputs = [TensorSpec("x", x, [.sample, .step, .feature])]
    signature.weights = weights(features: shape.features)
    if !isCell { signature.lengths = 1...T }
    for layer in 0..<layerCount {
      for direction in ["", "_reverse"].prefix(directions) {
        let prefix = layerCount * directions == 1 ? "" : "l\(layer)\(direction)/"
        signature.addSteps(stepCell, prefix: prefix, steps: T, stage: layer)
      }
    }
    // Behind the layers, and behind both directions of one.
    let last = layerCount * directions == 1 ? 0 : layerCount
    let width = isCell ? units : directions * outputSize
    signature.outputs.append(TensorSpec("outputs", [N, T, width], [.sample, .step, .unit], stage: last))
    for state in kind.stateNames {
      let size = state == "h" ? outputSize : units
      if isCell {
        signature.addState(state, [N, size], [.sample, .unit], stage: 0)
      } else {
        signature.addState(state, [layerCount * directions, N, size], [.direction, .sample, .unit], stage: last)
      }
    }
    return signature
  }

  private var stepCell: StepCell {
    StepCell(
      framework: .pytorch, kind: kind, units: units, projection: projectionSize > 0 ? projectionSize : nil,
      hasBias: bias, function: kind.isGated ? "tanh" : activation.symbol)
  }

  private func weights(features: Int) -> [TensorSpec] {
    let rows = kind.gateCount * units
    guard !isCell else { return weights(suffix: "", rows: rows, inputs: features) }
    var weights: [TensorSpec] = []
    for layer in 0..<layerCount {
      let inputs = layer == 0 ? features : directions * outputSize
      for direction in ["", "_reverse"].prefix(directions) {
        weights += self.weights(suffix: "_l\(layer)\(direction)", rows: rows, inputs: inputs)
      }
    }
    return weights
  }

  private func weights(suffix: String, rows: Int, inputs: Int) -> [TensorSpec] {
    var weights: [TensorSpec] = [
      .weight("weight_ih" + suffix, [rows, inputs]), .weight("weight_hh" + suffix, [rows, outputSize]),
    ]
    if bias { weights += [.weight("bias_ih" + suffix, [rows]), .weight("bias_hh" + suffix, [rows])] }
    if projectionSize > 0 { weights.append(.weight("weight_hr" + suffix, [projectionSize, units])) }
    return weights
  }
}
