/// A cell applied to every step of a sequence, with the same weights at each.
///
///     (y_t, s_t) = cell(x_t, s_{t−1})      t = 0 … T−1,   s_{−1} = 0 unless given
///
/// | Tensor     | Shape                                                     |
/// |------------|-----------------------------------------------------------|
/// | `x`        | `[B, T, D]`                                               |
/// | output     | `[B, T, H]` with `returnSequences`, else `[B, H]`         |
/// | mask       | `[B, T]`                                                  |
///
/// | Option              | Default | What it does                                                                    |
/// |---------------------|---------|---------------------------------------------------------------------------------|
/// | `returnSequences`   | false   | the output of every step, not only of the last                                  |
/// | `goBackwards`       | false   | reads the sequence from its end; outputs stay in the order in which it was read |
/// | `zeroOutputForMask` | false   | the output of a skipped step is zero; otherwise it is the output before it      |
///
/// At a skipped step the state is kept, as if the step were not there.
///
/// Source: Keras `layers/rnn/rnn.py` and `backend` `rnn`.
public struct Recurrent<Cell: RecurrentCell>: Layer {
  public typealias Scalar = Cell.Scalar
  public typealias Parameters = Cell.Parameters

  public var cell: Cell
  public var returnSequences: Bool
  public var goBackwards: Bool
  public var zeroOutputForMask: Bool

  public init(
    _ cell: Cell, returnSequences: Bool = false, goBackwards: Bool = false, zeroOutputForMask: Bool = false
  ) {
    self.cell = cell
    self.returnSequences = returnSequences
    self.goBackwards = goBackwards
    self.zeroOutputForMask = zeroOutputForMask
  }

  public var parameters: Cell.Parameters {
    get { cell.parameters }
    set { cell.parameters = newValue }
  }

  /// Runs the whole sequence and gives every step's output, the last state and what `backward` needs.
  ///
  /// - Throws: `ShapeError` when `x` is not `[B, T, D]` with T ≥ 1, or a state or the mask does not fit it.
  public func run(
    _ x: Tensor<Scalar>, initialState: Cell.State? = nil, mask: SequenceMask? = nil
  ) throws -> SequenceRun<Cell> {
    try run(x, initialState, mask, keepsOutputs: true)
  }

  private func run(
    _ x: Tensor<Scalar>, _ initialState: Cell.State?, _ mask: SequenceMask?, keepsOutputs: Bool
  ) throws -> SequenceRun<Cell> {
    try check(x, initialState, mask)
    if mask == nil, x.count > 0, let sequence = cell.wholeSequence {
      let run = sequence.run(x, initialState, goBackwards: goBackwards, keepsOutputs: keepsOutputs)
      return SequenceRun(content: .whole(run))
    }
    return stepByStep(x, initialState, mask)
  }

  /// What the plain version keeps of a sequence without a mask.
  func plainRun(_ x: Tensor<Scalar>, initialState: Cell.State?) throws -> SequenceRun<Cell>.Steps {
    try check(x, initialState, nil)
    return steps(x, initialState, nil)
  }

  /// The plain version: one call of the cell for each step. It computes what the kernels for whole sequences do not: masks,
  /// other cells, other activations.
  func stepByStep(
    _ x: Tensor<Scalar>, _ initialState: Cell.State? = nil, _ mask: SequenceMask? = nil
  ) -> SequenceRun<Cell> {
    SequenceRun(content: .steps(steps(x, initialState, mask)))
  }

  private func steps(
    _ x: Tensor<Scalar>, _ initialState: Cell.State?, _ mask: SequenceMask?
  ) -> SequenceRun<Cell>.Steps {
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
    return .init(
      outputs: .sequence(outputs, batchSize: B, features: cell.outputSize), states: states, caches: caches, mask: mask)
  }

  /// Back-propagation through time: the gradients of a loss from those with respect to every output and the last state.
  ///
  /// | Argument         | Shape                                                |
  /// |------------------|------------------------------------------------------|
  /// | `outputs`        | `[B, T, H]`, in the order of `SequenceRun.outputs`   |
  /// | `finalState`     | a state, or nil for zero                             |
  public func backward(
    outputs: Tensor<Scalar>, finalState: Cell.State? = nil, run: SequenceRun<Cell>
  ) throws -> SequenceGradient<Cell> {
    try outputs.requireShape(run.shape.map { $0 }, "gradient of the outputs")
    switch run.content {
    case .whole(let whole):
      let gradient = whole.sequence.backward(
        outputs: outputs, finalState: finalState, run: whole, wants: [.input, .initialState])
      return SequenceGradient(
        x: gradient.x, initialState: gradient.initialState ?? cell.zeroState(batchSize: whole.B),
        parameters: gradient.parameters)
    case .steps(let steps):
      return stepByStepBackward(outputs, finalState, steps)
    }
  }

  private func stepByStepBackward(
    _ outputs: Tensor<Scalar>, _ finalState: Cell.State?, _ run: SequenceRun<Cell>.Steps
  ) -> SequenceGradient<Cell> {
    let (B, T) = (outputs.shape[0], outputs.shape[1])
    let mask = run.mask
    var gradient = parameters.zeros
    var ds = finalState ?? cell.zeroState(batchSize: B)
    // The gradient of an output that skipped steps repeated.
    var carried = Tensor<Scalar>.zeros([B, cell.outputSize])
    var dx: [Tensor<Scalar>] = []
    for t in (0..<T).reversed() {
      let cache = run.caches[t]
      let dy = outputs.step(t)
      guard let used = mask?.step(t) else {
        let step = cell.backward(output: dy, state: ds, cache: cache, accumulating: &gradient)
        dx.append(step.x)
        ds = step.state
        continue
      }
      let none = Tensor<Scalar>.zeros(dy.shape)
      let arriving = zeroOutputForMask ? dy : dy + carried
      let step = cell.backward(
        output: arriving.rows(where: used, otherwise: none),
        state: ds.rows(where: used, otherwise: cell.zeroState(batchSize: B)), cache: cache, accumulating: &gradient)
      dx.append(step.x.rows(where: used, otherwise: .zeros(step.x.shape)))
      ds = step.state.rows(where: used, otherwise: ds)
      carried = none.rows(where: used, otherwise: arriving)
    }
    let x = Tensor.sequence(dx.reversed(), batchSize: B, features: cell.inputSize)
    return SequenceGradient(x: goBackwards ? x.timeReversed : x, initialState: ds, parameters: gradient)
  }

  /// The gates of every step after their activation, `[B, H]` each, in the order in which the cell computes them.
  public func gates(of run: SequenceRun<Cell>) -> [[(name: String, values: Tensor<Scalar>)]] {
    switch run.content {
    case .whole(let whole): whole.gates
    case .steps(let steps): steps.caches.map { cell.gates(of: $0) }
    }
  }

  private func check(_ x: Tensor<Scalar>, _ initialState: Cell.State?, _ mask: SequenceMask?) throws {
    try x.requireShape([nil, nil, cell.inputSize], "input of a recurrent layer")
    let (B, T) = (x.shape[0], x.shape[1])
    guard T > 0 else { throw ShapeError("input of a recurrent layer", expected: "[B, T ≥ 1, D]", received: x.shape) }
    if let initialState {
      for (given, wanted) in zip(initialState.tensors, cell.zeroState(batchSize: B).tensors) {
        try given.requireShape(wanted.shape.map { $0 }, "initial state")
      }
    }
    if let mask, mask.batchSize != B || mask.steps != T {
      throw ShapeError("mask", expected: "[\(B), \(T)]", received: [mask.batchSize, mask.steps])
    }
  }
}

/// What running a sequence gives.
public struct SequenceRun<Cell: RecurrentCell>: Sendable {
  let content: Content

  enum Content: Sendable {
    case steps(Steps)
    case whole(WholeSequence<Cell>.Run)
  }

  /// What the plain version keeps.
  struct Steps: Sendable {
    var outputs: Tensor<Cell.Scalar>
    var states: [Cell.State]
    var caches: [Cell.Cache]
    var mask: SequenceMask?
  }

  /// `[B, T, H]`, in the order in which the sequence was read.
  public var outputs: Tensor<Cell.Scalar> {
    switch content {
    case .steps(let steps): steps.outputs
    case .whole(let whole): whole.outputs
    }
  }

  /// The output of the last step, `[B, H]`.
  public var lastOutput: Tensor<Cell.Scalar> {
    switch content {
    case .steps(let steps): steps.outputs.step(steps.outputs.shape[1] - 1)
    case .whole(let whole): whole.hidden(after: whole.T - 1)
    }
  }

  /// The state after each step.
  public var states: [Cell.State] {
    switch content {
    case .steps(let steps): steps.states
    case .whole(let whole): (0..<whole.T).map { whole.state(after: $0) }
    }
  }

  public var finalState: Cell.State {
    switch content {
    case .steps(let steps): steps.states[steps.states.count - 1]
    case .whole(let whole): whole.state(after: whole.T - 1)
    }
  }

  /// B, T and H of the outputs.
  var shape: [Int] {
    switch content {
    case .steps(let steps): steps.outputs.shape
    case .whole(let whole): [whole.B, whole.T, whole.H]
    }
  }
}

/// The gradients of a loss with respect to all that a sequence was computed from.
public struct SequenceGradient<Cell: RecurrentCell>: Sendable {
  /// `[B, T, D]`, in the order of the input.
  public var x: Tensor<Cell.Scalar>
  public var initialState: Cell.State
  public var parameters: Cell.Parameters
}

extension RecurrentState {
  /// Rows of `self` where `choose` holds, rows of `other` elsewhere.
  func rows(where choose: [Bool], otherwise other: Self) -> Self {
    Self(tensors: zip(tensors, other.tensors).map { $0.rows(where: choose, otherwise: $1) })
  }
}

// As a layer of a stack.
extension Recurrent {
  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, SequenceRun<Cell>> {
    let run = try run(x, nil, mask, keepsOutputs: returnSequences)
    guard returnSequences else { return Forward(output: run.lastOutput, mask: nil, cache: run) }
    return Forward(output: run.outputs, mask: mask, cache: run)
  }

  // For small layers the way to the kernels counts, and without its types known it is as long as they are.
  @_specialize(where Cell == LSTMCell<Float>)
  @_specialize(where Cell == GRUCell<Float>)
  @_specialize(where Cell == SimpleRNNCell<Float>)
  public func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar> {
    try check(x, nil, mask)
    guard mask == nil, x.count > 0, let sequence = cell.wholeSequence else {
      let result = try forward(x, mask: mask)
      return Prediction(output: result.output, mask: result.mask)
    }
    return Prediction(output: sequence.predict(x, goBackwards: goBackwards, returnSequences: returnSequences))
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache run: SequenceRun<Cell>) throws -> Backward<Parameters> {
    try backward(outputGradient, run, wants: .input)
  }

  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache run: SequenceRun<Cell>) throws -> Parameters {
    try backward(outputGradient, run, wants: []).parameters
  }

  private func backward(
    _ dy: Tensor<Scalar>, _ run: SequenceRun<Cell>, wants: WantedGradients
  ) throws -> Backward<Parameters> {
    switch run.content {
    case .steps:
      let gradient = try backward(outputs: returnSequences ? dy : run.gradientOfLastStep(dy), run: run)
      return Backward(input: gradient.x, parameters: gradient.parameters)
    case .whole(let whole):
      try dy.requireShape(
        returnSequences ? [whole.B, whole.T, whole.H] : [whole.B, whole.H], "gradient of the output")
      let gradient = whole.sequence.backward(
        outputs: returnSequences ? dy : nil, lastOutput: returnSequences ? nil : dy, run: whole, wants: wants)
      return Backward(input: gradient.x, parameters: gradient.parameters)
    }
  }
}

extension SequenceRun {
  /// The gradient `[B, T, H]` of a sequence of which only the last step was used.
  public func gradientOfLastStep(_ gradient: Tensor<Cell.Scalar>) throws -> Tensor<Cell.Scalar> {
    let (B, T, H) = (shape[0], shape[1], shape[2])
    try gradient.requireShape([B, H], "gradient of the last output")
    let none = Tensor<Cell.Scalar>.zeros([B, H])
    let steps = [Tensor<Cell.Scalar>](repeating: none, count: T - 1) + [gradient]
    return .sequence(steps, batchSize: B, features: H)
  }
}

public typealias SimpleRNN<Scalar: RealScalar> = Recurrent<SimpleRNNCell<Scalar>>
public typealias LSTM<Scalar: RealScalar> = Recurrent<LSTMCell<Scalar>>
public typealias GRU<Scalar: RealScalar> = Recurrent<GRUCell<Scalar>>
