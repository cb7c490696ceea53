import Layers
import Safetensors
import TextLayout

extension Checkpoint {
  /// The recurrent networks of the file, in the order of their first tensor.
  ///
  /// - Parameter framework: whose names to look for; without it, those of all frameworks.
  /// - Throws: `ConversionError` where an ONNX model is to be read as another framework's file.
  public func networks(_ framework: Framework? = nil) throws -> [FoundNetwork] {
    if let nodes {
      if let framework, framework != .onnx {
        throw ConversionError("\(file) is an ONNX model: expected --from onnx, received --from \(framework.rawValue)")
      }
      return nodes
    }
    var taken: Set<String> = []
    var found: [FoundNetwork] = []
    for own in framework.map({ [$0] }) ?? Framework.allCases {
      for network in networks(of: own, takesBareKernels: framework != nil) where taken.isDisjoint(with: network.names) {
        taken.formUnion(network.names)
        found.append(network)
      }
    }
    let places = Dictionary(entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: min)
    func first(_ network: FoundNetwork) -> Int { network.names.compactMap { places[$0] }.min() ?? 0 }
    return found.map { (first($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func networks(of framework: Framework, takesBareKernels: Bool) -> [FoundNetwork] {
    var modules = Modules(framework, takesBareKernels: takesBareKernels)
    for entry in entries {
      if let name = TensorName(entry.name, in: framework) { modules.add(name, entry) }
    }
    return modules.networks().map { network in
      guard framework == .tensorflow1 else { return network }
      // TensorFlow 1 has one kernel for input and state; beside a second one it is Keras' kernel, read by wrong rows.
      let second = network.cells.values.map { $0.name(of: "recurrent_kernel") }.sorted()
      guard let name = second.first(where: { name in entries.contains { $0.name == name } }) else { return network }
      var refused = network
      refused.problem = "\(quoted(name)) is a name of Keras: say --from keras"
      return refused
    }
  }

  /// The tensors that belong to none of these networks.
  public func others(than networks: [FoundNetwork]) -> [Entry] {
    let taken = Set(networks.flatMap(\.names))
    return entries.filter { !taken.contains($0.name) }
  }
}

/// The tensors of a file, module by module.
private struct Modules {
  let framework: Framework
  private var members: [[String]: [(name: TensorName, entry: Checkpoint.Entry)]] = [:]
  private var order: [[String]] = []

  /// Whether a kernel at the top of the file, without a path, is a cell's.
  let takesBareKernels: Bool

  init(_ framework: Framework, takesBareKernels: Bool) {
    self.framework = framework
    self.takesBareKernels = takesBareKernels
  }

  mutating func add(_ name: TensorName, _ entry: Checkpoint.Entry) {
    if members[name.path] == nil { order.append(name.path) }
    members[name.path, default: []].append((name, entry))
  }

  func networks() -> [FoundNetwork] {
    parted().filter { isRecurrent($0.members) }.map { network($0.path, $0.members) }
  }

  private typealias Module = (path: [String], members: [(name: TensorName, entry: Checkpoint.Entry)])

  /// Modules that share a path though they are not one network are parted again.
  private func parted() -> [Module] {
    var modules: [Module] = order.map { ($0, members[$0] ?? []) }
    // A weight before dropout belongs to the module that the wrapper holds.
    for index in modules.indices
    where !modules[index].members.isEmpty && modules[index].members.allSatisfy(\.name.isRaw) {
      guard let inner = modules.firstIndex(where: { $0.path == modules[index].path + ["module"] }) else { continue }
      modules[inner].members += modules[index].members
      modules[index].members = []
    }
    return modules.flatMap(part)
  }

  private func part(_ module: Module) -> [Module] {
    if framework == .keras || framework == .tensorflow1, let pieces = partedByDirection(module) {
      return pieces.flatMap(part)
    }
    let cellWords = distinct(module.members.map(\.name.cellWord))
    // Two cells beside each other without a number or a direction are two networks.
    let places = module.members.map { "\($0.name.layer ?? -1) \($0.name.isBackward) \($0.name.local) \($0.name.isRaw)" }
    if cellWords.count > 1, Set(places).count < places.count {
      return cellWords.map { word in
        (word.isEmpty ? module.path : module.path + [word], module.members.filter { $0.name.cellWord == word })
      }
    }
    return [module]
  }

  /// `forward_gru` and `backward_gru` are a pair. More pairs, and directions alone, are networks with such names; `nil`
  /// where there is one pair or no direction.
  private func partedByDirection(_ module: Module) -> [Module]? {
    func pair(_ name: TensorName) -> String {
      let word = name.directionWord
      for start in ["forward_", "backward_"] where word.hasPrefix(start) { return String(word.dropFirst(start.count)) }
      return ""
    }
    let directed = module.members.filter { !$0.name.directionWord.isEmpty }
    let pairs = distinct(directed.map { pair($0.name) })
    func isWhole(_ word: String) -> Bool {
      let own = directed.filter { pair($0.name) == word }.map(\.name)
      return Set(own.map(\.directionWord)).count == 2 && Set(own.map(\.isBackward)).count == 2
    }
    let hasOthers = module.members.contains { $0.name.directionWord.isEmpty && $0.name.layer == nil }
    guard !pairs.isEmpty, pairs.count > 1 || !isWhole(pairs[0]) || hasOthers else { return nil }
    var pieces: [Module] = []
    let plain = module.members.filter(\.name.directionWord.isEmpty)
    if !plain.isEmpty { pieces.append((module.path, plain)) }
    for word in pairs {
      let own = directed.filter { pair($0.name) == word }
      if isWhole(word), !word.isEmpty {
        pieces.append((module.path + [word], own))
        continue
      }
      for direction in distinct(own.map(\.name.directionWord)) {
        let alone = own.filter { $0.name.directionWord == direction }.map { member in
          var member = member
          (member.name.directionWord, member.name.isBackward) = ("", false)
          return member
        }
        pieces.append((module.path + [direction], alone))
      }
    }
    return pieces
  }

  /// Whether a module holds what only a recurrent layer has.
  private func isRecurrent(_ members: [(name: TensorName, entry: Checkpoint.Entry)]) -> Bool {
    let locals = Set(members.map(\.name.local))
    switch framework {
    case .keras: return locals.contains("recurrent_kernel")
    case .onnx: return locals.contains("R") && locals.contains("W")
    case .pytorch: return locals.contains { $0.hasPrefix("weight") }
    case .mxnet: return locals.contains { $0.hasSuffix("weight") }
    case .tensorflow1:
      // A kernel and a bias are a Dense layer's too: the word of the cell, or a place in a stack, tells them apart.
      let isCell = locals.contains { $0.hasPrefix("gates/") || $0.hasPrefix("candidate/") || $0.hasSuffix("_diag") }
      return locals.contains { $0.hasSuffix("kernel") }
        && (isCell || members.contains { !$0.name.cellWord.isEmpty }
          || takesBareKernels && members.allSatisfy { $0.name.path.isEmpty })
    }
  }

  private func network(
    _ path: [String], _ members: [(name: TensorName, entry: Checkpoint.Entry)]
  ) -> FoundNetwork {
    let cellWord = members.map(\.name.cellWord).first { !$0.isEmpty } ?? ""
    var found = FoundNetwork(
      framework: framework, path: path, fullPath: cellWord.isEmpty ? path : path + [cellWord], cells: [:])
    found.cellWord = cellWord
    let raw = Set(members.filter(\.name.isRaw).map { "\($0.name.local)\($0.name.suffix)" })
    // Beside a weight before dropout stands its copy with dropout, made anew at every call.
    let own = members.filter { $0.name.isRaw || !raw.contains("\($0.name.local)\($0.name.suffix)") }
    found.names = own.map(\.entry.name)
    do {
      for (name, entry) in own { try add(name, entry, to: &found) }
      try found.checkPlaces()
    } catch {
      found.problem = "\(error)"
    }
    return found
  }

  private func add(_ name: TensorName, _ entry: Checkpoint.Entry, to found: inout FoundNetwork) throws {
    let tensor = try numbers(of: entry)
    let pieces = framework == .onnx ? try directions(of: tensor, entry.name) : [tensor]
    for (d, piece) in pieces.enumerated() {
      let place = CellPlace(layer: name.layer ?? 0, isBackward: name.isBackward || d == 1)
      if let other = found.cells[place]?.tensors[name.local] {
        throw ConversionError("\(quoted(entry.name)) and \(quoted(other.name)) have the same place in one network")
      }
      found.cells[place, default: FoundCell()].example = name
      found.cells[place]?.tensors[name.local] = NamedTensor(name: entry.name, tensor: piece)
    }
  }

  private func numbers(of entry: Checkpoint.Entry) throws -> Tensor<Double> {
    let shape = entry.tensor.shape
    guard let numbers = entry.tensor.numbers else {
      throw ConversionError(
        "\(quoted(entry.name)): expected F16, BF16, F32 or F64, received \(entry.tensor.type.rawValue) "
          + "(quantised weights are not numbers without their scale)")
    }
    guard !shape.contains(0) else {
      throw ConversionError("\(quoted(entry.name)): expected a shape without 0, received \(shape)")
    }
    if let place = numbers.firstNonFinite {
      throw ConversionError(
        "\(quoted(entry.name)): expected finite numbers, received \(numbers[place]) at element \(place)")
    }
    return Tensor(shape: shape, scalars: numbers)
  }

  /// ONNX keeps the directions of a layer along the first axis.
  private func directions(of tensor: Tensor<Double>, _ name: String) throws -> [Tensor<Double>] {
    guard tensor.rank >= 2, (1...2).contains(tensor.shape[0]) else {
      throw ConversionError("\(quoted(name)): expected shape [1 or 2 directions, …], received \(tensor.shape)")
    }
    return (0..<tensor.shape[0]).map { tensor.slice($0) }
  }
}

/// The elements of a list, each once, in the order of their first place.
func distinct<Element: Hashable>(_ list: [Element]) -> [Element] {
  var seen: Set<Element> = []
  return list.filter { seen.insert($0).inserted }
}

extension FoundNetwork {
  /// Throws unless the layers are numbered from 0 without a gap, each in the same directions.
  func checkPlaces() throws {
    let layers = Set(cells.keys.map(\.layer))
    for layer in layers.sorted() where layer >= layers.count {
      let names = cells.filter { $0.key.layer == layer }.flatMap { $0.value.tensors.values.map(\.name) }
      throw ConversionError(
        "\(quoted(names.min() ?? "")): expected layers numbered from 0 without a gap, "
          + "and the file has \(layers.count) \(layers.count == 1 ? "layer" : "layers") of \(quoted(title))")
    }
    guard cells.keys.contains(where: \.isBackward) else { return }
    for layer in layers.sorted() {
      for isBackward in [false, true] where cells[CellPlace(layer: layer, isBackward: isBackward)] == nil {
        // `0/forward`, `0/backward`, `1`: a layer in one direction on top of one in both.
        let alone = cells[CellPlace(layer: layer)]?.example
        if isBackward, framework != .pytorch, framework != .mxnet, alone?.directionWord.isEmpty ?? false { continue }
        let other = cells[CellPlace(layer: layer, isBackward: !isBackward)]
        throw ConversionError(
          "\(quoted(title)): expected both directions in every layer; "
            + "\(quoted(other?.tensors.values.map(\.name).min() ?? title)) has no tensor of the other direction")
      }
    }
  }
}
