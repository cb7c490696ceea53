import Foundation
import Layers
import StrictJSON
import TextLayout
import WeightFiles

/// What a file beside the weights says of them: a Keras config, or attributes of ONNX.
public enum Config {
  /// The settings by the titles of the networks of `checkpoint`.
  ///
  /// | File                                    | Meaning                                                      |
  /// |-----------------------------------------|--------------------------------------------------------------|
  /// | `model.to_json()`, `config.json` of `.keras` | each recurrent layer by its name, a word of the path    |
  /// | `layer.get_config()`                    | the one network of the file                                  |
  /// | an object of ONNX attributes            | the one network of the file                                  |
  /// | an ONNX model                           | each node by its name, the path                              |
  ///
  /// - Throws: an error that names the file and what does not fit.
  public static func settings(
    reading path: String, for checkpoint: Checkpoint, _ framework: Framework?
  ) throws -> [String: NetworkSettings] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConversionError("--config: expected a file that can be read, received \(quoted(path))")
    }
    let networks = try checkpoint.networks(framework)
    let bytes = [UInt8](data)
    if FileFormat(of: bytes, name: path) == .onnx { return try nodes(bytes, networks, path) }
    let root: JSON
    do { root = try JSONDocument(bytes).root } catch {
      throw ConversionError("\(path): expected JSON or an ONNX model: \(error)")
    }
    var layers: [(name: String, settings: NetworkSettings)] = []
    try collect(root, into: &layers, path)
    if layers.isEmpty, let own = try attributes(Values(root), path) {
      guard networks.count == 1 else {
        throw ConversionError(
          "\(path): expected settings of \(networks.count) networks, as the weights are, received those of one")
      }
      return [networks[0].title: own]
    }
    return try matched(layers, networks, path)
  }

  private static func nodes(
    _ bytes: [UInt8], _ networks: [FoundNetwork], _ path: String
  ) throws -> [String: NetworkSettings] {
    let nodes = Checkpoint(try ONNXModel(bytes, file: path), file: path).nodes ?? []
    if nodes.count == 1, networks.count == 1 { return [networks[0].title: nodes[0].settings] }
    var settings: [String: NetworkSettings] = [:]
    for network in networks {
      guard let node = nodes.first(where: { $0.path == network.path }) else {
        let titles = nodes.map { quoted($0.title) }.joined(separator: ", ")
        throw ConversionError("\(path): expected a node \(quoted(network.title)), found \(titles)")
      }
      settings[network.title] = node.settings
    }
    return settings
  }

  private static func matched(
    _ layers: [(name: String, settings: NetworkSettings)], _ networks: [FoundNetwork], _ path: String
  ) throws -> [String: NetworkSettings] {
    guard !layers.isEmpty else {
      throw ConversionError("\(path): expected a recurrent layer of Keras or ONNX attributes, found neither")
    }
    if layers.count == 1, networks.count == 1 { return [networks[0].title: layers[0].settings] }
    var settings: [String: NetworkSettings] = [:]
    for network in networks {
      let own = layers.filter { layer in network.path.contains(layer.name) }
      guard own.count == 1 else {
        let names = layers.map { quoted($0.name) }.joined(separator: ", ")
        throw ConversionError(
          "\(path): expected one layer whose name is a word of \(quoted(network.title)), found \(names)")
      }
      settings[network.title] = own[0].settings
    }
    return settings
  }

  /// Every recurrent layer of a Keras config, however deep it stands.
  private static func collect(
    _ json: JSON, into layers: inout [(name: String, settings: NetworkSettings)], _ path: String
  ) throws {
    switch json.value {
    case .array(let list): for value in list { try collect(value, into: &layers, path) }
    case .object(let members):
      if let layer = try layer(Values(json), path) {
        layers.append(layer)
      } else {
        for member in members { try collect(member.value, into: &layers, path) }
      }
    default: break
    }
  }

  /// A recurrent layer, or both directions of one; `nil` for every other object.
  private static func layer(
    _ values: Values, _ path: String
  ) throws -> (name: String, settings: NetworkSettings)? {
    guard let name = values.texts["class_name"], let own = values.objects["config"] else { return nil }
    let config = Values(own)
    guard let title = config.texts["name"] else { return nil }
    if name == "Bidirectional", let wrapped = config.objects["layer"].map(Values.init),
      let inner = wrapped.texts["class_name"], let innerConfig = wrapped.objects["config"],
      var settings = try keras(inner, Values(innerConfig), path)
    {
      settings.isReversed = nil
      let word = config.texts["merge_mode"]
      settings.merge = word.flatMap(DirectionMerge.init) ?? (config.keys.contains("merge_mode") ? .none : .concat)
      return (title, settings)
    }
    return try keras(name, config, path).map { (title, $0) }
  }

  private static func keras(_ name: String, _ config: Values, _ path: String) throws -> NetworkSettings? {
    let kinds: [String: CellKind] = [
      "SimpleRNN": .simpleRNN, "LSTM": .lstm, "GRU": .gru, "CuDNNLSTM": .lstm, "CuDNNGRU": .gru,
    ]
    guard let kind = kinds[name] else { return nil }
    var settings = NetworkSettings(kind: kind)
    settings.isReversed = config.flags["go_backwards"] ?? false
    guard !name.hasPrefix("CuDNN") else { return settings }
    if kind == .gru { settings.resetAfter = config.flags["reset_after"] ?? false }
    let own = try function(config, "activation", path) ?? .tanh
    let gates = try function(config, "recurrent_activation", path) ?? .sigmoid
    settings.activations = kind == .simpleRNN ? [own] : kind == .gru ? [gates, own] : [gates, own, own]
    return settings
  }

  private static func function(_ config: Values, _ key: String, _ path: String) throws -> Activation? {
    guard config.keys.contains(key) else { return nil }
    guard let word = config.texts[key] else {
      throw ConversionError("\(path): expected the name of an activation as \(quoted(key)), found none")
    }
    // Keras 2 writes the type of the numbers as a word, Keras 3 as an object; the slope of the function differs.
    if word == "hard_sigmoid" { return config.texts["dtype"] == nil ? .kerasHardSigmoid : .keras2HardSigmoid }
    guard let activation = Activation(word: word) else {
      throw ConversionError("\(path): expected an activation of \(Activation.words), received \(quoted(word))")
    }
    return activation
  }

  /// ONNX attributes as an object, or a Keras layer's own config.
  private static func attributes(_ values: Values, _ path: String) throws -> NetworkSettings? {
    if values.keys.contains("units") {
      let isGated = values.keys.contains("recurrent_activation")
      let name = values.keys.contains("reset_after") ? "GRU" : isGated ? "LSTM" : "SimpleRNN"
      return try keras(name, values, path)
    }
    let known = ["activations", "linear_before_reset", "direction", "clip", "input_forget", "hidden_size"]
    guard known.contains(where: values.keys.contains) else { return nil }
    var settings = NetworkSettings()
    settings.resetAfter = values.numbers["linear_before_reset"].map { $0 != 0 }
    settings.inputForget = values.numbers["input_forget"].map { $0 != 0 }
    settings.clip = values.numbers["clip"]
    let direction = values.texts["direction"]
    if direction != "bidirectional" { settings.isReversed = direction.map { $0 == "reverse" } }
    if let list = values.lists["activations"] {
      let functions = try list.map { try onnxFunction($0, path) }
      settings.activations = direction == "bidirectional" ? Array(functions.prefix(functions.count / 2)) : functions
    }
    return settings
  }

  private static func onnxFunction(_ json: JSON, _ path: String) throws -> Activation {
    var word = ""
    if case .string(let text) = json.value { word = text }
    // ONNX' own default of alpha and beta is that of Keras 2.
    if word == "HardSigmoid" { return .keras2HardSigmoid }
    guard let activation = Activation(word: word) else {
      throw ConversionError("\(path): expected activations of \(Activation.words), received \(quoted(word))")
    }
    return activation
  }
}

/// Values by key, taken apart at once.
private struct Values {
  var texts: [String: String] = [:]
  var flags: [String: Bool] = [:]
  var numbers: [String: Double] = [:]
  var lists: [String: JSONArray] = [:]
  var objects: [String: JSON] = [:]
  var keys: Set<String> = []

  init(_ json: JSON) {
    guard case .object(let members) = json.value else { return }
    for member in members {
      keys.insert(member.key)
      switch member.value.value {
      case .string(let text): texts[member.key] = text
      case .bool(let flag): flags[member.key] = flag
      case .number(let number): numbers[member.key] = number
      case .array(let list): lists[member.key] = list
      case .object: objects[member.key] = member.value
      case .null: break
      }
    }
  }
}
