import Support
import Testing

@testable import Formulas

private let a = MathNode.letter("a")
private let b = MathNode.letter("b")
private let n = MathNode.letter("n")
private let two = MathNode.number("2")
private let sumSign = MathNode.sign(MathSign("∑", #"\sum"#, .large))

/// A node, and what each writer makes of it.
struct NodeExample: CustomTestStringConvertible, Sendable {
  let node: MathNode
  let unicode, latex: String
  let mathML: String

  init(_ node: MathNode, _ unicode: String, _ latex: String, _ mathML: String) {
    (self.node, self.unicode, self.latex) = (node, unicode, latex)
    // A single letter stays an ordinary one, which the page's style sheet slants.
    self.mathML = mathML.replacing(/<mi>(.)<\/mi>/) { "<mi mathvariant=\"normal\">\($0.1)</mi>" }
  }

  var testDescription: String { latex }
}

/// Every kind of node through every writer; operands that are not alike, so that none can be exchanged.
@Suite struct NodeTests {
  static let symbols: [NodeExample] = [
    .init(a, "a", "a", "<mi>a</mi>"),
    .init(
      .identifier(text: "ℝ", latex: #"\R"#, upright: true), "ℝ", #"\R"#, "<mtext>ℝ</mtext>"),
    .init(.identifier(text: "out", latex: "out", upright: true), "out", "out", "<mi>out</mi>"),
    .init(.number("0.5"), "0.5", "0.5", "<mn>0.5</mn>"),
    .init(.sign(.plus), "+", "+", "<mo>+</mo>"),
    .init(.sign(.dot), "·", #"\cdot"#, "<mo>⋅</mo>"),
    .init(.sign(MathSign("(", nil, .opening)), "(", "(", "<mo form=\"prefix\" stretchy=\"false\">(</mo>"),
    .init(.sign(MathSign(")", nil, .closing)), ")", ")", "<mo form=\"postfix\" stretchy=\"false\">)</mo>"),
    .init(
      .sign(MathSign("|", nil, .ordinary)), "|", "|",
      "<mo form=\"infix\" lspace=\"0\" rspace=\"0\" stretchy=\"false\">|</mo>"),
    .init(.sign(MathSign("…", #"\dots"#, .ordinary)), "…", #"\dots"#, "<mtext>…</mtext>"),
    .init(.sign(MathSign("→", #"\to"#, .relation)), "→", #"\to"#, "<mo stretchy=\"false\">→</mo>"),
    .init(.sign(MathSign("<", #"\lt"#, .relation)), "<", #"\lt"#, "<mo>&lt;</mo>"),
    .init(
      .function(text: "tanh", latex: #"\tanh"#, limits: false), "tanh", #"\tanh"#,
      "<mi>tanh</mi>"),
    .init(.words("if 5%"), "if 5%", #"\text{if 5\%}"#, "<mtext>if\u{A0}5%</mtext>"),
    .init(.space(.quad), "  ", #"\quad"#, "<mspace width=\"1em\"/>"),
    .init(.space(.negative), "", #"\!"#, "<mspace width=\"-0.1667em\"/>"),
  ]

  static let rows: [NodeExample] = [
    .init(.row([a, .sign(.plus), b]), "a + b", "a + b", "<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>"),
    .init(.row([.sign(.minus), a]), "−a", "-a", "<mrow><mo form=\"prefix\">−</mo><mi>a</mi></mrow>"),
    .init(
      .row([.function(text: "exp", latex: #"\exp"#, limits: false), a]), "exp a", #"\exp a"#,
      "<mrow><mi>exp</mi><mo>\u{2061}</mo><mspace width=\"0.1667em\"/><mi>a</mi></mrow>"),
    .init(
      .scripts(base: a, sub: n, primes: 0, sup: nil), "aₙ", "a_n", "<msub><mi>a</mi><mrow><mi>n</mi></mrow></msub>"),
    .init(
      .scripts(base: a, sub: nil, primes: 0, sup: two), "a²", "a^2", "<msup><mi>a</mi><mrow><mn>2</mn></mrow></msup>"),
    .init(
      .scripts(base: a, sub: n, primes: 0, sup: two), "aₙ²", "a_n^2",
      "<msubsup><mi>a</mi><mrow><mi>n</mi></mrow><mrow><mn>2</mn></mrow></msubsup>"),
    .init(
      .scripts(base: a, sub: nil, primes: 2, sup: two), "a′′²", "a''^2",
      "<msup><mrow><mi>a</mi><mo class=\"prime\" lspace=\"0\" rspace=\"0\">′′</mo></mrow><mrow><mn>2</mn></mrow></msup>"
    ),
    .init(
      .scripts(base: sumSign, sub: n, primes: 0, sup: two), "∑ₙ²", #"\sum_n^2"#,
      "<munderover><mo>∑</mo><mrow><mi>n</mi></mrow><mrow><mn>2</mn></mrow></munderover>"),
    .init(
      .scripts(base: .sign(MathSign("∫", #"\int"#, .large)), sub: n, primes: 0, sup: two), "∫ₙ²", #"\int_n^2"#,
      "<msubsup><mo>∫</mo><mrow><mi>n</mi></mrow><mrow><mn>2</mn></mrow></msubsup>"),
    .init(
      .scripts(base: .function(text: "max", latex: #"\max"#, limits: true), sub: n, primes: 0, sup: nil), "maxₙ",
      #"\max_n"#, "<munder><mi>max</mi><mrow><mi>n</mi></mrow></munder>"),
    .init(
      .scripts(base: .row([a, b]), sub: nil, primes: 0, sup: two), "ab²", "{ab}^2",
      "<msup><mrow><mi>a</mi><mi>b</mi></mrow><mrow><mn>2</mn></mrow></msup>"),
  ]

  static let built: [NodeExample] = [
    .init(.fraction(a, b), "a/b", #"\frac{a}{b}"#, "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
    .init(
      .fraction(.row([a, .sign(.plus), b]), n), "(a + b)/n", #"\frac{a + b}{n}"#,
      "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>n</mi></mfrac>"),
    .init(
      .root(a, index: nil), "√a", #"\sqrt{a}"#,
      "<mrow><mo lspace=\"0\" rspace=\"0\">√</mo><mtable class=\"radicand\"><mtr><mtd><mi>a</mi></mtd></mtr></mtable></mrow>"
    ),
    .init(.root(a, index: two), "²√a", #"\sqrt[2]{a}"#, "<mroot><mi>a</mi><mn>2</mn></mroot>"),
    .init(
      .accent(.hat, a), "a\u{302}", #"\hat{a}"#,
      "<mover accent=\"true\"><mi>a</mi><mo stretchy=\"false\">^</mo></mover>"),
    .init(
      .accent(.underline, a), "a\u{332}", #"\underline{a}"#,
      "<munder accentunder=\"true\"><mi>a</mi><mo stretchy=\"true\">_</mo></munder>"),
    .init(
      .accent(.widehat, .row([a, b])), "widehat(ab)", #"\widehat{a b}"#,
      "<mover accent=\"true\"><mrow><mi>a</mi><mi>b</mi></mrow><mo stretchy=\"true\">^</mo></mover>"),
    .init(
      .stacked(base: a, over: b, under: nil, latex: "overset"), "a [b]", #"\overset{b}{a}"#,
      "<mover><mi>a</mi><mi>b</mi></mover>"),
    .init(
      .stacked(base: a, over: nil, under: n, latex: "underset"), "a [n]", #"\underset{n}{a}"#,
      "<munder><mi>a</mi><mi>n</mi></munder>"),
    .init(
      .stacked(base: a, over: nil, under: b, latex: "underbrace"), "a [b]", #"\underbrace{a}_{b}"#,
      "<munder><munder><mi>a</mi><mo stretchy=\"true\">⏟</mo></munder><mi>b</mi></munder>"),
    .init(
      .stacked(base: a, over: b, under: nil, latex: "overbrace"), "a [b]", #"\overbrace{a}^{b}"#,
      "<mover><mover><mi>a</mi><mo stretchy=\"true\">⏞</mo></mover><mi>b</mi></mover>"),
    .init(
      .fenced(open: "(", a, close: ")"), "(a)", #"\left( a \right)"#,
      "<mrow><mo form=\"prefix\" stretchy=\"true\">(</mo><mi>a</mi><mo form=\"postfix\" stretchy=\"true\">)</mo></mrow>"
    ),
    .init(
      .fenced(open: "{", a, close: ""), "{ a", #"\left\{ a \right."#,
      "<mrow><mo form=\"prefix\" stretchy=\"true\">{</mo><mi>a</mi></mrow>"),
    .init(
      .fenced(open: "[", .fraction(a, b), close: "]"), "[a/b]", #"\left[ \frac{a}{b} \right]"#,
      "<mtable class=\"brackets\"><mtr><mtd><mfrac><mi>a</mi><mi>b</mi></mfrac></mtd></mtr></mtable>"),
  ]

  private static let cells = "<mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd>"
  static let tables: [NodeExample] = [
    .init(
      .table(.bmatrix, rows: [[a, b], [n, two]]), "[a  b; n  2]", #"\begin{bmatrix} a & b \\ n & 2 \end{bmatrix}"#,
      "<mtable class=\"brackets\"><mtr>\(cells)</mtr><mtr><mtd><mi>n</mi></mtd><mtd><mn>2</mn></mtd></mtr></mtable>"),
    .init(
      .table(.vmatrix, rows: [[a, b]]), "|a  b|", #"\begin{vmatrix} a & b \end{vmatrix}"#,
      "<mrow><mo form=\"prefix\" stretchy=\"true\">|</mo><mtable><mtr>\(cells)</mtr></mtable>"
        + "<mo form=\"postfix\" stretchy=\"true\">|</mo></mrow>"),
    .init(
      .table(.array, rows: [[a, b]]), "a  b", #"\begin{array}{cc} a & b \end{array}"#,
      "<mtable><mtr>\(cells)</mtr></mtable>"),
    .init(
      .table(.cases, rows: [[a, b]]), "{ a b", #"\begin{cases} a & b \end{cases}"#,
      "<mrow><mo form=\"prefix\" stretchy=\"true\">{</mo><mtable><mtr><mtd style=\"text-align:left\"><mi>a</mi></mtd>"
        + "<mtd style=\"text-align:left\"><mi>b</mi></mtd></mtr></mtable></mrow>"),
    .init(
      .table(.alignStar, rows: [[a, b]]), "a b", #"\begin{align*} a & b \end{align*}"#,
      "<mtable displaystyle=\"true\"><mtr>"
        + "<mtd style=\"text-align:right;text-align:-webkit-right;padding:0.25em 0 0.25em 0\"><mi>a</mi></mtd>"
        + "<mtd style=\"text-align:left;padding:0.25em 0 0.25em 0\"><mi>b</mi></mtd></mtr></mtable>"),
    .init(
      .table(.gathered, rows: [[a], [b]]), "a; b", #"\begin{gathered} a \\ b \end{gathered}"#,
      "<mtable displaystyle=\"true\"><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>"),
  ]

  @Test(arguments: symbols + rows + built + tables) func everyWriterWritesIt(example: NodeExample) {
    let text = MathText(example.node)
    expectEqual(text.unicode, example.unicode)
    expectEqual(text.latex, example.latex)
    expectEqual(text.mathML(display: false), "<math>\(example.mathML)</math>")
  }

  /// What is written as LaTeX is read back as the same tree, but for spaces that change nothing.
  @Test(arguments: built + tables) func whatIsWrittenIsReadBack(example: NodeExample) throws {
    let again = try MathText(latex: example.latex)
    expectEqual(again.unicode, example.unicode)
    expectEqual(again.mathML(display: true), "<math display=\"block\">\(example.mathML)</math>")
  }

  @Test(arguments: MathAccent.allCases) func everyAccentIsRead(accent: MathAccent) throws {
    try expectEqual(MathText(latex: "\\\(accent.rawValue){a}").node, .accent(accent, a))
    expectEqual(MathText(.accent(accent, a)).unicode, "a" + accent.combining)
    let markup = MathText(.accent(accent, a)).mathML(display: false)
    expect(markup.contains("<mo stretchy=\"\(accent.stretches)\">\(accent.sign)</mo>"))
  }

  @Test(arguments: MathTable.allCases) func everyEnvironmentIsRead(table: MathTable) throws {
    let columns = table == .array ? "{cc}" : ""
    let name = table.rawValue
    let text = try MathText(latex: "\\begin{\(name)}\(columns) a & b \\\\ n & 2 \\end{\(name)}")
    expectEqual(text.node, .table(table, rows: [[a, b], [n, two]]))
  }

  /// Tall brackets of each kind, two rows and three: the middle piece is that of the middle row.
  @Test func bracketsAreBuiltOfTheirPieces() {
    func block(_ table: MathTable, _ rows: [[MathNode]]) -> [String] {
      MathText(.table(table, rows: rows)).unicodeBlock
    }
    expectEqual(block(.pmatrix, [[a], [b]]), ["⎛a⎞", "⎝b⎠"])
    expectEqual(block(.pmatrix, [[a], [b], [n]]), ["⎛a⎞", "⎜b⎟", "⎝n⎠"])
    expectEqual(block(.bmatrix, [[a], [b], [n]]), ["⎡a⎤", "⎢b⎥", "⎣n⎦"])
    expectEqual(block(.Bmatrix, [[a], [b], [n]]), ["⎧ a⎫", "⎨ b⎬", "⎩ n⎭"])
    expectEqual(block(.cases, [[a], [b], [n]]), ["⎧ a", "⎨ b", "⎩ n"])
    expectEqual(block(.vmatrix, [[a], [b]]), ["|a|", "|b|"])
    expectEqual(block(.matrix, [[.number("10"), b], [a, two]]), ["10  b", " a  2"])
    expectEqual(block(.bmatrix, [[a]]), ["[a]"])
  }

  @Test func aTallMatrixHasItsScriptsAtItsLastLine() {
    let matrix = MathNode.table(.bmatrix, rows: [[a], [b]])
    let text = MathText(.row([.scripts(base: matrix, sub: nil, primes: 0, sup: two), .sign(.plus), n]))
    expectEqual(text.unicodeBlock, ["⎡a⎤  + n", "⎣b⎦²"])
  }
}
