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

/// h of nine steps, of the first four alone, from a state of zeros, and with a mask that ends after four: `[T, H]`.
struct LongRuns { var nine, four, fromZeros, masked: Tensor<Double> }

/// - Parameter sequence: nine steps of inputs, `[9, D]`.
func runLonger<Scalar: RealScalar>(
  _ weights: NamedTensors<Double>, _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> LongRuns {
  let own = RecurrentWeights<Scalar>(
    kernel: weights["0/kernel"].converted(), recurrentKernel: weights["0/recurrent_kernel"].converted(),
    bias: weights["0/bias"].converted())
  let gru = GRU(try GRUCell(parameters: own, options: GRUOptions(resetAfter: false)), returnSequences: true)
  let x: Tensor<Scalar> = sequence.reshaped([1] + sequence.shape).converted()
  let H = gru.cell.units
  let zeros = HiddenState(h: Tensor<Scalar>.zeros([1, H]))
  return LongRuns(
    nine: try gru.run(x).outputs.reshaped([9, H]).converted(),
    four: try gru.run(x.steps(0..<4)).outputs.reshaped([4, H]).converted(),
    fromZeros: try gru.run(x, initialState: zeros).outputs.reshaped([9, H]).converted(),
    masked: try gru.run(x, mask: SequenceMask(lengths: [4], steps: 9)).outputs.reshaped([9, H]).converted())
}

// MARK: Hand and layer side by side, for both variants

/// Gates, states and answers of all steps.
func compareSteps(
  _ variant: String, _ steps: [Recurrence.Step], _ hand: Evaluation, gates: [Formula], _ h: Formula, _ ŷ: Formula,
  _ layer: LayerNumbers, line: Int = #line
) {
  page.compare(
    "\(variant): gates, both steps",
    hand: Tensor.stacked(
      steps.map { step in Tensor.stacked(gates.map { page.value(step[$0], in: hand, line: line) }) }),
    layer: layer.gates, tolerance: tolerance, axes: ["step", Axis("gate", ["z", "r", "h̃"]), "unit"], line: line)
  page.compare(
    "\(variant): state h", hand: page.values(h, at: steps, in: hand, line: line), layer: layer.h, tolerance: tolerance,
    axes: ["step", "unit"], line: line)
  page.compare(
    "\(variant): answer ŷ", hand: page.values(ŷ, at: steps, in: hand, line: line), layer: layer.answers,
    tolerance: tolerance,
    axes: ["step", "output"], line: line)
}

/// The gradient of every weight.
func compareGradients(
  _ variant: String, _ weights: [Formula], _ gradients: Gradients, _ layer: LayerNumbers, line: Int = #line
) {
  for (weight, own) in zip(weights, layer.gradients) {
    page.compare(
      "\(variant): gradient of \(weight.name ?? "")", hand: page.gradient(weight, gradients, line: line), layer: own,
      tolerance: tolerance, axes: own.rank == 1 ? ["column"] : ["row", "column"], line: line)
  }
}
