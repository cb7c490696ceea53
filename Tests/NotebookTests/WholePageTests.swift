import Drawing
import Foundation
import Formulas
import Options
import TextLayout
import Support
import Testing

@testable import Notebook

/// A page with every kind of block, output and verdict, through every writer, down to the last byte, as a digest.
///
/// A digest says that a page has changed, not where: a failure names the writers and keeps what they wrote. It is taken
/// over once the change is what was wanted.
@MainActor @Suite struct WholePageTests {
  static let source = """
    import Notebook

    //+
    let page = Notebook("Demo")

    //: A **first** word, with $h_t$, *emphasis*, `code` and a [link](https://example.org/a?b=c&d).

    //: ## The gates <1>
    //: One gate is a number between 0 and 1.
    //:
    //: $$ i_t = \\sigma(W_i x_t) + \\frac{1}{2} $$
    //:
    //: - one
    //: - two
    //:   1. inner
    //:   2. last
    //:
    //: > quoted & more
    //:
    //: ```swift
    //: let inside = "code"
    //: ```

    //-
    let x = [1.0, 2, 4]
    page.show("x_1", x)

    //: ### Deeper
    //: | gate | left | right | middle |
    //: |---|:--|--:|:-:|
    //: | $i$ | a | b | c |
    //: | `f` | long words in a cell | 2 |
    //:
    //: ---

    page.finish()
    """

  private func run(_ words: [String], wrong: Double, terminal: Terminal) throws -> [String] {
    let chapter = try DemoChapter(source: Self.source)
    var printed = ""
    let paths = ["html", "markdown", "json"].map { chapter.folder.appendingPathComponent("page.\($0)").path }
    let page = try Notebook(
      Log(
        name: "demo", number: 1, title: "Demo <1>", summary: "Everything & more.", language: "en",
        symbols: [("i", .blue), ("h", .orange)]),
      parameters: [DemoChapter.units], files: [DemoChapter.data], file: chapter.file.path,
      arguments: words + zip(["--html", "--markdown", "--json"], paths).flatMap { [$0, $1] }, terminal: terminal,
      print: { printed += $0 })
    page.show("x_1", [1.0, 2, 4], line: 25)
    page.show("W", [[0.5, -0.25], [1e-7, 12345.678]], line: 25)
    page.show("n", 7, line: 25)
    page.prose("Words of the run with $x_1$.", line: 25)
    page.note("A note <b> of *care*.", line: 25)
    page.compare("one row", hand: [0.1, 0.2], layer: [0.1, 0.2 + wrong], tolerance: 1e-12, line: 25)
    page.compare(
      "matrix", hand: [[1.0, 2], [3, 4]], layer: [[1.0, 2], [3, 4]], tolerance: 0, axes: ["step", "unit"], line: 25)
    page.documented("D06", "predictions", printed: "0.7290, 0.627", computed: [0.72904, 0.6274 + wrong], line: 25)
    page.range("inside", of: [0.5, 0.75 + 1000 * wrong], in: 0.25...0.875, line: 25)
    page.picture(.barChart(title: "Bars", bars: [.init("a", 1), .init("b", 2)]), line: 25)
    page.table("Gates", columns: ["gate", "value"], rows: [["$i_t$", "0.5"], ["f | g", "-1"]], line: 37)
    let code = page.conclude()
    return try ["\(code)", printed] + paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
  }

  static let runs: [(words: [String], wrong: Double, columns: Int, hasColour: Bool)] = [
    ([], 0, 80, false), (["--code"], 0, 60, false), (["--code"], 0.001, 80, true), (["--units", "14"], 0, 100, true),
  ]

  /// The terminal, HTML without its style and scripts, Markdown, JSON.
  private static let writers = ["terminal", "html", "markdown", "json"]

  @Test func everyWriterWritesTheWholePage() throws {
    let known = Self.known.split(whereSeparator: \.isWhitespace).map(String.init)
    var found: [String] = []
    var changed: [String] = []
    let folder = FileManager.default.temporaryDirectory.appending(path: "whole-pages")
    for (number, run) in Self.runs.enumerated() {
      let terminal = Terminal(columns: run.columns, hasColour: run.hasColour, isInteractive: false)
      let texts = try self.run(run.words, wrong: run.wrong, terminal: terminal)
      expect(texts[0] == (run.wrong == 0 ? "0" : "1"))
      for (writer, text) in zip(Self.writers, texts.dropFirst()) {
        let shown = text.replacing(/<(style|script)\b[\s\S]*?<\/\1>/, with: "")
        found.append(digest(shown))
        guard found.count > known.count || found[found.count - 1] != known[found.count - 1] else { continue }
        let file = folder.appending(path: "\(number).\(writer)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(shown.utf8).write(to: file)
        changed.append(file.path)
      }
    }
    if !changed.isEmpty { Issue.record("look at \(changed), then take over: \(found.joined(separator: " "))") }
  }

  /// A line for each run, in the order of the writers.
  private static let known = """
    2a1duuu0dx1va 2cxr2dl8bv0qo 2pt5cl6r4aaq9 2o0087zooat0z 39m74e7zpxzw6 2cxr2dl8bv0qo 2pt5cl6r4aaq9 2o0087zooat0z
    w1iyh7q8an6 ahcreeiaoum5 1srps0tsyxm41 20976fzbaqxyp 1bpfxs6jlxele 3sj0i5qgh9xlv 3dob5f8zq0cxb 13t41nwbtbsah
    """

  /// What a comparison says in JSON: both sides, their names, places and bounds.
  @Test func aComparisonIsWholeInJSON() throws {
    let terminal = Terminal(columns: 80, hasColour: false, isInteractive: false)
    let json = try run([], wrong: 0.001, terminal: terminal)[4]
    let root = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    var entries: [[String: Any]] = []
    func collect(_ value: Any) {
      if let object = value as? [String: Any] {
        if let kind = object["kind"] as? String, kind == "comparison" || kind == "range" { entries.append(object) }
        for key in object.keys.sorted() { if let inner = object[key] { collect(inner) } }
      } else if let list = value as? [Any] {
        list.forEach(collect)
      }
    }
    collect(root)
    let row = try #require(entries.first { $0["title"] as? String == "one row" && $0["actual"] != nil })
    expect(row["expected"] as? [Double] == [0.1, 0.2] && row["actual"] as? [Double] == [0.1, 0.201])
    expect(row["expectedShape"] as? [Int] == [2] && row["count"] as? Int == 2 && row["firstShown"] as? Int == 0)
    let bounds = try #require(row["tolerance"] as? [Double])
    expect(bounds.count == 2 && bounds[0] <= bounds[1] && abs(bounds[1] - 1e-12) < 1e-15)
    let documented = try #require(entries.first { $0["key"] as? String == "D06" && $0["actual"] != nil })
    // Half a unit of the last printed digit of each number, the smaller one first.
    let units = try #require(documented["tolerance"] as? [Double])
    expect(abs(units[0] - 0.00005) < 1e-9 && abs(units[1] - 0.0005) < 1e-9, "\(units)")
    expect(documented["printed"] as? [String] == ["0.7290", "0.627"])
    let range = try #require(entries.first { $0["kind"] as? String == "range" && $0["ranges"] != nil })
    expect(
      range["values"] as? [Double] == [0.5, 1.75] && range["ranges"] as? [[Double]] == [[0.25, 0.875], [0.25, 0.875]])
  }
}

/// The parts of Swift that the weaver and the colours know.
@Suite struct SwiftTokenTests {
  private func kinds(_ source: String) -> [String] {
    Highlighter.tokens(source).filter { $0.kind != .plain }.map { "\($0.kind.rawValue):\($0.text)" }
  }

  @Test func stringsEndWhereTheyBegan() {
    expectEqual(kinds("\"a\" x"), ["string:\"a\""])
    expectEqual(kinds("\"\"\"\na \"b\" \"\"c\n\"\"\" 1"), ["string:\"\"\"\na \"b\" \"\"c\n\"\"\"", "number:1"])
    expectEqual(kinds("\"\" 1"), ["string:\"\"", "number:1"])
    expectEqual(kinds("#\"a \"b\" \\(c\"# 2"), ["string:#\"a \"b\" \\(c\"#", "number:2"])
    expectEqual(kinds("#\"a \\#(f(\"x)\")) b\"# 2"), ["string:#\"a \\#(f(\"x)\")) b\"#", "number:2"])
    expectEqual(kinds("\"a \\(f(\")\")) b\" 2"), ["string:\"a \\(f(\")\")) b\"", "number:2"])
    expectEqual(kinds("\"a \\(f(\"(\")) b\" 2"), ["string:\"a \\(f(\"(\")) b\"", "number:2"])
    expectEqual(kinds("\"a\\\"b\" 3"), ["string:\"a\\\"b\"", "number:3"])
    expectEqual(kinds("\"open\n4"), ["string:\"open", "number:4"])
    expectEqual(kinds("##\"a\"# b\"## 5"), ["string:##\"a\"# b\"##", "number:5"])
  }

  @Test func commentsNestAndEnd() {
    expectEqual(kinds("// a\nlet"), ["comment:// a", "keyword:let"])
    expectEqual(kinds("/* a /* b */ c */ 1"), ["comment:/* a /* b */ c */", "number:1"])
    expectEqual(kinds("/* open"), ["comment:/* open"])
  }

  @Test func numbersNamesAndAttributes() {
    expectEqual(
      kinds("1_000.5e-3 0x1F 2.max 3...4"), ["number:1_000.5e-3", "number:0x1F", "number:2", "number:3", "number:4"])
    expectEqual(kinds("@MainActor #line func f"), ["attribute:@MainActor", "attribute:#line", "keyword:func"])
    expectEqual(kinds("Double letter self typealias"), ["type:Double", "keyword:self", "keyword:typealias"])
  }
}

@Suite struct MarkdownPartTests {
  @Test func listsBeginWithANumberOrAMark() {
    func start(_ text: String) -> String {
      guard case .list(let start, let items)? = blocks(text).first else { return "none" }
      return "\(start.map(String.init) ?? "-") \(items.count)"
    }
    expect(start("7. a\n8. b") == "7 2" && start("- a\n- b") == "- 2" && start("* a") == "- 1")
    expect(
      start("1234. a\n1235. b") == "1234 2" && start("12345. a") == "none" && start("1.a") == "none"
        && start("-a") == "none")
    expect(start("- a\n1. b") == "- 1" && start("999. a\n\n1000. b") == "999 2")
  }

  @Test func mistakesOfBlocksAreNamed() {
    expectEqual(problems("a\n```swift\nlet x"), ["2 a ``` that nothing closes"])
    expectEqual(problems("$$\na\n"), ["1 a $$ that nothing closes"])
    expectEqual(problems("```\na\n```"), [])
  }

  @Test func tablesAreFilledAndCut() {
    let read = blocks("| a | b |\n|---|:--|\n| 1 |\n| 1 | 2 | 3 |\n| x \\| y | `p|q` |")
    guard case .table(let header, let alignments, let rows)? = read.first else {
      Issue.record("no table: \(read)")
      return
    }
    expect(header == [[.text("a")], [.text("b")]] && alignments == [.left, .left])
    expectEqual(rows, [[[.text("1")], []], [[.text("1")], [.text("2")]], [[.text("x | y")], [.code("p|q")]]])
    expectEqual(MarkdownParser.tableCells("| a | \\b | c"), ["a", "\\b", "c"])
  }

  @Test func headingsHaveNamesForLinks() {
    for (heading, name) in [
      ("The gates", "the-gates"), ("  A, b & C! ", "a-b-c"), ("门控", "门控"), ("x_1 = 2", "x-1-2"), ("", "section"),
      ("?!", "section"), ("Ä 3", "ä-3"),
    ] { expectEqual(slug(heading), name) }
  }

  @Test func linesOfAParagraphAreJoined() {
    expect(joinedLines(["a", "b"]) == "a b" && joinedLines(["门", "控"]) == "门控" && joinedLines(["门", "b"]) == "门 b")
    expect(trimmed("  a b\t\n") == "a b" && trimmed("   ").isEmpty)
  }
}
