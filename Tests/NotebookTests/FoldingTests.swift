import Support
import Testing

@testable import Notebook

@Test(arguments: [
  ("import ChapterSupport", false),
  ("let page = Notebook(\"A\", parameters: [])\nlet s = symbol(\"x\", .input)", false),
  ("let h = define(\"h_t\", tanh(a), .state)", true), ("let model = Stack<Double>([])", true),
  ("let run = Experiment(BitTask(.parity), layers: [])", true), ("// define(\nlet a = 1", false),
  ("let text = \"define(\"", false), ("page.show(\"h\", define(\"h\", x, .state))", false),
  ("//+\nlet a = 1", true), ("//-\nlet h = define(\"h_t\", a, .state)", false), ("let all = [a].stacked()", false),
])
func onlyTheLessonStandsOpen(code: String, isOpen: Bool) {
  expectEqual(Folding.cell(code).isOpen, isOpen)
}

@Test func theMarkOfACellIsNotShown() {
  expectEqual(Folding.cell("//+\nlet a = 1"), Folding.Cell(code: "let a = 1", isOpen: true, skipped: 1))
  expectEqual(Folding.cell("//- \nlet a = 1").code, "let a = 1")
}

@Test(arguments: [
  ("page.prose(\"\"\"\n  A (word.\n  \"\"\")", true), ("page.prose(\"a\")\npage.prose(\"b \\(f(1))\")", true),
  ("if x { page.prose(\"a\") }", false), ("page.prose(\"a\")\nlet b = 1", false), ("page.proses(\"a\")", false),
])
func proseInAStringStandsOnThePageOnce(code: String, isHidden: Bool) {
  expectEqual(Folding.cell(code).code.isEmpty, isHidden)
}

private func comparison(_ title: String, _ actual: Double = 1) -> Item {
  .output(
    .comparison(
      .of(
        title, kind: .computed(expected: nil, actual: nil), expected: Numbers(1.0), actual: Numbers(actual),
        bounds: [0.25], axes: [], reason: nil)))
}

private func kinds(_ entries: [PageEntries.Entry]) -> [String] {
  entries.map { entry in
    switch entry {
    case .comparisons(let all): all.map(\.title).joined(separator: "+")
    case .item(.code(let text, _, _)): text.replacing("\n\n", with: "/")
    case .item(.output(.comparison(let one))): "box " + one.title
    case .item: "other"
    }
  }
}

@Test func comparisonsInARowAreOneTableAndFoldedCodeStandsAtTheEnd() {
  let items: [Item] = [
    .code("a", firstLine: 1, isOpen: false), comparison("p"), .code("b", firstLine: 2, isOpen: false), comparison("q"),
    .code("c", firstLine: 3, isOpen: true), comparison("r"), comparison("s", 2), .code("d", firstLine: 5, isOpen: true),
    .code("e", firstLine: 6, isOpen: true), .code("f", firstLine: 7, isOpen: false),
  ]
  expectEqual(kinds(PageEntries(items).lesson), ["p+q", "c", "box r", "box s", "d/e", "a/b/f"])
}

@Test func appendixAndSourcesStandApart() {
  let appendix = Block.heading(level: 2, id: "appendix-the-rest", [.text("Appendix: the rest")])
  let sources = Block.heading(level: 2, id: "against-the-sources", [.text("Against")])
  let items: [Item] = [
    comparison("p"), .prose([.paragraph([]), appendix]), comparison("q"), comparison("r"),
    .prose([.paragraph([]), sources, .paragraph([])]), comparison("s"),
  ]
  let entries = PageEntries(items)
  expectEqual(kinds(entries.lesson), ["box p", "other"])
  expectEqual(entries.annexes.map(\.heading), [appendix, sources])
  expectEqual(entries.annexes.map { kinds($0.entries) }, [["q+r", "other"], ["other", "s"]])
  let words = Words.english
  expectEqual(entries.annexes.map { $0.summary(words) }, ["Open the appendix", words.everySource])
}

/// A wide screen has two columns. What is shown stands beside the text before it, or, where more text follows, beside
/// that; two pictures stand side by side, and comparisons below what they belong to.
@Test func whatIsShownStandsBesideTheLongerText() {
  func html(_ parts: ArrangedPart...) -> String { parts.html.replacing("\n", with: "") }
  let long = "<p>a longer text</p>"
  expectEqual(
    html(.text(long), .shown("p"), .check("c"), .text("<p>short</p>")),
    "<div class=\"row\"><div>\(long)</div><div>pc</div></div><div class=\"text\"><p>short</p></div>")
  expectEqual(
    html(.text("<p>short</p>"), .shown("p"), .text(long), .heading("h")),
    "<div class=\"text\"><p>short</p></div><div class=\"aside\">p</div><div class=\"text\">\(long)</div>h")
  expect(html(.text(long), .shown("p"), .shown("q"), .check("c")).contains("<div class=\"row\">p<div>qc</div></div>"))
}

/// Text that the next picture takes to its side is no place for the picture before it.
@Test func twoPicturesDoNotWaitForOneText() {
  func html(_ parts: ArrangedPart...) -> String { parts.html.replacing("\n", with: "") }
  let (long, short) = ("<p>a longer text</p>", "<p>short</p>")
  expectEqual(
    html(.text(short), .shown("p"), .text(long), .shown("q"), .heading("h")),
    "<div class=\"row\"><div>\(short)</div>p</div>"
      + "<div class=\"row\"><div>\(long)</div>q</div>h")
  // The next picture has text of its own, or stands beside another picture.
  let longest = "<p>the longest text of all</p>"
  expectEqual(
    html(.text(short), .shown("p"), .text(long), .shown("q"), .text(longest)),
    "<div class=\"text\">\(short)</div><div class=\"aside\">p</div><div class=\"text\">\(long)</div>"
      + "<div class=\"aside\">q</div><div class=\"text\">\(longest)</div>")
  expect(
    html(.text(short), .shown("p"), .text(long), .shown("q"), .shown("r")).contains("<div class=\"aside\">p</div>"))
}

/// A picture stands beside the formula before it where both are high; beside a line it floats, and text stands there.
@Test func aFormulaWithNumbersStandsBesideItsPicture() {
  let tall = ArrangedPart.formula("<div class=\"formula tall\">f</div>")
  let short = ArrangedPart.formula("<div class=\"formula\">g</div>")
  func rows(_ parts: [ArrangedPart]) -> Int {
    (parts + [.shown("p"), .text("<p>t</p>")]).html.components(separatedBy: "class=\"row\"").count - 1
  }
  expect(rows([tall]) == 1 && rows([short, tall]) == 1 && rows([.other("code"), tall]) == 1)
  expect(rows([short]) == 0 && rows([tall, .other("code")]) == 0 && rows([tall, tall, tall]) == 0)
}

/// An appendix is a section; a heading below one, or another word, is not.
@Test(arguments: [(2, "appendix-the-rest", true), (3, "appendix-the-rest", false), (2, "appendixes", false)])
func onlyASectionIsAnAppendix(level: Int, id: String, isAnnex: Bool) {
  expectEqual(PageEntries.isAnnex(.heading(level: level, id: id, [])), isAnnex)
}

@Test(arguments: [
  ("shape of W_ix", "shape of $W_{ix}"), ("h, every step", "$h, every step"), ("return_sequences", "return_sequences"),
  ("a shape", "a shape"), ("∂L/∂W_{hh}", "∂$L/∂$W_{hh}"), ("x-axis of h_max", "x-axis of $h_{max}"),
  ("the case f' of $i_t$", "the case f' of $i_t"),
])
func symbolsInTitlesAreMathematics(title: String, expected: String) {
  let parts = TitleMath.parts(title).map { part in
    if case .formula(let formula) = part { "$" + formula.latex } else { plainText([part]) }
  }
  expectEqual(parts.joined(), expected)
}

/// Numbers keep to one line, words may be broken, and a formula is one word.
@Test func aTableThatCannotBeHalfAPageIsWide() {
  func table(_ cells: [Inline]...) -> Table {
    Table(columns: cells.map { _ in [.text("a")] }, rows: [cells.map { $0 }])
  }
  let numbers: [Inline] = [.text(String(repeating: "1", count: 24))]
  let words: [Inline] = [.text(String(repeating: "word ", count: 24))]
  expect(!table(numbers, numbers).isWide && table(numbers, numbers, numbers).isWide)
  expect(!table(words, words, words, numbers).isWide)
}
