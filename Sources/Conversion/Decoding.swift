import Layers
import TextLayout

extension FoundNetwork {
  /// Decodes the tensors: kind, sizes and biases come from names and shapes, the rest from `told` or from convention.
  ///
  /// - Throws: `ConversionError` naming the tensor that does not fit, or what the file leaves open.
  ///
  /// - Parameter words: functions as `--activations` gives them; the kind of cell says what they mean.
  public func decoded(
    _ told: NetworkSettings = NetworkSettings(), activations words: [Activation]? = nil
  ) throws -> RecurrentNetwork {
    if let problem { throw ConversionError(problem) }
    try refuseConflict(told)
    var told = told.filled(from: settings)
    try refuseUnknownCell()
    let places = cells.keys.sorted()
    var layers: [[CellWeights<Double>]] = []
    for place in places {
      guard let cell = cells[place] else { continue }
      let weights = try cell.weights(framework, told, title)
      if place.isBackward { layers[layers.count - 1].append(weights) } else { layers.append([weights]) }
    }
    var network = RecurrentNetwork(path: path, kind: layers[0][0].kind, cells: layers)
    try checkAlike(network)
    try checkBiases(network)
    if let words {
      let activations = try network.kind.activations(words)
      try refuseConflict(NetworkSettings(activations: activations))
      told.activations = activations
    }
    try complete(&network, told)
    try checkSizes(network)
    return network
  }

  private func refuseConflict(_ told: NetworkSettings) throws {
    guard let field = told.conflict(with: settings) else { return }
    throw ConversionError("--\(field): expected what the file says of \(quoted(title)), received something else")
  }

  /// Cells of TensorFlow 1 that compute something else than their weights' names suggest.
  private func refuseUnknownCell() throws {
    guard framework == .tensorflow1 else { return }
    let others = [
      "layer_norm", "cudnn_compatible_gru", "coupled_input_forget", "nas", "ugrnn", "intersection", "glstm",
    ]
    if let word = others.first(where: { cellWord.contains($0) }) {
      throw ConversionError(
        "\(quoted(title)): a cell \(quoted(cellWord)) (\(word)) has no counterpart in other layouts")
    }
  }

  /// All cells of a network have one kind and one place of the reset gate; the directions of a layer read one input.
  private func checkAlike(_ network: RecurrentNetwork) throws {
    let first = network.cells[0][0]
    for (layer, directions) in network.cells.enumerated() {
      for (d, cell) in directions.enumerated() {
        let here = quoted(name(of: layer, d))
        guard cell.kind == first.kind else {
          throw ConversionError(
            "\(quoted(title)): \(here) belongs to \(cell.kind.titleWithArticle), "
              + "\(quoted(name(of: 0, 0))) to \(first.kind.titleWithArticle): "
              + "one kind a network")
        }
        guard cell.kind != .gru || cell.resetAfter == first.resetAfter else {
          func place(_ cell: CellWeights<Double>) -> String { cell.resetAfter ? "after" : "before" }
          throw ConversionError(
            "\(quoted(title)): the reset gate acts \(place(first)) the product in the GRU of \(quoted(name(of: 0, 0))), "
              + "\(place(cell)) it in that of \(here): no layer of two directions or several layers has both")
        }
        guard cell.inputSize == directions[0].inputSize else {
          throw ConversionError(
            "\(quoted(title)): \(here) takes \(cell.inputSize) inputs, \(quoted(name(of: layer, 0))) "
              + "\(directions[0].inputSize): the directions of a layer read the same input")
        }
      }
    }
  }

  /// PyTorch's and MXNet's modules have biases in all cells or in none: a file with some of them is not whole.
  private func checkBiases(_ network: RecurrentNetwork) throws {
    guard framework == .pytorch || framework == .mxnet else { return }
    let all = cells.sorted { $0.key < $1.key }.map(\.value)
    let local = framework == .pytorch ? "bias_ih" : "i2h_bias"
    guard all.contains(where: { $0.tensors[local] != nil }) else { return }
    if let cell = all.first(where: { $0.tensors[local] == nil }) {
      throw ConversionError("\(quoted(title)): expected a tensor \(quoted(cell.name(of: local))), found none")
    }
  }

  private func checkSizes(_ network: RecurrentNetwork) throws {
    if network.merge != .concat,
      let directions = network.cells.first(where: { $0.count == 2 && $0[0].units != $0[1].units })
    {
      throw ConversionError(
        "\(quoted(title)): --merge \(network.merge.rawValue) needs directions of one size, "
          + "received \(directions[0].units) and \(directions[1].units) units")
    }
    for layer in network.cells.indices.dropFirst() {
      let (below, takes) = (network.outputSize(of: layer - 1), network.cells[layer][0].inputSize)
      guard takes == below else {
        throw ConversionError(
          "\(quoted(title)): \(quoted(name(of: layer, 0))) takes \(takes) inputs, the layer below gives \(below)")
      }
    }
  }

  /// The name of the kernel of a cell.
  private func name(of layer: Int, _ direction: Int) -> String {
    guard let cell = cells[CellPlace(layer: layer, isBackward: direction == 1)] else { return title }
    return cell.tensors.sorted { $0.key < $1.key }.first { $0.key.contains("bias") == false }?.value.name ?? title
  }
}

extension FoundCell {
  /// The weights of the cell without conventions.
  func weights(_ framework: Framework, _ told: NetworkSettings, _ title: String) throws -> CellWeights<Double> {
    let kind = try kind(framework, told.kind)
    if let hint = told.kind, hint != kind {
      throw ConversionError(
        "--kind: expected \(kind.rawValue), as names and shapes of \(quoted(title)) show, received \(hint.rawValue)")
    }
    var own = tensors.mapValues(\.tensor)
    let fused = framework == .keras ? CuDNNWeights(self, kind) : nil
    if let fused { own = try fused.plain() }
    var features = try features(framework, kind, told, title)
    if fused != nil {
      features.bias = false
      features.resetAfter = true
    }
    let layout: WeightLayout
    do { layout = try WeightLayout(framework, kind, features) } catch {
      throw ConversionError("\(quoted(title)): \(error)")
    }
    if let extra = own.keys.sorted().first(where: { name in !layout.entries.contains { $0.name == name } }) {
      throw ConversionError(
        "\(quoted(name(of: extra))) does not belong to \(kind.titleWithArticle) of \(framework.rawValue)")
    }
    for entry in layout.entries where own[entry.name] == nil {
      throw ConversionError("\(quoted(title)): expected a tensor \(quoted(name(of: entry.name))), found none")
    }
    do {
      var weights = try layout.decode { own[$0] }
      if let fused { (weights.bias, weights.recurrentBias) = fused.biases }
      return weights
    } catch let error as ShapeError {
      // The subject is the local name, with a remark where the layout is stored transposed.
      let local = error.subject.split(separator: " ").first.map(String.init) ?? error.subject
      let remark = error.subject.dropFirst(local.count)
      throw ConversionError(
        "\(quoted(name(of: local)))\(remark): expected shape \(error.expected), received \(error.received)")
    } catch {
      throw ConversionError("\(quoted(title)): \(error)")
    }
  }

  /// The kind by the number of gate blocks.
  private func kind(_ framework: Framework, _ told: CellKind?) throws -> CellKind {
    switch framework {
    case .tensorflow1: return try tensorFlowKind(told)
    case .keras: return try kind("recurrent_kernel", blocks: { [$0.columns, $0.shape[0]] })
    case .onnx: return try kind("R", blocks: { [$0.shape[0], $0.columns] })
    case .mxnet: return try kind("h2h_weight", blocks: { [$0.shape[0], $0.columns] })
    case .pytorch:
      if tensors["weight_hr"] != nil { return .lstm }
      return try kind("weight_hh", blocks: { [$0.shape[0], $0.columns] })
    }
  }

  private func kind(_ local: String, blocks: (Tensor<Double>) -> [Int]) throws -> CellKind {
    guard let recurrent = tensors[local]?.tensor else {
      throw ConversionError("expected a tensor \(quoted(name(of: local))), found none")
    }
    guard recurrent.rank == 2 else {
      throw ConversionError("\(quoted(name(of: local))): expected a matrix, received shape \(recurrent.shape)")
    }
    let sizes = blocks(recurrent)
    for kind in CellKind.allCases where sizes[1] > 0 && sizes[0] == kind.gates.count * sizes[1] { return kind }
    throw ConversionError(
      "\(quoted(name(of: local))) of shape \(recurrent.shape): "
        + "expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) square blocks")
  }

  /// TensorFlow 1 joins input and state rows in one kernel `[D + H, GH]`, whose shape may fit a BasicRNNCell and an
  /// LSTM.
  private func tensorFlowKind(_ told: CellKind?) throws -> CellKind {
    if tensors.keys.contains(where: { $0.hasPrefix("gates/") || $0.hasPrefix("candidate/") }) { return .gru }
    if tensors.keys.contains(where: { $0.hasSuffix("_diag") || $0.hasPrefix("projection") }) { return .lstm }
    let word = example.cellWord
    if word.contains("lstm") { return .lstm }
    if word.contains("gru") { return .gru }
    if word.contains("basic_rnn") || word.contains("simple_rnn") { return .simpleRNN }
    if let told { return told }
    guard let kernel = tensors["kernel"]?.tensor, kernel.rank == 2 else {
      throw ConversionError("expected a matrix \(quoted(name(of: "kernel"))), found none")
    }
    let (rows, columns) = (kernel.shape[0], kernel.shape[1])
    let (asSimple, asLSTM) = (rows > columns, columns % 4 == 0 && rows > columns / 4)
    guard asSimple != asLSTM else {
      throw ConversionError(
        "\(quoted(name(of: "kernel"))) of shape \(kernel.shape) may belong to a BasicRNNCell or to an LSTM: "
          + "say --kind simple-rnn or --kind lstm")
    }
    return asLSTM ? .lstm : .simpleRNN
  }

  private func features(
    _ framework: Framework, _ kind: CellKind, _ told: NetworkSettings, _ title: String
  ) throws -> WeightFeatures {
    var features = WeightFeatures()
    features.peepholes = tensors["P"] != nil || tensors["w_i_diag"] != nil
    features.projection = tensors["weight_hr"] != nil || tensors["projection/kernel"] != nil
    features.bias = ["bias", "bias_ih", "bias_hh", "B", "i2h_bias", "gates/bias"].contains { tensors[$0] != nil }
    guard kind == .gru else { return features }
    switch framework {
    case .pytorch, .mxnet: features.resetAfter = true
    case .tensorflow1: features.resetAfter = false
    case .keras where features.bias:
      features.resetAfter = tensors["bias"]?.tensor.rank == 2 || CuDNNWeights(self, kind) != nil
    case .keras, .onnx:
      guard let resetAfter = told.resetAfter else {
        throw ConversionError(
          "\(quoted(title)): no tensor shows whether the GRU's reset gate acts after the product: "
            + "say --reset-after yes or no (Keras reset_after, ONNX linear_before_reset)")
      }
      features.resetAfter = resetAfter
    }
    if let hint = told.resetAfter, hint != features.resetAfter {
      throw ConversionError(
        "--reset-after: expected \(features.resetAfter ? "yes" : "no"), as the tensors of \(quoted(title)) show, "
          + "received \(hint ? "yes" : "no")")
    }
    return features
  }
}

/// The weights of Keras' CuDNNLSTM and CuDNNGRU: two biases in one vector, and kernels as cuDNN wants them.
///
///     kernel, block of a gate      K[d, j] = k[n / H, n mod H] with n = j·D + d
///     recurrent kernel             the transpose of each block
///     bias [2GH]                   all input biases, then all recurrent biases
///
/// Source: Keras 2, `_convert_rnn_weights` in `saving/hdf5_format.py`.
struct CuDNNWeights {
  private let kernel, recurrentKernel, bias: Tensor<Double>
  private let blocks: Int

  /// `nil` unless the bias is twice as long as that of a plain layer.
  init?(_ cell: FoundCell, _ kind: CellKind) {
    guard kind != .simpleRNN, let kernel = cell.tensors["kernel"]?.tensor, kernel.rank == 2,
      let recurrentKernel = cell.tensors["recurrent_kernel"]?.tensor, recurrentKernel.rank == 2,
      let bias = cell.tensors["bias"]?.tensor, bias.rank == 1, bias.count == 2 * recurrentKernel.columns,
      kernel.columns == recurrentKernel.columns
    else { return nil }
    (self.kernel, self.recurrentKernel, self.bias) = (kernel, recurrentKernel, bias)
    blocks = kind.gates.count
  }

  /// The kernels in Keras' own layout.
  func plain() throws -> [String: Tensor<Double>] {
    let D = kernel.shape[0]
    let inputs = kernel.split(into: blocks).map { $0.reshaped([$0.columns, D]).transposed }
    let states = recurrentKernel.split(into: blocks).map(\.transposed)
    return ["kernel": .concatenated(inputs), "recurrent_kernel": .concatenated(states)]
  }

  var biases: (Tensor<Double>, Tensor<Double>) {
    let halves = bias.split(into: 2)
    return (halves[0], halves[1])
  }
}
