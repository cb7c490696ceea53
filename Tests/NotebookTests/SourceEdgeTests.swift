import Drawing
import Foundation
import Support
import Testing
import TextLayout

@testable import Notebook

/// How a source is cut into cells, how cells are named and woven with what they show.
@Suite struct SourceEdgeTests {
  @Test func passagesAreNamedByTheLastHeading() {
    var anchors = Anchors()
    func heading(_ id: String, _ level: Int = 2) -> Block { .heading(level: level, id: id, []) }
    let text = Block.paragraph([])
    let named = [
      [text], [text], [heading("a"), text], [text], [text, heading("b"), text], [text],
      [heading("c"), heading("d", 3)],
      [text], [],
    ].map { anchors.next($0) }
    expectEqual(named, ["start", "start-2", "a", "a-2", "a-3", "b-2", "c", "d-2", "d-3"])
    var names = UniqueNames()
    expectEqual(["a", "b", "a", "a-2", "a"].map { names.claim($0) }, ["a", "b", "a-2", "a-2-2", "a-3"])
  }

  @Test func linesKnowTheirDepth() {
    func depths(_ text: String) -> [Int] { LineShape.shapes(of: text, count: text.lines.count).map(\.depth) }
    expect(depths("a {\nb (\nc [\n]\n)\n}\nd") == [0, 1, 2, 3, 2, 1, 0] && depths(")\n}\na {\nb") == [0, 0, 0, 1])
    expect(depths("\"\"\"\na\n\"\"\"\nb") == [0, 1, 1, 0] && depths("/*\n{\n*/ {\nb") == [0, 1, 1, 1])
    expect(
      LineShape.shapes(of: "a", count: 3).map(\.depth) == [0, 0, 0] && LineShape.shapes(of: "a\nb", count: 1).count == 1
    )
    let shapes = LineShape.shapes(of: "//: a\n  //: b\n// c\nx //: d", count: 4)
    expectEqual(shapes.map(\.isProse), [true, true, false, true])
  }

  @Test func cellsEndAtProseAndBlankLines() {
    let source = Source("\n\n//:  a\n//:b\nlet c = 1\n\n\nlet d = [\n\n  1,\n]\nlet e = 2\n\n  \n//: f\n\n")
    expectEqual(source.cells.map(\.lines), [3...4, 5...5, 8...12, 15...15])
    guard case .prose("start", let blocks) = source.cells[0].content, case .code(let code) = source.cells[2].content
    else {
      Issue.record("\(source.cells)")
      return
    }
    expect(blocks == [.paragraph([.text("a b")])] && code == "let d = [\n\n  1,\n]\nlet e = 2")
    expectEqual([1, 3, 4, 5, 6, 8, 14, 15, 99].map { source.cell(ofLine: $0) }, [nil, 0, 0, 1, 1, 2, 2, 3, 3])
    let wrong = Source("let a = 1\n\n//: fine\n//: $\\no$\n")
    expectEqual(wrong.problems, [#"line 3: unknown command \no at character 1 of “\no”"#])
    expectEqual(Source("f(\n//: a\n//: b\n)").problems.map { $0.prefix(6) }, ["line 2", "line 3"])
  }

  @Test func declarationsReachToTheirBrace() {
    let source = Source(
      "let a = 1\nfunc f() {\n  b\n}\nfunc g() {}\nlet c = {\n  d\n}\nvar e: Int {\n  3\n}\nvar h = 2\nx = {\n}")
    expectEqual(source.declarations, [2...4, 6...8, 9...11])
    expectEqual(
      [1, 2, 4, 5, 6, 8, 9, 11, 12].map(source.isInsideDeclaration),
      [
        false, true, true, false, true, true, true, true, false,
      ])
    for word in ["func", "struct", "class", "enum", "extension", "protocol", "actor"] {
      expectEqual(Source("@A public final \(word) X {\n  y\n}").declarations, [1...3], "\(word)")
      expect(Source("@A public final static \(word) X {\n  y\n}").declarations.isEmpty)
    }
    expect(
      Source("  func f() {\n  y\n}").declarations.isEmpty && Source("//: func f() {\nlet a = 1").declarations.isEmpty)
    expect(Source("let a = {\n  y").declarations == [1...2] && Source("let a = b {\n  y\n}").declarations.isEmpty)
  }

  @Test func codeIsWovenWithoutItsMarks() {
    var weaver = Weaver(Source("//+\nlet a = 1\n\npage.prose(\"x\")\n\nlet b = 2"))
    let items = weaver.rest().map { item -> String in
      guard case .code(let text, let line, let isOpen) = item else { return "?" }
      return "\(text) \(line) \(isOpen)"
    }
    expect(items == ["let a = 1 2 true", "let b = 2 6 false"] && weaver.misplaced.isEmpty)
  }

  @Test func onlyShortCellsStandOpen() {
    let lines = { (count: Int) in (["define("] + Array(repeating: "x", count: count - 1)).joined(separator: "\n") }
    expect(Folding.cell(lines(40)).isOpen && !Folding.cell(lines(41)).isOpen)
    for lesson in ["define(", "symbol(", "Recurrence(", "Stack(", "Stack<", "Experiment("] {
      expect(Folding.cell("let a = \(lesson)").isOpen, "\(lesson)")
    }
    for call in [
      "picture", "table", "show", "compare", "documented", "range", "result", "prose", "formula", "worked", "note",
      "training", "experiment", "sources",
    ] { expect(!Folding.cell("define(1)\npage.\(call)(2)").isOpen, "\(call)") }
    expect(!Folding.cell("define(1)\nNotebook(2)").isOpen && Folding.cell("define(1)\npage.value(2)").isOpen)
    expectEqual(Folding.cell("//+"), Folding.Cell(code: "", isOpen: true, skipped: 1))
    expectEqual(Folding.cell("let a = 1"), Folding.Cell(code: "let a = 1", isOpen: false, skipped: 0))
    expectEqual(Folding.cell("page.prose(\"a\")"), Folding.Cell(code: "", isOpen: false, skipped: 0))
    expectEqual(Folding.cell("// a"), Folding.Cell(code: "// a", isOpen: false, skipped: 0))
    expect(
      Folding.cell("page.prose(f([1, 2], { $0 }))").code.isEmpty && !Folding.cell("page.prose(a)[0]").code.isEmpty)
  }

  @Test func headingsOfALog() {
    var log = Log(name: "a", number: 1, title: "", summary: "", language: "en")
    let heading = Block.heading(level: 2, id: "x", [.text("X")])
    log.items = [
      .prose([heading, .rule]), .code("y", firstLine: 1, isOpen: true),
      .output(.prose([.heading(level: 3, id: "z", [.text("Z")])])), .output(.note("n")),
    ]
    expectEqual(log.headings.map { "\($0.level) \($0.id) \(plainText($0.title))" }, ["2 x X", "3 z Z"])
  }

  // MARK: Entries of a page

  private func kinds(_ entries: [PageEntries.Entry]) -> [String] {
    entries.map { entry in
      switch entry {
      case .comparisons(let all): "\(all.count) comparisons"
      case .item(.code(let text, let line, let isOpen)): "\(text.replacing("\n", with: "/")) \(line) \(isOpen)"
      case .item(.prose(let blocks)): "\(blocks.count) blocks"
      case .item(.output(.note(let text))): text
      case .item: "other"
      }
    }
  }

  @Test func sectionsEndTheirFoldedCode() {
    let (heading, text) = (Block.heading(level: 3, id: "h", []), Block.rule)
    let items: [Item] = [
      .code("a", firstLine: 1, isOpen: false), .prose([text, text]), .code("b", firstLine: 4, isOpen: false),
      .output(.prose([text, heading, text, text, heading])), .code("c", firstLine: 9, isOpen: false),
      .code("d", firstLine: 11, isOpen: true), .code("e", firstLine: 13, isOpen: true), .output(.note("n")),
      .code("f", firstLine: 15, isOpen: true),
    ]
    expectEqual(
      kinds(PageEntries(items).lesson),
      [
        "2 blocks", "1 blocks", "a//b 1 false", "1 blocks", "2 blocks", "1 blocks", "d//e 11 true", "n", "f 15 true",
        "c 9 false",
      ])
  }

  @Test func severalAnnexesMayBeginInOnePassage() {
    let (appendix, sources) = (
      Block.heading(level: 2, id: "appendix-a", []), Block.heading(level: 2, id: "against-the-sources", [])
    )
    let entries = PageEntries([.prose([.rule, appendix, .rule, .rule, sources]), .output(.note("n"))])
    expect(
      kinds(entries.lesson) == ["1 blocks"] && entries.annexes.map { kinds($0.entries) } == [["2 blocks"], ["n"]])
    expectEqual(entries.annexes.map(\.heading), [appendix, sources])
    let first = PageEntries([.prose([appendix])])
    expect(first.lesson.isEmpty && first.annexes.map { kinds($0.entries) } == [[]])
    expect(!PageEntries.isAnnex(.rule) && !PageEntries.isAnnex(.heading(level: 3, id: "against-the-sources", [])))
  }
}
