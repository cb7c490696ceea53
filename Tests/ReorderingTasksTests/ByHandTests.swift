import Foundation
import Support
import Testing

@testable import ReorderingTasks

/// Draws, networks and trainings written once more, from the same generators: to the last bit.
@Suite struct DrawsByHand {
  @Test func sequencesFollowFromTheirNumbers() {
    var (own, plain) = (RandomGenerator(seed: 3), RandomGenerator(seed: 3))
    let batch = Reversal(symbols: 6, length: 4).draw(3, using: &own, Double.self)
    for b in 0..<3 {
      let row = (0..<4).map { _ in plain.index(below: 6) }
      expectEqual(batch.x.slice(b).scalars, row.map(Double.init))
      expectEqual(batch.previous.slice(b).scalars, [6, row[3], row[2], row[1]].map(Double.init))
      expectEqual(batch.labels.batch([b]), Labels([row.reversed()]))
    }
    expect(own == plain && batch.x.shape == [3, 4] && batch.previous.shape == [3, 4])
    expect(Reversal(length: 5) == Reversal(symbols: 10, length: 5) && Reversal(symbols: 6, length: 1).start == 6)
  }

  @Test func numbersBeginAtOne() {
    var (own, plain) = (RandomGenerator(seed: 4), RandomGenerator(seed: 4))
    let (x, labels) = Sorting(numbers: 7, length: 3).draw(5, using: &own, Float.self)
    for b in 0..<5 {
      let row = (0..<3).map { _ in 1 + plain.index(below: 7) }
      expect(x.slice(b).scalars == row.map { Float($0) } && labels.batch([b]) == Labels([row.sorted()]))
    }
    expect(own == plain && x.shape == [5, 3])
    expect(Sorting(numbers: 7) == Sorting(numbers: 7, length: 5) && Sorting(numbers: 7).symbols == 8)
  }

  @Test(.lane(.exits)) func nothingCannotBePutInOrder() async {
    await #expect(processExitsWith: .failure) { _ = Sorting(numbers: 0, length: 1) }
    await #expect(processExitsWith: .failure) { _ = Sorting(numbers: 1, length: 0) }
    await #expect(processExitsWith: .failure) { _ = Reversal(symbols: 0, length: 1) }
    await #expect(processExitsWith: .failure) { _ = Reversal(symbols: 1, length: 0) }
    expect(Sorting(numbers: 1, length: 1).symbols == 2 && Reversal(symbols: 1, length: 1).length == 1)
  }

  // MARK: Bounds

  @Test func countsOfChoices() {
    expect((0...5).map { binomial(5, $0) } == [1, 5, 10, 10, 5, 1] && binomial(0, 0) == 1 && binomial(3, 4) == 0)
  }

  /// Two of three numbers are unseen, of 1 and 2: at least j of them are at most v.
  @Test func tailsOnPaper() {
    let tails = Sorting(numbers: 2, length: 3).tails(unseen: 2)
    expectEqual(tails, [[1, 0, 0, 0, 0], [1, 0.75, 0.25, 0, 0], [1, 1, 1, 0, 0]])
  }

  /// The smallest of two numbers from 1 to 4, when one is known to be 3: 1, 2 with 1/4 each, 3 with 1/2.
  @Test func answersOnPaper() {
    let task = Sorting(numbers: 4, length: 2)
    expectEqual(task.probabilities(ofAnswer: 0, seen: [3]), [0.25, 0.25, 0.5, 0])
    expectEqual(task.probabilities(ofAnswer: 1, seen: [3]), [0, 0, 0.75, 0.25])
    expectEqual(task.probabilities(ofAnswer: 0, seen: []), [0.4375, 0.3125, 0.1875, 0.0625])
  }

  @Test func figuresOfABound() {
    let bound = SortingBound(accuracies: [0.25, 0.75, 0.5], crossEntropies: [0.5, 1, 3])
    expect(bound.accuracy == 0.5 && bound.perplexity == exp(1.5))
    // A sum of 31,623² terms is too long.
    expect(Sorting(numbers: 31_623, length: 2).boundOfOneDirection() == nil)
    expectEqual(
      Sorting(numbers: 3, length: 1).boundOfOneDirection(), SortingBound(accuracies: [1], crossEntropies: [0]))
    let guess = Sorting(numbers: 4, length: 1).boundOfGuessing()
    expect(guess.accuracies == [0.25] && abs(guess.crossEntropies[0] - log(4)) < 1e-15)
  }
}

@Suite struct SortingByHand {
  @Test func whatNobodyChooses() {
    let experiment = SortingExperiment(Sorting(numbers: 9), embedding: 3, units: 4, batches: 5)
    expect(experiment.isBidirectional && experiment.batchSize == 100 && experiment.testSize == 2000)
    expect(experiment.interval == 100 && experiment.embedding == 3 && experiment.units == 4 && experiment.batches == 5)
    expectEqual(
      experiment.optimizer, MXNetSGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.00001, rescaleGradient: 1.0 / 100)
    )
    let point = SortingExperiment.Point(batch: 1, loss: 0.5, accuracies: [0.25, 0.75, 0.5], sequencesRight: 0.1)
    expect(point.accuracy == 0.5 && point.perplexity == exp(0.5))
  }

  private func experiment(isBidirectional: Bool) -> SortingExperiment {
    var experiment = SortingExperiment(
      Sorting(numbers: 5, length: 3), embedding: 3, units: 4, isBidirectional: isBidirectional, batches: 5)
    (experiment.batchSize, experiment.testSize, experiment.interval) = (6, 8, 2)
    return experiment
  }

  private func network(isBidirectional: Bool, seed: UInt64) -> Stack<Float> {
    var cell = LSTMCell<Float>(inputSize: 3, units: 4)
    cell.parameters.recurrentBias = .zeros([16])
    let recurrent: any Layer<Float> =
      isBidirectional
      ? Bidirectional(forward: cell, backward: cell, returnSequences: true) : LSTM(cell, returnSequences: true)
    var model = Stack<Float>([
      Embedding(words: 6, size: 3), recurrent, Dense(inputSize: isBidirectional ? 8 : 4, units: 6),
    ])
    var generator = RandomGenerator(seed: seed)
    // √(2.34 / fan in), biases 0.
    model.parameters.update { name, tensor in
      if name.hasSuffix("bias") {
        tensor = .zeros(tensor.shape)
      } else {
        let limit = (2.34 / Double(name.hasSuffix("embeddings") ? 3 : tensor.shape[0])).squareRoot()
        tensor = Tensor(
          shape: tensor.shape,
          scalars: (0..<tensor.count).map { _ in Float(generator.uniform(-limit, limit)) })
      }
    }
    return model
  }

  @Test(arguments: [false, true]) func aTrainingIsItsBatches(isBidirectional: Bool) throws {
    let experiment = experiment(isBidirectional: isBidirectional)
    var model = network(isBidirectional: isBidirectional, seed: 6)
    expectEqual(experiment.network(seed: 6).parameters, model.parameters)
    var (draws, tests) = (RandomGenerator(seed: 6 &+ 0x5EED_0001), RandomGenerator(seed: 6 &+ 0x5EED_0002))
    let test = experiment.task.draw(8, using: &tests, Float.self)
    let rule = MXNetSGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-5, rescaleGradient: 1.0 / 6)
    var state = OptimizerState(rule, for: model.parameters)
    func point(_ batch: Int) throws -> SortingExperiment.Point {
      let logits = try model(test.x)
      let found = logits.argmaxOfRows()
      let isRight = found.indices.map { found[$0] == test.labels.values[$0] }
      return .init(
        batch: batch, loss: try softmaxCrossEntropy(logits, test.labels).value,
        accuracies: (0..<3).map { t in Double((0..<8).count { isRight[$0 * 3 + t] }) / 8 },
        sequencesRight: Double((0..<8).count { b in (0..<3).allSatisfy { isRight[b * 3 + $0] } }) / 8)
    }
    var curve = [try point(0)]
    for batch in 1...5 {
      let (x, labels) = experiment.task.draw(6, using: &draws, Float.self)
      let forward = try model.forward(x)
      let loss = try softmaxOutputLoss(forward.output, labels)
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try rule.step(&model.parameters, gradient: gradient, state: &state)
      if [2, 4, 5].contains(batch) { curve.append(try point(batch)) }
    }
    var told: [Int] = []
    let result = try experiment.run(seed: 6) { batch, last in
      told.append(batch)
      expectEqual(last.batch, [0, 2, 2, 4, 5][batch - 1])
      return true
    }
    expect(result.curve == curve && result.model.parameters == model.parameters && told == [1, 2, 3, 4, 5])
    expect(result.end == curve[3] && result.seed == 6)
    // Stopped at a point that is measured anyway, and between two.
    try expectEqual(experiment.run(seed: 6) { batch, _ in batch < 2 }.curve, Array(curve.prefix(2)))
    try expectEqual(experiment.run(seed: 6) { batch, _ in batch < 3 }.curve.map(\.batch), [0, 2, 3])
  }

  @Test func aMissingTensorIsNamed() throws {
    let model = network(isBidirectional: true, seed: 2)
    let named = try SortingNetwork<Float>.named(model.parameters)
    expectEqual(
      named.map(\.name),
      [
        "embed_weight", "l0_i2h_weight", "l0_i2h_bias", "l0_h2h_weight", "l0_h2h_bias", "l1_i2h_weight", "l1_i2h_bias",
        "l1_h2h_weight", "l1_h2h_bias", "cls_weight", "cls_bias",
      ])
    let network = try SortingNetwork<Float> { name in named.first { $0.name == name }?.tensor }
    expectEqual(network.stack.parameters, model.parameters)
    for missing in ["embed_weight", "cls_weight", "cls_bias"] {
      #expect(throws: ConversionError("the tensor \(missing) is missing")) {
        try SortingNetwork<Float> { name in name == missing ? nil : named.first { $0.name == name }?.tensor }
      }
    }
    #expect(throws: ConversionError("weight i2h_bias is missing")) {
      try SortingNetwork<Float> { name in name == "l1_i2h_bias" ? nil : named.first { $0.name == name }?.tensor }
    }
  }
}

@Suite struct ReversalByHand {
  @Test func whatNobodyChooses() {
    let experiment = ReversalExperiment(Reversal(length: 3), attention: nil, updates: 7)
    expect(experiment.embedding == 16 && experiment.units == 32 && experiment.learningRate == 0.01)
    expect(experiment.batchSize == 32 && experiment.testSize == 300 && experiment.interval == 100)
    expect(experiment.updates == 7 && experiment.attention == nil)
  }

  /// PyTorch's rules, weight by weight, in the order of the weights.
  @Test(arguments: [nil, AttentionScore.dot, .general, .additive])
  func weightsAreDrawnByPyTorchsRules(score: AttentionScore?) {
    var experiment = ReversalExperiment(Reversal(symbols: 5, length: 3), attention: score, updates: 1)
    (experiment.embedding, experiment.units) = (3, 4)
    var model = EncoderDecoder<Float>(
      sourceSymbols: 5, targetSymbols: 6, outputs: 5, embedding: 3, units: 4, attention: score)
    var generator = RandomGenerator(seed: 8)
    func uniform(_ tensor: Tensor<Float>, _ fanIn: Int) -> Tensor<Float> {
      let limit = 1 / Double(fanIn).squareRoot()
      return Tensor(
        shape: tensor.shape, scalars: (0..<tensor.count).map { _ in Float(generator.uniform(-limit, limit)) })
    }
    model.parameters.update { name, tensor in
      if name.hasSuffix("embeddings") {
        tensor = Tensor(shape: tensor.shape, scalars: (0..<tensor.count).map { _ in Float(generator.normal()) })
      } else if name == "dense/bias" {
        tensor = uniform(tensor, score == nil ? 4 : 8)
      } else if name.hasSuffix("/bias") {
        tensor = Tensor((0..<16).map { (4..<8).contains($0) ? 1 : 0 })
      } else if name.hasPrefix("encoder") || name.hasPrefix("decoder") {
        tensor = uniform(tensor, 4)
      } else {
        tensor = uniform(tensor, tensor.shape[0])
      }
    }
    expectEqual(experiment.network(seed: 8).parameters, model.parameters)
  }

  @Test(arguments: [nil, AttentionScore.scaledDot]) func aTrainingIsItsUpdates(score: AttentionScore?) throws {
    let task = Reversal(symbols: 4, length: 3)
    var experiment = ReversalExperiment(task, attention: score, updates: 5)
    (experiment.embedding, experiment.units, experiment.batchSize) = (3, 5, 4)
    (experiment.testSize, experiment.interval, experiment.learningRate) = (7, 2, 0.05)
    var model = experiment.network(seed: 5)
    var (draws, tests) = (RandomGenerator(seed: 5 &+ 0x5EED_0001), RandomGenerator(seed: 5 &+ 0x5EED_0002))
    let test = task.draw(7, using: &tests, Float.self)
    let adam = Adam(learningRate: 0.05, epsilon: 1e-8, clipping: .globalNorm(1))
    var state = OptimizerState(adam, for: model.parameters)
    func point(_ update: Int) throws -> ReversalExperiment.Point {
      let written = try model.decode(source: test.x, steps: 3, start: 4).symbols
      let wanted = test.labels.values
      let isRight = (0..<7).map { b -> [Bool] in (0..<3).map { t in written[b][t] == wanted[b * 3 + t] } }
      return .init(
        update: update, accuracy: Double(isRight.reduce(0) { $0 + $1.count { $0 } }) / 21,
        sequencesRight: Double(isRight.count { $0.allSatisfy { $0 } }) / 7)
    }
    var curve = [try point(0)]
    for update in 1...5 {
      let batch = task.draw(4, using: &draws, Float.self)
      let forward = try model.forward(source: batch.x, previous: batch.previous)
      let loss = try softmaxCrossEntropy(forward.output, batch.labels)
      let gradient = try model.backward(loss.gradient, cache: forward.cache)
      try adam.step(&model.parameters, gradient: gradient, state: &state)
      if [2, 4, 5].contains(update) { curve.append(try point(update)) }
    }
    var told: [Int] = []
    let result = try experiment.run(seed: 5) { update, last in
      told.append(update)
      expectEqual(last.update, [0, 2, 2, 4, 5][update - 1])
      return true
    }
    expect(result.curve == curve && result.model.parameters == model.parameters && told == [1, 2, 3, 4, 5])
    expect(result.end == curve[3] && result.seed == 5)
    expect(result.weights == (try model.decode(source: test.x, steps: 3, start: 4).weights))
    expect((result.weights == nil) == (score == nil))
    try expectEqual(experiment.run(seed: 5) { update, _ in update < 2 }.curve, Array(curve.prefix(2)))
    try expectEqual(experiment.run(seed: 5) { update, _ in update < 3 }.curve.map(\.update), [0, 2, 3])
  }

  /// Two samples of three queries over three steps: the right steps are 2, 1, 0.
  @Test func whereTheGreatestWeightLies() {
    let weights = Tensor<Float>(
      shape: [2, 3, 3],
      scalars: [
        0.1, 0.2, 0.7, 0.2, 0.6, 0.2, 0.3, 0.6, 0.1,
        0.8, 0.1, 0.1, 0.1, 0.3, 0.6, 0.5, 0.3, 0.2,
      ])
    func result(_ weights: Tensor<Float>?) -> ReversalExperiment.Result {
      ReversalExperiment.Result(
        seed: 1, curve: [], model: ReversalExperiment(Reversal(length: 3), attention: nil, updates: 1).network(seed: 1),
        weights: weights)
    }
    // Offsets 0, 0, 1 and −2, 1, 0.
    let sixths = result(weights).shares(ofOffset: -2...2).map { ($0 * 6).rounded() }
    expectEqual(sixths, [1, 0, 3, 2, 0])
    expect(result(nil).shares(ofOffset: -2...2).isEmpty)
  }
}
