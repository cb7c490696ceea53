import Layers

/// Runs one case with these layers, in one scalar type.
///
/// `results` grows as the case is computed; names are those of `Implementation.run`.
struct CaseRunner<Scalar: RealScalar> {
  let golden: Case
  let run: Case.Run
  let weights: WeightStore<Scalar>
  var results = TensorTable()

  init(_ golden: Case, _ run: Case.Run) {
    self.golden = golden
    self.run = run
    weights = WeightStore(weights: golden.weights)
  }

  static func results(of golden: Case, _ run: Case.Run) throws -> TensorTable {
    var runner = CaseRunner(golden, run)
    switch golden.model {
    case .keras(let layer): try runner.keras(layer)
    case .tensorflow(let cell): try runner.tensorflow(cell)
    case .pytorch(let layer): try runner.pytorch(layer)
    case .onnx(let node): try runner.onnx(node)
    case .mxnet(let layer): try runner.mxnet(layer)
    }
    return runner.results
  }

  // MARK: What goes in

  func x() throws -> Tensor<Scalar> {
    guard let x = run.inputs["x"] else { throw Unsupported("x is missing") }
    return Tensor(x)
  }

  /// Steps that count: a mask of the case, or its lengths.
  func mask(steps: Int) -> SequenceMask? {
    if let lengths = run.lengths { return SequenceMask(lengths: lengths, steps: steps) }
    return run.inputs["mask"].map { mask in
      SequenceMask(batchSize: mask.shape[0], steps: mask.shape[1], isUsed: mask.values.map { $0 == 1 })
    }
  }

  func input(_ name: String) -> Tensor<Scalar>? { run.inputs[name].map { Tensor($0) } }

  func cotangent(_ name: String) -> Tensor<Scalar>? { run.cotangents[name].map { Tensor($0) } }

  var wantsGradients: Bool { !run.expectedGradients.isEmpty }
  var wantsGates: Bool { run.expected.names.contains { $0.hasPrefix("gates.") } }
  /// Whether there is a value of a step that only the plain cell shows, or the gradient of one.
  var wantsSteps: Bool {
    run.expected.names.contains { $0.hasPrefix("gates.") && results[$0] == nil }
      || run.expectedGradients.names.contains { $0.hasPrefix("gates.") }
  }

  // MARK: Results

  mutating func give(_ name: String, _ tensor: Tensor<Scalar>) { results[name] = tensor.numeric }

  mutating func giveGradients(_ tensors: some ParameterGroup<Scalar>, store: WeightStore<Scalar>) {
    for (name, tensor) in tensors.named { give("gradients.weights.\(store.fullName(name))", tensor) }
  }
}

extension CaseRunner {
  /// A state made of tensors found by name. A missing one is zero; nil when all are missing.
  func state<State: RecurrentState>(
    _ slots: [StateSlot], like zero: State, find: (StateSlot) -> Tensor<Scalar>?
  ) -> State? where State.Scalar == Scalar {
    let found = slots.map { slot in find(slot).map { tensor in slot.columns.map { tensor.columns($0) } ?? tensor } }
    guard found.contains(where: { $0 != nil }) else { return nil }
    return State(tensors: zip(found, zero.tensors).map { $0 ?? $1 })
  }

  mutating func giveState<State: RecurrentState>(
    _ state: State, _ slots: [StateSlot], named: (StateSlot) -> String
  ) where State.Scalar == Scalar {
    var joined: [String: [(first: Int, tensor: Tensor<Scalar>)]] = [:]
    for (slot, tensor) in zip(slots, state.tensors) {
      if let columns = slot.columns {
        joined[named(slot), default: []].append((columns.lowerBound, tensor))
      } else {
        give(named(slot), tensor)
      }
    }
    for slot in slots {
      guard let pieces = joined.removeValue(forKey: named(slot)) else { continue }
      give(named(slot), .concatenated(pieces.sorted { $0.first < $1.first }.map(\.tensor)))
    }
  }

  /// One cell over one sequence: outputs, states, gates, and the gradients of all that went in.
  mutating func sequence(
    _ cell: some RecurrentCell<Scalar>, _ options: SequenceOptions, _ slots: [StateSlot],
    _ store: WeightStore<Scalar>
  ) throws {
    let x = try x()
    let layer = options.layer(cell)
    let zero = cell.zeroState(batchSize: x.shape[0])
    let initial = state(slots, like: zero) { input($0.initialName) }
    let run = try layer.run(x, initialState: initial, mask: mask(steps: x.shape[1]))
    give("outputs", options.returnSequences ? run.outputs : run.outputs.step(x.shape[1] - 1))
    giveState(run.finalState, slots) { $0.name }
    if wantsGates { giveGates(of: layer, run, slots) }
    var outputs = cotangent("outputs")
    if !options.returnSequences { outputs = try outputs.map { try run.gradientOfLastStep($0) } }
    let final = state(slots, like: zero) { cotangent($0.name) }
    if wantsSteps { giveSteps("", try layer.trace(x, initialState: initial, outputs: outputs, finalState: final)) }
    guard wantsGradients else { return }
    let gradient = try layer.backward(
      outputs: outputs ?? .zeros(run.outputs.shape), finalState: final, run: run)
    give("gradients.inputs.x", gradient.x)
    giveState(gradient.initialState, slots) { "gradients.inputs.\($0.initialName)" }
    giveGradients(gradient.parameters, store: store)
  }

  private mutating func giveGates<Cell: RecurrentCell>(
    of layer: Recurrent<Cell>, _ run: SequenceRun<Cell>, _ slots: [StateSlot]
  ) where Cell.Scalar == Scalar {
    let B = run.outputs.shape[0]
    var series: [String: [Tensor<Scalar>]] = [:]
    for (state, gates) in zip(run.states, layer.gates(of: run)) {
      for (name, values) in gates { series[name, default: []].append(values) }
      for (slot, tensor) in zip(slots, state.tensors) where slot.name.count == 1 {
        series[slot.name, default: []].append(tensor)
      }
    }
    for (name, steps) in series.sorted(by: { $0.key < $1.key }) {
      give("gates.\(name)", .sequence(steps, batchSize: B, features: steps[0].columns))
    }
  }

  /// Two cells over one sequence, one from each end; `merge` nil keeps their outputs apart.
  mutating func bidirectional(
    _ forward: some RecurrentCell<Scalar>, _ backward: some RecurrentCell<Scalar>, merge: MergeMode?,
    returnSequences: Bool, _ store: WeightStore<Scalar>
  ) throws {
    let x = try x()
    let both = Bidirectional(
      forward: forward, backward: backward, mergeMode: merge ?? .concat, returnSequences: returnSequences)
    let zeroF = forward.zeroState(batchSize: x.shape[0])
    let zeroB = backward.zeroState(batchSize: x.shape[0])
    let countF = zeroF.tensors.count
    let slots = (0..<countF + zeroB.tensors.count).map { StateSlot(name: "states[\($0)]") }
    let (slotsF, slotsB) = (Array(slots[..<countF]), Array(slots[countF...]))
    let initialF = state(slotsF, like: zeroF) { input($0.initialName) }
    let initialB = state(slotsB, like: zeroB) { input($0.initialName) }
    let run = try both.run(
      x, forwardState: initialF, backwardState: initialB, mask: mask(steps: x.shape[1]))
    if merge == nil {
      give("outputs", run.forwardOutput)
      give("outputs_backward", run.backwardOutput)
    } else {
      give("outputs", both.merge(run.forwardOutput, run.backwardOutput))
    }
    giveState(run.forward.finalState, slotsF) { $0.name }
    giveState(run.backward.finalState, slotsB) { $0.name }
    var dF = cotangent("outputs") ?? .zeros(run.forwardOutput.shape)
    var dB = cotangent("outputs_backward") ?? .zeros(run.backwardOutput.shape)
    if merge != nil {
      let whole = cotangent("outputs") ?? .zeros(both.merge(run.forwardOutput, run.backwardOutput).shape)
      (dF, dB) = both.unmerge(whole, run.forwardOutput, run.backwardOutput)
    }
    let finalF = state(slotsF, like: zeroF) { cotangent($0.name) }
    let finalB = state(slotsB, like: zeroB) { cotangent($0.name) }
    if wantsSteps {
      giveSteps(
        "",
        try both.trace(
          x, run: run, initial: (initialF, initialB), outputs: (dF, dB), final: (finalF, finalB)))
    }
    guard wantsGradients else { return }
    let gradient = try both.backward(
      forwardOutput: dF, backwardOutput: dB, forwardState: finalF, backwardState: finalB, run: run)
    give("gradients.inputs.x", gradient.x)
    giveState(gradient.forward.initialState, slotsF) { "gradients.inputs.\($0.initialName)" }
    giveState(gradient.backward.initialState, slotsB) { "gradients.inputs.\($0.initialName)" }
    giveGradients(gradient.forward.parameters, store: store.under("forward/"))
    giveGradients(gradient.backward.parameters, store: store.under("backward/"))
  }

  /// A layer without states of its own.
  mutating func layer(_ layer: any Layer<Scalar>, _ store: WeightStore<Scalar>) throws {
    let layer = AnyLayer(layer)
    let forward = try layer.forward(try x(), mask: nil)
    give("outputs", forward.output)
    let outputs = cotangent("outputs") ?? .zeros(forward.output.shape)
    if wantsSteps, let traced = layer.base as? any TracedLayer<Scalar> {
      giveSteps("", try traced.trace(try x(), outputs: outputs))
    }
    guard wantsGradients else { return }
    let gradient = try layer.backward(outputs, cache: forward.cache)
    give("gradients.inputs.x", gradient.input)
    giveGradients(gradient.parameters, store: store)
  }
}
