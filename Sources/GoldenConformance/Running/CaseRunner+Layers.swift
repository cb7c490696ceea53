import Layers

/// How the cells of several layers and directions are stored, and how their data lie.
struct MultiLayerPlan<Cell: RecurrentCell> {
  /// `cells[l][d]` and where its weights are.
  var cells: [[(cell: Cell, store: WeightStore<Cell.Scalar>)]]
  /// The only direction is the backward one.
  var reversed = false
  /// What stands before the names of each cell's values of steps, by layer and direction.
  var stepPrefixes: [[String]]
  /// Moves `x` to `[B, T, D]`, and outputs and states back; each given as an order of axes.
  var axes = ONNXAxes.none
}

extension CaseRunner {
  mutating func pytorch(_ layer: PyTorchLayer) throws {
    let features = WeightFeatures(bias: layer.bias, projection: layer.projectionSize > 0)
    let layout = try WeightLayout(.pytorch, layer.kind, features)
    func stores() -> [[WeightStore<Scalar>]] {
      (0..<layer.layerCount).map { l in
        ["", "_reverse"].prefix(layer.directions).map { weights.under("", suffix: "_l\(l)\($0)") }
      }
    }
    func run<Cell: StandardCell<Scalar>>(_: Cell.Type) throws {
      let options = Cell.Options(CommonOptions(activation: layer.activation))
      try pytorch(layer, stores()) { try $0.cell(layout, options, Cell.self) }
    }
    try features.projection ? run(ExtendedLSTMCell.self) : run(layer.kind.type(Scalar.self))
  }

  private mutating func pytorch<Cell: RecurrentCell<Scalar>>(
    _ layer: PyTorchLayer, _ stores: [[WeightStore<Scalar>]], _ build: (WeightStore<Scalar>) throws -> Cell
  ) throws {
    if layer.isCell {
      let slots = layer.kind.stateNames.map { StateSlot(name: $0) }
      try sequence(try build(weights), SequenceOptions(), slots, weights)
    } else {
      let prefixes = (0..<layer.layerCount).map { l in ["l\(l)/", "l\(l)_reverse/"] }
      try multiLayer(
        MultiLayerPlan(cells: try stores.map { try $0.map { (try build($0), $0) } }, stepPrefixes: prefixes))
    }
  }

  mutating func onnx(_ node: ONNXNode) throws {
    let features = WeightFeatures(
      bias: golden.weights["B"] != nil, resetAfter: node.linearBeforeReset, peepholes: golden.weights["P"] != nil)
    let layout = try WeightLayout(.onnx, node.kind, features)
    let perDirection = node.activations.count / node.directions
    func functions(_ direction: Int) -> [Activation] {
      Array(node.activations[direction * perDirection..<(direction + 1) * perDirection])
    }
    switch node.kind {
    case .lstm:
      try onnx(node) { store, direction in
        let f = functions(direction)
        let activations = LSTMOptions(activation: f[1], recurrentActivation: f[0], outputActivation: f[2])
        let options = ExtendedLSTMOptions(activations, clip: node.clip, inputForget: node.inputForget)
        return try store.cell(layout, options, ExtendedLSTMCell.self)
      }
    case .gru:
      try onnx(node) { store, direction in
        let f = functions(direction)
        let options = GRUOptions(
          resetAfter: node.linearBeforeReset, activation: f[1], recurrentActivation: f[0], clip: node.clip)
        return try store.cell(layout, options, GRUCell.self)
      }
    // ONNX has no further kind: the layout above is an error for any other.
    default:
      try onnx(node) { store, direction in
        let options = SimpleRNNOptions(activation: functions(direction)[0], clip: node.clip)
        return try store.cell(layout, options, SimpleRNNCell.self)
      }
    }
  }

  private mutating func onnx<Cell: RecurrentCell<Scalar>>(
    _ node: ONNXNode, _ build: (WeightStore<Scalar>, Int) throws -> Cell
  ) throws {
    let cells = try (0..<node.directions).map { direction in
      // Every weight of an ONNX node has the directions as its first axis.
      var own = TensorTable()
      for entry in golden.weights.entries {
        own[entry.name] = Tensor<Double>(entry.tensor).slice(direction).numeric
      }
      let store = WeightStore<Scalar>(weights: own)
      return (try build(store, direction), store)
    }
    try multiLayer(
      MultiLayerPlan(
        cells: [cells], reversed: node.direction == .reverse, stepPrefixes: [["forward/", "backward/"]],
        axes: node.batchFirst ? .samplesFirst : .stepsFirst))
  }

  mutating func mxnet(_ layer: MXNetLayer) throws {
    switch layer {
    case .cell(let cell):
      try sequence(
        try weights.mxnet(cell), SequenceOptions(), cell.kind.stateNames.map { StateSlot(name: $0) }, weights)
    case .fused(let kind, _, let activation, let layerCount, let bidirectional):
      let layout = try WeightLayout(.mxnet, kind)
      let sides = ["l", "r"].prefix(bidirectional ? 2 : 1)
      let stores = (0..<layerCount).map { l in sides.map { weights.under("\($0)\(l)_") } }
      func run<Cell: StandardCell<Scalar>>(_: Cell.Type) throws {
        let options = Cell.Options(CommonOptions(activation: activation))
        try fused(stores) { try $0.cell(layout, options, Cell.self) }
      }
      try run(kind.type(Scalar.self))
    case .bidirectional(let forward, let backward):
      try bidirectional(
        try weights.under("forward/").mxnet(forward), try weights.under("backward/").mxnet(backward), merge: .concat,
        returnSequences: true, weights)
    case .sequential(let cells):
      let slots = cells.flatMap(\.kind.stateNames).indices.map { StateSlot(name: "states[\($0)]") }
      let stack = try StackedCells(
        cells.enumerated().map { place, cell in try weights.under("\(place)/").mxnet(cell) })
      try sequence(stack, SequenceOptions(), slots, weights)
    case .biLSTMSort: try sortNetwork()
    }
  }

  private mutating func fused<Cell: RecurrentCell<Scalar>>(
    _ stores: [[WeightStore<Scalar>]], _ build: (WeightStore<Scalar>) throws -> Cell
  ) throws {
    let prefixes = stores.indices.map { l in ["l\(l)/", "r\(l)/"] }
    try multiLayer(
      MultiLayerPlan(cells: try stores.map { try $0.map { (try build($0), $0) } }, stepPrefixes: prefixes))
  }
}
