import Support
import Testing

@testable import Training

/// What trainings refuse, whole messages, and what they do at the ends of their ranges.
@Suite struct TrainingRefusals {
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "none"
    } catch { return "\(error)" }
  }

  @Test func bucketsAreHeldToTheirSizes() throws {
    let text = "buckets: expected at least one bucket, each of at least one step, received "
    expectEqual(message { _ = try Buckets([], batchSize: 1) }, text + "[]")
    expectEqual(message { _ = try Buckets([3, 0], batchSize: 1) }, text + "[3, 0]")
    expectEqual(message { _ = try Buckets([1], batchSize: 1) }, "none")
    expectEqual(
      message { _ = try Buckets([3], batchSize: 0) }, "buckets: expected batches of at least one sequence, received 0")
    let buckets = try Buckets([6, 2, 6], batchSize: 3)
    expect(buckets.sizes == [2, 6] && buckets.padding == 0 && buckets.batchSize == 3)
    expectEqual((0...7).map { buckets.size(for: $0) }, [nil, 2, 2, 6, 6, 6, 6, nil])
    expect(buckets.padded([7], to: 3) == [7, 0, 0] && buckets.padded([7, 8], to: 1) == [7, 8])
    expectEqual(
      message { _ = try buckets.batches(of: [[1], [1, 2, 3, 4, 5, 6, 7]]) },
      "buckets: expected sequence 1 to have 1 to 6 steps, received 7")
    try expect(buckets.batches(of: []).isEmpty)
  }

  @Test func ordersAreHeldToTheirSizes() throws {
    typealias Row = PieceOrder.Row
    func order(_ rows: [Row], pieces: Int = 3, batch: Int = 1, every: Int? = nil) -> String {
      message { _ = try PieceOrder(rows: rows, pieces: pieces, batchSize: batch, resetEvery: every) }
    }
    let rows = [Row(sequence: 0, piece: 2), Row(sequence: 1, piece: 0)]
    expect(order(rows) == "none" && order(rows, batch: 2, every: 1) == "none")
    expectEqual(order([]), "rows of a stateful layer: expected shape [a multiple of 1], received [0]")
    expectEqual(order(rows, batch: 0), "rows of a stateful layer: expected shape [a multiple of 0], received [2]")
    expectEqual(order(rows, batch: 3), "rows of a stateful layer: expected shape [a multiple of 3], received [2]")
    expectEqual(order(rows, pieces: 2), "pieces of a sequence: expected shape 0 … 1, received [2, 0]")
    expectEqual(
      order([Row(sequence: -1, piece: 0)]), "pieces of a sequence: expected shape 0 … 2, received [0]")
    expectEqual(order(rows, every: 0), "batches between two resets: expected shape at least 1, received [0]")
    expectEqual(order(rows, every: -2), "batches between two resets: expected shape at least 1, received [-2]")
    for (shape, L) in [([2, 7, 1], 2), ([2, 6, 1], 0), ([2, 6], 2)] {
      expectEqual(
        message { _ = try Tensor<Double>.zeros(shape).pieces(of: L) },
        "sequences to cut: expected shape [N, a multiple of \(L), D], received \(shape)")
    }
  }

  @Test func resetsFollowFromTheBatch() throws {
    var order = try PieceOrder.aligned(sequences: 4, pieces: 2, batchSize: 2)
    expect((0..<4).map { order.isReset(before: $0) } == [true, false, true, false] && order.batchCount == 4)
    expectEqual(order.rowsInPlace, [Bool](repeating: true, count: 8))
    order.resetEvery = nil
    expectEqual((0..<4).map { order.isReset(before: $0) }, [true, false, false, false])
    expectEqual(order.rowsInPlace, [true, true, true, true, false, false, false, false])
    let wrong = try PieceOrder.sequenceBySequence(sequences: 2, pieces: 2, batchSize: 2)
    expectEqual(wrong.rowsInPlace, [true, false, false, false])
    var (own, plain) = (RandomGenerator(seed: 3), RandomGenerator(seed: 3))
    expectEqual(order.shuffled(using: &own).rows, plain.permutation(8).map { order.rows[$0] })
  }

  private func model() -> SequenceModel<SimpleRNNCell<Double>, Dense<Double>> {
    var model = SequenceModel(
      SimpleRNNCell<Double>(inputSize: 2, units: 4), head: Dense<Double>(inputSize: 4, units: 3))
    var generator = RandomGenerator(seed: 5)
    model.initialize(using: &generator)
    return model
  }

  private func numbers(_ shape: [Int], seed: UInt64) -> Tensor<Double> {
    var generator = RandomGenerator(seed: seed)
    return .uniform(shape, -1, 1, using: &generator)
  }

  /// Batch by batch: the state goes on, but where the order says zero, or nobody keeps it.
  @Test(arguments: [true, false], [Int?.none, 2]) func piecesAreFedInTheirOrder(keepsState: Bool, every: Int?) throws {
    let (x, y) = (numbers([8, 3, 2], seed: 1), numbers([8, 3, 3], seed: 2))
    var order = try PieceOrder.aligned(sequences: 4, pieces: 2, batchSize: 2)
    order.resetEvery = every
    let rule = SGD(learningRate: 0.1)
    var training = TruncatedTraining(model(), optimizer: rule)
    var plain = model()
    var (memory, state) = (OptimizerState(rule, for: plain.parameters), HiddenState<Double>?.none)
    for _ in 0..<2 {
      let losses = try training.train(x, y, loss: meanSquaredError, order: order, keepsState: keepsState)
      for batch in 0..<4 {
        if !keepsState || every != nil && batch % 2 == 0 { state = nil }
        let places = order.places(of: batch)
        let piece = try plain.gradient(x.batch(places), y.batch(places), from: state, loss: meanSquaredError)
        try rule.step(&plain.parameters, gradient: piece.gradient, state: &memory)
        state = piece.state
        expectEqual(losses[batch], piece.loss)
      }
      expectEqual(losses.count, 4)
    }
    expect(training.model.parameters == plain.parameters && training.state == state)
    // The outputs, from zero in each call.
    let outputs = try plain.outputs(x, order: order, keepsState: keepsState)
    state = nil
    for batch in 0..<4 {
      if !keepsState || (every != nil ? batch % 2 == 0 : batch == 0) { state = nil }
      let run = try plain.recurrent.run(x.batch(order.places(of: batch)), initialState: state)
      state = run.finalState
      try expectEqual(outputs[batch], plain.head(run.outputs))
    }
  }

  @Test func piecesAreHeldToTheirOrder() throws {
    let order = try PieceOrder.aligned(sequences: 2, pieces: 3, batchSize: 2)
    var training = TruncatedTraining(model(), optimizer: SGD())
    func train(_ x: [Int], _ y: [Int]) -> String {
      message {
        _ = try training.train(Tensor.zeros(x), Tensor.zeros(y), loss: meanSquaredError, order: order)
      }
    }
    expect(train([6, 4, 2], [6, 4, 3]) == "none" && train([7, 4, 2], [7, 4, 3]) == "none")
    expectEqual(train([5, 4, 2], [5, 4, 3]), "pieces to feed: expected shape [N · 3, L, D], received [5, 4, 2]")
    expectEqual(train([6, 8], [6, 4, 3]), "pieces to feed: expected shape [N · 3, L, D], received [6, 8]")
    expectEqual(train([6, 4, 2], [5, 4, 3]), "targets of pieces: expected shape [6, 4, …], received [5, 4]")
    expectEqual(train([6, 4, 2], [6, 3, 3]), "targets of pieces: expected shape [6, 4, …], received [6, 3]")
  }

  // MARK: Trainings

  private func run() -> TrainingRun<Stack<Double>, SGD> {
    TrainingRun(Stack([Dense(inputSize: 2, units: 1)]), optimizer: SGD())
  }

  @Test func samplesAreHeldToThePlan() {
    func fit(_ x: [Int], _ y: [Int], batch: Int = 2, at sample: Int = 0) -> String {
      var run = run()
      run.position.sample = sample
      return message {
        try run.fit(
          Tensor.zeros(x), Tensor.zeros(y), loss: meanSquaredError, plan: TrainingPlan(epochs: 1, batchSize: batch))
      }
    }
    expect(fit([3, 2], [3, 1]) == "none" && fit([3, 2], [3, 1], at: 2) == "none")
    expectEqual(fit([3, 2], [2, 1]), "targets of a training: expected shape [3, …], received [2]")
    expectEqual(fit([0, 2], [0, 1]), "targets of a training: expected shape [1, …], received [0]")
    expectEqual(fit([3, 2], [3, 1], batch: 0), "targets of a training: expected shape [3, …], received [3]")
    expectEqual(
      fit([3, 2], [3, 1], at: 3), "samples of a training that stands at 3: expected shape more, received [3]")
    expectEqual(
      fit([3, 2], [3, 1], at: -1), "samples of a training that stands at -1: expected shape more, received [3]")
  }

  /// The order of each epoch is drawn from a seed of its own.
  @Test func ordersFollowFromTheSeed() {
    let plan = TrainingPlan(epochs: 3, batchSize: 2, shuffleSeed: 12)
    var seeds = RandomGenerator(seed: 12)
    for epoch in 0..<3 {
      var generator = RandomGenerator(seed: seeds.next())
      expectEqual(plan.order(ofEpoch: epoch, sampleCount: 9), generator.permutation(9))
    }
    expectEqual(TrainingPlan(epochs: 3).order(ofEpoch: 2, sampleCount: 3), [0, 1, 2])
  }

  /// Every field of every step, two epochs of five samples in batches of two; the metric as well.
  @Test func aRunIsItsSteps() throws {
    let (x, y) = (numbers([5, 2], seed: 3), numbers([5, 1], seed: 4))
    let plan = TrainingPlan(epochs: 2, batchSize: 2, shuffleSeed: 7)
    var run = run()
    var (model, state) = (run.model, OptimizerState<Double>(SGD(), for: run.model.parameters))
    var steps: [TrainingStep] = []
    try run.fit(
      x, y, loss: meanSquaredError, plan: plan, metric: { output, _, _ in output.sum() },
      onStep: { now, step in
        steps.append(step)
        expect(now.history.losses.count == (step.isLastOfEpoch ? step.epoch + 1 : step.epoch))
        return .proceed
      })
    for epoch in 0..<2 {
      let order = plan.order(ofEpoch: epoch, sampleCount: 5)
      var (lossSum, metricSum, done) = (0.0, 0.0, 0)
      for (number, batch) in [order[0..<2], order[2..<4], order[4..<5]].enumerated() {
        let forward = try model.forward(x.batch(batch))
        let loss = try meanSquaredError(forward.output, y.batch(batch))
        let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
        try SGD().step(&model, gradient: gradient, state: &state)
        lossSum += loss.value * Double(batch.count)
        metricSum += forward.output.sum() * Double(batch.count)
        done += batch.count
        expectEqual(
          steps[3 * epoch + number],
          TrainingStep(
            epoch: epoch, step: number, steps: 3, batchLoss: loss.value, meanLoss: lossSum / Double(done),
            meanMetric: metricSum / Double(done)))
      }
      expect(run.history.losses[epoch] == lossSum / 5 && run.history.metrics[epoch] == metricSum / 5)
    }
    expect(run.model.parameters == model.parameters && run.optimizerState == state)
    expectEqual(run.position, TrainingPosition(epoch: 2, sample: 0, lossSum: 0, metricSum: 0))
    // Stopped within an epoch: the sums up to there, and no metric where nobody asks for one.
    var stopped = self.run()
    try stopped.fit(
      x, y, loss: meanSquaredError, plan: plan,
      onStep: { _, step in
        expect(step.meanMetric == nil)
        return step.step == 1 ? .stop : .proceed
      })
    expect(stopped.position.sample == 4 && stopped.position.lossSum == steps[1].meanLoss * 4)
    expect(stopped.position.metricSum == 0 && stopped.history == TrainingHistory(losses: [], metrics: []))
  }

  /// Batches of 32 where nobody says how many, in the order of the samples.
  @Test func aModelIsFittedAndEvaluated() throws {
    let (x, y) = (numbers([35, 2], seed: 3), numbers([35, 1], seed: 4))
    var (own, plain) = (run().model, run())
    let history = try own.fit(x, y, loss: meanSquaredError, optimizer: SGD(), epochs: 2)
    try plain.fit(x, y, loss: meanSquaredError, plan: TrainingPlan(epochs: 2, batchSize: 32, shuffleSeed: nil))
    expect(own.parameters == plain.model.parameters && history == plain.history)
    var sizes: [Int] = []
    let mean = try own.evaluate(x, y) { output, target, mask in
      sizes.append(target.shape[0])
      return Double(output.shape[0])
    }
    let squares = Double(32 * 32 + 3 * 3)
    expect(sizes == [32, 3] && mean == squares / 35)
    var shuffled = run().model
    _ = try shuffled.fit(x, y, loss: meanSquaredError, optimizer: SGD(), epochs: 2, batchSize: 8, shuffleSeed: 5)
    var other = run()
    try other.fit(x, y, loss: meanSquaredError, plan: TrainingPlan(epochs: 2, batchSize: 8, shuffleSeed: 5))
    expectEqual(shuffled.parameters, other.model.parameters)
  }

  // MARK: Samples

  @Test func labelsOfSamplesAndSteps() {
    expect(Labels([1, 2, 3]).labelsASample == 1 && Labels([[1, 2, 3], [4, 5, 6]]).labelsASample == 3)
    expect(Labels([[Int]]()).labelsASample == 1 && Labels([[], []]).sampleCount == 0)
    expect(Labels([[1, 2, 3], [4, 5, 6]]).sampleCount == 2 && Labels([1, 2]).stepCount == 1)
    expectEqual(Labels([[1, 2, 3], [4, 5, 6]]).batch([1]).labelsASample, 3)
    expect(Tensor<Double>(shape: [], scalars: [1]).sampleCount == 0 && Tensor<Double>.zeros([4, 2]).sampleCount == 4)
    expectEqual(Tensor<Double>.zeros([2, 3]).batch([]).shape, [0, 3])
  }

  @Test(.lane(.exits)) func samplesThatAreNotThereEndTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).batch([2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).batch([-1]) }
    await #expect(processExitsWith: .failure) { _ = Labels([[1, 2], [3]]) }
  }

  /// A training may begin in a state; chunks go on from it.
  @Test func aTrainingBeginsInItsState() throws {
    let (x, y) = (numbers([1, 4, 2], seed: 5), numbers([1, 4, 3], seed: 6))
    let state = HiddenState(h: numbers([1, 4], seed: 7))
    var training = TruncatedTraining(model(), optimizer: SGD(), state: state)
    let first = try model().gradient(x.steps(0..<3), y.steps(0..<3), from: state, loss: meanSquaredError)
    let losses = try training.train(x, y, loss: meanSquaredError, chunkLength: 3)
    expect(losses.count == 2 && losses[0] == first.loss && training.optimizerState.step == 2)
    expect(TruncatedTraining(model(), optimizer: SGD()).state == nil)
  }
}
