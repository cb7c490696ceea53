import Formulas
import Support
import Testing

@Suite struct FormulaGradients {
  let W = symbol("W", .weight, MathValue.sample(shape: [3, 4], seed: 1))
  let V = symbol("V", .weight, MathValue.sample(shape: [4, 2], seed: 2))
  let A = symbol("A", .input, MathValue.sample(shape: [3, 4], seed: 3))
  let x = symbol("x", .input, MathValue.sample(shape: [4], seed: 4))
  let y = symbol("y", .input, MathValue.sample(shape: [3], seed: 5))
  let s = symbol("s", .input, 0.7)

  /// Every operation, on operands whose sizes differ, against central differences.
  @Test func everyOperationAgreesWithCentralDifferences() throws {
    let positive = squared(A) + 0.3
    let formulas: [Formula] = [
      W + A, W - A, -W, W ⊙ A, W / positive, A / (W ⊙ W + 1), W • x, y • W, W • V, transpose(W) • y, y • transpose(x),
      transpose(x) • V, s * W, W * s, s + W, 1 - s ⊙ x, W / s, s • x, sigmoid(W), tanh(W), relu(W), hardSigmoid(W),
      keras2HardSigmoid(W), exp(W), log(positive), sqrt(positive), softmax(W), softmax(x), squared(W), mean(W) * W,
      sum(W) * x, concatenate(W, A), concatenate(x, y), stack(W, A, W), stack(x, y), W[columns: 1..<3], W[rows: 1..<3],
      W[row: 2], x[1..<3], W.split(into: 2)[1], W + onEveryRow(x), onEveryRow(x) - W, W ⊙ onEveryRow(x),
      sum([W, A, W ⊙ W]), meanSquaredError(W, A), crossEntropy(softmax(x), exp(x)),
    ]
    for formula in formulas {
      // Weighted with distinct numbers, so that no element can stand for another.
      let value = try formula.evaluate()
      let loss = sum(formula ⊙ Formula(MathValue.sample(shape: value.shape, seed: 9)))
      let gradients = try loss.gradients()
      for symbol in formula.symbols {
        let byHand = try gradients[symbol]
        let numerical = try loss.centralDifferences(symbol)
        expectEqual(byHand.shape, numerical.shape)
        for (a, n) in zip(byHand.elements, numerical.elements) {
          // The third derivative times (1e-5)² and rounding of 1e-16 / 1e-5 leave some 1e-10.
          expect(abs(a - n) <= 1e-8, "\(formula) by \(symbol): \(a) and \(n)")
        }
      }
    }
  }

  @Test func sharedSymbolsAccumulate() throws {
    let w = symbol("w", .weight, 3)
    let loss = w ⊙ w ⊙ w + 2 * w
    try expectEqual(loss.gradients()[w], 29)
  }

  /// A gate that is given a value is no longer computed: f = 1 and i = 0 keep the memory.
  @Test func boundDefinitionsHold() throws {
    let f = define("f_t", sigmoid(x), .gate)
    let i = define("i_t", sigmoid(-x), .gate)
    let c = define("c_t", f ⊙ symbol("c_{t-1}", .state, [1, -2, 3, 4]) + i ⊙ tanh(x), .state)
    try expectEqual(c.evaluate([f: [1, 1, 1, 1], i: [0, 0, 0, 0]]), [1, -2, 3, 4])
    let gradients = try sum(c).gradients([f: [1, 1, 1, 1], i: [0, 0, 0, 0]])
    try expectEqual(gradients[f], [1, -2, 3, 4])
  }

  /// Olah's W_f · [h, x] is the paper's two products.
  @Test func concatenatedWeightsGiveTheSameProduct() throws {
    let together = concatenate(A, W) • concatenate(x[0..<4], x)
    let apart = try (A • x + W • x).evaluate()
    for (a, b) in zip(try together.evaluate().elements, apart.elements) { expect(abs(a - b) < 1e-15) }
  }

  @Test func saturatedFunctionsStayFinite() throws {
    let z = symbol("z", .other, [-800, -40, 0, 40, 800])
    try expect(sigmoid(z).evaluate().elements.allSatisfy { $0 >= 0 && $0 <= 1 })
    try expect(sigmoid(z).evaluate().elements[1] > 0)
    try expectEqual(softmax(z).evaluate(), [0, 0, 0, 0, 1])
    try expect(sum(sigmoid(z)).gradients()[z].elements.allSatisfy { $0.isFinite && $0 >= 0 })
  }

  /// Long sequences are chains too deep for recursion; they are computed, differentiated and freed in loops.
  @Test func longSequencesDoNotOverflowTheStack() throws {
    let w = symbol("w", .weight, 0.5)
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let h = define("h_t", w ⊙ h₋ + x, .state)
    let steps = Recurrence(input: x, states: [(h₋, h)])
      .unrolled(over: [MathValue](repeating: 1, count: 20_000), from: [0])
    let last = steps[steps.count - 1][h]
    try expectEqual(last.evaluate(), 2)
    // h = Σ wᵏ, so dh/dw = Σ k wᵏ⁻¹ = 1 / (1 − w)² = 4.
    try expectEqual(last.gradients()[w], 4)
  }
}

extension MathValue {
  /// Distinct numbers between −1.5 and 1.5, none of them near a corner of relu or the straight-line sigmoids.
  fileprivate static func sample(shape: [Int], seed: Int) -> MathValue {
    let count = shape.reduce(1, *)
    let elements = (0..<count).map { index in
      let fraction = Double((index * 37 + seed * 61 + 11) % 101) / 101
      return (fraction - 0.5) * 2.9 + 0.003
    }
    return (try? MathValue(shape: shape, elements: elements)) ?? []
  }
}
