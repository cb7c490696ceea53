import Foundation

/// The functions of one number that formulas apply to every element, with their derivatives.
enum ElementFunction: Hashable, Sendable {
  case sigmoid, tanh, relu, hardSigmoid, keras2HardSigmoid, exp, log, sqrt

  func value(_ z: Double) -> Double {
    switch self {
    // e⁻ᶻ overflows to infinity for very negative z, and 1 / (1 + ∞) is 0 as it should be.
    case .sigmoid: 1 / (1 + Foundation.exp(-z))
    case .tanh: Foundation.tanh(z)
    case .relu: z > 0 ? z : z.isNaN ? z : 0
    case .hardSigmoid: Self.clipped(z / 6 + 0.5)
    case .keras2HardSigmoid: Self.clipped(0.2 * z + 0.5)
    case .exp: Foundation.exp(z)
    case .log: Foundation.log(z)
    case .sqrt: z.squareRoot()
    }
  }

  /// The derivative at `z`, where the function's value is `y`.
  func derivative(_ z: Double, _ y: Double) -> Double {
    switch self {
    case .sigmoid: y * (1 - y)
    case .tanh: 1 - y * y
    case .relu: z > 0 ? 1 : 0
    case .hardSigmoid: y > 0 && y < 1 ? 1.0 / 6 : 0
    case .keras2HardSigmoid: y > 0 && y < 1 ? 0.2 : 0
    case .exp: y
    case .log: 1 / z
    case .sqrt: 0.5 / y
    }
  }

  /// How the function's name is written.
  var symbol: MathNode {
    switch self {
    case .sigmoid: .identifier(text: "σ", latex: #"\sigma"#, upright: false)
    case .tanh, .exp, .log: .function(text: "\(self)", latex: "\\\(self)", limits: false)
    case .relu: Self.named("ReLU")
    case .hardSigmoid: Self.hardSigmoid(slope: "1/6")
    case .keras2HardSigmoid: Self.hardSigmoid(slope: "0.2")
    case .sqrt: Self.named("sqrt")
    }
  }

  /// `\mathrm`, since GitHub refuses `\operatorname`.
  static func named(_ name: String) -> MathNode {
    .function(text: name, latex: "\\mathrm{\(name)}", limits: false)
  }

  private static func hardSigmoid(slope: String) -> MathNode {
    .scripts(base: named("hardsigmoid"), sub: .number(slope), primes: 0, sup: nil)
  }

  private static func clipped(_ z: Double) -> Double { z < 0 ? 0 : z > 1 ? 1 : z }
}
