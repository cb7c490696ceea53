import Layers

extension CaseRunner {
  mutating func keras(_ layer: KerasLayer) throws {
    guard case .stack(let layers) = layer else { return try keras(alone: layer, weights) }
    guard layers.count > 1 else {
      try keras(alone: layers[0], weights.under("0/"))
      results["layer_outputs[0]"] = results["outputs"]
      return
    }
    let stack = try weights.stack(layers)
    let x = try x()
    let forward = try stack.forward(x, mask: x.rank > 1 ? mask(steps: x.shape[1]) : nil)
    for (place, output) in forward.cache.outputs.enumerated() { give("layer_outputs[\(place)]", output) }
    give("outputs", forward.output)
    let outputs = cotangent("outputs") ?? .zeros(forward.output.shape)
    if wantsSteps {
      let gradients = try stack.outputGradients(outputs, cache: forward.cache)
      for place in layers.indices {
        let read = place == 0 ? x : forward.cache.outputs[place - 1]
        guard let layer = try weights.under("\(place)/").layer(layers[place]) as? any TracedLayer<Scalar> else {
          continue
        }
        giveSteps("\(place)/", try layer.trace(read, outputs: gradients[place]))
      }
    }
    guard wantsGradients else { return }
    let gradient = try stack.backward(outputs, cache: forward.cache)
    give("gradients.inputs.x", gradient.input)
    giveGradients(gradient.parameters, store: weights)
  }

  private mutating func keras(alone layer: KerasLayer, _ store: WeightStore<Scalar>) throws {
    switch layer {
    case .recurrent(let layer):
      guard layer.chunks.isEmpty else { return try chunks(layer, try store.keras(layer)) }
      let slots = layer.kind.stateNames.map { StateSlot(name: $0) }
      try sequence(try store.keras(layer), layer.options, slots, store)
    case .bidirectional(let forward, let backward, let merge):
      try bidirectional(
        try store.under("forward/").keras(forward), try store.under("backward/").keras(backward), merge: merge,
        returnSequences: forward.returnSequences, store)
    case .stackedCells(let cells, let returnSequences, let goBackwards):
      let options = SequenceOptions(returnSequences: returnSequences, goBackwards: goBackwards)
      let count = cells.reduce(0) { $0 + $1.kind.stateNames.count }
      try sequence(try store.stackedCells(cells), options, (0..<count).map { StateSlot(name: "states[\($0)]") }, store)
    case .attention(let attention): try self.attention(attention, store)
    default: try self.layer(try store.layer(layer), store)
    }
  }

  /// A stateful layer that is fed the sequence in pieces.
  private mutating func chunks(_ layer: KerasRecurrent, _ cell: some RecurrentCell<Scalar>) throws {
    let x = try x()
    let slots = layer.kind.stateNames.map { StateSlot(name: $0) }
    let recurrent = layer.options.layer(cell)
    let zero = cell.zeroState(batchSize: x.shape[0])
    var state = self.state(slots, like: zero) { input($0.initialName) } ?? zero
    var pieces: [Tensor<Scalar>] = []
    var start = 0
    for chunk in layer.chunks {
      if chunk.resetBefore { state = zero }
      let run = try recurrent.run(x.steps(start..<start + chunk.steps), initialState: state)
      state = run.finalState
      pieces += (0..<chunk.steps).map { run.outputs.step($0) }
      start += chunk.steps
    }
    give("outputs", .sequence(pieces, batchSize: x.shape[0], features: cell.outputSize))
    giveState(state, slots) { $0.name }
  }
}

extension KerasRecurrent {
  var options: SequenceOptions {
    SequenceOptions(
      returnSequences: returnSequences, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
  }
}

extension WeightStore {
  func stackedCells(_ cells: [KerasRecurrent]) throws -> StackedCells<Scalar> {
    try StackedCells(cells.enumerated().map { place, cell in try under("\(place)/").keras(cell) })
  }

  func stack(_ layers: [KerasLayer]) throws -> Stack<Scalar> {
    Stack(try layers.enumerated().map { try under("\($0)/").layer($1) })
  }

  /// A Keras layer with Keras' names for its weights.
  func layer(_ layer: KerasLayer) throws -> any Layer<Scalar> {
    switch layer {
    case .dense(_, let activation, _, let timeDistributed):
      let dense = try Dense(
        kernel: try required("kernel"), bias: self["bias"], activation: activation)
      return timeDistributed ? TimeDistributed(dense) : dense
    case .recurrent(let recurrent): return Self.layer(try keras(recurrent), recurrent.options)
    case .bidirectional(let forward, let backward, let merge):
      return Self.bidirectional(
        try under("forward/").keras(forward), try under("backward/").keras(backward), merge ?? .concat,
        forward.returnSequences)
    case .stackedCells(let cells, let returnSequences, let goBackwards):
      let options = SequenceOptions(returnSequences: returnSequences, goBackwards: goBackwards)
      return options.layer(try stackedCells(cells))
    case .embedding(_, _, let maskZero):
      return try Embedding(embeddings: try required("embeddings"), maskZero: maskZero)
    case .masking(let value): return Masking(maskValue: Scalar(value))
    case .attention: throw Unsupported("an attention has two inputs: it is no layer of a stack")
    case .stack(let layers): return try stack(layers)
    }
  }

  private static func layer(_ cell: some RecurrentCell<Scalar>, _ options: SequenceOptions) -> any Layer<Scalar> {
    options.layer(cell)
  }

  private static func bidirectional(
    _ forward: some RecurrentCell<Scalar>, _ backward: some RecurrentCell<Scalar>, _ merge: MergeMode,
    _ returnSequences: Bool
  ) -> any Layer<Scalar> {
    Bidirectional(forward: forward, backward: backward, mergeMode: merge, returnSequences: returnSequences)
  }
}
