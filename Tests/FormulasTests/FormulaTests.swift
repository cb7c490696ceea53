import Formulas
import Support
import Testing

@Suite struct FormulaText {
  let W = symbol("W_{ix}", .weight)
  let x = symbol("x_t", .input)
  let h = symbol("h_{t-1}", .state)
  let b = symbol("b", .weight)

  @Test func isWrittenAsInThePaper() {
    let cases: [(Formula, String, String)] = [
      (sigmoid(W • x + b), "σ(W_ix xₜ + b)", #"\sigma(W_{ix} x_t + b)"#),
      (W • (x ⊙ h), "W_ix (xₜ ⊙ hₜ₋₁)", #"W_{ix} \,(x_t \odot h_{t-1})"#),
      (x ⊙ (W • h), "xₜ ⊙ (W_ix hₜ₋₁)", #"x_t \odot (W_{ix} h_{t-1})"#),
      ((1 - x) ⊙ h, "(1 − xₜ) ⊙ hₜ₋₁", #"(1 - x_t) \odot h_{t-1}"#),
      (x - (h - b), "xₜ − (hₜ₋₁ − b)", #"x_t - (h_{t-1} - b)"#),
      (x - h - b, "xₜ − hₜ₋₁ − b", #"x_t - h_{t-1} - b"#),
      (-(x + h), "−(xₜ + hₜ₋₁)", #"-(x_t + h_{t-1})"#),
      (x + -h, "xₜ + (−hₜ₋₁)", #"x_t + (-h_{t-1})"#),
      (0.5 * (x + h), "0.5 · (xₜ + hₜ₋₁)", #"0.5 \cdot (x_t + h_{t-1})"#),
      (squared(x - h), "(xₜ − hₜ₋₁)²", "(x_t - h_{t-1})^2"),
      (squared(x), "xₜ²", "x_t^2"),
      (transpose(W) • x, "W_ixᵀ xₜ", #"W_{ix}^{\intercal} x_t"#),
      (x / (1 + exp(-h)), "xₜ/(1 + exp(−hₜ₋₁))", #"\frac{x_t}{1 + \exp(-h_{t-1})}"#),
      (concatenate(h, x) • W + onEveryRow(b), "[hₜ₋₁, xₜ] W_ix + 𝟏 b", #"[h_{t-1}, x_t] W_{ix} + \mathbf{1} \, b"#),
      (W[columns: 0..<3], "W_ix[:, 0:3]", "W_{ix}[{:}, 0{:}3]"),
      (W[rows: 2..<4], "W_ix[2:4, :]", "W_{ix}[2{:}4,{:}]"),
      (b[1..<2], "b[1:2]", "b[1{:}2]"),
      (b.split(into: 4)[1], "split₄(b)₂", #"\mathrm{split}_4(b)_2"#),
      (sum([b, b, b, b, x]), "b + b + ⋯ + xₜ", #"b + b + \cdots + x_t"#),
      (crossEntropy(x, h), "−sum(hₜ₋₁ ⊙ log(xₜ))", #"-\mathrm{sum}(h_{t-1} \odot \log(x_t))"#),
    ]
    for (formula, unicode, latex) in cases {
      expectEqual(formula.mathText.unicode, unicode)
      expectEqual(formula.mathText.latex, latex)
    }
  }

  /// What a formula writes can be read again, and then looks the same.
  @Test func latexReadsBack() throws {
    let formula = define("y_t", softmax(W • (x ⊙ h) / (1 + exp(-h))) - squared(x))
    let text = formula.equation
    try expectEqual(MathText(latex: text.latex).unicode, text.unicode)
  }

  @Test func definitionsKeepTheirNames() {
    let i = define("i_t", sigmoid(W • x), .gate)
    let c = define("c_t", i ⊙ tanh(h), .state)
    expectEqual(c.equation.unicode, "cₜ = iₜ ⊙ tanh(hₜ₋₁)")
    expectEqual(c.equation(expanding: i).unicode, "cₜ = σ(W_ix xₜ) ⊙ tanh(hₜ₋₁)")
    expectEqual(c.symbols.compactMap(\.name), ["c_t", "i_t", "W_{ix}", "x_t", "h_{t-1}"])
    expectEqual(c.symbols.compactMap(\.timelessName), ["c", "i", "W_{ix}", "x", "h"])
    expectEqual(equations(i, c).unicodeBlock, ["iₜ = σ(W_ix xₜ)", "cₜ = iₜ ⊙ tanh(hₜ₋₁)"])
  }

  @Test func stepsHaveTheirNumbers() {
    let next = define("h_t", tanh(W • x + h), .state)
    let steps = Recurrence(input: x, states: [(h, next)]).unrolled(over: [[1], [2]], from: [[0]])
    expectEqual(steps.map { $0[next].equation.unicode }, ["h₀ = tanh(W_ix x₀ + h₋₁)", "h₁ = tanh(W_ix x₁ + h₀)"])
    expectEqual(steps[1][h], steps[0][next])
    expectEqual(steps[1][W], W)
    expectEqual(steps[1][next].role, .state)
    // A formula written afterwards is put at the step as well.
    expectEqual(steps[1][define("y_t", W • next)].equation.unicode, "y₁ = W_ix h₁")
  }
}

@Suite struct FormulaWorked {
  @Test func symbolsNumbersResult() throws {
    let W = symbol("W", .weight, try MathValue(rows: [[1, -2], [0.5, 3]]))
    let x = symbol("x_t", .input)
    let y = define("y_t", W • x + 1, .output)
    let shown = try y.worked([x: [2, 0.25]])
    expectEqual(shown.symbols.unicode, "yₜ = W xₜ + 1")
    expectEqual(shown.numbers.unicode, "[1  −2; 0.5  3] [2; 0.25] + 1")
    expectEqual(shown.result.unicode, "[2.5; 2.75]")
    expectEqual(
      shown.equation.unicodeBlock,
      [
        "yₜ = W xₜ + 1", "",
        "   = ⎡  1  −2⎤ ⎡   2⎤ + 1", "     ⎣0.5   3⎦ ⎣0.25⎦", "",
        "   = ⎡ 2.5⎤", "     ⎣2.75⎦",
      ])
    expectEqual(shown.shapes.map(\.symbol.unicode), ["W", "xₜ"])
    expectEqual(shown.shapes.map(\.shape), ["2 × 2", "a vector of 2"])
    expectEqual(shown.value, [2.5, 2.75])
  }

  @Test func rowsStandAsRows() throws {
    let W = symbol("W", .weight, try MathValue(rows: [[1, 2, 3], [4, 5, 6]]))
    let shown = try (symbol("x", .input, [1, -1]) • W).worked()
    expectEqual(shown.numbers.unicode, "[1  −1] [1  2  3; 4  5  6]")
    expectEqual(shown.result.unicode, "[−3  −3  −3]")
  }

  /// 001's example: the bias [1, 1] is added to every row of [[1, 2], [3, 4]].
  @Test func biasIsSeenOnEveryRow() throws {
    let x = symbol("x", .input, try MathValue(rows: [[1, 2], [3, 4]]))
    let b = symbol("b", .weight, [1, 1])
    let shown = try define("y", x + onEveryRow(b)).worked()
    expectEqual(shown.symbols.unicode, "y = x + 𝟏 b")
    expectEqual(shown.numbers.unicode, "[1  2; 3  4] + [1  1; 1  1]")
    expectEqual(shown.result.unicode, "[2  3; 4  5]")
  }

  @Test func largeMatricesAreElidedWithTheirShape() throws {
    let elements = (0..<7 * 13).map(Double.init)
    let W = symbol("W", .weight, try MathValue(shape: [13, 7], elements: elements))
    let shown = try (W • Formula([1, 1, 1, 1, 2, 3, 4])).worked()
    expectEqual(shown.numbers.unicode, "[0  ⋯  6; 7  ⋯  13; ⋮  ⋱  ⋮; 84  ⋯  90]₁₃ₓ₇ [1; 1; ⋮; 4]₇ₓ₁")
    expectEqual(shown.result.latex, #"\begin{bmatrix} 53 \\ 144 \\ \vdots \\ 1145 \end{bmatrix}_{13\times1}"#)
  }

  /// What a page or a telephone cannot hold on one line.
  @Test func aWideSumStandsATermOnEachLine() throws {
    func numbers(_ count: Int) -> MathValue { MathValue((0..<count).map { 1.0 / Double($0 + 3) }) }
    let x = symbol("x_1", .input, numbers(7))
    let W = symbol("W", .weight, try MathValue(shape: [7, 13], elements: numbers(91).elements))
    let h = symbol("h_0", .state, numbers(13))
    let U = symbol("U", .weight, try MathValue(shape: [13, 13], elements: numbers(169).elements))
    let shown = try define("z_1", tanh(x • W + (h ⊙ h) • U)).worked().equation.unicodeBlock
    expectEqual(shown[0], "z₁ = tanh(x₁ W + (h₀ ⊙ h₀) U)")
    expect(shown.allSatisfy { $0.count <= 72 })
    let terms = shown.filter { $0.contains("]₁ₓ") }
    // Each row of numbers once, the product with the second matrix broken before it, the result by itself.
    expectEqual(terms.count, 3)
    expect(terms[0].contains("[0.3333  ⋯  0.1111]₁ₓ₇ ⎢") && terms[1].contains("+ ([0.3333  ⋯  0.0667]₁ₓ₁₃ ⊙ ["))
    expect(shown.contains { $0.contains("· ⎢") } && terms[2].hasPrefix("   = ["))
  }

  /// TeX takes `h'_3^2` for two superscripts, and shows an error in place of the formula.
  @Test func aPrimeAndASquareAreOneSuperscript() throws {
    let square = squared(symbol("h'_3", .state)).mathText
    expect(square.latex == "h'^2_3" && square.unicode == "h′₃²")
    try expectEqual(MathText(latex: square.latex).unicode, square.unicode)
  }

  @Test func vectorsAreRowsUnlessAMatrixStandsBefore() throws {
    let a = symbol("a", .state, [1, 2])
    let b = symbol("b", .state, [3, 4])
    try expectEqual((a ⊙ b).worked().numbers.unicode, "[1  2] ⊙ [3  4]")
    let W = symbol("W", .weight, try MathValue(rows: [[1, 2], [3, 4]]))
    try expectEqual((W • a ⊙ b).worked().result.unicode, "[15; 44]")
  }

  private static let numbers: [(Double, String)] = [
    (0.5, "0.5"), (-2, "−2"), (0.7310585786, "0.7311"), (0, "0"), (-0.0, "0"), (1e-7, "1e−7"),
    (1.23456e-7, "1.23e−7"),
    (123456789.25, "123456789.25"), (.nan, "NaN"), (-.infinity, "−∞"), (0.99999999, "1.0000"), (-1.0 / 3, "−0.3333"),
  ]

  @Test(arguments: numbers) func numbersHaveFourDecimals(number: Double, text: String) {
    expectEqual(NumberStyle(decimals: 4).text(number), text)
  }
}

@Suite struct FormulaErrors {
  let W = symbol("W_{ix}", .weight, .zeros(13, 7))
  let b = symbol("b_i", .weight, .zeros(12))

  private func message(_ formula: Formula) -> String {
    let error = #expect(throws: FormulaError.self) { try formula.evaluate() }
    return error?.description ?? ""
  }

  @Test func shapesThatDoNotFitShowBothFormulasAndBothShapes() {
    let x = symbol("x_t", .input, .zeros(7))
    expectEqual(
      message(define("i_t", sigmoid(W • x + b))),
      "shapes do not fit in W_ix xₜ + b_i: W_ix xₜ is a vector of 13, "
        + "b_i is a vector of 12; both must have one shape, or one be a number (in iₜ)")
    expectEqual(
      message(W • b),
      "shapes do not fit in W_ix b_i: W_ix is 13 × 7, b_i is a vector of 12; "
        + "the left needs as many columns as the right has rows")
    expect(message(W + x).contains("onEveryRow(…)"))
    expect(message(x • x).contains("sum(a ⊙ b) is the inner product"))
    expect(message(W * x).contains("* multiplies by a number"))
  }

  @Test func partsThatAreNotThere() {
    let cases = [
      W[columns: 5..<8], W[columns: -1..<2], W[rows: 12..<14], W[row: 13], W[row: -1], b[11..<13], b[columns: 0..<2],
      W.split(into: 3)[0], W[0..<2], concatenate(W, b), stack(W, .init(.zeros(2, 6))), sum([]), sum([W, b]),
      onEveryRow(W),
    ]
    for formula in cases { expect(message(formula).hasPrefix("shapes do not fit in ")) }
  }

  @Test func openSymbolsAndUnreadableNamesAreNamed() {
    expectEqual(message(define("y", symbol("u_t") + b)), "uₜ has no value (in y)")
    expect(message(define("W_ix", b)).contains("“W_ix” is not one symbol"))
    expect(message(define("\\foo", b)).contains("unknown command \\foo"))
  }

  @Test func gradientsNeedOneNumberAndADependence() throws {
    #expect(throws: FormulaError("the gradient needs one number, and b_i is a vector of 12; sum(…) makes it one")) {
      try b.gradients()
    }
    let gradients = try sum(b).gradients()
    #expect(throws: FormulaError("sum(b_i) does not depend on W_ix")) { try gradients[W] }
  }

  @Test func valuesMustFillTheirShape() {
    #expect(throws: FormulaError.self) { try MathValue(shape: [2, 3], elements: [1, 2, 3, 4, 5]) }
    #expect(throws: FormulaError.self) { try MathValue(shape: [.max, 2], elements: []) }
    #expect(throws: FormulaError.self) { try MathValue(shape: [-1, -1], elements: [1]) }
    #expect(throws: FormulaError.self) { try MathValue(rows: [[1, 2], [3]]) }
  }

  @Test func aStyleHasRoomForDots() {
    let style = NumberStyle(decimals: 20, greatestRows: 5, greatestColumns: 6)
    expect(style.decimals == 17 && style.greatestRows == 5 && style.greatestColumns == 6)
    let least = NumberStyle(decimals: -1, greatestRows: 2, greatestColumns: 2)
    expect(least.decimals == 0 && least.greatestRows == 3 && least.greatestColumns == 3)
    let usual = NumberStyle()
    expect(usual.decimals == 4 && usual.greatestRows == 4 && usual.greatestColumns == 3)
  }
}
