import Layers
import Safetensors
import TextLayout
import WeightFiles

extension Checkpoint {
  /// The constant tensors of an ONNX model, and its nodes RNN, GRU and LSTM as networks.
  init(_ model: ONNXModel, file: String) {
    let kinds: [String: CellKind] = ["RNN": .simpleRNN, "GRU": .gru, "LSTM": .lstm]
    let recurrent = model.nodes.filter { kinds[$0.type] != nil }
    let titles = recurrent.map { node in
      guard node.name.isEmpty, recurrent.count > 1 else { return node.name }
      return node.outputs.first { !$0.isEmpty } ?? node.type
    }
    var nodes: [FoundNetwork] = []
    for (index, node) in recurrent.enumerated() {
      guard let kind = kinds[node.type] else { continue }
      // Two nodes of one name are told apart by what they give.
      let isDouble = titles.filter { $0 == titles[index] }.count > 1
      let words =
        titles[index].split(separator: "/").map(String.init) + (isDouble ? [node.outputs.first ?? "\(index)"] : [])
      nodes.append(FoundNetwork(node, kind, path: words, of: model))
    }
    self.init(model.constants.map { Entry($0.name, $0.tensor) }, file: file, nodes: nodes)
  }
}

extension FoundNetwork {
  /// A node: its inputs W, R, B, P and its attributes, so that nothing is assumed.
  init(_ node: ONNXModel.Node, _ kind: CellKind, path: [String], of model: ONNXModel) {
    self.init(framework: .onnx, path: path, fullPath: path, cells: [:])
    do {
      settings = try Self.settings(of: node, kind)
      for (place, local) in [(1, "W"), (2, "R"), (3, "B"), (7, "P")] {
        guard place < node.inputs.count, !node.inputs[place].isEmpty else { continue }
        try add(node.inputs[place], as: local, of: model)
      }
      let directions = Set(cells.keys).count
      let stated = node.attributes["direction"]?.text ?? "forward"
      guard directions == (stated == "bidirectional" ? 2 : 1) else {
        throw ConversionError(
          "\(quoted(title)): expected weights for direction \(stated), received \(directions) directions")
      }
    } catch {
      problem = "\(error)"
    }
  }

  private mutating func add(_ name: String, as local: String, of model: ONNXModel) throws {
    guard let stored = model.constant(name) else {
      let reason = model.unread[name] ?? "is computed by the graph: onnxsim or constant folding makes it a constant"
      throw ConversionError("\(quoted(title)): its input \(local), \(quoted(name)), \(reason)")
    }
    guard let numbers = stored.numbers, numbers.firstNonFinite == nil else {
      throw ConversionError(
        "\(quoted(name)): expected finite numbers of a floating-point type, received \(stored.type.rawValue)")
    }
    guard stored.shape.count >= 2, (1...2).contains(stored.shape[0]), !stored.shape.contains(0) else {
      throw ConversionError("\(quoted(name)): expected shape [1 or 2 directions, …], received \(stored.shape)")
    }
    names.append(name)
    let tensor = Tensor(shape: stored.shape, scalars: numbers)
    for d in 0..<stored.shape[0] {
      let place = CellPlace(isBackward: d == 1)
      var cell = cells[place] ?? FoundCell()
      cell.tensors[local] = NamedTensor(name: name, tensor: tensor.slice(d))
      cell.example = TensorName(path: path, local: local, prefix: title + "/")
      cells[place] = cell
    }
  }

  private static func settings(of node: ONNXModel.Node, _ kind: CellKind) throws -> NetworkSettings {
    let direction = node.attributes["direction"]?.text ?? "forward"
    guard ["forward", "reverse", "bidirectional"].contains(direction) else {
      throw ConversionError("direction: expected forward, reverse or bidirectional, received \(quoted(direction))")
    }
    let isBidirectional = direction == "bidirectional"
    let functions = try activations(of: node)
    let count = kind.usualActivations.count
    let directions = isBidirectional ? 2 : 1
    guard functions.isEmpty || functions.count == count * directions else {
      throw ConversionError("activations: expected \(count * directions) names, received \(functions.count)")
    }
    if isBidirectional, !functions.isEmpty, Array(functions[..<count]) != Array(functions[count...]) {
      throw ConversionError("activations: each direction has its own, which no other layout can say")
    }
    return NetworkSettings(
      kind: kind, activations: functions.isEmpty ? kind.usualActivations : Array(functions[..<count]),
      resetAfter: kind == .gru ? (node.attributes["linear_before_reset"]?.integer ?? 0) != 0 : nil,
      merge: isBidirectional ? .concat : nil, isReversed: isBidirectional ? nil : direction == "reverse",
      clip: node.attributes["clip"]?.float.map { Double($0) },
      inputForget: (node.attributes["input_forget"]?.integer ?? 0) != 0)
  }

  /// `activation_alpha` and `activation_beta` are used up in the order of the functions that take them.
  private static func activations(of node: ONNXModel.Node) throws -> [Activation] {
    var alphas = (node.attributes["activation_alpha"]?.floats ?? []).map { Double($0) }[...]
    var betas = (node.attributes["activation_beta"]?.floats ?? []).map { Double($0) }[...]
    func next(_ list: inout ArraySlice<Double>, or usual: Double) -> Double { list.popFirst() ?? usual }
    return try (node.attributes["activations"]?.texts ?? []).map { word in
      switch word.lowercased() {
      case "tanh": return .tanh
      case "sigmoid": return .sigmoid
      case "relu": return .relu
      case "softsign": return .softsign
      case "softplus": return .softplus
      case "elu": return .elu(alpha: next(&alphas, or: 1))
      case "leakyrelu": return .leakyRelu(alpha: next(&alphas, or: 0.01))
      case "thresholdedrelu": return .thresholdedRelu(alpha: next(&alphas, or: 1))
      case "hardsigmoid":
        let (alpha, beta) = (next(&alphas, or: 0.2), next(&betas, or: 0.5))
        // The file's single precision stands for the decimal number.
        return Float(alpha) == 0.2 ? .hardSigmoid(alpha: 0.2, beta: beta) : .hardSigmoid(alpha: alpha, beta: beta)
      case "scaledtanh": return .scaledTanh(alpha: next(&alphas, or: 1), beta: next(&betas, or: 1))
      case "affine": return .affine(alpha: next(&alphas, or: 1), beta: next(&betas, or: 0))
      default: throw ConversionError("activations: expected a function of ONNX, received \(quoted(word))")
      }
    }
  }
}

extension WeightConversion {
  /// An ONNX model: each network reads `PATH/X` `[T, B, D]` and gives `PATH/Y` `[T, B, directions · H]`.
  func model(_ result: Checkpoint) throws -> [UInt8] {
    var graph = ONNXGraph()
    for entry in result.entries { graph.add(constant: entry.tensor, name: entry.name) }
    graph.add(constant: StoredTensor([Int64(0), 0, -1], shape: [3]), name: "joined_shape")
    for part in parts { try add(part.network.withEqualParts(), to: &graph) }
    return graph.model()
  }

  private func add(_ network: RecurrentNetwork, to graph: inout ONNXGraph) throws {
    let start = network.path.isEmpty ? "" : network.path.joined(separator: "/") + "/"
    var input = start + "X"
    graph.add(input: input, type, [.named("steps"), .named("batch"), .fixed(network.cells[0][0].inputSize)])
    for (layer, directions) in network.cells.enumerated() {
      func named(_ local: String) -> String { Framework.onnx.name(local, of: network, at: CellPlace(layer: layer)) }
      let cell = directions[0]
      var inputs = [input, named("W"), named("R")]
      if cell.bias != nil || cell.recurrentBias != nil || cell.peepholes != nil {
        inputs.append(cell.bias != nil || cell.recurrentBias != nil ? named("B") : "")
      }
      if cell.peepholes != nil { inputs += ["", "", "", named("P")] }
      let isLast = layer == network.cells.count - 1
      let name = network.cells.count > 1 ? "\(start)\(layer)" : start.isEmpty ? "recurrent" : String(start.dropLast())
      let output = isLast ? start + "Y" : named("Y")
      graph.add(
        network.kind == .simpleRNN ? "RNN" : network.kind.rawValue.uppercased(), name: name, inputs: inputs,
        outputs: [named("all")], try attributes(network, directions))
      graph.add(
        "Transpose", name: named("transpose"), inputs: [named("all")], outputs: [named("turned")],
        [("perm", .integers([0, 2, 1, 3]))])
      graph.add("Reshape", name: named("join"), inputs: [named("turned"), "joined_shape"], outputs: [output])
      if isLast {
        graph.add(output: output, type, [.named("steps"), .named("batch"), .fixed(cell.units * directions.count)])
      }
      input = output
    }
  }

  private func attributes(
    _ network: RecurrentNetwork, _ directions: [CellWeights<Double>]
  ) throws -> [(String, ONNXGraph.Attribute)] {
    let direction = directions.count == 2 ? "bidirectional" : network.isReversed ? "reverse" : "forward"
    var attributes: [(String, ONNXGraph.Attribute)] = [
      ("hidden_size", .integer(directions[0].units)), ("direction", .text(direction)),
    ]
    if network.kind == .gru { attributes.append(("linear_before_reset", .integer(directions[0].resetAfter ? 1 : 0))) }
    if let clip = network.clip { attributes.append(("clip", .float(Float(clip)))) }
    if network.inputForget { attributes.append(("input_forget", .integer(1))) }
    guard network.activations != network.kind.usualActivations else { return attributes }
    let functions = try directions.flatMap { _ in try network.activations.map { try onnxFunction($0) } }
    attributes.append(("activations", .texts(functions.map(\.name))))
    attributes.append(("activation_alpha", .floats(functions.compactMap(\.alpha))))
    attributes.append(("activation_beta", .floats(functions.compactMap(\.beta))))
    return attributes
  }

  private func onnxFunction(_ activation: Activation) throws -> (name: String, alpha: Float?, beta: Float?) {
    switch activation {
    case .linear: ("Affine", 1, 0)
    case .tanh: ("Tanh", nil, nil)
    case .sigmoid: ("Sigmoid", nil, nil)
    case .relu: ("Relu", nil, nil)
    case .softsign: ("Softsign", nil, nil)
    case .softplus: ("Softplus", nil, nil)
    case .softmax: throw ConversionError("ONNX has no recurrent layer with softmax")
    case .elu(let alpha): ("Elu", Float(alpha), nil)
    case .hardSigmoid(let alpha, let beta): ("HardSigmoid", Float(alpha), Float(beta))
    case .affine(let alpha, let beta): ("Affine", Float(alpha), Float(beta))
    case .leakyRelu(let alpha): ("LeakyRelu", Float(alpha), nil)
    case .thresholdedRelu(let alpha): ("ThresholdedRelu", Float(alpha), nil)
    case .scaledTanh(let alpha, let beta): ("ScaledTanh", Float(alpha), Float(beta))
    }
  }
}
