import Support
import Testing

@testable import Formulas

/// Every operation of the arithmetic on small values, and what each refuses.
@Suite struct ArithmeticTests {
  static let number = MathValue(3)
  static let vector = MathValue([5, 7])
  static let long = MathValue([2, 4, 6])
  static let matrix = MathValue(shape: [2, 3], trusted: [1, 2, 3, 4, 5, 6])
  static let square = MathValue(shape: [2, 2], trusted: [10, 20, 30, 40])

  private func result(_ operation: Formulas.Operation, _ operands: Operand...) -> String {
    do {
      let value = try Arithmetic.apply(operation, operands)
      return
        "\(value.shape) \(value.elements.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: " "))"
    } catch { return (error as? ShapeProblem)?.rule ?? "\(error)" }
  }

  private let n = Operand(value: number)
  private let v = Operand(value: vector)
  private let l = Operand(value: long)
  private let m = Operand(value: matrix)
  private let s = Operand(value: square)
  private var row: Operand { Operand(value: Self.long, isRowForBatch: true) }
  private var transposed: Operand {
    Operand(value: MathValue(shape: [1, 3], trusted: [2, 4, 6]), isTransposedVector: true)
  }

  @Test func elementsAreCombined() {
    expectEqual(result(.add, n, v), "[2] 8 10")
    expect(result(.subtract, v, n) == "[2] 2 4" && result(.subtract, n, v) == "[2] -2 -4")
    expectEqual(
      result(.divide, m, n), "[2, 3] 0.3333333333333333 0.6666666666666666 1 1.3333333333333333 1.6666666666666667 2")
    expect(result(.hadamard, m, row) == "[2, 3] 2 8 18 8 20 36" && result(.subtract, row, m) == "[2, 3] 1 2 3 -2 -1 0")
    expect(result(.scale, n, m) == "[2, 3] 3 6 9 12 15 18" && result(.scale, v, n) == "[2] 15 21")
    expect(result(.total, v, v, v) == "[2] 15 21" && result(.total, n) == "[] 3")
    expectEqual(result(.add, v, l), "both must have one shape, or one be a number")
    expectEqual(result(.add, m, l), "both must have one shape, or the vector be written onEveryRow(…)")
    expectEqual(result(.add, l, m), "both must have one shape, or the vector be written onEveryRow(…)")
    expectEqual(result(.hadamard, m, s), "both must have one shape, or one be a number")
    expect(result(.add, Operand(value: Self.vector, isRowForBatch: true), m).hasPrefix("both must have one shape"))
    expectEqual(result(.scale, v, v), "* multiplies by a number; • is the product of matrices, ⊙ that of elements")
    expectEqual(result(.total, v, l), "a sum takes at least one term, and all of one shape")
    expectEqual(result(.total), "a sum takes at least one term, and all of one shape")
  }

  @Test func productsTakeRowsByColumns() {
    expect(result(.matrixProduct, m, l) == "[2] 28 64" && result(.matrixProduct, v, m) == "[3] 33 45 57")
    expectEqual(result(.matrixProduct, s, m), "[2, 3] 90 120 150 190 260 330")
    expectEqual(result(.matrixProduct, v, transposed), "[2, 3] 10 20 30 14 28 42")
    expectEqual(result(.matrixProduct, n, v), "[2] 15 21")
    expectEqual(
      result(.matrixProduct, v, v), "one side of • must be a matrix; sum(a ⊙ b) is the inner product of vectors")
    for (a, b) in [(m, v), (l, m), (m, s), (s, l)] {
      expectEqual(result(.matrixProduct, a, b), "the left needs as many columns as the right has rows")
    }
  }

  @Test func singleOperands() {
    expect(result(.negate, v) == "[2] -5 -7" && result(.square, v) == "[2] 25 49")
    expect(result(.sum, m) == "[] 21" && result(.mean, m) == "[] 3.5")
    expect(result(.transpose, n) == "[] 3" && result(.transpose, v) == "[1, 2] 5 7")
    expectEqual(result(.transpose, m), "[3, 2] 1 4 2 5 3 6")
    expectEqual(
      result(.softmax, Operand(value: MathValue(shape: [2, 2], trusted: [0, 0, 3, 3]))), "[2, 2] 0.5 0.5 0.5 0.5")
    expect(result(.onEveryRow, v) == "[2] 5 7" && result(.onEveryRow, m) == "onEveryRow takes a vector")
  }

  @Test func piecesAreCutAndJoined() {
    expect(
      result(.concatenate, v, l) == "[5] 5 7 2 4 6" && result(.concatenate, m, s) == "[2, 5] 1 2 3 10 20 4 5 6 30 40")
    expect(result(.stack, v, l) == "[5] 5 7 2 4 6" && result(.stack, m, m) == "[4, 3] 1 2 3 4 5 6 1 2 3 4 5 6")
    for parts in [[], [n], [v, m], [m, Operand(value: MathValue(shape: [1, 2], trusted: [1, 2]))]] as [[Operand]] {
      let text = (try? Arithmetic.apply(.concatenate, parts)).map { "\($0)" }
      expect(text == nil)
    }
    expectEqual(result(.concatenate, v, m), "concatenate takes vectors, or matrices with the same number of rows")
    expectEqual(result(.stack, m, s), "stack takes vectors, or matrices with the same number of columns")
    expectEqual(result(.stack, n), "stack takes vectors, or matrices with the same number of columns")
    expect(result(.columns(1..<3), m) == "[2, 2] 2 3 5 6" && result(.elements(1..<3), l) == "[2] 4 6")
    expectEqual(result(.columns(0..<1), l), "columns belong to a matrix; v[0..<3] is part of a vector")
    expectEqual(result(.elements(0..<1), m), "[…] takes part of a vector; see [columns:] and [rows:]")
    expectEqual(result(.elements(1..<4), l), "there are no elements 1 ..< 4")
    expectEqual(result(.columns(-1..<2), m), "there are no elements -1 ..< 2")
    expect(result(.rows(1..<2), m) == "[1, 3] 4 5 6" && result(.row(1), m) == "[3] 4 5 6")
    expect(
      result(.rows(1..<3), m) == "there are no rows 1 ..< 3" && result(.rows(0..<1), v) == "there are no rows 0 ..< 1")
    expect(result(.row(2), m) == "there are no rows 2 ..< 3" && result(.row(-1), m) == "there is no row -1")
    expectEqual(result(.row(.max), m), "there is no row 9223372036854775807")
    expect(result(.part(2, of: 3), m) == "[2, 1] 3 6" && result(.part(1, of: 3), l) == "[1] 4")
    expectEqual(result(.part(0, of: 2), l), "split(into: 2) needs a width that 2 divides")
    expectEqual(result(.part(0, of: 0), l), "split(into: 0) needs a width that 0 divides")
    expectEqual(result(.part(0, of: 1), n), "split(into: 1) needs a width that 1 divides")
  }

  @Test func valuesAreHeldToTheirShape() {
    #expect(throws: FormulaError("row 0 of a matrix has 2 numbers, row 2 has 1")) {
      try MathValue(rows: [[1, 2], [3, 4], [5]])
    }
    for (shape, count) in [([2, 2], 3), ([1, 1, 1], 1), ([-1, -1], 1), ([], 2), ([0], 1)] as [([Int], Int)] {
      #expect(throws: FormulaError("\(count) numbers do not make a value of shape \(shape)")) {
        try MathValue(shape: shape, elements: [Double](repeating: 0, count: count))
      }
    }
    expect(
      MathValue([4]).number == 4 && MathValue([4, 5]).number == nil && MathValue.zeros(2, 2).elements == [0, 0, 0, 0])
  }
}

@Suite struct LatexRefusalTests {
  @Test(arguments: [
    ("x^1^2", "second superscript at character 4"), (#"\left"#, "a delimiter is missing at the end at character 6"),
    (#"\left\alpha x"#, #"\alpha is no delimiter at character 12"#),
    (#"\left* x"#, "“*” is no delimiter at character 7"),
    (#"\begin{matrix} a"#, #"\begin{matrix} has no \end at character 17"#),
    (#"\sqrt[3 x"#, "an open “[” has no “]” at character 10"),
    (#"\text x"#, #"\text needs an argument in braces at character 7"#),
    (#"\text{a"#, "an open “{” has no “}” at character 8"),
    (#"\begin{matrix} a \end"#, #"\end needs an argument in braces at character 22"#),
  ])
  func namesThePlace(latex: String, message: String) {
    let error = #expect(throws: MathTextError.self) { try MathText(latex: latex) }
    expectEqual(error?.description.hasPrefix(message + " of “"), true, "\(error?.description ?? "")")
  }

  /// Every delimiter, on the left and on the right: read, written as LaTeX, as text and as MathML.
  @Test(arguments: [
    ("(", ")", "(", ")"), ("[", "]", "[", "]"), ("|", "|", "|", "|"), ("/", "/", "/", "/"), (".", ".", "", ""),
    ("<", ">", "⟨", "⟩"), (#"\{"#, #"\}"#, "{", "}"), (#"\langle"#, #"\rangle"#, "⟨", "⟩"),
    (#"\lfloor"#, #"\rfloor"#, "⌊", "⌋"), (#"\lceil"#, #"\rceil"#, "⌈", "⌉"), (#"\|"#, #"\|"#, "‖", "‖"),
  ])
  func delimitersComeThroughEveryWriter(left: String, right: String, open: String, close: String) throws {
    let read = try MathText(latex: "\\left\(left) ab \\right\(right)")
    guard case .fenced(let first, let body, let last) = read.node else {
      Issue.record("no pair of delimiters: \(read.node)")
      return
    }
    expect(first == open && last == close)
    let written = LatexWriter.write(.fenced(open: open, body, close: close))
    let again = try MathText(latex: written)
    expectEqual(again.node, read.node, "\(written)")
    let space = open == "{" ? " " : ""
    expectEqual(MathText(read.node).unicode, open + space + MathText(body).unicode + close)
    let markup = MathText(read.node).mathML(display: false)
    let names = [open, close].map { markupEscaped($0) }
    expect(open.isEmpty != markup.contains("<mo form=\"prefix\" stretchy=\"true\">\(names[0])</mo>"))
    expect(close.isEmpty != markup.contains("<mo form=\"postfix\" stretchy=\"true\">\(names[1])</mo>"))
  }

  @Test func wordsAreEscapedAndReadBack() throws {
    let words = MathNode.words("a_b % & # $ {c}")
    expectEqual(LatexWriter.write(words), ##"\text{a\_b \% \& \# \$ \{c\}}"##)
    try expectEqual(MathText(latex: LatexWriter.write(words)).node, words)
  }
}
