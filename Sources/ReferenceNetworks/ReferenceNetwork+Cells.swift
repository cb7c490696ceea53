import GoldenCases
import Layers

/// The weights of one cell as a framework stores them: `ReferenceCell` is read from these.
///
/// This file states names, axes and gate orders a second time, on purpose: the reference network checks the layers, so
/// it must not read their table, `WeightLayout`.
struct StoredBlocks {
  var kernel: Term
  var recurrentKernel: Term
  var bias: Term?
  var recurrentBias: Term?
  var order: [Gate]
}

extension ReferenceNetwork {
  /// A cell from kernels with columns as outputs and blocks in `order`.
  ///
  /// - Parameter resetAfter: whether the two biases of a GRU's candidate stand apart.
  func cell(_ kind: CellKind, _ stored: StoredBlocks, resetAfter: Bool = false) -> ReferenceCell {
    let order = faults.order(stored.order, of: kind)
    let units = stored.kernel.value.columns / order.count
    let isInterleaved = order.count > 1 && units > 1 && faults.has(.gatesInterleaved)
    func block(_ place: Int, of term: Term) -> Term {
      guard isInterleaved else { return term.columns(place * units..<(place + 1) * units) }
      return term.gatherColumns((0..<units).map { $0 * order.count + place })
    }
    let biasOrder = stored.bias == nil ? order : faults.biasOrder(order, of: kind)
    func blocks(_ term: Term?, _ order: [Gate]) -> [Gate: Term] {
      guard let term else { return [:] }
      return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, block($0, of: term)) })
    }
    var cell = ReferenceCell(kind: kind)
    cell.kernel = blocks(reshaped(stored.kernel, alone: .inputKernelReshaped), order)
    cell.recurrentKernel = blocks(reshaped(stored.recurrentKernel, alone: .recurrentKernelReshaped), order)
    cell.bias = blocks(stored.bias, biasOrder)
    cell.recurrentBias = blocks(stored.recurrentBias, biasOrder)
    misplaceBiases(of: &cell, resetAfter: resetAfter)
    return cell
  }

  /// The faults that add a bias twice, or in another's place.
  private func misplaceBiases(of cell: inout ReferenceCell, resetAfter: Bool) {
    guard !cell.bias.isEmpty else { return }
    if let (gate, other) = faults.biasOfOtherGate(of: cell.kind) {
      cell.bias[gate] = cell.bias[other]
      cell.recurrentBias[gate] = cell.recurrentBias[other]
    }
    if faults.has(.inputBiasDoubled) { cell.bias = cell.bias.mapValues { $0 * 2 } }
    guard !cell.recurrentBias.isEmpty else { return }
    if faults.has(.recurrentBiasDoubled) { cell.recurrentBias = cell.recurrentBias.mapValues { $0 * 2 } }
    let (input, recurrent) = (cell.bias, cell.recurrentBias)
    if faults.has(.inputBiasInBoth) { cell.recurrentBias = input }
    if faults.has(.recurrentBiasInBoth) { cell.bias = recurrent }
    // Elsewhere only the sum of the two is seen.
    guard cell.kind == .gru, resetAfter, faults.has(.biasesExchanged) else { return }
    (cell.bias, cell.recurrentBias) = (recurrent, input)
  }

  /// The kernel, or with the fault a kernel that was reshaped where it must be transposed.
  private func reshaped(_ kernel: Term, alone: Fault) -> Term {
    let shape = kernel.value.shape
    guard shape[0] > 1, shape[1] > 1, golden.layout != .tensorflow1,
      faults.has(.kernelsReshaped) || faults.has(alone)
    else { return kernel }
    let exchanged = [shape[1], shape[0]]
    return golden.layout == .keras ? kernel.reshaped(exchanged).transposed : kernel.transposed.reshaped(shape)
  }

  func kerasCell(_ layer: KerasRecurrent, _ prefix: String) throws -> ReferenceCell {
    let twoBiases = layer.kind == .gru && layer.resetAfter
    let bias = layer.useBias ? try weight(prefix + "bias") : nil
    var cell = cell(
      layer.kind,
      StoredBlocks(
        kernel: try weight(prefix + "kernel"), recurrentKernel: try weight(prefix + "recurrent_kernel"),
        bias: twoBiases ? bias.map { row($0, 0) } : bias, recurrentBias: twoBiases ? bias.map { row($0, 1) } : nil,
        order: layer.kind.gates), resetAfter: layer.resetAfter)
    cell.resetAfter = layer.resetAfter
    cell.activation = layer.activation
    cell.recurrentActivation = layer.recurrentActivation
    cell.outputActivation = cell.activation
    return cell
  }

  /// One row of a matrix as a vector.
  func row(_ matrix: Term, _ index: Int) -> Term { matrix.gather([index]).reshaped([matrix.value.columns]) }

  func tensorflowCells(_ cell: TensorFlowCell, _ prefix: String) throws -> [ReferenceCell] {
    switch cell {
    case .multi(let cells):
      return try cells.enumerated().flatMap { try tensorflowCells($1, "\(prefix)\($0)/") }
    case .basicRNN(let units, let activation):
      var own = self.cell(
        .simpleRNN, try joined(try weight(prefix + "kernel"), try weight(prefix + "bias"), [.h], below: units))
      own.activation = activation
      return [own]
    case .lstm(let lstm): return [try tensorflowLSTM(lstm, prefix)]
    case .gru(let units, let activation):
      let gates = try joined(
        try weight(prefix + "gates/kernel"), try weight(prefix + "gates/bias"), [.r, .z], below: units)
      let candidate = try joined(
        try weight(prefix + "candidate/kernel"), try weight(prefix + "candidate/bias"), [.g], below: units)
      var own = self.cell(
        .gru,
        StoredBlocks(
          kernel: .concatenated([gates.kernel, candidate.kernel]),
          recurrentKernel: .concatenated([gates.recurrentKernel, candidate.recurrentKernel]),
          bias: .concatenated([gates.bias, candidate.bias].compactMap { $0 }), order: [.r, .z, .g]))
      own.resetAfter = false
      own.activation = activation
      return [own]
    }
  }

  private func tensorflowLSTM(_ lstm: TensorFlowLSTM, _ prefix: String) throws -> ReferenceCell {
    var cell = cell(
      .lstm,
      try joined(
        try weight(prefix + "kernel"), try weight(prefix + "bias"), [.i, .g, .f, .o], below: lstm.outputSize))
    if lstm.usePeepholes {
      for gate in [Gate.i, .f, .o] { cell.peepholes[gate] = try weight("\(prefix)w_\(gate.rawValue)_diag") }
    }
    if lstm.projection != nil {
      cell.projection = try weight(prefix + "projection/kernel")
      cell.projectionClip = lstm.projectionClip
    }
    cell.activation = lstm.activation
    cell.outputActivation = cell.activation
    cell.forgetBias = lstm.forgetBias
    cell.cellClip = lstm.cellClip
    return cell
  }

  /// A kernel whose last `below` rows belong to the state.
  private func joined(_ kernel: Term, _ bias: Term, _ order: [Gate], below: Int) throws -> StoredBlocks {
    let rows = kernel.value.shape[0]
    guard !faults.has(.kernelRowsExchanged) else {
      return StoredBlocks(
        kernel: kernel.rows(below..<rows), recurrentKernel: kernel.rows(0..<below), bias: bias, order: order)
    }
    return StoredBlocks(
      kernel: kernel.rows(0..<rows - below), recurrentKernel: kernel.rows(rows - below..<rows), bias: bias,
      order: order)
  }

  /// A cell whose kernels have rows as outputs: PyTorch and MXNet.
  func transposedCell(
    _ kind: CellKind, _ order: [Gate], _ names: (input: String, recurrent: String, bias: String, second: String)
  ) throws -> ReferenceCell {
    cell(
      kind,
      StoredBlocks(
        kernel: try weight(names.input).transposed, recurrentKernel: try weight(names.recurrent).transposed,
        bias: optionalWeight(names.bias), recurrentBias: optionalWeight(names.second), order: order), resetAfter: true)
  }

  func mxnetCell(_ kind: CellKind, _ prefix: String, order: [Gate]? = nil) throws -> ReferenceCell {
    try transposedCell(
      kind, order ?? (kind == .gru ? [.r, .z, .g] : kind.gates),
      (prefix + "i2h_weight", prefix + "h2h_weight", prefix + "i2h_bias", prefix + "h2h_bias"))
  }

  func onnxCell(_ node: ONNXNode, direction d: Int) throws -> ReferenceCell {
    let (u, G) = (node.units, node.kind.gates.count)
    let rows = Array(d * G * u..<(d + 1) * G * u)
    let bias = optionalWeight("B").map { row($0, d) }
    var cell = cell(
      node.kind,
      StoredBlocks(
        kernel: try weight("W").gather(rows).transposed, recurrentKernel: try weight("R").gather(rows).transposed,
        bias: bias?.columns(0..<G * u), recurrentBias: bias?.columns(G * u..<2 * G * u),
        order: node.kind == .lstm ? [.i, .o, .f, .g] : node.kind.gates), resetAfter: node.linearBeforeReset)
    if let peepholes = optionalWeight("P").map({ row($0, d) }) {
      for (place, gate) in [Gate.i, .o, .f].enumerated() {
        cell.peepholes[gate] = peepholes.columns(place * u..<(place + 1) * u)
      }
    }
    let count = node.activations.count / node.directions
    let functions = Array(node.activations[d * count..<(d + 1) * count])
    cell.activation = functions[node.kind == .simpleRNN ? 0 : 1]
    cell.recurrentActivation = functions[0]
    cell.outputActivation = functions[count - 1]
    cell.clip = node.clip
    cell.inputForget = node.inputForget
    cell.resetAfter = node.linearBeforeReset
    return cell
  }
}
