/// The kernels of a number type: functions of whole buffers, matrix products, whole sequences.
///
/// A generic caller pays one indirect call for a whole buffer, never one for each element: the loops behind these
/// functions are compiled for `Float` and for `Double`. All buffers are row-major. A class, so that reaching a kernel
/// copies one reference; every function is stored as it was compiled for the type, because this generic code itself is
/// not.
public final class ScalarKernels<Scalar: RealScalar>: Sendable {
  private typealias Elementwise = @Sendable (UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void

  private let exponential: Elementwise
  private let hyperbolicTangent: Elementwise
  private let logistic: Elementwise
  private let classification:
    @Sendable (
      UnsafePointer<Scalar>, _ label: Int, _ scale: Scalar, UnsafeMutablePointer<Scalar>, _ count: Int
    ) -> Double
  private let product: @Sendable (MatrixProduct<Scalar>) -> Void
  private let packing: @Sendable (SequenceCell, SequenceWeights<Scalar>, _ D: Int, _ H: Int) -> PackedWeights<Scalar>
  private let forward:
    @Sendable (PackedWeights<Scalar>, SequenceInput<Scalar>, SequenceOutputs<Scalar>?, _ keepsSteps: Bool)
      -> SequenceWorkspace<Scalar>
  private let backward:
    @Sendable (SequenceWorkspace<Scalar>, SequenceWeights<Scalar>, OutputGradients<Scalar>, WantedGradients)
      -> SequenceGradients<Scalar>

  /// The vectorised kernels.
  init() where Scalar: ElementaryScalar {
    _ = FreedMemory.isKept
    exponential = { x, y, count in Scalar.map(x, into: y, count: count) { Scalar.exponential($0) } }
    hyperbolicTangent = { x, y, count in Scalar.map(x, into: y, count: count) { Scalar.hyperbolicTangent($0) } }
    logistic = { x, y, count in Scalar.map(x, into: y, count: count) { Scalar.logistic($0) } }
    classification = { Scalar.softmaxCrossEntropy($0, label: $1, scale: $2, into: $3, count: $4) }
    product = { $0.run() }
    packing = { PackedWeights($0, $1, D: $2, H: $3) }
    forward = { weights, input, outputs, keepsSteps in
      SequenceForward(weights, input, keepsSteps: keepsSteps, outputs: outputs).run()
    }
    backward = { workspace, weights, outputGradients, wants in
      let padded = weights.peepholes.map { PackedWeights.padded($0, H: workspace.H, to: workspace.paddedH) }
      let cell = workspace.cell.steps(padded.map { UnsafePointer($0.start) })
      return withExtendedLifetime(padded) {
        SequenceBackward(cell, workspace, weights, outputGradients, wants: wants).run()
      }
    }
  }
}

// MARK: Functions of each element

extension ScalarKernels {
  /// `y = eˣ`, element by element.
  ///
  /// - Parameters:
  ///   - x: `count` numbers.
  ///   - y: room for `count` numbers; the same buffer as `x`, or one that does not overlap it.
  ///   - count: how many numbers there are.
  public func exp(_ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, count: Int) {
    exponential(x, y, count)
  }

  /// `y = tanh x`, element by element; see ``exp(_:into:count:)``.
  public func tanh(_ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, count: Int) {
    hyperbolicTangent(x, y, count)
  }

  /// `y = 1 / (1 + e⁻ˣ)`, the logistic function, element by element; see ``exp(_:into:count:)``.
  public func sigmoid(_ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, count: Int) {
    logistic(x, y, count)
  }
}

extension ScalarKernels {
  /// The cross-entropy of the softmax of one row of logits z with a label, and its gradient times `scale`.
  ///
  ///     L = log Σⱼ e^zⱼ − z_label        gradientⱼ = (softmax(z)ⱼ − [j = label])·scale
  ///
  /// A row of a large vocabulary stays in the caches from the first pass over it to the last. The terms of the sum are
  /// added in an order that depends on `count` alone.
  ///
  /// - Parameters:
  ///   - z: `count` numbers.
  ///   - gradient: room for as many; it does not overlap `z`.
  public func softmaxCrossEntropy(
    _ z: UnsafePointer<Scalar>, label: Int, scale: Scalar, into gradient: UnsafeMutablePointer<Scalar>, count: Int
  ) -> Double {
    classification(z, label, scale, gradient, count)
  }
}

// MARK: Matrix products

extension ScalarKernels {
  /// `C = op(A)·op(B)`, or `C += op(A)·op(B)` when `accumulate`; `op(A)` is `[m, k]`, `op(B)` is `[k, n]`, `C` is `[m,
  /// n]`.
  ///
  /// | Matrix | stored as                          | row stride |
  /// |--------|------------------------------------|------------|
  /// | `A`    | `[m, k]`, `[k, m]` if `transposeA` | `lda`      |
  /// | `B`    | `[k, n]`, `[n, k]` if `transposeB` | `ldb`      |
  /// | `C`    | `[m, n]`                           | `ldc`      |
  ///
  /// Every element of `C` is summed over `k` in one fixed order, whatever `m`, `n` and the number of threads. With `k`
  /// = 0 the product is zero.
  public func multiply(
    _ a: UnsafePointer<Scalar>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Scalar>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Scalar>, ldc: Int,
    m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    product(
      MatrixProduct(
        a: .init(a, stride: lda, isTransposed: transposeA), b: .init(b, stride: ldb, isTransposed: transposeB), c: c,
        ldc: ldc, m: m, n: n, k: k, accumulate: accumulate))
  }

  /// `C = op(A)·op(B) + b`: the bits of the product and then the sum, in one pass over `C`.
  ///
  /// `bias` is `[n]` and is added to every row; the rest is as in
  /// ``multiply(_:lda:transposeA:_:ldb:transposeB:into:ldc:m:n:k:accumulate:)``.
  public func multiply(
    _ a: UnsafePointer<Scalar>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Scalar>, ldb: Int, transposeB: Bool,
    bias: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>, ldc: Int,
    m: Int, n: Int, k: Int
  ) {
    product(
      MatrixProduct(
        a: .init(a, stride: lda, isTransposed: transposeA), b: .init(b, stride: ldb, isTransposed: transposeB), c: c,
        ldc: ldc, m: m, n: n, k: k, accumulate: false, bias: bias))
  }
}

extension ScalarKernels {
  /// `C = op(A)·op(B)` and the sums of the columns of `op(B)`, `[n]`, each added in the order of the rows, in one pass
  /// over `B`. With `k` = 0 both are zero.
  public func multiply(
    _ a: UnsafePointer<Scalar>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Scalar>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Scalar>, ldc: Int, columnSums: UnsafeMutablePointer<Scalar>,
    m: Int, n: Int, k: Int
  ) {
    product(
      MatrixProduct(
        a: .init(a, stride: lda, isTransposed: transposeA), b: .init(b, stride: ldb, isTransposed: transposeB), c: c,
        ldc: ldc, m: m, n: n, k: k, accumulate: false, columnSums: columnSums))
  }
}

// MARK: Whole sequences

extension ScalarKernels {
  /// Weights in the order in which the steps of a forward pass read them, for many runs with the same weights.
  public func pack(
    _ cell: SequenceCell, _ weights: SequenceWeights<Scalar>, D: Int, H: Int
  ) -> PackedWeights<Scalar> {
    packing(cell, weights, D, H)
  }

  /// Runs a recurrent cell over a whole sequence and keeps what the backward pass needs.
  ///
  /// - Parameters:
  ///   - weights: those of the cell, packed.
  ///   - outputs: where h of every step goes, if it is wanted.
  /// - Returns: every step, for ``differentiateSequence(_:_:outputGradients:wants:)``.
  public func runSequence(
    _ weights: PackedWeights<Scalar>, _ input: SequenceInput<Scalar>, outputs: SequenceOutputs<Scalar>? = nil
  ) -> SequenceWorkspace<Scalar> {
    forward(weights, input, outputs, true)
  }

  /// Runs a recurrent cell over a whole sequence for inference: the bits of ``runSequence(_:_:outputs:)`` in less time
  /// and memory, since nothing is kept for a backward pass.
  public func inferSequence(
    _ weights: PackedWeights<Scalar>, _ input: SequenceInput<Scalar>, outputs: SequenceOutputs<Scalar>? = nil
  ) -> SequenceInference<Scalar> {
    SequenceInference(forward(weights, input, outputs, false))
  }

  /// The backward pass of ``runSequence(_:_:outputs:)``: back-propagation through time.
  ///
  /// - Parameters:
  ///   - workspace: what the forward pass kept.
  ///   - weights: those of the forward pass.
  ///   - outputGradients: the gradients of the loss with respect to the outputs and the last states.
  ///   - wants: which gradients are computed beside those of the weights.
  /// - Returns: the gradients; their bits do not depend on the number of threads.
  public func differentiateSequence(
    _ workspace: SequenceWorkspace<Scalar>, _ weights: SequenceWeights<Scalar>,
    outputGradients: OutputGradients<Scalar>, wants: WantedGradients
  ) -> SequenceGradients<Scalar> {
    backward(workspace, weights, outputGradients, wants)
  }
}
