/// Gradient descent with momentum.
///
///     w ← w − η g                                          without momentum
///     m ← μ m − η g;    w ← w + m                          with momentum μ
///     m ← μ m − η g;    w ← w + μ m − η g                  Nesterov's
///
/// | Constant       | Letter | Default |
/// |----------------|--------|---------|
/// | `learningRate` | η      | 0.01    |
/// | `momentum`     | μ      | 0       |
///
/// Slot: `momentum` (m), where μ is not 0.
///
/// Source: Keras 3, `optimizers/sgd.py`. Nesterov momentum: Sutskever et al. 2013, "On the importance of initialization
/// and momentum in deep learning", section 2, in Bengio's form.
public struct SGD: Optimizer {
  public var learningRate: Double
  public var momentum: Double
  public var nesterov: Bool
  public var clipping: GradientClipping
  /// Keras 3 passes μ through single precision even where the model is in double precision: 0.9 becomes
  /// 0.8999999761581421.
  public var roundsConstantsToSingle: Bool

  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, clipping: GradientClipping = .none,
    roundsConstantsToSingle: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.clipping = clipping
    self.roundsConstantsToSingle = roundsConstantsToSingle
  }

  public var slotNames: [String] { momentum != 0 ? ["momentum"] : [] }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func update<Scalar: RealScalar>(
    _ weights: inout [Scalar], gradient: [Scalar], slots: inout [Scalar], step: Int
  ) {
    let η = Scalar(learningRate)
    let μ = roundsConstantsToSingle ? Scalar(Float(momentum)) : Scalar(momentum)
    StepBuffers.with(&weights, gradient, &slots) { buffers in
      let (w, g) = (buffers.weights, buffers.gradient)
      guard momentum != 0 else {
        return buffers.eachRange { range in
          for start in stride(from: range.lowerBound, to: range.upperBound, by: 256) {
            let piece = start..<min(start + 256, range.upperBound)
            // Most rows of a large embedding have no gradient: their weights stay, and need not even be read.
            guard piece.contains(where: { g[$0] != 0 }) else { continue }
            for i in piece { w[i] -= η * g[i] }
          }
        }
      }
      let m = buffers.slot(0)
      buffers.eachRange { range in
        for i in range {
          m[i] = μ * m[i] - η * g[i]
          w[i] += nesterov ? μ * m[i] - η * g[i] : m[i]
        }
      }
    }
  }
}
