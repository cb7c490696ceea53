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
/// Two engines compute a sequence, with equal results up to rounding: `WholeSequence` runs the kernels, which are fast;
/// `StepByStep` calls the cell at every step and can do everything. The layer takes the first where it can.
///
/// Source: Keras `layers/rnn/rnn.py` and `backend` `rnn`.
public struct Recurrent<Cell: RecurrentCell>: Layer {
  public typealias Scalar = Cell.Scalar
  public typealias Parameters = Cell.Parameters

  /// What is applied to every step.
  public var cell: Cell
  public var returnSequences: Bool
  public var goBackwards: Bool
  public var zeroOutputForMask: Bool

  /// A layer of one cell; the options are those of the table above.
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

  public mutating func updateParameters(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    try cell.parameters.update(body)
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
    if let engine = wholeSequence(x) {
      // The states are not the outputs where a mask is.
      return SequenceRun(
        result: engine.run(x, initialState, reading(mask), keepsOutputs: keepsOutputs || mask != nil))
    }
    return SequenceRun(result: stepByStep.run(x, initialState, mask))
  }

  /// The engine for whole sequences, where it computes this one: at least one number, a cell that it knows.
  func wholeSequence(_ x: Tensor<Scalar>) -> WholeSequence<Cell>? { x.count > 0 ? cell.wholeSequence : nil }

  /// How this layer reads a sequence with this mask.
  func reading(_ mask: SequenceMask?) -> WholeSequence<Cell>.Reading {
    .init(goBackwards: goBackwards, mask: mask, zeroOutputForMask: zeroOutputForMask)
  }

  /// The engine for everything.
  var stepByStep: StepByStep<Cell> {
    StepByStep(cell: cell, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
  }

  /// What the plain version computes of a sequence without a mask.
  func plainRun(_ x: Tensor<Scalar>, initialState: Cell.State?) throws -> StepByStep<Cell>.Run {
    try check(x, initialState, nil)
    return stepByStep.run(x, initialState)
  }

  /// Back-propagation through time: the gradients of a loss from those with respect to every output and the last state.
  ///
  /// | Argument         | Shape                                                |
  /// |------------------|------------------------------------------------------|
  /// | `outputs`        | `[B, T, H]`, in the order of `SequenceRun.outputs`   |
  /// | `finalState`     | a state, or nil for zero                             |
  ///
  /// - Throws: `ShapeError` when `outputs` does not have the shape of the run's outputs.
  public func backward(
    outputs: Tensor<Scalar>, finalState: Cell.State? = nil, run: SequenceRun<Cell>
  ) throws -> SequenceGradient<Cell> {
    try outputs.requireShape(run.shape.map { $0 }, "gradient of the outputs")
    return run.result.backward(.ofAll(outputs), finalState: finalState, wants: [.input, .initialState])
  }

  /// The gates of every step after their activation, `[B, H]` each, in the order in which the cell computes them.
  public func gates(of run: SequenceRun<Cell>) -> [NamedValues<Scalar>] { run.result.gates }

  func check(_ x: Tensor<Scalar>, _ initialState: Cell.State?, _ mask: SequenceMask?) throws {
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

// As a layer of a stack.
extension Recurrent {
  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, SequenceRun<Cell>> {
    let run = try run(x, nil, mask, keepsOutputs: returnSequences)
    guard returnSequences else { return Forward(output: run.lastOutput, mask: nil, cache: run) }
    return Forward(output: run.outputs, mask: mask, cache: run)
  }

  // In small layers the way to the kernels takes as long as the kernels, unless the types are known.
  @_specialize(where Cell == LSTMCell<Float>)
  @_specialize(where Cell == GRUCell<Float>)
  @_specialize(where Cell == SimpleRNNCell<Float>)
  public func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar> {
    try check(x, nil, mask)
    guard let engine = wholeSequence(x) else {
      let result = try forward(x, mask: mask)
      return Prediction(output: result.output, mask: result.mask)
    }
    let output = engine.predict(x, reading(mask), returnSequences: returnSequences)
    return Prediction(output: output, mask: returnSequences ? mask : nil)
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache run: SequenceRun<Cell>) throws -> Backward<Parameters> {
    let gradient = try backward(outputGradient, run, wants: .input)
    return Backward(input: gradient.x, parameters: gradient.parameters)
  }

  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache run: SequenceRun<Cell>) throws -> Parameters {
    try backward(outputGradient, run, wants: []).parameters
  }

  private func backward(
    _ dy: Tensor<Scalar>, _ run: SequenceRun<Cell>, wants: WantedGradients
  ) throws -> SequenceGradient<Cell> {
    let (B, T, H) = (run.shape[0], run.shape[1], run.shape[2])
    try dy.requireShape(returnSequences ? [B, T, H] : [B, H], "gradient of the output")
    return run.result.backward(returnSequences ? .ofAll(dy) : .ofLast(dy), finalState: nil, wants: wants)
  }

  public var knownCells: [KnownCell] { cell.knownCells }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    func layer(_ cell: some RecurrentCell<Other>) -> any Layer<Other> {
      Recurrent<_>(
        cell, returnSequences: returnSequences, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
    }
    return layer(cell.convertedCell(to: type))
  }
}

/// A simple recurrent layer: `h_t = tanh(x_t·K + b + h_{t−1}·R)` at every step of `[B, T, D]`.
///
/// The equations and weights are those of `SimpleRNNCell`, the options those of `Recurrent`. It is Keras' `SimpleRNN`,
/// PyTorch's `RNN`:
///
///     let layer = SimpleRNN(SimpleRNNCell<Float>(inputSize: 3, units: 5), returnSequences: true)
///     let y = try layer(x)                                // [B, T, 3] → [B, T, 5]
public typealias SimpleRNN<Scalar: RealScalar> = Recurrent<SimpleRNNCell<Scalar>>

/// A long short-term memory layer: an `LSTMCell` at every step of `[B, T, D]`.
///
/// Gate order is i, f, g, o. The equations and weights are those of `LSTMCell`, the options those of `Recurrent`:
///
///     let layer = LSTM(LSTMCell<Float>(inputSize: 3, units: 5))
///     let h = try layer(x)                                // [B, T, 3] → [B, 5], the last hidden state
public typealias LSTM<Scalar: RealScalar> = Recurrent<LSTMCell<Scalar>>

/// An LSTM layer with what the frameworks add to the equations: peepholes, projection, clips, coupled gate, forget
/// bias.
///
/// The equations and weights are those of `ExtendedLSTMCell`, the options those of `Recurrent`.
public typealias ExtendedLSTM<Scalar: RealScalar> = Recurrent<ExtendedLSTMCell<Scalar>>

/// A layer of gated recurrent units: a `GRUCell` at every step of `[B, T, D]`.
///
/// Gate order is z, r, g. The reset gate acts after the product with the recurrent kernel unless `GRUOptions` says
/// otherwise. The equations and weights are those of `GRUCell`, the options those of `Recurrent`:
///
///     let layer = GRU(GRUCell<Float>(inputSize: 3, units: 5))
///     let h = try layer(x)                                // [B, T, 3] → [B, 5], the last hidden state
public typealias GRU<Scalar: RealScalar> = Recurrent<GRUCell<Scalar>>
