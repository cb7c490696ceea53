import Foundation
import Support
import Testing

@testable import Kernels

/// The vectorised functions against the C library. The program `elementary-functions` tries every `Float`; these are
/// samples.
@Suite
struct ElementaryTests {
  /// Within two units in the last place, as promised; the sample is every 65,521st (a prime) bit pattern.
  @Test(arguments: ["exp", "tanh", "sigmoid"])
  func floatsAreWithinTwoUnitsInTheLastPlace(name: String) throws {
    let x = stride(from: UInt64(0), to: 1 << 32, by: 65_521).map { Float(bitPattern: UInt32($0)) } + special(Float.self)
    let reference = try #require(references[name])
    for (x, received) in zip(x, evaluate(name, x)) {
      let expected = Float(reference(Double(x)))
      guard !expected.isNaN else {
        expect(received.isNaN, "\(name)(\(x))")
        continue
      }
      expect(steps(expected, received) <= 2, "\(name)(\(x)) = \(received), not \(expected)")
    }
  }

  /// Four units of the `Double`: two of this code's, and as many between the C library and the true value.
  @Test(arguments: ["exp", "tanh", "sigmoid"])
  func doublesAreWithinFourUnitsOfTheLibrary(name: String) throws {
    let x = numbers(Double.self, 20_000, seed: 5).flatMap { [$0, $0 * 30, $0 * 750, $0 * 1e-9] } + special(Double.self)
    let reference = try #require(references[name])
    for (x, received) in zip(x, evaluate(name, x)) {
      let expected = reference(x)
      guard !expected.isNaN else {
        expect(received.isNaN, "\(name)(\(x))")
        continue
      }
      expect(steps(expected, received) <= 4, "\(name)(\(x)) = \(received), not \(expected)")
    }
  }

  @Test func exactValues() {
    expectEqual(evaluate("exp", [Float(0), -.infinity, .infinity]), [1, 0, .infinity])
    expectEqual(evaluate("tanh", [Float(0), -.infinity, .infinity, 40]), [0, -1, 1, 1])
    expectEqual(evaluate("sigmoid", [Double(0), -.infinity, .infinity]), [0.5, 0, 1])
    expectEqual(evaluate("tanh", [-0.0])[0].sign, .minus)
    expect(evaluate("sigmoid", [-740.0])[0] > 0)
  }

  @Test func aNumberHasTheSameBitsWhereverItStands() {
    let x = numbers(Float.self, 53, seed: 6)
    for count in 1...53 {
      expectEqual(evaluate("tanh", Array(x.prefix(count))), Array(evaluate("tanh", x).prefix(count)))
    }
  }
}

/// The same functions in `Double`, from the C library; below zero, `sigmoid` without the overflow of `e⁻ˣ`.
private let references: [String: @Sendable (Double) -> Double] = [
  "exp": { exp($0) },
  "tanh": { tanh($0) },
  "sigmoid": { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) },
]

private func special<Scalar: RealScalar>(_: Scalar.Type) -> [Scalar] {
  [
    0, -0.0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude,
  ]
}

private func evaluate<Scalar: RealScalar>(_ name: String, _ x: [Scalar]) -> [Scalar] {
  var y = x
  switch name {
  case "exp": Scalar.kernels.exp(x, into: &y, count: x.count)
  case "tanh": Scalar.kernels.tanh(x, into: &y, count: x.count)
  default: Scalar.kernels.sigmoid(x, into: &y, count: x.count)
  }
  return y
}

/// How many steps from one number to the next lie between two numbers.
private func steps<Scalar: RealScalar>(_ a: Scalar, _ b: Scalar) -> Double {
  if a == b { return 0 }
  if a.isInfinite || b.isInfinite { return .infinity }
  return abs(Double(a - b)) / Double(max(a.magnitude, b.magnitude).ulp)
}
