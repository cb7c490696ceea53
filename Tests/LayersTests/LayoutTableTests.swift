import Support
import Testing

@testable import Layers

/// Every stored tensor of every layout: name, parts, blocks, transposed (ᵀ), how parts share a tensor.
@Suite struct LayoutTableTests {
  private func text(_ framework: Framework, _ kind: CellKind, _ features: WeightFeatures) throws -> [String] {
    try WeightLayout(framework, kind, features).entries.map { entry in
      let joint = entry.parts.count == 1 ? "" : " \(entry.joint)"
      return
        "\(entry.name)\(entry.isTransposed ? "ᵀ" : "") \(entry.parts.map(\.rawValue).joined(separator: "+"))\(joint): "
        + entry.gates.map(\.rawValue).joined()
    }
  }

  static let all = WeightFeatures(peepholes: true, projection: true)
  static let bare = WeightFeatures(bias: false)
  static let before = WeightFeatures(resetAfter: false)
  static let peepholes = WeightFeatures(peepholes: true)
  static let projection = WeightFeatures(projection: true)

  static let table: [(Framework, CellKind, WeightFeatures, [String])] = [
    (.keras, .simpleRNN, .init(), ["kernel kernel: h", "recurrent_kernel recurrentKernel: h", "bias bias: h"]),
    (.keras, .lstm, bare, ["kernel kernel: ifgo", "recurrent_kernel recurrentKernel: ifgo"]),
    (
      .keras, .gru, .init(),
      ["kernel kernel: zrg", "recurrent_kernel recurrentKernel: zrg", "bias bias+recurrentBias newAxis: zrg"]
    ),
    (.keras, .gru, before, ["kernel kernel: zrg", "recurrent_kernel recurrentKernel: zrg", "bias bias: zrg"]),
    (.tensorflow1, .simpleRNN, .init(), ["kernel kernel+recurrentKernel rows: h", "bias bias: h"]),
    (
      .tensorflow1, .lstm, all,
      [
        "kernel kernel+recurrentKernel rows: igfo", "bias bias: igfo", "w_i_diag peepholes: i", "w_f_diag peepholes: f",
        "w_o_diag peepholes: o", "projection/kernel projection: ",
      ]
    ),
    (
      .tensorflow1, .gru, before,
      [
        "gates/kernel kernel+recurrentKernel rows: rz", "gates/bias bias: rz",
        "candidate/kernel kernel+recurrentKernel rows: g", "candidate/bias bias: g",
      ]
    ),
    (
      .pytorch, .lstm, projection,
      [
        "weight_ihᵀ kernel: ifgo", "weight_hhᵀ recurrentKernel: ifgo", "bias_ih bias: ifgo",
        "bias_hh recurrentBias: ifgo", "weight_hrᵀ projection: ",
      ]
    ),
    (
      .pytorch, .gru, .init(),
      [
        "weight_ihᵀ kernel: rzg", "weight_hhᵀ recurrentKernel: rzg", "bias_ih bias: rzg", "bias_hh recurrentBias: rzg",
      ]
    ),
    (.pytorch, .simpleRNN, bare, ["weight_ihᵀ kernel: h", "weight_hhᵀ recurrentKernel: h"]),
    (
      .mxnet, .gru, .init(),
      [
        "i2h_weightᵀ kernel: rzg", "h2h_weightᵀ recurrentKernel: rzg", "i2h_bias bias: rzg",
        "h2h_bias recurrentBias: rzg",
      ]
    ),
    (
      .mxnet, .lstm, .init(),
      [
        "i2h_weightᵀ kernel: ifgo", "h2h_weightᵀ recurrentKernel: ifgo", "i2h_bias bias: ifgo",
        "h2h_bias recurrentBias: ifgo",
      ]
    ),
    (
      .onnx, .lstm, peepholes,
      [
        "Wᵀ kernel: iofg", "Rᵀ recurrentKernel: iofg", "B bias+recurrentBias columns: iofg", "P peepholes: iof",
      ]
    ),
    (.onnx, .gru, bare, ["Wᵀ kernel: zrg", "Rᵀ recurrentKernel: zrg"]),
    (
      .onnx, .simpleRNN, .init(),
      ["Wᵀ kernel: h", "Rᵀ recurrentKernel: h", "B bias+recurrentBias columns: h"]
    ),
  ]

  @Test(arguments: table.indices) func everyLayoutHasItsTensors(row: Int) throws {
    let (framework, kind, features, entries) = Self.table[row]
    try expectEqual(text(framework, kind, features), entries)
    let layout = try WeightLayout(framework, kind, features)
    expect(layout.framework == framework && layout.kind == kind && layout.resetAfter == features.resetAfter)
  }

  @Test func theExampleOfMXNetHasItsOwnOrder() {
    let own = WeightLayout.biLSTMSort
    expectEqual(own.entries.map(\.name), ["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"])
    expect(
      own.entries.allSatisfy { $0.gates == [.i, .g, .f, .o] }
        && own.entries.map(\.isTransposed) == [true, true, false, false])
    expect(own.framework == .mxnet && own.kind == .lstm && own.resetAfter)
    expect(own.has(.bias) && own.has(.recurrentBias) && !own.has(.peepholes) && !own.has(.projection))
    expectEqual(WeightFeatures(), WeightFeatures(bias: true, resetAfter: true, peepholes: false, projection: false))
  }

  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "none"
    } catch { return "\(error)" }
  }

  /// One tensor of a sound file is changed: the first that does not fit is named with both shapes.
  @Test func storedTensorsAreHeldToTheirSizes() throws {
    func decode(
      _ layout: WeightLayout, _ sound: [String: [Int]], _ changed: [String: [Int]], without missing: String? = nil
    ) -> String {
      message {
        let _: CellWeights<Float> = try layout.decode { name in
          name == missing ? nil : (changed[name] ?? sound[name]).map { .zeros($0) }
        }
      }
    }
    let torch = try WeightLayout(.pytorch, .lstm)
    let sound = ["weight_ih": [8, 3], "weight_hh": [8, 2], "bias_ih": [8], "bias_hh": [8]]
    expectEqual(decode(torch, sound, [:]), "none")
    expectEqual(decode(torch, sound, [:], without: "bias_hh"), "weight bias_hh is missing")
    expectEqual(decode(torch, sound, ["weight_ih": [7, 3]]), "weight_ih: expected shape [4·H, D], received [7, 3]")
    expectEqual(decode(torch, sound, ["weight_ih": [8]]), "weight_ih: expected shape [4·H, D], received [8]")
    expectEqual(decode(torch, sound, ["weight_ih": [0, 3]]), "weight_ih: expected shape [4·H, D], received [0, 3]")
    expectEqual(
      decode(torch, sound, ["weight_ih": [8, 0]]), "weight_ih: expected shape [D + 2, 8] with D ≥ 1, received [0, 8]")
    expectEqual(
      decode(torch, sound, ["weight_hh": [8, 3]]), "weight_hh (transposed): expected shape [2, 8], received [3, 8]")
    expectEqual(decode(torch, sound, ["bias_ih": [7]]), "bias_ih: expected shape [8], received [7]")
    let tensorflow = try WeightLayout(.tensorflow1, .lstm, WeightFeatures(peepholes: true, projection: true))
    let own = [
      "kernel": [5, 8], "bias": [8], "w_i_diag": [2], "w_f_diag": [2], "w_o_diag": [2], "projection/kernel": [2, 1],
    ]
    expectEqual(decode(tensorflow, own, [:]), "none")
    expectEqual(
      decode(tensorflow, own, ["kernel": [1, 8]]), "kernel: expected shape [D + 1, 8] with D ≥ 1, received [1, 8]")
    expectEqual(decode(tensorflow, own, ["kernel": [2, 8]]), "none")
    expectEqual(decode(tensorflow, own, ["w_f_diag": [3]]), "w_f_diag: expected shape [2], received [3]")
    expectEqual(
      decode(tensorflow, own, ["projection/kernel": [3, 1]]), "projection: expected shape [2, any], received [3, 1]")
    expectEqual(
      decode(tensorflow, own, ["projection/kernel": [2]]), "projection/kernel: expected shape [any, any], received [2]")
    let keras = try WeightLayout(.keras, .gru)
    let gru = ["kernel": [4, 6], "recurrent_kernel": [2, 6], "bias": [2, 6]]
    expectEqual(decode(keras, gru, [:]), "none")
    expectEqual(decode(keras, gru, ["bias": [6]]), "bias: expected shape [2, 6], received [6]")
    expectEqual(decode(keras, gru, ["kernel": [4, 7]]), "kernel: expected shape [D, 3·H], received [4, 7]")
    let onnx = try WeightLayout(.onnx, .simpleRNN)
    expectEqual(
      decode(onnx, ["W": [2, 3], "R": [2, 2], "B": [4]], ["B": [2]]), "B: expected shape [4], received [2]")
  }

  @Test func whatALayoutStoresMustBeThere() throws {
    let bare = CellWeights<Float>(kind: .lstm, kernel: .zeros([3, 8]), recurrentKernel: .zeros([2, 8]))
    func encode(_ layout: WeightLayout, _ weights: CellWeights<Float>) -> String {
      message { _ = try layout.encode(weights) }
    }
    try expectEqual(
      encode(WeightLayout(.keras, .lstm), bare), "bias needs a bias, which these weights do not have")
    var one = bare
    one.bias = .zeros([8])
    try expectEqual(
      encode(WeightLayout(.pytorch, .lstm), one), "bias_hh needs a recurrentBias, which these weights do not have")
    try expectEqual(
      encode(WeightLayout(.tensorflow1, .lstm, Self.all), one),
      "w_i_diag needs a peepholes, which these weights do not have")
    one.peepholes = .zeros([3, 2])
    try expectEqual(
      encode(WeightLayout(.tensorflow1, .lstm, Self.all), one),
      "projection/kernel needs a projection, which these weights do not have")
  }

  /// A layout with one bias for a GRU whose reset gate acts after the product, and layouts without kernels.
  @Test func layoutsThatNoFrameworkHas() throws {
    func layout(_ entries: [WeightLayout.Entry]) -> WeightLayout {
      WeightLayout(framework: .keras, kind: .gru, resetAfter: true, entries: entries)
    }
    let gates: [Gate] = [.z, .r, .g]
    let kernels = [
      WeightLayout.Entry("kernel", [.kernel], gates), WeightLayout.Entry("recurrent_kernel", [.recurrentKernel], gates),
    ]
    let one = layout(kernels + [WeightLayout.Entry("bias", [.bias], gates)])
    var weights = CellWeights<Double>(
      kind: .gru, kernel: .zeros([2, 3]), recurrentKernel: .zeros([1, 3]), bias: Tensor([1, 2, 3]),
      recurrentBias: Tensor([4, 5, 6]))
    expectEqual(
      message { _ = try weights.fitted(to: one) },
      "the recurrent bias of the candidate is not zero; the reset gate scales it, and the keras layout with one "
        + "bias has no place for it")
    weights.recurrentBias = Tensor([4, 5, 0])
    try expectEqual(weights.fitted(to: one).bias, Tensor([5, 7, 3]))
    func decode(_ entries: [WeightLayout.Entry]) -> String {
      message { let _: CellWeights<Double> = try layout(entries).decode { _ in .zeros([2, 3]) } }
    }
    expect(decode([]) == "no kernel" && decode(Array(kernels.dropFirst())) == "no kernel")
    expectEqual(decode(Array(kernels.prefix(1))), "the layout of keras has no kernels")
  }

  // MARK: Words

  @Test func weightsHaveTheirNames() throws {
    let weights = RecurrentWeights<Double>(inputSize: 2, units: 3, gates: 4, bias: true, recurrentBias: true)
    expectEqual(weights.named.map(\.name), ["kernel", "recurrent_kernel", "bias", "recurrent_bias"])
    let extended = ExtendedLSTMCell<Double>.Parameters(weights, peepholes: .zeros([3, 3]), projection: .zeros([3, 1]))
    expectEqual(extended.named.map(\.name), weights.named.map(\.name) + ["peepholes", "projection"])
    let network = EncoderDecoder<Double>(
      sourceSymbols: 7, targetSymbols: 6, outputs: 5, embedding: 2, units: 3, attention: .additive)
    expectEqual(
      network.parameters.named.map { "\($0.name) \($0.tensor.shape)" },
      [
        "source/embeddings [7, 2]", "target/embeddings [6, 2]", "encoder/kernel [2, 12]",
        "encoder/recurrent_kernel [3, 12]", "encoder/bias [12]", "decoder/kernel [2, 12]",
        "decoder/recurrent_kernel [3, 12]", "decoder/bias [12]", "attention/query_kernel [3, 3]",
        "attention/key_kernel [3, 3]", "attention/score_kernel [3]", "dense/kernel [6, 5]", "dense/bias [5]",
      ])
    let plain = EncoderDecoder<Double>(sourceSymbols: 7, targetSymbols: 6, outputs: 5, embedding: 2, units: 3)
    expect(plain.attention?.score == nil && plain.parameters["dense/kernel"].shape == [3, 5])
    let general = EncoderDecoder<Double>(
      sourceSymbols: 7, targetSymbols: 6, outputs: 5, embedding: 2, units: 3, attention: .general)
    expectEqual(general.parameters["attention/kernel"].shape, [3, 3])
  }

  @Test func cellsAndFrameworksHaveTheirWords() throws {
    expectEqual(CellKind.allCases.map(\.rawValue), ["simple-rnn", "lstm", "gru"])
    expectEqual(CellKind.allCases.map(\.identifier), ["simple_rnn", "lstm", "gru"])
    expectEqual(CellKind.allCases.map(\.title), ["simple RNN", "LSTM", "GRU"])
    expectEqual(CellKind.allCases.map(\.titleWithArticle), ["a simple RNN", "an LSTM", "a GRU"])
    expectEqual(CellKind.allCases.map(\.gates), [[.h], [.i, .f, .g, .o], [.z, .r, .g]])
    expectEqual(CellKind.allCases.map(\.gateCount), [1, 4, 3])
    expectEqual(CellKind.allCases.map(\.stateNames), [["h"], ["h", "c"], ["h"]])
    expect(CellKind.allCases.allSatisfy { $0.frameworks == Framework.allCases })
    for kind in CellKind.allCases { expectEqual(CellKind(identifier: kind.identifier), kind) }
    expect(CellKind(identifier: "simple-rnn") == nil && CellKind(identifier: "") == nil)
    expectEqual(Framework.allCases.map(\.rawValue), ["keras", "tensorflow1", "pytorch", "onnx", "mxnet"])
    expectEqual(Framework.allCases.map(\.title), ["Keras", "TensorFlow 1", "PyTorch", "ONNX", "MXNet"])
    expectEqual(Gate.allCases.map(\.rawValue).joined(), "ifgozrh")
    expectEqual(AttentionScore.allCases.map(\.rawValue), ["dot", "scaled_dot", "general", "additive"])
    expectEqual(MergeMode.allCases.map(\.rawValue), ["concat", "sum", "average", "multiply"])
    expectEqual(KnownCell(kind: .gru), KnownCell(prefix: "", kind: .gru))
    expectEqual(KnownCell(prefix: "1/", kind: .gru).under("0"), KnownCell(prefix: "0/1/", kind: .gru))
    let types = CellKind.allCases.map { (kind: CellKind) -> String in "\(kind.type(Double.self))" }
    expectEqual(types, ["SimpleRNNCell<Double>", "LSTMCell<Double>", "GRUCell<Double>"])
  }

  @Test(arguments: CellKind.allCases) func aKindMakesItsLayer(kind: CellKind) throws {
    let x = Tensor<Double>.zeros([4, 5, 3])
    let layer = Stack<Double>([kind.layer(inputSize: 3, units: 2, returnSequences: true)])
    try expect(layer(x).shape == [4, 5, 2] && layer.knownCells == [KnownCell(prefix: "0/", kind: kind)])
    try expectEqual(Stack<Double>([kind.layer(inputSize: 3, units: 2)])(x).shape, [4, 2])
    let biases = layer.parameters.named.filter { $0.name.hasSuffix("bias") }.map(\.tensor.shape)
    expect(biases == (kind == .gru ? [[6], [6]] : [[2 * kind.gateCount]]))
  }
}
