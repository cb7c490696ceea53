import Foundation
import Training

/// Adam with ε in another place than Keras has it, for the mutants.
///
///     w ← w − η m̂ / (√v̂ + ε)        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)        `corrected`, as in PyTorch
///     w ← w − α m / √(v + ε)         α = η √(1 − β₂ᵗ) / (1 − β₁ᵗ)                  `inside`
struct FaultyAdam: Optimizer {
  enum EpsilonPlace: Equatable, Sendable { case corrected, inside }

  var learningRate: Double
  var beta1: Double
  var beta2: Double
  var epsilon: Double
  var amsgrad: Bool
  var clipping: GradientClipping
  var epsilonPlace: EpsilonPlace

  var slotNames: [String] { ["momentum", "velocity"] + (amsgrad ? ["velocity_hat"] : []) }

  func update<Scalar: RealScalar>(
    _ weights: inout [Scalar], gradient: [Scalar], slots: inout [Scalar], step: Int
  ) {
    let count = weights.count
    let rest = (first: 1 - pow(beta1, Double(step)), second: 1 - pow(beta2, Double(step)))
    for k in 0..<count {
      let g = Double(gradient[k])
      let m = Double(slots[k]) + (g - Double(slots[k])) * (1 - beta1)
      var v = Double(slots[count + k]) + (g * g - Double(slots[count + k])) * (1 - beta2)
      (slots[k], slots[count + k]) = (Scalar(m), Scalar(v))
      if amsgrad {
        v = max(v, Double(slots[2 * count + k]))
        slots[2 * count + k] = Scalar(v)
      }
      let step =
        switch epsilonPlace {
        case .corrected: m / rest.first / ((v / rest.second).squareRoot() + epsilon)
        case .inside: m * rest.second.squareRoot() / rest.first / (v + epsilon).squareRoot()
        }
      weights[k] -= Scalar(learningRate * step)
    }
  }
}
