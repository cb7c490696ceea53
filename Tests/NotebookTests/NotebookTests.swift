import TextLayout
import Foundation
import Options
import Support
import Testing

@testable import Notebook

@MainActor @Test func proseCodeAndOutputComeInReadingOrder() throws {
  let text = try DemoChapter().run(["--code"]).terminal
  let expected = [
    "Demo <1>", "import Notebook", "A first word, with hₜ and code.", "The gates", "iₜ = σ(W_i xₜ)", "12 │ let x",
    "x₁ = [1  2  4]",
    "func gates", "gates(step)", "i = 1", "i = 2", "Another word.", "lets in", "✓ h, every step: holds",
    "✓ D06: predictions: holds",
    "page.finish()", "All comparisons", "All comparisons hold.",
  ]
  var rest = text[...]
  for part in expected {
    let found = try #require(rest.range(of: part), "\(part) is missing or out of order")
    rest = rest[found.upperBound...]
  }
  try expect(!DemoChapter().run().terminal.contains("import Notebook"))
}

@MainActor @Test func twoRunsGiveTheSameBytes() throws {
  let chapter = try DemoChapter()
  let (first, second) = (try chapter.run(), try chapter.run())
  expect(first.terminal == second.terminal && first.html == second.html)
  expect(first.markdown == second.markdown && first.json == second.json)
  for text in [first.terminal, first.html, first.markdown, first.json] { expect(!text.contains(chapter.folder.path)) }
}

@MainActor @Test func aDivergenceIsNamedAndCounts() throws {
  let run = try DemoChapter().run(error: 1e-3)
  expectEqual(run.exitCode, 1)
  let sentence = "h, every step at step 2, unit 3: by hand 0.6, layer 0.601, difference 1e−3, at most 1e−13"
  for text in [run.html, run.markdown.replacing("\\", with: ""), run.json] { expect(text.contains(sentence)) }
  expect(run.terminal.contains("✗ h, every step: fails"))
  try expectEqual(DemoChapter().run().exitCode, 0)
}

@MainActor @Test func documentedNumbersDoNotApplyToOtherParameters() throws {
  let run = try DemoChapter().run(["--units", "14"])
  expectEqual(run.exitCode, 0)
  expect(run.terminal.contains("other than the default parameters"))
  expect(run.terminal.contains("– D06: predictions: does not apply"))
  expect(run.terminal.contains("✓ h, every step: holds"))
  expect(run.markdown.contains("swift run chapter-demo --units 14"))
  try expect(!DemoChapter().run(["--units", "13"]).terminal.contains("does not apply"))
}

@MainActor @Test func anOptionForFilesIsNoParameter() throws {
  let (plain, run) = (try DemoChapter().run(), try DemoChapter().run(["--data", "/some/place"]))
  expect(run.terminal == plain.terminal && run.terminal.contains("✓ D06: predictions: holds"))
  expect(run.html == plain.html && run.markdown == plain.markdown && run.json == plain.json)
}

@MainActor @Test func badCommandLinesAreRefused() throws {
  let chapter = try DemoChapter()
  #expect(throws: OptionError.self) { try chapter.run(["--units", "0"]) }
  #expect(throws: OptionError(description: "--language: expected one of en, en-XA, received \"zh\"")) {
    try chapter.run(language: "zh")
  }
}

@MainActor @Test(arguments: [34, 50, 80, 300]) func nothingIsWiderThanTheWindow(columns: Int) throws {
  let terminal = Terminal(columns: columns, hasColour: false, isInteractive: false)
  let source = DemoChapterSource.text.replacing("A first word", with: "门控循环单元用门来决定保留什么、丢弃什么，每个门都是零到一之间的数。A first word")
  let run = try DemoChapter(source: source).run(terminal: terminal)
  // A formula or a table of numbers keeps its shape; everything else wraps.
  for line in run.terminal.lines where columns > 60 || !line.hasPrefix("    ") {
    expect(displayWidth(line) <= columns, "\(line)")
  }
}

@MainActor @Test func coloursChangeNoWord() throws {
  let chapter = try DemoChapter()
  let plain = try chapter.run(["--code"])
  let coloured = try chapter.run(["--code"], terminal: Terminal(columns: 80, hasColour: true, isInteractive: false))
  expect(!plain.terminal.contains("\u{1B}") && coloured.terminal.contains("\u{1B}[1m"))
  expectEqual(coloured.terminal.replacing(/\u{1B}\[[0-9;]*m/, with: ""), plain.terminal)
}

@MainActor @Test func withoutItsSourceAChapterStillShowsResults() throws {
  let run = try DemoChapter(source: nil).run()
  expectEqual(run.exitCode, 0)
  expect(run.terminal.contains("source of this chapter is not at hand"))
  expect(run.terminal.contains("x₁ = [1  2  4]") && run.terminal.contains("All comparisons hold."))
}

@MainActor @Test func mistakesInProseFailTheRun() throws {
  let source = DemoChapterSource.text.replacing("$h_t$", with: "$\\nosuchcommand$")
  try expectEqual(DemoChapter(source: source).run().exitCode, 1)
}

@MainActor @Test func anotherLanguageSharesCodeNumbersAndLinks() throws {
  let translation = """
    <!-- title -->
    演示
    <!-- words -->
    | English | 中文 |
    |---|---|
    | h, every step | 每一步的 $h$ |
    <!-- start -->
    第一句话，$h_t$。
    <!-- the-gates -->
    ## 门
    门是零到一之间的数。
    <!-- the-gates-2 -->
    又一句话。
    <!-- the-comparison -->
    ## 比较
    见上。
    """
  let run = try DemoChapter(translation: translation).run(error: 1e-3, language: "zh")
  expectEqual(run.exitCode, 1)
  expect(run.html.contains("<html lang=\"zh\">") && run.html.contains("<h2 id=\"the-gates\">门 "))
  expect(run.html.contains("page.show(") && run.html.contains("<td>4</td>"))
  expect(run.terminal.contains("演示") && run.terminal.contains("手算") && !run.terminal.contains("A first word"))
  expect(run.terminal.contains("最先不一致的是：每一步的 h（步 2, 单元 3）"))
  let partial = try DemoChapter(translation: "<!-- start -->\n你好\n<!-- nowhere -->\n").run(language: "zh")
  expectEqual(partial.exitCode, 1)
  expect(partial.terminal.contains("此段尚未翻译。") && partial.terminal.contains("The gates"))
}

/// The pages of several languages from one run are those that a run of each language gives.
@MainActor @Test func oneRunWritesThePagesOfSeveralLanguages() throws {
  let passages = "<!-- title -->\n演示\n<!-- start -->\n你好\n<!-- words -->\n| a | b |\n|---|---|\n| gate | 门 |\n"
  let chapter = try DemoChapter(translation: passages)
  let own = try ["en", "zh", "en-XA"].map { try chapter.run(["--units", "14"], error: 1e-3, language: $0) }
  let run = try chapter.run(["--units", "14", "--also", "zh", "--also", "en-XA"], error: 1e-3)
  expect(run.terminal == own[0].terminal && run.html == own[0].html && run.exitCode == 1)
  for (language, own) in zip(["zh", "en-XA"], own.dropFirst()) {
    func text(_ ending: String) throws -> String {
      try String(contentsOf: chapter.folder.appending(path: "page.\(language).\(ending)"), encoding: .utf8)
    }
    try expect(text("html") == own.html && own.html != run.html)
    try expectEqual(text("json"), own.json)
    try expectEqual(text("markdown").replacing("page.\(language)-figures", with: "page-figures"), own.markdown)
  }
}

@MainActor
@Test(arguments: [
  (["--also", "de"], "zh, en-XA"), (["--also", "en"], "zh, en-XA"), (["--also", "zh", "--also", "zh"], "en-XA"),
  (["--language", "zh", "--also", "zh"], "en, en-XA"),
])
func anotherLanguageThatIsNoneIsRefused(words: [String], expected: String) throws {
  let chapter = try DemoChapter(translation: "<!-- start -->\n你好\n")
  let error = #expect(throws: OutputFiles.Problem.self) { try chapter.run(words) }
  expectEqual(error?.description, "--also: expected one of \(expected), received \"\(words.last ?? "")\"")
}

/// What is wrong with a translation fails the run that writes it.
@MainActor @Test func aFaultOfAnotherLanguageFailsTheRun() throws {
  let chapter = try DemoChapter(translation: "<!-- nowhere -->\n你好\n")
  try expectEqual(chapter.run().exitCode, 0)
  try expectEqual(chapter.run(["--also", "zh"]).exitCode, 1)
  try expectEqual(chapter.run(["--also", "en-XA"]).exitCode, 0)
}

/// Shows texts of a run in a page whose translation holds the given passages.
@MainActor private func proseOfRun(
  _ passages: String, _ texts: ProseText...
) throws -> (terminal: String, exitCode: Int32) {
  let beginning = "<!-- title -->\n演示\n<!-- start -->\n一句话。\n"
  let chapter = try DemoChapter(source: "//: A word.", translation: beginning + passages)
  var printed = ""
  let page = try Notebook(
    Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en", symbols: []), parameters: [],
    file: chapter.file.path, arguments: ["--language", "zh"], terminal: .pipe, print: { printed += $0 })
  for text in texts { page.prose(text, line: 1) }
  return (printed, page.conclude())
}

@MainActor @Test func proseOfARunIsTranslatedAroundItsValues() throws {
  let passages = """
    <!-- words -->
    | English | 中文 |
    |---|---|
    | swings | 摆动 |
    <!-- In the last \\(1) steps… -->
    规则\\(2)：共 $\\(1)^{2}$。

    - 最后 \\(1) 步
    <!-- In the last \\(1) steps it… -->
    别的。
    """
  let run = try proseOfRun(
    passages, "In the last \(40) steps\nthe rule \("swings").", "In the last \(7) steps it glides.")
  expectEqual(run.exitCode, 0)
  for part in ["规则摆动：共 40²。", "最后 40 步", "别的。"] { expect(run.terminal.contains(part), "\(part) is missing") }
  for part in ["In the last", "尚未翻译", "最后 7"] { expect(!run.terminal.contains(part)) }
}

@MainActor @Test func proseOfARunWithoutItsPassageIsShownAsItIs() throws {
  let run = try proseOfRun("<!-- In the first \\(1)… -->\n别的。", "In the last \(40) steps.")
  expectEqual(run.exitCode, 1)
  expect(run.terminal.contains("此段尚未翻译。") && run.terminal.contains("In the last 40 steps."))
}

@MainActor @Test func aPassageCannotNameAValueThatIsNotThere() throws {
  for number in 0...3 {
    let run = try proseOfRun("<!-- From… -->\n从 \\(\(number)) 起", "From \(40) to \(41)")
    expect(run.exitCode == ((1...2).contains(number) ? 0 : 1))
  }
}

@MainActor @Test func mistakesInPassagesOfARunFailIt() throws {
  for passage in ["<!-- A… -->\n一 $\\nosuchcommand$", "<!-- A… -->\n一\n<!-- A… -->\n二"] {
    try expectEqual(proseOfRun(passage).exitCode, 1)
  }
  try expectEqual(proseOfRun("<!-- A… -->\n一").exitCode, 0)
}

@MainActor @Test func cellsHoldFormulas() throws {
  let run = try DemoChapter().run()
  expect(run.terminal.contains("iₜ      0.5"))
  expect(run.markdown.contains("| $`i_t`$ | 0.5 |"))
  expect(run.html.contains("</math></td><td class=\"right\">0.5</td>"))
}

@Test func wideFormulasBreakBeforeAnOperation() {
  let wide = ["y = a", "", "     ⎡1  2⎤     ⎡5  −6⎤", "  = x⎣3  4⎦ + h ⎣7   8⎦ + b", "", "  = 3"]
  expectEqual(fittedFormula(wide, width: 40), wide)
  expectEqual(
    fittedFormula(wide, width: 20),
    [
      "y = a", "", "     ⎡1  2⎤", "  = x⎣3  4⎦", "", "          ⎡5  −6⎤", "      + h ⎣7   8⎦", "", "      + b", "",
      "  = 3",
    ])
  expectEqual(fittedFormula(["[1  2  3  4  5  6  7  8]"], width: 12), ["[1  2  3  4  5  6  7  8]"])
}

@Test func smallNumbersReadAlikeInEveryOutput() {
  var log = Log(name: "demo", number: 1, title: "", summary: "", language: "en")
  let numbers = Numbers([1.41783e-5, 0.9996] + Array(repeating: -2.412e-5, count: 7))
  log.items = [.output(.value(name: nil, numbers, decimals: 4))]
  expect(
    MarkdownWriter(log: log, words: .english, figures: "").page().text.contains(
      #"1.42 \times 10^{-5} & 0.9996 & -2.41 \times 10^{-5} &"#))
  expect(HTMLWriter(log: log, words: .english).page().contains("<td>1.42e−5</td><td>0.9996</td><td>−2.41e−5</td>"))
  for columns in [40, 60, 80, 100] {
    var writer = TerminalWriter(
      terminal: Terminal(columns: columns, hasColour: false, isInteractive: false), words: .english, showsCode: false)
    let lines = writer.item(log.items[0])
    expect(lines.count == 1 && lines[0].contains("[1.42e−5") && lines[0].count <= columns, "\(lines)")
  }
}

@Test func barsDoNotCutMarkdownCells() {
  let log = Log(name: "demo", number: 1, title: "", summary: "", language: "en")
  let cells: [[Inline]] = [[.code("a|b")], [.text("c|d")]]
  let text = MarkdownWriter(log: log, words: .english, figures: "")
    .blocks([.table(header: cells, alignments: [.left, .left], rows: [])])
  expectEqual(text, "| `a\\|b` | c\\|d |\n|---|---|")
}

@MainActor @Test func aBrowserBreaksNoLineBeforeAFullStopNorInAnOption() throws {
  let source = DemoChapterSource.text.replacing("with $h_t$ and `code`.", with: "`see --save a-b`, $h_t$ and $i_t$.")
  let html = try DemoChapter(source: source).run().html
  expect(html.contains("<code>see <span class=\"whole\">--save</span> a-b</code>, <math"))
  expect(html.contains("</math> and <span class=\"whole\"><math") && html.contains("</math>.</span></p>"))
}

@MainActor @Test func htmlIsWellFormedAndNeedsNothingElse() throws {
  let html = try DemoChapter().run(error: 1).html
  expect(!html.contains("<script") && !html.contains("src=") && !html.contains("@import") && !html.contains("url("))
  var open: [Substring] = []
  for match in html.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/) {
    if ["meta", "hr"].contains(match.2) || !match.3.isEmpty { continue }
    if match.1.isEmpty { open.append(match.2) } else { expectEqual(open.popLast(), match.2) }
  }
  expect(open.isEmpty)
  let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
  expectEqual(Set(ids).count, ids.count)
  for link in html.matches(of: /href="#([^"]*)"/).map(\.1) { expect(ids.contains(link), "\(link)") }
}

@MainActor @Test func jsonIsRead() throws {
  let json = try DemoChapter().run(error: .nan).json
  let page = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  expect(page["holds"] as? Bool == false)
  let items = try #require(page["items"] as? [[String: Any]])
  let comparison = try #require(items.first { $0["kind"] as? String == "comparison" })
  expect((comparison["actual"] as? [Any])?.last as? String == "NaN")
  expect((comparison["firstDivergence"] as? [String: Any])?["place"] as? String == "step 2, unit 3")
}

@MainActor @Test func markdownHasItsPicturesBesideIt() throws {
  let chapter = try DemoChapter()
  let markdown = try chapter.run().markdown
  expect(markdown.contains("```math\ni_t = \\sigma(W_i x_t)\n```"))
  let name = try #require(markdown.firstMatch(of: /!\[.*\]\((.*)\)/)?.1)
  let svg = try String(contentsOf: chapter.folder.appendingPathComponent(String(name)), encoding: .utf8)
  expect(svg.hasPrefix("<svg") || svg.hasPrefix("<?xml"))
}

@MainActor @Test func filesThatCannotBeWrittenAreKnownBeforeTheRun() throws {
  let demo = try DemoChapter()
  defer { withExtendedLifetime(demo) {} }
  let folder = demo.folder
  func start(_ words: String...) throws {
    var printed = ""
    defer { expect(printed.isEmpty) }
    _ = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en", symbols: []), parameters: [],
      file: folder.path + "/demo/main.swift", arguments: words, terminal: .pipe, print: { printed += $0 })
  }
  let (absent, page) = (folder.path + "/none/page", folder.path + "/page")
  for option in ["--html", "--markdown", "--json"] {
    #expect {
      try start(option, absent)
    } throws: {
      "\($0)" == "\(option): expected a file that can be written, received \"\(absent)\": No such file or directory"
    }
  }
  #expect {
    try start("--html", page, "--json", page)
  } throws: {
    "\($0)" == "--json: expected another file than that of --html, received \"\(page)\""
  }
  try expectEqual(FileManager.default.contentsOfDirectory(atPath: folder.path), ["demo"])
}
