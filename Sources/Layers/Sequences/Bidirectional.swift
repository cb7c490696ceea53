/// How a bidirectional layer makes one output of two; the table of `Bidirectional` says what each does.
public enum MergeMode: String, Sendable, CaseIterable { case concat, sum, average, multiply }

/// Two recurrent layers over one sequence, the second reading it from its end; their outputs are merged at each step.
///
///     y_t = merge(→y_t, ←y_t)
///
/// | `mergeMode` | y_t            | Shape               |
/// |-------------|----------------|---------------------|
/// | `concat`    | [→y, ←y]       | `[B, T, 2H]`        |
/// | `sum`       | →y + ←y        | `[B, T, H]`         |
/// | `average`   | (→y + ←y) / 2  | `[B, T, H]`         |
/// | `multiply`  | →y ⊙ ←y        | `[B, T, H]`         |
///
/// The outputs of the backward layer are put back into the order of time before they are merged. Without
/// `returnSequences` each direction gives its own last output: that of the backward layer belongs to step 0. With a
/// mask and `returnSequences` the outputs of skipped steps are zero in both. D, T and the options of the cells are
/// those of `Recurrent`; the weights are named `forward/kernel`, `backward/kernel`, ….
///
/// Source: Schuster & Paliwal 1997; Keras `layers/rnn/bidirectional.py`.
public struct Bidirectional<ForwardCell: RecurrentCell, BackwardCell: RecurrentCell>: Sendable
where ForwardCell.Scalar == BackwardCell.Scalar {
  public typealias Scalar = ForwardCell.Scalar

  public typealias MergeMode = Layers.MergeMode

  public var forwardLayer: Recurrent<ForwardCell>
  public var backwardLayer: Recurrent<BackwardCell>
  public var mergeMode: MergeMode
  public var returnSequences: Bool { forwardLayer.returnSequences }

  /// A layer of two cells, which may be of different kinds.
  public init(
    forward: ForwardCell, backward: BackwardCell, mergeMode: MergeMode = .concat, returnSequences: Bool = false
  ) {
    forwardLayer = Recurrent(forward, returnSequences: returnSequences, zeroOutputForMask: returnSequences)
    backwardLayer = Recurrent(
      backward, returnSequences: returnSequences, goBackwards: true, zeroOutputForMask: returnSequences)
    self.mergeMode = mergeMode
  }

  /// The weights of both directions.
  public struct Parameters: ParameterGroup {
    public var forward: ForwardCell.Parameters
    public var backward: BackwardCell.Parameters

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try forward.update { try body("forward/" + $0, &$1) }
      try backward.update { try body("backward/" + $0, &$1) }
    }
  }

  public var parameters: Parameters {
    get { Parameters(forward: forwardLayer.parameters, backward: backwardLayer.parameters) }
    set { (forwardLayer.parameters, backwardLayer.parameters) = (newValue.forward, newValue.backward) }
  }

  public mutating func updateParameters(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    try forwardLayer.updateParameters { try body("forward/" + $0, &$1) }
    try backwardLayer.updateParameters { try body("backward/" + $0, &$1) }
  }

  /// What both directions computed.
  public struct Run: Sendable {
    public var forward: SequenceRun<ForwardCell>
    public var backward: SequenceRun<BackwardCell>
    /// What each direction gives to the merge, in the order of time: `[B, T, H]`, or `[B, H]` without
    /// `returnSequences`.
    public var forwardOutput, backwardOutput: Tensor<Scalar>
  }

  /// Runs both directions and leaves their outputs unmerged.
  public func run(
    _ x: Tensor<Scalar>, forwardState: ForwardCell.State? = nil, backwardState: BackwardCell.State? = nil,
    mask: SequenceMask? = nil
  ) throws -> Run {
    let (forward, backward) = try Threads.both(work: work(rows: x.rows)) {
      let run = try forwardLayer.run(x, initialState: forwardState, mask: mask)
      return (run: run, output: returnSequences ? run.outputs : run.lastOutput)
    } _: {
      let run = try backwardLayer.run(x, initialState: backwardState, mask: mask)
      return (run: run, output: returnSequences ? run.outputs.timeReversed : run.lastOutput)
    }
    return Run(
      forward: forward.run, backward: backward.run, forwardOutput: forward.output, backwardOutput: backward.output)
  }

  /// Multiply-adds of both directions, at least: of one gate each.
  private func work(rows: Int) -> Int {
    let (D, H) = (forwardLayer.cell.inputSize, forwardLayer.cell.outputSize)
    return 2 * rows * (D + H) * H
  }

  /// The gradients from those of the two unmerged outputs and of the last states.
  public func backward(
    forwardOutput: Tensor<Scalar>, backwardOutput: Tensor<Scalar>, forwardState: ForwardCell.State? = nil,
    backwardState: BackwardCell.State? = nil, run: Run
  ) throws -> (x: Tensor<Scalar>, forward: SequenceGradient<ForwardCell>, backward: SequenceGradient<BackwardCell>) {
    let (forward, backward) = try Threads.both(work: work(rows: run.forward.shape[0] * run.forward.shape[1])) {
      let dy = returnSequences ? forwardOutput : try run.forward.gradientOfLastStep(forwardOutput)
      return try forwardLayer.backward(outputs: dy, finalState: forwardState, run: run.forward)
    } _: {
      let dy = returnSequences ? backwardOutput.timeReversed : try run.backward.gradientOfLastStep(backwardOutput)
      return try backwardLayer.backward(outputs: dy, finalState: backwardState, run: run.backward)
    }
    return (forward.x + backward.x, forward, backward)
  }

  /// One output from those of both directions.
  public func merge(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
    switch mergeMode {
    case .concat: .concatenated([a, b])
    case .sum: a + b
    case .average: (a + b) * 0.5
    case .multiply: a * b
    }
  }

  /// The gradients of the two outputs from that of the merged one.
  public func unmerge(_ dy: Tensor<Scalar>, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> (
    Tensor<Scalar>, Tensor<Scalar>
  ) {
    switch mergeMode {
    case .concat: (dy.columns(0..<a.columns), dy.columns(a.columns..<dy.columns))
    case .sum: (dy, dy)
    case .average: (dy * 0.5, dy * 0.5)
    case .multiply: (dy * b, dy * a)
    }
  }
}

extension Bidirectional: Layer {
  public var knownCells: [KnownCell] {
    forwardLayer.knownCells.map { $0.under("forward") } + backwardLayer.knownCells.map { $0.under("backward") }
  }

  /// - Throws: `ShapeError` when `x` does not fit, or the two outputs do not merge.
  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Run> {
    let run = try run(x, mask: mask)
    if mergeMode != .concat {
      try run.backwardOutput.requireShape(run.forwardOutput.shape.map { $0 }, "output of the backward layer")
    }
    let output = merge(run.forwardOutput, run.backwardOutput)
    return Forward(output: output, mask: returnSequences ? mask : nil, cache: run)
  }

  /// Where the outputs are side by side, each direction writes its own half.
  public func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar> {
    try forwardLayer.check(x, nil, mask)
    try backwardLayer.check(x, nil, mask)
    guard mergeMode == .concat, returnSequences, let forward = forwardLayer.wholeSequence(x),
      let backward = backwardLayer.wholeSequence(x)
    else {
      let result = try self.forward(x, mask: mask)
      return Prediction(output: result.output, mask: result.mask)
    }
    let columns = forward.H + backward.H
    let output = Tensor<Scalar>(shape: [x.shape[0], x.shape[1], columns]) { y in
      _ = Threads.both(work: work(rows: x.rows)) {
        forward.predict(x, forwardLayer.reading(mask), into: SequenceOutputs(start: y, columns: columns))
      } _: {
        backward.predict(
          x, backwardLayer.reading(mask),
          into: SequenceOutputs(start: y + forward.H, columns: columns, isInOrderOfTime: true))
      }
    }
    return Prediction(output: output, mask: mask)
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache run: Run) throws -> Backward<Parameters> {
    let (da, db) = unmerge(outputGradient, run.forwardOutput, run.backwardOutput)
    let gradient = try backward(forwardOutput: da, backwardOutput: db, run: run)
    let parameters = Parameters(forward: gradient.forward.parameters, backward: gradient.backward.parameters)
    return Backward(input: gradient.x, parameters: parameters)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    func layer<F: RecurrentCell<Other>, B: RecurrentCell<Other>>(_ forward: F, _ backward: B) -> any Layer<Other> {
      Bidirectional<F, B>(
        forward: forward, backward: backward, mergeMode: mergeMode, returnSequences: returnSequences)
    }
    return layer(forwardLayer.cell.convertedCell(to: type), backwardLayer.cell.convertedCell(to: type))
  }
}
