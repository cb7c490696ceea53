import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

/// How tensors make networks, layers and directions, and what is said where they make none.
@Suite struct StructureTests {
  private func message(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return "none"
  }

  private func lstm(_ framework: Framework, D: Int = 3, H: Int = 4, _ prefix: String) throws -> [Checkpoint.Entry] {
    Samples.renamed(try Samples.entries(Samples.network(.lstm, D: D, H: H), framework)) { prefix + $0 }
  }

  private func found(_ entries: [Checkpoint.Entry], _ framework: Framework? = nil) throws -> [FoundNetwork] {
    try Checkpoint(entries, file: "model").networks(framework)
  }

  private func decoded(_ entries: [Checkpoint.Entry], _ framework: Framework, _ told: NetworkSettings = .init()) throws
    -> RecurrentNetwork
  {
    try #require(try found(entries, framework).first).decoded(told)
  }

  // MARK: Networks

  /// Prefixes of whole cells of Keras, and the networks that they are.
  @Test(arguments: [
    (["m/", "m/forward_x/", "m/backward_x/"], ["m", "m/x"]), (["m/forward/", "m/backward/"], ["m"]),
    (["m/forward_a/", "m/backward_b/"], ["m/forward_a", "m/backward_b"]), (["m/backward/"], ["m/backward"]),
    (["m/forward/", "m/forward_a/", "m/backward_a/"], ["m/forward", "m/a"]),
    (["m/0/forward/", "m/0/backward/", "m/1/forward/", "m/1/backward/"], ["m"]),
    (["m/lstm_cell/", "m/gru_cell/"], ["m/lstm_cell", "m/gru_cell"]),
    (["0/lstm_cell/", "1/lstm_cell_1/"], ["."]),
  ])
  func directionsOfKerasMakeNetworks(prefixes: [String], titles: [String]) throws {
    let networks = try found(prefixes.flatMap { try lstm(.keras, D: 4, $0) })
    expect(networks.map(\.title) == titles && networks.allSatisfy { $0.problem == nil })
  }

  /// A network inside another one's path is its own, unless the outer weights are those before dropout.
  @Test func modulesWithinEachOtherAreTwo() throws {
    let entries = try lstm(.pytorch, "a.") + lstm(.pytorch, "a.module.")
    try expectEqual(found(entries, .pytorch).map(\.title), ["a", "a.module"])
    let raw = try lstm(.pytorch, "a.").map { $0.name.hasSuffix("hh_l0") ? .init($0.name + "_raw", $0.tensor) : $0 }
    try expectEqual(found(raw + lstm(.pytorch, "a.module."), .pytorch).map(\.title), ["a", "a.module"])
    // A cell without a number beside the one of number 0.
    let cells = try lstm(.keras, "m/lstm_cell/") + lstm(.keras, "m/0/lstm_cell_1/")
    let networks = try found(cells, .keras)
    expectEqual(networks.map(\.title), ["m"])
    expectEqual(
      networks[0].problem, "\"m/0/lstm_cell_1/kernel\" and \"m/lstm_cell/kernel\" have the same place in one network")
  }

  @Test func aNetworkKnowsItsNamesAndItsCell() throws {
    let entries = try lstm(.keras, "b/lstm_cell/") + lstm(.keras, "a/")
    let networks = try found(entries + [Samples.entry("c/kernel", 3, 16), Samples.entry("c/bias", 16)])
    expect(networks.map(\.path) == [["b"], ["a"]] && networks.map(\.fullPath) == [["b", "lstm_cell"], ["a"]])
    expect(networks.map(\.cellWord) == ["lstm_cell", ""] && networks.map(\.framework) == [.keras, .keras])
    expectEqual(networks[1].names, ["a/kernel", "a/recurrent_kernel", "a/bias"])
    expect(networks[1].cells.keys.map(\.layer) == [0] && networks[1].settings == NetworkSettings())
    expectEqual(Checkpoint(entries).others(than: [networks[0]]).map(\.name), networks[1].names)
  }

  /// Networks of several frameworks stand in the order of their first tensor.
  @Test func networksStandInTheOrderOfTheFile() throws {
    let entries = try [Samples.entry("first", 2)] + lstm(.pytorch, "z.") + lstm(.keras, "y/") + lstm(.onnx, "x/")
    try expectEqual(found(entries).map(\.title), ["z", "y", "x"])
    try expectEqual(found(entries.reversed()).map(\.title), ["x", "y", "z"])
    try expect(found(entries, .keras).map(\.title) == ["y"] && found(entries, .mxnet).isEmpty)
  }

  @Test func whatOnlyRecurrentLayersHaveTellsThem() throws {
    let cases: [(Framework, [String])] = [
      (.keras, ["a/kernel", "a/bias"]), (.onnx, ["a/W", "a/B"]), (.onnx, ["a/R", "a/B"]),
      (.pytorch, ["a.bias_ih_l0", "a.bias_hh_l0"]), (.mxnet, ["a.l0_i2h_bias"]),
      (.tensorflow1, ["a/kernel", "a/bias"]),
      (.tensorflow1, ["a/lstm_cell/bias"]), (.tensorflow1, ["a/gates/bias"]),
    ]
    for (framework, names) in cases {
      try expect(found(names.map { Samples.entry($0, 2, 2) }, framework).isEmpty, "\(names)")
    }
    // A kernel at the top belongs to a cell where TensorFlow 1 is asked for.
    let bare = [Samples.entry("kernel", 3, 4), Samples.entry("bias", 4)]
    try expect(found(bare).isEmpty && found(bare, .tensorflow1).map(\.title) == ["."])
    for names in [["a/candidate/kernel", "a/gates/kernel"], ["a/kernel", "a/w_i_diag"], ["a/gru_cell/kernel"]] {
      try expectEqual(found(names.map { Samples.entry($0, 2, 2) }, .tensorflow1).count, 1, "\(names)")
    }
  }

  @Test func aModelOfONNXIsReadAsSuch() {
    let checkpoint = Checkpoint([], file: "m.onnx", nodes: [])
    expectEqual(
      message { _ = try checkpoint.networks(.keras) },
      "m.onnx is an ONNX model: expected --from onnx, received --from keras")
    expectEqual(message { _ = try (checkpoint.networks(.onnx), checkpoint.networks()) }, "none")
    expectEqual(
      message { _ = try found(lstm(.keras, "a/lstm_cell/"), .tensorflow1)[0].decoded() },
      "\"a/lstm_cell/recurrent_kernel\" is a name of Keras: say --from keras")
  }

  // MARK: Places

  @Test func twoTensorsOfOnePlaceAreRefused() throws {
    let own = try lstm(.keras, "m/")
    expectEqual(
      message { _ = try decoded(own + [.init("m/bias:0", own[2].tensor)], .keras) },
      "\"m/bias:0\" and \"m/bias\" have the same place in one network")
  }

  @Test func layersAreNumberedWithoutAGap() throws {
    let entries = try ["a/0/", "a/1/", "a/3/"].flatMap { try lstm(.keras, D: 4, $0) }
    expectEqual(
      message { _ = try decoded(entries, .keras) },
      "\"a/3/bias\": expected layers numbered from 0 without a gap, and the file has 3 layers of \"a\"")
    try expectEqual(decoded(Array(entries.prefix(6)), .keras).cells.count, 2)
  }

  /// A layer in one direction may stand on one in both; a direction alone is none.
  @Test func everyLayerHasItsDirections() throws {
    let low = try lstm(.keras, "a/0/forward/") + lstm(.keras, "a/0/backward/")
    try expectEqual(decoded(low + lstm(.keras, D: 8, "a/1/"), .keras).cells.map(\.count), [2, 1])
    for direction in ["forward", "backward"] {
      expectEqual(
        message { _ = try decoded(low + lstm(.keras, D: 8, "a/1/\(direction)/"), .keras) },
        "\"a\": expected both directions in every layer; \"a/1/\(direction)/bias\" has no tensor of the other direction"
      )
    }
    let torch = try Samples.entries(Samples.network(.lstm, bidirectional: true, path: ["a"]), .pytorch)
    expectEqual(
      message { _ = try decoded(torch.filter { $0.name.hasSuffix("reverse") }, .pytorch) },
      "\"a\": expected both directions in every layer; \"a.bias_hh_l0_reverse\" has no tensor of the other direction")
    expectEqual(message { _ = try decoded(torch + lstm(.pytorch, D: 8, "x."), .pytorch) }, "none")
  }

  // MARK: Alike

  @Test func cellsOfANetworkAreAlike() throws {
    func torch(_ kind: CellKind, layer: Int, D: Int) throws -> [Checkpoint.Entry] {
      Samples.renamed(try Samples.entries(Samples.network(kind, biases: 2, D: D), .pytorch)) {
        "a." + $0.replacing("_l0", with: "_l\(layer)")
      }
    }
    for (first, second, text) in [
      (CellKind.lstm, CellKind.gru, "a GRU, \"a.weight_hh_l0\" to an LSTM"),
      (.gru, .simpleRNN, "a simple RNN, \"a.weight_hh_l0\" to a GRU"),
    ] {
      expectEqual(
        message { _ = try decoded(torch(first, layer: 0, D: 3) + torch(second, layer: 1, D: 4), .pytorch) },
        "\"a\": \"a.weight_hh_l1\" belongs to \(text): one kind a network")
    }
    expectEqual(
      message { _ = try decoded(torch(.lstm, layer: 0, D: 3) + torch(.lstm, layer: 1, D: 5), .pytorch) },
      "\"a\": \"a.weight_hh_l1\" takes 5 inputs, the layer below gives 4")
    expectEqual(
      message { _ = try decoded(lstm(.keras, "a/forward/") + lstm(.keras, D: 5, "a/backward/"), .keras) },
      "\"a\": \"a/backward/kernel\" takes 5 inputs, \"a/forward/kernel\" 3: "
        + "the directions of a layer read the same input")
    let sizes = try lstm(.keras, "a/forward/") + lstm(.keras, H: 2, "a/backward/")
    expectEqual(
      message { _ = try decoded(sizes, .keras, NetworkSettings(merge: .sum)) },
      "\"a\": --merge sum needs directions of one size, received 4 and 2 units")
    try expectEqual(decoded(sizes, .keras, NetworkSettings(merge: .concat)).outputSize(of: 0), 6)
    let gru = try Samples.entries(Samples.network(.gru, bidirectional: true, biases: 2), .keras)
    expectEqual(
      message {
        _ = try decoded(gru.map { $0.name == "forward/bias" ? Samples.entry($0.name, 12) : $0 }, .keras)
      },
      "\".\": the reset gate acts before the product in the GRU of \"forward/kernel\", "
        + "after it in that of \"backward/kernel\": no layer of two directions or several layers has both")
  }

  /// In all cells, or in none.
  @Test func biasesStandInAllCells() throws {
    for (framework, local, title) in [(Framework.pytorch, "bias_ih_l1", "a"), (.mxnet, "l1_i2h_bias", "a")] {
      let own = try Samples.entries(Samples.network(.lstm, layers: 2, biases: 2, path: ["a"]), framework)
      let other = framework == .pytorch ? "bias_hh_l1" : "l1_h2h_bias"
      expectEqual(
        message {
          _ = try decoded(own.filter { $0.name != "a.\(local)" && $0.name != "a.\(other)" }, framework)
        }, "\"\(title)\": expected a tensor \"a.\(local)\", found none")
      try expect(decoded(own.filter { !$0.name.contains("bias") }, framework).cells[1][0].bias == nil)
      try expect(decoded(own, framework).cells[1][0].recurrentBias != nil)
    }
  }

  @Test func aCellNeedsItsRecurrentKernel() throws {
    expectEqual(
      message { _ = try decoded(lstm(.mxnet, "a.").filter { !$0.name.contains("h2h_weight") }, .mxnet) },
      "expected a tensor \"a.l0_h2h_weight\", found none")
    expectEqual(
      message { _ = try decoded(lstm(.pytorch, "a.").filter { !$0.name.contains("weight_hh") }, .pytorch) },
      "expected a tensor \"a.weight_hh_l0\", found none")
    for (rows, columns) in [(8, 4), (20, 4), (12, 5)] {
      expectEqual(
        message { _ = try decoded([Samples.entry("a.l0_h2h_weight", rows, columns)], .mxnet) },
        "\"a.l0_h2h_weight\" of shape [\(rows), \(columns)]: "
          + "expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) square blocks")
    }
    expectEqual(
      message { _ = try decoded([Samples.entry("a/recurrent_kernel", 4, 8)], .keras) },
      "\"a/recurrent_kernel\" of shape [4, 8]: expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) square blocks")
    expectEqual(
      message {
        _ = try decoded(
          Samples.entries(Samples.network(.gru, biases: 2, path: ["a"]), .onnx) + [Samples.entry("a/P", 1, 12)], .onnx,
          NetworkSettings(resetAfter: true))
      }, "\"a\": onnx has no GRU with peepholes")
  }

  /// cuDNN's weights have a bias for both kernels in one vector; nothing is assumed of their functions.
  @Test func cuDNNWeightsNeedTheirShapes() throws {
    let plain = try Samples.entries(Samples.network(.gru, biases: 1, resetAfter: false, path: ["a"]), .keras)
    func bias(_ count: Int) -> [Checkpoint.Entry] { Array(plain.prefix(2)) + [Samples.entry("a/bias", count)] }
    let network = try decoded(bias(24), .keras)
    expect(network.cells[0][0].resetAfter && network.cells[0][0].recurrentBias?.count == 12)
    expectEqual(network.assumptions, ["assumes the forward direction; --direction reverse says otherwise"])
    try expect(!decoded(bias(12), .keras).cells[0][0].resetAfter)
    expectEqual(message { _ = try decoded(bias(23), .keras) }, "\"a/bias\": expected shape [12], received [23]")
    let rnn = try Samples.entries(Samples.network(.simpleRNN, path: ["a"]), .keras)
    expectEqual(
      message { _ = try decoded(Array(rnn.prefix(2)) + [Samples.entry("a/bias", 8)], .keras) },
      "\"a/bias\": expected shape [4], received [8]")
  }

  @Test func elementsAreListedOnce() {
    expect(distinct([3, 1, 3, 2, 1]) == [3, 1, 2] && distinct([Int]()) == [])
  }
}
