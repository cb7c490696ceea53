import Support
import Testing

@testable import Formulas

/// How formulas are written with their brackets, and how they are worked out in numbers.
@Suite struct WorkedTests {
  private static let x = symbol("x_t", .input, [1, 2])
  private static let h = symbol("h", .state, [3, 4])
  private static let W = symbol("W", .weight, MathValue(shape: [2, 2], trusted: [1, 2, 3, 4]))
  private static let n = symbol("n", .other, 2)

  /// Every operation in LaTeX, alone and within others.
  @Test func everyOperationIsWritten() {
    let (x, h, W, n) = (Self.x, Self.h, Self.W, Self.n)
    let texts: [(Formula, String)] = [
      (x + h, "x_t + h"), (x - h, "x_t - h"), (x - (h + x), "x_t - (h + x_t)"), (x + (h + x), "x_t + h + x_t"),
      (x + -h, "x_t + (-h)"), (x - -h, "x_t - (-h)"), (x + Formula(-2), "x_t + (-2)"), (x - 2, "x_t - 2"),
      (-x + h, "-x_t + h"), (-(x ⊙ h), "-x_t \\odot h"), (-(-x), "-(-x_t)"), (W • (x + h), "W \\,(x_t + h)"),
      (W • W • x, "W W x_t"), (W • (W • x), "W \\,(W x_t)"), (x ⊙ h ⊙ x, "x_t \\odot h \\odot x_t"),
      (x ⊙ (h ⊙ x), "x_t \\odot (h \\odot x_t)"), ((W • x) ⊙ h, "(W x_t) \\odot h"),
      (n * (x ⊙ h), "n \\,(x_t \\odot h)"),
      (2 * x, "2 x_t"), (2 * (3 * x), "2 \\cdot (3 x_t)"), (Formula(2) * 3, "2 \\cdot 3"), (x / n, "\\frac{x_t}{n}"),
      (2 * (x / n), "2 \\frac{x_t}{n}"), (squared(x / n), "\\left( \\frac{x_t}{n} \\right)^2"),
      (sqrt(x + h), "\\sqrt{x_t + h}"),
      (squared(W), "W^2"), (squared(-x), "(-x_t)^2"), (squared(sigmoid(x)), "\\sigma(x_t)^2"),
      (squared(squared(x)), "(x_t^2)^2"),
      (transpose(W • x), "(W x_t)^{\\intercal}"), (softmax(x), "\\mathrm{softmax}(x_t)"),
      (sum(x), "\\mathrm{sum}(x_t)"),
      (mean(x + h), "\\mathrm{mean}(x_t + h)"), (relu(x), "\\mathrm{ReLU}(x_t)"), (exp(x), "\\exp(x_t)"),
      (tanh(x), "\\tanh(x_t)"),
      (log(x), "\\log(x_t)"), (hardSigmoid(x), "\\mathrm{hardsigmoid}_{1/6}(x_t)"),
      (keras2HardSigmoid(x), "\\mathrm{hardsigmoid}_{0.2}(x_t)"), (concatenate(x, h), "[x_t, h]"),
      (stack(x, h), "\\begin{bmatrix} x_t \\\\ h \\end{bmatrix}"), ((x + h)[0..<1], "(x_t + h)[0{:}1]"),
      (W[row: 1], "W[1]"),
      (W[rows: 0..<1], "W[0{:}1,{:}]"), (W[columns: 1..<2], "W[{:}, 1{:}2]"),
      (x.split(into: 2)[0], "\\mathrm{split}_2(x_t)_1"),
      (onEveryRow(x + h), "\\mathbf{1} \\,(x_t + h)"), (sum([x]), "x_t"), (sum([x, h]), "x_t + h"),
      (sum([x, h, x, h]), "x_t + h + x_t + h"), (sum([x, h + x, x, h, n]), "x_t + (h + x_t) + \\cdots + n"),
      (Formula([1, -2]), "\\begin{bmatrix} 1 \\\\ -2 \\end{bmatrix}"), (Formula(0.123456789), "0.123456789"),
      (sigmoid(x / n), "\\sigma \\left( \\frac{x_t}{n} \\right)"), (x ⊙ Formula(-2), "x_t \\odot (-2)"),
      (meanSquaredError(x, h), "\\mathrm{mean}((x_t - h)^2)"),
      (crossEntropy(x, h), "-\\mathrm{sum}(h \\odot \\log(x_t))"),
    ]
    for (formula, latex) in texts { expectEqual(formula.mathText.latex, latex) }
    expect(x.split(into: 0).isEmpty && x.split(into: -1).isEmpty && x.split(into: 3).count == 3)
  }

  @Test func equationsStandBelowOneAnother() {
    let i = define("i_t", sigmoid(Self.x), .gate)
    let c = define("c_t", i ⊙ i, .state)
    expect(
      c.equation(expanding: i).latex == "c_t = \\sigma(x_t) \\odot \\sigma(x_t)"
        && c.equation(expanding: c).latex == "c_t = i_t \\odot i_t")
    expect(Self.x.equation.latex == "x_t" && (Self.x + 1).equation.latex == "x_t + 1" && "\(c)" == "cₜ")
    expectEqual(equations(i, Self.x + 1).latex, "\\begin{aligned} i_t & = \\sigma(x_t) \\\\  & x_t + 1 \\end{aligned}")
    expectEqual((c + i).symbols.map(\.name), ["c_t", "i_t", "x_t"])
  }

  /// Matrices beyond the limits show their ends and their shape.
  @Test func largeValuesShowTheirEnds() {
    func text(_ rows: Int, _ columns: Int, _ style: NumberStyle = NumberStyle()) -> String {
      let value = MathValue(shape: [rows, columns], trusted: (0..<rows * columns).map(Double.init))
      return MathText(style.node(value, vectorsAreRows: false)).unicode
    }
    expectEqual(text(4, 3), "[0  1  2; 3  4  5; 6  7  8; 9  10  11]")
    expect(text(5, 3) == "[0  1  2; 3  4  5; ⋮  ⋮  ⋮; 12  13  14]₅ₓ₃" && text(1, 4) == "[0  ⋯  3]₁ₓ₄")
    expectEqual(text(5, 5), "[0  ⋯  4; 5  ⋯  9; ⋮  ⋱  ⋮; 20  ⋯  24]₅ₓ₅")
    expectEqual(text(2, 6, NumberStyle(greatestColumns: 5)), "[0  1  2  ⋯  5; 6  7  8  ⋯  11]₂ₓ₆")
    func vector(_ count: Int, rows: Bool) -> String {
      MathText(NumberStyle().node(MathValue((0..<count).map(Double.init)), vectorsAreRows: rows)).unicode
    }
    expect(vector(3, rows: true) == "[0  1  2]" && vector(4, rows: true) == "[0  ⋯  3]₁ₓ₄")
    expect(vector(4, rows: false) == "[0; 1; 2; 3]" && vector(5, rows: false) == "[0; 1; ⋮; 4]₅ₓ₁")
    func number(_ value: Double) -> String { MathText(NumberStyle().node(value)).latex }
    expect(
      number(-2) == "-2" && number(1.5e-7) == "1.5 \\times 10^{-7}" && number(-1.5e20) == "-1.5 \\times 10^{20}"
        && number(0) == "0")
  }

  @Test func aFormulaIsWorkedOut() throws {
    let (x, W, h) = (Self.x, Self.W, Self.h)
    let y = define("y_t", W • x + h)
    let shown = try y.worked()
    expect(shown.symbols.unicode == "yₜ = W xₜ + h" && shown.numbers.unicode == "[1  2; 3  4] [1; 2] + [3; 4]")
    expect(shown.result.unicode == "[8; 15]" && shown.value == [8, 15])
    expectEqual(
      shown.shapes.map { "\($0.symbol.unicode): \($0.shape)" }, ["W: 2 × 2", "xₜ: a vector of 2", "h: a vector of 2"])
    guard case .table(.aligned, let rows) = shown.equation.node else {
      Issue.record("\(shown.equation.node)")
      return
    }
    expectEqual(rows.map { MathText($0[0]).unicode }, ["yₜ", "", ""])
    expectEqual(rows.map { MathText($0[1]).unicode }, ["= W xₜ + h", "= [1  2; 3  4] [1; 2] + [3; 4]", "= [8; 15]"])
    // Without a name the formula itself stands at the left.
    let bare = try (x ⊙ h).worked()
    guard case .table(.aligned, let lines) = bare.equation.node else { return }
    expect(lines.map { MathText($0[0]).unicode } == ["xₜ ⊙ h", ""] && bare.symbols.unicode == "xₜ ⊙ h")
    expectEqual(lines.map { MathText($0[1]).unicode }, ["= [1  2] ⊙ [3  4]", "= [3  8]"])
    // A symbol alone is its value.
    let alone = try x.worked()
    expect(alone.symbols.unicode == "xₜ" && alone.result.unicode == "[1  2]")
    // A row of five has room by itself, not among others.
    let long = symbol("l", .state, [1, 2, 3, 4, 5])
    let twice = try (long + long).worked()
    expect(twice.numbers.unicode == "[1  ⋯  5]₁ₓ₅ + [1  ⋯  5]₁ₓ₅" && twice.result.unicode == "[2  4  6  8  10]")
    expectEqual(twice.shapes.map(\.shape), ["a vector of 5"])
    let longer = symbol("l", .state, [1, 2, 3, 4, 5, 6])
    try expectEqual((longer + longer).worked().result.unicode, "[2  4  6  ⋯  12]₁ₓ₆")
    try expectEqual(x.worked(style: NumberStyle(decimals: 1)).result.unicode, "[1  2]")
    let bound = try y.worked([x: [0, 1]], style: NumberStyle(decimals: 0))
    expectEqual(bound.result.unicode, "[5; 8]")
  }

  @Test func aRowStandsOnEveryRowOfItsBatch() throws {
    let (X, b) = (Self.W, symbol("b", .weight, [5, 6]))
    let shown = try define("Y", X + onEveryRow(b)).worked()
    expect(shown.numbers.unicode == "[1  2; 3  4] + [5  6; 5  6]" && shown.result.unicode == "[6  8; 8  10]")
    expectEqual(shown.shapes.map(\.shape), ["2 × 2", "a vector of 2"])
    // A negative number is bracketed, a constant matrix has no source.
    let negative = try define("y", Self.x - symbol("a", .other, -2)).worked()
    expectEqual(negative.numbers.unicode, "[1  2] − (−2)")
  }

  /// Numbers know the formula whose elements they are.
  @Test func numbersHaveTheirSources() throws {
    let text = try define("y", Self.x ⊙ Self.h).worked().equation
    var sources: [String] = []
    _ = text.mathML(display: false) { _ in
      nil
    } live: { source in
      sources.append("\(source.formula) \(source.element) \(source.decimals) \(source.form)")
      return nil
    }
    expectEqual(
      sources,
      [
        "xₜ 0 4 plainest", "xₜ 1 4 plainest", "h 0 4 plainest", "h 1 4 plainest", "y 0 4 plainest", "y 1 4 plainest",
      ])
    let source = NumberSource(Self.x, form: .fixed, decimals: 2)
    expect(source.element == 0 && source == NumberSource(Self.h, element: 1, form: .list, decimals: 3))
  }

  /// The names of functions in MathML: a letter that is slanted, words that stand upright.
  @Test func functionsHaveTheirMarkup() {
    let apply = "<mo>\u{2061}</mo>"
    let names: [(Formula, String)] = [
      (sigmoid(Self.h), "<mi mathvariant=\"normal\">σ</mi>"), (tanh(Self.h), "<mi>tanh</mi>\(apply)"),
      (exp(Self.h), "<mi>exp</mi>\(apply)"), (log(Self.h), "<mi>log</mi>\(apply)"),
      (relu(Self.h), "<mi>ReLU</mi>\(apply)"),
      (softmax(Self.h), "<mi>softmax</mi>\(apply)"), (sum(Self.h), "<mi>sum</mi>\(apply)"),
      (mean(Self.h), "<mi>mean</mi>\(apply)"),
      (hardSigmoid(Self.h), "<msub><mi>hardsigmoid</mi><mrow><mn>1/6</mn></mrow></msub>\(apply)"),
      (keras2HardSigmoid(Self.h), "<msub><mi>hardsigmoid</mi><mrow><mn>0.2</mn></mrow></msub>\(apply)"),
    ]
    for (formula, name) in names {
      let markup = formula.mathText.mathML(display: false)
      expect(markup.hasPrefix("<math><mrow>\(name)<mo form"), "\(markup)")
    }
    expectEqual(ElementFunction.sqrt.symbol, .function(text: "sqrt", latex: "\\mathrm{sqrt}", limits: false))
    expectEqual(ElementFunction.sigmoid.symbol, .identifier(text: "σ", latex: "\\sigma", upright: false))
  }
}
