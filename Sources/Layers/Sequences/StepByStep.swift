/// The step-by-step engine: one call of the cell for each step.
///
/// It computes what the kernels for whole sequences do not: other cells, projections, a softmax as an activation. It is
/// also the plain version that the kernels are tested with.
struct StepByStep<Cell: RecurrentCell>: Sendable {
  typealias Scalar = Cell.Scalar

  let cell: Cell
  let goBackwards: Bool
  let zeroOutputForMask: Bool

  /// What a run computed.
  struct Run: SequenceResult {
    let engine: StepByStep
    let outputs: Tensor<Scalar>
    let states: [Cell.State]
    let caches: [Cell.Cache]
    /// In the order of reading.
    let mask: SequenceMask?
  }

  func run(_ x: Tensor<Scalar>, _ initialState: Cell.State? = nil, _ mask: SequenceMask? = nil) -> Run {
    let (B, T) = (x.shape[0], x.shape[1])
    let x = goBackwards ? x.timeReversed : x
    let mask = goBackwards ? mask?.timeReversed : mask
    var state = initialState ?? cell.zeroState(batchSize: B)
    var carried = Tensor<Scalar>.zeros([B, cell.outputSize])
    var outputs: [Tensor<Scalar>] = []
    var states: [Cell.State] = []
    var caches: [Cell.Cache] = []
    for t in 0..<T {
      let step = cell.forward(x.step(t), state)
      if let used = mask?.step(t) {
        carried = step.output.rows(where: used, otherwise: carried)
        state = step.state.rows(where: used, otherwise: state)
        outputs.append(zeroOutputForMask ? carried.rows(where: used, otherwise: .zeros(carried.shape)) : carried)
      } else {
        (carried, state) = (step.output, step.state)
        outputs.append(carried)
      }
      states.append(state)
      caches.append(step.cache)
    }
    return Run(
      engine: self, outputs: .sequence(outputs, batchSize: B, features: cell.outputSize), states: states,
      caches: caches, mask: mask)
  }
}

extension StepByStep.Run {
  typealias Scalar = Cell.Scalar

  var shape: [Int] { outputs.shape }
  var lastOutput: Tensor<Scalar> { outputs.step(shape[1] - 1) }
  func state(after t: Int) -> Cell.State { states[t] }
  var gates: [NamedValues<Scalar>] { caches.map { engine.cell.gates(of: $0) } }

  func backward(
    _ outputGradient: SequenceOutputGradient<Scalar>, finalState: Cell.State?, wants: WantedGradients
  ) -> SequenceGradient<Cell> {
    switch outputGradient {
    case .ofAll(let outputs): backward(outputs, finalState)
    case .ofLast(let last): backward(.lastStep(last, steps: shape[1]), finalState)
    }
  }

  private func backward(_ outputs: Tensor<Scalar>, _ finalState: Cell.State?) -> SequenceGradient<Cell> {
    let (B, T, cell) = (shape[0], shape[1], engine.cell)
    var gradient = cell.parameters.zeros
    var ds = finalState ?? cell.zeroState(batchSize: B)
    // The gradient of an output that skipped steps repeated.
    var carried = Tensor<Scalar>.zeros([B, cell.outputSize])
    var dx: [Tensor<Scalar>] = []
    for t in (0..<T).reversed() {
      let dy = outputs.step(t)
      guard let used = mask?.step(t) else {
        let step = cell.backward(output: dy, state: ds, cache: caches[t], accumulating: &gradient)
        dx.append(step.x)
        ds = step.state
        continue
      }
      let none = Tensor<Scalar>.zeros(dy.shape)
      let total = engine.zeroOutputForMask ? dy : dy + carried
      let step = cell.backward(
        output: total.rows(where: used, otherwise: none),
        state: ds.rows(where: used, otherwise: cell.zeroState(batchSize: B)), cache: caches[t],
        accumulating: &gradient)
      dx.append(step.x.rows(where: used, otherwise: .zeros(step.x.shape)))
      ds = step.state.rows(where: used, otherwise: ds)
      carried = none.rows(where: used, otherwise: total)
    }
    let x = Tensor.sequence(dx.reversed(), batchSize: B, features: cell.inputSize)
    return SequenceGradient(x: engine.goBackwards ? x.timeReversed : x, initialState: ds, parameters: gradient)
  }
}
