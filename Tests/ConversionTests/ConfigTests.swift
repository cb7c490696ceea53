import Foundation
import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

@Suite struct ConfigTests {
  /// Two networks with the names of a Keras model.
  static func checkpoint() throws -> Checkpoint {
    Checkpoint(
      try Samples.entries(Samples.network(.lstm, path: ["model", "first"]), .keras)
        + Samples.entries(Samples.network(.gru, bidirectional: true, biases: 0, path: ["model", "second"]), .keras))
  }

  static func settings(_ text: String, _ checkpoint: Checkpoint) throws -> [String: NetworkSettings] {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "config.json")
      try Data(text.utf8).write(to: file)
      return try Config.settings(reading: file.path, for: checkpoint, .keras)
    }
  }

  /// As `model.to_json()` of Keras 3 writes layers, without the keys that say nothing of the numbers.
  static let model = """
    {"class_name": "Sequential", "config": {"name": "model", "layers": [
      {"class_name": "LSTM", "config": {"name": "first", "dtype": {"class_name": "DTypePolicy"}, "units": 4,
       "activation": "relu", "recurrent_activation": "hard_sigmoid", "go_backwards": true}},
      {"class_name": "Bidirectional", "config": {"name": "second", "merge_mode": "sum", "layer":
       {"class_name": "GRU", "config": {"name": "gru", "dtype": "float32", "activation": "tanh",
        "recurrent_activation": "hard_sigmoid", "reset_after": true}}}},
      {"class_name": "Dense", "config": {"name": "dense"}}]}}
    """

  @Test func aModelsLayersAreFoundByTheirNames() throws {
    let checkpoint = try Self.checkpoint()
    var request = ConversionRequest(from: .keras, to: .keras)
    request.config = try Self.settings(Self.model, checkpoint)
    let parts = try WeightConversion(checkpoint, request).parts.map(\.network)
    expectEqual(parts.flatMap(\.assumptions), [])
    expect(parts[0].activations == [.kerasHardSigmoid, .relu, .relu] && parts[0].isReversed)
    // A word for the type of the numbers is Keras 2's, whose hard sigmoid has another slope.
    expect(parts[1].activations == [.keras2HardSigmoid, .tanh] && parts[1].merge == .sum)
    expect(parts[1].cells[0][0].resetAfter)
  }

  /// A key that a config does not have is Keras' default.
  @Test func whatAConfigLeavesOutIsTheDefault() throws {
    let checkpoint = try Self.checkpoint()
    func activations(without key: String) throws -> [Activation]? {
      try Self.settings(Self.model.replacing(key, with: ""), checkpoint)["model/first"]?.activations
    }
    try expectEqual(activations(without: "\"recurrent_activation\": \"hard_sigmoid\", "), [.sigmoid, .relu, .relu])
    try expectEqual(activations(without: "\"activation\": \"relu\", "), [.kerasHardSigmoid, .tanh, .tanh])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let checkpoint = try Self.checkpoint()
    #expect(throws: ConversionError.self) { try Self.settings("{\"units\": 4}", checkpoint) }
    #expect(throws: ConversionError.self) { try Self.settings("[1, 2]", checkpoint) }
    #expect(throws: ConversionError.self) {
      try Self.settings(Self.model.replacingOccurrences(of: "second", with: "other"), checkpoint)
    }
    var request = ConversionRequest(from: .keras, to: .keras)
    request.config = try Self.settings(Self.model, checkpoint)
    request.told.resetAfter = false
    #expect(throws: ConversionError.self) { try WeightConversion(checkpoint, request) }
  }

  @Test func attributesOfOnnxAreUnderstood() throws {
    let one = Checkpoint(try Samples.entries(Samples.network(.gru, biases: 2), .onnx))
    let settings = try withTemporaryFolder { folder in
      let file = folder.appending(path: "attributes.json")
      try Data("{\"linear_before_reset\": 1, \"activations\": [\"HardSigmoid\", \"Relu\"], \"clip\": 0.5}".utf8)
        .write(to: file)
      return try Config.settings(reading: file.path, for: one, .onnx)
    }
    let expected = NetworkSettings(activations: [.keras2HardSigmoid, .relu], resetAfter: true, clip: 0.5)
    expectEqual(settings, [".": expected])
  }

  /// A model that is written says all of its nodes, and they are read without an assumption.
  @Test func aWrittenModelIsReadWithoutAssumptions() throws {
    let own = Samples.network(.lstm, layers: 2, biases: 2, path: ["enc"])
    var request = ConversionRequest(from: .pytorch, to: .onnx)
    let torch = Checkpoint(try Samples.entries(own, .pytorch))
    let bytes = try WeightConversion(torch, request).bytes(for: "model.onnx")
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "model.bin")
      try Data(bytes).write(to: file)
      let read = try Checkpoint(reading: file.path)
      try expectEqual(read.networks().map(\.title), ["enc/0", "enc/1"])
      request = ConversionRequest(to: .pytorch)
      request.stack = ["enc/0", "enc/1"]
      request.newPath = "enc"
      let back = try WeightConversion(read, request)
      let network = back.parts[0].network
      expect(network.assumptions.isEmpty && network.cells.count == 2)
      try expect(back.largestDifference(of: back.parts[0], seed: 2) <= 1e-13)
      let (written, original) = (try back.result().entries, try Samples.entries(own, .pytorch))
      expectEqual(written, original)
    }
  }
}
