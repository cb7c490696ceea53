import Drawing
import Foundation
import Formulas
import Options
import Support
import Testing
import TextLayout

@testable import Notebook

/// Where a writer takes one form or another: both sides of each bound.
@Suite struct WriterEdgeTests {
  private func log(_ items: [Item]) -> Log {
    var log = Log(name: "demo", number: 1, title: "T", summary: "", language: "en")
    log.items = items
    return log
  }

  private func html(_ items: Item...) -> String { HTMLWriter(log: log(items), words: .english).page() }

  private func comparison(_ number: Int) -> Item {
    .output(
      .comparison(
        .of(
          "c\(number)", kind: .computed(expected: nil, actual: nil), expected: Numbers(1.0), actual: Numbers(1.0),
          bounds: [0], axes: [], reason: nil)))
  }

  private func heading(_ id: String, _ level: Int = 2) -> Item { .prose([.heading(level: level, id: id, [.text(id)])]) }

  // MARK: HTML

  @Test func aPictureThatIsHigherThanWideIsHigh() {
    func map(_ bars: Int) -> Item {
      .output(.picture(.barChart(title: "t", bars: (1...bars).map { .init("b\($0)", Double($0)) })))
    }
    expect(
      html(map(40)).contains("<figure id=\"figure-1\" class=\"high\">")
        && html(map(2)).contains("<figure id=\"figure-1\">"))
    expect(html(map(2), map(2)).contains("<figure id=\"figure-2\">"))
  }

  @Test func aTableOfFifteenRowsIsShort() {
    func table(_ rows: Int) -> Item {
      .output(.table(Table(columns: ["a", ""], rows: (0..<rows).map { ["x\($0)", "\($0)"] })))
    }
    expect(html(table(15)).contains("<table class=\"short\">") && html(table(16)).contains("<table>\n"))
    // An empty heading is no header of anything; without any heading there is no head.
    expect(html(table(1)).contains("<thead><tr><th scope=\"col\">a</th><td class=\"right\"></td></tr></thead>"))
    expect(!html(.output(.table(Table(columns: ["", ""], rows: [["a", "b"]])))).contains("<thead>"))
    expect(html(table(1)).contains("<div class=\"output\"><div class=\"scroll\""))
  }

  @Test func contentsNeedTwoLinks() {
    expect(!html(heading("a")).contains("<nav") && html(heading("a"), heading("b")).contains("<nav"))
    expect(html(heading("a"), comparison(1)).contains("<li><a href=\"#all-comparisons\">All comparisons</a></li>"))
    expect(!html(heading("a"), heading("b", 3)).contains("<nav") && !html(comparison(1)).contains("<nav"))
  }

  @Test func whatAPageSaysOfItself() {
    var own = log([])
    expect(HTMLWriter(log: own, words: .english).page().contains("<meta name=\"description\" content=\"\">"))
    own.summary = "S & s"
    expect(HTMLWriter(log: own, words: .english).page().contains("content=\"S &amp; s\">\n<title>T</title>"))
    own.question = [.text("Why "), .emphasis([.text("so")]), .text("?")]
    let page = HTMLWriter(log: own, words: .english).page()
    expect(page.contains("content=\"Why so?\">") && page.contains("<p>S &amp; s</p>\n<p class=\"run\">"))
    expect(
      page.contains(
        "<h2 id=\"all-comparisons\">All comparisons</h2>\n\n<p class=\"good\">This chapter compares nothing.</p>"))
    expect(
      !page.contains("id=\"parameters\"") && !page.contains("Content-Security-Policy") && !page.contains("<script"))
    let framed = HTMLWriter.document(title: "a", description: "b", words: .english, body: "c", head: "<d>")
    expect(
      framed.contains("<meta charset=\"utf-8\">\n<d>\n<meta name=\"viewport\"") && framed.contains("</a>\nc\n</body>"))
    expect(
      HTMLWriter.navigationMark == "<!-- navigation -->"
        && page.components(separatedBy: HTMLWriter.navigationMark).count == 3)
  }

  @Test func symbolsHaveTheColourOfTheirHue() throws {
    var own = log([])
    own.symbols = [("h", .sky), ("x", .orange)]
    let writer = HTMLWriter(log: own, words: .english)
    expect(writer.math(try MathText(latex: "x"), display: false).contains("class=\"hue-orange\""))
    expect(
      !writer.math(try MathText(latex: "y"), display: false).contains("class=") && HTMLStyle.name(.sky) == "hue-sky")
    expect(
      HTMLStyle.sheet.contains(".hue-blue { color: var(--hue-blue); }")
        && HTMLStyle.sheet.contains("--hue-sky: \(Hue.sky.light);"))
    expect(HTMLStyle.sheet.contains("--hue-sky: \(Hue.sky.dark);"))
  }

  @Test func onlyStopsBehindAFormulaAreKeptWithIt() throws {
    let h = Inline.formula(try MathText(latex: "h"))
    let math = try MathText(latex: "h").mathML(display: false)
    let writer = HTMLWriter(log: log([]), words: .english)
    expectEqual(writer.inlines([h, .text(".,;:!?) a")]), "<span class=\"whole\">\(math).,;:!?)</span> a")
    expect(
      writer.inlines([h, .text(" a"), h]) == "\(math) a\(math)"
        && writer.inlines([h, .text("("), .text(".b")]) == "\(math)(.b")
    expect(
      writer.inlines([.code("a"), .text(".b")]) == "<code>a</code>.b"
        && writer.inlines([h, h, .text(".")]) == "\(math)<span class=\"whole\">\(math).</span>")
    expectEqual(writer.inlines([.code("a  --b <c")]), "<code>a  <span class=\"whole\">--b</span> &lt;c</code>")
  }

  // MARK: Markdown

  @Test func tenComparisonsStandOpen() {
    func page(_ count: Int) -> String {
      MarkdownWriter(log: log((1...count).map(comparison)), words: .english, figures: "f").page().text
    }
    expect(
      !page(10).contains("<summary>✓ 10")
        && page(11).contains("<summary>✓ 11 comparisons hold; largest difference 0</summary>"))
    expect(
      page(2).contains("| ✓ | c2 | 1 | 0 | 0 |") && page(1).contains("| ✓ **c1** | |\n|---|---:|\n| by hand | 1 |\n"))
  }

  @Test func fencesAreLongerThanWhatTheyHold() {
    func page(_ text: String) -> String {
      MarkdownWriter(log: log([]), words: .english, figures: "").blocks([.code(language: "x", text: text)])
    }
    expect(
      page("a `b`") == "```x\na `b`\n```" && page("```") == "````x\n```\n````" && page("` `` `") == "```x\n` `` `\n```")
  }

  @Test func numbersAreLaTeX() {
    func page(_ numbers: some NumericArray) -> String {
      MarkdownWriter(
        log: log([.output(.value(name: nil, Numbers(numbers), decimals: 2))]), words: .english, figures: ""
      )
      .page().text
    }
    expect(page(-1.5).contains("```math\n-1.50\n```") && page(Double.infinity).contains("```math\n\\infty\n```"))
    expect(page(-Double.infinity).contains("-\\infty") && page(Double.nan).contains("\\text{NaN}"))
    expect(page([1e-7, 2e-7]).contains("\\begin{bmatrix}\n1 \\times 10^{-7} & 2 \\times 10^{-7}\n\\end{bmatrix}\n"))
    expect(page([[1.0, 2], [3, 4]]).contains("\\begin{bmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{bmatrix} \\quad [2, 2]"))
    expect(page((1...12).map { Double($0) }).contains("5 & \\dots & 10"))
    expect(page((1...12).map { [Double($0)] }).contains("\\vdots \\\\\n"))
  }

  @Test func neighboursAndNotes() {
    var own = log([.output(.note("a <b>")), .output(.result("r"))])
    (own.before, own.otherLanguages, own.sourceLanguage) = (("x", "X [y]"), ["en", "de"], "en")
    let text = MarkdownWriter(log: own, words: .english, figures: "").page().text
    expect(text.hasSuffix("---\n\n← [X \\[y\\]](../x/README.md) · [All chapters](../README.md)\n"))
    expect(
      text.contains("[English](README.md) · [de](README.de.md)\n")
        && text.contains("> [!NOTE]\n> a \\<b\\>\n\n```text\nr\n```"))
    expect(text.contains("## All comparisons\n\nThis chapter compares nothing.\n\n---"))
  }

  // MARK: Titles

  @Test(
    arguments: [
      ("h", "$h$"), ("h and c", "$h$ and $c$"), ("a and h", "a and $h$"), ("f' of x", "$f'$ of $x$"),
      ("h'_t", "$h'_{t}$"),
      ("h′", "$h'$"), ("f'x", "f'$x$"), ("W'_x.", "$W'_{x}$."), ("i'm", "i'm"), ("W_{ix} x", "$W_{ix}$ $x$"),
      ("W_{ix", "W_{ix"), ("h_", "h_"),
      ("h_t_1", "h_t_1"), ("h₁₂ x", "$h_{12}$ $x$"), ("h₁a", "h₁a"), ("x-axis", "x-axis"), ("b.c", "b.c"), ("3x", "3x"),
      ("x, y", "$x$, $y$"),
      ("_h", "_h"), ("q_t", "$q_{t}$"), ("q", "q"), ("ab_c", "ab_c"), ("d_t: L", "$d_{t}$: $L$"), ("$q$ h", "$q$ h"),
      ("$q h", "$q h"), ("", ""),
    ])
  func lettersOfNetworksAreMathematics(title: String, expected: String) {
    let parts = TitleMath.parts(title).map {
      if case .formula(let formula) = $0 { "$\(formula.latex)$" } else { plainText([$0]) }
    }
    expectEqual(parts.joined(), expected)
  }

  // MARK: Files

  @Test func filesOfAnotherLanguageStandBeside() throws {
    try withTemporaryFolder { folder in
      let command = Command("demo", "", BuiltInOptions(languages: ["en"]).all)
      func path(_ name: String) -> String { folder.appending(path: name).path }
      let arguments = try command.parse([
        "--html", path("a.b/page"), "--json", path("x.json"), "--markdown", path("README.md"),
      ])
      try FileManager.default.createDirectory(at: folder.appending(path: "a.b"), withIntermediateDirectories: true)
      let files = OutputFiles(arguments)
      try files.check()
      try files.of("zh").write(log([.output(.picture(.note(title: "a", "b")))]), .english)
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      expectEqual(names, ["README.zh.md", "a.b", "a.b/page.zh", "figures.zh", "figures.zh/1.svg", "x.zh.json"])
      let option = Option.optional("save", "FILE", "where to")
      try files.write(option, path("saved"), "text")
      try files.write(option, nil, "text")
      try files.check(option, nil)
      try expectEqual(String(contentsOfFile: path("saved"), encoding: .utf8), "text")
      let error = #expect(throws: OutputFiles.Problem.self) { try files.check(option, "/none/a") }
      expectEqual(
        error?.description,
        "--save: expected a file that can be written, received \"/none/a\": No such file or directory")
    }
  }

  // MARK: Side by side

  @Test func aPictureStandsBesideWhatIsAsHigh() {
    func html(_ parts: ArrangedPart...) -> String { parts.html.replacing("\n", with: "") }
    func text(_ count: Int) -> ArrangedPart { .text("<p>\(String(repeating: "x", count: count))</p>") }
    func isRow(_ parts: ArrangedPart...) -> Bool { parts.html.contains("class=\"row\"") }
    let (tall, short) = (
      ArrangedPart.formula("<div class=\"formula tall\">f</div>"),
      ArrangedPart.formula("<div class=\"formula\">g</div>")
    )
    // A formula with numbers is as high as 500 letters, a line as 100. Of equal heights the picture stands beside what
    // follows.
    expect(isRow(text(499), .shown("p"), tall) && !isRow(text(498), .shown("p"), tall))
    expect(isRow(text(99), .shown("p"), short) && !isRow(text(98), .shown("p"), short))
    expect(isRow(text(599), .shown("p"), tall, short) && !isRow(text(598), .shown("p"), tall, short))
    expect(isRow(text(5), .shown("p"), .heading("h"), text(9)) && isRow(text(5), .shown("p"), .fold("c"), text(9)))
    expect(isRow(text(1), .shown("p")) && !isRow(.shown("p")) && !isRow(.heading("h"), .shown("p"), text(1)))
    expectEqual(html(.check("a"), .check("b")), "<div class=\"aside\"><div>ab</div></div>")
    expectEqual(html(.shown("p"), .check("a"), .shown("q")), "<div class=\"row\"><div>pa</div>q</div>")
    expectEqual(html(.other("o"), .fold("f")), "of")
  }

  /// A formula is broken before a sign, and never before its first part.
  @Test func aWideFormulaIsBrokenBeforeASign() {
    expectEqual(fittedFormula(["ŷ = aaaa + bbbb + c"], width: 16), ["ŷ = aaaa + bbbb", "", "      + c"])
    expectEqual(fittedFormula(["      = aaaaaaaaaaaa"], width: 12), ["      = aaaaaaaaaaaa"])
    expectEqual(fittedFormula(["aaaaaaaaaaaaaaaaaaaa"], width: 12), ["aaaaaaaaaaaaaaaaaaaa"])
    expectEqual(fittedFormula(["aaaa + bbbbbbb"], width: 8), ["aaaa + bbbbbbb"])
  }
}
