import SequenceTasks
import Support
import Testing

@Suite struct BitTaskTests {
  @Test(arguments: [
    (BitTask.Question.seen, "001001", "001111"), (.parity, "011010", "010011"), (.parityOfParity, "011010", "011101"),
    (.bitBefore(2), "011010", "--0110"),
  ])
  func answers(_ question: BitTask.Question, _ bits: String, _ expected: String) {
    let answers = question.answers(bits.map { $0 == "1" })
    expectEqual(answers.map { $0.map { $0 ? "1" : "0" } ?? "-" }.joined(), expected)
  }

  /// The best rule without memory, against counting over all sequences of 6 bits, each with its probability.
  @Test(arguments: [BitTask.Question.seen, .parity, .parityOfParity, .bitBefore(0), .bitBefore(3)], [0.1, 0.5, 0.7])
  func bestWithoutMemory(_ question: BitTask.Question, _ p: Double) {
    let T = 6
    // Weight of (bit now, answer).
    var weights = [[0.0, 0], [0.0, 0]]
    var total = 0.0
    for number in 0..<1 << T {
      let bits = (0..<T).map { number >> $0 & 1 == 1 }
      let probability = bits.reduce(1) { $0 * ($1 ? p : 1 - p) }
      for (bit, answer) in zip(bits, question.answers(bits)) {
        guard let answer else { continue }
        weights[bit ? 1 : 0][answer ? 1 : 0] += probability
        total += probability
      }
    }
    let expected = weights.reduce(0) { $0 + max($1[0], $1[1]) } / total
    // Sums of 64 products of six factors: right to some units of the last place.
    expect(abs(BitTask(question, probability: p).bestWithoutMemory(steps: T) - expected) < 1e-13)
  }

  @Test func stepsWithoutAnswerDoNotCount() throws {
    let task = BitTask(.bitBefore(2))
    var generator = RandomGenerator(seed: 3)
    let batch = task.draw(5, steps: 4, using: &generator, Double.self)
    let mask = try #require(batch.mask)
    expect(mask.step(1) == [Bool](repeating: false, count: 5) && mask.step(2) == [Bool](repeating: true, count: 5))
    // Right where it counts, wrong elsewhere.
    var output = batch.target
    for b in 0..<5 { for t in 0..<2 { output.scalars[b * 4 + t] = 1 } }
    try expectEqual(task.accuracy(output, batch), 1)
    output.scalars[2] = 1 - output.scalars[2]
    try expectEqual(task.accuracy(output, batch), 0.9)
  }
}

@Suite struct LongGapTaskTests {
  @Test func firstSymbolIsTheLabel() {
    var generator = RandomGenerator(seed: 5)
    let batch = FirstSymbol().draw(7, steps: 3, using: &generator, Double.self)
    expectEqual(batch.x.shape, [7, 3, 8])
    for b in 0..<7 {
      for t in 0..<3 {
        let row = Array(batch.x.scalars[(b * 3 + t) * 8..<(b * 3 + t + 1) * 8])
        expectEqual(row.reduce(0, +), 1)
        let symbol = row.firstIndex(of: 1)
        if t == 0 { expectEqual(symbol, batch.target.values[b]) } else { expect((symbol ?? 0) >= 4) }
      }
    }
    expect(Set(batch.target.values).count > 1)
  }

  @Test(arguments: [2, 3, 11]) func addingMarksOneNumberInEachHalf(_ T: Int) {
    var generator = RandomGenerator(seed: 6)
    let batch = Adding().draw(13, steps: T, using: &generator, Double.self)
    for b in 0..<13 {
      let row = (0..<T).map { (batch.x.scalars[(b * T + $0) * 2], batch.x.scalars[(b * T + $0) * 2 + 1]) }
      let marked = row.indices.filter { row[$0].1 == 1 }
      expect(marked.count == 2 && marked[0] < T / 2 && marked[1] >= T / 2)
      expectEqual(batch.target.scalars[b], row[marked[0]].0 + row[marked[1]].0)
    }
  }
}

@Suite struct ExperimentTests {
  /// One unit that never goes back is memory enough: all seeds of PyTorch learn it, too.
  @Test func oneUnitLearnsWhetherAOneHasCome() throws {
    var experiment = Experiment(
      BitTask(.seen, probability: 0.1), layers: [.init(.simpleRNN, units: 1)], steps: 12, updates: 300,
      learningRate: 0.03)
    experiment.interval = 100
    let result = try experiment.run(seed: 1)
    expectEqual(result.parameterCount, 5)
    expectEqual(result.curve.map(\.update), [0, 100, 200, 300])
    expect(result.loss == result.curve[3].loss && result.accuracy == result.curve[3].accuracy && result.seed == 1)
    expect(result.curve[0].loss > 2 * result.loss && result.curve[0].accuracy < result.accuracy)
    expect(result.accuracy > 0.99, "\(result.accuracy)")
    try expect(experiment.accuracy(of: result.model, steps: 36, seed: 1) > 0.99)
    try expectEqual(experiment.run(seed: 1).curve, result.curve)
  }

  /// Side by side, and still what each seed gives alone.
  @Test func seedsSideBySideGiveWhatEachGivesAlone() throws {
    var experiment = Experiment(
      BitTask(.parity), layers: [.init(.simpleRNN, units: 2)], steps: 5, updates: 20, learningRate: 0.01)
    experiment.interval = 10
    let runs = try experiment.runs(seeds: 3...5)
    let alone = try (3...5).map { try experiment.run(seed: UInt64($0)) }
    expectEqual(runs.results.map(\.curve), alone.map(\.curve))
    expectEqual(runs.accuracies, alone.map(\.accuracy))
    expectEqual(runs.curve.map(\.update), [0, 10, 20])
    let last = alone.map(\.accuracy)
    expect(runs.curve.last?.least == last.min() && runs.curve.last?.greatest == last.max())
    expectEqual(runs.count(above: last.max() ?? 1), last.count { $0 == last.max() })
    expect(Set(last).count > 1, "the seeds must differ for this test to say anything")
  }

  /// A last point that is no multiple of the interval; every update is told once.
  @Test func theCurveEndsWithTheLastUpdate() throws {
    var experiment = Experiment(
      Adding(), layers: [.init(.simpleRNN, units: 2), .init(.gru, units: 3)], steps: 4, updates: 5, learningRate: 0.01)
    experiment.interval = 3
    experiment.testSize = 7
    var told: [Int] = []
    let result = try experiment.run(seed: 2) { told.append($0) }
    expect(told == [1, 2, 3, 4, 5] && result.curve.map(\.update) == [0, 3, 5])
    // 2·(1 + 2 + 1) and 3·3·(2 + 3 + 1) without recurrent biases, and the dense layer.
    let names = result.model.parameters.named.map { "\($0.name) \($0.tensor.shape)" }
    expect(names.first == "0/kernel [2, 2]" && names.last == "2/bias [1]" && names.contains("1/kernel [2, 9]"))
    // The same sequences for another network of the same seed.
    var other = experiment
    other.layers = [.init(.simpleRNN, units: 1)]
    other.updates = 3
    try expectEqual(other.run(seed: 2).curve.count, 2)
    try expect(experiment.run(seed: 2).curve == result.curve && experiment.run(seed: 3).curve != result.curve)
  }

  /// Each layer has its own forget bias; a second LSTM without one has 1, a GRU none.
  @Test func everyLayerHasItsOwnForgetBias() {
    let experiment = Experiment(
      FirstSymbol(),
      layers: [
        .init(.lstm, units: 1, forgetBias: -2), .init(.gru, units: 2, forgetBias: 9), .init(.lstm, units: 1),
        .init(.lstm, units: 2, forgetBias: 0.5),
      ], steps: 5, updates: 1, learningRate: 0.003)
    let weights = experiment.network(seed: 4).parameters
    expectEqual(weights["0/bias"].scalars, [0, -2, 0, 0])
    expect(weights["1/bias"].scalars.allSatisfy { $0 == 0 })
    expectEqual(weights["2/bias"].scalars, [0, 1, 0, 0])
    expectEqual(weights["3/bias"].scalars, [0, 0, 0.5, 0.5, 0, 0, 0, 0])
  }

  @Test func forgetBiasIsSet() {
    let experiment = Experiment(
      FirstSymbol(), layers: [.init(.lstm, units: 3, forgetBias: 2.5)], steps: 5, updates: 1, learningRate: 0.003)
    let bias = experiment.network(seed: 4).parameters["0/bias"]
    expectEqual(bias.scalars, [0, 0, 0, 2.5, 2.5, 2.5, 0, 0, 0, 0, 0, 0])
  }
}
