import Foundation
import Support
import Testing

@testable import LanguageModels

private let smallChain = GrammarChain(.travels(countries: 2, goOn: 0.4))

private func smallCorpus(seed: UInt64 = 3) throws -> Corpus {
  try Corpus(smallChain, sentences: 60, test: 40, rows: 4, testRows: 3, seed: seed)
}

private func smallSettings() -> LanguageSettings {
  LanguageSettings(embedding: 5, units: 7, steps: 6, learningRate: 0.02, schedule: .afterwards(keep: 1, 0.5), seed: 2)
}

private func training<Cell>(_: Cell.Type, _ settings: LanguageSettings = smallSettings()) throws -> LanguageTraining<
  Cell
> {
  LanguageTraining(settings, words: smallChain.grammar.vocabulary.count)
}

@Suite struct LanguageTrainings {
  @Test func itLearnsAndTests() throws {
    let corpus = try smallCorpus()
    var training = try training(LSTMCell<Float>.self)
    let start = try training.model.scores(of: corpus.test).meanNats
    var last: LanguageTraining<LSTMCell<Float>>.Update?
    while training.epoch < 3 { last = try training.update(on: corpus) }
    expect(last?.isLastOfEpoch == true && last?.epoch == 2)
    expect(training.trainingNats.count == 3 && training.testNats.count == 3)
    expect(training.testNats[2] < training.testNats[0] && training.testNats[0] < start)
    expectEqual(training.testNats[2], training.lastTest?.meanNats)
    // No model is better than the grammar by more than luck.
    expect(training.testNats[2] > (corpus.drawn?.meanNats ?? .infinity) - 0.05)
  }

  /// The mean of an epoch weighs every block by its words, the last and shorter one as well.
  @Test func theMeanOfAnEpoch() throws {
    let corpus = try smallCorpus()
    var training = try training(SimpleRNNCell<Float>.self)
    var (sum, words) = (0.0, 0)
    repeat {
      let update = try training.update(on: corpus)
      let count = corpus.training.block(update.block, steps: 6).targets.values.count
      sum += update.loss * Double(count)
      words += count
    } while training.epoch == 0
    expectEqual(words, corpus.training.targetCount)
    expect(abs(training.trainingNats[0] - sum / Double(words)) < 1e-12)
  }

  /// A block begins in the state of the one before it, or in zeros; a new epoch in zeros.
  @Test func theStateIsCarriedOrNot() throws {
    let corpus = try smallCorpus()
    var (carried, alone) = (try training(GRUCell<Float>.self), try training(GRUCell<Float>.self))
    var settings = smallSettings()
    settings.carriesState = false
    alone = try training(GRUCell<Float>.self, settings)
    let first = (try carried.update(on: corpus), try alone.update(on: corpus))
    expect(first.0 == first.1 && carried.model.parameters == alone.model.parameters)
    let state = try #require(carried.state)
    let (x, y) = corpus.training.block(1, steps: 6)
    let model = carried.model
    let second = (try carried.update(on: corpus), try alone.update(on: corpus))
    try expectEqual(second.0.loss, model.gradient(x, targets: y, from: state).loss)
    try expectEqual(second.1.loss, model.gradient(x, targets: y, from: nil).loss)
    expect(second.0.loss != second.1.loss)
    while carried.epoch == 0 { _ = try carried.update(on: corpus) }
    expect(carried.state == nil && carried.block == 0)
  }

  @Test func theScheduleLowersTheRate() throws {
    let corpus = try smallCorpus()
    var training = try training(LSTMCell<Float>.self)
    var rates: [Double] = []
    while training.epoch < 3 {
      _ = try training.update(on: corpus)
      if training.block == 1 { rates.append(training.optimizer.learningRate) }
    }
    expectEqual(rates, [0.02, 0.01, 0.005])
  }

  /// On threads of their own, side by side, with the same bits.
  @Test func threadsGiveTheSameNumbers() throws {
    let corpus = try smallCorpus()
    var alone = try training(LSTMCell<Float>.self)
    while alone.epoch < 2 { _ = try alone.update(on: corpus) }
    let threads = try (0..<3).map { _ in
      TrainingThread(try training(LSTMCell<Float>.self), on: corpus, epochs: 2) { $0.testNats.last ?? .nan }
    }
    for thread in threads {
      let (own, reports) = try thread.outcome()
      expect(own.model.parameters == alone.model.parameters && reports == alone.testNats)
      expect(thread.progress.isOver && thread.progress.done == thread.progress.total && thread.progress.epoch == 2)
    }
    struct Stop: Error {}
    let failing = TrainingThread(try training(LSTMCell<Float>.self), on: corpus, epochs: 2) { _ in throw Stop() }
    #expect(throws: Stop.self) { try failing.outcome() }
    let stopped = TrainingThread(try training(LSTMCell<Float>.self), on: corpus, epochs: 1_000_000) { _ in 0 }
    stopped.stop()
    try expect(stopped.outcome().training.epoch < 1_000_000)
  }
}

@Suite struct LanguageCheckpoints {
  private func stopped<Cell>(after updates: Int, _ type: Cell.Type) throws -> LanguageTraining<Cell> {
    let corpus = try smallCorpus()
    var training = try training(type)
    for _ in 0..<updates { _ = try training.update(on: corpus) }
    return training
  }

  /// Stopped in the first epoch, at its end, and in the second: the same bits as without a stop.
  @Test(arguments: [0, 5, 1000, 1003]) func aResumedTrainingEndsAsOneThatWasNotStopped(_ place: Int) throws {
    let corpus = try smallCorpus()
    let blocks = corpus.training.blockCount(steps: 6)
    let updates = place >= 1000 ? blocks + place - 1000 : place
    var whole = try training(LSTMCell<Float>.self)
    while whole.epoch < 2 { _ = try whole.update(on: corpus) }
    var resumed = try withTemporaryPath { folder in
      let path = folder + "/model.safetensors"
      try stopped(after: updates, LSTMCell<Float>.self).save(to: path, corpus: corpus)
      return try LanguageTraining<LSTMCell<Float>>(resuming: path, smallSettings(), corpus: corpus)
    }
    expectEqual(resumed.epoch * blocks + resumed.block, updates)
    while resumed.epoch < 2 { _ = try resumed.update(on: corpus) }
    expectEqual(resumed.model.parameters, whole.model.parameters)
    expect(resumed.trainingNats == whole.trainingNats && resumed.testNats == whole.testNats)
  }

  private func error(
    _ change: (inout SafetensorsFile) -> Void = { _ in }, settings: LanguageSettings = smallSettings(),
    corpus: Corpus? = nil
  ) throws -> String {
    let own = try smallCorpus()
    var file = try stopped(after: 5, LSTMCell<Float>.self).checkpoint(own)
    change(&file)
    do {
      _ = try LanguageTraining<LSTMCell<Float>>(file, settings, corpus: corpus ?? own)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func anotherModelIsRefused() throws {
    try expectEqual(error(), "none")
    var other = smallSettings()
    other.units = 8
    try expect(error(settings: other).contains("expected a training with units 8, received units 7"))
    other = smallSettings()
    other.carriesState = false
    try expect(error(settings: other).contains("expected a training with carries state false"))
    let text = try error(corpus: smallCorpus(seed: 4))
    expect(text.contains("expected a training with text fingerprint "), "\(text)")
    let file = try stopped(after: 5, LSTMCell<Float>.self).checkpoint(smallCorpus())
    let refused = #expect(throws: SafetensorsError.self) {
      try LanguageTraining<GRUCell<Float>>(file, smallSettings(), corpus: smallCorpus())
    }
    expectEqual(refused?.description.contains("expected a training with cell gru, received cell lstm"), true)
  }

  @Test func aDamagedFileIsRefused() throws {
    try expect(
      error { $0.tensors["position"] = StoredTensor([Int64(0), 5, 4], shape: [3]) }.contains(
        "the steps up to there"))
    try expect(
      error { $0.tensors["position"] = StoredTensor([Int64(-1), 5, 5], shape: [3]) }.contains("complete epochs"))
    try expect(error { $0.tensors["state/1"] = nil }.contains("state/1"))
    try expect(error { $0.tensors["weights/1/bias"] = nil }.contains("weights/1/bias"))
    try expect(error { $0.tensors["sums"] = StoredTensor([-1.0, 120], shape: [2]) }.contains("a sum of losses"))
    try expect(
      error { $0.tensors["history"] = StoredTensor([1.0], shape: [1, 1]) }.contains("history"))
    try expect(
      error {
        $0.tensors["adam/1/bias/velocity"] = StoredTensor([Float](repeating: -1, count: 40), shape: [40])
      }.contains("means of squares"))
  }

  /// Complete epochs, blocks of the running one, steps: each within its bounds, and the steps those of the others.
  @Test func aPlaceThatCannotBeIsRefused() throws {
    let blocks = Int64(try smallCorpus().training.blockCount(steps: 6))
    let places: [[Int64]] = [[10_001, 5, 10_001 * blocks + 5], [0, blocks, blocks], [0, -1, -1], [0, 5, 6]]
    for place in places {
      let text = try error { $0.tensors["position"] = StoredTensor(place, shape: [3]) }
      expect(
        text.hasSuffix(
          "tensor \"position\": expected at most 10000 complete epochs, fewer than \(blocks) blocks, and the steps up to "
            + "there, received \(place)"), "\(text)")
    }
    // Five blocks of six steps in four rows are 120 words.
    let text = try error { $0.tensors["sums"] = StoredTensor([1.5, 119], shape: [2]) }
    expect(
      text.hasSuffix("tensor \"sums\": expected a sum of losses and 120 words, received [1.5, 119.0]"), "\(text)")
    try expectEqual(error { $0.tensors["sums"] = StoredTensor([0.0, 120], shape: [2]) }, "none")
  }
}
