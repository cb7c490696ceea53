/// Any recurrent cell, its weights known by name: what a stack of cells of different kinds is made of.
public struct AnyCell<Scalar: RealScalar>: RecurrentCell {
  public private(set) var base: any RecurrentCell<Scalar>

  public init(_ base: any RecurrentCell<Scalar>) {
    self.base = (base as? AnyCell<Scalar>)?.base ?? base
  }

  public typealias Parameters = NamedTensors<Scalar>
  public typealias State = TensorState<Scalar>

  public struct Cache: Sendable {
    let base: any Sendable
  }

  public var parameters: NamedTensors<Scalar> {
    get { NamedTensors(base.parameters.named) }
    set { base.replaceParameters(newValue.tensors) }
  }
  public var inputSize: Int { base.inputSize }
  public var outputSize: Int { base.outputSize }
  public var knownCells: [KnownCell] { base.knownCells }

  public func zeroState(batchSize B: Int) -> TensorState<Scalar> {
    TensorState(tensors: base.zeroState(batchSize: B).tensors)
  }

  public func forward(_ x: Tensor<Scalar>, _ state: TensorState<Scalar>) -> CellStep<TensorState<Scalar>, Cache> {
    base.erasedForward(x, state.tensors)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: TensorState<Scalar>, cache: Cache,
    accumulating gradient: inout NamedTensors<Scalar>
  ) -> (x: Tensor<Scalar>, state: TensorState<Scalar>) {
    base.erasedBackward(outputGradient, stateGradient.tensors, cache, accumulating: &gradient)
  }

  public func gates(of cache: Cache) -> NamedValues<Scalar> { base.erasedGates(cache) }
  public func values(of cache: Cache) -> NamedValues<Scalar> { base.erasedValues(cache) }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: TensorState<Scalar>, cache: Cache
  ) -> NamedValues<Scalar> {
    base.erasedValueGradients(outputGradient, stateGradient.tensors, cache)
  }

  public func convertedCell<Other: RealScalar>(to type: Other.Type) -> any RecurrentCell<Other> {
    AnyCell<Other>(base.convertedCell(to: type))
  }
}

/// A state known only as a list of tensors, in the order of the cell's own state.
public struct TensorState<Scalar: RealScalar>: RecurrentState {
  public var tensors: [Tensor<Scalar>]
  public init(tensors: [Tensor<Scalar>]) { self.tensors = tensors }
}

// The same calls without the types of state, cache and weights.
extension RecurrentCell {
  fileprivate mutating func replaceParameters(_ tensors: [Tensor<Scalar>]) { parameters.replace(with: tensors) }

  fileprivate func erasedForward(
    _ x: Tensor<Scalar>, _ state: [Tensor<Scalar>]
  ) -> CellStep<TensorState<Scalar>, AnyCell<Scalar>.Cache> {
    let step = forward(x, State(tensors: state))
    return CellStep(
      output: step.output, state: TensorState(tensors: step.state.tensors), cache: .init(base: step.cache))
  }

  fileprivate func erasedBackward(
    _ outputGradient: Tensor<Scalar>, _ stateGradient: [Tensor<Scalar>], _ cache: AnyCell<Scalar>.Cache,
    accumulating gradient: inout NamedTensors<Scalar>
  ) -> (x: Tensor<Scalar>, state: TensorState<Scalar>) {
    guard let own = cache.base as? Cache else { preconditionFailure("a cache of another cell") }
    var total = parameters.zeros
    let step = backward(
      output: outputGradient, state: State(tensors: stateGradient), cache: own, accumulating: &total)
    gradient.add(NamedTensors(total.named))
    return (step.x, TensorState(tensors: step.state.tensors))
  }

  fileprivate func erasedGates(_ cache: AnyCell<Scalar>.Cache) -> NamedValues<Scalar> {
    (cache.base as? Cache).map { gates(of: $0) } ?? []
  }

  fileprivate func erasedValues(_ cache: AnyCell<Scalar>.Cache) -> NamedValues<Scalar> {
    (cache.base as? Cache).map { values(of: $0) } ?? []
  }

  fileprivate func erasedValueGradients(
    _ outputGradient: Tensor<Scalar>, _ stateGradient: [Tensor<Scalar>], _ cache: AnyCell<Scalar>.Cache
  ) -> NamedValues<Scalar> {
    (cache.base as? Cache).map {
      valueGradients(output: outputGradient, state: State(tensors: stateGradient), cache: $0)
    } ?? []
  }
}

/// Cells on top of each other within one time step: the output of one is the input of the next.
///
/// | Part    | What it is                                                                              |
/// |---------|-----------------------------------------------------------------------------------------|
/// | state   | the states of all cells, one after the other; each may have its own size                |
/// | weights | named by the cell's place: `0/kernel`, `1/kernel`, …                                    |
///
/// Source: Keras `StackedRNNCells`, TensorFlow 1 `MultiRNNCell`, MXNet `SequentialRNNCell`.
public struct StackedCells<Scalar: RealScalar>: RecurrentCell {
  public var cells: [AnyCell<Scalar>]

  /// - Throws: `ShapeError` when a cell does not take what the one below gives.
  public init(_ cells: [any RecurrentCell<Scalar>]) throws {
    self.cells = cells.map { AnyCell($0) }
    for (below, above) in zip(self.cells, self.cells.dropFirst()) where below.outputSize != above.inputSize {
      throw ShapeError("input of a stacked cell", expected: "[B, \(above.inputSize)]", received: [below.outputSize])
    }
  }

  fileprivate init(converted cells: [AnyCell<Scalar>]) { self.cells = cells }

  public var parameters: NamedTensors<Scalar> {
    get { .joined(cells.map { $0.parameters }) }
    set { for index in cells.indices { cells[index].parameters = newValue.part(index) } }
  }
  public var inputSize: Int { cells.first?.inputSize ?? 0 }
  public var outputSize: Int { cells.last?.outputSize ?? 0 }
  public var knownCells: [KnownCell] {
    cells.enumerated().flatMap { place, cell in cell.knownCells.map { $0.under("\(place)") } }
  }

  public func zeroState(batchSize B: Int) -> TensorState<Scalar> {
    TensorState(tensors: cells.flatMap { $0.zeroState(batchSize: B).tensors })
  }

  public func forward(
    _ x: Tensor<Scalar>, _ state: TensorState<Scalar>
  ) -> CellStep<TensorState<Scalar>, [AnyCell<Scalar>.Cache]> {
    var (y, states, caches) = (x, [Tensor<Scalar>](), [AnyCell<Scalar>.Cache]())
    for (cell, part) in zip(cells, parts(of: state)) {
      let step = cell.forward(y, part)
      y = step.output
      states += step.state.tensors
      caches.append(step.cache)
    }
    return CellStep(output: y, state: TensorState(tensors: states), cache: caches)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: TensorState<Scalar>, cache: [AnyCell<Scalar>.Cache],
    accumulating gradient: inout NamedTensors<Scalar>
  ) -> (x: Tensor<Scalar>, state: TensorState<Scalar>) {
    var (dy, states) = (outputGradient, [Tensor<Scalar>]())
    var totals: [NamedTensors<Scalar>] = cells.map { $0.parameters.zeros }
    let gradients = parts(of: stateGradient)
    for index in cells.indices.reversed() {
      let step = cells[index].backward(
        output: dy, state: gradients[index], cache: cache[index], accumulating: &totals[index])
      dy = step.x
      states = step.state.tensors + states
    }
    gradient.add(.joined(totals))
    return (dy, TensorState(tensors: states))
  }

  /// The values of all cells, each under its number: `0/pre_i`, `1/h`.
  public func values(of caches: [AnyCell<Scalar>.Cache]) -> NamedValues<Scalar> {
    cells.indices.flatMap { index in
      cells[index].values(of: caches[index]).map { ("\(index)/\($0.name)", $0.values) }
    }
  }

  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: TensorState<Scalar>, cache: [AnyCell<Scalar>.Cache]
  ) -> NamedValues<Scalar> {
    var (dy, found) = (outputGradient, NamedValues<Scalar>())
    let gradients = parts(of: stateGradient)
    for index in cells.indices.reversed() {
      let own = cells[index].valueGradients(output: dy, state: gradients[index], cache: cache[index])
      found = own.map { ("\(index)/\($0.name)", $0.values) } + found
      // The cell above was fed with the output of this one.
      var unused = cells[index].parameters.zeros
      dy =
        cells[index].backward(
          output: dy, state: gradients[index], cache: cache[index], accumulating: &unused
        ).x
    }
    return found
  }

  public func convertedCell<Other: RealScalar>(to type: Other.Type) -> any RecurrentCell<Other> {
    StackedCells<Other>(converted: cells.map { AnyCell<Other>($0.base.convertedCell(to: type)) })
  }

  private func parts(of state: TensorState<Scalar>) -> [TensorState<Scalar>] {
    var first = 0
    return cells.map { cell in
      let count = cell.zeroState(batchSize: 0).tensors.count
      defer { first += count }
      return TensorState(tensors: Array(state.tensors[first..<first + count]))
    }
  }
}

extension NamedTensors {
  /// Groups one after the other, each under its number: `0/kernel`, `1/kernel`.
  static func joined(_ groups: [NamedTensors]) -> NamedTensors {
    NamedTensors(
      groups.enumerated().flatMap { index, group in
        zip(group.names, group.tensors).map { (name: "\(index)/\($0)", tensor: $1) }
      })
  }

  /// The group that stands under `index`, without the number.
  func part(_ index: Int) -> NamedTensors {
    let prefix = "\(index)/"
    return NamedTensors(
      zip(names, tensors).filter { $0.0.hasPrefix(prefix) }.map { (String($0.0.dropFirst(prefix.count)), $0.1) })
  }
}
