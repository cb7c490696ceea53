import Support
import Testing

@testable import SequenceTasks

@Suite struct SeriesSetTests {
  @Test func halfOfAllSeriesBeginWithOne() {
    let set = SeriesSet.firstBit(count: 7, steps: 5, seed: 3)
    expect(set.x.shape == [7, 5, 1] && set.yTest.shape == [7, 5, 1] && set.count == 7 && set.steps == 5)
    let all = set.x.scalars + set.xTest.scalars
    expectEqual(all.reduce(0, +), 7)
    for n in 0..<7 {
      let series = Array(set.x.scalars[n * 5..<(n + 1) * 5])
      expect(series.dropFirst().allSatisfy { $0 == 0 })
      expectEqual(Array(set.y.scalars[n * 5..<(n + 1) * 5]), [Float](repeating: series[0], count: 5))
    }
    expect(set == .firstBit(count: 7, steps: 5, seed: 3) && set != .firstBit(count: 7, steps: 5, seed: 4))
  }

  @Test func laggedSeriesAreWhatTheyWereBefore() {
    let set = SeriesSet.lagged(count: 3, steps: 6, outputs: 3, seed: 5)
    expect(set.x.shape == [3, 6, 4] && set.y.shape == [3, 6, 3])
    for n in 0..<3 {
      for t in 3..<6 {
        expectEqual(set.y[n, t, 0], set.x[n, t - 2, 0])
        expectEqual(set.y[n, t, 1], set.x[n, t - 1, 1] * set.x[n, t - 2, 2])
        expectEqual(set.y[n, t, 2], set.x[n, t - 3, 3])
      }
    }
    // What the second series cannot know is the end of the first.
    expect(set.y[1, 0, 0] == set.x[0, 4, 0] && set.yTest[0, 1, 0] == set.x[2, 5, 0])
    let one = SeriesSet.lagged(count: 3, steps: 6, outputs: 1, seed: 5)
    expect(one.x.shape == [3, 6, 1] && one.x[2, 3, 0] == set.x[2, 3, 0] && one.y[2, 3, 0] == set.y[2, 3, 0])
  }

  /// Over all pieces of all series, half of which begin with 1, the best answer to a piece of zeros is their mean.
  @Test(arguments: [2, 3, 10]) func bestWithoutAState(P: Int) {
    let targets = [Double](repeating: 1, count: P - 1) + [Double](repeating: 0, count: P)
    let q = targets.reduce(0, +) / Double(targets.count)
    let error = targets.reduce(0) { $0 + ($1 - q) * ($1 - q) } / Double(2 * P)
    expect(abs(SeriesSet.bestStatelessError(pieces: P) - error) < 1e-15)
    if P == 10 { expect(abs(error - 9 / 38.0) < 1e-15) }
    expect(abs(SeriesSet.bestStatelessError(pieces: P, ones: 4, of: 8) - error) < 1e-15)
  }

  /// Three series of two pieces, one of which begins with 1: of five pieces of zeros one has the target 1.
  @Test func bestWithoutAStateForASet() {
    expect(abs(SeriesSet.bestStatelessError(pieces: 2, ones: 1, of: 3) - 5.0 / 6 * 0.2 * 0.8) < 1e-15)
  }
}

@Suite struct StatefulExperimentTests {
  private func experiment(_ feeding: StatefulExperiment.Feeding, epochs: Int = 3) -> StatefulExperiment {
    var experiment = StatefulExperiment(
      .firstBit(count: 6, steps: 12, seed: 2), pieceLength: 4, batchSize: 3, feeding: feeding)
    experiment.units = 4
    experiment.epochs = epochs
    return experiment
  }

  @Test func theFirstPieceIsTheSameForAll() throws {
    // Before any update the loss of a first batch does not depend on what happens to the state later.
    let runs = try StatefulExperiment.Feeding.allCases.map { try experiment($0).run(seed: 5) }
    expect(runs.allSatisfy { $0.losses.count == 3 && $0.losses.allSatisfy(\.isFinite) && $0.testLoss.isFinite })
    let losses = runs.map(\.losses)
    expectEqual(Set(losses).count, 4, "each way trains otherwise")
  }

  /// However long it trains: with the weights held still no network that sees pieces alone is better than the least
  /// error.
  @Test func withoutAStateNoNetworkIsBetterThanTheBound() throws {
    let experiment = experiment(.stateless, epochs: 40)
    let ones = (0..<6).count { experiment.set.x[$0, 0, 0] == 1 }
    let bound = SeriesSet.bestStatelessError(pieces: 3, ones: ones, of: 6)
    try expect(experiment.run(seed: 7).trainingLoss > bound - 1e-6)
  }

  @Test func ordersAreThoseOfTheTable() throws {
    let right = try PieceOrder.aligned(sequences: 6, pieces: 3, batchSize: 3)
    try expect(experiment(.stateful).order() == right && experiment(.stateless).order() == right)
    let never = try experiment(.neverReset).order()
    expect(never.rows == right.rows && never.resetEvery == nil)
    try expectEqual(experiment(.reshaped).order(), .sequenceBySequence(sequences: 6, pieces: 3, batchSize: 3))
    var odd = experiment(.stateful)
    odd.pieceLength = 5
    #expect(throws: ShapeError.self) { try odd.order() }
  }

  @Test func severalSeedsAreTheRunsOneByOne() throws {
    let runs = try experiment(.stateful).runs(seeds: 3...5)
    expectEqual(runs.map(\.seed), [3, 4, 5])
    for run in runs {
      let alone = try experiment(.stateful).run(seed: run.seed)
      expect(alone.losses == run.losses && alone.testLoss == run.testLoss)
    }
  }
}

@Suite struct ExperimentOptionsTests {
  private func experiment(_ layer: Experiment<Adding>.LayerChoice) -> Experiment<Adding> {
    Experiment(Adding(), layers: [layer], steps: 6, updates: 4, learningRate: 0.01)
  }

  @Test func aScaledIdentityAndRelu() {
    let network = experiment(.init(.simpleRNN, units: 3, activation: .relu, recurrentScale: 1.25)).network(seed: 1)
    expectEqual(network.parameters["0/recurrent_kernel"], Tensor([[1.25, 0, 0], [0, 1.25, 0], [0, 0, 1.25]]))
  }

  @Test func twoBiasesMoveTheirSumTwiceAsFar() throws {
    func biases(_ two: Bool) throws -> [Tensor<Float>] {
      var experiment = experiment(.init(.lstm, units: 3, hasTwoBiases: two))
      experiment.updates = 1
      return try experiment.run(seed: 4).model.parameters.named.filter {
        $0.name.hasPrefix("0/") && $0.name.hasSuffix("bias")
      }
      .map(\.tensor)
    }
    let (one, both) = (try biases(false), try biases(true))
    expect(one.count == 1 && both.count == 2)
    // Adam's first step is the learning rate in the direction of the gradient, whatever its size; f began at 1.
    for place in 0..<12 {
      let start: Float = (3..<6).contains(place) ? 1 : 0
      let sum = both[0].scalars[place] + both[1].scalars[place]
      expect(abs(sum - start - 2 * (one[0].scalars[place] - start)) < 1e-6)
    }
  }

  @Test func aRunThatIsNoNumberEndsThere() throws {
    var wild = experiment(.init(.simpleRNN, units: 3, activation: .relu, recurrentScale: 9))
    (wild.rule, wild.clipping, wild.learningRate, wild.updates) = (.sgd(momentum: 0.9), .none, 1e6, 20)
    let run = try wild.run(seed: 2)
    let end = try #require(run.failedAt)
    expect(end > 1 && end <= 20 && run.loss.isNaN && run.accuracy.isNaN && !run.curve.isEmpty)
    wild.clipping = .globalNorm(1)
    wild.learningRate = 0.001
    try expect(wild.run(seed: 2).failedAt == nil)
  }

  @Test func lengthsOfTheGradientAtTheInput() throws {
    // One unit without weights back in time: only the last input is heard.
    let norms = try experiment(.init(.simpleRNN, units: 2, recurrentScale: 0)).inputGradientNorms(seed: 3)
    expect(norms.count == 6 && norms[..<5].allSatisfy { $0 == 0 } && norms[5] > 0)
    let longer = try experiment(.init(.simpleRNN, units: 2, recurrentScale: 0.5)).inputGradientNorms(seed: 3)
    expect(longer[0] > 0 && longer[0] < longer[5])
  }
}
