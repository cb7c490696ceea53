import Support
import Testing

@testable import SequenceTasks

/// Several runs together, from results made by hand.
@Suite struct RunsTests {
  private typealias Bits = Experiment<BitTask>

  private func result(_ seed: UInt64, _ points: [(Int, Double, Double)], failedAt: Int? = nil) -> Bits.Result {
    Bits.Result(
      seed: seed, curve: points.map { .init(update: $0.0, loss: $0.1, accuracy: $0.2) }, model: Stack([]),
      failedAt: failedAt)
  }

  /// The second run failed after its first point: the others' points remain.
  @Test func figuresOfAllSeeds() {
    let runs = ExperimentRuns<BitTask>(results: [
      result(1, [(0, 4, 0.25), (5, 2, 0.5)]), result(2, [(0, 8, 0.75)], failedAt: 3),
      result(3, [(0, 6, 0.125), (5, 1, 1)]),
    ])
    expectEqual(
      runs.curve,
      [
        .init(update: 0, least: 0.125, mean: 0.375, greatest: 0.75),
        .init(update: 5, least: 0.5, mean: 0.75, greatest: 1),
      ])
    expectEqual(
      runs.lossCurve,
      [
        .init(update: 0, least: 4, mean: 6, greatest: 8), .init(update: 5, least: 1, mean: 1.5, greatest: 2),
      ])
    expect(runs.accuracies[0] == 0.5 && runs.accuracies[1].isNaN && runs.accuracies[2] == 1)
    expect(runs.losses[0] == 2 && runs.losses[1].isNaN && runs.losses[2] == 1)
    expect(runs.count(above: 0.5) == 2 && runs.count(above: 0.51) == 1 && runs.count(above: 1.1) == 0)
    expect(ExperimentRuns<BitTask>(results: []).curve.isEmpty && result(1, []).loss.isNaN)
    expect(result(1, []).accuracy.isNaN)
  }

  @Test func answersAreHeldToTheirShape() throws {
    let batch = TaskBatch(
      x: Tensor<Double>.zeros([1, 2, 1]), target: Tensor<Double>(shape: [1, 2, 1], scalars: [1, 0]))
    #expect(throws: ShapeError("answers to a bit task", expected: "[1, 2, 1]", received: [1, 2])) {
      try BitTask(.seen).accuracy(Tensor([[1, 0]]), batch)
    }
    let sums = TaskBatch(x: Tensor<Double>.zeros([2, 2, 2]), target: Tensor<Double>([[1], [2]]))
    #expect(throws: ShapeError("answers to the adding task", expected: "[2, 1]", received: [1, 1])) {
      try Adding().accuracy(Tensor([[1]]), sums)
    }
  }

  /// Nothing is asked: no answer is right, and no rule is best.
  @Test func whereNothingIsAsked() throws {
    var generator = RandomGenerator(seed: 3)
    let batch = BitTask(.bitBefore(5)).draw(2, steps: 3, using: &generator, Double.self)
    expectEqual(batch.mask?.isUsed, [Bool](repeating: false, count: 6))
    try expectEqual(BitTask(.bitBefore(5)).accuracy(batch.target, batch), 0)
    expectEqual(BitTask(.parity).bestWithoutMemory(steps: 0), 0)
    let none = TaskBatch(x: Tensor<Double>.zeros([0, 2, 2]), target: Tensor<Double>.zeros([0, 1]))
    try expectEqual(Adding().accuracy(.zeros([0, 1]), none), 0)
    expect(power(3, 0) == 1 && power(0.5, 3) == 0.125 && power(-2, 3) == -8)
  }

  /// The cross-entropy over the steps that are asked.
  @Test func theLossLeavesOutWhatIsNotAsked() throws {
    var generator = RandomGenerator(seed: 3)
    let batch = BitTask(.bitBefore(1)).draw(2, steps: 3, using: &generator, Double.self)
    let output = Tensor<Double>(shape: [2, 3, 1], scalars: [0.9, 0.2, 0.3, 0.4, 0.6, 0.7])
    let own = try BitTask(.bitBefore(1)).loss(output, batch)
    expect(own == (try binaryCrossEntropy(output, batch.target, mask: batch.mask)))
    expect(own.gradient.scalars[0] == 0 && own.gradient.scalars[3] == 0 && own.gradient.scalars[1] != 0)
  }
}

@Suite(.serialized, .lane(.threads)) struct SideBySideTests {
  /// Results stand in the order of the seeds; while the runs last each has one thread.
  @Test func runsHaveOneThreadEach() throws {
    struct Stop: Error, Equatable { let seed: UInt64 }
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 3
    try expectEqual(sideBySide([7, 5, 9, 1]) { [$0, UInt64(Threads.count)] }, [[7, 1], [5, 1], [9, 1], [1, 1]])
    expectEqual(Threads.count, 3)
    // The first of the seeds that fail is told.
    #expect(throws: Stop(seed: 5)) { try sideBySide([7, 5, 9]) { if $0 != 7 { throw Stop(seed: $0) } } }
    try expect(sideBySide([]) { $0 }.isEmpty && Threads.count == 3)
  }

  @Test func everySeedOfARangeIsRun() throws {
    var experiment = Experiment(
      Adding(), layers: [.init(.simpleRNN, units: 2)], steps: 3, updates: 2, learningRate: 0.01)
    experiment.testSize = 4
    let runs = try experiment.runs(seeds: 3...5)
    expectEqual(runs.results.map(\.seed), [3, 4, 5])
    try expect(runs.results.map(\.curve) == (3...5).map { try experiment.run(seed: $0).curve })
  }
}

/// A stateful training written once more; the set has four inputs and three outputs.
@Suite struct StatefulByHand {
  @Test(arguments: StatefulExperiment.Feeding.allCases)
  func aTrainingIsItsPasses(feeding: StatefulExperiment.Feeding) throws {
    let set = SeriesSet.lagged(count: 4, steps: 6, outputs: 3, seed: 12)
    var experiment = StatefulExperiment(set, pieceLength: 2, batchSize: 2, feeding: feeding)
    (experiment.units, experiment.epochs) = (3, 2)
    var model = SequenceModel(
      LSTMCell<Float>(inputSize: 4, units: 3), head: TimeDistributed(Dense<Float>(inputSize: 3, units: 3)))
    var generator = RandomGenerator(seed: 9)
    model.initialize(using: &generator)
    expectEqual(experiment.network(seed: 9).parameters, model.parameters)
    let rule = RMSprop(learningRate: 0.001, rho: 0.9, epsilon: 1e-7, epsilonPlace: .outsideRoot)
    var training = TruncatedTraining(model, optimizer: rule)
    let (x, y) = (try set.x.pieces(of: 2), try set.y.pieces(of: 2))
    let losses = try (0..<2).map { _ in
      let batches = try training.train(
        x, y, loss: meanSquaredError, order: experiment.order(), keepsState: feeding != .stateless)
      return batches.reduce(0, +) / 6
    }
    func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) throws -> Double {
      let (x, y) = feeding == .stateless ? (try x.pieces(of: 2), try y.pieces(of: 2)) : (x, y)
      let h = try training.model.recurrent.run(x).outputs
      return try meanSquaredError(training.model.head(h), y).value
    }
    let result = try experiment.run(seed: 9)
    expect(result.losses == losses && result.model.parameters == training.model.parameters && result.seed == 9)
    try expect(result.trainingLoss == loss(set.x, set.y) && result.testLoss == loss(set.xTest, set.yTest))
    expect(result.trainingLoss != result.testLoss)
  }

  @Test func piecesOfEverySequence() throws {
    let set = SeriesSet.firstBit(count: 4, steps: 6, seed: 1)
    let experiment = StatefulExperiment(set, pieceLength: 3, batchSize: 2, feeding: .stateful)
    try expectEqual(experiment.order(), .aligned(sequences: 4, pieces: 2, batchSize: 2))
    var odd = experiment
    odd.batchSize = 3
    #expect(throws: ShapeError("rows of a stateful layer", expected: "[a multiple of 3]", received: [8])) {
      try odd.order()
    }
  }
}
