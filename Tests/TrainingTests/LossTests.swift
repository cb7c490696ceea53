import Support
import Testing

@testable import Training

// Expected numbers: Keras 3.15.1 in double precision with gradients by `tf.GradientTape`;
// golden/generate/training_units.py prints them.
private let probabilities = Tensor<Double>(
  shape: [2, 2, 3], scalars: [0.2, 0.5, 0.4, 0.7, 0.1, 0.15, 0.05, 0.9, 0.3, 1e-9, 0.25, 0.6])
private let target = Tensor<Double>(
  shape: [2, 2, 3], scalars: [0.1, 0.6, 0.3, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.35, 0.4, 0.25])
private let logits = Tensor<Double>(
  shape: [2, 2, 3], scalars: [0.2, -1.5, 3.4, 0.7, 0.1, -2.15, 40.0, -900.0, 0.3, -0.4, 0.25, 0.6])
private let labels = Labels([[2, 0], [1, 0]])
private let mask = SequenceMask(batchSize: 2, steps: 2, isUsed: [true, false, true, true])

/// Keras and this code add in different orders: a few units of the sixteenth digit, of numbers up to 900.
private func expectLoss(
  _ found: LossValue<Double>, _ value: Double, _ gradient: [Double], sourceLocation: SourceLocation = #_sourceLocation
) {
  expect(abs(found.value - value) <= 1e-15 + 1e-14 * abs(value), sourceLocation: sourceLocation)
  let difference = found.gradient.largestDifference(from: Tensor(shape: [2, 2, 3], scalars: gradient))
  expect(difference <= 1e-15, sourceLocation: sourceLocation)
}

@Suite struct LossesAgainstKeras {
  @Test func meanSquaredErrorAsKeras() throws {
    try expectLoss(
      meanSquaredError(probabilities, target), 0.04354166660833333,
      [
        0.016666666666666666, -0.016666666666666663, 0.01666666666666667, -0.05, 0.016666666666666666,
        0.024999999999999998, 0.008333333333333333, -0.016666666666666663, 0.049999999999999996, -0.058333333166666654,
        -0.025, 0.05833333333333333,
      ])
    try expectLoss(
      meanSquaredError(probabilities, target, mask: mask), 0.04444444436666666,
      [
        0.022222222222222223, -0.022222222222222216, 0.02222222222222223, 0, 0, 0, 0.011111111111111112,
        -0.022222222222222216, 0.06666666666666667, -0.07777777755555554, -0.03333333333333334, 0.07777777777777777,
      ])
  }

  @Test func categoricalCrossEntropyAsKeras() throws {
    try expectLoss(
      categoricalCrossEntropy(probabilities, target), 1.9497088850712962,
      [
        0.10227272727272727, -0.07272727272727272, 0.03977272727272729, -0.093984962406015, 0.26315789473684215,
        0.26315789473684215, 0.19999999999999998, -0.0777777777777778, 0.19999999999999998, 0.1911764703633218,
        -0.20882352963667822, 0.08700980369665513,
      ])
    try expectLoss(
      categoricalCrossEntropy(probabilities, target, mask: mask), 2.497817963578001,
      [
        0.13636363636363635, -0.09696969696969698, 0.05303030303030304, 0.0, 0.0, 0.0, 0.2666666666666666,
        -0.10370370370370374, 0.2666666666666666, 0.2549019604844291, -0.27843137284890423, 0.1160130715955402,
      ])
  }

  @Test func binaryCrossEntropyAsKeras() throws {
    try expectLoss(
      binaryCrossEntropy(probabilities, target), 0.8340544544053818,
      [
        0.052083333333333336, -0.033333333333333326, 0.03472222222222222, -0.11904761904761904, 0.09259259259259259,
        0.09803921568627451, 0.08771929824561403, -0.09259259259259259, 0.11904761904761904, 0.0, -0.06666666666666668,
        0.12152777777777778,
      ])
    try expectLoss(
      binaryCrossEntropy(probabilities, target, mask: mask), 1.0426776737522496,
      [
        0.06944444444444442, -0.04444444444444444, 0.046296296296296294, 0.0, 0.0, 0.0, 0.11695906432748537,
        -0.12345679012345678, 0.15873015873015872, 0.0, -0.0888888888888889, 0.16203703703703703,
      ])
  }

  @Test func softmaxCrossEntropyAsKeras() throws {
    try expectLoss(
      softmaxCrossEntropy(logits, labels), 235.56250648892177,
      [
        0.009721871368086861, 0.0017760257219094874, -0.011497897089996378, -0.09439730303452595, 0.08539657070226482,
        0.009000732332261136, 0.25, -0.25, 1.4336696023020816e-18, -0.20562515627495137, 0.08500182493644176,
        0.12062333133850961,
      ])
    try expectLoss(
      softmaxCrossEntropy(logits, labels, mask: mask), 313.9252903273673,
      [
        0.012962495157449148, 0.0023680342958793165, -0.015330529453328504, 0.0, 0.0, 0.0, 0.3333333333333333,
        -0.3333333333333333, 1.9115594697361087e-18, -0.2741668750332685, 0.11333576658192235, 0.16083110845134613,
      ])
  }

  @Test func theSumOfMXNetIsFourTimesTheMeanOfFourRows() throws {
    let (sum, mean) = (try softmaxOutputLoss(logits, labels), try softmaxCrossEntropy(logits, labels))
    expectEqual(sum.value, 4 * mean.value)
    expectEqual(sum.gradient, mean.gradient * 4)
  }
}

@Suite struct LossGradients {
  typealias LossOfOutput = @Sendable (Tensor<Double>, SequenceMask?) throws -> LossValue<Double>

  /// Away from the clipping bounds, where the losses have a kink.
  static let output = Tensor<Double>(
    shape: [2, 2, 3], scalars: [0.2, 0.5, 0.4, 0.7, 0.1, 0.15, 0.05, 0.9, 0.3, 0.02, 0.25, 0.6])

  static let losses: [(name: String, loss: LossOfOutput)] = [
    ("mean squared error", { try meanSquaredError($0, target, mask: $1) }),
    ("categorical cross-entropy", { try categoricalCrossEntropy($0, target, mask: $1) }),
    ("binary cross-entropy", { try binaryCrossEntropy($0, target, mask: $1) }),
    ("softmax cross-entropy", { try softmaxCrossEntropy($0, labels, mask: $1) }),
    ("softmax output", { try softmaxOutputLoss($0, labels, mask: $1) }),
  ]

  @Test(arguments: [nil, mask])
  func gradientsAgreeWithCentralDifferences(_ mask: SequenceMask?) throws {
    for (name, loss) in Self.losses {
      let gradient = try loss(Self.output, mask).gradient
      for i in gradient.scalars.indices {
        let ε = 1e-6
        var (above, below) = (Self.output, Self.output)
        above.scalars[i] += ε
        below.scalars[i] -= ε
        let slope = try (loss(above, mask).value - loss(below, mask).value) / (2 * ε)
        // ε² times third derivatives up to 1/p³ = 125,000: 1e-7.
        expect(abs(gradient.scalars[i] - slope) < 1e-6, "\(name), element \(i)")
      }
    }
  }

  @Test func floatAgreesWithDouble() throws {
    let single = try softmaxCrossEntropy(logits.converted(to: Float.self), labels)
    let double = try softmaxCrossEntropy(logits, labels)
    expect(abs(single.value - double.value) < 1e-4)
    expect(single.gradient.converted(to: Double.self).largestDifference(from: double.gradient) < 1e-6)
  }

  @Test func wrongTargetsAreErrors() {
    #expect(throws: ShapeError("target of a loss", expected: "[2, 2, 3]", received: [2, 3])) {
      try meanSquaredError(probabilities, Tensor.zeros([2, 3]))
    }
    #expect(throws: ShapeError("labels of a loss", expected: "[4]", received: [3])) {
      try softmaxCrossEntropy(logits, Labels([0, 1, 2]))
    }
    #expect(throws: LabelError(row: 2, label: 3, classes: 3)) {
      try softmaxCrossEntropy(logits, Labels([0, 1, 3, -1]))
    }
    #expect(throws: ShapeError("mask of a loss", expected: "[2, 2]", received: [2, 1])) {
      try meanSquaredError(probabilities, target, mask: SequenceMask(lengths: [1, 1], steps: 1))
    }
  }

  @Test func accuracyCountsRowsAndLeavesMaskedOnesOut() throws {
    // Largest places: 2, 0, 0, 2.
    try expectEqual(accuracy(logits, labels), 0.5)
    try expectEqual(accuracy(logits, labels, mask: mask), 1.0 / 3)
  }
}

/// Labels and masks that do not fit, and the numbers of the second row as well as of the first.
@Suite struct LossRefusals {
  @Test func labelsAndMasksAreHeldToTheOutput() {
    #expect(throws: ShapeError("labels of a loss", expected: "[4]", received: [3])) {
      try softmaxCrossEntropy(logits, Labels([0, 1, 2]))
    }
    for (label, row) in [(3, 1), (-1, 0)] {
      var values = [2, 0, 1, 0]
      values[row] = label
      let error = #expect(throws: LabelError.self) { try softmaxCrossEntropy(logits, Labels(values)) }
      expectEqual(error, LabelError(row: row, label: label, classes: 3))
      expectEqual(error?.description, "label of row \(row): expected a number in 0 ..< 3, received \(label)")
      #expect(throws: LabelError.self) { try accuracy(logits, Labels(values)) }
    }
    let small = SequenceMask(batchSize: 1, steps: 2, isUsed: [true, false])
    #expect(throws: ShapeError("mask of a loss", expected: "[2, 2]", received: [1, 2])) {
      try softmaxCrossEntropy(logits, labels, mask: small)
    }
    #expect(throws: ShapeError("target of a loss", expected: "[2, 2, 3]", received: [4, 3])) {
      try meanSquaredError(probabilities, target.reshaped([4, 3]))
    }
  }

  /// The sum is the mean times the rows; a row that is not used has no part in either.
  @Test func meanAndSumDifferByTheRowsInUse() throws {
    let (mean, sum) = (try softmaxCrossEntropy(logits, labels), try softmaxOutputLoss(logits, labels))
    expect(abs(sum.value - 4 * mean.value) <= 1e-12 * sum.value)
    expect(sum.gradient.largestDifference(from: mean.gradient * 4) <= 1e-15)
    let used = try softmaxCrossEntropy(logits, labels, mask: mask)
    expect(used.gradient.scalars[3..<6] == [0, 0, 0] && used.gradient.scalars[6] != 0)
  }

  @Test func accuracyCountsRowsInUse() throws {
    let output = Tensor<Double>(shape: [2, 2, 2], scalars: [1, 0, 0, 1, 1, 0, 0, 1])
    try expectEqual(accuracy(output, Labels([[0, 1], [0, 1]])), 1)
    try expectEqual(accuracy(output, Labels([[0, 1], [0, 0]])), 0.75)
    let last = SequenceMask(batchSize: 2, steps: 2, isUsed: [true, true, true, false])
    try expectEqual(accuracy(output, Labels([[0, 1], [0, 0]]), mask: last), 1)
    try expectEqual(accuracy(output, Labels([[1, 1], [0, 0]]), mask: last), 2.0 / 3)
    let none = SequenceMask(batchSize: 2, steps: 2, isUsed: [false, false, false, false])
    try expectEqual(accuracy(output, Labels([[0, 1], [0, 1]]), mask: none), 0)
    try expectEqual(softmaxCrossEntropy(output, Labels([[0, 1], [0, 1]]), mask: none).value, 0)
  }

  @Test func samplesAreTakenInTheOrderAskedFor() {
    let x = Tensor<Double>([[1, 2], [3, 4], [5, 6]])
    expect(x.batch([2, 0]) == Tensor([[5, 6], [1, 2]]) && x.sampleCount == 3)
    let rows = Labels([[1, 2], [3, 4], [5, 6]])
    expect(rows.batch([1, 1, 2]) == Labels([[3, 4], [3, 4], [5, 6]]) && rows.sampleCount == 3)
    expect(Labels([7, 8, 9]).batch([2]) == Labels([9]) && Labels([Int]()).sampleCount == 0)
  }
}
