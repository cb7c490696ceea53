/// What an engine has computed of one sequence, and the way back through it.
///
/// There are two engines: `StepByStep` calls the cell once a step, `WholeSequence` runs the kernels for whole
/// sequences. This is all that `Recurrent` knows of either.
protocol SequenceResult<Cell>: Sendable {
  associatedtype Cell: RecurrentCell

  /// B, T and H of the outputs.
  var shape: [Int] { get }
  /// `[B, T, H]`, in the order in which the sequence was read.
  var outputs: Tensor<Cell.Scalar> { get }
  /// The output of the last step, `[B, H]`.
  var lastOutput: Tensor<Cell.Scalar> { get }
  /// The state after step `t`.
  func state(after t: Int) -> Cell.State
  /// The gates of every step after their activation.
  var gates: [NamedValues<Cell.Scalar>] { get }

  /// Back-propagation through time. The gradient of the outputs is that of all of them, `[B, T, H]`, or of the last
  /// one, `[B, H]`.
  func backward(
    _ outputGradient: SequenceOutputGradient<Cell.Scalar>, finalState: Cell.State?, wants: WantedGradients
  ) -> SequenceGradient<Cell>
}

/// ∂loss/∂outputs of a sequence.
enum SequenceOutputGradient<Scalar: RealScalar> {
  /// `[B, T, H]`
  case ofAll(Tensor<Scalar>)
  /// `[B, H]`; the other outputs are not used.
  case ofLast(Tensor<Scalar>)
}

/// What `Recurrent.run` returns: the outputs, the states, and what `backward` needs.
public struct SequenceRun<Cell: RecurrentCell>: Sendable {
  let result: any SequenceResult<Cell>

  /// `[B, T, H]`, in the order in which the sequence was read.
  public var outputs: Tensor<Cell.Scalar> { result.outputs }

  /// The output of the last step, `[B, H]`.
  public var lastOutput: Tensor<Cell.Scalar> { result.lastOutput }

  /// The state after each step.
  public var states: [Cell.State] { (0..<shape[1]).map { result.state(after: $0) } }

  /// The state after the last step.
  public var finalState: Cell.State { result.state(after: shape[1] - 1) }

  /// B, T and H of the outputs.
  var shape: [Int] { result.shape }

  /// The gradient `[B, T, H]` of a sequence of which only the last step was used.
  public func gradientOfLastStep(_ gradient: Tensor<Cell.Scalar>) throws -> Tensor<Cell.Scalar> {
    let (B, T, H) = (shape[0], shape[1], shape[2])
    try gradient.requireShape([B, H], "gradient of the last output")
    return .lastStep(gradient, steps: T)
  }
}

/// The gradients of a loss with respect to all that a sequence was computed from.
public struct SequenceGradient<Cell: RecurrentCell>: Sendable {
  /// `[B, T, D]`, in the order of the input.
  public var x: Tensor<Cell.Scalar>
  public var initialState: Cell.State
  public var parameters: Cell.Parameters
}

extension Tensor {
  /// A sequence `[B, T, H]` of zeros but for its last step.
  static func lastStep(_ last: Tensor, steps T: Int) -> Tensor {
    let none = zeros(last.shape)
    return .sequence(
      [Tensor](repeating: none, count: T - 1) + [last], batchSize: last.shape[0], features: last.columns)
  }
}

extension RecurrentState {
  /// Rows of `self` where `choose` holds, rows of `other` elsewhere.
  func rows(where choose: [Bool], otherwise other: Self) -> Self {
    Self(tensors: zip(tensors, other.tensors).map { $0.rows(where: choose, otherwise: $1) })
  }
}
