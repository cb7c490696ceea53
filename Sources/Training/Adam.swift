import Foundation

/// Gradient descent with running means of the gradient and of its square.
///
///     m ← m + (g − m)(1 − β₁)
///     v ← v + (g² − v)(1 − β₂)
///     α = η √(1 − β₂ᵗ) / (1 − β₁ᵗ)                         t = 1, 2, … counts the steps
///     w ← w − m α / (√v + ε)                               AMSGrad: v replaced by the largest v so far
///
/// | Constant       | Letter | Default |
/// |----------------|--------|---------|
/// | `learningRate` | η      | 0.001   |
/// | `beta1`        | β₁     | 0.9     |
/// | `beta2`        | β₂     | 0.999   |
/// | `epsilon`      | ε      | 10⁻⁷    |
///
/// Slots: `momentum` (m), `velocity` (v), and `velocity_hat` with AMSGrad.
///
/// ε is added to √v before its correction, the "ε̂" of the paper's section 2; PyTorch adds it afterwards.
///
/// Source: Keras 3, `optimizers/adam.py`; Kingma & Ba 2015, "Adam", algorithm 1 and the end of section 2. AMSGrad:
/// Reddi, Kale & Kumar 2018, "On the convergence of Adam and beyond".
public struct Adam: Optimizer {
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var amsgrad: Bool
  public var clipping: GradientClipping
  /// Keras 3 takes the powers of β₁ and β₂ after passing them through single precision, even where the model is in
  /// double precision.
  public var roundsConstantsToSingle: Bool

  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    amsgrad: Bool = false, clipping: GradientClipping = .none, roundsConstantsToSingle: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
    self.clipping = clipping
    self.roundsConstantsToSingle = roundsConstantsToSingle
  }

  public var slotNames: [String] { ["momentum", "velocity"] + (amsgrad ? ["velocity_hat"] : []) }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func update<Scalar: RealScalar>(
    _ weights: inout [Scalar], gradient: [Scalar], slots: inout [Scalar], step: Int
  ) {
    let α = correctedRate(step: step, Scalar.self)
    let ε = Scalar(epsilon)
    let (rest1, rest2) = (Scalar(1 - beta1), Scalar(1 - beta2))
    StepBuffers.with(&weights, gradient, &slots) { buffers in
      let (w, g, m, v) = (buffers.weights, buffers.gradient, buffers.slot(0), buffers.slot(1))
      let largest = amsgrad ? buffers.slot(2) : nil
      buffers.eachRange(cost: 48) { range in
        for i in range {
          m[i] += (g[i] - m[i]) * rest1
          v[i] += (g[i] * g[i] - v[i]) * rest2
        }
        if let largest {
          for i in range where v[i] > largest[i] { largest[i] = v[i] }
        }
        let scale = largest ?? v
        for i in range { w[i] -= m[i] * α / (scale[i].squareRoot() + ε) }
      }
    }
  }

  /// α: the learning rate with the correction for means that begin at zero.
  @inline(__always)
  private func correctedRate<Scalar: RealScalar>(step: Int, _: Scalar.Type) -> Scalar {
    // The betas take the precision of the weights first: in Float 1 − 0.999 differs from 0.001 in the fifth digit, and
    // so it does in Keras.
    func power(_ beta: Double) -> Scalar {
      let rounded = roundsConstantsToSingle ? Double(Float(beta)) : Double(Scalar(beta))
      return Scalar(pow(rounded, Double(step)))
    }
    return Scalar(learningRate) * (1 - power(beta2)).squareRoot() / (1 - power(beta1))
  }
}
