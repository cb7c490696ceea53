import GoldenCases
import Layers

extension ReferenceNetwork {
  func compute() throws {
    switch golden.model {
    case .keras(let layer): try keras(layer)
    case .tensorflow(let cell): try tensorflow(cell)
    case .pytorch(let layer): try pytorch(layer)
    case .onnx(let node): try onnx(node)
    case .mxnet(let layer): try mxnet(layer)
    }
  }

  func x() throws -> (term: Term, shape: [Int]) {
    guard let term = input("x"), let shape = run.inputs["x"]?.shape else { throw Unsupported("x is missing") }
    return (term, shape)
  }

  /// The steps of an `x` stored `[B, T, D]`.
  private func sequence() throws -> (steps: [Term], B: Int, T: Int) {
    let (term, shape) = try x()
    return (steps(term, samples: shape[0], count: shape[1]), shape[0], shape[1])
  }

  /// States under names of their own: `h0`, `c0`, or a flat list.
  private func states(_ names: [String], _ cells: [ReferenceCell], _ B: Int) -> [Term] {
    zip(names, cells.flatMap(\.stateSizes)).map { state($0, samples: B, size: $1) }
  }

  private func list(_ count: Int, from first: Int = 0) -> (initial: [String], final: [String]) {
    let places = first..<first + count
    return (places.map { "initial_states[\($0)]" }, places.map { "states[\($0)]" })
  }

  // MARK: Step by step

  /// Cells of TensorFlow, PyTorch and MXNet, one call for each step.
  private func stepwise(_ cells: [ReferenceCell], names: (initial: [String], final: [String])) throws {
    let (steps, B, T) = try sequence()
    let layer = ReferenceSequence(cells: cells, zeroOutput: true)
    let result = layer.run(steps, states(names.initial, cells, B), mask: mask(samples: B, count: T), faults)
    give("outputs", sequence: result.outputs)
    for (name, term) in zip(names.final, result.states) { give(name, term) }
    giveGates(result)
  }

  private func single(_ cell: ReferenceCell) throws {
    let names = cell.kind.stateNames
    try stepwise([cell], names: (names.map { $0 + "0" }, names))
  }

  private func tensorflow(_ cell: TensorFlowCell) throws {
    let cells = try tensorflowCells(cell, "")
    let (steps, B, T) = try sequence()
    // c stands before h in the flat lists, and may be joined with it.
    let slots = cell.slots
    let initial = zip(slots, cells.flatMap(\.stateSizes)).map { slot, size in
      state(slot.initialName, samples: B, size: size, columns: slot.columns)
    }
    let layer = ReferenceSequence(cells: cells, zeroOutput: true)
    let result = layer.run(steps, initial, mask: mask(samples: B, count: T), faults)
    give("outputs", sequence: result.outputs)
    giveGates(result)
    for name in Set(slots.map(\.name)).sorted() {
      let own = zip(slots, result.states).filter { $0.0.name == name }
        .sorted { ($0.0.columns?.lowerBound ?? 0) < ($1.0.columns?.lowerBound ?? 0) }.map(\.1)
      give(name, own.count > 1 ? .concatenated(own) : own[0])
    }
  }

  // MARK: Layers of layers

  private func pytorch(_ layer: PyTorchLayer) throws {
    let order: [Gate] = layer.kind == .gru ? [.r, .z, .g] : layer.kind.gates
    func cell(_ suffix: String) throws -> ReferenceCell {
      let names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
      var cell = try transposedCell(
        layer.kind, order, (names.0 + suffix, names.1 + suffix, names.2 + suffix, names.3 + suffix))
      cell.projection = optionalWeight("weight_hr" + suffix).map(projection)
      if layer.kind == .simpleRNN { cell.activation = layer.activation }
      return cell
    }
    func projection(_ weight: Term) -> Term {
      let (rows, columns) = (weight.value.shape[0], weight.value.columns)
      guard rows > 1, columns > 1, faults.has(.projectionReshaped) else { return weight.transposed }
      return weight.reshaped([columns, rows])
    }
    guard !layer.isCell else { return try single(try cell("")) }
    let prefixes = (0..<layer.layerCount).map { ["l\($0)/", "l\($0)_reverse/"] }
    let cells = try (0..<layer.layerCount).map { l in
      try ["", "_reverse"].prefix(layer.directions).map { try cell("_l\(l)\($0)") }
    }
    try multiLayer(cells, axes: .none, reversed: false, prefixes: prefixes)
  }

  private func onnx(_ node: ONNXNode) throws {
    let cells = try (0..<node.directions).map { try onnxCell(node, direction: $0) }
    try multiLayer(
      [cells], axes: node.batchFirst ? .samplesFirst : .stepsFirst, reversed: node.direction == .reverse,
      prefixes: [["forward/", "backward/"]])
  }

  private func mxnet(_ layer: MXNetLayer) throws {
    switch layer {
    case .cell(let cell):
      var own = try mxnetCell(cell.kind, "")
      if cell.kind == .simpleRNN { own.activation = cell.activation }
      try single(own)
    case .fused(let kind, _, let activation, let layerCount, let bidirectional):
      let cells = try (0..<layerCount).map { l in
        try ["l", "r"].prefix(bidirectional ? 2 : 1).map { side in
          var cell = try mxnetCell(kind, "\(side)\(l)_")
          if kind == .simpleRNN { cell.activation = activation }
          return cell
        }
      }
      let prefixes = (0..<layerCount).map { ["l\($0)/", "r\($0)/"] }
      try multiLayer(cells, axes: .none, reversed: false, prefixes: prefixes)
    case .bidirectional(let forward, let backward):
      try bidirectional(
        try mxnetCell(forward.kind, "forward/"), try mxnetCell(backward.kind, "backward/"), merge: .concat,
        returnSequences: true)
    case .sequential(let cells):
      let own = try cells.enumerated().map { try mxnetCell($1.kind, "\($0)/") }
      try stepwise(own, names: list(own.reduce(0) { $0 + $1.stateSizes.count }))
    case .biLSTMSort: try sortNetwork()
    }
  }

  /// Layers on top of each other, each in one or two directions; states of all in one tensor.
  ///
  /// - Parameter prefixes: by layer and direction, what stands before the names of values of steps.
  private func multiLayer(
    _ cells: [[ReferenceCell]], axes: ONNXAxes, reversed: Bool, prefixes: [[String]]
  ) throws {
    let (term, shape) = try x()
    let takesStepsFirst = axes == .none && forgetsBatchFirst(shape)
    let stepsFirst = axes == .stepsFirst || takesStepsFirst
    let (B, T) = stepsFirst ? (shape[1], shape[0]) : (shape[0], shape[1])
    var current = steps(term, samples: B, count: T, stepsFirst: stepsFirst)
    let count = cells.reduce(0) { $0 + $1.count }
    let names = cells[0][0].kind.stateNames
    var final: [[Term]] = names.map { _ in [] }
    let mask = mask(samples: B, count: T)
    let isAlone = count == 1
    let hasDeepStates = cells.count > 1 && cells[0].count > 1
    for (l, directions) in cells.enumerated() {
      var sides: [[Term]] = []
      for (d, own) in directions.enumerated() {
        var cell = d == 1 && faults.has(.backwardUsesForwardWeights) ? directions[0] : own
        if d == 1 { cell = withForwardActivations(cell, directions[0]) }
        let backwards = readsBackwards(reversed, T) || (d == 1 && !(T > 1 && faults.has(.backwardReadsForward)))
        let isByDirection = hasDeepStates && faults.has(.initialStatesByDirection)
        let place = isByDirection ? d * cells.count + l : final[0].count
        // The rows of `[L·D, B, H]`, or of `[B, D, H]`, that belong to this layer and direction.
        let rows = (0..<B).map { axes == .samplesFirst ? $0 * count + place : place * B + $0 }
        let initial = zip(names, cell.stateSizes).map { state($0 + "0", samples: B, size: $1, rows: rows) }
        let layer = ReferenceSequence(cells: [cell], backwards: backwards, zeroOutput: true)
        let result = layer.run(current, initial, mask: mask, faults)
        giveGates(result, prefix: isAlone ? "" : prefixes[l][d])
        for (s, term) in result.states.enumerated() { final[s].append(term) }
        let isReversed = backwards && !(T > 1 && faults.has(.backwardNotReversed))
        sides.append(isReversed ? result.outputs.reversed() : result.outputs)
      }
      current = joined(sides)
    }
    let width = current[0].value.columns
    give(
      "outputs", .concatenated(current),
      arrange: {
        let outputs = $0.reshaped([B, T, width])
        return takesStepsFirst ? outputs.timeMajor : axes.outputs(outputs, directions: cells[0].count)
      },
      flatten: { (takesStepsFirst ? $0.timeMajor : axes.merged($0)).reshaped([B, T * width]) })
    if hasDeepStates, faults.has(.finalStatesByDirection) {
      // Layer by layer, forward and backward side by side: first all forward ones, then all backward ones.
      final = final.map { terms in (0..<2).flatMap { d in cells.indices.map { terms[$0 * 2 + d] } } }
    }
    for (name, terms) in zip(names, final) {
      let H = terms[0].value.columns
      // Side by side in one matrix `[B, L·D·H]`: one of the axes must come to the front.
      give(
        name, .concatenated(terms),
        arrange: { axes.states($0.reshaped([B, terms.count, H]).timeMajor) },
        flatten: { axes.states($0).timeMajor.reshaped([B, terms.count * H]) })
    }
  }

  /// A fault takes `[B, T, D]` for `[T, B, D]`; with a state or lengths it would be noticed by their shapes.
  private func forgetsBatchFirst(_ shape: [Int]) -> Bool {
    shape[0] * shape[1] > 1 && input("h0") == nil && run.lengths == nil && faults.has(.batchFirstForgotten)
  }

  /// Whether a layer that is told to read from the end does.
  func readsBackwards(_ isAsked: Bool, _ T: Int) -> Bool {
    isAsked && !(T > 1 && faults.has(.directionIgnored))
  }

  /// The backward cell; with the fault it has the other's functions.
  func withForwardActivations(_ backward: ReferenceCell, _ forward: ReferenceCell) -> ReferenceCell {
    let isDifferent =
      forward.activation != backward.activation || forward.recurrentActivation != backward.recurrentActivation
      || forward.outputActivation != backward.outputActivation
    guard forward.kind == backward.kind, isDifferent, faults.has(.backwardUsesForwardActivations) else {
      return backward
    }
    var cell = backward
    cell.activation = forward.activation
    cell.recurrentActivation = forward.recurrentActivation
    cell.outputActivation = forward.outputActivation
    return cell
  }

  /// The outputs of a layer in the order of reading; a fault brings those of a reversed one into the order of time.
  func turned(_ outputs: [Term], _ goBackwards: Bool) -> [Term] {
    goBackwards && outputs.count > 1 && faults.has(.backwardOutputsTurned) ? outputs.reversed() : outputs
  }

  /// The outputs of the directions side by side at each step.
  func joined(_ sides: [[Term]]) -> [Term] {
    guard sides.count == 2 else { return sides[0] }
    let isSwapped = faults.has(.backwardOutputFirst)
    return zip(sides[0], sides[1]).map { .concatenated(isSwapped ? [$1, $0] : [$0, $1]) }
  }

  // MARK: Keras

  private func keras(_ layer: KerasLayer) throws {
    guard case .stack(let layers) = layer else { return try keras(alone: layer, "") }
    guard layers.count > 1 else {
      try keras(alone: layers[0], "0/")
      return give("layer_outputs[0]", outputsOfOneLayer())
    }
    var flow = try flow()
    for (place, layer) in layers.enumerated() {
      flow = try self.layer(layer, "\(place)/", flow)
      flow.give("layer_outputs[\(place)]", to: self)
    }
    flow.give("outputs", to: self)
  }

  private func outputsOfOneLayer() -> Term {
    tape.leaf(results["outputs"].map { Tensor($0) } ?? .zeros([]))
  }

  private func keras(alone layer: KerasLayer, _ prefix: String) throws {
    switch layer {
    case .recurrent(let layer):
      let cell = try kerasCell(layer, prefix)
      guard layer.chunks.isEmpty else { return try chunks(layer, cell) }
      let (steps, B, T) = try sequence()
      let own = ReferenceSequence(
        cells: [cell], backwards: readsBackwards(layer.goBackwards, T), zeroOutput: layer.zeroOutputForMask)
      let names = layer.kind.stateNames
      let result = own.run(
        steps, states(names.map { $0 + "0" }, [cell], B), mask: mask(samples: B, count: T), faults)
      if layer.returnSequences {
        give("outputs", sequence: turned(result.outputs, layer.goBackwards))
      } else {
        give("outputs", result.last)
      }
      for (name, term) in zip(names, result.states) { give(name, term) }
      giveGates(result)
    case .bidirectional(let forward, let backward, let merge):
      try bidirectional(
        try kerasCell(forward, prefix + "forward/"), try kerasCell(backward, prefix + "backward/"), merge: merge,
        returnSequences: forward.returnSequences)
    case .stackedCells(let layers, let returnSequences, let goBackwards):
      let cells = try layers.enumerated().map { try kerasCell($1, "\(prefix)\($0)/") }
      let (steps, B, T) = try sequence()
      let names = list(cells.reduce(0) { $0 + $1.stateSizes.count })
      let result = ReferenceSequence(cells: cells, backwards: readsBackwards(goBackwards, T)).run(
        steps, states(names.initial, cells, B), mask: mask(samples: B, count: T), faults)
      giveGates(result, prefix: prefix)
      if returnSequences {
        give("outputs", sequence: turned(result.outputs, goBackwards))
      } else {
        give("outputs", result.last)
      }
      for (name, term) in zip(names.final, result.states) { give(name, term) }
    case .attention(let layer): try attention(layer)
    default: try self.layer(layer, prefix, try flow()).give("outputs", to: self)
    }
  }

  /// The states with which a piece goes on where the one before ended.
  private func goingOn(_ states: [Term], _ zero: [Term]) -> [Term] {
    let B = zero[0].value.shape[0]
    if faults.has(.chunkStateLost) { return zero }
    guard B > 1, faults.has(.chunkRowsShifted) else { return states }
    return states.map { $0.gather((0..<B).map { ($0 + 1) % B }) }
  }

  /// A stateful layer fed in pieces.
  private func chunks(_ layer: KerasRecurrent, _ cell: ReferenceCell) throws {
    let (steps, B, _) = try sequence()
    var states = states(layer.kind.stateNames.map { $0 + "0" }, [cell], B)
    let zero = states.map { tape.leaf(.zeros($0.value.shape)) }
    var outputs: [Term] = []
    for (place, chunk) in layer.chunks.enumerated() {
      if chunk.resetBefore, place == 0 || !faults.has(.chunkStateKept) { states = zero }
      if place > 0, !chunk.resetBefore { states = goingOn(states, zero) }
      let own = ReferenceSequence(cells: [cell], backwards: layer.goBackwards)
      let piece = Array(steps[outputs.count..<outputs.count + chunk.steps])
      let result = own.run(piece, states, mask: nil, faults)
      outputs += result.outputs
      states = result.states
    }
    give("outputs", sequence: outputs)
    for (name, term) in zip(layer.kind.stateNames, states) { give(name, term) }
  }

  private func bidirectional(
    _ forward: ReferenceCell, _ backward: ReferenceCell, merge: MergeMode?, returnSequences: Bool
  ) throws {
    let (steps, B, T) = try sequence()
    let (a, b, states) = both(
      forward, backward, steps, mask(samples: B, count: T), returnSequences, givenStates: true)
    func give(_ name: String, _ terms: [Term]) {
      if returnSequences { self.give(name, sequence: terms) } else { self.give(name, terms[0]) }
    }
    if let merge {
      give("outputs", merged(a, b, merge))
    } else {
      give("outputs", a)
      give("outputs_backward", b)
    }
    for (place, term) in states.enumerated() { self.give("states[\(place)]", term) }
  }

  /// Both directions: their outputs in the order of time (or the last ones), and their final states.
  func both(
    _ forward: ReferenceCell, _ backward: ReferenceCell, _ steps: [Term], _ mask: [[Bool]]?, _ returnSequences: Bool,
    givenStates: Bool, prefix: String = ""
  ) -> (forward: [Term], backward: [Term], states: [Term]) {
    let B = steps[0].value.shape[0]
    var results: [ReferenceSequence.Result] = []
    var first = 0
    let isAlike = forward.kind == backward.kind && forward.units == backward.units
    let other = isAlike && faults.has(.backwardUsesForwardWeights) ? forward : backward
    let readsBack = !(steps.count > 1 && faults.has(.backwardReadsForward))
    for (cell, isBackward) in [(forward, false), (withForwardActivations(other, forward), true)] {
      let names = list(cell.stateSizes.count, from: first).initial
      first += cell.stateSizes.count
      let initial =
        givenStates ? states(names, [cell], B) : cell.stateSizes.map { tape.leaf(.zeros([B, $0])) }
      let layer = ReferenceSequence(
        cells: [cell], backwards: isBackward && readsBack, zeroOutput: returnSequences)
      let result = layer.run(steps, initial, mask: mask, faults)
      giveGates(result, prefix: prefix + (isBackward ? "backward/" : "forward/"))
      results.append(result)
    }
    let final = results.flatMap(\.states)
    guard returnSequences else { return ([results[0].last], [results[1].last], final) }
    let isReversed = readsBack && !(steps.count > 1 && faults.has(.backwardNotReversed))
    return (results[0].outputs, isReversed ? results[1].outputs.reversed() : results[1].outputs, final)
  }

  func merged(_ a: [Term], _ b: [Term], _ merge: MergeMode) -> [Term] {
    switch merge {
    case .concat: joined([a, b])
    case .sum: zip(a, b).map { $0 + $1 }
    case .average: zip(a, b).map { ($0 + $1) * 0.5 }
    case .multiply: zip(a, b).map { $0 * $1 }
    }
  }
}
