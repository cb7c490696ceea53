@_exported import Training

/// A task whose sequences are drawn anew for every update, so that a network cannot learn them by heart.
///
/// | Task           | Question                                        | D | C | Loss                        | Solved by    |
/// |----------------|-------------------------------------------------|---|---|-----------------------------|--------------|
/// | ``BitTask``    | a bit at every step, from the bits before it    | 1 | 1 | binary cross-entropy        | every step   |
/// | ``FirstSymbol``| which symbol came first?                        | 8 | 4 | softmax cross-entropy       | the last step |
/// | ``Adding``     | what is the sum of the two marked numbers?      | 2 | 1 | mean squared error          | the last step |
public protocol SequenceTask: Sendable {
  /// What the network is to give: a tensor, or labels.
  associatedtype Target: Sendable

  /// D, the features of an input, and C, those of the output.
  var inputSize: Int { get }
  var outputSize: Int { get }
  /// Whether every step is asked, or the last one alone.
  var asksEveryStep: Bool { get }
  /// The function behind the last dense layer.
  var outputActivation: Activation { get }

  /// `B` sequences of `T` steps: inputs `[B, T, D]`, targets, and the steps that count.
  func draw<Scalar: RealScalar>(
    _ B: Int, steps T: Int, using generator: inout RandomGenerator, _: Scalar.Type
  ) -> TaskBatch<Scalar, Target>

  /// The loss of an output and its gradient.
  func loss<Scalar: RealScalar>(_ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Target>) throws -> LossValue<
    Scalar
  >

  /// The share of right answers, from 0 to 1.
  func accuracy<Scalar: RealScalar>(_ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Target>) throws -> Double
}

/// Sequences of a task with their answers.
public struct TaskBatch<Scalar: RealScalar, Target: Sendable>: Sendable {
  /// `[B, T, D]`
  public let x: Tensor<Scalar>
  public let target: Target
  /// The steps that have an answer; nil when all have one.
  public let mask: SequenceMask?

  public init(x: Tensor<Scalar>, target: Target, mask: SequenceMask? = nil) {
    self.x = x
    self.target = target
    self.mask = mask
  }
}
