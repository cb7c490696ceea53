import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

/// What tensors alone show of a cell, and what is assumed where they show nothing.
@Suite struct KindTests {
  private func message(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return "none"
  }

  /// What decoding the first network of a file says.
  private func decoded(
    _ entries: [Checkpoint.Entry], _ framework: Framework, _ told: NetworkSettings = NetworkSettings(),
    activations: [Activation]? = nil
  ) throws -> RecurrentNetwork {
    let found = try Checkpoint(entries, file: "model").networks(framework)
    return try #require(found.first).decoded(told, activations: activations)
  }

  // MARK: TensorFlow 1

  /// One kernel of input and state rows: columns tell the units, rows must be more.
  @Test(arguments: [
    ([3, 4], "lstm"), ([4, 4], "lstm"), ([3, 8], "lstm"), ([8, 8], "lstm"), ([5, 3], "simple-rnn"),
    ([7, 6], "simple-rnn"),
    ([5, 4], ""), ([2, 8], ""), ([9, 8], ""), ([3, 3], ""), ([2, 6], ""),
  ])
  func oneKernelShowsItsKindWhereItCan(shape: [Int], kind: String) {
    let entries = [Samples.entry("kernel", shape[0], shape[1]), Samples.entry("bias", shape[1])]
    let text = message { try expectEqual(decoded(entries, .tensorflow1).kind.rawValue, kind) }
    let unclear =
      "\"kernel\" of shape \(shape) may belong to a BasicRNNCell or to an LSTM: say --kind simple-rnn or --kind lstm"
    expect(text == (kind.isEmpty ? unclear : "none"))
    expectEqual(
      message {
        _ = try decoded([Samples.entry("kernel", 5), Samples.entry("bias", 5)], .tensorflow1)
      }, "expected a matrix \"kernel\", found none")
  }

  @Test(arguments: [
    ("basic_rnn_cell", "simple-rnn"), ("simple_rnn_cell", "simple-rnn"), ("basic_lstm_cell", "lstm"),
    ("my_lstm_cell", "lstm"),
  ])
  func theWordOfACellSaysItsKind(word: String, kind: String) throws {
    // A shape that fits both.
    let entries = [Samples.entry("a/\(word)/kernel", 5, 4), Samples.entry("a/\(word)/bias", 4)]
    try expectEqual(decoded(entries, .tensorflow1).kind.rawValue, kind)
  }

  @Test func otherTensorsSayTheKind() throws {
    let bare = [Samples.entry("kernel", 5, 4), Samples.entry("bias", 4)]
    let diagonals = ["w_i_diag", "w_f_diag", "w_o_diag"].map { Samples.entry($0, 1) }
    try expectEqual(decoded(bare + diagonals, .tensorflow1).cells[0][0].peepholes?.shape, [3, 1])
    try expectEqual(decoded(bare, .tensorflow1, NetworkSettings(kind: .simpleRNN)).kind, .simpleRNN)
    try expectEqual(decoded(bare, .tensorflow1, NetworkSettings(kind: .lstm)).kind, .lstm)
    let gru = try Samples.entries(Samples.network(.gru, resetAfter: false, path: ["a"]), .tensorflow1)
    try expectEqual(decoded(gru, .tensorflow1).kind, .gru)
    expectEqual(
      message { _ = try decoded(gru, .tensorflow1, NetworkSettings(resetAfter: true)) },
      "--reset-after: expected no, as the tensors of \"a\" show, received yes")
    expectEqual(
      message {
        _ = try decoded(
          [
            Samples.entry("a/lstm_cell/kernel", 5, 8), Samples.entry("a/lstm_cell/bias", 8),
            Samples.entry("a/lstm_cell/projection/kernel", 2, 2), Samples.entry("a/lstm_cell/projection/bias", 2),
          ], .tensorflow1)
      }, "\"a/lstm_cell/projection/bias\" does not belong to an LSTM of tensorflow1")
  }

  @Test(arguments: [
    "layer_norm", "cudnn_compatible_gru", "coupled_input_forget", "nas", "ugrnn", "intersection", "glstm",
  ])
  func otherCellsOfTensorFlowAreRefused(word: String) {
    let entries = [Samples.entry("a/\(word)_cell/kernel", 5, 8), Samples.entry("a/\(word)_cell/bias", 8)]
    expectEqual(
      message { _ = try decoded(entries, .tensorflow1) },
      "\"a\": a cell \"\(word)_cell\" (\(word)) has no counterpart in other layouts")
  }

  @Test func theForgetBiasIsThatOfTheCell() throws {
    func read(_ cell: String, _ told: Double?) throws -> (forget: [Double], assumptions: [String]) {
      let own = [
        Samples.entry("a/\(cell)/kernel", 4, 8),
        Checkpoint.Entry("a/\(cell)/bias", StoredTensor([Double](repeating: 0, count: 8), shape: [8])),
      ]
      let network = try decoded(own, .tensorflow1, NetworkSettings(forgetBias: told))
      return (try #require(network.cells[0][0].bias).scalars, network.assumptions)
    }
    func bias(_ forget: Double) -> [Double] { [0, 0, forget, forget, 0, 0, 0, 0] }
    let usual =
      "assumes sigmoid, tanh, tanh; --activations says otherwise, as in --activations keras2_hard_sigmoid,tanh"
    let one = "assumes forget_bias 1; --forget-bias says otherwise"
    let clip = "assumes no cell_clip and no proj_clip: no layout has them"
    for (cell, told, forget, assumptions) in [
      ("basic_lstm_cell", nil, 1, [usual, one]), ("basic_lstm_cell", 2, 2, [usual]),
      ("lstm_cell", nil, 1, [usual, one, clip]),
      ("lstm_cell", 0, 0, [usual, clip]), ("cudnn_compatible_lstm_cell", nil, 0, [usual]),
      ("cudnn_compatible_lstm_cell", 3, 3, [usual]),
    ] as [(String, Double?, Double, [String])] {
      let found = try read(cell, told)
      expect(found.forget == bias(forget) && found.assumptions == assumptions, "\(cell) \(told ?? -1)")
    }
    expectEqual(
      message {
        _ = try decoded(Samples.entries(Samples.network(.lstm), .keras), .keras, NetworkSettings(forgetBias: 1))
      }, "--forget-bias: expected TensorFlow 1, received --from keras")
    let gru = try Samples.entries(Samples.network(.gru, resetAfter: false, path: ["a"]), .tensorflow1)
    expectEqual(message { _ = try decoded(gru, .tensorflow1, NetworkSettings(forgetBias: 1)) }, "none")
  }

  // MARK: Assumptions

  private static let gates =
    "assumes sigmoid, tanh, tanh; --activations says otherwise, as in --activations keras2_hard_sigmoid,tanh"
  private static let gru =
    "assumes sigmoid, tanh; --activations says otherwise, as in --activations keras2_hard_sigmoid,tanh"
  private static let simple = "assumes tanh; --activations says otherwise, as in --activations relu"
  private static let forward = "assumes the forward direction; --direction reverse says otherwise"

  /// Kind, framework, both directions: what is assumed.
  static let assumed: [(kind: CellKind, framework: Framework, both: Bool, assumptions: [String])] = [
    (.lstm, .keras, false, [gates, forward]),
    (.lstm, .keras, true, [gates, "assumes merge_mode concat; --merge says otherwise"]),
    (.lstm, .onnx, false, [gates, forward]), (.lstm, .onnx, true, [gates]), (.gru, .keras, false, [gru, forward]),
    (.simpleRNN, .keras, false, [simple, forward]), (.lstm, .pytorch, false, []), (.gru, .mxnet, true, []),
    (.lstm, .mxnet, false, []), (.gru, .pytorch, true, []), (.simpleRNN, .pytorch, false, [simple]),
    (.simpleRNN, .pytorch, true, [simple]),
  ]

  @Test(arguments: assumed.indices) func whatIsAssumedIsSaid(row: Int) throws {
    let (kind, framework, both, assumptions) = Self.assumed[row]
    let own = Samples.network(
      kind, bidirectional: both, biases: framework == .keras && kind != .gru ? 1 : 2, path: ["a"])
    try expectEqual(decoded(Samples.entries(own, framework), framework).assumptions, assumptions)
  }

  @Test func relusOfMXNetAreAskedFor() throws {
    let rnn = try Samples.entries(Samples.network(.simpleRNN, biases: 2, path: ["a"]), .mxnet)
    expectEqual(
      message { _ = try decoded(rnn, .mxnet) },
      "\"a\": no tensor shows the activations, and gluon.rnn.RNN has relu unless told otherwise: "
        + "say --activations relu or --activations tanh")
    let cell = Samples.renamed(rnn) { $0.replacing("l0_", with: "") }
    try expectEqual(decoded(cell, .mxnet).assumptions, [Self.simple])
    try expectEqual(decoded(rnn, .mxnet, activations: [.relu]).activations, [.relu])
  }

  /// Names of Keras 1 and 2 have no cell and end in `:0`.
  @Test func onlyOldNamesOfKerasAskForTheGates() throws {
    let lstm = try Samples.entries(Samples.network(.lstm), .keras)
    for (start, end, isOld) in [("l/", ":0", true), ("l/lstm_cell/", ":0", false), ("l/", "", false)] {
      let text = message { _ = try decoded(Samples.renamed(lstm) { start + $0 + end }, .keras) }
      expect((text == "none") != isOld, "\(text)")
    }
    let simple = try Samples.entries(Samples.network(.simpleRNN), .keras)
    try expectEqual(decoded(Samples.renamed(simple) { "l/\($0):0" }, .keras).assumptions, [Self.simple, Self.forward])
    try expectEqual(decoded(lstm, .keras, activations: [.relu]).activations, [.sigmoid, .relu, .relu])
    let tensorFlow = try Samples.entries(Samples.network(.lstm, path: ["a"]), .tensorflow1)
    try expectEqual(
      decoded(tensorFlow, .tensorflow1, activations: [.softsign]).activations, [.sigmoid, .softsign, .softsign])
  }

  @Test func directionsOfOptionsMustFit() throws {
    let both = try Samples.entries(Samples.network(.lstm, bidirectional: true, path: ["a"]), .keras)
    let one = try Samples.entries(Samples.network(.lstm, path: ["a"]), .mxnet)
    let reversed = NetworkSettings(isReversed: true)
    expectEqual(
      message { _ = try decoded(both, .keras, reversed) }, "--direction: expected one direction, and \"a\" has both")
    expectEqual(message { _ = try decoded(both, .keras, NetworkSettings(isReversed: false)) }, "none")
    expectEqual(
      message { _ = try decoded(one, .mxnet, reversed) }, "--direction: MXNet has no layer that runs backward alone")
    let two = try Samples.entries(Samples.network(.lstm, layers: 2, path: ["a"]), .keras)
    expectEqual(
      message { _ = try decoded(two, .keras, reversed) },
      "--direction: several layers of Keras that run backward are no stack in other layouts")
    let tensorFlow = try Samples.entries(Samples.network(.lstm, path: ["a"]), .tensorflow1)
    expectEqual(
      message { _ = try decoded(tensorFlow, .tensorflow1, reversed) },
      "--direction: TensorFlow 1 has no layer that runs backward alone")
    try expect(decoded(Samples.entries(Samples.network(.lstm, path: ["a"]), .onnx), .onnx, reversed).isReversed)
    let mxnet = try Samples.entries(Samples.network(.lstm, bidirectional: true, biases: 2, path: ["a"]), .mxnet)
    expectEqual(
      message { _ = try decoded(mxnet, .mxnet, NetworkSettings(merge: .mul)) },
      "--merge: expected concat, which MXNet always has, received mul")
    let merged = try decoded(both, .keras, NetworkSettings(merge: .ave))
    expect(merged.merge == .ave && merged.assumptions == [Self.gates])
    // A scope for the backward direction of TensorFlow.
    let backward = try decoded(
      Samples.entries(Samples.network(.simpleRNN, path: ["x", "bw"]), .tensorflow1), .tensorflow1)
    expectEqual(
      backward.assumptions,
      [
        Self.simple, "assumes that the sequence is reversed before it, as bidirectional_dynamic_rnn does",
      ])
    try expectEqual(
      decoded(
        Samples.entries(Samples.network(.lstm, path: ["backward_x"]), .keras), .keras,
        NetworkSettings(isReversed: false)
      ).assumptions, [Self.gates])
  }

  @Test func allSettingsOfANodeAreKept() throws {
    let own = try Samples.entries(Samples.network(.lstm, path: ["a"]), .onnx)
    let network = try decoded(own, .onnx, NetworkSettings(clip: 0.5, inputForget: true))
    expect(network.clip == 0.5 && network.inputForget)
    let plain = try decoded(own, .onnx)
    expect(
      plain.clip == nil && !plain.inputForget && !plain.isReversed && plain.merge == .concat && plain.path == ["a"])
  }
}
