import Support
import Testing

@testable import Training

/// A small simple recurrent network with a dense layer on every step; all sizes differ.
private func network(seed: UInt64) throws -> Stack<Double> {
  let cell = try SimpleRNNCell<Double>(
    parameters: RecurrentWeights(kernel: .zeros([2, 5]), recurrentKernel: .zeros([5, 5]), bias: .zeros([5])))
  let dense = try Dense<Double>(kernel: .zeros([5, 3]), bias: .zeros([3]), activation: .sigmoid)
  var stack = Stack<Double>([Recurrent(cell, returnSequences: true), TimeDistributed(dense)])
  var generator = RandomGenerator(seed: seed)
  stack.initialize(using: &generator)
  return stack
}

private func samples(_ shape: [Int], seed: UInt64) -> Tensor<Double> {
  var generator = RandomGenerator(seed: seed)
  return .uniform(shape, 0, 1, using: &generator)
}

@Suite struct TrainingRuns {
  let x = samples([11, 4, 2], seed: 1)
  let y = samples([11, 4, 3], seed: 2)
  let plan = TrainingPlan(epochs: 3, batchSize: 4, shuffleSeed: 6)

  func run() throws -> TrainingRun<Stack<Double>, Adam> {
    TrainingRun(try network(seed: 3), optimizer: Adam(learningRate: 0.01))
  }

  /// One weight, w = 2, x = 1, 3, 5, y = 0, batches of 2 and 1, η = 0.1: a computation on paper.
  ///
  ///     batch 1: loss (4 + 36)/2 = 20,   gradient 2·(2·1 + 6·3)/2 = 20,   w = 2 − 2 = 0
  ///     batch 2: loss 0                                                   epoch: (20·2 + 0·1)/3
  @Test func lossesAreWeightedBySamplesAndTakenBeforeTheUpdate() throws {
    var dense = try Dense<Double>(kernel: Tensor([[2]]))
    let history = try dense.fit(
      Tensor([[1], [3], [5]]), Tensor([[0], [0], [0]]), loss: meanSquaredError, optimizer: SGD(learningRate: 0.1),
      epochs: 1, batchSize: 2)
    expect(abs(history.losses[0] - 40.0 / 3) < 1e-14)
    expectEqual(dense.parameters.kernel, Tensor([[0]]))
  }

  @Test func lossesFall() throws {
    var model = try network(seed: 3)
    let history = try model.fit(x, y, loss: meanSquaredError, optimizer: RMSprop(), epochs: 20, batchSize: 4)
    expectEqual(history.losses.count, 20)
    expect(history.losses[19] < 0.9 * history.losses[0])
    let after = try model.evaluate(x, y, batchSize: 3) { try meanSquaredError($0, $1, mask: $2).value }
    expect(abs(after - history.losses[19]) < 0.02 * after)
  }

  @Test func theSameSeedTrainsToTheSameBits() throws {
    var (first, second) = (try run(), try run())
    try first.fit(x, y, loss: meanSquaredError, plan: plan)
    try second.fit(x, y, loss: meanSquaredError, plan: plan)
    expectEqual(first.model.parameters, second.model.parameters)
    expectEqual(first.history, second.history)
    var other = try run()
    try other.fit(x, y, loss: meanSquaredError, plan: TrainingPlan(epochs: 3, batchSize: 4, shuffleSeed: 7))
    expect(other.model.parameters != first.model.parameters)
  }

  @Test func aStoppedRunGoesOnToTheSameBits() throws {
    var whole = try run()
    try whole.fit(x, y, loss: meanSquaredError, plan: plan)
    var parts = try run()
    var stops = 0
    while parts.position.epoch < plan.epochs {
      try parts.fit(
        x, y, loss: meanSquaredError, plan: plan,
        onStep: { _, _ in
          stops += 1
          return .stop
        })
    }
    expectEqual(stops, 9)
    expectEqual(parts.model.parameters, whole.model.parameters)
    expectEqual(parts.optimizerState, whole.optimizerState)
    expectEqual(parts.history, whole.history)
  }

  @Test func everyStepIsReported() throws {
    var steps: [TrainingStep] = []
    var run = try run()
    try run.fit(
      x, y, loss: meanSquaredError, plan: plan, metric: { output, _, _ in output.mean() },
      onStep: { run, step in
        steps.append(step)
        expectEqual(run.optimizerState.step, steps.count)
        return .proceed
      })
    expectEqual(steps.map(\.epoch), [0, 0, 0, 1, 1, 1, 2, 2, 2])
    expectEqual(steps.map(\.step), [0, 1, 2, 0, 1, 2, 0, 1, 2])
    expectEqual(steps.filter(\.isLastOfEpoch).map(\.meanLoss), run.history.losses)
    expectEqual(steps.filter(\.isLastOfEpoch).compactMap(\.meanMetric), run.history.metrics)
  }

  @Test func shuffledEpochsTakeEverySampleOnceInNewOrders() {
    let orders = (0..<3).map { plan.order(ofEpoch: $0, sampleCount: 50) }
    expect(orders.allSatisfy { $0.sorted() == Array(0..<50) })
    expectEqual(Set(orders).count, 3)
    expectEqual(TrainingPlan(epochs: 1).order(ofEpoch: 0, sampleCount: 4), [0, 1, 2, 3])
  }

  @Test func targetsOfAnotherCountAreAnError() throws {
    var run = try run()
    #expect(throws: ShapeError("targets of a training", expected: "[11, …]", received: [10])) {
      try run.fit(x, y.slices(0..<10), loss: meanSquaredError, plan: plan)
    }
  }

  @Test func labelsTravelWithTheirSamples() throws {
    let labels = Labels([[1, 2], [3, 4], [5, 6]])
    expectEqual(labels.batch([2, 0]), Labels([[5, 6], [1, 2]]))
    expectEqual(Labels([7, 8, 9]).batch([2, 0]), Labels([9, 7]))
    expectEqual(x.batch([5, 3]).slice(1), x.slice(3))
  }
}

@Suite struct TruncatedBackpropagation {
  let x = samples([2, 6, 2], seed: 4)
  let y = samples([2, 6, 3], seed: 5)

  func model() throws -> SequenceModel<SimpleRNNCell<Double>, Dense<Double>> {
    let cell = try SimpleRNNCell<Double>(
      parameters: RecurrentWeights(kernel: .zeros([2, 5]), recurrentKernel: .zeros([5, 5]), bias: .zeros([5])))
    let dense = try Dense<Double>(kernel: .zeros([5, 3]), bias: .zeros([3]), activation: .sigmoid)
    var model = SequenceModel(cell, head: dense)
    var generator = RandomGenerator(seed: 3)
    model.initialize(using: &generator)
    return model
  }

  @Test func oneChunkIsFullBackpropagation() throws {
    var whole = try network(seed: 3)
    _ = try whole.fit(x, y, loss: meanSquaredError, optimizer: SGD(learningRate: 0.5), epochs: 1)
    var truncated = TruncatedTraining(try model(), optimizer: SGD(learningRate: 0.5))
    let losses = try truncated.train(x, y, loss: meanSquaredError, chunkLength: 6)
    expectEqual(losses.count, 1)
    expectEqual(truncated.model.parameters.named.map(\.tensor), whole.parameters.tensors)
  }

  /// h_t = w·x_t + u·h_{t−1}, L = h² of each chunk's steps, x = 1, 2, 3, w = 1, u = 0.5, chunks of 2 and 1, η = 0 in
  /// effect.
  ///
  ///     h = 1, 2.5, 4.25
  ///     chunk 1: L = (1 + 6.25)/2,   ∂L/∂u = h₁·h₀ = 2.5,      ∂L/∂w = h₀·1 + h₁·(2 + 0.5·1) = 7.25
  ///     chunk 2: L = 18.0625,        ∂L/∂u = 2·h₂·h₁ = 21.25,  ∂L/∂w = 2·h₂·3 = 25.5
  ///
  /// The full gradient of the last step would add 2·h₂·u·∂h₁/∂u = 2·4.25·0.5·1 = 4.25 to ∂L/∂u: the cut leaves it out.
  @Test func gradientsEndAtTheCutAndTheStateGoesOn() throws {
    let cell = try SimpleRNNCell<Double>(
      parameters: RecurrentWeights(kernel: Tensor([[1]]), recurrentKernel: Tensor([[0.5]])),
      options: SimpleRNNOptions(activation: .linear))
    let model = SequenceModel(cell, head: try Dense<Double>(kernel: Tensor([[1]])))
    let x = Tensor<Double>(shape: [1, 3, 1], scalars: [1, 2, 3])
    let none = Tensor<Double>.zeros([1, 3, 1])
    let first = try model.gradient(x.steps(0..<2), none.steps(0..<2), from: nil, loss: meanSquaredError)
    expectEqual(first.loss, 3.625)
    expectEqual(first.gradient.cell.recurrentKernel, Tensor([[2.5]]))
    expectEqual(first.gradient.cell.kernel, Tensor([[7.25]]))
    let second = try model.gradient(x.steps(2..<3), none.steps(2..<3), from: first.state, loss: meanSquaredError)
    expectEqual(second.loss, 18.0625)
    expectEqual(second.gradient.cell.recurrentKernel, Tensor([[21.25]]))
    expectEqual(second.gradient.cell.kernel, Tensor([[25.5]]))

    var training = TruncatedTraining(model, optimizer: SGD(learningRate: 0))
    try expectEqual(training.train(x, none, loss: meanSquaredError, chunkLength: 2), [3.625, 18.0625])
    expectEqual(training.state, HiddenState(h: Tensor([[4.25]])))
  }

  /// Two pieces of one length, whose losses are means of as many numbers.
  @Test func piecesWithTheirEndingsGiveTheGradientOfTheWhole() throws {
    let model = try model()
    let (x1, x2, y1, y2) = (x.steps(0..<3), x.steps(3..<6), y.steps(0..<3), y.steps(3..<6))
    let whole = try model.gradients(x, y, from: nil, loss: meanSquaredError).parameters
    let alone = try model.gradients(x1, y1, from: nil, loss: meanSquaredError)
    let second = try model.gradients(x2, y2, from: alone.state, loss: meanSquaredError)
    let first = try model.gradients(x1, y1, from: nil, ending: second.initialState, loss: meanSquaredError)
    expect(first.parameters != alone.parameters && first.loss == alone.loss)
    for (place, all) in whole.named.enumerated() {
      let sum = first.parameters.named[place].tensor + second.parameters.named[place].tensor
      expect((sum * 0.5).largestDifference(from: all.tensor) <= 1e-14, "\(all.name)")
    }
  }

  @Test func twoCallsCarryTheStateAsOneDoes() throws {
    var (once, twice) = (
      TruncatedTraining(try model(), optimizer: Adam()), TruncatedTraining(try model(), optimizer: Adam())
    )
    let whole = try once.train(x, y, loss: meanSquaredError, chunkLength: 2)
    let parts =
      try twice.train(x.steps(0..<4), y.steps(0..<4), loss: meanSquaredError, chunkLength: 2)
      + twice.train(x.steps(4..<6), y.steps(4..<6), loss: meanSquaredError, chunkLength: 2)
    expectEqual(whole, parts)
    expectEqual(once.model.parameters, twice.model.parameters)
    twice.state = nil
    try expect(twice.train(x, y, loss: meanSquaredError, chunkLength: 6) != whole)
  }

  @Test func wrongTargetsAreErrors() throws {
    var training = TruncatedTraining(try model(), optimizer: SGD())
    #expect(throws: ShapeError("targets of a sequence", expected: "[2, 6, …]", received: [2, 5])) {
      try training.train(x, y.steps(0..<5), loss: meanSquaredError, chunkLength: 2)
    }
    #expect(throws: ShapeError("targets of a sequence", expected: "[2, 6, …]", received: [3, 6])) {
      try training.train(x, samples([3, 6, 3], seed: 5), loss: meanSquaredError, chunkLength: 2)
    }
    for (shape, k) in [([2, 6], 2), ([2, 6, 2], 0)] {
      #expect(throws: ShapeError("sequence to cut into chunks of \(k)", expected: "[B, T, D]", received: shape)) {
        try training.train(samples(shape, seed: 4), y, loss: meanSquaredError, chunkLength: k)
      }
    }
    expectEqual(Labels([[1, 2, 3], [4, 5, 6]]).steps(1..<3), Labels([[2, 3], [5, 6]]))
    expect(
      Labels([[1, 2, 3], [4, 5, 6]]).stepCount == 3 && y.stepCount == 6 && Tensor<Double>.zeros([2, 6]).stepCount == 0)
  }
}
