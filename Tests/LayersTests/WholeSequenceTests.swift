import Testing

@testable import Layers

/// The kernels for whole sequences against the plain version, one call of the cell for each step.
@Suite(.serialized)
struct WholeSequenceTests {
  /// No state and none or one bias; a state, two biases and the other direction.
  static let biases = [0, 1, 2]

  @Test(arguments: biases)
  func lstm(biases: Int) throws {
    try check(Float.self, biases, gates: 4) {
      try LSTMCell(parameters: .init($0), options: .init(forgetBias: biases == 1 ? 0 : 0.75))
    }
    try check(Double.self, biases, gates: 4) {
      try LSTMCell(parameters: .init($0), options: .init(forgetBias: biases == 1 ? 0 : 0.75))
    }
  }

  @Test(arguments: biases, [true, false])
  func gru(biases: Int, resetAfter: Bool) throws {
    try check(Float.self, biases, gates: 3) { try GRUCell(parameters: $0, options: .init(resetAfter: resetAfter)) }
    try check(Double.self, biases, gates: 3) { try GRUCell(parameters: $0, options: .init(resetAfter: resetAfter)) }
  }

  @Test(arguments: biases)
  func simpleRNN(biases: Int) throws {
    try check(Float.self, biases, gates: 1) { try SimpleRNNCell(parameters: $0) }
    try check(Double.self, biases, gates: 1) { try SimpleRNNCell(parameters: $0) }
  }

  private func check<Scalar: RealScalar, Cell: RecurrentCell>(
    _: Scalar.Type, _ biases: Int, gates: Int, _ cell: (RecurrentWeights<Scalar>) throws -> Cell
  ) throws where Cell.Scalar == Scalar {
    defer { Threads.count = 2 }
    // B, T, D, H: the last is large enough for two threads.
    for (B, T, D, H) in [(2, 3, 4, 5), (5, 4, 17, 1), (1, 6, 3, 33), (37, 7, 28, 51)] {
      var sample = Sample<Scalar>(B: B, T: T, D: D, H: H)
      let cell = try cell(sample.weights(gates: gates, biases: biases))
      #expect(cell.wholeSequence != nil)
      let layer = Recurrent(cell, returnSequences: true, goBackwards: biases == 2)
      let state =
        biases == 0 ? nil : Cell.State(tensors: cell.zeroState(batchSize: B).tensors.map { sample.tensor($0.shape) })
      let x = sample.tensor([B, T, D])
      let dy = sample.tensor([B, T, H])
      let ds = Cell.State(tensors: cell.zeroState(batchSize: B).tensors.map { sample.tensor($0.shape) })
      // The sums of both versions have at most D + H + 2 terms of size 1 in different orders, and the gradients of
      // weights at most B·T of them.
      let bound = Scalar(B * T + D + H + 2) * Scalar.ulpOfOne * 4
      for threads in [1, 2] {
        Threads.count = threads
        let plain = layer.stepByStep(x, state)
        let fast = try layer.run(x, initialState: state)
        try compare(layer, plain, fast, bound)
        if state == nil {
          #expect(try layer(x) == fast.outputs)
          #expect(try Recurrent(cell, goBackwards: layer.goBackwards)(x) == fast.lastOutput)
        }
        let expected = try layer.backward(outputs: dy, finalState: ds, run: plain)
        let received = try layer.backward(outputs: dy, finalState: ds, run: fast)
        #expect(received.x.largestDifference(from: expected.x) <= bound)
        for (a, b) in zip(received.initialState.tensors, expected.initialState.tensors) {
          #expect(a.largestDifference(from: b) <= bound)
        }
        try compare(received.parameters, expected.parameters, bound)
      }
    }
  }

  private func compare<Cell: RecurrentCell>(
    _ layer: Recurrent<Cell>, _ plain: SequenceRun<Cell>, _ fast: SequenceRun<Cell>, _ bound: Cell.Scalar
  ) throws {
    #expect(fast.outputs.largestDifference(from: plain.outputs) <= bound)
    #expect(fast.lastOutput.largestDifference(from: plain.lastOutput) <= bound)
    try #require(fast.states.count == plain.states.count)
    for (a, b) in zip(fast.states + [fast.finalState], plain.states + [plain.finalState]) {
      for (a, b) in zip(a.tensors, b.tensors) { #expect(a.largestDifference(from: b) <= bound) }
    }
    let (fastGates, plainGates) = (layer.gates(of: fast), layer.gates(of: plain))
    try #require(fastGates.count == plainGates.count)
    for (a, b) in zip(fastGates, plainGates) {
      #expect(a.map(\.name) == b.map(\.name))
      for (a, b) in zip(a, b) { #expect(a.values.largestDifference(from: b.values) <= bound) }
    }
  }

  private func compare<Parameters: ParameterGroup>(
    _ received: Parameters, _ expected: Parameters, _ bound: Parameters.Scalar
  ) throws {
    let (received, expected) = (received.named, expected.named)
    try #require(received.map(\.name) == expected.map(\.name))
    for (a, b) in zip(received, expected) {
      #expect(a.tensor.largestDifference(from: b.tensor) <= bound, "\(a.name)")
    }
  }

  @Test func theLastOutputAloneGivesTheSameGradients() throws {
    var sample = Sample<Double>(B: 3, T: 4, D: 5, H: 6)
    let cell = try LSTMCell(parameters: .init(sample.weights(gates: 4, biases: 1)))
    let layer = Recurrent(cell)
    let x = sample.tensor([3, 4, 5])
    let dy = sample.tensor([3, 6])
    let forward = try layer.forward(x, mask: nil)
    let backward = try layer.backward(dy, cache: forward.cache)
    let plain = layer.stepByStep(x)
    let expected = try layer.backward(outputs: plain.gradientOfLastStep(dy), run: plain)
    #expect(forward.output.largestDifference(from: plain.lastOutput) <= 1e-15)
    #expect(backward.input.largestDifference(from: expected.x) <= 1e-14)
    try compare(backward.parameters, expected.parameters, 1e-14)
    #expect(try layer.parameterGradient(dy, cache: forward.cache) == backward.parameters)
  }

  @Test func aStackGivesTheSameGradientWithAndWithoutThatOfItsInput() throws {
    var sample = Sample<Double>(B: 3, T: 4, D: 5, H: 6)
    let lstm = try LSTMCell(parameters: .init(sample.weights(gates: 4, biases: 1)))
    let dense = try Dense(kernel: sample.tensor([6, 2]), bias: sample.tensor([2]))
    let stack = Stack<Double>([Recurrent(lstm), dense])
    let forward = try stack.forward(sample.tensor([3, 4, 5]), mask: nil)
    let dy = sample.tensor([3, 2])
    let whole = try stack.backward(dy, cache: forward.cache)
    #expect(try stack.parameterGradient(dy, cache: forward.cache) == whole.parameters)
  }

  @Test func whatTheKernelsDoNotComputeGoesStepByStep() throws {
    var sample = Sample<Double>(B: 2, T: 3, D: 4, H: 5)
    let weights = sample.weights(gates: 4, biases: 1)
    let usual = try LSTMCell(parameters: .init(weights))
    #expect(usual.wholeSequence != nil)
    #expect(try LSTMCell(parameters: .init(weights, peepholes: sample.tensor([3, 5]))).wholeSequence == nil)
    for options in [
      LSTMOptions(activation: .relu), LSTMOptions(recurrentActivation: .kerasHardSigmoid),
      LSTMOptions(outputActivation: .linear), LSTMOptions(clip: 1), LSTMOptions(cellClip: 1),
      LSTMOptions(projectionClip: 1), LSTMOptions(inputForget: true),
    ] {
      #expect(try LSTMCell(parameters: .init(weights), options: options).wholeSequence == nil, "\(options)")
    }
    let masked = try Recurrent(usual).run(sample.tensor([2, 3, 4]), mask: SequenceMask(lengths: [2, 3], steps: 3))
    guard case .steps = masked.content else { throw ShapeError("masked run", expected: "steps", received: []) }
  }
}

/// Numbers for one size of layer, about as large as keeps sums of order 1.
private struct Sample<Scalar: RealScalar> {
  let B: Int
  let T: Int
  let D: Int
  let H: Int
  private var generator = RandomGenerator(seed: 77)

  init(B: Int, T: Int, D: Int, H: Int) { (self.B, self.T, self.D, self.H) = (B, T, D, H) }

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
