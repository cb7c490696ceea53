import Layers

/// A tensor's name, taken apart: the module it belongs to, the cell within that module, and its name in the cell.
///
/// Only a number that stands *within* a module makes a layer of a stack; everything else is a path, and two paths are
/// two networks.
///
/// | Framework    | one cell          | layer 1, backward                                                           |
/// |--------------|-------------------|-----------------------------------------------------------------------------|
/// | Keras        | `PATH/kernel`     | `PATH/1/backward/kernel`; `PATH/forward_lstm/lstm_cell/kernel`; `vars/0`    |
/// | TensorFlow 1 | `PATH/kernel`     | `PATH/1/bw/kernel`; `PATH/multi_rnn_cell/cell_1/basic_lstm_cell/weights`    |
/// | PyTorch      | `PATH.weight_ih`  | `PATH.weight_ih_l1_reverse`; `weight_hh_l1_raw`                             |
/// | ONNX         | `PATH/W`          | `PATH/1/W`, both directions in one tensor                                   |
/// | MXNet        | `PATH.i2h_weight` | `PATH.r1_i2h_weight`, `PATH_r1_i2h_weight`                                  |
struct TensorName: Equatable {
  /// The words of the module's path.
  var path: [String] = []
  var layer: Int?
  var isBackward = false
  /// The word that says the direction, as it stands in the file; empty where none does.
  var directionWord = ""
  /// The word of the cell between the path and the tensor, such as `lstm_cell`; empty where there is none.
  var cellWord = ""
  /// The tensor's name in the cell's layout.
  var local = ""
  /// What stands before and after the local name: with another local name between, the name of another tensor.
  var prefix = ""
  var suffix = ""
  /// A PyTorch weight before dropout (`weight_hh_l0_raw`).
  var isRaw = false

  /// The full name of another tensor of the same cell.
  func name(of other: String) -> String { prefix + other + suffix }
}

extension TensorName {
  /// What the name says in the scheme of a framework, or `nil` where its recurrent layers have no such tensor.
  init?(_ name: String, in framework: Framework) {
    let parsed: TensorName?
    switch framework {
    case .pytorch: parsed = Self.pytorch(name)
    case .mxnet: parsed = Self.mxnet(name)
    case .keras: parsed = Self.keras(name)
    case .tensorflow1: parsed = Self.tensorflow(name)
    case .onnx: parsed = Self.onnx(name)
    }
    guard let parsed, !parsed.path.contains(where: optimizerWords.contains) else { return nil }
    self = parsed
  }

  // MARK: PyTorch

  private static func pytorch(_ name: String) -> TensorName? {
    var parsed = TensorName()
    var words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard var leaf = words.popLast() else { return nil }
    parsed.path = words
    parsed.prefix = String(name.dropLast(leaf.count))
    if leaf.hasSuffix("_raw") {
      parsed.isRaw = true
      leaf.removeLast("_raw".count)
    }
    let locals = ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"]
    guard let local = locals.first(where: { leaf == $0 || leaf.hasPrefix($0 + "_l") }) else { return nil }
    parsed.local = local
    var rest = String(leaf.dropFirst(local.count))
    parsed.suffix = rest
    if rest.hasSuffix("_reverse") {
      parsed.isBackward = true
      parsed.directionWord = "reverse"
      rest.removeLast("_reverse".count)
    }
    if rest.isEmpty { return parsed.isBackward ? nil : parsed }
    guard let layer = layerNumber(rest.dropFirst("_l".count)) else { return nil }
    parsed.layer = layer
    return parsed
  }

  // MARK: MXNet

  private static func mxnet(_ name: String) -> TensorName? {
    let locals = ["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"]
    guard let local = locals.first(where: name.hasSuffix) else { return nil }
    var parsed = TensorName(local: local, prefix: String(name.dropLast(local.count)))
    // `lstm0_l0_`, `encoder.l0_`, `0/forward/`: words, and what parted them.
    let isSeparator: (Character) -> Bool = { "_/.".contains($0) }
    guard parsed.prefix.last.map(isSeparator) ?? true else { return nil }
    var rest = Substring(parsed.prefix)
    func dropWord() -> (word: Substring, before: Substring)? {
      let trimmed = rest.reversed().drop(while: isSeparator)
      let text = rest.prefix(trimmed.count)
      guard !text.isEmpty else { return nil }
      let start = text.lastIndex(where: isSeparator).map { text.index(after: $0) } ?? text.startIndex
      return (text[start...], text[..<start])
    }
    if let (word, before) = dropWord() {
      if let first = word.first, "lr".contains(first), let layer = layerNumber(word.dropFirst()) {
        (parsed.layer, parsed.isBackward) = (layer, first == "r")
        parsed.directionWord = parsed.isBackward ? "r" : "l"
        rest = before
      } else if word == "forward" || word == "backward" {
        (parsed.isBackward, parsed.directionWord) = (word == "backward", String(word))
        rest = before
      }
    }
    if parsed.layer == nil, rest.last == "/", let (word, before) = dropWord(), let layer = layerNumber(word) {
      parsed.layer = layer
      rest = before
    }
    while let last = rest.last, isSeparator(last) { rest.removeLast() }
    parsed.path = rest.split(whereSeparator: { "./".contains($0) }).map(String.init)
    return parsed
  }

  // MARK: Paths

  private static func onnx(_ name: String) -> TensorName? {
    var words = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let local = words.popLast(), ["W", "R", "B", "P"].contains(local) else { return nil }
    var parsed = TensorName(local: local, prefix: String(name.dropLast(local.count)))
    if let layer = words.last.flatMap({ layerNumber($0) }) {
      parsed.layer = layer
      words.removeLast()
    }
    parsed.path = words
    return parsed
  }

  private static func keras(_ name: String) -> TensorName? {
    var words = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard var last = words.popLast() else { return nil }
    var parsed = TensorName()
    let tail = last.hasSuffix(":0") ? ":0" : ""
    last = String(last.dropLast(tail.count))
    let locals = ["kernel", "recurrent_kernel", "bias"]
    if words.last == "vars", let place = layerNumber(last), place < locals.count {
      // Keras 3's `.weights.h5` numbers the weights of a cell.
      words.removeLast()
      guard words.last == "cell" || words.last.map(isKerasCell) ?? false else { return nil }
      parsed.local = locals[place]
      parsed.prefix = name.dropLast(last.count + tail.count) + "("
      parsed.suffix = ")"
    } else {
      guard locals.contains(last) else { return nil }
      parsed.local = last
      parsed.prefix = String(name.dropLast(last.count + tail.count))
      parsed.suffix = tail
    }
    if let word = words.last, word == "cell" || isKerasCell(word) {
      parsed.cellWord = word
      words.removeLast()
    }
    if let word = words.last {
      let starts = [("forward", false), ("backward", true)]
      for (start, isBackward) in starts where word == start || word.hasPrefix(start + "_") {
        (parsed.isBackward, parsed.directionWord) = (isBackward, word)
        words.removeLast()
      }
    }
    parsed.takeLayer(from: &words)
    parsed.path = words
    return parsed
  }

  private static func tensorflow(_ name: String) -> TensorName? {
    var words = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard var last = words.popLast() else { return nil }
    var parsed = TensorName()
    if last.hasSuffix(":0") {
      parsed.suffix = ":0"
      last.removeLast(2)
    }
    let old = ["weights": "kernel", "biases": "bias"]
    let own = old[last] ?? last
    guard ["kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag"].contains(own) else { return nil }
    parsed.local = own
    var length = last.count + parsed.suffix.count
    if let above = words.last, ["gates", "candidate", "projection"].contains(above) {
      parsed.local = "\(above)/\(own)"
      words.removeLast()
      length += above.count + 1
    }
    parsed.prefix = String(name.dropLast(length))
    if let word = words.last, isTensorFlowCell(word) {
      parsed.cellWord = word
      words.removeLast()
    }
    parsed.takeDirection(from: &words)
    // In `fw/multi_rnn_cell/cell_0` the directions meet only after the last layer: each is a network of its own.
    if parsed.takeLayer(from: &words), words.last == "multi_rnn_cell" { words.removeLast() }
    parsed.path = words
    return parsed
  }

  private mutating func takeDirection(from words: inout [String]) {
    guard let word = words.last, word == "fw" || word == "bw" else { return }
    (isBackward, directionWord) = (word == "bw", word)
    words.removeLast()
    if words.last == "bidirectional_rnn", words.dropLast().last?.hasPrefix("cell_") ?? false { words.removeLast() }
  }

  /// Takes `3` or `cell_3` from the end of a path.
  @discardableResult
  private mutating func takeLayer(from words: inout [String]) -> Bool {
    guard let word = words.last else { return false }
    let digits = word.hasPrefix("cell_") ? word.dropFirst("cell_".count) : Substring(word)
    guard let number = layerNumber(digits) else { return false }
    layer = number
    words.removeLast()
    return true
  }
}

/// Words of a path that say: what follows belongs to the optimizer, in the form of the weights it trains.
private let optimizerWords: Set<String> = [
  "optimizer", "optim", "optimizer_state", "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer", "square_avg",
  "optimizer_weights",
]

/// A number that is written without sign and leading zeros.
private func layerNumber(_ text: some StringProtocol) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
    String(number) == text
  else { return nil }
  return number
}

/// `lstm_cell`, `gru_cell_3`, `simple_rnn_cell`: between the path of a Keras layer and its weights.
private func isKerasCell(_ word: String) -> Bool {
  ["lstm_cell", "gru_cell", "simple_rnn_cell"].contains { word == $0 || numbered(word, after: $0) }
}

/// `basic_lstm_cell`, `gru_cell_1` and the like: between the scope and the weights of a TensorFlow 1 cell.
private func isTensorFlowCell(_ word: String) -> Bool {
  word.hasSuffix("_cell") && word != "multi_rnn_cell"
    || (word.firstRange(of: "_cell_").map { layerNumber(word[$0.upperBound...]) != nil } ?? false)
}

private func numbered(_ word: String, after start: String) -> Bool {
  word.hasPrefix(start + "_") && layerNumber(word.dropFirst(start.count + 1)) != nil
}

extension Framework {
  /// What parts the words of a path in this framework's names.
  var pathSeparator: Character { self == .pytorch || self == .mxnet ? "." : "/" }

  /// The name under which this framework stores the tensor `local` of a cell.
  func name(_ local: String, of network: RecurrentNetwork, at place: CellPlace) -> String {
    let start = network.path.isEmpty ? "" : network.path.joined(separator: "\(pathSeparator)") + "\(pathSeparator)"
    // A path that ends in a number would be read as the layer of a stack.
    let endsInNumber = network.path.last.map { layerNumber($0) != nil } ?? false
    let number = network.cells.count > 1 || endsInNumber ? "\(place.layer)/" : ""
    switch self {
    case .pytorch: return start + "\(local)_l\(place.layer)" + (place.isBackward ? "_reverse" : "")
    case .mxnet: return start + "\(place.isBackward ? "r" : "l")\(place.layer)_\(local)"
    case .onnx: return start + number + local
    case .keras:
      return start + number
        + (network.cells[place.layer].count == 2 ? (place.isBackward ? "backward/" : "forward/") : "") + local
    case .tensorflow1:
      let direction = network.cells[place.layer].count == 2 ? (place.isBackward ? "bw/" : "fw/") : ""
      // Under a path a kernel may be any layer's; the name of the cell says that it is a recurrent one.
      return start + number + direction + (start.isEmpty ? "" : network.tensorFlowCellName + "/") + local
    }
  }
}
