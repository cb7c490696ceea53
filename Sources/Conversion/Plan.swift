import Layers
import Safetensors
import StrictJSON
import TextLayout

/// What `convert-weights` is asked for.
public struct ConversionRequest: Sendable {
  /// Whose names the file has; nil: those that are found.
  public var from: Framework?
  public var to: Framework
  /// Paths of the networks to convert; empty for all.
  public var only: [String] = []
  /// Paths of networks that become one, from the lowest layer up.
  public var stack: [String] = []
  /// The path of the one network in the result; nil keeps it.
  public var newPath: String?
  public var told = NetworkSettings()
  public var activations: [Activation]?
  /// Settings by path, from a file beside the weights.
  public var config: [String: NetworkSettings] = [:]
  public var keepsOthers = false
  /// The type of the written numbers; nil keeps that of the file.
  public var type: ElementType?

  /// Whether `activations` concern only the networks that have a choice, since there are some.
  var fixedKeepTheirs = false

  public init(from: Framework? = nil, to: Framework) {
    self.from = from
    self.to = to
  }
}

/// Networks of a checkpoint in another framework's layout, not yet written.
public struct WeightConversion: Sendable {
  public struct Part: Sendable {
    /// More than one where a stack was asked for.
    public var sources: [FoundNetwork]
    public var network: RecurrentNetwork
    /// Not rounded.
    public var tensors: [(name: String, tensor: Tensor<Double>)]
  }

  public var request: ConversionRequest
  public var parts: [Part]
  /// Tensors of the file that are in no part.
  public var others: [Checkpoint.Entry]
  public var type: ElementType

  /// - Throws: `ConversionError` naming what cannot be converted, before anything is written.
  public init(_ checkpoint: Checkpoint, _ request: ConversionRequest) throws {
    self.request = request
    let found = try checkpoint.networks(request.from)
    guard !found.isEmpty else { throw try checkpoint.noNetwork(request.from) }
    let chosen = try Self.choose(request.only, from: found, "only")
    let stacked = try request.stack.map { try Self.one($0, from: chosen) }
    var request = request
    if chosen.contains(where: { !$0.hasFixedActivations }) {
      request.fixedKeepTheirs = true
    }
    var parts: [Part] = []
    if !stacked.isEmpty { parts.append(try Self.stack(stacked, request)) }
    let paths = stacked.map(\.title)
    guard Set(paths).count == paths.count else {
      throw ConversionError("--stack: expected each network once, received \(paths.joined(separator: ","))")
    }
    for network in chosen where !paths.contains(network.title) {
      parts.append(try Self.part([network], try Self.decode(network, request), request))
    }
    try Self.checkOptions(request, parts)
    self.parts = parts
    others = checkpoint.others(than: parts.flatMap(\.sources))
    type = try request.type ?? Self.type(of: parts, in: checkpoint)
    try checkNames()
  }

  // MARK: Choosing

  private static func choose(_ paths: [String], from found: [FoundNetwork], _ option: String) throws -> [FoundNetwork] {
    guard !paths.isEmpty else { return found }
    for path in paths where !found.contains(where: { $0.isMeant(by: path, exactly: false) }) {
      throw unknown(path, found, option)
    }
    return found.filter { network in paths.contains { network.isMeant(by: $0, exactly: false) } }
  }

  private static func one(_ path: String, from found: [FoundNetwork]) throws -> FoundNetwork {
    let exact = found.filter { $0.isMeant(by: path, exactly: true) }
    let meant = exact.isEmpty ? found.filter { $0.isMeant(by: path, exactly: false) } : exact
    guard let network = meant.first else { throw unknown(path, found, "stack") }
    guard meant.count == 1 else {
      throw ConversionError(
        "--stack: expected the path of one network, received \(quoted(path)), which begins those of "
          + meant.map { quoted($0.title) }.joined(separator: ", "))
    }
    return network
  }

  private static func unknown(_ path: String, _ found: [FoundNetwork], _ option: String) -> ConversionError {
    let titles = found.prefix(20).map { quoted($0.title) }.joined(separator: ", ")
    let more = found.count > 20 ? ", …" : ""
    return ConversionError(
      "--\(option): expected the path of a network (\(titles)\(more)), received \(quoted(path))"
    )
  }

  // MARK: Decoding

  /// The network with all that the command line and a config say of it.
  public static func decode(_ found: FoundNetwork, _ request: ConversionRequest) throws -> RecurrentNetwork {
    var source = found
    if let own = request.config[found.title] {
      if let field = own.conflict(with: found.settings) {
        throw ConversionError("--config: \(field) of \(quoted(found.title)) is not what the file of weights says")
      }
      source.settings = found.settings.filled(from: own)
    }
    let keepsOwn = request.fixedKeepTheirs && found.hasFixedActivations
    return try source.decoded(request.told(for: found), activations: keepsOwn ? nil : request.activations)
  }

  private static func stack(_ found: [FoundNetwork], _ request: ConversionRequest) throws -> Part {
    let layers = try found.map { try decode($0, request) }
    var network = layers[0]
    for (own, source) in zip(layers, found).dropFirst() {
      func refused(_ what: String) -> ConversionError {
        ConversionError("--stack: \(quoted(source.title)) and \(quoted(found[0].title)) differ in \(what)")
      }
      guard own.kind == network.kind else { throw refused("their kind (\(own.kind.title), \(network.kind.title))") }
      guard own.activations == network.activations else { throw refused("their activations") }
      guard own.kind != .gru || own.cells[0][0].resetAfter == network.cells[0][0].resetAfter else {
        throw refused("the place of the reset gate")
      }
      guard own.isReversed == network.isReversed else { throw refused("their direction") }
      guard own.clip == network.clip, own.inputForget == network.inputForget else {
        throw refused("clip or input_forget")
      }
      guard !own.isBidirectional || !network.isBidirectional || own.merge == network.merge else {
        throw refused("their merge mode")
      }
      let (below, takes) = (network.outputSize(of: network.cells.count - 1), own.cells[0][0].inputSize)
      guard takes == below else {
        throw ConversionError(
          "--stack: \(quoted(source.title)) takes \(takes) inputs, the network below it gives \(below)")
      }
      network.cells += own.cells
      network.assumptions = distinct(network.assumptions + own.assumptions)
    }
    if network.isReversed, network.cells.count > 1, found[0].framework == .keras {
      // Keras gives the outputs of such a layer in the order of its steps, so that the next one runs forward again.
      throw ConversionError("--stack: layers of Keras that run backward are no stack in other layouts")
    }
    if network.isBidirectional || layers.contains(where: \.isBidirectional), network.merge == .none {
      throw ConversionError("--stack: with the merge mode none there is no one input for the next layer")
    }
    return try part(found, network, request)
  }

  private static func part(
    _ sources: [FoundNetwork], _ own: RecurrentNetwork, _ request: ConversionRequest
  ) throws -> Part {
    var network = own
    if let path = request.newPath {
      network.path = path == "." ? [] : path.split(whereSeparator: { "./".contains($0) }).map(String.init)
    }
    var written = network
    if request.to == .tensorflow1, network.kind == .lstm {
      // TensorFlow 1 adds it again at every call.
      written.cells = network.cells.map { $0.map { $0.addingForgetBias(-(request.told.forgetBias ?? 1)) } }
    }
    return Part(sources: sources, network: network, tensors: try written.tensors(in: request.to))
  }

  /// Options that concern no network are mistakes.
  private static func checkOptions(_ request: ConversionRequest, _ parts: [Part]) throws {
    if request.newPath != nil, parts.count != 1 {
      throw ConversionError("--as: expected one network, received \(parts.count); --only and --stack choose")
    }
    let networks = parts.map(\.network)
    let frameworks = parts.flatMap { $0.sources.map(\.framework) } + [request.to]
    if request.told.forgetBias != nil, !frameworks.contains(.tensorflow1) {
      throw ConversionError("--forget-bias: expected TensorFlow 1 on one side, received none")
    }
    if request.told.merge != nil, !networks.contains(where: \.isBidirectional) {
      throw ConversionError("--merge: expected a network with both directions, received none")
    }
    if request.told.resetAfter != nil, !networks.contains(where: { $0.kind == .gru }) {
      throw ConversionError("--reset-after: expected a GRU, received none")
    }
  }

  private static func type(of parts: [Part], in checkpoint: Checkpoint) throws -> ElementType {
    let names = Set(parts.flatMap { $0.sources.flatMap(\.names) })
    let types = checkpoint.entries.filter { names.contains($0.name) }.map(\.tensor.type)
    // Half precision grows into single: what was read stays as it is.
    return types.contains(.float64) ? .float64 : .float32
  }

  private func checkNames() throws {
    var seen: Set<String> = []
    for name in parts.flatMap({ $0.tensors.map(\.name) }) + (request.keepsOthers ? others.map(\.name) : []) {
      guard seen.insert(name).inserted else {
        throw ConversionError(
          "the result would have two tensors \(quoted(name)): convert them apart, with --only or --as")
      }
    }
  }

  // MARK: The result

  /// The tensors to write, rounded to their type.
  public func result() throws -> Checkpoint {
    var entries: [Checkpoint.Entry] = []
    for (name, tensor) in parts.flatMap(\.tensors) {
      do {
        entries.append(.init(name, try StoredTensor(rounding: tensor.scalars, to: type, shape: tensor.shape)))
      } catch {
        throw ConversionError(
          "\(quoted(name)): expected \(error.expected), received \(error.received); --dtype chooses")
      }
    }
    return Checkpoint(entries + (request.keepsOthers ? others : []), file: "the result")
  }
}

extension ConversionRequest {
  /// What the command line says of one network: the forget bias concerns TensorFlow 1 alone.
  func told(for network: FoundNetwork) -> NetworkSettings {
    var own = told
    if network.framework != .tensorflow1 { own.forgetBias = nil }
    // Options for a whole model concern the networks that have a choice.
    let hasBoth = network.cells.keys.contains(where: \.isBackward)
    if hasBoth { own.isReversed = nil } else { own.merge = nil }
    return own
  }
}

extension FoundNetwork {
  /// PyTorch's and MXNet's LSTM and GRU have their activations and no others.
  var hasFixedActivations: Bool {
    guard framework == .pytorch || framework == .mxnet else { return false }
    let local = framework == .pytorch ? "weight_hh" : "h2h_weight"
    let shapes = cells.values.compactMap { $0.tensors[local]?.tensor.shape }
    return shapes.contains { $0.count == 2 && $0[0] != $0[1] }
  }
}

extension Checkpoint {
  /// Says what the file holds instead of recurrent networks.
  func noNetwork(_ framework: Framework?) throws -> ConversionError {
    var message = "\(file): expected a recurrent network"
    if let framework { message += " under the names of \(framework.title) (\(framework.exampleNames))" }
    if framework != nil, let other = try networks().first {
      return ConversionError(
        "\(message), found one of \(other.framework.title): say --from \(other.framework.rawValue)")
    }
    let names = entries.prefix(12).map { "\(quoted($0.name)) \($0.tensor.shape)" }.joined(separator: ", ")
    let rest = entries.count > 12 ? " and \(entries.count - 12) more" : ""
    return ConversionError("\(message), found \(entries.isEmpty ? "no tensor" : names + rest)")
  }
}

extension Framework {
  /// Names that a recurrent layer has in this framework.
  var exampleNames: String {
    switch self {
    case .keras: "PATH/kernel, PATH/recurrent_kernel"
    case .tensorflow1: "PATH/basic_lstm_cell/kernel, PATH/gru_cell/gates/kernel"
    case .pytorch: "PATH.weight_ih_l0, PATH.weight_hh_l0"
    case .onnx: "PATH/W, PATH/R"
    case .mxnet: "PATH.l0_i2h_weight, PATH.l0_h2h_weight"
    }
  }
}

extension WeightConversion {
  /// The path of a part in the result; a single dot for none.
  public func title(of part: Part) -> String {
    let path = part.network.path
    return path.isEmpty ? "." : path.joined(separator: "\(request.to.pathSeparator)")
  }
}
