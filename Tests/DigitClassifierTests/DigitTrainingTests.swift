import Foundation
import Safetensors
import Support
import Testing

@testable import DigitClassifier
@testable import Files

@Suite struct DigitTrainings {
  /// Accuracies on the test set after two epochs, of eight pairs of seeds. A bound lies below the least of them by
  /// about a tenth, because another processor rounds differently, and above guessing: 0.1 with a deviation of 0.017.
  ///
  /// | Cell       | Least | Greatest | Bound |
  /// |------------|-------|----------|-------|
  /// | simple RNN | 0.19  | 0.32     | 0.16  |
  /// | LSTM       | 0.54  | 0.65     | 0.49  |
  /// | GRU        | 0.42  | 0.64     | 0.37  |
  @Test(arguments: [(CellKind.simpleRNN, 0.16), (.lstm, 0.49), (.gru, 0.37)])
  func learnsGeneratedDigits(_ cell: CellKind, _ bound: Double) throws {
    let digits = Digits.generate(seed: 1, train: 1200, test: 300)
    var training = DigitTraining(DigitSettings(cell: cell, units: 32, batchSize: 16, learningRate: 0.005, seed: 2))
    try training.train(on: digits, epochs: 2)
    expectEqual(training.testAccuracies.count, 2)
    expect(training.testAccuracies[1] > bound)
    expect(training.run.history.losses[1] < training.run.history.losses[0])
  }

  @Test func withoutTheTransposeItLearnsLittle() throws {
    let digits = Digits.generate(seed: 1, train: 1200, test: 300)
    let settings = DigitSettings(
      units: 32, batchSize: 16, learningRate: 0.005, seed: 2, layout: .withoutTranspose)
    var training = DigitTraining(settings)
    try training.train(on: digits, epochs: 2)
    // Of eight pairs of seeds the greatest is 0.12. Guessing gives 0.1 with a deviation of 0.017: three of them above.
    expect(training.testAccuracies[1] < 0.15)
  }

  /// A hundred steps on the real pictures, where they stand beside the package.
  @Test(.enabled(if: realDigits != nil)) func learnsHandwriting() throws {
    let real = try #require(realDigits)
    let digits = Digits(train: real.train.prefix(6400), test: real.test.prefix(1000))
    var training = DigitTraining(DigitSettings(units: 64, batchSize: 64, learningRate: 0.003, seed: 2))
    try training.train(on: digits, epochs: 1)
    expect(training.testAccuracies[0] > 0.6)
  }

  /// With a transposition a sequence knows nothing of its batch, so tests may take larger ones.
  @Test func aTestDoesNotDependOnTheBatch() throws {
    var (one, many) = (smallSettings(), smallSettings())
    (one.batchSize, many.batchSize) = (1, 500)
    let digits = Digits.generate(seed: 2, train: 1, test: 300).test
    let (first, second) = (try DigitTraining(one).test(on: digits), try DigitTraining(many).test(on: digits))
    // Sums of 28 and 9 products of size 1 in `Float`; a product may add up rows of another block in another order.
    expect(first.logits.largestDifference(from: second.logits) < 1e-6)
  }

  /// A rate that makes the weights infinite at once: the training ends, its numbers say so, and its file is not taken
  /// up again.
  @Test(arguments: CellKind.allCases) func aTrainingThatDivergesEnds(_ cell: CellKind) throws {
    var settings = smallSettings(cell)
    settings.learningRate = .infinity
    var training = DigitTraining(settings)
    try training.train(on: smallDigits, epochs: 1)
    expect(!training.run.history.losses[0].isFinite)
    let test = try training.test(on: smallDigits.test)
    expectEqual(test.confusion.flatMap { $0 }.reduce(0, +), 23)
    expectEqual(test.mostWrong.count, 23 - test.rightCount)
    let file = training.checkpoint(pictures: smallDigits.train)
    let error = try withTemporaryPath { folder in
      let path = folder + "/nan.safetensors"
      try file.write(to: path)
      return #expect(throws: SafetensorsError.self) {
        try DigitTraining(resuming: path, settings, pictures: smallDigits.train)
      }
    }
    expectEqual(error?.description.contains("finite numbers"), true)
  }

  @Test func theSameSeedTrainsToTheSameBits() throws {
    var (first, second) = (DigitTraining(smallSettings()), DigitTraining(smallSettings()))
    try first.train(on: smallDigits, epochs: 1)
    try second.train(on: smallDigits, epochs: 1)
    expectEqual(first.model.parameters, second.model.parameters)
    expectEqual(first.testAccuracies, second.testAccuracies)
    expect(first.model.parameters != DigitTraining(smallSettings()).model.parameters)
  }

  /// The curve's stretches, weighted by their pictures, give the epoch's means again.
  @Test func theCurveAddsUpToTheHistory() throws {
    var training = DigitTraining(smallSettings())
    try training.train(on: smallDigits, epochs: 2)
    let curve = training.curve(pictures: 55)
    expectEqual(curve.map(\.epoch).last, 2)
    let firstEpoch = curve.filter { $0.epoch <= 1 }
    let sum = zip(firstEpoch, [0] + firstEpoch.map(\.epoch)).reduce(0) { $0 + $1.0.loss * ($1.0.epoch - $1.1) }
    // Some additions of doubles of size 2.
    expect(abs(sum - training.run.history.losses[0]) < 1e-13)
  }

  /// The line of a progress bar; numbers keep their width.
  @Test func theLineSaysHowFarItIs() throws {
    var pace = TrainingPace(epochs: 3, pictures: 55, batchSize: 8)
    var (lines, epochs): ([String], [String]) = ([], [])
    var training = DigitTraining(smallSettings())
    try training.train(on: smallDigits, epochs: 3) { now, step in
      if step.isLastOfEpoch, let accuracy = now.testAccuracies.last {
        epochs.append(pace.line(ofEpoch: step, testAccuracy: accuracy))
      }
      // A step that takes longer than the pause between two lines.
      if step.epoch == 1, step.step == 2 { usleep(150_000) }
      if let line = pace.line(after: step) { lines.append(line) }
      return .proceed
    }
    let line = try #require(lines.first { $0.contains("epoch 2/3") })
    let pattern = /epoch 2\/3, loss \d\.\d{3}, accuracy 0\.\d{3}, \d+ pictures\/s, \d+ s left/
    expect(line.wholeMatch(of: pattern) != nil, "\(line)")
    let numbers = [training.run.history.losses[1], training.run.history.metrics[1], training.testAccuracies[1]]
      .map { String(format: "%.3f", $0) }
    try #require(epochs.count == 3)
    expectEqual(epochs[1], "epoch 2/3: loss \(numbers[0]), accuracy \(numbers[1]), on the test set \(numbers[2])")
  }

  /// Means over stretches: each epoch begins anew, the first stretch of the second one as well.
  @Test func theCurveBeginsAnewInEveryEpoch() {
    var training = DigitTraining(smallSettings())
    training.marks = [
      TrainingMark(epoch: 0, samples: 4, lossSum: 8, rightSum: 1),
      TrainingMark(epoch: 0, samples: 10, lossSum: 14, rightSum: 4),
      TrainingMark(epoch: 1, samples: 5, lossSum: 4, rightSum: 3),
      TrainingMark(epoch: 1, samples: 10, lossSum: 6, rightSum: 8),
      TrainingMark(epoch: 2, samples: 2, lossSum: 0.5, rightSum: 2),
    ]
    let curve = training.curve(pictures: 10)
    expectEqual(curve.map(\.epoch), [0.4, 1, 1.5, 2, 2.2])
    expectEqual(curve.map(\.loss), [2, 1, 0.8, 0.4, 0.25])
    expectEqual(curve.map(\.accuracy), [0.25, 0.5, 0.6, 1, 1])
    training.marks = []
    expect(training.curve(pictures: 10).isEmpty)
  }

  @Test func aTestCountsWhatWasTakenForWhat() {
    var logits = Tensor<Float>.zeros([3, 10])
    logits[0, 4] = 2
    logits[1, 7] = 3
    logits[2, 7] = 1
    let test = DigitTest(logits: logits, labels: [4, 1, 9])
    expectEqual(test.predicted, [4, 7, 7])
    expectEqual(test.rightCount, 1)
    expectEqual(test.confusion[1][7], 1)
    expectEqual(test.confusion[4][4], 1)
    expectEqual(test.mostWrong, [1, 2])
  }
}

/// A training stopped after `steps` steps, saved, read and continued, beside one that was not.
@Suite struct Checkpoints {
  private func stopped(after steps: Int, _ cell: CellKind) throws -> DigitTraining {
    var training = DigitTraining(smallSettings(cell))
    var count = 0
    try training.train(on: smallDigits, epochs: 3) { _, _ in
      count += 1
      return count == steps ? .stop : .proceed
    }
    return training
  }

  /// An epoch has 7 steps: 3 and 12 lie inside of one, 7 at its end.
  @Test(arguments: CellKind.allCases, [3, 7, 12]) func continueToTheSameBits(_ cell: CellKind, _ steps: Int) throws {
    try withTemporaryPath { folder in
      let path = folder + "/digits.safetensors"
      var whole = DigitTraining(smallSettings(cell))
      try whole.train(on: smallDigits, epochs: 3)
      try stopped(after: steps, cell).save(to: path, pictures: smallDigits.train)
      var resumed = try DigitTraining(resuming: path, smallSettings(cell), pictures: smallDigits.train)
      expectEqual(resumed.run.optimizerState.step, steps)
      try resumed.train(on: smallDigits, epochs: 3)
      expectEqual(resumed.model.parameters, whole.model.parameters)
      expectEqual(resumed.run.optimizerState, whole.run.optimizerState)
      expectEqual(resumed.run.history, whole.run.history)
      expectEqual(resumed.testAccuracies, whole.testAccuracies)
      expectEqual(resumed.marks, whole.marks)
    }
  }

  private func message(_ change: (inout SafetensorsFile) -> Void) throws -> String {
    var file = try stopped(after: 9, .lstm).checkpoint(pictures: smallDigits.train)
    change(&file)
    let error = #expect(throws: SafetensorsError.self) {
      try DigitTraining(SafetensorsFile(bytes: file.serialized()), smallSettings(), pictures: smallDigits.train)
    }
    return error?.description ?? ""
  }

  @Test func whatDoesNotBelongHereIsSaid() throws {
    try expect(message { $0.metadata["units"] = "12" }.contains("a training with units 9, received units 12"))
    try expect(message { $0.metadata["seed"] = nil }.contains("seed"))
    try expect(message { $0.tensors["weights/0/bias"] = nil }.contains("weights/0/bias"))
    try expect(message { $0.tensors["weights/1/bias"] = StoredTensor([Float(1)], shape: [1]) }.contains("[10]"))
    try expect(
      message { $0.tensors["position"] = StoredTensor([Int64(1), 3, 9], shape: [3]) }.contains("multiple of 8"))
    try expect(
      message { $0.tensors["position"] = StoredTensor([Int64.max, .max, .min], shape: [3]) }.contains("position"))
    // Nine steps are one epoch of seven and two steps.
    for wrong in [8, 10, 16, 0] as [Int64] {
      try expect(
        message { $0.tensors["position"] = StoredTensor([1, 16, wrong], shape: [3]) }.hasSuffix(
          "expected at most 1000 complete epochs, a multiple of 8 below 55, and the steps up to there, "
            + "received [1, 16, \(wrong)]"))
    }
    try expect(
      message {
        $0.tensors["position"] = StoredTensor([1_000_000, 0, 7_000_000] as [Int64], shape: [3])
        $0.tensors["history"] = StoredTensor([Double](repeating: 0.5, count: 3_000_000), shape: [3, 1_000_000])
      }.contains("at most 1000 complete epochs"))
    try expect(
      message { $0.tensors["marks"] = StoredTensor([Double](repeating: 1, count: 400), shape: [100, 4]) }.contains(
        "expected at most 40 marks an epoch, received 100 in 2 epochs"))
    for mark in [[0, 56], [1, 17], [2, 1], [0, 0]] as [[Double]] {
      try expect(
        message { $0.tensors["marks"] = StoredTensor(mark + [1, 1], shape: [1, 4]) }.contains(
          "expected epochs and pictures in their order, up to the position, received \(mark)"))
    }
    try expect(message { $0.tensors["history"] = StoredTensor([Double](), shape: [3, 0]) }.contains("[3, 1]"))
    try expect(
      message { $0.tensors["marks"] = StoredTensor([Double.nan, 1, 2, 3], shape: [1, 4]) }.contains("marks"))
    try expect(
      message {
        $0.tensors["adam/1/bias/velocity"] = StoredTensor([Float](repeating: -1, count: 10), shape: [10])
      }.contains("means of squares"))
  }

  @Test func otherPicturesAreRefused() throws {
    let file = try stopped(after: 2, .lstm).checkpoint(pictures: smallDigits.train)
    let others = Digits.generate(seed: 4, train: 55, test: 23)
    #expect(throws: SafetensorsError.self) { try DigitTraining(file, smallSettings(), pictures: others.train) }
  }
}
