import Support
import Testing

@testable import Layers

/// The cells that the tests of this folder go through: gradients, traces, layouts, whole sequences, other scalar types.
///
/// A new cell is tested by standing in `all`, once for each way in which its options change the equations.
struct SampleCell: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let kind: CellKind
  /// How many bias vectors it has where a test does not say.
  let biases: Int
  let hasPeepholes: Bool
  let hasProjection: Bool
  let resetAfter: Bool
  /// Whether the kernels for whole sequences compute it.
  var hasWholeSequence: Bool { !hasProjection }
  private let build: @Sendable (CellWeights<Double>) throws -> any StandardCell<Double>

  private init(
    _ name: String, _ kind: CellKind, biases: Int = 1, peepholes: Bool = false, projection: Bool = false,
    resetAfter: Bool = true,
    _ build: @escaping @Sendable (CellWeights<Double>) throws -> any StandardCell<Double>
  ) {
    (testDescription, self.kind, self.biases, self.resetAfter) = (name, kind, biases, resetAfter)
    (hasPeepholes, hasProjection) = (peepholes, projection)
    self.build = build
  }

  static let all: [SampleCell] = [
    SampleCell("simple RNN", .simpleRNN) { try SimpleRNNCell(weights: $0) },
    SampleCell("simple RNN, clip", .simpleRNN, biases: 2) {
      try SimpleRNNCell(weights: $0, options: .init(activation: .softsign, clip: 0.7))
    },
    SampleCell("simple RNN, relu", .simpleRNN) { try SimpleRNNCell(weights: $0, options: .init(activation: .relu)) },
    SampleCell("LSTM", .lstm) { try LSTMCell(weights: $0) },
    SampleCell("LSTM, activations", .lstm, biases: 2) {
      let options = LSTMOptions(
        activation: .softsign, recurrentActivation: .kerasHardSigmoid, outputActivation: .elu(alpha: 0.8))
      return try LSTMCell(weights: $0, options: options)
    },
    SampleCell("LSTM, forget bias", .lstm) {
      try ExtendedLSTMCell(weights: $0, options: .init(forgetBias: 0.75))
    },
    SampleCell("LSTM, peepholes", .lstm, biases: 2, peepholes: true) { try ExtendedLSTMCell(weights: $0) },
    SampleCell("LSTM, projection", .lstm, projection: true) { try ExtendedLSTMCell(weights: $0) },
    SampleCell("LSTM, clip", .lstm) { try ExtendedLSTMCell(weights: $0, options: .init(clip: 0.5)) },
    SampleCell("LSTM, every clip, peepholes", .lstm, biases: 2, peepholes: true) {
      let options = ExtendedLSTMOptions(
        LSTMOptions(recurrentActivation: .keras2HardSigmoid), forgetBias: 0.6, clip: 0.8, cellClip: 0.4)
      return try ExtendedLSTMCell(weights: $0, options: options)
    },
    SampleCell("LSTM, coupled", .lstm) {
      let activations = LSTMOptions(activation: .softsign, outputActivation: .elu(alpha: 0.8))
      return try ExtendedLSTMCell(weights: $0, options: .init(activations, inputForget: true))
    },
    SampleCell("LSTM, every clip, peepholes, projection", .lstm, biases: 2, peepholes: true, projection: true) {
      let options = ExtendedLSTMOptions(
        LSTMOptions(recurrentActivation: .keras2HardSigmoid), forgetBias: 0.7, clip: 0.9, cellClip: 0.5,
        projectionClip: 0.4)
      return try ExtendedLSTMCell(weights: $0, options: options)
    },
    SampleCell("GRU", .gru, biases: 2) { try GRUCell(weights: $0) },
    SampleCell("GRU, reset before", .gru, biases: 2, resetAfter: false) {
      try GRUCell(weights: $0, options: .init(resetAfter: false))
    },
    SampleCell("GRU, clip", .gru, biases: 2) { try GRUCell(weights: $0, options: .init(clip: 0.5)) },
    SampleCell("GRU, activations, reset before, clip", .gru, resetAfter: false) {
      let options = GRUOptions(
        resetAfter: false, activation: .scaledTanh(alpha: 0.8, beta: 1.2), recurrentActivation: .kerasHardSigmoid,
        clip: 1.1)
      return try GRUCell(weights: $0, options: options)
    },
    SampleCell("GRU, hard sigmoid", .gru, biases: 2) {
      try GRUCell(
        weights: $0, options: .init(activation: .leakyRelu(alpha: 0.1), recurrentActivation: .kerasHardSigmoid))
    },
  ]

  static let withWholeSequence = all.filter(\.hasWholeSequence)

  /// The cell with D inputs, H units and, if it has a projection, P outputs; its weights are pairwise distinct.
  func cell(
    D: Int = 3, H: Int = 5, P: Int = 2, biases: Int? = nil, scale: Double = 0.9, using generator: inout RandomGenerator
  ) throws -> any StandardCell<Double> {
    let (GH, biases) = (kind.gateCount * H, biases ?? self.biases)
    func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -scale, scale, using: &generator) }
    return try build(
      CellWeights(
        kind: kind, resetAfter: resetAfter, kernel: tensor(D, GH), recurrentKernel: tensor(hasProjection ? P : H, GH),
        bias: biases > 0 ? tensor(GH) : nil, recurrentBias: biases > 1 ? tensor(GH) : nil,
        peepholes: hasPeepholes ? tensor(3, H) : nil, projection: hasProjection ? tensor(H, P) : nil))
  }
}

@Suite struct SampleCellTests {
  var generator = RandomGenerator(seed: 57)

  @Test func everyKindIsTested() {
    expectEqual(Set(SampleCell.all.map(\.kind)), Set(CellKind.allCases))
  }

  @Test(arguments: SampleCell.all) mutating func gradients(_ sample: SampleCell) throws {
    let x = Tensor<Double>.uniform([2, 4, 3], -0.9, 0.9, using: &generator)
    for goBackwards in [false, true] {
      try checkGradients(try sample.cell(using: &generator), x: x, goBackwards: goBackwards)
    }
  }

  private func checkGradients(
    _ cell: some RecurrentCell<Double>, x: Tensor<Double>, goBackwards: Bool
  ) throws {
    try LayersTests.checkGradients(
      Recurrent(cell, returnSequences: !goBackwards, goBackwards: goBackwards), x: x)
  }

  @Test(arguments: SampleCell.all) mutating func weightsWithoutConventionsKeepEveryBit(_ sample: SampleCell) throws {
    func check<Cell: StandardCell<Double>>(_ cell: Cell) throws {
      expectEqual(Cell.kind, sample.kind)
      expect(cell.cellWeights.units == 5 && cell.inputSize == 3 && cell.outputSize == (sample.hasProjection ? 2 : 5))
      try expectEqual(Cell.parameters(of: cell.cellWeights), cell.parameters)
    }
    try check(try sample.cell(using: &generator))
  }

  /// A cell under a framework's names computes the same, and its gradient has these names.
  @Test(arguments: SampleCell.all) mutating func aLayoutChangesNoNumber(_ sample: SampleCell) throws {
    func check<Cell: StandardCell<Double>>(_ cell: Cell, _ x: Tensor<Double>) throws {
      let usual: Framework = sample.kind.frameworks.contains(.onnx) ? .onnx : sample.kind.frameworks[0]
      let framework = sample.hasProjection ? .tensorflow1 : usual
      // TensorFlow has one bias and no GRU with a projection: only its LSTMs come here.
      guard framework != .tensorflow1 || sample.biases == 1 else { return }
      let features = WeightFeatures(
        resetAfter: sample.resetAfter, peepholes: sample.hasPeepholes, projection: sample.hasProjection)
      let layout = try WeightLayout(framework, sample.kind, features)
      let stored = NamedTensors(try layout.encode(cell.cellWeights.fitted(to: layout)))
      let own = try LayoutCell<Cell>(layout, options: cell.options) { stored.tensor(named: $0) }
      expectEqual(own.parameters, stored)
      let (layer, plain) = (Recurrent(own, returnSequences: true), Recurrent(own.base, returnSequences: true))
      for mask in [nil, SequenceMask(lengths: [4, 2], steps: 4)] {
        let (a, b) = (try layer.forward(x, mask: mask), try plain.forward(x, mask: mask))
        expectEqual(a.output, b.output)
        let received = try layer.parameterGradient(a.output, cache: a.cache)
        let expected = try layout.encode(
          Cell.cellWeights(of: try plain.parameterGradient(b.output, cache: b.cache)))
        expectEqual(received.names, expected.map(\.name))
        // Step by step the gradients are added in another order: four steps of at most 2 terms of size 1.
        for (own, other) in zip(received.tensors, expected) {
          expect(own.largestDifference(from: other.tensor) < 1e-14)
        }
      }
    }
    let x = Tensor<Double>.uniform([2, 4, 3], -0.9, 0.9, using: &generator)
    try check(try sample.cell(using: &generator), x)
  }

  @Test(arguments: SampleCell.all) mutating func anotherScalarTypeHoldsTheSameCell(_ sample: SampleCell) throws {
    let cell = try sample.cell(using: &generator)
    let x = Tensor<Double>.uniform([2, 4, 3], -0.9, 0.9, using: &generator)
    let model = Stack<Double>([layer(cell)])
    let single = model.converted(to: Float.self)
    expectEqual(single.parameters.names, model.parameters.names)
    expectEqual(single.parameters.tensors, model.parameters.tensors.map { $0.converted(to: Float.self) })
    try expectEqual(single.converted(to: Float.self)(x.converted()), single(x.converted()))
    // Float rounds each of at most 4·(3 + 5) products of size 1 on the way through four steps.
    try expect(single(x.converted()).converted().largestDifference(from: model(x)) < 1e-5)
  }

  private func layer(_ cell: some RecurrentCell<Double>) -> any Layer<Double> {
    Recurrent(cell, returnSequences: true, goBackwards: true)
  }
}

@Suite struct ExtendedLSTMTests {
  /// Where nothing is added, the extended cell is the plain one: forward, backward and every value.
  @Test(arguments: [LSTMOptions(), LSTMOptions(activation: .softsign, recurrentActivation: .kerasHardSigmoid)])
  func isThePlainCellWhereNothingIsAdded(_ options: LSTMOptions) throws {
    var cells = Cells()
    let weights = CellWeights(.lstm, cells.weights(3, 5, gates: 4, biases: 2))
    let plain = try LSTMCell(weights: weights, options: options)
    let extended = try ExtendedLSTMCell(weights: weights, options: ExtendedLSTMOptions(options))
    let (x, dy) = (cells.tensor(2, 3), cells.tensor(2, 5))
    let state = LSTMState(h: cells.tensor(2, 5), c: cells.tensor(2, 5))
    let ds = LSTMState(h: cells.tensor(2, 5), c: cells.tensor(2, 5))
    let (a, b) = (plain.forward(x, state), extended.forward(x, state))
    expect(a.output == b.output && a.state == b.state)
    for (own, other) in zip(plain.values(of: a.cache), extended.values(of: b.cache)) {
      expect(own.name == other.name && own.values == other.values)
    }
    for (own, other) in zip(
      plain.valueGradients(output: dy, state: ds, cache: a.cache),
      extended.valueGradients(output: dy, state: ds, cache: b.cache))
    {
      expect(own.name == other.name && own.values == other.values)
    }
    var (da, db) = (plain.parameters.zeros, extended.parameters.zeros)
    let dx = plain.backward(output: dy, state: ds, cache: a.cache, accumulating: &da)
    let other = extended.backward(output: dy, state: ds, cache: b.cache, accumulating: &db)
    expect(dx.x == other.x && dx.state == other.state && da == db.weights)
  }

  @Test func weightsForWhichACellHasNoPlaceAreRefused() throws {
    var cells = Cells()
    var weights = CellWeights(.lstm, cells.weights(3, 5, gates: 4))
    #expect(throws: ConversionError("the weights of a cell: expected simple RNN, received LSTM")) {
      try SimpleRNNCell(weights: weights)
    }
    weights.peepholes = cells.tensor(3, 5)
    #expect(throws: ConversionError("these weights have peepholes, the cell has none; ExtendedLSTMCell has")) {
      try LSTMCell(weights: weights)
    }
    let gru = CellWeights(.gru, cells.weights(3, 5, gates: 3), resetAfter: false)
    #expect(throws: ConversionError.self) { try GRUCell(weights: gru) }
    #expect(throws: ShapeError("recurrent kernel", expected: "[2, 20]", received: [5, 20])) {
      try ExtendedLSTMCell(
        parameters: .init(weights.recurrentWeights, projection: cells.tensor(5, 2)))
    }
  }
}
