/// A number type that the tensors are made of: `Float` or `Double`.
///
/// Loops over elements stand behind these requirements, in concrete kernels: a generic caller pays one call for a whole
/// buffer, never one for each element. All buffers are row-major; `count` elements are read from each input and written
/// to the output. An output may be the same buffer as an input, never one that overlaps it partly.
public protocol RealScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable, LosslessStringConvertible {
  /// `y = eˣ`, element by element.
  static func exp(_ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int)
  /// `y = tanh x`, element by element.
  static func tanh(_ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int)
  /// `y = 1 / (1 + e⁻ˣ)`, the logistic function, element by element.
  static func sigmoid(_ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int)

  /// `C = op(A)·op(B)`, or `C += op(A)·op(B)` when `accumulate`; `op(A)` is `[m, k]`, `op(B)` is `[k, n]`, `C` is `[m, n]`.
  ///
  /// | Matrix | stored as                          | row stride |
  /// |--------|------------------------------------|------------|
  /// | `A`    | `[m, k]`, `[k, m]` if `transposeA` | `lda`      |
  /// | `B`    | `[k, n]`, `[n, k]` if `transposeB` | `ldb`      |
  /// | `C`    | `[m, n]`                           | `ldc`      |
  ///
  /// Every element of `C` is summed over `k` in one fixed order, whatever `m`, `n` and the number of threads.
  static func multiply(
    _ a: UnsafePointer<Self>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Self>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Self>, ldc: Int,
    m: Int, n: Int, k: Int, accumulate: Bool)

  /// Runs a recurrent cell over a whole sequence: what it computed, and every step's h, `[B, T, H]`, if that is wanted.
  static func runSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Self>, _ input: SequenceInput<Self>, keepsOutputs: Bool
  ) -> (record: SequenceRecord<Self>, outputs: [Self])

  /// The same for one who will not go back: the bits of `runSequence`, in less time and memory.
  static func predictSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Self>, _ input: SequenceInput<Self>, keepsOutputs: Bool
  ) -> SequencePrediction<Self>

  /// Goes back through a sequence: from the gradients of its outputs and last states to those of its weights, input and
  /// initial states. The bits do not depend on the number of threads.
  static func differentiateSequence(
    _ record: SequenceRecord<Self>, _ weights: SequenceWeights<Self>, arriving: ArrivingGradients<Self>,
    wants: WantedGradients
  ) -> SequenceGradients<Self>

  /// The natural logarithm of one number.
  static func logarithm(_ x: Self) -> Self
}
