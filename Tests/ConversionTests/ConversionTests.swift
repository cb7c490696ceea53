import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

@Suite struct ConversionTests {
  @Test(arguments: CellKind.allCases, Framework.allCases)
  func everyFrameworkReadsWhatItWrites(kind: CellKind, framework: Framework) throws {
    for (layers, bidirectional, path) in [(1, false, []), (1, true, ["a"]), (3, true, []), (2, false, ["a", "7"])] {
      let hasTwo = framework != .tensorflow1 && (framework != .keras || kind == .gru)
      let own = Samples.network(
        kind, layers: layers, bidirectional: bidirectional, biases: hasTwo ? 2 : 1,
        resetAfter: kind != .gru || framework != .tensorflow1, path: path)
      let told = NetworkSettings(
        kind: framework == .tensorflow1 ? kind : nil, resetAfter: framework == .onnx && kind == .gru ? true : nil,
        forgetBias: framework == .tensorflow1 ? 0 : nil)
      let found = try Checkpoint(Samples.entries(own, framework)).networks(framework)
      expect(found.count == 1 && found[0].path == path)
      var again = try found[0].decoded(told, activations: kind == .simpleRNN ? [.tanh] : nil)
      again.assumptions = []
      let isSame = again == own
      expect(isSame)
    }
  }

  @Test func kerasToPyTorchAndBackKeepsEveryBit() throws {
    var own = Samples.network(.lstm, layers: 2, bidirectional: true, biases: 1)
    own.cells[0][0].bias?.scalars[0] = -0.0
    let keras = try Samples.entries(own, .keras)
    let torch = try Samples.entries(try Checkpoint(keras).networks(.keras)[0].decoded(), .pytorch)
    expectEqual(
      torch.map(\.name).prefix(5),
      [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
      ])
    let back = try Samples.entries(try Checkpoint(torch).networks(.pytorch)[0].decoded(), .keras)
    // Tensors compare by their bytes: −0 stays −0.
    expectEqual(back, keras)
  }

  @Test func whatCannotBeExpressedIsRefused() throws {
    let torch = Samples.network(.gru, biases: 2)
    #expect(throws: ConversionError("\".\": tensorflow1 has no GRU whose reset gate acts after the product")) {
      try torch.tensors(in: .tensorflow1)
    }
    var sizes = Samples.network(.lstm, layers: 2, H: 4)
    sizes.cells[1] = Samples.network(.lstm, D: 4, H: 5).cells[0]
    #expect(
      throws: ConversionError(
        "\".\": PyTorch has one number of units for all layers, received 4 in the first and 5 in number 2")
    ) { try sizes.tensors(in: .pytorch) }
    #expect(throws: Never.self) { try sizes.tensors(in: .keras) }
    var relu = Samples.network(.lstm, path: ["enc"])
    relu.activations = [.sigmoid, .relu, .relu]
    #expect(throws: ConversionError("\"enc\": PyTorch has no LSTM with the activations sigmoid, relu, relu")) {
      try relu.tensors(in: .pytorch)
    }
    expectEqual(relu.settings(in: .keras), ["activation='relu'", "recurrent_activation='sigmoid'"])
  }

  @Test func forgetBiasMovesIntoTheBias() throws {
    let own = Samples.network(.lstm)
    let found = try Checkpoint(Samples.entries(own, .tensorflow1)).networks(.tensorflow1)[0]
    let read = try found.decoded(NetworkSettings(kind: .lstm))
    expect(read.assumptions.contains("assumes forget_bias 1; --forget-bias says otherwise"))
    let (before, after) = (try #require(own.cells[0][0].bias).scalars, try #require(read.cells[0][0].bias).scalars)
    expect((4..<8).allSatisfy { after[$0] == before[$0] + 1 })
    expect(after[..<4] == before[..<4] && after[8...] == before[8...])
  }

  @Test(arguments: CellKind.allCases, Framework.allCases)
  func theCheckFindsNoDifferenceInARightConversion(kind: CellKind, to: Framework) throws {
    for from in Framework.allCases {
      // Two biases of a GRU have no place in TensorFlow 1, nor a reset before the product in PyTorch and MXNet.
      let after = from != .tensorflow1
      guard kind != .gru || after == (to != .tensorflow1) else { continue }
      let own = Samples.network(kind, layers: 2, bidirectional: true, biases: 2, resetAfter: after, path: ["m"])
      let checkpoint = Checkpoint(try Samples.entries(try own.asStored(in: from), from))
      var request = ConversionRequest(from: from, to: to)
      if kind == .gru, from == .onnx { request.told.resetAfter = true }
      if kind == .simpleRNN { request.activations = [.tanh] }
      let conversion = try WeightConversion(checkpoint, request)
      let difference = try conversion.largestDifference(of: conversion.parts[0], seed: 3)
      expect(difference <= 1e-13, "\(from) to \(to)")
      // A wrong number is found, though it lies in one tensor alone.
      var wrong = conversion.parts[0]
      wrong.tensors[0].tensor.scalars[2] += 0.25
      try expect(conversion.largestDifference(of: wrong, seed: 3) > 1e-4, "\(from) to \(to)")
    }
  }
}

extension RecurrentNetwork {
  /// The network with the biases that a framework has.
  func asStored(in framework: Framework) throws -> RecurrentNetwork {
    var own = self
    let hasOne = framework == .tensorflow1 || (framework == .keras && kind != .gru)
    if hasOne {
      own.cells = cells.map {
        $0.map {
          var cell = $0; cell.recurrentBias = nil; return cell
        }
      }
    }
    return own
  }
}
