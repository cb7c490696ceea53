import ChapterSupport

// The library's side of the page's comparisons. It shares no code with the formulas.

struct RNNNumbers { var output, state: Tensor<Double> }

func runRNN<Scalar: RealScalar>(
  _ kernel: Tensor<Double>, _ bias: Tensor<Double>, x: Tensor<Double>, h: Tensor<Double>, as _: Scalar.Type
) throws -> RNNNumbers {
  let cell = try BasicRNNCell<Scalar>(kernel: kernel.converted(), bias: bias.converted())
  let step = cell.forward(x.converted(), HiddenState(h: h.converted()))
  return RNNNumbers(output: step.output.converted(), state: step.state.h.converted())
}

struct LSTMNumbers { var gates, c, h: Tensor<Double> }

func runLSTM<Scalar: RealScalar>(
  _ kernel: Tensor<Double>, _ bias: Tensor<Double>, x: Tensor<Double>, h: Tensor<Double>, c: Tensor<Double>,
  as _: Scalar.Type
) throws -> LSTMNumbers {
  let cell = try BasicLSTMCell<Scalar>(kernel: kernel.converted(), bias: bias.converted())
  let state = LSTMState<Scalar>(h: h.converted(), c: c.converted())
  let step = cell.forward(x.converted(), state)
  return LSTMNumbers(
    gates: Tensor.stacked(cell.gates(of: step.cache).map(\.values)).converted(), c: step.state.c.converted(),
    h: step.output.converted())
}

struct LoopNumbers { var c, h, wholeSequence: Tensor<Double> }

func runLoop<Scalar: RealScalar>(
  _ kernel: Tensor<Double>, _ bias: Tensor<Double>, _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> LoopNumbers {
  let lstm = try BasicLSTMCell<Scalar>(kernel: kernel.converted(), bias: bias.converted())
  var state = lstm.zeroState(batchSize: 1)
  var states: [LSTMState<Scalar>] = []
  for index in 0..<sequence.shape[0] {
    let x: Tensor<Scalar> = sequence.slices(index..<index + 1).converted()
    state = lstm.forward(x, state).state
    states.append(state)
  }
  let batch: Tensor<Scalar> = sequence.reshaped([1] + sequence.shape).converted()
  return LoopNumbers(
    c: Tensor.stacked(states.map { $0.c.slice(0) }).converted(),
    h: Tensor.stacked(states.map { $0.h.slice(0) }).converted(),
    // `AnyCell` hides the kernels for whole sequences: the layer goes step by step, too.
    wholeSequence: try Recurrent(AnyCell(lstm), returnSequences: true).run(batch).outputs.slice(0).converted())
}

struct StackNumbers {
  var outputs: Tensor<Double>
  var shapes: [[Int]]
}

func runStack<Scalar: RealScalar>(
  _ kernels: [Tensor<Double>], _ biases: [Tensor<Double>], _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> StackNumbers {
  let cells = try zip(kernels, biases).map {
    try BasicLSTMCell<Scalar>(kernel: $0.converted(), bias: $1.converted())
  }
  let stack = try StackedCells<Scalar>(cells)
  let run = try Recurrent(stack, returnSequences: true).run(sequence.reshaped([1] + sequence.shape).converted())
  return StackNumbers(
    outputs: run.outputs.slice(0).converted(), shapes: run.finalState.tensors.map(\.shape))
}

func runCoupled<Scalar: RealScalar>(
  _ kernel: Tensor<Double>, _ bias: Tensor<Double>, _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> Tensor<Double> {
  let layout = try WeightLayout(.tensorflow1, .lstm)
  var weights: CellWeights<Scalar> = try layout.decode {
    ["kernel": kernel, "bias": bias][$0]?.converted()
  }
  weights.kernel = negatedForgetGateAsInputGate(weights.kernel)
  weights.recurrentKernel = negatedForgetGateAsInputGate(weights.recurrentKernel)
  weights.bias = weights.bias.map(negatedForgetGateAsInputGate)
  let lstm = ExtendedLSTM(
    try ExtendedLSTMCell(weights: weights, options: ExtendedLSTMOptions(inputForget: true)), returnSequences: true)
  return try lstm.run(sequence.reshaped([1] + sequence.shape).converted()).outputs.slice(0).converted()
}

/// Blocks i, f, j, o with −f in the place of i.
func negatedForgetGateAsInputGate<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
  let blocks = tensor.split(into: 4)
  return .concatenated([blocks[1].map { -$0 }, blocks[1], blocks[2], blocks[3]])
}

struct GradientNumbers { var c, xh, kernel, bias: Tensor<Double> }

func runBackward<Scalar: RealScalar>(
  _ kernel: Tensor<Double>, _ bias: Tensor<Double>, _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> GradientNumbers {
  let lstm = try BasicLSTMCell<Scalar>(kernel: kernel.converted(), bias: bias.converted())
  let steps = (0..<2).map { sequence.slices($0..<$0 + 1).converted(to: Scalar.self) }
  let one = lstm.forward(steps[0], lstm.zeroState(batchSize: 1))
  let two = lstm.forward(steps[1], one.state)
  var gradient = lstm.parameters.zeros
  let none = lstm.zeroState(batchSize: 1)
  let throughTwo = lstm.backward(output: two.output, state: none, cache: two.cache, accumulating: &gradient)
  _ = lstm.backward(output: none.h, state: throughTwo.state, cache: one.cache, accumulating: &gradient)
  return GradientNumbers(
    c: throughTwo.state.c.slice(0).converted(),
    xh: Tensor.concatenated([throughTwo.x, throughTwo.state.h]).slice(0).converted(),
    kernel: gradient["kernel"].converted(), bias: gradient["bias"].converted())
}

/// The slope of the sum of the last step's c along c of every step, `[T, H]`.
func layerSlopes<Scalar: RealScalar>(
  _ kernel: Tensor<Double>, _ bias: Tensor<Double>, _ sequence: Tensor<Double>, forgetBias: Double, as _: Scalar.Type
) throws -> Tensor<Double> {
  let lstm = try BasicLSTMCell<Scalar>(
    kernel: kernel.converted(), bias: bias.converted(), forgetBias: forgetBias)
  var state = lstm.zeroState(batchSize: 1)
  let (T, u) = (sequence.rows, bias.count / 4)
  var caches: [BasicLSTMCell<Scalar>.Cache] = []
  for step in 0..<T {
    let next = lstm.forward(sequence.slices(step..<step + 1).converted(), state)
    state = next.state
    caches.append(next.cache)
  }
  let none = Tensor<Scalar>.zeros([1, u])
  var slope = LSTMState(h: none, c: Tensor<Scalar>(repeating: 1, shape: [1, u]))
  var slopes = [slope.c]
  var unused = lstm.parameters.zeros
  for step in (1..<T).reversed() {
    slope = lstm.backward(output: none, state: slope, cache: caches[step], accumulating: &unused).state
    let before = caches[step - 1].values
    slopes.append(slope.c + slope.h * before.o * (1 - before.tanhC * before.tanhC))
  }
  return Tensor.stacked(slopes.reversed().map { $0.slice(0) }).converted()
}

struct SortNumbers { var h, mixedUp, kernelGradient: Tensor<Double> }

func runSort<Scalar: RealScalar>(
  _ stored: [String: Tensor<Double>], _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> SortNumbers {
  func lstm(_ layout: WeightLayout) throws -> LSTM<Scalar> {
    let weights = try layout.decode { (name) -> Tensor<Scalar>? in stored[name]?.converted() }
    return LSTM(try LSTMCell(weights: weights), returnSequences: true)
  }
  let right = try lstm(.biLSTMSort)
  let x: Tensor<Scalar> = sequence.reshaped([1] + sequence.shape).converted()
  let run = try right.run(x)
  let gradient = try right.backward(outputs: Tensor(repeating: 1, shape: run.outputs.shape), run: run).parameters
  // The gradient in the layout's own order and axes.
  let own = try WeightLayout.biLSTMSort.encode(CellWeights(.lstm, gradient))
  return SortNumbers(
    h: run.outputs.slice(0).converted(),
    mixedUp: try lstm(WeightLayout(.mxnet, .lstm)).run(x).outputs.slice(0).converted(),
    kernelGradient: (own.first { $0.name == "i2h_weight" }?.tensor ?? .zeros([0])).converted())
}

/// h of both directions side by side, `[T, 2H]`.
func runBoth<Scalar: RealScalar>(
  _ forward: [Tensor<Double>], _ backward: [Tensor<Double>], _ sequence: Tensor<Double>, as _: Scalar.Type
) throws -> Tensor<Double> {
  func cell(_ tensors: [Tensor<Double>]) throws -> LSTMCell<Scalar> {
    let stored = Dictionary(
      uniqueKeysWithValues: zip(["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"], tensors))
    return try LSTMCell(.biLSTMSort) { stored[$0]?.converted() }
  }
  let both = Bidirectional(
    forward: try cell(forward), backward: try cell(backward), returnSequences: true)
  return try both(sequence.reshaped([1] + sequence.shape).converted()).slice(0).converted()
}

/// Before training: the slope of the loss along the first input of the task, as a share of that along the last one.
func firstToLast(forgetBias: Double, steps: Int, seed: UInt64) throws -> Double {
  let task = FirstSymbol()
  let model = Experiment(
    task, layers: [.init(.lstm, units: 16, forgetBias: forgetBias)], steps: steps, updates: 1, learningRate: 0.003
  ).network(seed: seed)
  var generator = RandomGenerator(seed: seed)
  let batch = task.draw(32, steps: steps, using: &generator, Float.self)
  let forward = try model.forward(batch.x)
  let loss = try task.loss(forward.output, batch)
  let slopes = try model.backward(loss.gradient, cache: forward.cache).input
  func length(_ step: Int) -> Double {
    slopes.step(step).scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
  return length(0) / length(steps - 1)
}
