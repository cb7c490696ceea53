import Foundation
import Layers
import Support
import Testing
import WeightFiles

@testable import Conversion

/// Who is believed where the command line, a config and the file of weights say something of one network.
@Suite struct PriorityTests {
  private static let first = NetworkSettings(
    kind: .lstm, activations: [.sigmoid, .relu, .tanh], resetAfter: true, merge: .sum, isReversed: true, forgetBias: 2,
    clip: 0.5, inputForget: true)
  private static let second = NetworkSettings(
    kind: .gru, activations: [.relu, .tanh], resetAfter: false, merge: .ave, isReversed: false, forgetBias: 3,
    clip: 0.25, inputForget: false)

  @Test func settingsKeepWhatTheySayAndTakeTheRest() {
    expect(Self.first.filled(from: Self.second) == Self.first && Self.second.filled(from: Self.first) == Self.second)
    expectEqual(NetworkSettings().filled(from: Self.first), Self.first)
    expectEqual(Self.first.filled(from: NetworkSettings()), Self.first)
    let some = NetworkSettings(resetAfter: false, clip: 0.125)
    let filled = some.filled(from: Self.first)
    expect(filled.resetAfter == false && filled.clip == 0.125 && filled.merge == .sum && filled.forgetBias == 2)
  }

  /// The first field that both say in another way, in the order of the fields.
  @Test func aConflictIsNamedByItsOption() {
    var (a, b) = (Self.first, Self.second)
    for name in ["kind", "activations", "reset-after", "merge", "direction"] {
      expect(a.conflict(with: b) == name && b.conflict(with: a) == name)
      switch name {
      case "kind": a.kind = nil
      case "activations": b.activations = a.activations
      case "reset-after": b.resetAfter = nil
      case "merge": a.merge = b.merge
      default: a.isReversed = b.isReversed
      }
    }
    expect(a.conflict(with: b) == nil)
    expect(NetworkSettings().conflict(with: Self.first) == nil)
  }

  private static func convert(
    _ network: RecurrentNetwork, _ framework: Framework, to: Framework,
    _ change: (inout ConversionRequest) -> Void
  ) throws -> RecurrentNetwork {
    var request = ConversionRequest(from: framework, to: to)
    change(&request)
    let checkpoint = Checkpoint(try Samples.entries(network, framework), file: "model")
    return try WeightConversion(checkpoint, request).parts[0].network
  }

  private func message(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return "none"
  }

  private static let lstm = Samples.network(.lstm, path: ["a"])
  private static let both = Samples.network(.lstm, bidirectional: true, path: ["a"])

  @Test func theCommandLineFillsAConfigAndMayNotContradictIt() throws {
    let network = try Self.convert(Self.lstm, .keras, to: .keras) {
      $0.config = ["a": NetworkSettings(activations: [.keras2HardSigmoid, .relu, .relu])]
      $0.told.isReversed = true
    }
    expect(network.activations == [.keras2HardSigmoid, .relu, .relu] && network.isReversed)
    expect(network.assumptions.isEmpty)
    expectEqual(
      message {
        _ = try Self.convert(Self.lstm, .keras, to: .keras) {
          $0.config = ["a": NetworkSettings(isReversed: false)]
          $0.told.isReversed = true
        }
      }, #"--direction: expected what the file says of "a", received something else"#)
    expectEqual(
      message {
        _ = try Self.convert(Self.both, .keras, to: .keras) {
          $0.config = ["a": NetworkSettings(merge: .sum)]
          $0.told.merge = .mul
        }
      }, #"--merge: expected what the file says of "a", received something else"#)
    expectEqual(
      message {
        _ = try Self.convert(Self.lstm, .keras, to: .keras) {
          $0.config = ["a": NetworkSettings(activations: [.sigmoid, .relu, .relu])]
          $0.activations = [.sigmoid, .tanh]
        }
      }, #"--activations: expected what the file says of "a", received something else"#)
  }

  /// A config of another network says nothing; without one, what is assumed is said.
  @Test func aConfigBelongsToItsNetwork() throws {
    let network = try Self.convert(Self.lstm, .keras, to: .keras) {
      $0.config = ["b": NetworkSettings(activations: [.relu, .relu, .relu], isReversed: true)]
    }
    expect(network.activations == [.sigmoid, .tanh, .tanh] && !network.isReversed)
    expectEqual(
      network.assumptions,
      [
        "assumes sigmoid, tanh, tanh; --activations says otherwise, as in --activations keras2_hard_sigmoid,tanh",
        "assumes the forward direction; --direction reverse says otherwise",
      ])
  }

  /// The nodes of a model say their settings beside the weights.
  @Test func aConfigMayNotContradictTheFileOfWeights() throws {
    let own = Samples.network(.gru, biases: 2, path: ["g"])
    let torch = Checkpoint(try Samples.entries(own, .pytorch), file: "model")
    let bytes = try WeightConversion(torch, ConversionRequest(from: .pytorch, to: .onnx)).bytes(for: "model.onnx")
    let checkpoint = Checkpoint(try ONNXModel(bytes, file: "model.onnx"), file: "model.onnx")
    var request = ConversionRequest(to: .pytorch)
    let title = try #require(try checkpoint.networks().first).title
    for (settings, field) in [
      (NetworkSettings(resetAfter: false), "reset-after"),
      (NetworkSettings(activations: [.relu, .tanh]), "activations"),
      (NetworkSettings(isReversed: true), "direction"),
    ] {
      request.config = [title: settings]
      expectEqual(
        message { _ = try WeightConversion(checkpoint, request) },
        "--config: \(field) of \"\(title)\" is not what the file of weights says")
    }
    request.config = [title: NetworkSettings(resetAfter: true)]
    expectEqual(message { _ = try WeightConversion(checkpoint, request) }, "none")
  }

  // MARK: Configs of Keras

  private static func settings(_ text: String, _ network: RecurrentNetwork = lstm) throws -> NetworkSettings? {
    let checkpoint = Checkpoint(try Samples.entries(network, .keras))
    return try ConfigTests.settings(text, checkpoint)["a"]
  }

  /// A merge mode that is left out is Keras' default; `null` hands on both outputs.
  @Test(arguments: [
    ("", DirectionMerge.concat), (#", "merge_mode": null"#, .none), (#", "merge_mode": "sum""#, .sum),
    (#", "merge_mode": "mul""#, .mul), (#", "merge_mode": "ave""#, .ave), (#", "merge_mode": "concat""#, .concat),
  ])
  func theMergeModeIsRead(member: String, merge: DirectionMerge) throws {
    let text = """
      {"class_name": "Bidirectional", "config": {"name": "a"\(member), "layer": {"class_name": "LSTM",
        "config": {"name": "inner", "units": 4, "go_backwards": true}}}}
      """
    let own = try Self.settings(text, Self.both)
    expect(own?.merge == merge && own?.isReversed == nil && own?.kind == .lstm)
  }

  static let kinds: [(text: String, settings: NetworkSettings)] = [
    (
      #"{"units": 4, "activation": "relu"}"#,
      NetworkSettings(kind: .simpleRNN, activations: [.relu], isReversed: false)
    ),
    (
      #"{"units": 4, "recurrent_activation": "relu", "go_backwards": true}"#,
      NetworkSettings(kind: .lstm, activations: [.relu, .tanh, .tanh], isReversed: true)
    ),
    (
      #"{"units": 4, "activation": "linear", "reset_after": true}"#,
      NetworkSettings(kind: .gru, activations: [.sigmoid, .linear], resetAfter: true, isReversed: false)
    ),
    (
      #"{"units": 4, "activation": "linear", "reset_after": false}"#,
      NetworkSettings(kind: .gru, activations: [.sigmoid, .linear], resetAfter: false, isReversed: false)
    ),
  ]

  /// A layer's own config has no class: its keys tell the kind.
  @Test(arguments: kinds.indices) func aConfigAloneTellsItsKind(row: Int) throws {
    try expectEqual(Self.settings(Self.kinds[row].text), Self.kinds[row].settings)
  }

  static let refused: [(text: String, message: String)] = [
    (
      #"{"units": 4, "activation": 3}"#,
      #"expected the name of an activation as "activation", found none"#
    ),
    (
      #"{"units": 4, "activation": "swish"}"#, "expected an activation of \(Activation.words), received \"swish\""
    ),
    (#"{"activations": ["Affine"]}"#, "expected activations of \(Activation.words), received \"Affine\""),
    (#"{"activations": [1]}"#, "expected activations of \(Activation.words), received \"\""),
    (#"{"name": "a"}"#, "expected a recurrent layer of Keras or ONNX attributes, found neither"),
    (
      #"[{"class_name": "LSTM", "config": {"name": "b"}}, {"class_name": "GRU", "config": {"name": "c"}}]"#,
      #"expected one layer whose name is a word of "a", found "b", "c""#
    ),
  ]

  @Test(arguments: refused.indices) func aConfigIsRefused(row: Int) {
    let (text, expected) = Self.refused[row]
    let own = message { _ = try Self.settings(text) }
    expect(own.hasSuffix("config.json: " + expected), "\(own)")
  }

  @Test(arguments: [
    (#"{"direction": "forward"}"#, NetworkSettings(isReversed: false)),
    (#"{"direction": "reverse"}"#, NetworkSettings(isReversed: true)),
    (#"{"direction": "bidirectional"}"#, NetworkSettings()),
    (
      #"{"direction": "bidirectional", "activations": ["Relu", "Tanh", "Sigmoid", "Softsign"]}"#,
      NetworkSettings(activations: [.relu, .tanh])
    ),
    (#"{"linear_before_reset": 0, "input_forget": 1}"#, NetworkSettings(resetAfter: false, inputForget: true)),
    (#"{"clip": 3, "input_forget": 0}"#, NetworkSettings(clip: 3, inputForget: false)),
    (#"{"hidden_size": 4}"#, NetworkSettings()),
  ])
  func attributesAreRead(text: String, expected: NetworkSettings) throws {
    try expectEqual(Self.settings(text), expected)
  }

  /// One word, two, three: what each is of.
  @Test func wordsOfActivationsBelongToTheirKind() throws {
    try expectEqual(CellKind.lstm.activations([.relu]), [.sigmoid, .relu, .relu])
    try expectEqual(CellKind.lstm.activations([.relu, .elu(alpha: 1)]), [.relu, .elu(alpha: 1), .elu(alpha: 1)])
    try expectEqual(CellKind.lstm.activations([.relu, .linear, .tanh]), [.relu, .linear, .tanh])
    try expectEqual(CellKind.gru.activations([.relu]), [.sigmoid, .relu])
    try expectEqual(CellKind.gru.activations([.relu, .linear]), [.relu, .linear])
    try expectEqual(CellKind.simpleRNN.activations([.linear]), [.linear])
    for (kind, count, expected) in [
      (CellKind.simpleRNN, 2, "1 name for a simple RNN"), (.gru, 3, "1 or 2 names for a GRU"),
      (.lstm, 4, "1 to 3 names for an LSTM"),
    ] {
      expectEqual(
        message { _ = try kind.activations(Array(repeating: .relu, count: count)) },
        "--activations: expected \(expected), received \(count)")
    }
  }
}
