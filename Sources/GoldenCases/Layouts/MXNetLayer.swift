import Layers

/// A cell of `mx.rnn`, a fused layer of `mx.gluon.rnn`, or the sorting network of the MXNet example.
public enum MXNetLayer: Sendable {
  case cell(MXNetCell)
  case fused(kind: CellKind, units: Int, activation: Activation, layerCount: Int, bidirectional: Bool)
  case bidirectional(forward: MXNetCell, backward: MXNetCell)
  case sequential([MXNetCell])
  case biLSTMSort(MXNetSortNetwork)

  /// A layer by its name: a fused one or a cell by its kind, or one of the others.
  enum Name: Equatable {
    case fused(CellKind)
    case cell(CellKind)
    case bidirectional, sequential, biLSTMSort

    static let all = fused + cells + others

    private static let fused: [(name: String, value: Name)] =
      Framework.mxnet.cellKinds.map { (name: $0.identifier, value: .fused($0)) }

    private static let cells: [(name: String, value: Name)] =
      Framework.mxnet.cellKinds.map { (name: $0.cellIdentifier, value: .cell($0)) }

    private static let others: [(name: String, value: Name)] = [
      ("bidirectional_cell", .bidirectional), ("sequential_cell", .sequential), ("bi_lstm_sort", .biLSTMSort),
    ]
  }
}

/// `RNNCell`, `LSTMCell` or `GRUCell` of `mx.rnn`.
public struct MXNetCell: Sendable {
  public var kind: CellKind
  public var units: Int
  public var activation = Activation.tanh
}

/// Embedding, one LSTM in each direction (gates i g f o), concatenation, dense layer, softmax.
public struct MXNetSortNetwork: Sendable {
  public var vocabulary: Int
  public var embedding: Int
  public var units: Int
  public var labels: Int
}

// MARK: Reading

extension MXNetLayer {
  init(layer: Node, config: Node) throws(CaseError) {
    switch try layer.choice(of: Name.all, what: "an MXNet layer") {
    case .cell(let kind): self = .cell(try MXNetCell(kind, config))
    case .fused(let kind): self = try Self.fused(kind, config)
    case .bidirectional:
      let members = try config.object(["forward", "backward"])
      self = .bidirectional(
        forward: try MXNetCell(nested: try members.required("forward")),
        backward: try MXNetCell(nested: try members.required("backward")))
    case .sequential:
      var cells: [MXNetCell] = []
      for node in try config.object(["cells"]).required("cells").nonEmptyList("cells") {
        cells.append(try MXNetCell(nested: node))
      }
      self = .sequential(cells)
    case .biLSTMSort:
      let members = try config.object(["vocab", "embed", "units", "labels", "gate_order"])
      try members["gate_order"]?.requireGateOrder(Self.biLSTMSortOrder)
      self = .biLSTMSort(
        MXNetSortNetwork(
          vocabulary: try members.required("vocab").integer(in: Bounds.size),
          embedding: try members.required("embed").integer(in: Bounds.size),
          units: try members.units(), labels: try members.required("labels").integer(in: Bounds.size)))
    }
  }

  /// The blocks of the sorting network's LSTM, which are not those of MXNet's own cells.
  private static let biLSTMSortOrder = WeightLayout.biLSTMSort.entries[0].gates

  private static func fused(_ kind: CellKind, _ config: Node) throws(CaseError) -> MXNetLayer {
    let own = kind.isGated ? "gate_order" : "activation"
    let members = try config.object(["units", "num_layers", "bidirectional", own])
    try members["gate_order"]?.requireGateOrder(Framework.mxnet.gateOrder(of: kind))
    return .fused(
      kind: kind, units: try members.units(), activation: try members.activation("activation", default: .tanh),
      layerCount: try members["num_layers"]?.integer(in: Bounds.layers) ?? 1,
      bidirectional: try members.bool("bidirectional", default: false))
  }
}

extension MXNetCell {
  init(nested node: Node) throws(CaseError) {
    let (layer, config) = try node.nested()
    let cells = Framework.mxnet.cellKinds.map { (name: $0.cellIdentifier, value: $0) }
    try self.init(try layer.choice(of: cells, what: "an MXNet cell"), config)
  }

  init(_ kind: CellKind, _ config: Node) throws(CaseError) {
    let members = try config.object(["units", kind.isGated ? "gate_order" : "activation"])
    self.kind = kind
    units = try members.units()
    activation = try members.activation("activation", default: .tanh)
    try members["gate_order"]?.requireGateOrder(Framework.mxnet.gateOrder(of: kind))
  }
}

// MARK: Signature

extension MXNetLayer {
  func signature(x: [Int]) throws(ShapeProblem) -> Signature {
    if case .biLSTMSort(let network) = self { return try network.signature(x: x) }
    let shape = try SequenceShape(x)
    let (N, T) = (shape.samples, shape.steps)
    var signature = Signature()
    signature.sampleCount = N
    signature.inputs = [TensorSpec("x", x, [.sample, .step, .feature])]
    switch self {
    case .cell(let cell):
      signature.weights = cell.weights("", features: shape.features)
      signature.addSteps(cell.stepCell, steps: T)
      signature.outputs.append(TensorSpec("outputs", [N, T, cell.units], [.sample, .step, .unit]))
      for state in cell.kind.stateNames { signature.addState(state, [N, cell.units], [.sample, .unit], stage: 0) }
    case .fused(let kind, let units, let activation, let layerCount, let bidirectional):
      let directions = bidirectional ? 2 : 1
      let cell = MXNetCell(kind: kind, units: units, activation: activation)
      for layer in 0..<layerCount {
        let features = layer == 0 ? shape.features : directions * units
        for side in ["l", "r"].prefix(directions) {
          signature.weights += cell.weights("\(side)\(layer)_", features: features)
          let prefix = layerCount * directions == 1 ? "" : "\(side)\(layer)/"
          signature.addSteps(cell.stepCell, prefix: prefix, steps: T, stage: layer)
        }
      }
      let last = layerCount * directions == 1 ? 0 : layerCount
      signature.outputs.append(
        TensorSpec("outputs", [N, T, directions * units], [.sample, .step, .unit], stage: last))
      for state in kind.stateNames {
        signature.addState(
          state, [layerCount * directions, N, units], [.direction, .sample, .unit], stage: last)
      }
    case .bidirectional(let forward, let backward):
      signature.weights = forward.weights("forward/", features: shape.features)
      signature.weights += backward.weights("backward/", features: shape.features)
      let width = forward.units + backward.units
      signature.addSteps(forward.stepCell, prefix: "forward/", steps: T)
      signature.addSteps(backward.stepCell, prefix: "backward/", steps: T)
      signature.outputs.append(TensorSpec("outputs", [N, T, width], [.sample, .step, .unit], stage: 1))
      signature.addStateList(forward.stateSizes + backward.stateSizes, samples: N, stage: 1)
    case .sequential(let cells):
      var features = shape.features
      for (place, cell) in cells.enumerated() {
        signature.weights += cell.weights("\(place)/", features: features)
        signature.addSteps(cell.stepCell, prefix: "\(place)/", steps: T)
        features = cell.units
      }
      signature.outputs.append(TensorSpec("outputs", [N, T, features], [.sample, .step, .unit]))
      signature.addStateList(cells.flatMap(\.stateSizes), samples: N, stage: 0)
    case .biLSTMSort: break
    }
    return signature
  }
}

extension MXNetCell {
  fileprivate var stepCell: StepCell {
    StepCell(framework: .mxnet, kind: kind, units: units, function: kind.isGated ? "tanh" : activation.symbol)
  }

  var stateSizes: [Int] { kind.stateNames.map { _ in units } }

  fileprivate func weights(_ prefix: String, features: Int) -> [TensorSpec] {
    let rows = kind.gateCount * units
    return [
      .weight(prefix + "i2h_weight", [rows, features]), .weight(prefix + "i2h_bias", [rows]),
      .weight(prefix + "h2h_weight", [rows, units]), .weight(prefix + "h2h_bias", [rows]),
    ]
  }
}

extension MXNetSortNetwork {
  fileprivate func signature(x: [Int]) throws(ShapeProblem) -> Signature {
    guard x.count == 2 else { throw ShapeProblem(expected: "x as [N, T] of integers") }
    let (N, rows) = (x[0], x[0] * x[1])
    var signature = Signature()
    signature.sampleCount = N
    signature.lengths = 1...max(x[1], 1)
    signature.weights = [.weight("embed_weight", [vocabulary, embedding])]
    let cell = MXNetCell(kind: .lstm, units: units)
    signature.inputs = [TensorSpec("x", x, [.sample, .step]), TensorSpec("label", x, [.sample, .step])]
    for side in ["l0_", "l1_"] {
      signature.weights += cell.weights(side, features: embedding)
      for state in ["init_c", "init_h"] {
        signature.inputs.append(TensorSpec(side + state, [N, units], [.sample, .unit], isRequired: false))
      }
    }
    signature.weights += [.weight("cls_weight", [labels, 2 * units]), .weight("cls_bias", [labels])]
    for side in ["l0/", "l1/"] { signature.addSteps(cell.stepCell, prefix: side, steps: x[1]) }
    signature.outputs += [
      TensorSpec("hidden", [rows, 2 * units], [.row, .unit], stage: 1),
      TensorSpec("logits", [rows, labels], [.row, .unit], stage: 1),
      TensorSpec("outputs", [rows, labels], [.row, .unit], stage: 1),
    ]
    return signature
  }
}
