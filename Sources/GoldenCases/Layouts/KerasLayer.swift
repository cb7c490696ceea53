import Layers

/// A Keras recurrent layer or cell, by its kind: `simple_rnn`, `lstm`, `gru`.
public struct KerasRecurrent: Sendable {
  public var kind: CellKind
  public var units: Int
  public var activation = Activation.tanh
  public var recurrentActivation = Activation.sigmoid
  public var useBias = true
  public var resetAfter = true
  public var returnSequences = false
  public var goBackwards = false
  public var stateful = false
  public var zeroOutputForMask = false
  /// A GRU whose reset gate acts after the recurrent product has a bias of its own for that product.
  var hasTwoBiases: Bool { useBias && kind == .gru && resetAfter }
  /// The pieces along T in which a stateful layer is fed, and before which of them the state is cleared.
  public var chunks: [(steps: Int, resetBefore: Bool)] = []
}

/// Attention of queries over a memory: Keras' `Attention` and `AdditiveAttention`, with the dense layers before them.
public struct KerasAttention: Sendable {
  public var score: AttentionScore
  /// Q and P: how many queries a sample has, and the features of each.
  public var queries: Int
  public var querySize: Int
  /// A, where the score is additive.
  public var units: Int
}

/// A layer of Keras 3, as `layout: keras` names it.
public indirect enum KerasLayer: Sendable {
  case dense(units: Int, activation: Activation, useBias: Bool, timeDistributed: Bool)
  case recurrent(KerasRecurrent)
  /// `merge` nil keeps both outputs apart.
  case bidirectional(forward: KerasRecurrent, backward: KerasRecurrent, merge: MergeMode?)
  case stackedCells([KerasRecurrent], returnSequences: Bool, goBackwards: Bool)
  case embedding(inputSize: Int, outputSize: Int, maskZero: Bool)
  case masking(value: Double)
  /// It has two inputs, so that it stands alone.
  case attention(KerasAttention)
  case stack([KerasLayer])

  /// A layer by its name: a recurrent one by its kind of cell, or one of the others.
  enum Name: Equatable {
    case recurrent(CellKind)
    case dense, timeDistributedDense, bidirectional, stackedCells, embedding, masking, attention, stack

    static let all = recurrent + others

    private static let recurrent: [(name: String, value: Name)] =
      Framework.keras.cellKinds.map { (name: $0.identifier, value: .recurrent($0)) }

    private static let others: [(name: String, value: Name)] = [
      ("dense", .dense), ("bidirectional", .bidirectional), ("embedding", .embedding), ("masking", .masking),
      ("attention", .attention), ("stack", .stack), ("time_distributed_dense", .timeDistributedDense),
      ("stacked_cells", .stackedCells),
    ]
  }

  var vocabulary: Int? {
    switch self {
    case .embedding(let inputSize, _, _): inputSize
    case .stack(let layers): layers.first?.vocabulary
    default: nil
    }
  }
}

// MARK: Reading

extension KerasLayer {
  init(layer: Node, config: Node, inStack: Bool = false) throws(CaseError) {
    switch try layer.choice(of: Name.all, what: "a Keras layer") {
    case .dense: self = try Self.dense(config, timeDistributed: false)
    case .timeDistributedDense: self = try Self.dense(config, timeDistributed: true)
    case .recurrent(let kind): self = .recurrent(try KerasRecurrent(kind, config, inStack ? .stacked : .alone))
    case .bidirectional: self = try Self.bidirectional(config, inStack: inStack)
    case .stackedCells: self = try Self.stackedCells(config)
    case .embedding:
      let members = try config.object(["input_dim", "output_dim", "mask_zero"])
      self = .embedding(
        inputSize: try members.required("input_dim").integer(in: Bounds.size),
        outputSize: try members.required("output_dim").integer(in: Bounds.size),
        maskZero: try members.bool("mask_zero", default: false))
    case .masking:
      let members = try config.object(["mask_value"])
      self = .masking(value: try members["mask_value"]?.number() ?? 0)
    case .attention:
      if inStack { throw layer.error(expected: "a layer with one input in a stack") }
      self = .attention(try KerasAttention(config))
    case .stack:
      if inStack { throw layer.error(expected: "a layer that is no stack inside a stack") }
      var layers: [KerasLayer] = []
      for node in try config.object(["layers"]).required("layers").nonEmptyList("layers") {
        let (layer, config) = try node.nested()
        layers.append(try KerasLayer(layer: layer, config: config, inStack: true))
        if case .embedding = layers.last, layers.count > 1 {
          throw layer.error(expected: "an embedding only as the first layer")
        }
      }
      self = .stack(layers)
    }
  }

  private static func dense(_ config: Node, timeDistributed: Bool) throws(CaseError) -> KerasLayer {
    let members = try config.object(["units", "activation", "use_bias"])
    return .dense(
      units: try members.units(), activation: try members.activation("activation", default: .linear),
      useBias: try members.bool("use_bias", default: true), timeDistributed: timeDistributed)
  }

  /// How a bidirectional layer joins its two outputs, by Keras' names.
  private static let mergeModes: [(name: String, value: MergeMode)] = [
    ("concat", .concat), ("sum", .sum), ("ave", .average), ("mul", .multiply),
  ]

  private static func bidirectional(_ config: Node, inStack: Bool) throws(CaseError) -> KerasLayer {
    let members = try config.object(["merge_mode", "forward", "backward"])
    let forward = try KerasRecurrent(nested: try members.required("forward"), .direction)
    var backward = forward
    if let node = members["backward"] {
      backward = try KerasRecurrent(nested: node, .direction)
      guard backward.returnSequences == forward.returnSequences else {
        throw node.error(expected: "the same return_sequences as the forward layer", found: "the opposite")
      }
    }
    var merge: MergeMode? = .concat
    if let node = members["merge_mode"] {
      merge = node.isNull ? nil : try node.choice(of: mergeModes, what: "a merge mode, or null")
      if node.isNull, inStack { throw node.error(expected: "a merge mode that gives one output in a stack") }
      if let merge, merge != .concat, forward.units != backward.units {
        throw node.error(
          expected: "concat, or as many units backward as forward (\(forward.units))", found: "\(backward.units) units")
      }
    }
    return .bidirectional(forward: forward, backward: backward, merge: merge)
  }

  private static func stackedCells(_ config: Node) throws(CaseError) -> KerasLayer {
    let members = try config.object(["cells", "return_sequences", "go_backwards"])
    var cells: [KerasRecurrent] = []
    for node in try members.required("cells").nonEmptyList("cells") {
      cells.append(try KerasRecurrent(nested: node, .cell))
    }
    return .stackedCells(
      cells, returnSequences: try members.bool("return_sequences", default: false),
      goBackwards: try members.bool("go_backwards", default: false))
  }
}

extension KerasAttention {
  init(_ config: Node) throws(CaseError) {
    let members = try config.object(["score", "queries", "query_size", "units"])
    score = try members.required("score").choice(AttentionScore.self, what: "a score")
    queries = try members.required("queries").integer(in: Bounds.size)
    querySize = try members.required("query_size").integer(in: Bounds.size)
    if let node = members["units"], score != .additive {
      throw node.error(expected: "units only with the score additive")
    }
    units = score == .additive ? try members.units() : 0
  }
}

extension KerasRecurrent {
  /// Where a recurrent configuration stands, which decides the keys it may have.
  enum Role { case alone, stacked, direction, cell }

  init(nested node: Node, _ role: Role) throws(CaseError) {
    let (layer, config) = try node.nested()
    let kinds = Framework.keras.cellKinds.map { (name: $0.identifier, value: $0) }
    try self.init(try layer.choice(of: kinds, what: "a recurrent layer"), config, role)
  }

  init(_ kind: CellKind, _ config: Node, _ role: Role) throws(CaseError) {
    var keys = ["units", "activation", "use_bias"]
    if kind.isGated { keys += ["recurrent_activation", "gate_order"] }
    if kind == .gru { keys += ["reset_after"] }
    if role != .cell { keys += ["return_sequences", "go_backwards", "stateful", "zero_output_for_mask"] }
    if role == .alone { keys += ["chunks", "reset_before"] }
    let members = try config.object(keys)
    self.kind = kind
    units = try members.units()
    activation = try members.activation("activation", default: .tanh)
    recurrentActivation = try members.activation("recurrent_activation", default: .sigmoid)
    useBias = try members.bool("use_bias", default: true)
    resetAfter = try members.bool("reset_after", default: true)
    returnSequences = try members.bool("return_sequences", default: false)
    goBackwards = try members.bool("go_backwards", default: false)
    stateful = try members.bool("stateful", default: false)
    zeroOutputForMask = try members.bool("zero_output_for_mask", default: false)
    try members["gate_order"]?.requireGateOrder(Framework.keras.gateOrder(of: kind))
    if role == .direction, goBackwards, let node = members["go_backwards"] {
      throw node.error(expected: "false (the bidirectional layer decides who reads from the end)")
    }
    if let node = members["chunks"] { chunks = try Self.chunks(node, members, self) }
    if let node = members["reset_before"], chunks.isEmpty {
      throw node.error(expected: "\"reset_before\" together with \"chunks\"", found: "no chunks")
    }
  }

  private static func chunks(
    _ node: Node, _ members: Members, _ layer: KerasRecurrent
  ) throws(CaseError) -> [(steps: Int, resetBefore: Bool)] {
    guard layer.stateful, layer.returnSequences else {
      throw node.error(expected: "chunks only with stateful and return_sequences true", found: "one of them false")
    }
    var sizes: [Int] = []
    for piece in try node.nonEmptyList("chunks") { sizes.append(try piece.integer(in: 1...Node.maximumCount)) }
    guard let resets = members["reset_before"] else { return sizes.map { ($0, false) } }
    var flags: [Bool] = []
    for flag in try resets.list("a list of 0 and 1") {
      if case .bool(let value) = flag.json.value { flags.append(value) } else { flags.append(try flag.zeroOrOne()) }
    }
    guard flags.count == sizes.count else {
      throw resets.error(expected: "\(sizes.count) flags, one for each chunk", found: "\(flags.count)")
    }
    return zip(sizes, flags).map { ($0, $1) }
  }
}
