import ChapterSupport

/// What a GRU and the dense layer behind it give for a short sequence, and the gradients of a loss.
struct LayerNumbers {
  /// `[gate, step, unit]`, `[step, unit]`, `[step, output]`.
  var gates, h, answers: Tensor<Double>
  /// What reaches h₁ through step 2, `[unit]`.
  var throughStep2: Tensor<Double>
  /// In the order of the weights.
  var gradients: [Tensor<Double>]
}

/// The library's layer on one sequence; it shares no code with the formulas of the page.
///
/// - Parameters:
///   - sequence: two steps of inputs.
///   - target: for each step the number that every output is to give; the loss is the mean squared error.
func layerNumbers<Scalar: RealScalar>(
  _ weights: NamedTensors<Double>, resetAfter: Bool, sequence: [[Double]], target: [Double], as _: Scalar.Type
) throws -> LayerNumbers {
  let own = RecurrentWeights<Scalar>(
    kernel: weights["0/kernel"].converted(), recurrentKernel: weights["0/recurrent_kernel"].converted(),
    bias: weights["0/bias"].converted(), recurrentBias: resetAfter ? weights["0/recurrent_bias"].converted() : nil)
  let gru = GRU(try GRUCell(parameters: own, options: GRUOptions(resetAfter: resetAfter)), returnSequences: true)
  let dense = TimeDistributed(
    try Dense<Scalar>(
      kernel: weights["1/kernel"].converted(), bias: weights["1/bias"].converted(), activation: .sigmoid))

  let (D, H) = (sequence[0].count, gru.cell.units)
  let C = weights["1/bias"].count
  let x = Tensor<Scalar>(shape: [1, 2, D], scalars: sequence.joined().map { Scalar($0) })
  let run = try gru.run(x)
  let out = try dense.forward(run.outputs)

  let y = Tensor<Scalar>(shape: [1, 2, C], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: C) })
  let loss = try meanSquaredError(out.output, y)
  let fromDense = try dense.backward(loss.gradient, cache: out.cache)
  let gradient = try gru.backward(outputs: fromDense.input, run: run).parameters

  // Step 2 alone: what reaches h₁ through it.
  let second = gru.cell.forward(x.step(1), run.states[0])
  var unused = gru.cell.parameters.zeros
  let back = gru.cell.backward(
    output: fromDense.input.step(1), state: gru.cell.zeroState(batchSize: 1), cache: second.cache, accumulating: &unused
  )

  let gates = gru.gates(of: run).map { Tensor.stacked($0.map { $0.values.reshaped([H]) }) }
  return LayerNumbers(
    gates: Tensor.stacked(gates).converted(), h: run.outputs.reshaped([2, H]).converted(),
    answers: out.output.reshaped([2, C]).converted(), throughStep2: back.state.h.reshaped([H]).converted(),
    gradients: (gradient.named + fromDense.parameters.named).map { $0.tensor.converted() })
}
