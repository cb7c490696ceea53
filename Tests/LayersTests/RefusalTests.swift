import Support
import Testing

@testable import Layers

/// What every layer refuses, with both shapes; and the second of all that there may be two of.
@Suite struct LayerRefusalTests {
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "none"
    } catch { return "\(error)" }
  }

  @Test func denseAndItsKind() throws {
    let dense = Dense<Double>(inputSize: 3, units: 2)
    let input = "input of a dense layer: expected shape […, 3], received"
    expect(
      message { _ = try dense(.zeros([2, 4])) } == "\(input) [2, 4]"
        && message { _ = try dense(.zeros([3])) } == "\(input) [3]")
    let cache = try dense.forward(.zeros([2, 3])).cache
    expectEqual(
      message { _ = try dense.backward(.zeros([2, 3]), cache: cache) },
      "gradient of a dense layer's output: expected shape [2, 2], received [2, 3]")
    expectEqual(
      message { _ = try dense.trace(.zeros([2, 3]), outputs: .zeros([1, 2])) },
      "gradient of a dense layer's output: expected shape [2, 2], received [1, 2]")
    expectEqual(
      message { _ = try Dense<Double>(kernel: .zeros([2])) }, "kernel: expected shape [any, any], received [2]")
    expectEqual(
      message { _ = try Dense<Double>(kernel: .zeros([2, 3]), bias: .zeros([2])) },
      "bias: expected shape [3], received [2]")
    let distributed = TimeDistributed(dense)
    expectEqual(
      message { _ = try distributed(.zeros([2, 3])) },
      "input of a time-distributed layer: expected shape [B, T, …], received [2, 3]")
    let run = try distributed.forward(.zeros([2, 5, 3]), mask: nil)
    expectEqual(
      message { _ = try distributed.backward(.zeros([2, 4, 2]), cache: run.cache) },
      "gradient of a time-distributed layer's output: expected shape [2, 5, 2], received [2, 4, 2]")
  }

  @Test func embeddingsAreHeldToTheirTable() throws {
    let table = Tensor<Double>([[1, 2, 3], [4, 5, 6]])
    let embedding = try Embedding(embeddings: table)
    let index = "index of an embedding: expected a whole number in 0 ..< 2, received"
    for (value, shown) in [(2.0, "2.0"), (-1, "-1.0"), (0.5, "0.5"), (.nan, "nan"), (.infinity, "inf")] {
      expectEqual(message { _ = try embedding(Tensor([[0, value]])) }, "\(index) \(shown)")
    }
    expectEqual(
      message { _ = try embedding(.zeros([2])) }, "input of an embedding: expected shape [any, any], received [2]")
    let forward = try embedding.forward(Tensor([[1, 0, 1]]))
    expect(forward.output.scalars == [4, 5, 6, 1, 2, 3, 4, 5, 6] && forward.mask == nil)
    expectEqual(
      message { _ = try embedding.backward(.zeros([1, 3, 2]), cache: forward.cache) },
      "gradient of an embedding's output: expected shape [1, 3, 3], received [1, 3, 2]")
    // The second row is asked for twice: both gradients are added.
    let gradient = try embedding.backward(
      Tensor(shape: [1, 3, 3], scalars: (1...9).map(Double.init)), cache: forward.cache)
    expect(gradient.parameters.embeddings == Tensor([[4, 5, 6], [8, 10, 12]]) && gradient.input == .zeros([1, 3]))
    let given = SequenceMask(batchSize: 1, steps: 3, isUsed: [true, false, true])
    try expectEqual(embedding.forward(Tensor([[0, 0, 1]]), mask: given).mask, given)
    let masking = try Embedding(embeddings: table, maskZero: true)
    try expectEqual(masking.forward(Tensor([[0, 1], [1, 0]]), mask: nil).mask?.isUsed, [false, true, true, false])
    let single = try #require(masking.convertedLayer(to: Float.self) as? Embedding<Float>)
    try expectEqual(single.forward(Tensor([[0, 1]]), mask: nil).mask?.isUsed, [false, true])
  }

  @Test func directionsHaveOneSizeWhereTheyAreMerged() throws {
    let (three, four) = (SimpleRNNCell<Double>(inputSize: 2, units: 3), SimpleRNNCell<Double>(inputSize: 2, units: 4))
    let x = Tensor<Double>.zeros([1, 5, 2])
    for mode in MergeMode.allCases {
      let layer = Bidirectional(forward: three, backward: four, mergeMode: mode, returnSequences: true)
      expect(
        message { _ = try layer.forward(x, mask: nil) }
          == (mode == .concat
            ? "none" : "output of the backward layer: expected shape [1, 5, 3], received [1, 5, 4]"))
    }
    try expectEqual(Bidirectional(forward: three, backward: four)(x).shape, [1, 7])
  }

  @Test func recurrentLayersAreHeldToTheirShapes() throws {
    let layer = SimpleRNN<Double>(SimpleRNNCell(inputSize: 2, units: 3))
    expectEqual(
      message { _ = try layer(.zeros([1, 0, 2])) },
      "input of a recurrent layer: expected shape [B, T ≥ 1, D], received [1, 0, 2]")
    let cache = try layer.forward(.zeros([2, 4, 2])).cache
    expectEqual(
      message { _ = try layer.backward(.zeros([2, 4, 3]), cache: cache) },
      "gradient of the output: expected shape [2, 3], received [2, 4, 3]")
    expectEqual(
      message {
        _ = try StackedCells<Double>([SimpleRNNCell<Double>(inputSize: 2, units: 3), GRUCell(inputSize: 4, units: 1)])
      }, "input of a stacked cell: expected shape [B, 4], received [3]")
    let cells = [[SimpleRNNCell<Double>(inputSize: 2, units: 3)], [SimpleRNNCell<Double>(inputSize: 3, units: 3)]]
    let network = MultiLayerRNN(cells: cells)
    expectEqual(
      message { _ = try network.forward(.zeros([1, 2, 2]), initialStates: [HiddenState(h: .zeros([1, 3]))]) },
      "initial states: expected shape [2, B, H], received [1]")
    expectEqual(
      message { _ = try network.forward(.zeros([2, 2])) },
      "input of a recurrent layer: expected shape [any, any, any], received [2, 2]")
  }

  @Test func weightsAreHeldToTheirCell() {
    let gates: [(String, Int)] = [("simple", 1), ("gru", 3), ("lstm", 4)]
    for (name, G) in gates {
      func weights(_ change: (inout RecurrentWeights<Double>) -> Void) -> String {
        var weights = RecurrentWeights<Double>(inputSize: 2, units: 3, gates: G, bias: true, recurrentBias: true)
        change(&weights)
        return message { try weights.validate(gates: G) }
      }
      expectEqual(weights { _ in }, "none")
      expectEqual(weights { $0.kernel = .zeros([2]) }, "kernel: expected shape [D, \(G)H], received [2]")
      if G > 1 {
        expectEqual(
          weights { $0.kernel = .zeros([2, 3 * G + 1]) },
          "kernel: expected shape [D, \(G)H], received [2, \(3 * G + 1)]")
      }
      expectEqual(
        weights { $0.recurrentKernel = .zeros([2, 3 * G]) },
        "recurrent kernel: expected shape [3, \(3 * G)], received [2, \(3 * G)]", "\(name)")
      expectEqual(weights { $0.bias = .zeros([1]) }, "bias: expected shape [\(3 * G)], received [1]")
      expectEqual(weights { $0.recurrentBias = .zeros([1]) }, "recurrent bias: expected shape [\(3 * G)], received [1]")
      expectEqual(
        weights {
          $0.bias = nil; $0.recurrentBias = nil
        }, "none")
    }
  }

  @Test func layoutsRefuseWhatTheirFrameworkLacks() {
    let refusals: [(Framework, CellKind, WeightFeatures, String)] = [
      (.keras, .lstm, WeightFeatures(peepholes: true), "keras has no LSTM with peepholes"),
      (.pytorch, .lstm, WeightFeatures(peepholes: true), "pytorch has no LSTM with peepholes"),
      (.onnx, .gru, WeightFeatures(peepholes: true), "onnx has no GRU with peepholes"),
      (.onnx, .lstm, WeightFeatures(projection: true), "onnx has no LSTM with a projection"),
      (.pytorch, .simpleRNN, WeightFeatures(projection: true), "pytorch has no simple RNN with a projection"),
      (
        .tensorflow1, .gru, WeightFeatures(resetAfter: true),
        "tensorflow1 has no GRU whose reset gate acts after the product"
      ),
      (
        .pytorch, .gru, WeightFeatures(resetAfter: false), "pytorch has no GRU whose reset gate acts before the product"
      ),
      (.mxnet, .gru, WeightFeatures(resetAfter: false), "mxnet has no GRU whose reset gate acts before the product"),
    ]
    for (framework, kind, features, text) in refusals {
      expectEqual(message { _ = try WeightLayout(framework, kind, features) }, text)
    }
    for (framework, kind, features) in [
      (Framework.onnx, CellKind.lstm, WeightFeatures(peepholes: true)),
      (.tensorflow1, .lstm, WeightFeatures(peepholes: true, projection: true)),
      (.pytorch, .lstm, WeightFeatures(projection: true)), (.keras, .gru, WeightFeatures(resetAfter: false)),
      (.tensorflow1, .gru, WeightFeatures(resetAfter: false)),
    ] {
      expectEqual(message { _ = try WeightLayout(framework, kind, features) }, "none")
    }
  }

  @Test func convertedWeightsKeepEveryTensor() {
    let own = CellWeights<Double>(
      kind: .lstm, resetAfter: false, kernel: .zeros([1, 4]), recurrentKernel: Tensor([[1, 2, 3, 4]]),
      bias: Tensor([5, 6, 7, 8]),
      recurrentBias: Tensor([9, 10, 11, 12]), peepholes: Tensor([[13], [14], [15]]), projection: Tensor([[16]]))
    expectEqual(own.converted(to: Float.self).converted(to: Double.self), own)
    expect(own.inputSize == 1 && own.units == 1)
    expect(CellWeights(.gru, own.recurrentWeights, resetAfter: false).peepholes == nil)
  }

  @Test func maskedLayersKeepTheirOptionsInAnotherType() throws {
    let masking = try #require(Masking<Double>(maskValue: 7).convertedLayer(to: Float.self) as? Masking<Float>)
    expectEqual(masking.maskValue, 7)
    let dropout = try #require(Dropout<Double>(rate: 0.25, seed: 9).convertedLayer(to: Float.self) as? Dropout<Float>)
    expect(dropout.rate == 0.25 && dropout.seed == 9)
  }

  @Test func dropoutScalesWhatItKeeps() throws {
    let x = Tensor<Double>(shape: [40, 25], scalars: (1...1000).map(Double.init))
    let layer = Dropout<Double>(rate: 0.2, seed: 3)
    let forward = try layer.forward(x, mask: nil)
    let kept = zip(forward.output.scalars, x.scalars).filter { $0.0 != 0 }
    expect(kept.allSatisfy { $0.0 == $0.1 * 1.25 } && abs(kept.count - 800) < 60)
    try expect(
      layer.forward(x, mask: nil).output == forward.output
        && Dropout<Double>(rate: 0.2, seed: 4)(x) != forward.output)
    try expectEqual(layer.backward(x, cache: forward.cache).input, forward.output)
    try expect(Dropout<Double>(rate: 0.2, seed: nil)(x) == x && Dropout<Double>(rate: 0, seed: 3)(x) == x)
  }

  @Test func masksKnowTheirSamplesAndSteps() {
    let mask = SequenceMask(lengths: [2, 0, 3], steps: 3)
    expectEqual(mask.isUsed, [true, true, false, false, false, false, true, true, true])
    expect(mask.step(0) == [true, false, true] && mask.step(2) == [false, false, true])
    expect(mask[0, 1] && !mask[0, 2] && !mask[1, 0] && mask[2, 2])
    expectEqual(mask.timeReversed.isUsed, [false, true, true, false, false, false, true, true, true])
    expect(mask.batchSize == 3 && mask.steps == 3)
  }

  /// Where a step is not used, all outputs of a bidirectional layer are zero, as in Keras; without all steps it gives
  /// the outputs of the last used one of each direction.
  @Test func bothDirectionsAreZeroWhereAStepIsNotUsed() throws {
    func cell(_ scale: Double) throws -> SimpleRNNCell<Double> {
      try SimpleRNNCell(
        parameters: RecurrentWeights(
          kernel: Tensor([[scale, -scale]]), recurrentKernel: Tensor([[0.5, 0.25], [-0.5, 1]])))
    }
    let (forward, backward) = (try cell(1), try cell(0.75))
    let x = Tensor<Double>(shape: [1, 4, 1], scalars: [1, 2, 3, 4])
    let mask = SequenceMask(batchSize: 1, steps: 4, isUsed: [true, false, true, false])
    let all = try Bidirectional(forward: forward, backward: backward, returnSequences: true)
      .forward(x, mask: mask).output
    for step in 0..<4 {
      let numbers = all.scalars[step * 4..<step * 4 + 4]
      expect(numbers.allSatisfy { ($0 != 0) == mask.isUsed[step] }, "step \(step): \(numbers)")
    }
    let last = try Bidirectional(forward: forward, backward: backward).forward(x, mask: mask).output
    expectEqual(last.scalars, Array(all.scalars[8..<10] + all.scalars[2..<4]))
  }

  /// Where cells stand in a model, and of which kind they are.
  @Test func knownCellsSayTheirPlaces() throws {
    let lstm = LSTMCell<Double>(inputSize: 2, units: 3)
    let gru = GRUCell<Double>(inputSize: 2, units: 3)
    let stack = Stack<Double>([
      Dense(inputSize: 2, units: 2), Bidirectional(forward: lstm, backward: gru, returnSequences: true),
      Recurrent(try StackedCells<Double>([SimpleRNNCell<Double>(inputSize: 6, units: 2), AnyCell(lstm)])),
      Dropout(rate: 0.5, seed: 1),
    ])
    expectEqual(
      stack.knownCells,
      [
        KnownCell(prefix: "1/forward/", kind: .lstm), KnownCell(prefix: "1/backward/", kind: .gru),
        KnownCell(prefix: "2/0/", kind: .simpleRNN), KnownCell(prefix: "2/1/", kind: .lstm),
      ])
    for cell in stack.knownCells {
      expect(stack.parameters.names.contains("\(cell.prefix)recurrent_kernel"), "\(cell)")
    }
    let basic = try BasicLSTMCell<Double>(kernel: .zeros([5, 12]), bias: .zeros([12]))
    expect(Recurrent(basic).knownCells.isEmpty, "its gates are in TensorFlow's order")
    expectEqual(TimeDistributed(LSTM(lstm)).knownCells, [KnownCell(kind: .lstm)])
  }
}

/// Mistakes of this package, not of a file.
@Suite(.lane(.exits)) struct LayerTrapTests {
  @Test func cachesAndTensorsOfOthersEndTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = SequenceMask(batchSize: 2, steps: 2, isUsed: [true]) }
    await #expect(processExitsWith: .failure) { _ = Dropout<Double>(rate: 1, seed: 1) }
    await #expect(processExitsWith: .failure) { _ = NamedTensors<Double>([("a", .zeros([1]))])["b"] }
    await #expect(processExitsWith: .failure) {
      var group = NamedTensors<Double>([("a", .zeros([1])), ("b", .zeros([2]))])
      group.replace(with: [.zeros([1])])
    }
    await #expect(processExitsWith: .failure) {
      var group = NamedTensors<Double>([("a", .zeros([1]))])
      group.replace(with: [.zeros([1]), .zeros([2])])
    }
  }
}
