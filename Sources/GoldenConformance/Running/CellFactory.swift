import Layers

/// Finds the weights of a case by name, as tensors of the scalar type it runs in.
struct WeightStore<Scalar: RealScalar> {
  let weights: TensorTable
  /// What stands before and after a cell's own names: `forward/`, `_l0_reverse`.
  var prefix = ""
  var suffix = ""

  subscript(name: String) -> Tensor<Scalar>? {
    weights[prefix + name + suffix].map { Tensor($0) }
  }

  func under(_ prefix: String, suffix: String = "") -> WeightStore {
    WeightStore(weights: weights, prefix: self.prefix + prefix, suffix: suffix + self.suffix)
  }

  /// What a cell calls `name` under the name that the case uses.
  func fullName(_ name: String) -> String { prefix + name + suffix }

  func required(_ name: String) throws -> Tensor<Scalar> {
    guard let tensor = self[name] else { throw Unsupported("the weight \(fullName(name)) is missing") }
    return tensor
  }

  // MARK: Cells

  /// A cell with the framework's tensors and names.
  func cell<Cell: StandardCell<Scalar>>(
    _ layout: WeightLayout, _ options: Cell.Options = Cell.Options(), _: Cell.Type = Cell.self
  ) throws -> LayoutCell<Cell> {
    try LayoutCell(layout, options: options) { self[$0] }
  }

  /// The usual cell of a kind with the framework's tensors and names.
  func cell(
    _ kind: CellKind, _ layout: WeightLayout, _ common: CommonOptions
  ) throws -> any RecurrentCell<Scalar> {
    func cell<Cell: StandardCell<Scalar>>(_: Cell.Type) throws -> any RecurrentCell<Scalar> {
      try self.cell(layout, Cell.Options(common), Cell.self)
    }
    return try cell(kind.type())
  }

  func keras(_ layer: KerasRecurrent) throws -> any RecurrentCell<Scalar> {
    let features = WeightFeatures(bias: layer.useBias, resetAfter: layer.resetAfter)
    let layout = try WeightLayout(.keras, layer.kind, features)
    let common = CommonOptions(
      activation: layer.activation, recurrentActivation: layer.recurrentActivation, resetAfter: layer.resetAfter)
    return try cell(layer.kind, layout, common)
  }

  func tensorflow(_ cell: TensorFlowCell) throws -> any RecurrentCell<Scalar> {
    switch cell {
    case .basicRNN(_, let activation):
      let options = SimpleRNNOptions(activation: activation)
      return try self.cell(WeightLayout(.tensorflow1, .simpleRNN), options, SimpleRNNCell.self)
    case .gru(_, let activation):
      let layout = try WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))
      return try self.cell(layout, GRUOptions(resetAfter: false, activation: activation), GRUCell.self)
    case .lstm(let lstm):
      let features = WeightFeatures(
        peepholes: self["w_i_diag"] != nil, projection: self["projection/kernel"] != nil)
      let options = ExtendedLSTMOptions(
        LSTMOptions(activation: lstm.activation), forgetBias: lstm.forgetBias, cellClip: lstm.cellClip,
        projectionClip: lstm.projection == nil ? nil : lstm.projectionClip)
      return try self.cell(WeightLayout(.tensorflow1, .lstm, features), options, ExtendedLSTMCell.self)
    case .multi(let cells):
      return try StackedCells(cells.enumerated().map { try under("\($0)/").tensorflow($1) })
    }
  }

  func mxnet(_ cell: MXNetCell) throws -> any RecurrentCell<Scalar> {
    try self.cell(cell.kind, WeightLayout(.mxnet, cell.kind), CommonOptions(activation: cell.activation))
  }
}
