import Layers

/// A cell of `tf.compat.v1.nn.rnn_cell`, applied step by step (or by `dynamic_rnn` where a case gives lengths).
public indirect enum TensorFlowCell: Sendable {
  case basicRNN(units: Int, activation: Activation)
  case lstm(TensorFlowLSTM)
  case gru(units: Int, activation: Activation)
  case multi([TensorFlowCell])

  enum Name: String, CaseIterable {
    case basicRNN = "basic_rnn_cell"
    case basicLSTM = "basic_lstm_cell"
    case lstm = "lstm_cell"
    case gru = "gru_cell"
    case multi = "multi_rnn_cell"
  }
}

/// `BasicLSTMCell`, or `LSTMCell` with its peepholes, clips and projection.
public struct TensorFlowLSTM: Sendable {
  public var units: Int
  public var activation = Activation.tanh
  public var forgetBias = 1.0
  public var stateIsTuple = true
  public var usePeepholes = false
  public var cellClip: Double?
  public var projection: Int?
  public var projectionClip: Double?

  /// The size of the hidden state.
  public var outputSize: Int { projection ?? units }
}

// MARK: Reading

extension TensorFlowCell {
  init(layer: Node, config: Node, nested: Bool = false) throws(CaseError) {
    switch try layer.choice(Name.self, what: "a TensorFlow 1 cell") {
    case .basicRNN:
      let members = try config.object(["units", "activation"])
      self = .basicRNN(units: try members.units(), activation: try members.activation("activation", default: .tanh))
    case .gru:
      let members = try config.object(["units", "activation", "gate_order"])
      try members["gate_order"]?.requireGateOrder(Framework.tensorflow1.gateOrder(of: .gru))
      self = .gru(units: try members.units(), activation: try members.activation("activation", default: .tanh))
    case .basicLSTM: self = .lstm(try TensorFlowLSTM(config, extended: false))
    case .lstm: self = .lstm(try TensorFlowLSTM(config, extended: true))
    case .multi:
      if nested { throw layer.error(expected: "a cell that is no multi_rnn_cell inside a multi_rnn_cell") }
      var cells: [TensorFlowCell] = []
      for node in try config.object(["cells"]).required("cells").nonEmptyList("cells") {
        let (layer, config) = try node.nested()
        cells.append(try TensorFlowCell(layer: layer, config: config, nested: true))
      }
      self = .multi(cells)
    }
  }
}

extension TensorFlowLSTM {
  init(_ config: Node, extended: Bool) throws(CaseError) {
    let keys = ["units", "activation", "forget_bias", "state_is_tuple", "gate_order"]
    let members = try config.object(
      extended ? keys + ["use_peepholes", "cell_clip", "num_proj", "proj_clip"] : keys)
    units = try members.units()
    activation = try members.activation("activation", default: .tanh)
    forgetBias = try members["forget_bias"]?.number() ?? 1
    stateIsTuple = try members.bool("state_is_tuple", default: true)
    usePeepholes = try members.bool("use_peepholes", default: false)
    cellClip = try Self.optional(members["cell_clip"]) { (node) throws(CaseError) in try node.number(above: 0) }
    projection = try Self.optional(members["num_proj"]) { (node) throws(CaseError) in
      try node.integer(in: Bounds.size)
    }
    projectionClip = try Self.optional(members["proj_clip"]) { (node) throws(CaseError) in try node.number(above: 0) }
    try members["gate_order"]?.requireGateOrder(Framework.tensorflow1.gateOrder(of: .lstm))
  }

  private static func optional<Value>(
    _ node: Node?, _ read: (Node) throws(CaseError) -> Value
  ) throws(CaseError) -> Value? {
    guard let node, !node.isNull else { return nil }
    return try read(node)
  }
}

// MARK: Signature

extension TensorFlowCell {
  /// The sizes of the states in the framework's order: c before h, or both joined.
  var stateSizes: [Int] {
    switch self {
    case .basicRNN(let units, _), .gru(let units, _): [units]
    case .lstm(let cell):
      cell.stateIsTuple ? [cell.units, cell.outputSize] : [cell.units + cell.outputSize]
    case .multi(let cells): cells.flatMap(\.stateSizes)
    }
  }

  var outputSize: Int {
    switch self {
    case .basicRNN(let units, _), .gru(let units, _): units
    case .lstm(let cell): cell.outputSize
    case .multi(let cells): cells.last?.outputSize ?? 0
    }
  }

  func signature(x: [Int]) throws(ShapeProblem) -> Signature {
    let shape = try SequenceShape(x)
    let N = shape.samples
    var signature = Signature()
    signature.sampleCount = N
    signature.lengths = 0...shape.steps
    signature.weights = weights(features: shape.features, prefix: "")
    signature.inputs = [TensorSpec("x", x, [.sample, .step, .feature])]
    addSteps("", shape.steps, &signature)
    signature.outputs.append(TensorSpec("outputs", [N, shape.steps, outputSize], [.sample, .step, .unit]))
    switch self {
    case .basicRNN, .gru: signature.addState("h", [N, outputSize], [.sample, .unit], stage: 0)
    case .lstm(let cell) where cell.stateIsTuple:
      signature.addState("c", [N, cell.units], [.sample, .unit], stage: 0)
      signature.addState("h", [N, cell.outputSize], [.sample, .unit], stage: 0)
    case .lstm, .multi: signature.addStateList(stateSizes, samples: N, stage: 0)
    }
    return signature
  }

  private func addSteps(_ prefix: String, _ steps: Int, _ signature: inout Signature) {
    let cell: StepCell
    switch self {
    case .basicRNN(let units, let activation):
      cell = StepCell(framework: .tensorflow1, kind: .simpleRNN, units: units, function: activation.symbol)
    case .gru(let units, let activation):
      cell = StepCell(
        framework: .tensorflow1, kind: .gru, units: units, resetAfter: false, function: activation.symbol)
    case .lstm(let lstm):
      let symbol = lstm.activation.symbol
      cell = StepCell(
        framework: .tensorflow1, kind: .lstm, units: lstm.units, projection: lstm.projection,
        peepholes: lstm.usePeepholes, forgetBias: lstm.forgetBias, function: symbol, outputFunction: symbol)
    case .multi(let cells):
      for (place, cell) in cells.enumerated() { cell.addSteps("\(place)/", steps, &signature) }
      return
    }
    signature.addSteps(cell, prefix: prefix, steps: steps)
  }

  private func weights(features m: Int, prefix: String) -> [TensorSpec] {
    switch self {
    case .basicRNN(let u, _):
      return [.weight(prefix + "kernel", [m + u, u]), .weight(prefix + "bias", [u])]
    case .gru(let u, _):
      return [
        .weight(prefix + "gates/kernel", [m + u, 2 * u]), .weight(prefix + "gates/bias", [2 * u]),
        .weight(prefix + "candidate/kernel", [m + u, u]), .weight(prefix + "candidate/bias", [u]),
      ]
    case .lstm(let cell):
      let u = cell.units
      var weights: [TensorSpec] = [
        .weight(prefix + "kernel", [m + cell.outputSize, 4 * u]), .weight(prefix + "bias", [4 * u]),
      ]
      if cell.usePeepholes {
        weights += ["w_i_diag", "w_f_diag", "w_o_diag"].map { .weight(prefix + $0, [u]) }
      }
      if let projection = cell.projection { weights.append(.weight(prefix + "projection/kernel", [u, projection])) }
      return weights
    case .multi(let cells):
      var features = m
      var weights: [TensorSpec] = []
      for (place, cell) in cells.enumerated() {
        weights += cell.weights(features: features, prefix: "\(prefix)\(place)/")
        features = cell.outputSize
      }
      return weights
    }
  }
}
