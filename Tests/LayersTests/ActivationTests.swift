import Foundation
import Support
import Testing

@testable import Layers

/// Activations of whole tensors on both sides of every kink, at the kinks, and far away; derivatives by the output.
@Suite struct ActivationTests {
  private static let x: [Double] = [-800, -3, -2.5, -0.625, -0.0, 0, 0.25, 0.625, 1, 2.5, 3, 800]

  static let table: [(activation: Activation, f: @Sendable (Double) -> Double, slope: @Sendable (Double) -> Double)] = [
    (.linear, { $0 }, { _ in 1 }), (.tanh, { tanh($0) }, { 1 - tanh($0) * tanh($0) }),
    (.sigmoid, { 1 / (1 + exp(-$0)) }, { 1 / (1 + exp(-$0)) * (1 - 1 / (1 + exp(-$0))) }),
    (.relu, { max($0, 0) }, { $0 > 0 ? 1 : 0 }),
    (.softsign, { $0 / (1 + abs($0)) }, { 1 / ((1 + abs($0)) * (1 + abs($0))) }),
    (.softplus, { max($0, 0) + log1p(exp(-abs($0))) }, { 1 / (1 + exp(-$0)) }),
    (.elu(alpha: 0.7), { $0 > 0 ? $0 : 0.7 * expm1($0) }, { $0 > 0 ? 1 : 0.7 * exp($0) }),
    (.hardSigmoid(alpha: 0.2, beta: 0.5), { min(max(0.2 * $0 + 0.5, 0), 1) }, { abs($0) < 2.5 ? 0.2 : 0 }),
    (.affine(alpha: 1.5, beta: -0.25), { 1.5 * $0 - 0.25 }, { _ in 1.5 }),
    (.leakyRelu(alpha: 0.1), { $0 >= 0 ? $0 : 0.1 * $0 }, { $0 >= 0 ? 1 : 0.1 }),
    (.thresholdedRelu(alpha: 0.625), { $0 > 0.625 ? $0 : 0 }, { $0 > 0.625 ? 1 : 0 }),
    (
      .scaledTanh(alpha: 1.7, beta: 0.6), { 1.7 * tanh(0.6 * $0) },
      { 1.7 * 0.6 * (1 - tanh(0.6 * $0) * tanh(0.6 * $0)) }
    ),
  ]

  @Test(arguments: table.indices) func valuesAndSlopes(row: Int) {
    let (activation, f, slope) = Self.table[row]
    let y = activation(Tensor(Self.x))
    let own = activation.backward(Tensor(repeating: 2, shape: [Self.x.count]), output: y)
    for (place, x) in Self.x.enumerated() {
      expect(abs(y.scalars[place] - f(x)) <= 4e-16 * max(1, abs(f(x))), "\(activation) at \(x)")
      expect(abs(own.scalars[place] - 2 * slope(x)) <= 4e-15, "slope of \(activation) at \(x)")
    }
    let single = activation(Tensor(Self.x.map { Float($0) }))
    for (place, x) in Self.x.enumerated() {
      let expected = f(Double(Float(x)))
      expect(abs(Double(single.scalars[place]) - expected) <= 3e-7 * max(1, abs(expected)), "\(activation) at \(x)")
    }
  }

  /// ∂x_i = y_i (g_i − Σ_j g_j y_j), row by row.
  @Test func aSoftmaxIsOfItsRow() {
    let x = Tensor<Double>([[0, log(3), log(4)], [1, 1, 1]])
    let y = Activation.softmax(x)
    for (found, expected) in zip(y.scalars, [0.125, 0.375, 0.5, 1.0 / 3, 1.0 / 3, 1.0 / 3]) {
      expect(abs(found - expected) < 1e-15)
    }
    let g = Tensor<Double>([[8, 0, 16], [3, 6, 9]])
    // Σ g y is 9 and 6.
    let expected: [Double] = [-0.125, -3.375, 3.5, -1, 0, 1]
    for (found, expected) in zip(Activation.softmax.backward(g, output: y).scalars, expected) {
      expect(abs(found - expected) < 1e-14)
    }
    let none = Tensor<Double>.zeros([2, 0])
    expect(Activation.softmax(none) == none && Activation.softmax.backward(none, output: none) == none)
  }

  /// A clip and what it lets through; without a bound everything.
  @Test func clipsBound() {
    let x = Tensor<Double>([-3, -2, 0.5, 2, 2.5])
    expect(x.clipped(to: 2).scalars == [-2, -2, 0.5, 2, 2] && x.clipped(to: nil) == x)
    expectEqual((x * 10).stopped(where: x, leaves: 2).scalars, [0, -20, 5, 20, 0])
    expectEqual((x * 10).stopped(where: x, leaves: nil), x * 10)
  }
}
