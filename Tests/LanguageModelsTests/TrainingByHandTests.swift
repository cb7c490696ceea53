import Foundation
import Support
import Testing

@testable import LanguageModels

private let chain = GrammarChain(.travels(countries: 2, goOn: 0.4))

private func corpus() throws -> Corpus { try Corpus(chain, sentences: 20, test: 9, rows: 3, testRows: 2, seed: 3) }

private func settings() -> LanguageSettings {
  LanguageSettings(
    embedding: 3, units: 4, steps: 7, learningRate: 0.02, schedule: .step(1, 0.5), clipNorm: 0.25, seed: 8)
}

private typealias Training = LanguageTraining<GRUCell<Float>>

/// Models, scores, samples and trainings written once more: to the last bit.
@Suite struct TrainingByHand {
  @Test func aModelHasItsFirstWeights() {
    let own = LanguageModel<LSTMCell<Float>>(words: 6, embedding: 3, units: 4, seed: 8)
    var generator = RandomGenerator(seed: 8)
    let table = (0..<18).map { _ in Float(generator.uniform(-0.1, 0.1)) }
    var stack = Stack<Float>([LSTM(LSTMCell(inputSize: 3, units: 4)), Dense(inputSize: 4, units: 6)])
    stack.initialize(using: &generator)
    expectEqual(own.parameters.named.map(\.name), ["embeddings"] + stack.parameters.names)
    expectEqual(own.parameters.named.map(\.tensor), [Tensor(shape: [6, 3], scalars: table)] + stack.parameters.tensors)
    expect(own.words == 6 && perplexity(nats: 0) == 1 && perplexity(nats: 2) == exp(2))
  }

  /// Two epochs and three blocks of the third.
  @Test(arguments: [true, false]) func aTrainingIsItsBlocks(carriesState: Bool) throws {
    var (settings, corpus) = (settings(), try corpus())
    settings.carriesState = carriesState
    var own = Training(settings, words: corpus.vocabulary.count)
    var model = LanguageModel<GRUCell<Float>>(words: corpus.vocabulary.count, embedding: 3, units: 4, seed: 8)
    var adam = Adam(learningRate: 0.02, epsilon: 1e-8, clipping: .globalNorm(0.25))
    var memory = OptimizerState(adam, for: model.parameters)
    let blocks = corpus.training.blockCount(steps: 7)
    expect(blocks > 4 && own.trainingNats.isEmpty && own.lastTest == nil && own.state == nil)
    for epoch in 0..<3 {
      adam.learningRate = 0.02 * [1, 0.5, 0.25][epoch]
      var (sum, words, state) = (0.0, 0, HiddenState<Float>?.none)
      for block in 0..<(epoch < 2 ? blocks : 3) {
        let (x, y) = corpus.training.block(block, steps: 7)
        let piece = try model.gradient(x, targets: y, from: carriesState ? state : nil)
        state = piece.state
        try adam.step(&model.parameters, gradient: piece.gradient, state: &memory)
        sum += piece.loss * Double(y.values.count)
        words += y.values.count
        let update = try own.update(on: corpus)
        expectEqual(
          update, .init(epoch: epoch, block: block, blocks: blocks, loss: piece.loss, meanLoss: sum / Double(words)))
        expect(update.isLastOfEpoch == (block == blocks - 1))
        guard !update.isLastOfEpoch else { continue }
        expect(own.state == state && own.lossSum == sum && own.wordCount == words)
        expect(own.epoch == epoch && own.block == block + 1)
      }
      guard epoch < 2 else { continue }
      let test = try model.scores(of: corpus.test, steps: 64, carry: true)
      expect(own.trainingNats.last == sum / Double(words) && own.testNats.last == test.meanNats)
      expect(own.lastTest == test && own.state == nil && own.epoch == epoch + 1 && own.block == 0)
      expect(own.lossSum == 0 && own.wordCount == 0 && own.trainingNats.count == epoch + 1)
    }
    expect(own.model.parameters == model.parameters && own.optimizerState == memory)
  }

  /// Word by word: −log of the softmax of the logits, the first of the most probable ones.
  @Test func scoresFollowFromTheLogits() throws {
    let model = LanguageModel<SimpleRNNCell<Float>>(words: 5, embedding: 2, units: 3, seed: 4)
    let rows = try WordRows([0, 4, 2, 1, 3, 3, 1, 0, 2, 4], rows: 2)
    let own = try model.scores(of: rows, steps: 3)
    expect(own.rows == 2 && own.length == 4 && own.targets == [4, 2, 1, 3, 1, 0, 2, 4])
    let logits = try model.run(Indices(rows.rows.map { Array($0.dropLast()) })).logits
    expectEqual(logits.shape, [2, 4, 5])
    for place in 0..<8 {
      let z = logits.scalars[place * 5..<place * 5 + 5].map(Double.init)
      let nats = log(z.reduce(0) { $0 + exp($1) }) - z[own.targets[place]]
      expect(abs(Double(own.nats[place]) - nats) < 1e-6)
      expectEqual(own.predicted[place], z.firstIndex(of: z.max() ?? 0))
    }
    // All words alike: the first is taken, and each costs the logarithm of their number.
    var equal = model
    equal.parameters.update { _, tensor in tensor = .zeros(tensor.shape) }
    let even = try equal.scores(of: rows)
    expect(even.predicted.allSatisfy { $0 == 0 } && even.nats.allSatisfy { abs($0 - log(5)) < 1e-6 })
    expect(abs(even.perplexity - 5) < 1e-5)
    let one = even.accuracy { $0 == 5 }
    expect(one.share == 1 && one.count == 1)
    expect(even.accuracy { $0 == 0 }.share == 0 && even.accuracy { _ in true }.share == 0.125)
  }

  /// Sixty-four steps at once where nobody says how many: the same numbers, whatever the blocks.
  @Test func longRowsAreReadInBlocks() throws {
    let model = LanguageModel<SimpleRNNCell<Float>>(words: 5, embedding: 2, units: 3, seed: 4)
    let rows = try WordRows((0..<140).map { $0 * $0 % 5 }, rows: 1)
    let (whole, parts) = (try model.scores(of: rows), try model.scores(of: rows, steps: 64))
    expect(whole == parts && whole.nats.count == 139)
    try expect(model.scores(of: rows, carry: false) != whole)
    try expectEqual(model.scores(of: rows, carry: false), model.scores(of: rows, steps: 64, carry: false))
  }

  /// Drawn words are read one by one, from the state behind the beginning.
  @Test func aContinuationReadsWhatItWrites() throws {
    let model = LanguageModel<LSTMCell<Float>>(words: 7, embedding: 2, units: 3, seed: 5)
    for temperature in [0, 0.7] {
      let sampling = Sampling(temperature: temperature)
      var (own, plain) = (RandomGenerator(seed: 6), RandomGenerator(seed: 6))
      let written = try model.continuation(of: [2, 5], count: 6, sampling, using: &own)
      var words = [2, 5]
      for word in written {
        let logits = try model.run(Indices([words])).logits
        expectEqual(sampling.draw(Array(logits.scalars.suffix(7)), using: &plain), word)
        words.append(word)
      }
      expect(own == plain && written.count == 6)
    }
    var generator = RandomGenerator(seed: 6)
    try expect(model.continuation(of: [1], count: 0, Sampling(), using: &generator).isEmpty)
    #expect(throws: ShapeError("words to continue", expected: "at least one", received: [0])) {
      try model.continuation(of: [], count: 1, Sampling(), using: &generator)
    }
    // An end is the last word.
    let first = try model.continuation(of: [1], count: 9, until: Set(0..<7), Sampling(), using: &generator)
    expectEqual(first.count, 1)
  }

  @Test(.lane(.exits)) func temperatures() async {
    var generator = RandomGenerator(seed: 1)
    let sampling = Sampling(temperature: 0.5)
    let p = sampling.probabilities([0.0, log(2)])
    expect(abs(p[0] - 0.2) < 1e-15 && abs(p[1] - 0.8) < 1e-15)
    for _ in 0..<40 {
      var copy = generator
      let place = copy.uniform()
      expect(sampling.draw([0.0, log(2)], using: &generator) == (place < p[0] ? 0 : 1))
    }
    expectEqual(Sampling(temperature: 0).draw([Double](), using: &generator), 0)
    await #expect(processExitsWith: .failure) { _ = Sampling(temperature: -0.1) }
  }
}

/// The file of a training, and what its thread tells.
@Suite struct TrainingFilesByHand {
  private func stopped(_ updates: Int) throws -> (training: Training, corpus: Corpus) {
    let corpus = try corpus()
    var training = Training(settings(), words: corpus.vocabulary.count)
    for _ in 0..<updates { _ = try training.update(on: corpus) }
    return (training, corpus)
  }

  @Test func aFileHoldsWhatFixesTheTraining() throws {
    let blocks = try corpus().training.blockCount(steps: 7)
    let (training, corpus) = try stopped(blocks + 2)
    let file = training.checkpoint(corpus)
    expectEqual(
      file.metadata,
      [
        "cell": "gru", "embedding": "3", "units": "4", "steps": "7", "rows": "3", "carries state": "true",
        "rate": "0.02", "schedule": "step(1, 0.5)", "clip norm": "0.25", "seed": "8",
        "words": "\(corpus.vocabulary.count)", "text fingerprint": corpus.fingerprint,
      ])
    let weights = ["0/bias", "0/kernel", "0/recurrent_bias", "0/recurrent_kernel", "1/bias", "1/kernel", "embeddings"]
    let adam = weights.flatMap { ["adam/\($0)/momentum", "adam/\($0)/velocity"] }
    expectEqual(
      file.tensors.keys.sorted(), adam + ["history", "position", "state/0", "sums"] + weights.map { "weights/\($0)" })
    expectEqual(file.tensors["position"], StoredTensor([1, 2, Int64(blocks + 2)], shape: [3]))
    expectEqual(file.tensors["sums"], StoredTensor([training.lossSum, 42], shape: [2]))
    expectEqual(file.tensors["history"], StoredTensor(training.trainingNats + training.testNats, shape: [2, 1]))
    expectEqual(file.tensors["state/0"], StoredTensor(training.state?.h.scalars ?? [], shape: [3, 4]))
    try expect(stopped(0).training.checkpoint(corpus).tensors["state/0"] == nil)
  }

  /// What is read is what was written, in every field.
  @Test(arguments: [0, 2]) func aFileIsReadBack(updates: Int) throws {
    let blocks = try corpus().training.blockCount(steps: 7)
    let (training, corpus) = try stopped(blocks + updates)
    let read = try Training(training.checkpoint(corpus), settings(), corpus: corpus)
    expect(read.epoch == 1 && read.block == updates && read.lossSum == training.lossSum)
    expect(read.wordCount == 21 * updates && read.state == training.state && read.lastTest == nil)
    expect(read.trainingNats == training.trainingNats && read.testNats == training.testNats)
    expect(read.model.parameters == training.model.parameters && read.optimizerState == training.optimizerState)
  }

  /// Each setting that the file holds is asked for by its name.
  @Test func everySettingCounts() throws {
    let (training, corpus) = try stopped(1)
    let file = training.checkpoint(corpus)
    func message(_ change: (inout LanguageSettings) -> Void) -> String {
      var other = settings()
      change(&other)
      do throws(SafetensorsError) {
        _ = try Training(file, other, corpus: corpus)
        return "none"
      } catch { return error.description }
    }
    expectEqual(message { _ in }, "none")
    expect(message { $0.embedding = 4 }.hasSuffix("expected a training with embedding 4, received embedding 3"))
    expect(message { $0.steps = 8 }.hasSuffix("expected a training with steps 8, received steps 7"))
    expect(message { $0.learningRate = 0.03 }.hasSuffix("expected a training with rate 0.03, received rate 0.02"))
    expect(
      message { $0.schedule = .constant }
        .hasSuffix("expected a training with schedule constant, received schedule step(1, 0.5)"))
    expect(message { $0.clipNorm = 2 }.hasSuffix("expected a training with clip norm 2.0, received clip norm 0.25"))
    expect(message { $0.seed = 9 }.hasSuffix("expected a training with seed 9, received seed 8"))
    expect(
      message { $0.carriesState = false }
        .hasSuffix("expected a training with carries state false, received carries state true"))
  }

  /// Ten thousand epochs are believed, one more is not; the history has a place for each.
  @Test func theMostEpochs() throws {
    let (training, corpus) = try stopped(1)
    let blocks = Int64(corpus.training.blockCount(steps: 7))
    func message(_ epochs: Int) -> String {
      var file = training.checkpoint(corpus)
      file.tensors["position"] = StoredTensor([Int64(epochs), 0, Int64(epochs) * blocks], shape: [3])
      file.tensors["sums"] = StoredTensor([0.0, 0], shape: [2])
      file.tensors["history"] = StoredTensor([Double](repeating: 1, count: 2 * epochs), shape: [2, epochs])
      do throws(SafetensorsError) {
        let read = try Training(file, settings(), corpus: corpus)
        return "\(read.epoch) \(read.testNats.count) \(read.state == nil)"
      } catch { return error.description }
    }
    expectEqual(message(10_000), "10000 10000 true")
    expect(message(10_001).contains("expected at most 10000 complete epochs"))
  }

  @Test func aThreadTellsHowFarItIs() throws {
    let (training, corpus) = try stopped(2)
    let blocks = corpus.training.blockCount(steps: 7)
    let (begin, isAsked) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let thread = TrainingThread(training, on: corpus, epochs: 2) { now in
      isAsked.signal()
      begin.wait()
      return now.epoch
    }
    expect(thread.progress.total == 2 * blocks && !thread.progress.isOver)
    isAsked.wait()
    // The last block of the first epoch is done and not yet told.
    expect(thread.progress.done == blocks - 1 && thread.progress.epoch == 0 && thread.progress.meanLoss.isFinite)
    begin.signal()
    isAsked.wait()
    begin.signal()
    let (own, reports) = try thread.outcome()
    expect(reports == [1, 2] && own.epoch == 2)
    let again = try thread.outcome()
    expectEqual(again.reports, reports)
    expectEqual(
      thread.progress,
      TrainingProgress(
        done: 2 * blocks, total: 2 * blocks, meanLoss: own.trainingNats[1], epoch: 2, isOver: true))
    // What is complete is not trained, and has no mean of its own.
    let idle = TrainingThread(training, on: corpus, epochs: 0) { _ in 0 }
    try expectEqual(idle.outcome().training.model.parameters, training.model.parameters)
    expect(idle.progress.done == 2 && idle.progress.total == 0 && idle.progress.meanLoss.isNaN)
    expect(idle.progress.epoch == 0 && idle.progress.isOver)
  }

  @Test func aStoppedThreadKeepsWhatItLearned() throws {
    let (training, corpus) = try stopped(0)
    let (hasRun, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let thread = TrainingThread(training, on: corpus, epochs: 9) { _ in
      hasRun.signal()
      goesOn.wait()
    }
    hasRun.wait()
    thread.stop()
    goesOn.signal()
    let (own, reports) = try thread.outcome()
    expect(own.epoch == 1 && own.block == 0 && reports.count == 1 && thread.progress.isOver)
    let blocks = corpus.training.blockCount(steps: 7)
    expect(thread.progress.done == blocks && thread.progress.total == 9 * blocks && thread.progress.epoch == 1)
  }
}
