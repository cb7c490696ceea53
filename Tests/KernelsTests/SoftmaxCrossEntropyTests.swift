import Support
import Testing

@testable import Kernels

/// The loss of a row of logits against the definition in double precision.
@Suite struct SoftmaxCrossEntropyTests {
  /// Few classes, the least that are added in vectors, and whole vocabularies; numbers near zero and far from it.
  @Test(arguments: [1, 2, 10, 31, 32, 63, 64, 65, 1003], [1.0, 90])
  func agreesWithTheDefinition(count: Int, size: Double) {
    let z = numbers(Double.self, count, seed: UInt64(count)).map { $0 * size }
    for label in Set([0, count / 2, count - 1]) {
      let expected = Plain.softmaxCrossEntropy(z, label: label, scale: 0.25)
      check(z, label, expected, tolerance: 1e-14)
      // Arguments are rounded to 24 bits: eˣ then has a relative error of |x|·2⁻²⁴.
      check(z.map { Float($0) }, label, expected, tolerance: size * 4e-7)
    }
  }

  private func check<Scalar: RealScalar>(
    _ z: [Scalar], _ label: Int, _ expected: (loss: Double, gradient: [Double]), tolerance: Double
  ) {
    var gradient = [Scalar](repeating: .nan, count: z.count)
    let loss = Scalar.kernels.softmaxCrossEntropy(z, label: label, scale: 0.25, into: &gradient, count: z.count)
    expect(abs(loss - expected.loss) <= tolerance * max(1, abs(expected.loss)))
    for (own, wanted) in zip(gradient, expected.gradient) { expect(abs(Double(own) - wanted) <= tolerance) }
  }
}
