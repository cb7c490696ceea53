import Formulas
import Support
import Testing

@Suite struct MathTextUnicode {
  @Test(arguments: [
    (#"h_t = o_t \odot \tanh(c_t)"#, "hₜ = oₜ ⊙ tanh(cₜ)"),
    (#"i_t = \sigma(W_{ix} x_t + W_{ih} h_{t-1} + b_i)"#, "iₜ = σ(W_ix xₜ + W_ih hₜ₋₁ + b_i)"),
    (#"f_t = \sigma(W_{fx}x_t+b_f)"#, "fₜ = σ(W_fx xₜ + b_f)"),
    (#"\tilde{c}_t"#, "c̃ₜ"),
    (#"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t"#, "hₜ = zₜ ⊙ hₜ₋₁ + (1 − zₜ) ⊙ h̃ₜ"),
    (#"h'_t = W'_x h_t"#, "h′ₜ = W′_x hₜ"),
    (#"h^\prime_t"#, "h′ₜ"),
    (#"W \in \mathbb{R}^{7\times 13}"#, "W ∈ ℝ⁷ˣ¹³"),
    (#"b_y \in \R^6"#, "b_y ∈ ℝ⁶"),
    (#"W_y^\intercal x_t + b_y"#, "W_yᵀ xₜ + b_y"),
    (#"\frac{\partial L}{\partial W_x}"#, "∂L/∂W_x"),
    (#"\sigma(z) = \frac{1}{1 + e^{-z}}"#, "σ(z) = 1/(1 + e⁻ᶻ)"),
    (#"L = \frac12 \sum_{t=0}^{5} (y_t - \hat{y}_t)^2"#, "L = 1/2 ∑ₜ₌₀⁵ (yₜ − ŷₜ)²"),
    (#"\sqrt{x^2+1}"#, "√(x² + 1)"),
    (#"-x \le 0"#, "−x ≤ 0"), (#"f(x, -y)"#, "f(x, −y)"), (#"(-1, +1)"#, "(−1, +1)"), (#"a = -b - -c"#, "a = −b − −c"),
    (#"x = -0.5 \cdot (-2)"#, "x = −0.5 · (−2)"),
    (#"(x_0, \dots, x_5)"#, "(x₀, …, x₅)"),
    (#"a \to b,\quad c \approx 0.5"#, "a → b,  c ≈ 0.5"),
    (#"\operatorname{softmax}(z)_k"#, "softmax(z)ₖ"),
    (#"h_{-1} = 0 \text{ for every unit}"#, "h₋₁ = 0 for every unit"),
    (#"\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix} + b"#, "[1  2; 3  4] + b"),
    (#"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise}\end{cases}"#, "{ 1 x > 0; 0 otherwise"),
    (#"\left( a + b \right)^2"#, "(a + b)²"),
    (#"\max_k z_k"#, "maxₖ zₖ"),
    (#"2x + 3 x_t"#, "2x + 3 xₜ"),
    (#"\mathcal{L}(\theta)"#, "ℒ(θ)"),
    (#"{\mathbf{1}} b"#, "𝟏b"),
    (#"\Delta w = -\eta\,\nabla_w L"#, "Δw = −η ∇_w L"),
  ])
  func oneLine(latex: String, unicode: String) throws {
    try expectEqual(MathText(latex: latex).unicode, unicode)
  }

  @Test func matricesKeepTheirRows() throws {
    let text = try MathText(latex: #"y = \sigma\begin{bmatrix} 0.76 & -0.8 \\ 1 & 2 \\ 3 & 14 \end{bmatrix} x_t"#)
    expectEqual(
      text.unicodeBlock,
      [
        "      ⎡0.76  −0.8⎤",
        "y = σ ⎢   1     2⎥ xₜ",
        "      ⎣   3    14⎦",
      ])
  }

  @Test func alignedEquationsMeetAtTheirSign() throws {
    let text = try MathText(latex: #"\begin{align}c_t =& f_t c_{t-1} \\ h'_t &= o_t \tanh(c_t)\end{align}"#)
    expectEqual(text.unicodeBlock, ["cₜ = fₜ cₜ₋₁", " h′ₜ = oₜ tanh(cₜ)"])
    let bare = try MathText(latex: #"a &= b \\ cc &= d"#)
    expectEqual(bare.unicodeBlock, [" a = b", "cc = d"])
  }

  @Test func casesHaveOneBrace() throws {
    let text = try MathText(latex: #"r(x) = \begin{cases} x & x > 0 \\ 0 & \text{sonst 零} \end{cases}"#)
    expectEqual(text.unicodeBlock, ["r(x) = ⎧ x  x > 0", "       ⎩ 0  sonst 零"])
  }
}

@Suite struct MathTextErrors {
  @Test(arguments: [
    (#"\foo x"#, "unknown command \\foo at character 1"),
    (#"a + \frac{1}{2"#, "an open “{” has no “}” at character 15"),
    (#"\begin{pmatrix} 1 \end{bmatrix}"#, "\\begin{pmatrix} is closed by \\end{bmatrix} at character 32"),
    (#"x}"#, "“}” closes nothing at character 2"),
    (#"x_1_2"#, "second subscript at character 4"),
    (#"\left( x"#, "\\left( has no \\right at character 9"),
    (#"\begin{foo}\end{foo}"#, "unknown environment foo at character 12"),
    (#"\frac{1}}"#, "an argument is missing before “}” at character 9"),
    (#"\hat"#, "an argument is missing at the end at character 5"),
    (#"50%"#, "“%” must be written “\\%” at character 3"),
    ("a\\", "a lone backslash at character 2"),
  ])
  func namesThePlace(latex: String, message: String) {
    let error = #expect(throws: MathTextError.self) { try MathText(latex: latex) }
    expectEqual(error?.description.hasPrefix(message + " of “"), true, "\(error?.description ?? "")")
  }

  @Test(arguments: ["{", #"\hat"#, #"\frac"#, #"\left("#, #"\begin{matrix}"#, "x^", "x_{"])
  func deepNestingIsAnErrorAndNoCrash(piece: String) {
    let latex = String(repeating: piece, count: 20_000)
    #expect(throws: MathTextError.self) { try MathText(latex: latex) }
  }
}

@Suite struct MathTextLatex {
  @Test func isWhatWasGiven() throws {
    let source = #"h_t=o_t\odot\tanh(c_t)"#
    try expectEqual(MathText(latex: source).latex, source)
  }
}

private func letter(_ name: String) -> String { "<mi mathvariant=\"normal\">\(name)</mi>" }

@Suite struct MathTextMathML {
  @Test func scriptsAndFunctions() throws {
    let text = try MathText(latex: #"h_t = o_t \odot \tanh(c_t)"#)
    expectEqual(
      text.mathML(display: true) { $0 == "o_t" ? "gate-o" : $0 == "h" ? "#c04" : nil },
      "<math display=\"block\"><mrow>"
        + "<msub style=\"color:#c04\">\(letter("h"))<mrow>\(letter("t"))</mrow></msub><mo>=</mo>"
        + "<msub class=\"gate-o\">\(letter("o"))<mrow>\(letter("t"))</mrow></msub><mo>⊙</mo>"
        + "<mi>tanh</mi><mo>\u{2061}</mo><mo form=\"prefix\" stretchy=\"false\">(</mo>"
        + "<msub>\(letter("c"))<mrow>\(letter("t"))</mrow></msub>"
        + "<mo form=\"postfix\" stretchy=\"false\">)</mo></mrow></math>")
  }

  /// The subscript i of a weight is no input gate, and h′ is not h.
  @Test func colourAsksForSymbolsOnly() throws {
    let text = try MathText(latex: #"W_{ix} h'_{t-1} + \tilde{c}_t + i_t^2"#)
    var asked: [String] = []
    _ = text.mathML(display: false) { name in
      asked.append(name)
      return nil
    }
    expectEqual(
      asked, ["W_{ix}", "W", "h'_{t-1}", "h'", #"\tilde{c}_t"#, #"\tilde{c}"#, "i_t^2", "i_t", "i"])
  }

  @Test func escapesWhatMarkupReserves() throws {
    let text = try MathText(latex: #"a < b \& \text{"x<y"}"#)
    let markup = text.mathML(display: false)
    expect(markup.contains("<mo>&lt;</mo>") && markup.contains("<mo>&amp;</mo>"))
    expect(markup.contains("<mtext>&quot;x&lt;y&quot;</mtext>"))
  }

  @Test func markupEscapesEachReservedSignOnceAndLosesWhatItCannotHold() {
    expectEqual(markupEscaped("a<b & \"c\" > &lt; ħ𝛼"), "a&lt;b &amp; &quot;c&quot; &gt; &amp;lt; ħ𝛼")
    expectEqual(markupEscaped("1\n\t2\r\u{0}\u{1B}\u{7F}\u{FFFE}3"), "1\n\t23")
  }

  @Test func matrixIsATableBetweenBrackets() throws {
    let text = try MathText(latex: #"\begin{pmatrix} 1 & -2 \end{pmatrix}"#)
    expectEqual(
      text.mathML(display: false),
      "<math><mtable class=\"parentheses\"><mtr><mtd><mn>1</mn></mtd>"
        + "<mtd><mrow><mo form=\"prefix\">−</mo><mn>2</mn></mrow></mtd></mtr></mtable></math>")
  }

  @Test func bracketsAroundSomethingTallAreDrawnAndOthersAreSigns() throws {
    let tall = try MathText(latex: #"\left(\frac{a}{b}\right)"#).mathML(display: false)
    expect(tall.contains("<mtable class=\"parentheses\"><mtr><mtd><mfrac>") && !tall.contains("("))
    let low = try MathText(latex: #"\left(a\right)"#).mathML(display: false)
    expect(low.contains("stretchy=\"true\">(</mo>") && !low.contains("mtable"))
    // No style sheet draws a brace.
    try expect(MathText(latex: #"\begin{cases} a \end{cases}"#).mathML(display: false).contains(">{</mo>"))
  }
}
