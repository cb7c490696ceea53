import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

/// Whole checkpoints, and what is refused of them before anything is written.
@Suite struct PlanTests {
  static func conversion(
    _ entries: [Checkpoint.Entry], _ from: Framework, _ to: Framework,
    _ change: (inout ConversionRequest) -> Void = { _ in }
  ) throws -> WeightConversion {
    var request = ConversionRequest(from: from, to: to)
    change(&request)
    return try WeightConversion(Checkpoint(entries, file: "model"), request)
  }

  static func model() throws -> [Checkpoint.Entry] {
    try Samples.entries(Samples.network(.lstm, biases: 2, D: 3, H: 4, path: ["low"], seed: 1), .pytorch)
      + Samples.entries(Samples.network(.lstm, biases: 2, D: 4, H: 4, path: ["up", "rnn"], seed: 2), .pytorch)
      + [Samples.entry("embedding.weight", 9, 3)]
      + [.init("steps", StoredTensor([Int64(7)], shape: [])), .init("mask", StoredTensor([UInt8(1)], shape: [1]))]
  }

  @Test func eachNetworkKeepsItsPath() throws {
    let conversion = try Self.conversion(try Self.model(), .pytorch, .keras)
    try expectEqual(
      conversion.result().entries.map(\.name),
      [
        "low/kernel", "low/recurrent_kernel", "low/bias", "up/rnn/kernel", "up/rnn/recurrent_kernel", "up/rnn/bias",
      ])
    expectEqual(conversion.others.map(\.name), ["embedding.weight", "steps", "mask"])
    let all = try Self.conversion(try Self.model(), .pytorch, .keras) { $0.keepsOthers = true }.result()
    expectEqual(Array(all.entries.suffix(3)), Array(try Self.model().suffix(3)))
  }

  @Test func aStackIsMadeWhereItIsAskedFor() throws {
    let conversion = try Self.conversion(try Self.model(), .pytorch, .pytorch) {
      $0.stack = ["low", "up"]
      $0.newPath = "both"
    }
    try expectEqual(conversion.result().entries.map(\.name).filter { $0.hasPrefix("both.weight_ih") }.count, 2)
    try expectEqual(conversion.largestDifference(of: conversion.parts[0], seed: 1), 0)
    let low = try Self.conversion(try Self.model(), .pytorch, .keras) { $0.only = ["low"] }
    expectEqual(low.parts.map { low.title(of: $0) }, ["low"])
    expectEqual(low.others.count, 7)
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float32, .float64])
  func numbersAreRoundedToTheNearest(type: ElementType) throws {
    let conversion = try Self.conversion(try Self.model(), .pytorch, .keras) { $0.type = type }
    let bits: [ElementType: Double] = [.float16: 0x1p-11, .bfloat16: 0x1p-8, .float32: 0x1p-24, .float64: 0]
    for (entry, exact) in zip(try conversion.result().entries, conversion.parts.flatMap(\.tensors)) {
      expectEqual(entry.tensor.type, type)
      let close = zip(try #require(entry.tensor.numbers), exact.tensor.scalars).allSatisfy { rounded, number in
        abs(rounded - number) <= (bits[type] ?? 0) * max(abs(number), 0x1p-14)
      }
      expect(close)
    }
  }

  /// What is refused, and the exact message.
  static let refusals: [(String, @Sendable () throws -> WeightConversion, String)] = [
    (
      "an unknown path", { try conversion(try model(), .pytorch, .keras) { $0.only = ["lower"] } },
      "--only: expected the path of a network (\"low\", \"up.rnn\"), received \"lower\""
    ),
    (
      "a stack that does not fit", { try conversion(try model(), .pytorch, .keras) { $0.stack = ["up.rnn", "low"] } },
      "--stack: \"low\" takes 3 inputs, the network below it gives 4"
    ),
    (
      "a stack of one network twice", { try conversion(try model(), .pytorch, .keras) { $0.stack = ["up", "up"] } },
      "--stack: expected each network once, received up.rnn,up.rnn"
    ),
    (
      "a layer far away",
      {
        try conversion(
          [Samples.entry("weight_ih_l30000000", 8, 3), Samples.entry("weight_hh_l30000000", 8, 2)], .pytorch, .keras)
      },
      "\"weight_hh_l30000000\": expected layers numbered from 0 without a gap, and the file has 1 layer of \".\""
    ),
    (
      "a shape with 0",
      { try conversion([.init("e.weight_hh_l0", StoredTensor([Double](), shape: [0, 1 << 61]))], .pytorch, .keras) },
      "\"e.weight_hh_l0\": expected a shape without 0, received [0, 2305843009213693952]"
    ),
    (
      "a missing tensor", { try conversion(try model().filter { $0.name != "low.bias_hh_l0" }, .pytorch, .keras) },
      "\"low\": expected a tensor \"low.bias_hh_l0\", found none"
    ),
    (
      "another framework", { try conversion(try model(), .keras, .pytorch) },
      "model: expected a recurrent network under the names of Keras (PATH/kernel, PATH/recurrent_kernel), "
        + "found one of PyTorch: say --from pytorch"
    ),
    (
      "no network", { try conversion([Samples.entry("dense/kernel", 2, 3)], .tensorflow1, .keras) },
      "model: expected a recurrent network under the names of TensorFlow 1 "
        + "(PATH/basic_lstm_cell/kernel, PATH/gru_cell/gates/kernel), found \"dense/kernel\" [2, 3]"
    ),
    (
      "a wrong shape",
      {
        try conversion(
          try model().map { $0.name == "low.bias_ih_l0" ? Samples.entry($0.name, 15) : $0 }, .pytorch, .keras)
      },
      "\"low.bias_ih_l0\": expected shape [16], received [15]"
    ),
    (
      "whole numbers",
      { try conversion([.init("a.weight_hh_l0", StoredTensor([UInt8(1)], shape: [1, 1]))], .pytorch, .keras) },
      "\"a.weight_hh_l0\": expected F16, BF16, F32 or F64, received U8 "
        + "(quantised weights are not numbers without their scale)"
    ),
    (
      "a relu by its name",
      {
        try conversion(
          try Samples.entries(Samples.network(.simpleRNN, biases: 2, path: ["relu_rnn"]), .pytorch), .pytorch, .keras)
      },
      "\"relu_rnn\": no tensor shows the activations, and its name says relu: "
        + "say --activations relu or --activations tanh"
    ),
    (
      "the gates of Keras 1 and 2",
      {
        try conversion(
          Samples.renamed(try Samples.entries(Samples.network(.lstm), .keras)) { "lstm_1/\($0):0" }, .keras, .pytorch)
      },
      "\"lstm_1\": no tensor shows the activations, and names such as \"lstm_1/kernel:0\" are those of Keras 1 and 2, "
        + "whose gates are hard sigmoids unless told otherwise: "
        + "say --activations keras2_hard_sigmoid,tanh or --activations sigmoid,tanh"
    ),
    (
      "directions with different reset gates",
      {
        let two = try Samples.entries(Samples.network(.gru, bidirectional: true, biases: 2), .keras)
        return try conversion(
          two.map { $0.name == "backward/bias" ? Samples.entry($0.name, 12) : $0 }, .keras, .onnx)
      },
      "\".\": the reset gate acts after the product in the GRU of \"forward/kernel\", "
        + "before it in that of \"backward/kernel\": no layer of two directions or several layers has both"
    ),
    (
      "a direction that is another size",
      {
        try conversion(
          Samples.renamed(try Samples.entries(Samples.network(.lstm, H: 4), .keras)) { "forward/\($0)" }
            + Samples.renamed(try Samples.entries(Samples.network(.lstm, H: 2), .keras)) { "backward/\($0)" },
          .keras, .onnx)
      },
      "\".\": ONNX has one number of units for both directions, received 4 forward and 2 backward"
    ),
    (
      "the wrong kind",
      {
        try conversion(try Samples.entries(Samples.network(.lstm, path: ["a"]), .tensorflow1), .tensorflow1, .keras) {
          $0.told.kind = .simpleRNN
        }
      },
      "--kind: expected lstm, as names and shapes of \"a\" show, received simple-rnn"
    ),
    (
      "PyTorch's LSTM with relu", { try conversion(try model(), .pytorch, .keras) { $0.activations = [.relu] } },
      "--activations: expected sigmoid, tanh, tanh, which PyTorch's LSTM always has, received sigmoid, relu, relu"
    ),
    (
      "a direction alone",
      {
        try conversion(
          Samples.renamed(try Samples.entries(Samples.network(.lstm), .keras)) { "m/backward_lstm/\($0)" }, .keras,
          .onnx)
      },
      "\"m/backward_lstm\": no tensor shows the direction, and its name says \"backward_lstm\": "
        + "say --direction reverse or --direction forward"
    ),
    (
      "a name with an escape", { try conversion([Samples.entry("\u{1B}[31m.weight_hh_l0", 3, 2)], .pytorch, .keras) },
      "\"\\u001b[31m.weight_hh_l0\" of shape [3, 2]: expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) square blocks"
    ),
  ]

  @Test(arguments: 0..<18) func whatIsWrongIsSaid(row: Int) throws {
    let (_, convert, message) = Self.refusals[row]
    #expect(throws: ConversionError(message)) { try convert() }
  }

  /// Every row has its test.
  @Test func theTableHasNoMoreRows() { expect(Self.refusals.count == 18 && RecognitionTests.files.count == 12) }

  @Test func activationsConcernTheNetworksThatHaveAChoice() throws {
    let entries = try Self.model() + Samples.entries(Samples.network(.simpleRNN, biases: 2, path: ["plain"]), .pytorch)
    let parts = try Self.conversion(entries, .pytorch, .keras) { $0.activations = [.relu] }.parts.map(\.network)
    expectEqual(parts.map(\.activations), [[.sigmoid, .tanh, .tanh], [.sigmoid, .tanh, .tanh], [.relu]])
    expectEqual(parts[2].settings(in: .pytorch), ["nonlinearity='relu'"])
  }

  /// Keras gives the outputs of `go_backwards` in the order of its steps: the next layer would run forward again.
  @Test func layersThatRunBackwardAreNoStack() throws {
    let entries =
      try Samples.entries(Samples.network(.lstm, path: ["a"], seed: 1), .keras)
      + Samples.entries(Samples.network(.lstm, D: 4, path: ["b"], seed: 2), .keras)
    #expect(throws: ConversionError("--stack: layers of Keras that run backward are no stack in other layouts")) {
      try Self.conversion(entries, .keras, .onnx) {
        $0.stack = ["a", "b"]
        $0.told.isReversed = true
      }
    }
    let one = try Self.conversion(entries, .keras, .onnx) {
      $0.only = ["a"]
      $0.told.isReversed = true
    }
    expectEqual(one.parts[0].network.settings(in: .onnx), ["direction=reverse (its outputs come in the order of x)"])
    expectEqual(
      one.parts[0].network.settings(in: .keras), ["go_backwards=True (its outputs come in the order of the steps)"])
  }

  @Test func aBiasOfOneDirectionIsKept() throws {
    let two = try Samples.entries(Samples.network(.lstm, bidirectional: true), .keras)
    let conversion = try Self.conversion(two.filter { $0.name != "forward/bias" }, .keras, .pytorch)
    let entries = try conversion.result().entries
    expectEqual(entries.count, 8)
    let forward = try #require(entries.first { $0.name == "bias_ih_l0" }?.tensor.numbers)
    let backward = try #require(entries.first { $0.name == "bias_ih_l0_reverse" }?.tensor.numbers)
    expect(forward.allSatisfy { $0 == 0 })
    expectEqual(backward, two.first { $0.name == "backward/bias" }?.tensor.numbers)
  }
}
