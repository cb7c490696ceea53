import Foundation
import Support
import Testing

@testable import DigitClassifier
@testable import Training

/// A training and its traced step written once more, and what happens at the ends of their ranges.
@Suite struct DigitsByHand {
  /// Keras' first weights of a cell and a dense layer, from the seed.
  @Test(arguments: CellKind.allCases) func aModelHasItsFirstWeights(cell: CellKind) throws {
    let own = smallSettings(cell).model(Double.self)
    var plain = Stack<Double>([cell.layer(inputSize: 28, units: 9), Dense(inputSize: 9, units: 10)])
    var generator = RandomGenerator(seed: 5)
    plain.initialize(using: &generator)
    expectEqual(own.parameters, plain.parameters)
    try expectEqual(own(.zeros([3, 28, 28])).shape, [3, 10])
  }

  /// Seven batches in the order of the plan, and the test behind them; each step is told with the training after it.
  @Test func anEpochIsItsBatches() throws {
    let settings = smallSettings(.gru)
    var model = settings.model(Float.self)
    let adam = Adam(learningRate: 0.01)
    var state = OptimizerState(adam, for: model.parameters)
    let order = TrainingPlan(epochs: 1, batchSize: 8, shuffleSeed: 5).order(ofEpoch: 0, sampleCount: 55)
    var (losses, shares, done) = ([Double](), [Double](), 0)
    for start in stride(from: 0, to: 55, by: 8) {
      let numbers = order[start..<min(start + 8, 55)]
      let forward = try model.forward(smallDigits.train.pixels(Array(numbers)))
      let labels = Labels(numbers.map { Int(smallDigits.train.labels[$0]) })
      let loss = try softmaxCrossEntropy(forward.output, labels)
      losses.append(loss.value * Double(numbers.count))
      shares.append(try accuracy(forward.output, labels) * Double(numbers.count))
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try adam.step(&model.parameters, gradient: gradient, state: &state)
    }
    var own = DigitTraining(settings)
    try own.train(on: smallDigits, epochs: 1) { now, step in
      done += 1
      expect(now.run.optimizerState.step == done && step.step == done - 1 && step.steps == 7)
      expectEqual(now.marks.last?.samples, min(8 * done, 55))
      expect(now.marks.count == done && now.settings == settings)
      return .proceed
    }
    expect(own.model.parameters == model.parameters && own.run.optimizerState == state && done == 7)
    expect(abs(own.run.history.losses[0] - losses.reduce(0, +) / 55) < 1e-12)
    expect(abs(own.run.history.metrics[0] - shares.reduce(0, +) / 55) < 1e-12)
    try expectEqual(own.testAccuracies, [own.test(on: smallDigits.test).accuracy])
    for place in 0..<7 {
      expect(abs(own.marks[place].lossSum - losses[...place].reduce(0, +)) < 1e-12)
      expect(abs(own.marks[place].rightSum - shares[...place].reduce(0, +)) < 1e-12 && own.marks[place].epoch == 0)
    }
    // What is complete is not trained again.
    let before = own.model.parameters
    try own.train(on: smallDigits, epochs: 1)
    expect(own.model.parameters == before && own.marks.count == 7)
  }

  /// A test of at least 128 pictures at once, and of the batch where that is more.
  @Test func aTestHasItsBatchesInOrder() throws {
    let digits = Digits.generate(seed: 6, train: 1, test: 150).test
    let training = DigitTraining(smallSettings(.simpleRNN))
    let test = try training.test(on: digits)
    let logits = try [Array(0..<128), Array(128..<150)].flatMap { try training.model(digits.pixels($0)).scalars }
    expect(test.logits.scalars == logits && test.logits.shape == [150, 10] && test.labels.count == 150)
    expectEqual(test.predicted, largestOfRows(test.logits))
  }

  @Test func pixelsAreNumbersFromZeroToOne() {
    let x = DigitRows(smallDigits.train).batch([3])
    expect(x.scalars == smallDigits.train.image(3).map { Float($0) / 255 } && x.shape == [1, 28, 28])
    expect(DigitRows(smallDigits.train).layout == .rowsAsSteps && DigitRows(smallDigits.train).sampleCount == 55)
    expectEqual(smallDigits.test.targets, Labels(smallDigits.test.labels.map(Int.init)))
    expectEqual(RowLayout.allCases.map(\.rawValue), ["rows-as-steps", "without-transpose"])
    let origins = (0..<6).map { RowLayout.withoutTranspose.origin(block: $0 / 2, row: $0 % 2, batchSize: 2, rows: 3) }
    expect(origins.map(\.picture) == [0, 0, 0, 1, 1, 1] && origins.map(\.row) == [0, 1, 2, 0, 1, 2])
    let plain = RowLayout.rowsAsSteps.origin(block: 2, row: 1, batchSize: 2, rows: 3)
    expect(plain.picture == 1 && plain.row == 2)
  }

  /// Where nothing can be fetched the digits are generated, and that is said once. In a process of its own, whose
  /// cache has no place.
  @Test(.lane(.exits)) func digitsThatCannotBeFetchedAreGenerated() async {
    await #expect(processExitsWith: .exitCode(7)) {
      setenv("XDG_CACHE_HOME", "/dev/null", 1)
      var notices: [String] = []
      let digits = try DigitSource.fetched.digits(pictures: 5) { notices.append($0) }
      let isRight = digits.train.count == 5 && digits.test.count == 1000 && notices.count == 1
      exit(isRight && notices[0].hasSuffix("; generated digits take its place") ? 7 : 1)
    }
  }

  // MARK: A traced step

  private func numbers(_ shape: [Int], seed: UInt64) -> Tensor<Float> {
    var generator = RandomGenerator(seed: seed)
    return .uniform(shape, -1, 1, using: &generator)
  }

  /// Every operation, its name and its result.
  @Test func operationsComputeWhatTheirNamesSay() {
    let recorder = Recorder()
    let ops = TracedOperations(recorder: recorder)
    let (a, b, row) = (numbers([2, 6], seed: 1), numbers([2, 6], seed: 2), numbers([6], seed: 3))
    let cube = numbers([2, 3, 4], seed: 4)
    expect(ops.category == "forward" && ops.biasAdd(a, row) == a + row)
    expect(ops.sigmoid(a) == Tensors.sigmoid(a) && ops.tanh(a) == Tensors.tanh(a))
    expect(ops.mul(a, b) == a * b && ops.add(a, b) == a + b && ops.sub(a, b) == a - b && ops.oneMinus(a) == 1 - a)
    expect(ops.transpose(cube) == cube.timeMajor && ops.reshape(cube, [6, 4]) == cube.reshaped([6, 4]))
    expect(ops.concat([a, b]) == .concatenated([a, b]) && ops.split(a, into: 3) == a.split(into: 3))
    expectEqual(ops.splitV(a, [1, 2, 3]), [a.columns(0..<1), a.columns(1..<3), a.columns(3..<6)])
    expectEqual(ops.splitRows(cube, [1, 1]), [cube.slices(0..<1), cube.slices(1..<2)])
    expect(ops.sigmoidGrad(a, b) == a * b * (1 - b) && ops.tanhGrad(a, b) == a * (1 - b * b))
    expect(ops.biasAddGrad(a) == a.sumOfRows() && ops.within("name") { 7 } == 7)
    var total: Tensor<Float>?
    ops.accumulate(&total, a)
    expectEqual(total, a)
    ops.accumulate(&total, b)
    expectEqual(total, a + b)
    let events = recorder.trace().events
    expectEqual(
      events.map(\.name),
      [
        "BiasAdd", "Sigmoid", "Tanh", "Mul", "Add", "Sub", "Sub", "Transpose", "Reshape", "ConcatV2", "Split", "SplitV",
        "SplitV", "SigmoidGrad", "TanhGrad", "BiasAddGrad", "name", "Add",
      ])
    expect(events.allSatisfy { $0.category == "forward" && $0["flops"] == nil })
    expect(events[16].arguments.isEmpty && events[0].arguments.map(\.name) == ["inputs", "outputs"])
  }

  /// Without biases a step has those of zeros.
  @Test func stepsWithoutBiases() {
    let ops = TracedOperations(recorder: Recorder())
    let (x, h) = (numbers([2, 3], seed: 1), numbers([2, 4], seed: 2))
    func weights(_ gates: Int) -> RecurrentWeights<Float> {
      RecurrentWeights(kernel: numbers([3, 4 * gates], seed: 3), recurrentKernel: numbers([4, 4 * gates], seed: 4))
    }
    func near(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Bool { a.largestDifference(from: b) < 1e-6 }
    let simple = TracedSimpleRNN(weights(1))
    let plain = SimpleRNNCell<Float>(inputSize: 3, units: 4, useBias: false)
    func cell<Cell: StandardCell<Float>>(_ cell: Cell, _ gates: Int) -> Cell
    where Cell.Parameters == RecurrentWeights<Float> {
      var cell = cell
      cell.parameters = weights(gates)
      return cell
    }
    expect(near(simple.forward(x, h, ops).state, cell(plain, 1).forward(x, HiddenState(h: h)).output))
    expect(
      simple.zeroState(batchSize: 5) == .zeros([5, 4]) && simple.gradient(ofOutput: h) == h && simple.output(h) == h)
    let lstm = TracedLSTM(weights(4))
    let state = LSTMState(h: h, c: numbers([2, 4], seed: 5))
    let next = cell(LSTMCell<Float>(inputSize: 3, units: 4, useBias: false), 4).forward(x, state).state
    let own = lstm.forward(x, state, ops).state
    expect(near(own.h, next.h) && near(own.c, next.c) && lstm.output(own) == own.h)
    expectEqual(lstm.zeroState(batchSize: 5), LSTMState(h: .zeros([5, 4]), c: .zeros([5, 4])))
    expectEqual(lstm.gradient(ofOutput: h), LSTMState(h: h, c: .zeros([2, 4])))
    let gru = TracedGRU(weights(3))
    let output = cell(GRUCell<Float>(inputSize: 3, units: 4, useBias: false), 3).forward(x, HiddenState(h: h)).output
    expect(near(gru.forward(x, h, ops).state, output) && gru.zeroState(batchSize: 5) == .zeros([5, 4]))
    // Before any step went back, the gradients are zero.
    for gradient in [simple.weightGradient(ops), lstm.weightGradient(ops), gru.weightGradient(ops)] {
      expect(gradient.named.allSatisfy { $0.tensor.scalars.allSatisfy { $0 == 0 } } && gradient.bias != nil)
    }
    expect(gru.weightGradient(ops).recurrentBias?.shape == [12] && lstm.weightGradient(ops).kernel.shape == [3, 16])
  }

  // MARK: Lines

  private func step(_ epoch: Int, _ number: Int, loss: Double = 0.5, metric: Double? = 0.25) -> TrainingStep {
    TrainingStep(epoch: epoch, step: number, steps: 3, batchLoss: 9, meanLoss: loss, meanMetric: metric)
  }

  /// The speed counts from where the training stood when the first line was asked for.
  @Test func aLineBeginsWhereTheTrainingBegan() throws {
    var pace = TrainingPace(epochs: 2, pictures: 25, batchSize: 10)
    expect(pace.line(after: step(1, 1)) == nil)
    usleep(120_000)
    let later = pace.line(after: step(1, 2))
    let line = try #require(later)
    let match = try #require(
      line.wholeMatch(of: /epoch 2\/2, loss 0\.500, accuracy 0\.250, (\d+) pictures\/s, 0 s left/), "\(line)")
    // Fifteen pictures in 0.12 s or more.
    try expect(#require(Int(match.1)) <= 125)
    expectEqual(
      pace.line(ofEpoch: step(0, 2, loss: 1, metric: nil), testAccuracy: 1),
      "epoch 1/2: loss 1.000, accuracy 0.000, on the test set 1.000")
  }
}
