import Layers

/// Recurrent layers on top of each other, each in one or two directions, without any framework's conventions.
public struct RecurrentNetwork: Equatable, Sendable {
  /// The words of its path in the file.
  public var path: [String]
  public var kind: CellKind
  /// `cells[l][d]`: direction d (0 forward, 1 backward) of layer l.
  public var cells: [[CellWeights<Double>]]
  /// In ONNX' order: simple RNN f; GRU gates, candidate; LSTM gates, candidate, output.
  public var activations: [Activation]
  public var merge: DirectionMerge
  /// One direction, from the end of the sequence.
  public var isReversed: Bool
  public var clip: Double?
  public var inputForget: Bool
  /// What the file does not say, each with the option that says otherwise.
  public var assumptions: [String] = []

  public init(
    path: [String] = [], kind: CellKind, cells: [[CellWeights<Double>]], activations: [Activation]? = nil,
    merge: DirectionMerge = .concat, isReversed: Bool = false, clip: Double? = nil, inputForget: Bool = false
  ) {
    self.path = path
    self.kind = kind
    self.cells = cells
    self.activations = activations ?? kind.usualActivations
    self.merge = merge
    self.isReversed = isReversed
    self.clip = clip
    self.inputForget = inputForget
  }

  public var isBidirectional: Bool { cells.first?.count == 2 }

  /// One line: the kind and the sizes, as the tensors show them.
  public var summary: String {
    let units = distinct(cells.flatMap { $0.map(\.units) }).map(String.init).joined(separator: ", ")
    let (first, all) = (cells[0][0], cells.flatMap { $0 })
    var parts = [
      "\(cells.count) \(cells.count == 1 ? "layer" : "layers")",
      distinct(cells.map(\.count)).count > 1
        ? "some in both directions" : isBidirectional ? "both directions" : isReversed ? "backward" : "forward",
      "\(first.inputSize) inputs", "\(units) units",
      all.contains { $0.recurrentBias != nil }
        ? "two biases" : all.contains { $0.bias != nil } ? "one bias" : "no bias",
    ]
    if kind == .gru { parts.append("reset gate \(first.resetAfter ? "after" : "before") the product") }
    if first.peepholes != nil { parts.append("peepholes") }
    if let projection = first.projection { parts.append("projected to \(projection.columns)") }
    if activations != kind.usualActivations { parts.append(activations.map(\.word).joined(separator: " ")) }
    if let clip { parts.append("clip \(clip)") }
    if inputForget { parts.append("f = 1 − i") }
    let name = kind == .simpleRNN ? "SimpleRNN" : kind.rawValue.uppercased()
    return "\(name): " + parts.joined(separator: ", ")
  }

  /// The word for the cell in a path of TensorFlow 1.
  var tensorFlowCellName: String {
    switch kind {
    case .simpleRNN: "basic_rnn_cell"
    case .gru: "gru_cell"
    case .lstm: cells[0][0].peepholes != nil || cells[0][0].projection != nil ? "lstm_cell" : "basic_lstm_cell"
    }
  }

  /// What `output` of a layer gives to the next one.
  func outputSize(of layer: Int) -> Int {
    let sizes = cells[layer].map { $0.projection?.columns ?? $0.units }
    return merge == .concat || sizes.count == 1 ? sizes.reduce(0, +) : sizes[0]
  }
}
