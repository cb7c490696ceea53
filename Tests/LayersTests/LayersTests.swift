import Support
import Testing

@testable import Layers

@Suite struct LayerGradientTests {
  var cells = Cells()

  @Test mutating func dense() throws {
    let x = cells.tensor(2, 4, 3)
    try checkGradients(Dense(kernel: cells.tensor(3, 5), bias: cells.tensor(5), activation: .sigmoid), x: x)
    try checkGradients(Dense(kernel: cells.tensor(3, 5), activation: .softmax), x: x)
    try checkGradients(TimeDistributed(Dense(kernel: cells.tensor(3, 2), bias: cells.tensor(2))), x: x)
  }

  @Test(arguments: [
    Activation.tanh, .sigmoid, .linear, .elu(alpha: 1.3), .softsign, .softplus, .scaledTanh(alpha: 1.7, beta: 0.6),
    .affine(alpha: 0.4, beta: 0.1), .leakyRelu(alpha: 0.2), .kerasHardSigmoid, .softmax, .thresholdedRelu(alpha: 0.01),
  ])
  mutating func activations(_ activation: Activation) throws {
    let x = cells.tensor(3, 4, 2)
    try checkGradients(SimpleRNN(cells.simpleRNN(2, 5, activation), returnSequences: true), x: x)
  }

  @Test(arguments: [true, false]) mutating func masks(zeroOutput: Bool) throws {
    let mask = SequenceMask(
      batchSize: 3, steps: 4,
      isUsed: [true, false, true, false, false, true, true, true, false, false, false, false])
    let x = cells.tensor(3, 4, 2)
    for returnSequences in [true, false] {
      let layer = LSTM(
        try cells.lstm(2, 3), returnSequences: returnSequences, goBackwards: returnSequences,
        zeroOutputForMask: zeroOutput)
      try checkGradients(layer, x: x, mask: mask)
    }
  }

  @Test(arguments: MergeMode.allCases)
  mutating func bidirectional(_ mode: MergeMode) throws {
    let x = cells.tensor(2, 4, 3)
    let (forward, backward) = (try cells.lstm(3, 5), try cells.gru(3, 5, resetAfter: true))
    let mask = SequenceMask(lengths: [4, 2], steps: 4)
    for returnSequences in [true, false] {
      let layer = Bidirectional(
        forward: forward, backward: backward, mergeMode: mode, returnSequences: returnSequences)
      try checkGradients(layer, x: x)
      try checkGradients(layer, x: x, mask: mask)
    }
  }

  @Test mutating func stackOfDifferentSizes() throws {
    let x = cells.tensor(2, 4, 3)
    let stacked = try StackedCells<Double>([
      cells.lstm(3, 5), cells.gru(5, 2, resetAfter: false), cells.simpleRNN(2, 4),
    ])
    let stack = Stack<Double>([
      Masking(maskValue: 7), Recurrent(stacked, returnSequences: true),
      TimeDistributed(try Dense(kernel: cells.tensor(4, 3))), SimpleRNN(try cells.simpleRNN(3, 2)),
      Dropout(rate: 0.4, seed: 3),
    ])
    try checkGradients(stack, x: x)
  }

  /// Every layer, in `Float` and back: each number is rounded once, and names, options and outputs stay.
  @Test mutating func aModelInAnotherScalarType() throws {
    let both = Bidirectional(
      forward: try cells.lstm(3, 5), backward: try cells.gru(3, 5, resetAfter: false), mergeMode: .multiply,
      returnSequences: true)
    let basic = try BasicLSTMCell(kernel: cells.tensor(6, 4), bias: cells.tensor(4))
    let stacked = try StackedCells<Double>([cells.lstm(5, 2), cells.simpleRNN(2, 3)])
    let model = Stack<Double>([
      try Embedding(embeddings: cells.tensor(4, 3), maskZero: true), Masking(maskValue: 7), both,
      Recurrent(basic, returnSequences: true),
      TimeDistributed(try Dense(kernel: cells.tensor(1, 5), bias: cells.tensor(5), activation: .softsign)),
      Recurrent(stacked, zeroOutputForMask: true), Dropout(rate: 0.4, seed: 3),
    ])
    let x = Tensor<Double>([[2, 0, 2], [1, 3, 2]])
    let single = model.converted(to: Float.self)
    expectEqual(single.parameters.names, model.parameters.names)
    expectEqual(single.parameters.tensors, model.parameters.tensors.map { $0.converted(to: Float.self) })
    let rounded = single.converted(to: Double.self)
    expectEqual(rounded.parameters.tensors, single.parameters.tensors.map { $0.converted(to: Double.self) })
    // The weights differ by half a unit of Float in each of some hundred terms of size 1.
    try expect(rounded(x).largestDifference(from: model(x)) < 1e-5)
    try expectEqual(model.converted(to: Double.self)(x), model(x))
  }

  @Test mutating func embeddingGathersRepeatedIndices() throws {
    let table = cells.tensor(4, 2)
    let embedding = try Embedding(embeddings: table, maskZero: true)
    let x = Tensor<Double>([[2, 0, 2], [1, 3, 2]])
    let forward = try embedding.forward(x)
    expectEqual(forward.mask?.isUsed, [true, false, true, true, true, true])
    let gradient = try embedding.backward(cells.tensor(2, 3, 2), cache: forward.cache)
    let cotangent = forward.output
    let numeric = try centralDifferences(of: table) {
      try (Embedding(embeddings: $0)(x) * cotangent).sum()
    }
    let own = try embedding.backward(cotangent, cache: forward.cache)
    expect(own.parameters.embeddings.largestDifference(from: numeric) < gradientTolerance)
    expectEqual(gradient.input, .zeros([2, 3]))
  }

  /// Indices beside floating-point ones, and beside the product with one-hot rows; a word that comes twice gets the
  /// sum.
  @Test mutating func embeddingOfWholeNumbersIsTheProductWithOneHotRows() throws {
    let embedding = try Embedding(embeddings: cells.tensor(5, 3))
    let x = Indices([[4, 0, 4, 4], [2, 3, 2, 0]])
    let (own, old) = (try embedding.forward(x), try embedding.forward(Tensor<Double>([[4, 0, 4, 4], [2, 3, 2, 0]])))
    expect(own.output == old.output && own.output == embedding.plainForward(x))
    let dy = cells.tensor(2, 4, 3)
    let gradient = try embedding.parameterGradient(dy, cache: own.cache).embeddings
    try expectEqual(gradient, embedding.backward(dy, cache: old.cache).parameters.embeddings)
    // Sums of three numbers of size 1.
    expect(gradient.largestDifference(from: embedding.plainGradient(dy, of: x)) < 1e-15)
    expectEqual(gradient.slice(1).scalars, [0, 0, 0])
    let sum = (0..<3).map { dy[0, 0, $0] + dy[0, 2, $0] + dy[0, 3, $0] }
    expectEqual(gradient.slice(4).scalars, sum)
    let error = #expect(throws: IndexError.self) { try embedding.forward(Indices([[5]])) }
    expectEqual(error?.description, "index of an embedding: expected a whole number in 0 ..< 5, received 5")
    #expect(throws: IndexError.self) { try embedding.forward(Indices([[-1]])) }
    #expect(throws: ShapeError.self) { try embedding.parameterGradient(cells.tensor(2, 3, 3), cache: own.cache) }
  }
}

@Suite struct ParameterGroupTests {
  /// The two weights have different shapes, and only the group knows which is which.
  @Test func otherTensorsTakeThePlacesOfAllInTheirOrder() {
    var weights = NamedTensors<Double>([("kernel", .zeros([2, 3])), ("bias", .zeros([3]))])
    let (kernel, bias) = (
      Tensor(shape: [2, 3], scalars: [1.0, 2, 3, 4, 5, 6]), Tensor(shape: [3], scalars: [7.0, 8, 9])
    )
    weights.replace(with: [kernel, bias])
    expect(weights.names == ["kernel", "bias"] && weights["kernel"] == kernel && weights["bias"] == bias)
  }
}

@Suite struct StateTests {
  var cells = Cells()

  /// The gradients of the initial state, and of a loss that looks at the last state too.
  @Test mutating func statesHaveGradients() throws {
    let layer = LSTM(try cells.lstm(3, 4))
    let x = cells.tensor(2, 3, 3)
    let state = LSTMState(h: cells.tensor(2, 4), c: cells.tensor(2, 4))
    let (dy, dState) = (cells.tensor(2, 3, 4), LSTMState(h: cells.tensor(2, 4), c: cells.tensor(2, 4)))
    func loss(_ state: LSTMState<Double>) throws -> Double {
      let run = try layer.run(x, initialState: state)
      return (run.outputs * dy).sum() + (run.finalState.h * dState.h).sum() + (run.finalState.c * dState.c).sum()
    }
    let gradient = try layer.backward(outputs: dy, finalState: dState, run: layer.run(x, initialState: state))
    let dh = try centralDifferences(of: state.h) { try loss(LSTMState(h: $0, c: state.c)) }
    let dc = try centralDifferences(of: state.c) { try loss(LSTMState(h: state.h, c: $0)) }
    expect(gradient.initialState.h.largestDifference(from: dh) < gradientTolerance)
    expect(gradient.initialState.c.largestDifference(from: dc) < gradientTolerance)
  }

  @Test mutating func noInitialStateIsTheZeroState() throws {
    let layer = GRU(try cells.gru(3, 4, resetAfter: true))
    let x = cells.tensor(2, 3, 3)
    try expectEqual(layer.run(x).outputs, layer.run(x, initialState: layer.cell.zeroState(batchSize: 2)).outputs)
  }

  @Test mutating func aSequenceInPiecesIsTheWholeSequence() throws {
    let layer = LSTM(try cells.lstm(3, 4))
    let x = cells.tensor(2, 5, 3)
    let whole = try layer.run(x)
    let first = try layer.run(x.steps(0..<2))
    let second = try layer.run(x.steps(2..<5), initialState: first.finalState)
    expectEqual(second.finalState, whole.finalState)
    expectEqual(second.outputs, whole.outputs.steps(2..<5))
  }

  @Test mutating func joinedStateHasCBeforeH() {
    let state = LSTMState(h: cells.tensor(2, 3), c: cells.tensor(2, 3))
    expectEqual(state.joined.columns(0..<3), state.c)
    expectEqual(LSTMState(joined: state.joined, units: 3), state)
  }

  @Test mutating func aSkippedStepIsAsIfItWereNotThere() throws {
    let layer = LSTM(try cells.lstm(3, 4), returnSequences: true)
    let x = cells.tensor(1, 3, 3)
    let mask = SequenceMask(batchSize: 1, steps: 3, isUsed: [true, false, true])
    let shorter = Tensor.sequence([x.step(0), x.step(2)], batchSize: 1, features: 3)
    let masked = try layer.run(x, mask: mask)
    let alone = try layer.run(shorter)
    expectEqual(masked.finalState, alone.finalState)
    expectEqual(masked.outputs.step(1), alone.outputs.step(0))
  }

  @Test mutating func wrongShapesAreErrorsThatShowBoth() throws {
    let layer = LSTM(try cells.lstm(3, 4))
    #expect(throws: ShapeError("input of a recurrent layer", expected: "[any, any, 3]", received: [2, 5, 4])) {
      try layer.run(cells.tensor(2, 5, 4))
    }
    #expect(throws: ShapeError("initial state", expected: "[2, 4]", received: [1, 4])) {
      try layer.run(cells.tensor(2, 5, 3), initialState: layer.cell.zeroState(batchSize: 1))
    }
    #expect(throws: ShapeError.self) { try layer.run(.zeros([2, 0, 3])) }
    #expect(throws: ShapeError("recurrent kernel", expected: "[4, 16]", received: [3, 16])) {
      try LSTMCell(parameters: .init(kernel: cells.tensor(3, 16), recurrentKernel: cells.tensor(3, 16)))
    }
  }
}
