/// A recurrent layer over a sequence and a layer that is applied to each of its outputs.
///
///     (h_t, s_t) = cell(x_t, s_{t−1})        y_t = head(h_t)
///
/// | Tensor | Shape                                                |
/// |--------|------------------------------------------------------|
/// | `x`    | `[B, T, D]`                                          |
/// | h      | `[B, T, H]`                                          |
/// | y      | `[B, T, C]`                                          |
///
/// Weights are named `0/…` (cell) and `1/…` (head), as in a stack.
public struct SequenceModel<Cell: RecurrentCell, Head: Layer>: Sendable where Head.Scalar == Cell.Scalar {
  public typealias Scalar = Cell.Scalar

  public var recurrent: Recurrent<Cell>
  public var head: Head

  public init(_ cell: Cell, head: Head) {
    recurrent = Recurrent(cell, returnSequences: true)
    self.head = head
  }

  public struct Parameters: ParameterGroup {
    public var cell: Cell.Parameters
    public var head: Head.Parameters

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try cell.update { try body("0/" + $0, &$1) }
      try head.update { try body("1/" + $0, &$1) }
    }
  }

  public var parameters: Parameters {
    get { Parameters(cell: recurrent.parameters, head: head.parameters) }
    set { (recurrent.parameters, head.parameters) = (newValue.cell, newValue.head) }
  }

  /// What ``gradients(_:_:from:ending:loss:)`` returns of a piece of a sequence.
  public struct Piece: Sendable {
    public let loss: Double
    public let parameters: Parameters
    /// ∂loss/∂x, `[B, T, D]`.
    public let x: Tensor<Scalar>
    /// ∂loss/∂(the state in which the piece began): what the piece before would need, and truncation drops.
    public let initialState: Cell.State
    /// The state after the piece.
    public let state: Cell.State
  }

  /// Gives every weight its first numbers: those of the cell, then those of the head.
  public mutating func initialize(_ rules: LayerInitializers = .keras, using generator: inout RandomGenerator) {
    recurrent.initialize(rules, using: &generator)
    head.initialize(rules, using: &generator)
  }

  /// The loss of a piece of a sequence that begins in `state`, its gradient, and the state after the piece.
  ///
  /// `state` is a constant here: no gradient flows into the steps before it.
  public func gradient<Target>(
    _ x: Tensor<Scalar>, _ target: Target, from state: Cell.State?, loss: Loss<Scalar, Target>
  ) throws -> (loss: Double, gradient: Parameters, state: Cell.State) {
    let piece = try gradients(x, target, from: state, loss: loss)
    return (piece.loss, piece.parameters, piece.state)
  }

  /// The loss of a piece of a sequence that begins in `state`, and all its gradients.
  ///
  /// - Parameter ending: the gradient that comes back from the steps after the piece, through the state in which it
  ///   ends: nil in truncated back-propagation. With it, pieces give the gradient of the whole.
  public func gradients<Target>(
    _ x: Tensor<Scalar>, _ target: Target, from state: Cell.State?, ending: Cell.State? = nil,
    loss: Loss<Scalar, Target>
  ) throws -> Piece {
    let run = try recurrent.run(x, initialState: state)
    let forward = try head.forward(run.outputs)
    let value = try loss(forward.output, target, nil)
    let headGradient = try head.backward(value.gradient, cache: forward.cache)
    let gradient = try recurrent.backward(outputs: headGradient.input, finalState: ending, run: run)
    return Piece(
      loss: value.value, parameters: Parameters(cell: gradient.parameters, head: headGradient.parameters),
      x: gradient.x, initialState: gradient.initialState, state: run.finalState)
  }
}

/// Targets of a sequence that can be cut into pieces along time.
public protocol StepTargets: Samples {
  /// T, the number of steps.
  var stepCount: Int { get }
  /// The targets of some steps of every sample.
  func steps(_ range: Range<Int>) -> Self
}

extension Tensor: StepTargets {
  /// T of `[B, T, C]`.
  public var stepCount: Int { rank == 3 ? shape[1] : 0 }
}

extension Labels: StepTargets {
  public var stepCount: Int { labelsASample }

  /// Steps `range` of every sample.
  public func steps(_ range: Range<Int>) -> Labels {
    Labels((0..<sampleCount).map { sample in range.map { values[sample * labelsASample + $0] } })
  }
}

/// Training along a sequence too long to differentiate at once: truncated back-propagation through time.
///
/// The sequence is cut into chunks of k steps. Each chunk is one update. The state is carried from chunk to chunk; the
/// gradient stops at the cuts, so it covers at most k steps.
///
///     s ← state after the chunk       w ← w − step(∂L_chunk/∂w)       ∂L_chunk/∂s_before is dropped
///
/// With k = T this is full back-propagation through time.
///
/// Source: Williams & Peng 1990, "An efficient gradient-based algorithm for on-line training of recurrent network
/// trajectories", with h = h′ = k; Keras `stateful=True`.
public struct TruncatedTraining<Cell: RecurrentCell, Head: Layer, Rule: Optimizer>: Sendable
where Head.Scalar == Cell.Scalar {
  public typealias Scalar = Cell.Scalar

  public var model: SequenceModel<Cell, Head>
  public var optimizer: Rule
  public var optimizerState: OptimizerState<Scalar>
  /// The initial state of the next chunk; nil is the zero state. Set it to nil where a new sequence begins.
  public var state: Cell.State?

  public init(_ model: SequenceModel<Cell, Head>, optimizer: Rule, state: Cell.State? = nil) {
    self.model = model
    self.optimizer = optimizer
    self.state = state
    optimizerState = OptimizerState(optimizer, for: model.parameters)
  }

  /// Trains along `x`, which continues the sequence of the calls before; the last chunk may be shorter.
  ///
  /// | Tensor   | Shape                                   |
  /// |----------|-----------------------------------------|
  /// | `x`      | `[B, T, D]`                             |
  /// | `target` | `[B, T, C]`, or a label for every step  |
  ///
  /// - Returns: the loss of every chunk, each before its update.
  /// - Throws: `ShapeError` when shapes do not fit.
  public mutating func train<Target: StepTargets>(
    _ x: Tensor<Scalar>, _ target: Target, loss: Loss<Scalar, Target>, chunkLength k: Int
  ) throws -> [Double] {
    guard x.rank == 3, k > 0 else {
      throw ShapeError("sequence to cut into chunks of \(k)", expected: "[B, T, D]", received: x.shape)
    }
    let T = x.shape[1]
    guard target.sampleCount == x.shape[0], target.stepCount == T else {
      throw ShapeError(
        "targets of a sequence", expected: "[\(x.shape[0]), \(T), …]", received: [target.sampleCount, target.stepCount])
    }
    var losses: [Double] = []
    for start in stride(from: 0, to: T, by: k) {
      let chunk = start..<min(start + k, T)
      let piece = try model.gradient(x.steps(chunk), target.steps(chunk), from: state, loss: loss)
      try optimizer.step(&model.parameters, gradient: piece.gradient, state: &optimizerState)
      state = piece.state
      losses.append(piece.loss)
    }
    return losses
  }
}
