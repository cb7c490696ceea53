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
  #expect(Folding.cell(code).isOpen == isOpen)
}

@Test func theMarkOfACellIsNotShown() {
  #expect(Folding.cell("//+\nlet a = 1") == Folding.Cell(code: "let a = 1", isOpen: true, skipped: 1))
  #expect(Folding.cell("//- \nlet a = 1").code == "let a = 1")
}

@Test(arguments: [
  ("page.prose(\"\"\"\n  A (word.\n  \"\"\")", true), ("page.prose(\"a\")\npage.prose(\"b \\(f(1))\")", true),
  ("if x { page.prose(\"a\") }", false), ("page.prose(\"a\")\nlet b = 1", false), ("page.proses(\"a\")", false),
])
func proseInAStringStandsOnThePageOnce(code: String, isHidden: Bool) {
  #expect(Folding.cell(code).code.isEmpty == isHidden)
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
  #expect(kinds(PageEntries(items).lesson) == ["p+q", "c", "box r", "box s", "d/e", "a/b/f"])
}

@Test func theSourcesStandApart() {
  let items: [Item] = [
    comparison("p"),
    .prose([.paragraph([]), .heading(level: 2, id: "against-the-sources", [.text("Against")]), .paragraph([])]),
    comparison("q"),
  ]
  let entries = PageEntries(items)
  #expect(kinds(entries.lesson) == ["box p", "other"] && kinds(entries.sources) == ["other", "q"])
  #expect(entries.heading == [.heading(level: 2, id: "against-the-sources", [.text("Against")])])
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
  #expect(parts.joined() == expected)
}
