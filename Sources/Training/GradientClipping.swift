/// A bound on gradients, applied before the optimiser sees them.
///
/// | Case             | The gradient g becomes                                                          |
/// |------------------|---------------------------------------------------------------------------------|
/// | `none`           | g                                                                               |
/// | `value(c)`       | every element limited to −c … c                                                 |
/// | `norm(c)`        | g · c / max(‖g‖, c), each tensor separately                                     |
/// | `globalNorm(c)`  | g · c · min(1 / ‖all‖, 1 / c), with the norm of all tensors together            |
///
/// That is how Keras computes it, and what the optimisers here do. PyTorch's arithmetic of a norm is another one, see
/// ``Convention``; for a value both are the same.
///
/// | A gradient that is not finite   | Keras                                   | PyTorch                         |
/// |---------------------------------|-----------------------------------------|---------------------------------|
/// | ∞ in `value`                    | the bound                               | the bound                       |
/// | ∞ in `norm`, in that tensor     | NaN where it was, 0 elsewhere           | the same                        |
/// | ∞ in `globalNorm`               | NaN everywhere                          | NaN where it was, 0 elsewhere   |
/// | NaN                             | stays NaN, under a norm all become NaN  | the same                        |
///
/// Source: Keras, `optimizers/base_optimizer.py`: `clipvalue`, `clipnorm`, `global_clipnorm`; PyTorch,
/// `nn/utils/clip_grad.py`: `clip_grad_value_`, `clip_grad_norm_`. Global norm: Pascanu, Mikolov & Bengio 2013, "On the
/// difficulty of training recurrent neural networks", algorithm 1.
public enum GradientClipping: Equatable, Sendable {
  case none
  case value(Double)
  case norm(Double)
  case globalNorm(Double)

  /// Whose arithmetic bounds a norm n by c: the factor of the gradient.
  ///
  /// | Case      | Factor                  |
  /// |-----------|-------------------------|
  /// | `keras`   | c / max(n, c)           |
  /// | `pytorch` | min(1, c / (n + 10⁻⁶))  |
  public enum Convention: Sendable { case keras, pytorch }

  /// The clipped gradient.
  public func callAsFunction<Gradient: ParameterGroup>(
    _ gradient: Gradient, as convention: Convention = .keras
  ) -> Gradient {
    typealias Scalar = Gradient.Scalar
    var clipped = gradient
    if convention == .pytorch {
      switch self {
      case .none, .value: break
      case .norm(let bound):
        clipped.update { _, g in g = g * Scalar(Self.factor(g.squaredNorm().squareRoot(), bound)) }
        return clipped
      case .globalNorm(let bound):
        let factor = Scalar(Self.factor(gradient.globalNorm, bound))
        clipped.update { _, g in g = g * factor }
        return clipped
      }
    }
    switch self {
    case .none: break
    case .value(let bound):
      clipped.update { _, g in g = g.clamped(to: Scalar(bound)) }
    case .norm(let bound):
      // Keras multiplies first and divides afterwards; the other order rounds differently.
      clipped.update { _, g in
        let divisor = Scalar(max(g.squaredNorm().squareRoot(), bound))
        g = g * Scalar(bound) / Tensor(repeating: divisor, shape: [])
      }
    case .globalNorm(let bound):
      let norm = gradient.globalNorm
      // A norm that is NaN must make the step NaN, not pass as a small norm.
      let factor = norm.isFinite ? bound * min(1 / norm, 1 / bound) : .nan
      clipped.update { _, g in g = g * Scalar(factor) }
    }
    return clipped
  }

  /// PyTorch's factor; NaN for a norm that is NaN.
  private static func factor(_ norm: Double, _ bound: Double) -> Double {
    let factor = bound / (norm + 1e-6)
    return factor > 1 ? 1 : factor
  }
}

extension ParameterGroup {
  /// ‖g‖ over all tensors together, in double precision: what PyTorch's `clip_grad_norm_` returns.
  public var globalNorm: Double { named.reduce(0) { $0 + $1.tensor.squaredNorm() }.squareRoot() }
}

extension Tensor {
  /// ‖x‖² over all elements, in double precision.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  func squaredNorm() -> Double {
    var sum = 0.0
    for x in scalars { sum += Double(x) * Double(x) }
    return sum
  }
}
