import Support
import Testing

@testable import Layers

/// The kernels for whole sequences against the plain version, one call of the cell for each step.
@Suite(.serialized, .lane(.threads))
struct WholeSequenceTests {
  /// With none or one bias there is no state; with two there are a state and the other direction.
  @Test(arguments: SampleCell.withWholeSequence, [0, 1, 2])
  func matchesTheCellStepByStep(_ sample: SampleCell, biases: Int) throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    // B, T, D, H: the last is large enough for two threads.
    for (B, T, D, H) in [(2, 3, 4, 5), (5, 4, 17, 1), (1, 6, 3, 33), (37, 7, 28, 51)] {
      var generator = RandomGenerator(seed: 77)
      let cell = try sample.cell(
        D: D, H: H, biases: biases, scale: 1 / Double(D + H).squareRoot(), using: &generator)
      try check(cell, B: B, T: T, biases: biases)
      try check(cell.converted(to: Float.self), B: B, T: T, biases: biases)
    }
  }

  /// With two threads each direction has one to itself; the bits are those of one thread, and of three.
  @Test func bothDirectionsAtOnceHaveTheSameBits() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    var generator = RandomGenerator(seed: 79)
    // B, T, D, H: large enough for two threads.
    let (B, T, D, H) = (37, 9, 28, 51)
    var layer = Bidirectional(
      forward: LSTMCell<Float>(inputSize: D, units: H), backward: GRUCell<Float>(inputSize: D, units: H),
      returnSequences: true)
    layer.parameters.update { _, tensor in tensor = .uniform(tensor.shape, -0.3, 0.3, using: &generator) }
    let x = Tensor<Float>.uniform([B, T, D], -1, 1, using: &generator)
    let dy = Tensor<Float>.uniform([B, T, 2 * H], -1, 1, using: &generator)
    var bits: [[Float]] = []
    for threads in [1, 2, 3] {
      Threads.count = threads
      let forward = try layer.forward(x)
      let backward = try layer.backward(dy, cache: forward.cache)
      try expectEqual(layer(x), forward.output)
      bits.append(
        forward.output.scalars + backward.input.scalars + backward.parameters.named.flatMap(\.tensor.scalars))
      #expect(throws: ShapeError.self) { try layer.forward(.zeros([B, T, D + 1])) }
    }
    expect(bits[0] == bits[1] && bits[0] == bits[2])
  }

  /// A mask: steps in the middle that are not used, samples without any, both kinds of outputs, both directions.
  @Test(arguments: SampleCell.withWholeSequence, [false, true])
  func skipsTheStepsThatTheCellSkips(_ sample: SampleCell, zeroOutputForMask: Bool) throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    // B, T, D, H: two blocks of samples in the last, which is large enough for two threads.
    for (B, T, D, H) in [(3, 5, 4, 7), (37, 9, 28, 51)] {
      var generator = RandomGenerator(seed: 78)
      let cell = try sample.cell(D: D, H: H, scale: 1 / Double(D + H).squareRoot(), using: &generator)
      // Every third sample has a whole beginning alone, as a padded batch has it; sample 2 has nothing.
      let isUsed = (0..<B).flatMap { b in
        (0..<T).map { b == 2 ? false : b % 3 == 0 ? $0 <= b % T : generator.uniform(0, 1) < 0.6 }
      }
      let mask = SequenceMask(batchSize: B, steps: T, isUsed: isUsed)
      for goBackwards in [false, true] {
        try checkMask(cell, mask, goBackwards, zeroOutputForMask)
        try checkMask(cell.converted(to: Float.self), mask, goBackwards, zeroOutputForMask)
      }
    }
  }

  private func checkMask<Scalar: RealScalar, Cell: StandardCell<Scalar>>(
    _ cell: Cell, _ mask: SequenceMask, _ goBackwards: Bool, _ zeroOutputForMask: Bool
  ) throws {
    let (B, T, D, H) = (mask.batchSize, mask.steps, cell.inputSize, cell.outputSize)
    var sample = Sample<Scalar>(D: D, H: H)
    let layer = Recurrent(
      cell, returnSequences: true, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
    let zero = cell.zeroState(batchSize: B)
    func state() -> Cell.State { Cell.State(tensors: zero.tensors.map { sample.tensor($0.shape) }) }
    let (x, dy, ds, initialState) = (sample.tensor([B, T, D]), sample.tensor([B, T, H]), state(), state())
    // As without a mask.
    let bound = Scalar(D + H + 2) * Scalar.ulpOfOne
    let weightBound = Scalar(B * T + D + H + 2) * Scalar.ulpOfOne
    let plain = SequenceRun<Cell>(result: layer.stepByStep.run(x, initialState, mask))
    let expected = try layer.backward(outputs: dy, finalState: ds, run: plain)
    var bits: [[Scalar]] = []
    for threads in [1, 2, 3] {
      Threads.count = threads
      let fast = try layer.run(x, initialState: initialState, mask: mask)
      try compareStates(plain, fast, bound)
      let received = try layer.backward(outputs: dy, finalState: ds, run: fast)
      expect(received.x.largestDifference(from: expected.x) <= bound)
      for (a, b) in zip(received.initialState.tensors, expected.initialState.tensors) {
        expect(a.largestDifference(from: b) <= bound)
      }
      try compare(received.parameters, expected.parameters, weightBound)
      bits.append(fast.outputs.scalars + received.x.scalars + received.parameters.named.flatMap(\.tensor.scalars))
    }
    expect(bits[0] == bits[1] && bits[0] == bits[2])
    // As a layer, from zeros: all outputs, and the last one alone with its gradient.
    let last = Recurrent(cell, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
    let run = try layer.run(x, mask: mask)
    try expectEqual(layer.predict(x, mask: mask).output, run.outputs)
    try expectEqual(last.predict(x, mask: mask).output, run.lastOutput)
    let dLast = sample.tensor([B, H])
    let ofLast = try last.backward(dLast, cache: last.forward(x, mask: mask).cache)
    let plainRun = SequenceRun<Cell>(result: layer.stepByStep.run(x, nil, mask))
    let whole = try layer.backward(outputs: plainRun.gradientOfLastStep(dLast), run: plainRun)
    expect(ofLast.input.largestDifference(from: whole.x) <= bound)
    try compare(ofLast.parameters, whole.parameters, weightBound)
  }

  private func check<Scalar: RealScalar, Cell: StandardCell<Scalar>>(
    _ cell: Cell, B: Int, T: Int, biases: Int
  ) throws {
    let (D, H) = (cell.inputSize, cell.outputSize)
    var sample = Sample<Scalar>(D: D, H: H)
    expect(cell.wholeSequence != nil)
    let layer = Recurrent(cell, returnSequences: true, goBackwards: biases == 2)
    let zero = cell.zeroState(batchSize: B)
    func state() -> Cell.State { Cell.State(tensors: zero.tensors.map { sample.tensor($0.shape) }) }
    let initialState = biases == 2 ? state() : nil
    let (x, dy, ds) = (sample.tensor([B, T, D]), sample.tensor([B, T, H]), state())
    // Both versions add the D + H + 2 terms of a sum, each of size 1 at most, in different orders.
    let bound = Scalar(D + H + 2) * Scalar.ulpOfOne
    // A gradient of weights adds up B·T terms on top.
    let weightBound = Scalar(B * T + D + H + 2) * Scalar.ulpOfOne
    let plain = SequenceRun<Cell>(result: layer.stepByStep.run(x, initialState))
    let expected = try layer.backward(outputs: dy, finalState: ds, run: plain)
    for threads in [1, 2] {
      Threads.count = threads
      let fast = try layer.run(x, initialState: initialState)
      try compare(layer, plain, fast, bound)
      if initialState == nil {
        try expectEqual(layer(x), fast.outputs)
        try expectEqual(Recurrent(cell, goBackwards: layer.goBackwards)(x), fast.lastOutput)
      }
      let received = try layer.backward(outputs: dy, finalState: ds, run: fast)
      expect(received.x.largestDifference(from: expected.x) <= bound)
      for (a, b) in zip(received.initialState.tensors, expected.initialState.tensors) {
        expect(a.largestDifference(from: b) <= bound)
      }
      try compare(received.parameters, expected.parameters, weightBound)
    }
  }

  private func compare<Cell: RecurrentCell>(
    _ layer: Recurrent<Cell>, _ plain: SequenceRun<Cell>, _ fast: SequenceRun<Cell>, _ bound: Cell.Scalar
  ) throws {
    try compareStates(plain, fast, bound)
    let (fastGates, plainGates) = (layer.gates(of: fast), layer.gates(of: plain))
    try #require(fastGates.count == plainGates.count)
    for (a, b) in zip(fastGates, plainGates) {
      expectEqual(a.map(\.name), b.map(\.name))
      for (a, b) in zip(a, b) { expect(a.values.largestDifference(from: b.values) <= bound) }
    }
  }

  private func compareStates<Cell: RecurrentCell>(
    _ plain: SequenceRun<Cell>, _ fast: SequenceRun<Cell>, _ bound: Cell.Scalar
  ) throws {
    expect(fast.outputs.largestDifference(from: plain.outputs) <= bound)
    expect(fast.lastOutput.largestDifference(from: plain.lastOutput) <= bound)
    try #require(fast.states.count == plain.states.count)
    for (a, b) in zip(fast.states + [fast.finalState], plain.states + [plain.finalState]) {
      for (a, b) in zip(a.tensors, b.tensors) { expect(a.largestDifference(from: b) <= bound) }
    }
  }

  private func compare<Parameters: ParameterGroup>(
    _ received: Parameters, _ expected: Parameters, _ bound: Parameters.Scalar
  ) throws {
    let (received, expected) = (received.named, expected.named)
    try #require(received.map(\.name) == expected.map(\.name))
    for (a, b) in zip(received, expected) {
      expect(a.tensor.largestDifference(from: b.tensor) <= bound, "\(a.name)")
    }
  }

  @Test func theLastOutputAloneGivesTheSameGradients() throws {
    var sample = Sample<Double>(D: 5, H: 6)
    let cell = try LSTMCell(parameters: sample.weights(gates: 4, biases: 1))
    let layer = Recurrent(cell)
    let x = sample.tensor([3, 4, 5])
    let dy = sample.tensor([3, 6])
    let forward = try layer.forward(x, mask: nil)
    let backward = try layer.backward(dy, cache: forward.cache)
    let plain = SequenceRun<LSTMCell<Double>>(result: layer.stepByStep.run(x))
    let expected = try layer.backward(outputs: plain.gradientOfLastStep(dy), run: plain)
    expect(forward.output.largestDifference(from: plain.lastOutput) <= 1e-15)
    expect(backward.input.largestDifference(from: expected.x) <= 1e-14)
    try compare(backward.parameters, expected.parameters, 1e-14)
    try expectEqual(layer.parameterGradient(dy, cache: forward.cache), backward.parameters)
  }

  @Test func aStackGivesTheSameGradientWithAndWithoutThatOfItsInput() throws {
    var sample = Sample<Double>(D: 5, H: 6)
    let lstm = try LSTMCell(parameters: sample.weights(gates: 4, biases: 1))
    let dense = try Dense(kernel: sample.tensor([6, 2]), bias: sample.tensor([2]))
    let stack = Stack<Double>([Recurrent(lstm), dense])
    let forward = try stack.forward(sample.tensor([3, 4, 5]), mask: nil)
    let dy = sample.tensor([3, 2])
    let whole = try stack.backward(dy, cache: forward.cache)
    try expectEqual(stack.parameterGradient(dy, cache: forward.cache), whole.parameters)
  }

  @Test func whatTheKernelsDoNotComputeGoesStepByStep() throws {
    var sample = Sample<Double>(D: 4, H: 5)
    let weights = sample.weights(gates: 4, biases: 1)
    try expect(LSTMCell(parameters: weights).wholeSequence != nil)
    for options in [LSTMOptions(activation: .softmax), LSTMOptions(recurrentActivation: .softmax)] {
      try expect(LSTMCell(parameters: weights, options: options).wholeSequence == nil, "\(options)")
    }
    let projected = ExtendedLSTMCell<Double>.Parameters(
      RecurrentWeights(kernel: weights.kernel, recurrentKernel: sample.tensor([2, 20])),
      projection: sample.tensor([5, 2]))
    try expect(ExtendedLSTMCell(parameters: projected).wholeSequence == nil)
    let clipped = ExtendedLSTMOptions(projectionClip: 1)
    try expect(ExtendedLSTMCell(parameters: .init(weights), options: clipped).wholeSequence == nil)
    let gru = sample.weights(gates: 3, biases: 1)
    try expect(GRUCell(parameters: gru, options: .init(activation: .softmax)).wholeSequence == nil)
  }
}

/// Numbers for one size of layer, about as large as keeps sums of order 1.
private struct Sample<Scalar: RealScalar> {
  let D: Int
  let H: Int
  private var generator = RandomGenerator(seed: 77)

  init(D: Int, H: Int) { (self.D, self.H) = (D, H) }

  mutating func tensor(_ shape: [Int], scale: Double = 1) -> Tensor<Scalar> {
    .uniform(shape, Scalar(-scale), Scalar(scale), using: &generator)
  }

  mutating func weights(gates: Int, biases: Int) -> RecurrentWeights<Scalar> {
    let scale = 1 / Double(D + H).squareRoot()
    return RecurrentWeights(
      kernel: tensor([D, gates * H], scale: scale), recurrentKernel: tensor([H, gates * H], scale: scale),
      bias: biases > 0 ? tensor([gates * H], scale: 0.5) : nil,
      recurrentBias: biases > 1 ? tensor([gates * H], scale: 0.5) : nil)
  }
}
