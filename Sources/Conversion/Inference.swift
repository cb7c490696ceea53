import Layers

/// What a file of weights does not say, and a command line may.
public struct InferenceHints: Sendable {
  /// The kind of cell, where names and shapes leave it open (TensorFlow 1).
  public var kind: CellKind?
  /// Whether a GRU's reset gate acts after the product, where no tensor shows it (ONNX; Keras without a bias).
  public var resetAfter: Bool?

  public init(kind: CellKind? = nil, resetAfter: Bool? = nil) {
    self.kind = kind
    self.resetAfter = resetAfter
  }
}

extension RecurrentNetwork {
  /// Reads the tensors of a framework: kind, sizes, layers and directions are inferred from names and shapes.
  ///
  /// - Throws: `ConversionError` or `ShapeError` naming the tensor that does not fit, or what the file leaves open.
  public init(_ stored: StoredWeights, layout framework: Framework, hints: InferenceHints = InferenceHints()) throws {
    let cells = try Self.cells(of: stored, framework)
    let places = cells.keys.sorted()
    guard let last = places.last else { throw ConversionError("the file holds no tensor") }
    let directions = places.contains { $0.isBackward } ? 2 : 1
    let expected = (0...last.layer).flatMap { layer in
      (0..<directions).map { CellPlace(layer: layer, isBackward: $0 == 1) }
    }
    if let missing = expected.first(where: { cells[$0] == nil }) {
      throw ConversionError("no tensor of \(missing), though there is one of \(last)")
    }
    var read: [CellWeights<Double>] = []
    for place in expected {
      guard let cell = cells[place] else { continue }
      do {
        read.append(try cell.weights(framework, hints))
      } catch {
        throw ConversionError("\(place)\(cell.source.map { " (\"\($0)\")" } ?? ""): \(error)")
      }
    }
    kind = read[0].kind
    self.cells = stride(from: 0, to: read.count, by: directions).map { Array(read[$0..<$0 + directions]) }
    try checkSizes()
  }

  private func checkSizes() throws {
    for (layer, directions) in cells.enumerated() {
      for cell in directions where cell.kind != kind {
        throw ConversionError(
          "layer \(layer) is a \(cell.kind.title), layer 0 a \(kind.title): one kind a network")
      }
      guard layer > 0 else { continue }
      let below = cells[layer - 1].reduce(0) { $0 + ($1.projection?.columns ?? $1.units) }
      for cell in directions where cell.inputSize != below {
        throw ConversionError("layer \(layer) takes \(cell.inputSize) inputs, layer \(layer - 1) gives \(below)")
      }
    }
  }

  /// The file's tensors, cell by cell.
  private static func cells(of stored: StoredWeights, _ framework: Framework) throws -> [CellPlace: StoredCell] {
    let scheme = NameScheme(framework: framework)
    let parsed = try stored.tensors.map { (try scheme.parse($0.name), $0.tensor, $0.name) }
    let groups = order(of: parsed.map(\.0))
    var cells: [CellPlace: StoredCell] = [:]
    for (name, tensor, full) in parsed {
      let layer = name.layer ?? groups.firstIndex(of: name.group) ?? 0
      let place = CellPlace(layer: layer, isBackward: name.isBackward)
      let pieces = framework == .onnx ? try directions(of: tensor, name.local) : [tensor]
      for (d, piece) in pieces.enumerated() {
        let place = d == 1 ? CellPlace(layer: layer, isBackward: true) : place
        guard cells[place]?.tensors[name.local] == nil else {
          throw ConversionError("\(place) has two tensors \"\(name.local)\"")
        }
        cells[place, default: StoredCell()].tensors[name.local] = piece
        // Where a name says to which layer of a model it belongs, a message can say it too.
        if !name.group.isEmpty { cells[place]?.source = full }
        if let hint = name.kindHint { cells[place, default: StoredCell()].kindHint = hint }
      }
    }
    return cells
  }

  /// Layers that names keep apart without numbering them from 0 (`lstm`, `lstm_1`), in the order of their number.
  private static func order(of names: [NameScheme.Parsed]) -> [[String]] {
    var groups: [[String]] = []
    for name in names where name.layer == nil && !groups.contains(name.group) { groups.append(name.group) }
    func number(_ group: [String]) -> [Int] {
      group.map { word in word.split(separator: "_").last.flatMap { Int($0) } ?? -1 }
    }
    return groups.enumerated().sorted {
      let (a, b) = (number($0.element), number($1.element))
      return a == b ? $0.offset < $1.offset : a.lexicographicallyPrecedes(b)
    }.map(\.element)
  }

  /// ONNX keeps the directions of a layer along the first axis.
  private static func directions(of tensor: Tensor<Double>, _ name: String) throws -> [Tensor<Double>] {
    guard tensor.rank >= 2, (1...2).contains(tensor.shape[0]) else {
      throw ShapeError(name, expected: "[1 or 2 directions, …]", received: tensor.shape)
    }
    return (0..<tensor.shape[0]).map { tensor.slice($0) }
  }
}

/// The tensors of one cell under the names of its layout.
private struct StoredCell {
  var tensors: [String: Tensor<Double>] = [:]
  var kindHint: CellKind?
  /// The full name of one of them, when it names a layer of a model.
  var source: String?

  func weights(_ framework: Framework, _ hints: InferenceHints) throws -> CellWeights<Double> {
    let kind = try hints.kind ?? kind(framework)
    let features = try features(framework, kind, hints)
    let layout = try WeightLayout(framework, kind, features)
    if let extra = tensors.keys.sorted().first(where: { name in !layout.entries.contains { $0.name == name } }) {
      throw ConversionError("tensor \"\(extra)\" does not belong to a \(kind.title) of \(framework.rawValue)")
    }
    return try layout.decode { tensors[$0] }
  }

  /// The kind by the number of gate blocks.
  private func kind(_ framework: Framework) throws -> CellKind {
    switch framework {
    case .tensorflow1: return try tensorFlowKind()
    case .keras: return try kind("recurrent_kernel", blocks: { [$0.columns, $0.shape[0]] })
    case .onnx: return try kind("R", blocks: { [$0.shape[0], $0.columns] })
    case .mxnet: return try kind("h2h_weight", blocks: { [$0.shape[0], $0.columns] })
    case .pytorch:
      if tensors["weight_hr"] != nil { return .lstm }
      return try kind("weight_hh", blocks: { [$0.shape[0], $0.columns] })
    }
  }

  private func kind(_ name: String, blocks: (Tensor<Double>) -> [Int]) throws -> CellKind {
    guard let recurrent = tensors[name] else { throw ConversionError("weight \(name) is missing") }
    try recurrent.requireShape([nil, nil], name)
    let sizes = blocks(recurrent)
    for kind in CellKind.allCases where sizes[1] > 0 && sizes[0] == kind.gates.count * sizes[1] { return kind }
    throw ConversionError(
      "\(name) of shape \(recurrent.shape): expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) square blocks")
  }

  /// TensorFlow 1 joins input and state rows in one kernel `[D + H, GH]`, whose shape may fit a BasicRNNCell and an
  /// LSTM.
  private func tensorFlowKind() throws -> CellKind {
    if tensors["gates/kernel"] != nil { return .gru }
    if tensors.keys.contains(where: { $0.hasSuffix("_diag") || $0.hasPrefix("projection") }) { return .lstm }
    if let kindHint { return kindHint }
    guard let kernel = tensors["kernel"] else { throw ConversionError("weight kernel is missing") }
    try kernel.requireShape([nil, nil], "kernel")
    let (rows, columns) = (kernel.shape[0], kernel.shape[1])
    let (asSimple, asLSTM) = (rows > columns, columns % 4 == 0 && rows > columns / 4)
    guard asSimple != asLSTM else {
      throw ConversionError(
        "kernel of shape \(kernel.shape) may belong to a BasicRNNCell or to an LSTM: "
          + "say --kind simple-rnn or --kind lstm")
    }
    return asLSTM ? .lstm : .simpleRNN
  }

  private func features(
    _ framework: Framework, _ kind: CellKind, _ hints: InferenceHints
  ) throws -> WeightFeatures {
    var features = WeightFeatures()
    features.peepholes = tensors["P"] != nil || tensors["w_i_diag"] != nil
    features.projection = tensors["weight_hr"] != nil || tensors["projection/kernel"] != nil
    features.bias = ["bias", "bias_ih", "B", "i2h_bias", "gates/bias"].contains { tensors[$0] != nil }
    guard kind == .gru else { return features }
    switch framework {
    case .pytorch, .mxnet: features.resetAfter = true
    case .tensorflow1: features.resetAfter = false
    case .keras where features.bias: features.resetAfter = tensors["bias"]?.rank == 2
    case .keras, .onnx:
      guard let resetAfter = hints.resetAfter else {
        throw ConversionError(
          "no tensor shows whether the GRU's reset gate acts after the product: say --reset-after yes or no "
            + "(Keras reset_after, ONNX linear_before_reset)")
      }
      features.resetAfter = resetAfter
    }
    if let hint = hints.resetAfter, hint != features.resetAfter {
      throw ConversionError(
        "--reset-after: expected \(features.resetAfter ? "yes" : "no"), as the tensors show, "
          + "received \(hint ? "yes" : "no")")
    }
    return features
  }
}
