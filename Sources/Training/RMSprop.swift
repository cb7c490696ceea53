/// Gradient descent whose step is divided by a running root mean square of the gradient.
///
///     v ← ρ v + (1 − ρ) g²
///     a ← ρ a + (1 − ρ) g                          centred only
///     r = √(v − a² + ε),  or  √(v − a²) + ε        a = 0 unless centred; see `epsilonPlace`
///     w ← w − η g / r                              without momentum
///     m ← μ m + η g / r;    w ← w − m              with momentum μ
///
/// | Constant       | Letter | Default |
/// |----------------|--------|---------|
/// | `learningRate` | η      | 0.001   |
/// | `rho`          | ρ      | 0.9     |
/// | `momentum`     | μ      | 0       |
/// | `epsilon`      | ε      | 10⁻⁷    |
///
/// Slots: `velocity` (v), `momentum` (m) where μ is not 0, `average_gradient` (a) where centred.
///
/// Source: Keras 3, `optimizers/rmsprop.py`; Tieleman & Hinton 2012, Coursera lecture 6.5. Centred: Graves 2013,
/// "Generating sequences with recurrent neural networks", equations 38 to 45.
public struct RMSprop: Optimizer {
  /// Where ε is added. Near the end of a training, when g is small, this changes where the weights converge.
  public enum EpsilonPlace: Equatable, Sendable {
    /// √(v + ε): Keras 3.
    case insideRoot
    /// √v + ε: Keras 2, PyTorch.
    case outsideRoot
  }

  public var learningRate: Double
  public var rho: Double
  public var momentum: Double
  public var epsilon: Double
  public var epsilonPlace: EpsilonPlace
  public var centered: Bool
  public var clipping: GradientClipping

  public init(
    learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    epsilonPlace: EpsilonPlace = .insideRoot, centered: Bool = false, clipping: GradientClipping = .none
  ) {
    self.learningRate = learningRate
    self.rho = rho
    self.momentum = momentum
    self.epsilon = epsilon
    self.epsilonPlace = epsilonPlace
    self.centered = centered
    self.clipping = clipping
  }

  public var slotNames: [String] {
    ["velocity"] + (momentum != 0 ? ["momentum"] : []) + (centered ? ["average_gradient"] : [])
  }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func update<Scalar: RealScalar>(
    _ weights: inout [Scalar], gradient: [Scalar], slots: inout [Scalar], step: Int
  ) {
    let (η, ρ, μ) = (Scalar(learningRate), Scalar(rho), Scalar(momentum))
    // 1 − ρ is rounded once, as in Keras, not as 1 − the rounded ρ.
    let rest = Scalar(1 - rho)
    let (inside, outside) = epsilonPlace == .insideRoot ? (Scalar(epsilon), 0) : (0, Scalar(epsilon))
    StepBuffers.with(&weights, gradient, &slots) { buffers in
      let (w, g, v) = (buffers.weights, buffers.gradient, buffers.slot(0))
      let m = momentum != 0 ? buffers.slot(1) : nil
      let a = centered ? buffers.slot(slotNames.count - 1) : nil
      buffers.eachRange(cost: 48) { range in
        for i in range {
          v[i] = ρ * v[i] + rest * (g[i] * g[i])
          var variance = v[i]
          if let a {
            a[i] = ρ * a[i] + rest * g[i]
            variance -= a[i] * a[i]
          }
          var increment = η * g[i] / ((variance + inside).squareRoot() + outside)
          if let m {
            m[i] = μ * m[i] + increment
            increment = m[i]
          }
          w[i] -= increment
        }
      }
    }
  }
}
