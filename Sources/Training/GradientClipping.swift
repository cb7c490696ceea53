/// A bound on gradients, applied before the optimiser sees them.
///
/// | Case             | The gradient g becomes                                                          |
/// |------------------|---------------------------------------------------------------------------------|
/// | `none`           | g                                                                               |
/// | `value(c)`       | every element limited to −c … c                                                 |
/// | `norm(c)`        | g · c / max(‖g‖, c), each tensor separately                                     |
/// | `globalNorm(c)`  | g · c · min(1 / ‖all‖, 1 / c), with the norm of all tensors together            |
///
/// Source: Keras, `optimizers/base_optimizer.py`: `clipvalue`, `clipnorm`, `global_clipnorm`. Global norm: Pascanu,
/// Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
public enum GradientClipping: Equatable, Sendable {
  case none
  case value(Double)
  case norm(Double)
  case globalNorm(Double)

  /// The clipped gradient.
  public func callAsFunction<Gradient: ParameterGroup>(_ gradient: Gradient) -> Gradient {
    typealias Scalar = Gradient.Scalar
    var clipped = gradient
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
      let norm = gradient.named.reduce(0) { $0 + $1.tensor.squaredNorm() }.squareRoot()
      // A norm that is NaN must make the step NaN, not pass as a small norm.
      let factor = norm.isFinite ? bound * min(1 / norm, 1 / bound) : .nan
      clipped.update { _, g in g = g * Scalar(factor) }
    }
    return clipped
  }
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
