import Foundation
import Training

/// What a training is fixed by, beside its text.
public struct LanguageSettings: Equatable, Sendable {
  /// D, the length of a word's vector.
  public var embedding: Int
  /// H.
  public var units: Int
  /// T, the words of a block: so far the gradient reaches back.
  public var steps: Int
  /// Whether a block begins in the state in which the one before it ended; otherwise in the zero state.
  public var carriesState: Bool
  public var learningRate: Double
  /// Of the learning rate, by epoch.
  public var schedule: LearningRateSchedule
  /// The norm that all gradients together may have.
  public var clipNorm: Double
  public var seed: UInt64

  public init(
    embedding: Int = 32, units: Int = 64, steps: Int = 20, carriesState: Bool = true, learningRate: Double = 0.01,
    schedule: LearningRateSchedule = .afterwards(keep: 9, 0.8), clipNorm: Double = 1, seed: UInt64 = 1
  ) {
    (self.embedding, self.units, self.steps, self.carriesState) = (embedding, units, steps, carriesState)
    (self.learningRate, self.schedule, self.clipNorm, self.seed) = (learningRate, schedule, clipNorm, seed)
  }
}

/// A language model in training: blocks of words, the state carried from one to the next, one update a block.
///
///     (loss, gradient, s) ← block k from s        w ← w − Adam(clip(gradient))        s goes on; its gradient does not
///
/// The state is zero at the beginning of an epoch. A value: a copy is a checkpoint, and from equal values the same
/// calls reach equal values, bit for bit, so a training that was stopped, saved, read and continued ends as one that
/// was not.
///
/// Source: Zaremba, Sutskever & Vinyals 2014, "Recurrent neural network regularization", section 4.1, for the loop.
public struct LanguageTraining<Cell: StandardCell>: Sendable where Cell.Scalar == Float {
  public let settings: LanguageSettings
  public var model: LanguageModel<Cell>
  var optimizer: Adam
  var optimizerState: OptimizerState<Float>
  /// How many epochs are complete, and how many blocks of the running one are done.
  public internal(set) var epoch = 0
  public internal(set) var block = 0
  /// The state in which the next block begins; nil is the zero state.
  public internal(set) var state: Cell.State?
  /// Σ loss · words over the running epoch, and the words.
  var lossSum = 0.0
  var wordCount = 0
  /// The mean cross-entropies of the complete epochs, in nats: in training, each before its update, and on the test.
  public internal(set) var trainingNats: [Double] = []
  public internal(set) var testNats: [Double] = []
  /// What the last test said of every word; nil before the first, and after reading a file.
  public private(set) var lastTest: WordScores?

  /// A training of V words before its first update.
  public init(_ settings: LanguageSettings, words V: Int) {
    self.settings = settings
    model = LanguageModel(words: V, embedding: settings.embedding, units: settings.units, seed: settings.seed)
    optimizer = Adam(learningRate: settings.learningRate, epsilon: 1e-8)
    optimizer.clipping = .globalNorm(settings.clipNorm)
    optimizerState = OptimizerState(optimizer, for: model.parameters)
  }

  /// What one update did.
  public struct Update: Equatable, Sendable {
    /// The epoch, from 0, the block in it, from 0, and how many there are.
    public let epoch, block, blocks: Int
    /// The mean cross-entropy of the block before its update, and of the epoch so far, in nats.
    public let loss, meanLoss: Double
    public var isLastOfEpoch: Bool { block == blocks - 1 }
  }

  /// One block: forward, loss, backward, update. After the last block of an epoch the model is tested.
  ///
  /// - Throws: `ShapeError`, `IndexError` when the corpus has other words than the model.
  public mutating func update(on corpus: Corpus) throws -> Update {
    let T = settings.steps
    let blocks = corpus.training.blockCount(steps: T)
    let (inputs, targets) = corpus.training.block(block, steps: T)
    let piece = try model.gradient(inputs, targets: targets, from: settings.carriesState ? state : nil)
    state = piece.state
    optimizer.learningRate = settings.learningRate * settings.schedule.factor(at: epoch)
    try optimizer.step(&model.parameters, gradient: piece.gradient, state: &optimizerState)
    lossSum += piece.loss * Double(targets.values.count)
    wordCount += targets.values.count
    let update = Update(
      epoch: epoch, block: block, blocks: blocks, loss: piece.loss, meanLoss: lossSum / Double(wordCount))
    block += 1
    if update.isLastOfEpoch { try closeEpoch(update.meanLoss, corpus) }
    return update
  }

  private mutating func closeEpoch(_ meanLoss: Double, _ corpus: Corpus) throws {
    trainingNats.append(meanLoss)
    let scores = try model.scores(of: corpus.test, carry: true)
    testNats.append(scores.meanNats)
    lastTest = scores
    (epoch, block, state, lossSum, wordCount) = (epoch + 1, 0, nil, 0, 0)
  }
}
