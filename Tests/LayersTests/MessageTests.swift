import Support
import Testing

@testable import Layers

/// Whole messages of what the other tests refuse, and defaults.
@Suite struct LayerMessageTests {
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "none"
    } catch { return "\(error)" }
  }

  @Test func attentionIsHeldToItsShapes() throws {
    func forward(
      _ score: AttentionScore, _ query: [Int], _ memory: [Int], P: Int = 4, H: Int = 4, mask: SequenceMask? = nil
    ) -> String {
      message {
        let layer = Attention<Double>(score, querySize: P, memorySize: H, units: 7)
        _ = try layer.forward(query: .zeros(query), memory: .zeros(memory), mask: mask)
      }
    }
    for score in AttentionScore.allCases { expectEqual(forward(score, [2, 3, 4], [2, 5, 4]), "none") }
    let memory = "memory of an attention: expected shape"
    expectEqual(forward(.dot, [2, 3, 4], [2, 5]), "\(memory) [any, any, any], received [2, 5]")
    expectEqual(forward(.dot, [2, 3, 4], [2, 0, 4]), "\(memory) [B, T ≥ 1, H], received [2, 0, 4]")
    let query = "query of an attention: expected shape"
    expectEqual(forward(.dot, [2, 3, 5], [2, 5, 4]), "\(query) [2, any, 4], received [2, 3, 5]")
    expectEqual(forward(.scaledDot, [1, 3, 4], [2, 5, 4]), "\(query) [2, any, 4], received [1, 3, 4]")
    expectEqual(forward(.general, [2, 3, 4], [2, 5, 4], P: 6), "\(query) [2, any, 6], received [2, 3, 4]")
    expectEqual(
      forward(.general, [2, 3, 6], [2, 5, 4], P: 6, H: 3),
      "kernel of an attention: expected shape [any, 4], received [6, 3]")
    expectEqual(forward(.additive, [2, 3, 4], [2, 5, 4], P: 6), "\(query) [2, any, 6], received [2, 3, 4]")
    expectEqual(
      forward(.additive, [2, 3, 6], [2, 5, 4], P: 6, H: 3), "key kernel: expected shape [4, any], received [3, 7]")
    let mask = "mask of an attention: expected shape [2, 5], received"
    expectEqual(forward(.dot, [2, 3, 4], [2, 5, 4], mask: .init(lengths: [1, 1], steps: 4)), "\(mask) [2, 4]")
    expectEqual(forward(.dot, [2, 3, 4], [2, 5, 4], mask: .init(lengths: [1], steps: 5)), "\(mask) [1, 5]")
    let layer = try Attention<Double>(.dot)
    let cache = try layer.forward(query: .zeros([2, 3, 4]), memory: .zeros([2, 5, 4])).cache
    func backward(_ context: [Int], _ weights: [Int]?, _ scores: [Int]?) -> String {
      message {
        _ = try layer.backward(
          .zeros(context), weights: weights.map { .zeros($0) }, scores: scores.map { .zeros($0) }, cache: cache)
      }
    }
    expectEqual(backward([2, 3, 4], [2, 3, 5], [2, 3, 5]), "none")
    expectEqual(backward([2, 3, 5], nil, nil), "gradient of a context: expected shape [2, 3, 4], received [2, 3, 5]")
    expectEqual(
      backward([2, 3, 4], [2, 3, 4], nil),
      "gradient of the weights of an attention: expected shape [2, 3, 5], received [2, 3, 4]")
    expectEqual(
      backward([2, 3, 4], nil, [2, 5, 3]),
      "gradient of the scores of an attention: expected shape [2, 3, 5], received [2, 5, 3]")
  }

  @Test func attentionIsHeldToItsWeights() {
    typealias Weights = AttentionWeights<Double>
    func make(_ score: AttentionScore, _ weights: Weights) -> String {
      message { _ = try Attention(score, parameters: weights) }
    }
    let additive = Weights(queryKernel: .zeros([2, 3]), keyKernel: .zeros([4, 3]), scoreKernel: .zeros([3]))
    expect(make(.additive, additive) == "none" && make(.general, Weights(kernel: .zeros([2, 3]))) == "none")
    expectEqual(
      make(.additive, Weights(kernel: .zeros([2, 2]))),
      "weights of an attention with the score additive: expected [\"query_kernel\", \"key_kernel\", "
        + "\"score_kernel\"], received [\"kernel\"]")
    expectEqual(
      make(.general, Weights()), "weights of an attention with the score general: expected [\"kernel\"], received []")
    expectEqual(
      make(.scaledDot, Weights(kernel: .zeros([2, 2]))),
      "weights of an attention with the score scaled_dot: expected [], received [\"kernel\"]")
    expectEqual(
      make(.general, Weights(kernel: .zeros([2]))), "kernel of an attention: expected shape [any, any], received [2]")
    func changed(_ change: (inout Weights) -> Void) -> String {
      var weights = additive
      change(&weights)
      return make(.additive, weights)
    }
    expectEqual(
      changed { $0.scoreKernel = .zeros([3, 1]) }, "score kernel: expected shape [any], received [3, 1]")
    expectEqual(changed { $0.queryKernel = .zeros([2, 4]) }, "query kernel: expected shape [any, 3], received [2, 4]")
    expectEqual(changed { $0.keyKernel = .zeros([4, 2]) }, "key kernel: expected shape [any, 3], received [4, 2]")
    // A units as many as H where nobody says how many.
    let shapes = Attention<Double>(.additive, querySize: 2, memorySize: 5).parameters.named.map(\.tensor.shape)
    expectEqual(shapes, [[2, 5], [5, 5], [5]])
    let general = Attention<Double>(.general, querySize: 2, memorySize: 5)
    expect(general.parameters.kernel?.shape == [2, 5] && general.converted(to: Float.self).score == .general)
    expectEqual(additive.converted(to: Float.self).named.map(\.tensor.shape), [[2, 3], [4, 3], [3]])
  }

  /// Pairs of queries and steps: sums, and their derivative over two samples.
  @Test func pairsAreAddedAndTakenApart() {
    let a = Tensor<Double>(shape: [2, 2, 1], scalars: [1, 2, 3, 4])
    let b = Tensor<Double>(shape: [2, 3, 1], scalars: [10, 20, 30, 40, 50, 60])
    let sums = sumsOfPairs(a, b)
    expect(sums.shape == [2, 2, 3, 1] && sums.scalars == [11, 21, 31, 12, 22, 32, 43, 53, 63, 44, 54, 64])
    let (da, db) = pairSums(sums)
    expect(da.scalars == [63, 66, 159, 162] && db.scalars == [23, 43, 63, 87, 107, 127])
    expect(da.shape == [2, 2, 1] && db.shape == [2, 3, 1])
  }

  @Test func otherLayersAreHeldToTheirShapes() throws {
    expectEqual(
      message { _ = try Embedding<Double>(embeddings: .zeros([2])) },
      "embeddings: expected shape [any, any], received [2]")
    try expect(
      !Embedding<Double>(embeddings: .zeros([2, 3])).maskZero && !Embedding<Double>(words: 2, size: 3).maskZero)
    expect(Embedding<Double>(words: 4, size: 3).size == (4, 3) && Masking<Double>().maskValue == 0)
    let layer = SimpleRNN(SimpleRNNCell<Double>(inputSize: 2, units: 3))
    expect(!layer.returnSequences && !layer.goBackwards && !layer.zeroOutputForMask)
    let mask = "mask: expected shape [2, 4], received"
    for own in [SequenceMask(lengths: [1], steps: 4), SequenceMask(lengths: [1, 1], steps: 3)] {
      expectEqual(
        message { _ = try layer.run(.zeros([2, 4, 2]), mask: own) }, "\(mask) [\(own.batchSize), \(own.steps)]")
    }
    let run = try layer.run(.zeros([2, 4, 2]))
    expectEqual(
      message { _ = try layer.backward(outputs: .zeros([2, 3, 3]), run: run) },
      "gradient of the outputs: expected shape [2, 4, 3], received [2, 3, 3]")
    expectEqual(
      message { _ = try run.gradientOfLastStep(.zeros([2, 4])) },
      "gradient of the last output: expected shape [2, 3], received [2, 4]")
    expectEqual(
      message { _ = try layer.stateJacobians(.zeros([2, 4, 2])) },
      "sequence whose steps are differentiated: expected shape [1, any, 2], received [2, 4, 2]")
    expectEqual(
      message { _ = try layer.trace(.zeros([2, 4, 2]), outputs: .zeros([2, 4, 2])) },
      "gradient of the outputs: expected shape [2, 4, 3], received [2, 4, 2]")
    let all = SimpleRNN(SimpleRNNCell<Double>(inputSize: 2, units: 3), returnSequences: true)
    let cache = try all.forward(.zeros([2, 4, 2])).cache
    expectEqual(
      message { _ = try all.backward(.zeros([2, 3]), cache: cache) },
      "gradient of the output: expected shape [2, 4, 3], received [2, 3]")
    expectEqual(
      "\(StreamError())",
      "stream of a recurrent layer: expected a layer that reads forwards, received one that goes backwards")
    let dense = Dense<Double>(inputSize: 2, units: 3, useBias: false)
    expect(dense.parameters.bias == nil && dense.activation == .linear)
    expectEqual(
      message { _ = try dense.parameterGradient(.zeros([1, 2]), cache: dense.forward(.zeros([1, 2])).cache) },
      "gradient of a dense layer's output: expected shape [1, 3], received [1, 2]")
  }

  @Test func cellsAreHeldToTheirWeights() throws {
    func extended(_ peepholes: [Int]?, _ projection: [Int]?, recurrent: [Int]) -> String {
      message {
        _ = try ExtendedLSTMCell<Double>(
          parameters: .init(
            RecurrentWeights(kernel: .zeros([3, 8]), recurrentKernel: .zeros(recurrent)),
            peepholes: peepholes.map { .zeros($0) }, projection: projection.map { .zeros($0) }))
      }
    }
    expectEqual(extended([3, 2], [2, 1], recurrent: [1, 8]), "none")
    expectEqual(extended([2, 2], nil, recurrent: [2, 8]), "peepholes: expected shape [3, 2], received [2, 2]")
    expectEqual(extended(nil, [3, 1], recurrent: [1, 8]), "projection: expected shape [2, any], received [3, 1]")
    expectEqual(extended(nil, nil, recurrent: [1, 8]), "recurrent kernel: expected shape [2, 8], received [1, 8]")
    let after = CellWeights<Double>(kind: .gru, kernel: .zeros([2, 3]), recurrentKernel: .zeros([1, 3]))
    expectEqual(
      message { _ = try GRUCell(weights: after, options: .init(resetAfter: false)) },
      "the weights of a cell: expected GRU with reset before the product, "
        + "received GRU with reset after the product")
    var lstm = CellWeights<Double>(kind: .lstm, kernel: .zeros([2, 4]), recurrentKernel: .zeros([1, 4]))
    expectEqual(
      message { _ = try GRUCell(weights: lstm) },
      "the weights of a cell: expected GRU with reset after the product, received LSTM")
    lstm.projection = .zeros([1, 1])
    expectEqual(
      message { _ = try LSTMCell(weights: lstm) },
      "these weights have a projection, the cell has none; ExtendedLSTMCell has")
    try expectEqual(GRUCell(weights: after).cellWeights, after)
  }

  @Test func optionsHaveTheirDefaults() {
    expectEqual(LSTMOptions(), LSTMOptions(activation: .tanh, recurrentActivation: .sigmoid, outputActivation: .tanh))
    expectEqual(LSTMOptions(activation: .relu).outputActivation, .relu)
    expectEqual(GRUOptions(), GRUOptions(resetAfter: true, activation: .tanh, recurrentActivation: .sigmoid, clip: nil))
    expectEqual(SimpleRNNOptions(), SimpleRNNOptions(activation: .tanh, clip: nil))
    expectEqual(
      ExtendedLSTMOptions(),
      ExtendedLSTMOptions(
        LSTMOptions(), forgetBias: 0, clip: nil, cellClip: nil, projectionClip: nil, inputForget: false))
    expectEqual(
      CommonOptions(), CommonOptions(activation: .tanh, recurrentActivation: .sigmoid, resetAfter: true))
    let common = CommonOptions(activation: .relu, recurrentActivation: .kerasHardSigmoid, resetAfter: false)
    expectEqual(
      GRUOptions(common), GRUOptions(resetAfter: false, activation: .relu, recurrentActivation: .kerasHardSigmoid))
    expectEqual(LSTMOptions(common), LSTMOptions(activation: .relu, recurrentActivation: .kerasHardSigmoid))
    expectEqual(SimpleRNNOptions(common), SimpleRNNOptions(activation: .relu))
    expectEqual(ExtendedLSTMOptions(common).activations, LSTMOptions(common))
    expectEqual(GRUCell<Double>(inputSize: 2, units: 3).parameters.recurrentBias?.shape, [9])
    expect(GRUCell<Double>(inputSize: 2, units: 3, options: .init(resetAfter: false)).parameters.recurrentBias == nil)
    expectEqual(
      GRUCell<Double>(inputSize: 2, units: 3, useBias: false).parameters.named.map(\.name),
      [
        "kernel", "recurrent_kernel",
      ])
    expect(LSTMCell<Double>(inputSize: 2, units: 3, useBias: false).parameters.bias == nil)
    expectEqual(ExtendedLSTMCell<Double>(inputSize: 2, units: 3).parameters.weights.bias?.shape, [12])
  }

  /// What is drawn below the rate is zero, the rest is scaled.
  @Test func dropoutFollowsFromItsSeed() throws {
    let x = Tensor<Double>(shape: [4, 5], scalars: (1...20).map(Double.init))
    var generator = RandomGenerator(seed: 6)
    let expected = x.scalars.map { generator.uniform() < 0.25 ? 0 : $0 * (1 / 0.75) }
    try expectEqual(Dropout<Double>(rate: 0.25, seed: 6)(x).scalars, expected)
    expect(Dropout<Double>(rate: 0.25, seed: 6).parameters.named.isEmpty)
  }

  @Test func tensorsAreFoundByTheirNames() {
    let group = NamedTensors<Double>([("a/x", Tensor([1])), ("b", Tensor([2, 3])), ("a/y", Tensor([4]))])
    expect(group.tensors(under: "a/") == [Tensor([1]), Tensor([4])] && group.tensor(named: "c") == nil)
    expect(group.tensor(named: "b") == Tensor([2, 3]) && group["a/y"] == Tensor([4]) && group.parameterCount == 4)
    expect(group.zeros.tensors == [Tensor([0]), Tensor([0, 0]), Tensor([0])] && group.zeros.names == group.names)
    var sum = group
    sum.add(group)
    expectEqual(sum.tensors, [Tensor([2]), Tensor([4, 6]), Tensor([8])])
    let joined = NamedTensors.joined([group, NamedTensors([("b", Tensor([9]))])])
    expect(joined.names == ["0/a/x", "0/b", "0/a/y", "1/b"] && joined.part(0) == group)
    expect(joined.part(1) == NamedTensors([("b", Tensor([9]))]) && joined.part(2).names.isEmpty)
    expect(NoParameters<Double>().named.isEmpty && NamedTensors<Double>().names.isEmpty)
    let indices = Indices([[1, 0], [2, 2]])
    expectEqual(Tensor<Double>.oneHot(indices, size: 3).scalars, [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    expect(Tensor<Double>.oneHot(indices, size: 3).shape == [2, 2, 3] && indices.shape == [2, 2])
  }

  @Test(.lane(.exits)) func indicesMakeRows() async {
    expect(Indices([[Int]]()).shape == [0, 0] && Indices([1, 2, 3], batchSize: 1, steps: 3) == Indices([[1, 2, 3]]))
    await #expect(processExitsWith: .failure) { _ = Indices([1, 2, 3], batchSize: 2, steps: 2) }
    await #expect(processExitsWith: .failure) { _ = Indices([[1, 2], [3]]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).stepNorms }
    await #expect(processExitsWith: .failure) { _ = Dropout<Double>(rate: -0.1, seed: 1) }
  }

  /// The gates of every step under their letters; a simple network shows none.
  @Test func runsShowTheirGates() throws {
    func names<Cell: StandardCell<Double>>(_ cell: Cell) throws -> [[String]] {
      let layer = Recurrent(cell)
      return try layer.gates(of: layer.run(.zeros([1, 2, 3]))).map { $0.map(\.name) }
    }
    try expectEqual(names(LSTMCell(inputSize: 3, units: 2)), [["i", "f", "g", "o"], ["i", "f", "g", "o"]])
    try expectEqual(names(GRUCell(inputSize: 3, units: 2)), [["z", "r", "g"], ["z", "r", "g"]])
    try expectEqual(names(SimpleRNNCell(inputSize: 3, units: 2)), [[], []])
    try expectEqual(names(ExtendedLSTMCell(inputSize: 3, units: 2)), [["i", "f", "g", "o"], ["i", "f", "g", "o"]])
  }

  /// A product's sum and its activation, with the gradient of each.
  @Test func aDenseLayerIsTraced() throws {
    let dense = try Dense(kernel: Tensor<Double>([[2], [3]]), bias: Tensor([0.5]), activation: .tanh)
    let trace = try dense.trace(Tensor([[0.1, -0.2]]), outputs: Tensor([[4]]))
    expect(trace.values.map(\.name) == ["pre_y", "y"] && trace.gradients.map(\.name) == ["pre_y", "y"])
    let y = trace.values[1].values.scalars[0]
    expect(abs(trace.values[0].values.scalars[0] - 0.1) < 1e-15 && y == Layers.tanh(trace.values[0].values).scalars[0])
    expect(trace.gradients[1].values.scalars == [4] && trace.gradients[0].values.scalars == [4 * (1 - y * y)])
  }
}
