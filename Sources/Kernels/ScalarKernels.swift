/// The kernels of a number type: functions of whole buffers, matrix products, whole sequences.
///
/// A generic caller pays one indirect call for a whole buffer, never one for each element: the loops behind these
/// functions are compiled for `Float` and for `Double`. All buffers are row-major. A class, so that reaching a kernel
/// copies one reference; every function is stored as it was compiled for the type, because this generic code itself is
/// not.
public final class ScalarKernels<Scalar: RealScalar>: Sendable {
  private typealias Elementwise = @Sendable (UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void
  private typealias WholeSequence<Result> =
    @Sendable (RecurrentKind, SequenceWeights<Scalar>, SequenceInput<Scalar>, _ keepsOutputs: Bool) -> Result

  private let exponential: Elementwise
  private let hyperbolicTangent: Elementwise
  private let logistic: Elementwise
  private let product: @Sendable (MatrixProduct<Scalar>) -> Void
  private let forward: WholeSequence<(workspace: SequenceWorkspace<Scalar>, outputs: [Scalar])>
  private let inference: WholeSequence<SequenceInference<Scalar>>
  private let backward:
    @Sendable (SequenceWorkspace<Scalar>, SequenceWeights<Scalar>, OutputGradients<Scalar>, WantedGradients)
      -> SequenceGradients<Scalar>

  /// The vectorised kernels.
  init() where Scalar: ElementaryScalar {
    exponential = { x, y, count in Scalar.map(x, into: y, count: count) { Scalar.exponential($0) } }
    hyperbolicTangent = { x, y, count in Scalar.map(x, into: y, count: count) { Scalar.hyperbolicTangent($0) } }
    logistic = { x, y, count in Scalar.map(x, into: y, count: count) { Scalar.logistic($0) } }
    product = { $0.run() }
    forward = { kind, weights, input, keepsOutputs in
      SequenceForward(kind, weights, input, keepsSteps: true).run(keepsOutputs: keepsOutputs)
    }
    inference = { kind, weights, input, keepsOutputs in
      SequenceInference(SequenceForward(kind, weights, input, keepsSteps: false).run(keepsOutputs: keepsOutputs))
    }
    backward = { workspace, weights, outputGradients, wants in
      SequenceBackward(workspace, weights, outputGradients, wants: wants).run()
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
}

// MARK: Whole sequences

extension ScalarKernels {
  /// Runs a recurrent cell over a whole sequence and keeps what the backward pass needs.
  ///
  /// | Result      | Shape       | Contents                                              |
  /// |-------------|-------------|-------------------------------------------------------|
  /// | `workspace` |             | every step, for ``differentiateSequence(_:_:outputGradients:wants:)`` |
  /// | `outputs`   | `[B, T, H]` | h of every step; empty without `keepsOutputs`         |
  ///
  /// The order of the gates is that of ``RecurrentKind``.
  public func runSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>, keepsOutputs: Bool
  ) -> (workspace: SequenceWorkspace<Scalar>, outputs: [Scalar]) {
    forward(kind, weights, input, keepsOutputs)
  }

  /// Runs a recurrent cell over a whole sequence for inference: the bits of ``runSequence(_:_:_:keepsOutputs:)`` in
  /// less time and memory, since nothing is kept for a backward pass.
  public func inferSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>, keepsOutputs: Bool
  ) -> SequenceInference<Scalar> {
    inference(kind, weights, input, keepsOutputs)
  }

  /// The backward pass of ``runSequence(_:_:_:keepsOutputs:)``: back-propagation through time.
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
