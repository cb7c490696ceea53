import Foundation
import GoldenCases
import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

@Suite struct ConversionTests {
  /// A network whose weights are pairwise distinct.
  static func network(
    _ kind: CellKind, layers: Int, bidirectional: Bool, biases: Int, resetAfter: Bool = true, D: Int = 3, H: Int = 4
  ) -> RecurrentNetwork {
    var generator = RandomGenerator(seed: 77)
    let GH = kind.gates.count * H
    func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -1, 1, using: &generator) }
    let cells = (0..<layers).map { layer in
      (0..<(bidirectional ? 2 : 1)).map { _ in
        CellWeights<Double>(
          kind: kind, resetAfter: resetAfter, kernel: tensor(layer == 0 ? D : H * (bidirectional ? 2 : 1), GH),
          recurrentKernel: tensor(H, GH), bias: biases > 0 ? tensor(GH) : nil,
          recurrentBias: biases > 1 ? tensor(GH) : nil)
      }
    }
    return RecurrentNetwork(kind: kind, cells: cells)
  }

  @Test(arguments: CellKind.allCases, Framework.allCases)
  func everyFrameworkReadsWhatItWrites(kind: CellKind, framework: Framework) throws {
    for (layers, bidirectional) in [(1, false), (1, true), (3, true)] {
      let resetAfter = framework != .tensorflow1
      let biases = framework == .keras || framework == .tensorflow1 ? 1 : 2
      let hasTwo = biases == 2 || (framework == .keras && kind == .gru)
      let own = Self.network(
        kind, layers: layers, bidirectional: bidirectional, biases: hasTwo ? 2 : 1, resetAfter: resetAfter)
      let stored = try own.stored(in: framework, scalar: .float64)
      let hints = InferenceHints(
        kind: framework == .tensorflow1 ? kind : nil, resetAfter: framework == .onnx ? true : nil)
      let again = try RecurrentNetwork(stored, layout: framework, hints: hints)
      let x = Tensor<Double>(shape: [2, 5, 3], scalars: (0..<30).map { Double($0 * 7 % 11) / 11 })
      #expect(again.cells.count == layers)
      #expect(try again.outputs(for: x) == own.outputs(for: x))
    }
  }

  @Test func kerasToPyTorchAndBackKeepsEveryBit() throws {
    var own = Self.network(.lstm, layers: 2, bidirectional: true, biases: 1)
    own.cells[0][0].bias?.scalars[0] = -0.0
    let keras = try own.stored(in: .keras, scalar: .float32)
    let torch = try RecurrentNetwork(keras, layout: .keras).stored(in: .pytorch, scalar: .float32)
    #expect(
      torch.tensors.map(\.name).prefix(5) == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
      ])
    let back = try RecurrentNetwork(torch, layout: .pytorch).stored(in: .keras, scalar: .float32)
    #expect(back == keras)
    let bits = zip(back.tensors, keras.tensors).allSatisfy {
      $0.tensor.scalars.map(\.bitPattern) == $1.tensor.scalars.map(\.bitPattern)
    }
    #expect(bits, "−0 stays −0")
  }

  @Test func namesOfRealFrameworksAreUnderstood() throws {
    let own = Self.network(.lstm, layers: 2, bidirectional: false, biases: 1, D: 4)
    let keras = try own.stored(in: .keras, scalar: .float64)
    let paths = ["kernel", "recurrent_kernel", "bias"]
    // Files sort by name: lstm_10 before lstm_9, and the number decides.
    let renamed = StoredWeights(
      keras.tensors.enumerated().map { index, entry in
        ("sequential/lstm\(index < 3 ? "_9" : "_10")/lstm_cell/\(paths[index % 3])", entry.tensor)
      }.sorted { $0.0 < $1.0 }, scalar: .float64)
    #expect(try RecurrentNetwork(renamed, layout: .keras) == own)
    let bidirectional = Self.network(.gru, layers: 1, bidirectional: true, biases: 2)
    let stored = try bidirectional.stored(in: .keras, scalar: .float64)
    let real = StoredWeights(
      stored.tensors.map {
        let (direction, local) = ($0.name.split(separator: "/")[0], $0.name.split(separator: "/")[1])
        return ("sequential/bidirectional/\(direction)_gru/gru_cell/\(local)", $0.tensor)
      }, scalar: .float64)
    #expect(try RecurrentNetwork(real, layout: .keras) == bidirectional)
    let torch = try own.stored(in: .pytorch, scalar: .float64)
    let prefixed = StoredWeights(torch.tensors.map { ("encoder.lstm.\($0.name)", $0.tensor) }, scalar: .float64)
    #expect(try RecurrentNetwork(prefixed, layout: .pytorch).cells.count == 2)
  }

  @Test func whatCannotBeExpressedIsRefused() throws {
    let torch = Self.network(.gru, layers: 1, bidirectional: false, biases: 2)
    #expect(throws: ConversionError("layer 0: tensorflow1 has no GRU whose reset gate acts after the product")) {
      try torch.stored(in: .tensorflow1, scalar: .float32)
    }
    var sizes = Self.network(.lstm, layers: 2, bidirectional: false, biases: 1, H: 4)
    sizes.cells[1] = Self.network(.lstm, layers: 1, bidirectional: false, biases: 1, D: 4, H: 5).cells[0]
    #expect(throws: ConversionError("pytorch has one number of units for all layers; layer 1 has 5, layer 0 4")) {
      try sizes.stored(in: .pytorch, scalar: .float32)
    }
    #expect(throws: Never.self) { try sizes.stored(in: .keras, scalar: .float32) }
  }

  @Test func whatTheTensorsLeaveOpenIsAskedFor() throws {
    let simple = Self.network(.simpleRNN, layers: 1, bidirectional: false, biases: 1, D: 9, H: 4)
    let stored = try simple.stored(in: .tensorflow1, scalar: .float32)
    #expect(throws: ConversionError.self) { try RecurrentNetwork(stored, layout: .tensorflow1) }
    #expect(throws: Never.self) { try RecurrentNetwork(stored, layout: .tensorflow1, hints: .init(kind: .simpleRNN)) }
    let gru = try Self.network(.gru, layers: 1, bidirectional: false, biases: 2).stored(in: .onnx, scalar: .float32)
    #expect(throws: ConversionError.self) { try RecurrentNetwork(gru, layout: .onnx) }
  }

  @Test func aTensorThatDoesNotBelongIsNamed() throws {
    var stored = try Self.network(.lstm, layers: 1, bidirectional: false, biases: 1).stored(
      in: .keras, scalar: .float32)
    stored.tensors.append(("dense/gamma", .zeros([4])))
    #expect(throws: ConversionError.self) { try RecurrentNetwork(stored, layout: .keras) }
    stored.tensors.removeAll { $0.name == "dense/gamma" || $0.name == "bias" }
    stored.tensors.append(("1/kernel", .zeros([4, 16])))
    #expect(throws: ConversionError("layer 1: weight recurrent_kernel is missing")) {
      try RecurrentNetwork(stored, layout: .keras)
    }
    // The file of a whole model: the message says which of its layers is none of these.
    stored.tensors = [("model/lstm/lstm_cell/kernel", .zeros([3, 16])), ("model/dense/kernel", .zeros([4, 2]))]
    stored.tensors.append(("model/lstm/lstm_cell/recurrent_kernel", .zeros([4, 16])))
    #expect(throws: ConversionError("layer 1 (\"model/dense/kernel\"): weight recurrent_kernel is missing")) {
      try RecurrentNetwork(stored, layout: .keras)
    }
  }

  @Test func forgetBiasMovesIntoTheBias() throws {
    let own = Self.network(.lstm, layers: 1, bidirectional: false, biases: 1)
    let moved = own.addingForgetBias(1)
    let (before, after) = (own.cells[0][0].bias!.scalars, moved.cells[0][0].bias!.scalars)
    #expect((4..<8).allSatisfy { after[$0] == before[$0] + 1 })
    #expect(after[..<4] == before[..<4] && after[8...] == before[8...])
  }
}

@Suite struct WeightsFileTests {
  @Test(arguments: ["w.safetensors", "w.json"], [CaseScalar.float32, .float64])
  func bothFormatsKeepEveryBit(name: String, scalar: CaseScalar) throws {
    let own = try ConversionTests.network(.gru, layers: 2, bidirectional: true, biases: 2)
      .stored(in: .pytorch, scalar: scalar)
    try withTemporaryPath { folder in
      try WeightsFile.write(own, layout: .pytorch, to: folder + "/" + name)
      let again = try WeightsFile.read(folder + "/" + name)
      let sorted = StoredWeights(own.tensors.sorted { $0.name < $1.name }, scalar: scalar)
      #expect(StoredWeights(again.tensors.sorted { $0.name < $1.name }, scalar: again.scalar) == sorted)
    }
  }

  @Test func brokenFilesAreNamed() throws {
    try withTemporaryPath { folder in
      try Data("{\"weights\": {\"kernel\": {\"shape\": [2], \"data\": [1, NaN]}}}".utf8)
        .write(to: URL(fileURLWithPath: folder + "/w.json"))
      #expect(throws: CaseError.self) { try WeightsFile.read(folder + "/w.json") }
      #expect(throws: ConversionError.self) { try WeightsFile.read(folder + "/absent.json") }
      #expect(throws: SafetensorsError.self) { try WeightsFile.read(folder + "/absent.safetensors") }
      for name in ["absent/w.json", "absent/w.safetensors"] {
        #expect {
          try WeightsFile.write(StoredWeights([], scalar: .float32), layout: .keras, to: folder + "/" + name)
        } throws: {
          "\($0)" == folder + "/" + name
            + ": expected a file that can be written, received \"No such file or directory\""
        }
      }
    }
  }
}
