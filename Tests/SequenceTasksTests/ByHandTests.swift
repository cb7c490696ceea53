import Foundation
import Support
import Testing

@testable import SequenceTasks

/// Draws, networks and trainings written once more, from the same generators: to the last bit.
@Suite struct DrawsByHand {
  private func generator(_ seed: UInt64) -> RandomGenerator { RandomGenerator(seed: seed) }

  @Test func bitsFollowFromUniformNumbers() {
    let task = BitTask(.bitBefore(2), probability: 0.3)
    var (own, plain) = (generator(4), generator(4))
    let batch = task.draw(3, steps: 4, using: &own, Double.self)
    let bits = (0..<12).map { _ in plain.uniform() < 0.3 }
    expect(batch.x.shape == [3, 4, 1] && batch.x.scalars == bits.map { $0 ? 1 : 0 } && own == plain)
    expectEqual(batch.target.shape, [3, 4, 1])
    for (place, target) in batch.target.scalars.enumerated() {
      expect(target == (place % 4 >= 2 && bits[place - 2] ? 1 : 0))
      expect(batch.mask?.isUsed[place] == (place % 4 >= 2))
    }
    expect(batch.mask?.batchSize == 3 && batch.mask?.steps == 4)
  }

  @Test func symbolsFollowFromTheirNumbers() {
    var (own, plain) = (generator(5), generator(5))
    let batch = FirstSymbol().draw(6, steps: 3, using: &own, Float.self)
    for b in 0..<6 {
      for t in 0..<3 {
        let symbol = plain.index(below: 4)
        if t == 0 { expectEqual(batch.target.values[b], symbol) }
        let row = Array(batch.x.scalars[(b * 3 + t) * 8..<(b * 3 + t + 1) * 8])
        expect(row == (0..<8).map { $0 == (t == 0 ? symbol : 4 + symbol) ? 1 : 0 })
      }
    }
    expect(own == plain && batch.x.shape == [6, 3, 8] && batch.target.values.count == 6 && batch.mask == nil)
  }

  /// First the numbers of a row, then both marks.
  @Test(arguments: [2, 5]) func marksFollowFromTheirNumbers(T: Int) {
    var (own, plain) = (generator(6), generator(6))
    let batch = Adding().draw(4, steps: T, using: &own, Double.self)
    for b in 0..<4 {
      let numbers = (0..<T).map { _ in plain.uniform() }
      let marks = [plain.index(below: T / 2), T / 2 + plain.index(below: T - T / 2)]
      for t in 0..<T {
        expect(batch.x[b, t, 0] == numbers[t] && batch.x[b, t, 1] == (marks.contains(t) ? 1 : 0))
      }
      expectEqual(batch.target[b, 0], numbers[marks[0]] + numbers[marks[1]])
    }
    expect(own == plain && batch.x.shape == [4, T, 2] && batch.target.shape == [4, 1] && batch.mask == nil)
  }

  @Test(.lane(.exits)) func oneStepHasNoTwoMarks() async {
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = Adding().draw(1, steps: 1, using: &generator, Double.self)
    }
  }

  @Test func seriesThatBeginWithOneAreDrawn() {
    var plain = generator(7)
    let ones = Set(plain.permutation(10).prefix(5))
    let set = SeriesSet.firstBit(count: 5, steps: 3, seed: 7)
    for n in 0..<10 {
      let (x, y) = n < 5 ? (set.x.slice(n), set.y.slice(n)) : (set.xTest.slice(n - 5), set.yTest.slice(n - 5))
      let first: Float = ones.contains(n) ? 1 : 0
      expect(x.scalars == [first, 0, 0] && y.scalars == [first, first, first])
    }
  }

  /// Four long series, one after the other, cut into 2N; all begin again at their end.
  @Test(arguments: [1, 3]) func laggedSeriesAreDrawn(outputs: Int) {
    let (N, T) = (2, 3)
    var plain = generator(8)
    let series = (0..<4).map { _ in (0..<2 * N * T).map { _ in Float(plain.uniform()) } }
    let set = SeriesSet.lagged(count: N, steps: T, outputs: outputs, seed: 8)
    let length = 2 * N * T
    var (x, y): ([Float], [Float]) = ([], [])
    for t in 0..<length {
      x += outputs == 1 ? [series[0][t]] : (0..<4).map { series[$0][t] }
      let all = [
        series[0][(t + length - 2) % length],
        series[1][(t + length - 1) % length] * series[2][(t + length - 2) % length],
        series[3][(t + length - 3) % length],
      ]
      y += all.prefix(outputs)
    }
    expect(set.x.scalars + set.xTest.scalars == x && set.y.scalars + set.yTest.scalars == y)
    expect(set.xTest.shape == [2, 3, outputs == 1 ? 1 : 4] && set.yTest.shape == [2, 3, outputs])
    expect(set.count == 2 && set.steps == 3)
  }
}

@Suite struct ExperimentsByHand {
  private typealias Bits = Experiment<BitTask>

  @Test func whatNobodyChooses() {
    let experiment = Bits(BitTask(.seen), layers: [.init(.gru, units: 2)], steps: 3, updates: 4, learningRate: 0.5)
    expect(experiment.rule == .adam && experiment.clipping == .globalNorm(1) && experiment.batchSize == 32)
    expect(experiment.testSize == 500 && experiment.interval == 50 && experiment.steps == 3)
    expect(experiment.updates == 4 && experiment.learningRate == 0.5)
    let layer = Bits.LayerChoice(.gru, units: 2)
    expect(layer.forgetBias == nil && layer.activation == .tanh && layer.recurrentScale == nil && !layer.hasTwoBiases)
    expectEqual(experiment.layers, [layer])
    let stateful = StatefulExperiment(
      .firstBit(count: 2, steps: 4, seed: 1), pieceLength: 2, batchSize: 1, feeding: .reshaped)
    expect(stateful.units == 10 && stateful.epochs == 100 && stateful.pieceLength == 2 && stateful.batchSize == 1)
    expectEqual(
      StatefulExperiment.Feeding.allCases.map(\.rawValue), ["stateful", "stateless", "neverReset", "reshaped"])
  }

  /// The same layers with their options, one by one; the weights that a seed gives, in their order.
  @Test func networksOfEveryKind() throws {
    var experiment = Experiment(
      FirstSymbol(),
      layers: [
        .init(.simpleRNN, units: 3, activation: .softsign, recurrentScale: 0.75, hasTwoBiases: true),
        .init(.lstm, units: 4, forgetBias: 0.25, activation: .relu, hasTwoBiases: true), .init(.gru, units: 5),
      ], steps: 4, updates: 1, learningRate: 0.1)
    var simple = SimpleRNNCell<Float>(inputSize: 8, units: 3, options: .init(activation: .softsign))
    simple.parameters.recurrentBias = .zeros([3])
    var lstm = LSTMCell<Float>(inputSize: 3, units: 4, options: .init(activation: .relu))
    lstm.parameters.recurrentBias = .zeros([16])
    var plain = Stack<Float>([
      Recurrent(simple, returnSequences: true), Recurrent(lstm, returnSequences: true),
      GRU(GRUCell<Float>(inputSize: 4, units: 5)), Dense(inputSize: 5, units: 4),
    ])
    var generator = RandomGenerator(seed: 11)
    plain.initialize(using: &generator)
    plain.parameters.update { name, tensor in
      if name == "0/recurrent_kernel" { tensor = Tensor([[0.75, 0, 0], [0, 0.75, 0], [0, 0, 0.75]]) }
      if name == "1/bias" { for j in 4..<8 { tensor.scalars[j] = 0.25 } }
    }
    let own = experiment.network(seed: 11)
    expect(own.parameters == plain.parameters && own.parameters.names.contains("1/recurrent_bias"))
    let x = Tensor<Float>.uniform([2, 4, 8], -1, 1, using: &generator)
    try expect(own(x) == plain(x) && own(x).shape == [2, 4])
    // A forget bias is an LSTM's, a scale is a simple network's.
    experiment.layers = [
      .init(.gru, units: 3, forgetBias: 7, recurrentScale: 7), .init(.lstm, units: 2, recurrentScale: 7),
    ]
    let others = experiment.network(seed: 11).parameters
    expect(others.tensors.allSatisfy { $0.scalars.allSatisfy { abs($0) < 2 } })
    experiment.layers = []
    expectEqual(experiment.network(seed: 1).parameters.names, ["0/kernel", "0/bias"])
    expectEqual(experiment.network(seed: 1).parameters["0/kernel"].shape, [8, 4])
  }

  /// A task that asks every step has a dense layer at every step, with its own function.
  @Test func everyStepIsAskedOrTheLast() throws {
    let bits = Bits(BitTask(.seen), layers: [.init(.simpleRNN, units: 2)], steps: 5, updates: 1, learningRate: 0.1)
    let y = try bits.network(seed: 2)(Tensor(repeating: 3, shape: [3, 5, 1]))
    expect(y.shape == [3, 5, 1] && y.scalars.allSatisfy { $0 > 0 && $0 < 1 } && y[0, 0, 0] != y[0, 1, 0])
    let sums = Experiment(Adding(), layers: [.init(.simpleRNN, units: 2)], steps: 5, updates: 1, learningRate: 0.1)
    try expectEqual(sums.network(seed: 2)(.zeros([3, 5, 2])).shape, [3, 1])
  }

  private func byHand<Task: SequenceTask>(
    _ experiment: Experiment<Task>, _ optimizer: some Optimizer, seed: UInt64
  ) throws -> (curve: [Experiment<Task>.Result.Point], model: Stack<Float>) {
    var model = experiment.network(seed: seed)
    var (draws, tests) = (RandomGenerator(seed: seed &+ 0x5EED_0001), RandomGenerator(seed: seed &+ 0x5EED_0002))
    let test = experiment.task.draw(experiment.testSize, steps: experiment.steps, using: &tests, Float.self)
    var state = OptimizerState(optimizer, for: model.parameters)
    func point(_ update: Int) throws -> Experiment<Task>.Result.Point {
      let output = try model(test.x)
      return .init(
        update: update, loss: try experiment.task.loss(output, test).value,
        accuracy: try experiment.task.accuracy(output, test))
    }
    var curve = [try point(0)]
    for update in 1...experiment.updates {
      let batch = experiment.task.draw(
        experiment.batchSize, steps: experiment.steps, using: &draws, Float.self)
      let forward = try model.forward(batch.x)
      let loss = try experiment.task.loss(forward.output, batch)
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try optimizer.step(&model.parameters, gradient: gradient, state: &state)
      if update % experiment.interval == 0 || update == experiment.updates { curve.append(try point(update)) }
    }
    return (curve, model)
  }

  @Test func aTrainingIsItsSteps() throws {
    var experiment = Bits(
      BitTask(.bitBefore(1), probability: 0.4), layers: [.init(.gru, units: 3)], steps: 5, updates: 7,
      learningRate: 0.02)
    (experiment.batchSize, experiment.testSize, experiment.interval, experiment.clipping) = (6, 9, 3, .globalNorm(0.1))
    let adam = Adam(learningRate: 0.02, epsilon: 1e-8, clipping: .globalNorm(0.1))
    let (own, plain) = (try experiment.run(seed: 21), try byHand(experiment, adam, seed: 21))
    expect(own.curve == plain.curve && own.model.parameters == plain.model.parameters && own.failedAt == nil)
    expect(own.curve.map(\.update) == [0, 3, 6, 7] && own.seed == 21)
    expect(own.loss == plain.curve[3].loss && own.accuracy == plain.curve[3].accuracy)
    expectEqual(own.parameterCount, plain.model.parameters.parameterCount)
    experiment.rule = .sgd(momentum: 0.5)
    let sgd = SGD(learningRate: 0.02, momentum: 0.5, clipping: .globalNorm(0.1))
    let (other, slow) = (try experiment.run(seed: 21), try byHand(experiment, sgd, seed: 21))
    expect(other.curve == slow.curve && other.model.parameters == slow.model.parameters && other.curve != own.curve)
    // On further sequences, as long as those of the training or longer.
    for steps in [nil, 8] {
      var generator = RandomGenerator(seed: 4 &+ 0x5EED_0003)
      let batch = experiment.task.draw(9, steps: steps ?? 5, using: &generator, Float.self)
      let share = try experiment.task.accuracy(own.model(batch.x), batch)
      try expectEqual(experiment.accuracy(of: own.model, steps: steps, seed: 4), share)
    }
    // The gradient at the input, from the first batch.
    var draws = RandomGenerator(seed: 21 &+ 0x5EED_0001)
    let batch = experiment.task.draw(6, steps: 5, using: &draws, Float.self)
    let model = experiment.network(seed: 21)
    let forward = try model.forward(batch.x)
    let loss = try experiment.task.loss(forward.output, batch)
    let gradient = try model.backward(loss.gradient, cache: forward.cache).input
    try expectEqual(experiment.inputGradientNorms(seed: 21), gradient.stepNorms)
  }

  /// A run that failed keeps the points up to there, and has neither loss nor accuracy.
  @Test func aRunThatFailsKeepsItsPoints() throws {
    var wild = Experiment(
      Adding(), layers: [.init(.simpleRNN, units: 3, activation: .relu, recurrentScale: 9)], steps: 6, updates: 30,
      learningRate: 1e6)
    (wild.rule, wild.clipping, wild.testSize, wild.interval) = (.sgd(momentum: 0.9), .none, 5, 1)
    var told = 0
    let result = try wild.run(seed: 2) { told = $0 }
    let end = try #require(result.failedAt)
    expect(told == end - 1 && result.curve.map(\.update) == Array(0..<end))
    expect(result.loss.isNaN && result.accuracy.isNaN && result.curve[0].loss.isFinite)
  }
}
