import Layers

/// How a framework names the tensors of a network: which part of a name says the layer and the direction.
///
/// | Framework    | one cell        | layer 1, backward                                                     |
/// |--------------|-----------------|-----------------------------------------------------------------------|
/// | Keras        | `kernel`        | `1/backward/kernel`; also `lstm_1/lstm_cell/kernel`, `forward_lstm/…` |
/// | TensorFlow 1 | `kernel`        | `1/bw/kernel`; also `rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel`  |
/// | PyTorch      | `weight_ih`     | `weight_ih_l1_reverse`, with or without `name.` before it             |
/// | ONNX         | `W` `[D, …]`    | `1/W`, both directions in one tensor                                  |
/// | MXNet        | `i2h_weight`    | `r1_i2h_weight`                                                       |
struct NameScheme {
  let framework: Framework

  /// The parts of a name: the cell's place, the tensor's name there, and what the rest says about the kind of cell.
  struct Parsed {
    var group: [String] = []
    var layer: Int?
    var isBackward = false
    var isForward = false
    var local: String
    var kindHint: CellKind?
  }

  /// - Throws: `ConversionError` when the framework's recurrent layers have no tensor of this name.
  func parse(_ name: String) throws -> Parsed {
    let parsed: Parsed?
    switch framework {
    case .pytorch: parsed = parsePyTorch(name)
    case .mxnet: parsed = parseMXNet(name)
    case .keras, .tensorflow1, .onnx: parsed = parsePath(name)
    }
    guard let parsed else {
      throw ConversionError(
        "tensor \"\(name)\": expected a name of \(framework.rawValue)'s recurrent layers, such as \"\(example)\"")
    }
    return parsed
  }

  /// The name under which `framework` stores the tensor `local` of a cell.
  func name(_ local: String, at place: CellPlace, layers: Int, isBidirectional: Bool) -> String {
    switch framework {
    case .pytorch: return "\(local)_l\(place.layer)" + (place.isBackward ? "_reverse" : "")
    case .mxnet: return "\(place.isBackward ? "r" : "l")\(place.layer)_\(local)"
    case .onnx: return (layers > 1 ? "\(place.layer)/" : "") + local
    case .keras, .tensorflow1:
      let (forward, backward) = framework == .keras ? ("forward/", "backward/") : ("fw/", "bw/")
      let direction = isBidirectional ? (place.isBackward ? backward : forward) : ""
      return (layers > 1 ? "\(place.layer)/" : "") + direction + local
    }
  }

  private var example: String {
    switch framework {
    case .keras: "kernel"
    case .tensorflow1: "basic_lstm_cell/kernel"
    case .pytorch: "weight_ih_l0"
    case .onnx: "W"
    case .mxnet: "l0_i2h_weight"
    }
  }

  private func parsePyTorch(_ name: String) -> Parsed? {
    var words = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? name
    var parsed = Parsed(local: "")
    parsed.group = name.split(separator: ".").dropLast().map(String.init)
    if words.hasSuffix("_reverse") {
      parsed.isBackward = true
      words = String(words.dropLast("_reverse".count))
    }
    if let mark = words.range(of: "_l", options: .backwards), let layer = Int(words[mark.upperBound...]), layer >= 0 {
      parsed.layer = layer
      words = String(words[..<mark.lowerBound])
    }
    parsed.local = words
    return ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"].contains(words) ? parsed : nil
  }

  private func parseMXNet(_ name: String) -> Parsed? {
    for local in ["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"] where name.hasSuffix(local) {
      var parsed = Parsed(local: local)
      for word in name.dropLast(local.count).split(whereSeparator: { "_/".contains($0) }) {
        let number = Int(word.dropFirst())
        if let first = word.first, "lr".contains(first), let number, number >= 0 {
          parsed.layer = number
          parsed.isBackward = first == "r"
        } else if let layer = Int(word), layer >= 0 {
          parsed.layer = layer
        } else if word == "forward" || word == "backward" {
          parsed.isBackward = word == "backward"
        } else {
          parsed.group.append(String(word))
        }
      }
      return parsed
    }
    return nil
  }

  private func parsePath(_ name: String) -> Parsed? {
    var words = name.split(separator: "/").map(String.init)
    guard var last = words.popLast() else { return nil }
    if last.hasSuffix(":0") { last = String(last.dropLast(2)) }
    var parsed = Parsed(local: last)
    let locals: Set<String> =
      switch framework {
      case .keras: ["kernel", "recurrent_kernel", "bias"]
      case .onnx: ["W", "R", "B", "P"]
      default: ["kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag"]
      }
    guard locals.contains(last) else { return nil }
    if framework == .tensorflow1, let above = words.last, ["gates", "candidate", "projection"].contains(above) {
      parsed.local = "\(above)/\(last)"
      words.removeLast()
    }
    for word in words { parsed.take(word) }
    return parsed
  }
}

extension NameScheme.Parsed {
  /// One word of a path: a layer, a direction, a kind of cell, or a name that keeps layers apart.
  fileprivate mutating func take(_ word: String) {
    if word.contains("lstm") { kindHint = .lstm }
    if word.contains("gru") { kindHint = .gru }
    if word.contains("basic_rnn") || word.contains("simple_rnn") { kindHint = .simpleRNN }
    if ["forward", "fw"].contains(word) || word.hasPrefix("forward_") { isForward = true }
    if ["backward", "bw"].contains(word) || word.hasPrefix("backward_") { isBackward = true }
    if let number = Int(word), number >= 0 { layer = number }
    if word.hasPrefix("cell_"), let number = Int(word.dropFirst(5)), number >= 0 { layer = number }
    let saysNothing = word.hasSuffix("_cell") || ["forward", "backward", "fw", "bw"].contains(word)
    if Int(word) == nil, !saysNothing, !word.hasPrefix("cell_"), !word.hasPrefix("forward_"),
      !word.hasPrefix("backward_")
    {
      group.append(word)
    }
  }
}
