@_exported import Digits
@_exported import LongTraining

/// A classifier of digits in training: softmax cross-entropy, Adam, a seeded order of the pictures, a test after every
/// epoch.
///
/// A value: a copy is a checkpoint. From equal values the same calls reach equal values, bit for bit, so a training
/// that was stopped, saved, read and continued ends as one that was not.
public struct DigitTraining: Sendable {
  public let settings: DigitSettings
  public internal(set) var run: TrainingRun<Stack<Float>, Adam>
  /// The share of test pictures that were right, after every complete epoch.
  public internal(set) var testAccuracies: [Double] = []
  /// Some twenty places of every epoch, with its sums up to there.
  public internal(set) var marks: [TrainingMark] = []

  public init(_ settings: DigitSettings) {
    self.settings = settings
    run = TrainingRun(settings.model(), optimizer: Adam(learningRate: settings.learningRate))
  }

  public var model: Stack<Float> { run.model }

  /// The same model with the same weights in double precision.
  public var doubleModel: Stack<Double> {
    var model = settings.model(Double.self)
    let weights = run.model.parameters
    model.parameters.update { name, tensor in tensor = weights[name].converted() }
    return model
  }

  /// Trains until so many epochs are complete in all, or `onStep` says stop.
  ///
  /// - Parameter onStep: called after every update, with this training as it then stands.
  public mutating func train(
    on digits: Digits, epochs: Int,
    onStep: (DigitTraining, TrainingStep) throws -> TrainingDecision = { _, _ in .proceed }
  ) throws {
    let pictures = DigitRows(digits.train, layout: settings.layout)
    var (current, run) = (self, run)
    // The weights in training have one owner, or every step would copy them.
    self.run = TrainingRun(Stack([]), optimizer: run.optimizer)
    current.run = self.run
    defer {
      self = current
      self.run = run
    }
    try run.fit(
      pictures, digits.train.targets, loss: softmaxCrossEntropy, plan: settings.plan(epochs: epochs),
      metric: shareOfRight
    ) { state, step in
      current.note(state, step, samples: digits.train.count)
      if step.isLastOfEpoch {
        current.testAccuracies.append(try test(state.model, on: digits.test).accuracy)
      }
      var now = current
      now.run = state
      return try onStep(now, step)
    }
  }

  /// What the classifier makes of the test pictures.
  public func test(on digits: DigitSet) throws -> DigitTest { try test(model, on: digits) }

  private func test(_ model: Stack<Float>, on digits: DigitSet) throws -> DigitTest {
    let rows = DigitRows(digits, layout: settings.layout)
    let order = Array(0..<digits.count)
    var logits: [Float] = []
    logits.reserveCapacity(digits.count * 10)
    // With the transposition a sequence does not depend on its batch, so small batches need not make a test slow.
    let size = settings.layout == .rowsAsSteps ? max(settings.batchSize, 128) : settings.batchSize
    for start in stride(from: 0, to: order.count, by: size) {
      let numbers = order[start..<min(start + size, order.count)]
      logits += try model(rows.batch(numbers)).scalars
    }
    return DigitTest(logits: Tensor(shape: [digits.count, 10], scalars: logits), labels: digits.labels.map(Int.init))
  }

  private mutating func note(_ state: TrainingRun<Stack<Float>, Adam>, _ step: TrainingStep, samples: Int) {
    guard (step.step + 1) % max(step.steps / 20, 1) == 0 || step.isLastOfEpoch else { return }
    let done = step.isLastOfEpoch ? samples : state.position.sample
    marks.append(
      TrainingMark(
        epoch: step.epoch, samples: done, lossSum: step.meanLoss * Double(done),
        rightSum: (step.meanMetric ?? 0) * Double(done)))
  }
}

/// The sums of an epoch up to some picture.
public struct TrainingMark: Equatable, Sendable {
  /// The epoch, from 0, and how many of its pictures are done.
  public let epoch, samples: Int
  /// Σ loss and Σ right over those pictures.
  public let lossSum, rightSum: Double
}

extension DigitTraining {
  /// Means over the stretches between two marks: how the training went inside of its epochs.
  ///
  /// `epoch` is where a stretch ends: 0.5 after half of the first epoch.
  public func curve(pictures: Int) -> [(epoch: Double, loss: Double, accuracy: Double)] {
    marks.indices.map { index in
      let mark = marks[index]
      let before = index > 0 && marks[index - 1].epoch == mark.epoch ? marks[index - 1] : nil
      let count = Double(mark.samples - (before?.samples ?? 0))
      return (
        Double(mark.epoch) + Double(mark.samples) / Double(pictures), (mark.lossSum - (before?.lossSum ?? 0)) / count,
        (mark.rightSum - (before?.rightSum ?? 0)) / count
      )
    }
  }
}

/// The share of rows whose largest logit stands at the label.
func shareOfRight(_ logits: Tensor<Float>, _ labels: Labels, _ mask: SequenceMask?) -> Double {
  let found = largestOfRows(logits)
  return Double(found.indices.count { found[$0] == labels.values[$0] }) / Double(max(found.count, 1))
}

/// The place of the largest number of each row, the first of equal ones.
func largestOfRows(_ logits: Tensor<Float>) -> [Int] {
  let width = logits.columns
  return logits.scalars.withUnsafeBufferPointer { z in
    (0..<logits.rows).map { row in
      var best = 0
      for j in 1..<width where z[row * width + j] > z[row * width + best] { best = j }
      return best
    }
  }
}
