import Foundation
import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

/// Layers of a config, one by one, and models of ONNX as configs.
@Suite struct ConfigLayerTests {
  private func message(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return "none"
  }

  /// The settings that a config gives the one network of a file.
  private func settings(_ text: String) throws -> NetworkSettings? {
    try ConfigTests.settings(text, Checkpoint(try Samples.entries(Samples.network(.lstm, path: ["a"]), .keras)))["a"]
  }

  static let layers: [(layer: String, config: String, settings: NetworkSettings)] = [
    ("SimpleRNN", "", NetworkSettings(kind: .simpleRNN, activations: [.tanh], isReversed: false)),
    ("LSTM", "", NetworkSettings(kind: .lstm, activations: [.sigmoid, .tanh, .tanh], isReversed: false)),
    ("GRU", "", NetworkSettings(kind: .gru, activations: [.sigmoid, .tanh], resetAfter: false, isReversed: false)),
    (
      "GRU", #", "reset_after": true, "go_backwards": true, "activation": "relu", "recurrent_activation": "linear""#,
      NetworkSettings(kind: .gru, activations: [.linear, .relu], resetAfter: true, isReversed: true)
    ),
    (
      "SimpleRNN", #", "activation": "hard_sigmoid", "dtype": "float32""#,
      NetworkSettings(kind: .simpleRNN, activations: [.keras2HardSigmoid], isReversed: false)
    ),
    (
      "SimpleRNN", #", "activation": "hard_sigmoid""#,
      NetworkSettings(kind: .simpleRNN, activations: [.kerasHardSigmoid], isReversed: false)
    ),
    ("CuDNNLSTM", #", "activation": "relu""#, NetworkSettings(kind: .lstm, isReversed: false)),
    ("CuDNNGRU", #", "go_backwards": true"#, NetworkSettings(kind: .gru, isReversed: true)),
  ]

  @Test(arguments: layers.indices) func aLayerSaysItsSettings(row: Int) throws {
    let (layer, config, expected) = Self.layers[row]
    let own = #"{"class_name": "\#(layer)", "config": {"name": "x"\#(config)}}"#
    for text in [own, "[[\(own)]]", #"{"deep": [1, {"deeper": \#(own)}]}"#] {
      try expectEqual(settings(text), expected)
    }
    var both = expected
    (both.isReversed, both.merge) = (nil, .concat)
    let wrapped = #"{"class_name": "Bidirectional", "config": {"name": "x", "layer": \#(own)}}"#
    try expectEqual(settings(wrapped), both)
  }

  @Test func otherObjectsAreNoLayers() {
    let none = "config.json: expected a recurrent layer of Keras or ONNX attributes, found neither"
    for text in [
      #"{"class_name": "Dense", "config": {"name": "x"}}"#, #"{"class_name": "LSTM", "config": {}}"#,
      #"{"config": {"name": "x"}}"#, #"{"class_name": 3, "config": {"name": "x"}}"#, "3", "{}",
      #"{"class_name": "Bidirectional", "config": {"name": "x"}}"#,
    ] {
      expect(message { _ = try settings(text) }.hasSuffix(none), "\(text)")
    }
  }

  @Test(arguments: [
    (#"{"input_forget": 1}"#, NetworkSettings(inputForget: true)), (#"{"clip": 0.5}"#, NetworkSettings(clip: 0.5)),
    (#"{"linear_before_reset": 2}"#, NetworkSettings(resetAfter: true)),
    (#"{"activations": ["Relu"]}"#, NetworkSettings(activations: [.relu])),
    (#"{"activations": ["HardSigmoid", "Tanh"]}"#, NetworkSettings(activations: [.keras2HardSigmoid, .tanh])),
  ])
  func oneAttributeIsEnough(text: String, expected: NetworkSettings) throws {
    try expectEqual(settings(text), expected)
  }

  /// Of several layers each network takes the one whose name is a word of its path.
  @Test func layersBelongToTheirNetworks() throws {
    let checkpoint = try ConfigTests.checkpoint()
    func layer(_ name: String, _ activation: String) -> String {
      #"{"class_name": "SimpleRNN", "config": {"name": "\#(name)", "activation": "\#(activation)"}}"#
    }
    let three = "[\(layer("second", "relu")), \(layer("other", "linear")), \(layer("first", "softsign"))]"
    let found = try ConfigTests.settings(three, checkpoint)
    expect(found["model/first"]?.activations == [.softsign] && found["model/second"]?.activations == [.relu])
    expectEqual(found.count, 2)
    for (text, title, names) in [
      ("[\(layer("model", "relu")), \(layer("first", "relu"))]", "model/first", #""model", "first""#),
      ("[\(layer("first", "relu"))]", "model/second", #""first""#),
    ] {
      expect(
        message { _ = try ConfigTests.settings(text, checkpoint) }.hasSuffix(
          "config.json: expected one layer whose name is a word of \"\(title)\", found \(names)"))
    }
    expectEqual(
      message { _ = try Config.settings(reading: "no/file", for: checkpoint, .keras) },
      "--config: expected a file that can be read, received \"no/file\"")
  }

  /// Each network of the file takes the node of its path; one node is that of the one network.
  @Test func aModelOfONNXIsAConfig() throws {
    func model(_ paths: [String]) throws -> [UInt8] {
      let entries = try paths.flatMap { path in
        try Samples.entries(Samples.network(.gru, biases: 2, path: [path]), .pytorch)
      }
      return try WeightConversion(Checkpoint(entries), ConversionRequest(from: .pytorch, to: .onnx)).bytes(
        for: "m.onnx")
    }
    func settings(_ nodes: [String], _ networks: [String]) throws -> [String: NetworkSettings] {
      try withTemporaryPath { folder in
        try Data(try model(nodes)).write(to: URL(filePath: folder + "/m.onnx"))
        let entries = try networks.flatMap { path in
          try Samples.entries(Samples.network(.gru, biases: 2, path: [path]), .onnx)
        }
        return try Config.settings(reading: folder + "/m.onnx", for: Checkpoint(entries), .onnx)
      }
    }
    let own = NetworkSettings(
      kind: .gru, activations: [.sigmoid, .tanh], resetAfter: true, isReversed: false, inputForget: false)
    try expectEqual(settings(["x"], ["a"]), ["a": own])
    try expectEqual(settings(["b", "a", "c"], ["a", "b"]), ["a": own, "b": own])
    for (nodes, networks, found) in [(["x"], ["a", "b"], "\"x\""), (["b", "c"], ["a"], "\"b\", \"c\"")] {
      expect(
        message { _ = try settings(nodes, networks) }.hasSuffix("/m.onnx: expected a node \"a\", found \(found)"))
    }
  }
}
