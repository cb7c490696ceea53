import Foundation
import Support
import Testing

@testable import Kernels

/// The activations of vectors against the definitions of `Activation`, written here once more, number by number.
@Suite struct ActivationTests {
  static let all: [Activation] = [
    .linear, .tanh, .sigmoid, .relu, .softsign, .softplus, .elu(alpha: 0.7), .kerasHardSigmoid, .keras2HardSigmoid,
    .affine(alpha: 1.3, beta: -0.4), .leakyRelu(alpha: 0.1), .thresholdedRelu(alpha: 0.625),
    .scaledTanh(alpha: 1.7, beta: 0.6),
  ]
  /// Both sides of every kink, the kinks themselves, and numbers at which `eˣ` overflows.
  static let arguments: [Double] = [
    0, -0.0, 0.625, -0.625, 2.5, -2.5, 3, -3, 1e-9, -1e-9, 0.25, -0.25, 41, -41, 800, -800, 0.7, -0.7, 5, -5, 1e-3,
    -1e-3, 1,
    -1,
  ]

  @Test(arguments: all) func valuesAreThoseOfTheDefinition(_ activation: Activation) {
    check(activation, Double.self, tolerance: 4e-16)
    check(activation, Float.self, tolerance: 3e-7)
  }

  private func check<Scalar: ElementaryScalar>(_ activation: Activation, _: Scalar.Type, tolerance: Double) {
    let function = VectorActivation<Scalar>(activation)
    for x in Self.arguments {
      // Beside other numbers, as in a vector of units.
      var vector = Scalar.Vector(repeating: 0.125)
      vector[1] = Scalar(x)
      let y = function(vector)
      let (expected, slope) = Self.definition(activation, Double(Scalar(x)))
      expect(abs(Double(y[1]) - expected) <= tolerance * max(1, abs(expected)), "\(x)")
      let derivative = function.derivative(y)
      expect(abs(Double(derivative[1]) - slope) <= 4 * tolerance, "derivative at \(x)")
      expectEqual(y[0], function(Scalar.Vector(repeating: 0.125))[0], "a number depends on its neighbours")
    }
    expect(activation == .relu || activation.isStepped || function(Scalar.Vector(repeating: .nan))[0].isNaN)
  }

  /// f(x) and f′(x).
  static func definition(_ activation: Activation, _ x: Double) -> (Double, Double) {
    switch activation {
    case .linear: return (x, 1)
    case .tanh: return (Foundation.tanh(x), 1 - Foundation.tanh(x) * Foundation.tanh(x))
    case .sigmoid:
      let y = x > 0 ? 1 / (1 + Foundation.exp(-x)) : Foundation.exp(x) / (1 + Foundation.exp(x))
      return (y, y * (1 - y))
    case .relu: return (max(x, 0), x > 0 ? 1 : 0)
    case .softsign: return (x / (1 + abs(x)), (1 / (1 + abs(x))) * (1 / (1 + abs(x))))
    case .softplus:
      return (max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))), 1 / (1 + Foundation.exp(-x)))
    case .softmax: return (.nan, .nan)
    case .elu(let alpha): return x > 0 ? (x, 1) : (alpha * Foundation.expm1(x), alpha * Foundation.exp(x))
    case .hardSigmoid(let alpha, let beta):
      let y = alpha * x + beta
      return (min(max(y, 0), 1), y > 0 && y < 1 ? alpha : 0)
    case .affine(let alpha, let beta): return (alpha * x + beta, alpha)
    case .leakyRelu(let alpha): return x >= 0 ? (x, 1) : (alpha * x, alpha)
    case .thresholdedRelu(let alpha): return x > alpha ? (x, 1) : (0, 0)
    case .scaledTanh(let alpha, let beta):
      let t = Foundation.tanh(beta * x)
      return (alpha * t, alpha * beta * (1 - t * t))
    }
  }
}

extension Activation {
  /// Whether it hides NaN: a comparison with NaN is false.
  fileprivate var isStepped: Bool {
    switch self {
    case .thresholdedRelu, .hardSigmoid: true
    default: false
    }
  }
}
