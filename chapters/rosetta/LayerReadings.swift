import ChapterSupport

/// h at every step, `[T, B, H]`, by a layer of this project's library.
func byLayer(_ weights: CellWeights<Double>, _ own: NamedWeights, forgetBias: Double = 0) -> Tensor<Double> {
  page.compute(in: page[scalar]) { try runLayer($0, weights, own, forgetBias) }
}

func runLayer<Scalar: RealScalar>(
  _: Scalar.Type, _ weights: CellWeights<Double>, _ own: NamedWeights, _ forgetBias: Double
) throws -> Tensor<Double> {
  let cellWeights = CellWeights<Scalar>(weights)
  let x: Tensor<Scalar> = own.x.timeMajor.converted()
  let h: Tensor<Scalar> = own.h0.converted()
  switch weights.kind {
  case .lstm:
    let cell = try ExtendedLSTMCell(weights: cellWeights, options: ExtendedLSTMOptions(forgetBias: forgetBias))
    let state = LSTMState<Scalar>(h: h, c: own.c0.converted())
    return try ExtendedLSTM(cell, returnSequences: true).run(x, initialState: state).outputs.timeMajor.converted()
  case .gru:
    let cell = try GRUCell(
      parameters: cellWeights.recurrentWeights, options: GRUOptions(resetAfter: cellWeights.resetAfter))
    return try GRU(cell, returnSequences: true).run(x, initialState: HiddenState(h: h)).outputs.timeMajor.converted()
  case .simpleRNN:
    let cell = try SimpleRNNCell(parameters: cellWeights.recurrentWeights)
    return try SimpleRNN(cell, returnSequences: true).run(x, initialState: HiddenState(h: h)).outputs.timeMajor
      .converted()
  }
}

extension CellWeights {
  /// The same weights as another scalar type holds them.
  init(_ other: CellWeights<Double>) {
    self.init(
      kind: other.kind, resetAfter: other.resetAfter, kernel: other.kernel.converted(),
      recurrentKernel: other.recurrentKernel.converted(), bias: other.bias?.converted(),
      recurrentBias: other.recurrentBias?.converted())
  }
}

func changed(_ weights: CellWeights<Double>, _ change: (inout CellWeights<Double>) -> Void) -> CellWeights<Double> {
  var result = weights
  change(&result)
  return result
}

/// Weights whose blocks stand in one order and are taken for another.
func misread(_ weights: CellWeights<Double>, _ order: [Gate], as read: [Gate]) -> CellWeights<Double> {
  let gates = weights.kind.gates
  // For each gate the block that stands where its own is looked for.
  let taken = gates.map { gate in gates.firstIndex(of: order[read.firstIndex(of: gate) ?? 0]) ?? 0 }
  func moved(_ tensor: Tensor<Double>) -> Tensor<Double> {
    let blocks = tensor.split(into: gates.count)
    return .concatenated(taken.map { blocks[$0] })
  }
  var result = weights
  (result.kernel, result.recurrentKernel) = (moved(weights.kernel), moved(weights.recurrentKernel))
  (result.bias, result.recurrentBias) = (weights.bias.map(moved), weights.recurrentBias.map(moved))
  return result
}

/// The same weights with the sign of the blocks of z changed.
func negatingZ(_ weights: CellWeights<Double>) -> CellWeights<Double> {
  func negated(_ tensor: Tensor<Double>) -> Tensor<Double> {
    var blocks = tensor.split(into: 3)
    blocks[0] = -blocks[0]
    return .concatenated(blocks)
  }
  var result = weights
  (result.kernel, result.recurrentKernel) = (negated(weights.kernel), negated(weights.recurrentKernel))
  (result.bias, result.recurrentBias) = (weights.bias.map(negated), weights.recurrentBias.map(negated))
  return result
}
