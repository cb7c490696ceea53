import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

@Suite struct RecognitionTests {
  /// Names of real files, and the networks they are: path, layers, directions.
  static let files: [(Framework, [String], [String])] = [
    // Two layers are two networks, whatever their sizes and numbers.
    (
      .keras, ["sequential/lstm2/lstm_cell/", "sequential/lstm10/lstm_cell/"],
      ["sequential/lstm2", "sequential/lstm10"]
    ),
    (.keras, ["lstm/lstm_cell/", "lstm_1/lstm_cell/"], ["lstm", "lstm_1"]),
    (
      .keras, ["m/bidirectional/forward_lstm/lstm_cell/", "m/bidirectional/backward_lstm/lstm_cell/"],
      ["m/bidirectional"]
    ),
    (.keras, ["m/forward_lstm/"], ["m/forward_lstm"]),
    (
      .keras, ["forward_a/lstm_cell/", "backward_a/lstm_cell/", "forward_b/lstm_cell/", "backward_b/lstm_cell/"],
      ["a", "b"]
    ),
    (
      .keras, ["rnn/stacked_rnn_cells/lstm_cell/", "rnn/stacked_rnn_cells/lstm_cell_1/"],
      ["rnn/stacked_rnn_cells/lstm_cell", "rnn/stacked_rnn_cells/lstm_cell_1"]
    ),
    (.keras, ["0/", "1/"], ["."]),
    (.pytorch, ["encoder.", "decoder."], ["encoder", "decoder"]),
    (.pytorch, ["rnns.0.module.", "rnns.1.module."], ["rnns.0.module", "rnns.1.module"]),
    (.mxnet, ["lstm0_l0_", "lstm1_l0_"], ["lstm0", "lstm1"]),
    (.mxnet, ["encoder.lstm.l0_", "encoder.lstm.r0_"], ["encoder.lstm"]),
    (.onnx, ["a/", "b/"], ["a", "b"]),
  ]

  @Test(arguments: 0..<12) func pathsTellNetworksApart(row: Int) throws {
    let (framework, prefixes, titles) = Self.files[row]
    let own = try Samples.entries(Samples.network(.lstm, biases: 2).asStored(in: framework), framework)
    let locals = own.map { entry in
      framework == .mxnet ? String(entry.name.dropFirst("l0_".count)) : entry.name
    }
    let entries = prefixes.flatMap { prefix in zip(locals, own).map { Checkpoint.Entry(prefix + $0, $1.tensor) } }
    for chosen in [framework, nil] {
      let found = try Checkpoint(entries).networks(chosen)
      expectEqual(found.map(\.title), titles)
      expect(found.allSatisfy { $0.problem == nil })
    }
  }

  @Test func tensorFlowTakesCellsAndLeavesDenseLayers() throws {
    let cell = try Samples.entries(Samples.network(.lstm), .tensorflow1)
    let entries =
      Samples.renamed(cell) { "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/\($0)" }
      + Samples.renamed(try Samples.entries(Samples.network(.lstm, D: 4), .tensorflow1)) {
        "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/\($0)"
      }
      + Samples.renamed(cell) { "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/\($0)/Adam_1" }
      + Samples.renamed(cell) { "old/basic_lstm_cell/" + ($0 == "kernel" ? "weights" : "biases") }
      + [Samples.entry("dense/kernel", 8, 5), Samples.entry("dense/bias", 5)]
    let checkpoint = Checkpoint(entries)
    let found = try checkpoint.networks(.tensorflow1)
    expectEqual(found.map(\.title), ["rnn", "old"])
    try expectEqual(found.map { try $0.decoded().cells.count }, [2, 1])
    let others = checkpoint.others(than: found).map(\.name)
    expect(others.count == 4 && others.suffix(2) == ["dense/kernel", "dense/bias"])
  }

  /// The directions of a stack in each direction meet after its last layer alone: they are no bidirectional stack.
  @Test func stacksInEachDirectionAreTwoNetworks() throws {
    let cell = try Samples.entries(Samples.network(.lstm, D: 4), .tensorflow1)
    let entries = ["fw", "bw"].flatMap { direction in
      (0..<2).flatMap { layer in
        Samples.renamed(cell) { "birnn/\(direction)/multi_rnn_cell/cell_\(layer)/lstm_cell/\($0)" }
      }
    }
    try expectEqual(Checkpoint(entries).networks(.tensorflow1).map(\.title), ["birnn/fw", "birnn/bw"])
    let real = ["fw", "bw"].flatMap { direction in
      Samples.renamed(cell) { "bidirectional_rnn/\(direction)/lstm_cell/\($0)" }
    }
    let found = try Checkpoint(real).networks(.tensorflow1)
    expect(found.map(\.title) == ["bidirectional_rnn"] && found[0].cells.count == 2)
  }

  @Test func weightsBeforeDropoutAreTheWeights() throws {
    let own = Samples.network(.lstm, biases: 2)
    let stored = try Samples.entries(own, .pytorch)
    var entries: [Checkpoint.Entry] = []
    for entry in stored {
      if entry.name == "weight_hh_l0" {
        entries.append(.init("rnns.0.weight_hh_l0_raw", entry.tensor))
        // A copy with dropout, whose numbers are not the weights.
        entries.append(.init("rnns.0.module.weight_hh_l0", Samples.entry("x", 16, 4).tensor))
      } else {
        entries.append(.init("rnns.0.module.\(entry.name)", entry.tensor))
      }
    }
    let checkpoint = Checkpoint(entries)
    let found = try checkpoint.networks(.pytorch)
    expectEqual(found.map(\.title), ["rnns.0.module"])
    try expectEqual(found[0].decoded().cells, own.cells)
    expectEqual(checkpoint.others(than: found).map(\.name), ["rnns.0.module.weight_hh_l0"])
  }

  @Test func kerasNumbersTheWeightsOfACell() throws {
    let own = Samples.network(.gru, bidirectional: true, biases: 2)
    let locals = ["kernel": "0", "recurrent_kernel": "1", "bias": "2"]
    let entries = try Samples.entries(own, .keras).map { entry in
      let words = entry.name.split(separator: "/").map(String.init)
      return Checkpoint.Entry("layers/bi/\(words[0])_layer/cell/vars/\(locals[words[1]] ?? "")", entry.tensor)
    }
    let found = try Checkpoint(entries + [Samples.entry("layers/dense/vars/0", 8, 2)]).networks()
    expectEqual(found.map(\.title), ["layers/bi"])
    try expectEqual(found[0].decoded().cells, own.cells)
  }

  /// Keras' own code turns CuDNN weights into plain ones as `plain` does here, and gives these numbers.
  @Test(arguments: [CellKind.lstm, .gru]) func cuDNNWeightsAreUnderstood(kind: CellKind) throws {
    let own = Samples.network(kind, biases: 2)
    let cell = own.cells[0][0]
    // From plain to cuDNN: each block of the kernel transposed and read row by row in its old shape.
    let blocks = cell.kernel.split(into: kind.gateCount).map { $0.transposed.reshaped($0.shape) }
    let states = cell.recurrentKernel.split(into: kind.gateCount).map(\.transposed)
    let biases = try #require(cell.bias).scalars + (try #require(cell.recurrentBias)).scalars
    let tensors: [(String, Tensor<Double>)] = [
      ("kernel", .concatenated(blocks)), ("recurrent_kernel", .concatenated(states)), ("bias", Tensor(biases)),
    ]
    let entries = tensors.map {
      Checkpoint.Entry("cu_dnn_1/\($0):0", StoredTensor($1.scalars, shape: $1.shape))
    }
    let conversion = try WeightConversion(Checkpoint(entries), ConversionRequest(from: .keras, to: .pytorch))
    expectEqual(conversion.parts[0].network.cells, own.cells)
    try expect(conversion.largestDifference(of: conversion.parts[0], seed: 5) <= 1e-13)
  }
}
