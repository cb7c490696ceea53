extension WeightLayout {
  /// A framework's tensors as weights without conventions.
  ///
  /// - Parameter tensor: finds a stored tensor by its name in this layout.
  /// - Throws: `ConversionError` for a missing tensor, `ShapeError` for one whose shape does not fit the others.
  public func decode<Scalar>(_ tensor: (String) throws -> Tensor<Scalar>?) throws -> CellWeights<Scalar> {
    var blocks: [Part: [Gate: Tensor<Scalar>]] = [:]
    var projection: Tensor<Scalar>?
    let stored = try entries.map { entry -> (Entry, Tensor<Scalar>) in
      guard let found = try tensor(entry.name) else { throw ConversionError("weight \(entry.name) is missing") }
      return (entry, entry.isTransposed && found.rank == 2 ? found.transposed : found)
    }
    for (entry, tensor) in stored where entry.parts == [.projection] {
      try tensor.requireShape([nil, nil], entry.name)
      projection = tensor
    }
    let sizes = try Sizes(of: stored, projection: projection)
    for (entry, tensor) in stored where entry.parts != [.projection] {
      try tensor.requireShape(sizes.shape(of: entry), entry.isTransposed ? "\(entry.name) (transposed)" : entry.name)
      for (part, piece) in zip(entry.parts, sizes.pieces(of: tensor, entry)) {
        for (gate, block) in zip(entry.gates, piece.split(into: entry.gates.count)) {
          blocks[part, default: [:]][gate] = block
        }
      }
    }
    func joined(_ part: Part, _ gates: [Gate]) -> Tensor<Scalar>? {
      guard let found = blocks[part] else { return nil }
      return .concatenated(gates.compactMap { found[$0] })
    }
    guard let kernel = joined(.kernel, kind.gates), let recurrentKernel = joined(.recurrentKernel, kind.gates) else {
      throw ConversionError("the layout of \(framework.rawValue) has no kernels")
    }
    return CellWeights(
      kind: kind, resetAfter: resetAfter, kernel: kernel, recurrentKernel: recurrentKernel,
      bias: joined(.bias, kind.gates), recurrentBias: joined(.recurrentBias, kind.gates),
      peepholes: joined(.peepholes, Self.peepholeGates)?.reshaped([3, sizes.H]), projection: projection)
  }

  /// Weights (or their gradients) as this framework's tensors, in the layout's order.
  ///
  /// Nothing is added or filled in: the weights must have exactly the parts of the layout; `fitted(to:)` makes them so.
  public func encode<Scalar>(_ weights: CellWeights<Scalar>) throws -> [(name: String, tensor: Tensor<Scalar>)] {
    try entries.map { entry in
      let pieces = try entry.parts.map { part -> Tensor<Scalar> in
        guard let own = weights.part(part) else {
          throw ConversionError("\(entry.name) needs a \(part.rawValue), which these weights do not have")
        }
        if part == .projection { return own }
        let order = part == .peepholes ? Self.peepholeGates : kind.gates
        let blocks = own.split(into: order.count)
        return .concatenated(entry.gates.compactMap { gate in order.firstIndex(of: gate).map { blocks[$0] } })
      }
      let joined: Tensor<Scalar> =
        switch entry.joint {
        case .rows: pieces.count == 1 ? pieces[0] : .stackedRows(pieces)
        case .columns: .concatenated(pieces)
        case .newAxis: .stacked(pieces)
        }
      return (entry.name, entry.isTransposed ? joined.transposed : joined)
    }
  }

  /// The gates that have a peephole, in the order of the rows.
  static let peepholeGates: [Gate] = [.i, .f, .o]
}

extension CellWeights {
  fileprivate func part(_ part: WeightLayout.Part) -> Tensor<Scalar>? {
    switch part {
    case .kernel: kernel
    case .recurrentKernel: recurrentKernel
    case .bias: bias
    case .recurrentBias: recurrentBias
    case .peepholes: peepholes.map { $0.reshaped([$0.count]) }
    case .projection: projection
    }
  }
}

/// D, H and P as the stored tensors show them.
private struct Sizes {
  let D, H, P: Int

  init<Scalar>(of stored: [(WeightLayout.Entry, Tensor<Scalar>)], projection: Tensor<Scalar>?) throws {
    guard let (entry, kernel) = stored.first(where: { $0.0.parts.contains(.kernel) }) else {
      throw ConversionError("no kernel")
    }
    guard kernel.rank == 2, !entry.gates.isEmpty, kernel.columns % entry.gates.count == 0, kernel.columns > 0 else {
      let expected = entry.isTransposed ? "[\(entry.gates.count)·H, D]" : "[D, \(entry.gates.count)·H]"
      throw ShapeError(
        entry.name, expected: expected,
        received: entry.isTransposed ? kernel.shape.reversed() : kernel.shape)
    }
    H = kernel.columns / entry.gates.count
    P = projection?.columns ?? H
    D = entry.parts.contains(.recurrentKernel) ? kernel.shape[0] - P : kernel.shape[0]
    guard D > 0 else {
      throw ShapeError(entry.name, expected: "[D + \(P), \(kernel.columns)] with D ≥ 1", received: kernel.shape)
    }
    try projection?.requireShape([H, nil], "projection")
  }

  func shape(of entry: WeightLayout.Entry) -> [Int?] {
    let width = H * entry.gates.count
    let isKernel = entry.parts.contains(.kernel) || entry.parts.contains(.recurrentKernel)
    if isKernel { return [entry.parts.reduce(0) { $0 + ($1 == .kernel ? D : P) }, width] }
    switch entry.joint {
    case .rows: return [width]
    case .columns: return [width * entry.parts.count]
    case .newAxis: return [entry.parts.count, width]
    }
  }

  /// The tensor cut into its parts.
  func pieces<Scalar>(of tensor: Tensor<Scalar>, _ entry: WeightLayout.Entry) -> [Tensor<Scalar>] {
    guard entry.parts.count > 1 else { return [tensor] }
    switch entry.joint {
    case .rows: return [tensor.slices(0..<D), tensor.slices(D..<D + P)]
    case .columns: return tensor.split(into: entry.parts.count)
    case .newAxis: return entry.parts.indices.map { tensor.slice($0) }
    }
  }
}
