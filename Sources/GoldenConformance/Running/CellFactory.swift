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

  func lstm(_ layout: WeightLayout, _ options: LSTMOptions) throws -> LayoutCell<LSTMCell<Scalar>> {
    let weights = try layout.decode { self[$0] }
    return LayoutCell(base: try LSTMCell(parameters: weights.lstmParameters, options: options), layout: layout)
  }

  func gru(_ layout: WeightLayout, _ options: GRUOptions) throws -> LayoutCell<GRUCell<Scalar>> {
    let weights = try layout.decode { self[$0] }
    return LayoutCell(base: try GRUCell(parameters: weights.recurrentWeights, options: options), layout: layout)
  }

  func simpleRNN(
    _ layout: WeightLayout, _ activation: Activation, clip: Double? = nil
  ) throws -> LayoutCell<SimpleRNNCell<Scalar>> {
    let weights = try layout.decode { self[$0] }
    return LayoutCell(
      base: try SimpleRNNCell(parameters: weights.recurrentWeights, activation: activation, clip: clip), layout: layout)
  }

  func keras(_ layer: KerasRecurrent) throws -> any FrameworkCell<Scalar> {
    let features = WeightFeatures(bias: layer.useBias, resetAfter: layer.resetAfter)
    let layout = try WeightLayout(.keras, layer.kind, features)
    switch layer.kind {
    case .simpleRNN: return try simpleRNN(layout, layer.activation.function)
    case .lstm:
      let options = LSTMOptions(
        activation: layer.activation.function, recurrentActivation: layer.recurrentActivation.function)
      return try lstm(layout, options)
    case .gru:
      let options = GRUOptions(
        resetAfter: layer.resetAfter, activation: layer.activation.function,
        recurrentActivation: layer.recurrentActivation.function)
      return try gru(layout, options)
    }
  }

  func tensorflow(_ cell: TensorFlowCell) throws -> any RecurrentCell<Scalar> {
    switch cell {
    case .basicRNN(_, let activation):
      return try BasicRNNCell(
        kernel: try required("kernel"), bias: try required("bias"), activation: activation.function)
    case .gru(_, let activation):
      let names = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]
      return try TensorFlowGRUCell(weights: named(names), activation: activation.function)
    case .lstm(let lstm):
      let options = LSTMOptions(
        activation: lstm.activation.function, forgetBias: lstm.forgetBias, cellClip: lstm.cellClip,
        projectionClip: lstm.projection == nil ? nil : lstm.projectionClip)
      let names = ["kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag", "projection/kernel"]
      return try TensorFlowLSTMCell(weights: named(names), options: options)
    case .multi(let cells):
      return try StackedCells(cells.enumerated().map { try under("\($0)/").tensorflow($1) })
    }
  }

  private func named(_ names: [String]) -> [String: Tensor<Scalar>] {
    var found: [String: Tensor<Scalar>] = [:]
    for name in names { found[name] = self[name] }
    return found
  }
}

extension Activation {
  var function: Activation { self }
}

extension Tensor {
  init(_ tensor: NumericTensor) {
    self.init(shape: tensor.shape, scalars: tensor.values.map { Scalar($0) })
  }

  var numeric: NumericTensor { NumericTensor(shape: shape, values: scalars.map { Double($0) }) }
}
