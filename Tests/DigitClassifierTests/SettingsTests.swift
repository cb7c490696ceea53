import Foundation
import Support
import Testing

@testable import DigitClassifier

/// What stands in settings, files and sources of digits, each value on its own.
@Suite struct SettingsTests {
  @Test func settingsHaveTheirDefaults() {
    let settings = DigitSettings()
    expect(settings.cell == .lstm && settings.units == 128 && settings.batchSize == 128)
    expect(settings.learningRate == 0.001 && settings.seed == 1 && settings.layout == .rowsAsSteps)
    expectEqual(smallSettings().plan(epochs: 4), TrainingPlan(epochs: 4, batchSize: 8, shuffleSeed: 5))
    let training = DigitTraining(smallSettings())
    expect(training.run.optimizer == Adam(learningRate: 0.01) && training.testAccuracies.isEmpty)
    expect(training.marks.isEmpty && training.run.position == TrainingPosition())
  }

  @Test(arguments: [(CellKind.lstm, 4, false), (.gru, 3, true), (.simpleRNN, 1, false)])
  func aModelIsACellAndADenseLayer(cell: CellKind, blocks: Int, hasTwoBiases: Bool) {
    let weights = DigitTraining(smallSettings(cell)).model.parameters
    let own = ["0/kernel", "0/recurrent_kernel", "0/bias"] + (hasTwoBiases ? ["0/recurrent_bias"] : [])
    expectEqual(weights.names, own + ["1/kernel", "1/bias"])
    expect(weights["0/kernel"].shape == [28, 9 * blocks] && weights["0/recurrent_kernel"].shape == [9, 9 * blocks])
    expect(weights["0/bias"].shape == [9 * blocks] && weights["1/kernel"].shape == [9, 10])
    var others = smallSettings(cell)
    others.seed = 6
    expect(DigitTraining(others).model.parameters != weights)
    // The same numbers in double precision.
    let doubles = DigitTraining(smallSettings(cell)).doubleModel.parameters
    expectEqual(doubles.names, weights.names)
    for (name, tensor) in weights.named { expectEqual(doubles[name].scalars, tensor.scalars.map(Double.init)) }
  }

  @Test func aStepOfAnotherCellIsNotTraced() {
    expectEqual(UntracedCell(kind: .simpleRNN).description, "there is no traced step of a simple RNN")
  }

  // MARK: Gates

  /// Gates and hidden state of every step, `[T, B, H]`, as the cell's own run has them.
  @Test func gatesAreThoseOfTheRun() throws {
    let x = smallDigits.train.pixels([4, 2, 7])
    let names: [(CellKind, [String])] = [
      (.lstm, ["i", "f", "g", "o", "h"]), (.gru, ["z", "r", "g", "h"]), (.simpleRNN, ["h"]),
    ]
    for (kind, expected) in names {
      let model = DigitTraining(smallSettings(kind)).model
      let activity = try model.gateActivity(x)
      expectEqual(activity.map(\.name), expected)
      for (name, values) in activity { expectEqual(values.shape, [28, 3, 9], "\(kind) \(name)") }
      let h = try #require(activity.last?.values)
      let logits = try model(x)
      let last = matmul(h.slice(27), model.parameters["1/kernel"]) + model.parameters["1/bias"]
      // Sums of 9 products.
      expect(last.largestDifference(from: logits) < 1e-6)
      guard kind == .lstm else { continue }
      // The first step has no state: o ⊙ tanh(i ⊙ g).
      let first = activity.map { $0.values.slice(0) }
      expect((first[3] * Tensors.tanh(first[0] * first[2])).largestDifference(from: first[4]) < 1e-6)
    }
    try expect(Stack<Float>([Dense(inputSize: 2, units: 3)]).gateActivity(Tensor([[1, 2]])).isEmpty)
    try expect(Stack<Float>([]).gateActivity(Tensor([[1, 2]])).isEmpty)
  }

  // MARK: Tests and marks

  /// Without the transposition a sequence runs through its batch, so a test takes the batches of the training.
  @Test(arguments: RowLayout.allCases) func aTestTakesItsBatches(layout: RowLayout) throws {
    let training = DigitTraining(smallSettings(layout: layout))
    let rows = DigitRows(smallDigits.test, layout: layout)
    let batches = layout == .rowsAsSteps ? [0..<23] : [0..<8, 8..<16, 16..<23]
    let logits = try batches.flatMap { try training.model(rows.batch(Array(0..<23)[$0])).scalars }
    let test = try training.test(on: smallDigits.test)
    expect(test.logits.shape == [23, 10] && test.logits.scalars == logits)
    expect(test.labels == smallDigits.test.labels.map(Int.init) && test.probabilities == softmax(test.logits))
  }

  /// Twenty marks an epoch or a few more; the last one is the end of the epoch.
  @Test func marksStandTwentyTimesAnEpoch() throws {
    var settings = smallSettings(.simpleRNN)
    settings.batchSize = 1
    var training = DigitTraining(settings)
    try training.train(on: smallDigits, epochs: 2)
    // 55 steps: every second one, and the last.
    let samples = Array(stride(from: 2, through: 54, by: 2)) + [55]
    expectEqual(training.marks.map(\.samples), samples + samples)
    expectEqual(training.marks.map(\.epoch), [Int](repeating: 0, count: 28) + [Int](repeating: 1, count: 28))
    for epoch in 0..<2 {
      let mark = training.marks[28 * epoch + 27]
      expect(abs(mark.lossSum - training.run.history.losses[epoch] * 55) < 1e-12)
      expect(abs(mark.rightSum - training.run.history.metrics[epoch] * 55) < 1e-12)
    }
    var few = DigitTraining(smallSettings(.simpleRNN))
    var steps = 0
    try few.train(on: smallDigits, epochs: 1) { now, step in
      steps += 1
      expect(now.testAccuracies.count == (step.isLastOfEpoch ? 1 : 0) && now.marks.count == steps)
      return .proceed
    }
    expectEqual(few.marks.map(\.samples), [8, 16, 24, 32, 40, 48, 55])
    try expectEqual(few.testAccuracies, [few.test(on: smallDigits.test).accuracy])
  }

  @Test func theShareOfRightIsOfTheRows() {
    let logits = Tensor<Float>([[0, 2, 1], [3, 1, 2], [1, 1, 0], [0, 0, 5]])
    expectEqual(largestOfRows(logits), [1, 0, 0, 2])
    expectEqual(shareOfRight(logits, Labels([1, 0, 1, 0]), nil), 0.5)
    expectEqual(shareOfRight(.zeros([0, 3]), Labels([Int]()), nil), 0)
  }

  // MARK: Files

  @Test func aCheckpointHoldsWhatFixesTheTraining() throws {
    var training = DigitTraining(smallSettings(.simpleRNN))
    try training.train(on: smallDigits, epochs: 2) { _, step in step.epoch == 1 && step.step == 2 ? .stop : .proceed }
    let file = training.checkpoint(pictures: smallDigits.train)
    var print = Fingerprint()
    print.add(smallDigits.train.images)
    print.add(smallDigits.train.labels)
    expectEqual(
      file.metadata,
      [
        "cell": "simple-rnn", "units": "9", "batch": "8", "rate": "0.01", "seed": "5", "layout": "rows-as-steps",
        "pictures": "55 \(print.text)",
      ])
    let own = ["0/bias", "0/kernel", "0/recurrent_kernel", "1/bias", "1/kernel"]
    let adam = own.flatMap { ["adam/\($0)/momentum", "adam/\($0)/velocity"] }
    expectEqual(
      file.tensors.keys.sorted(), adam + ["history", "marks", "position", "sums"] + own.map { "weights/" + $0 })
    expectEqual(file.tensors["position"], StoredTensor([Int64(1), 24, 10], shape: [3]))
    let (position, history) = (training.run.position, training.run.history)
    expectEqual(file.tensors["sums"], StoredTensor([position.lossSum, position.metricSum], shape: [2]))
    let numbers = [history.losses[0], history.metrics[0], training.testAccuracies[0]]
    expectEqual(file.tensors["history"], StoredTensor(numbers, shape: [3, 1]))
    let last = try #require(training.marks.last)
    expect(last.epoch == 1 && last.samples == 24 && file.tensors["marks"]?.shape == [10, 4])
    expectEqual(file.tensors["marks"]?.doubles?.suffix(4), [1, 24, last.lossSum, last.rightSum])
  }

  /// Whole messages, and what is still taken beside what is not.
  @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
    var training = DigitTraining(smallSettings(.simpleRNN))
    try training.train(on: smallDigits, epochs: 2) { _, step in step.epoch == 1 && step.step == 1 ? .stop : .proceed }
    let file = training.checkpoint(pictures: smallDigits.train)
    func message(_ change: (inout SafetensorsFile) -> Void) -> String {
      var changed = file
      change(&changed)
      do {
        let read = try SafetensorsFile(bytes: changed.serialized(), file: "run.st")
        _ = try DigitTraining(read, smallSettings(.simpleRNN), pictures: smallDigits.train)
      } catch { return "\(error)" }
      return "none"
    }
    func marks(_ marks: [Double]...) -> String {
      message { $0.tensors["marks"] = StoredTensor(marks.flatMap { $0 + [1, 1] }, shape: [marks.count, 4]) }
    }
    func place(_ epoch: Int64, _ sample: Int64, _ steps: Int64) -> String {
      message {
        $0.tensors["position"] = StoredTensor([epoch, sample, steps], shape: [3])
        $0.tensors["history"] = StoredTensor([Double](repeating: 0.5, count: 3 * Int(epoch)), shape: [3, Int(epoch)])
        $0.tensors["marks"] = StoredTensor([Double](), shape: [0, 4])
      }
    }
    expectEqual(message { _ in }, "none")
    let position =
      "run.st: tensor \"position\": expected at most 1000 complete epochs, a multiple of 8 below 55, "
      + "and the steps up to there, received "
    expect(place(1000, 0, 7000) == "none" && place(1001, 0, 7007) == position + "[1001, 0, 7007]")
    expect(place(0, 48, 6) == "none" && place(0, 56, 7) == position + "[0, 56, 7]")
    expect(place(0, 0, 0) == "none" && place(0, 4, 0) == position + "[0, 4, 0]")
    let order = "run.st: tensor \"marks\": expected epochs and pictures in their order, up to the position, received "
    expect(marks([0, 55], [1, 16]) == "none" && marks([0, 1], [0, 2], [1, 1]) == "none" && marks() == "none")
    expect(marks([0, 56]) == order + "[0.0, 56.0]" && marks([1, 17]) == order + "[1.0, 17.0]")
    expect(marks([0, 5], [0, 5]) == order + "[0.0, 5.0]" && marks([1, 5], [0, 9]) == order + "[0.0, 9.0]")
    expect(marks([0, 5], [0, 4]) == order + "[0.0, 4.0]" && marks([0, 0]) == order + "[0.0, 0.0]")
    expect(marks([0.5, 1]) == order + "[0.5, 1.0]" && marks([0, 1.5]) == order + "[0.0, 1.5]")
    expect(marks([-1, 1]) == order + "[-1.0, 1.0]" && marks([2, 1]) == order + "[2.0, 1.0]")
    func many(_ count: Int) -> String {
      message { $0.tensors["marks"] = StoredTensor([Double](repeating: 1, count: 4 * count), shape: [count, 4]) }
    }
    expectEqual(
      many(81), "run.st: tensor \"marks\": expected at most 40 marks an epoch, received 81 in 2 epochs")
    expectEqual(many(80), order + "[1.0, 1.0]")
    expectEqual(
      message { $0.metadata["rate"] = "0.02" }, "run.st: expected a training with rate 0.01, received rate 0.02")
    expectEqual(
      message { $0.metadata["layout"] = nil }, "run.st: expected a text \"layout\" in __metadata__, received others")
    expectEqual(
      message { $0.tensors["sums"] = StoredTensor([1.0], shape: [1]) },
      "run.st: tensor \"sums\": expected shape [2], received [1]")
    expectEqual(
      message { $0.tensors["history"] = StoredTensor([1.0, 2], shape: [2, 1]) },
      "run.st: tensor \"history\": expected shape [3, 1], received [2, 1]")
    expectEqual(
      message { $0.tensors["marks"] = StoredTensor([1.0, 2, 3], shape: [1, 3]) },
      "run.st: tensor \"marks\": expected shape [any, 4], received [1, 3]")
  }

  // MARK: Sources

  @Test func aTextNamesItsSource() throws {
    expect(DigitSource("fetch") == .fetched && DigitSource("generated") == .generated)
    expect(DigitSource("fetched") == .folder("fetched") && DigitSource("") == .folder(""))
    let digits = try DigitSource.generated.digits(pictures: 7) { _ in Issue.record("there is nothing to say") }
    expect(digits.train.count == 7 && digits.test.count == 1000)
    expectEqual(digits.train.images, Digits.generate(seed: 1, train: 7, test: 1).train.images)
  }

  /// MNIST's files: two numbers that say what they are, then as many lengths.
  private static func write(_ counts: (train: Int, test: Int), to folder: URL) throws {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    for (name, count) in [("train", counts.train), ("t10k", counts.test)] {
      let pixels = (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 * 7) }
      let images = [0x803, count, 28, 28].flatMap(number) + pixels
      let labels = [0x801, count].flatMap(number) + (0..<count).map { UInt8($0 % 10) }
      try Data(images).write(to: folder.appending(path: "\(name)-images-idx3-ubyte"))
      try Data(labels).write(to: folder.appending(path: "\(name)-labels-idx1-ubyte"))
    }
  }

  @Test func aFolderGivesItsFirstPictures() throws {
    try withTemporaryFolder { folder in
      try Self.write((5, 3), to: folder)
      let source = DigitSource(folder.path)
      let (all, first) = (try source.digits { _ in }, try source.digits(pictures: 2) { _ in })
      expect(all.train.count == 5 && all.test.count == 3 && first.train.count == 2 && first.test.count == 3)
      expect(first.train.labels == [0, 1] && all.train.labels == [0, 1, 2, 3, 4])
      expectEqual(first.train.images, Array(all.train.images.prefix(2 * 784)))
      try expectEqual(source.digits(pictures: 9) { _ in }.train.count, 5)
    }
  }
}
