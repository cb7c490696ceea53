import Formulas
import Support
import Testing

@testable import Notebook

/// Where one form of Markdown ends and another begins.
@Suite struct MarkdownEdgeTests {
  private func paragraph(_ text: String) -> Block { .paragraph([.text(text)]) }

  @Test func headingsHaveOneToSixMarksAndASpace() {
    expectEqual(blocks("# a"), [.heading(level: 1, id: "a", [.text("a")])])
    expectEqual(blocks("###### a"), [.heading(level: 6, id: "a", [.text("a")])])
    expect(blocks("####### a") == [paragraph("####### a")] && blocks("##") == [paragraph("##")])
    expectEqual(blocks("a\n## b\nc"), [paragraph("a"), .heading(level: 2, id: "b", [.text("b")]), paragraph("c")])
    expect(blocks("a\n##b") == [paragraph("a ##b")] && blocks("a\n####### b") == [paragraph("a ####### b")])
    expectEqual(blocks("##  a *b*  "), [.heading(level: 2, id: "a-b", [.text("a "), .emphasis([.text("b")])])])
  }

  @Test func aRuleHasThreeSigns() {
    expect(blocks("---") == [.rule] && blocks("***") == [.rule] && blocks("----") == [.rule])
    expect(blocks("--") == [paragraph("--")] && blocks("-*-") == [paragraph("-*-")])
  }

  @Test func aFenceKeepsItsText() {
    expectEqual(blocks("```swift\nlet a\n```\nb"), [.code(language: "swift", text: "let a"), paragraph("b")])
    // The margin of the fence is taken from its lines, as far as they have it.
    expectEqual(
      blocks("- a\n\n  ```\n    x\n   y\n z\n  ```"),
      [
        .list(start: nil, items: [[paragraph("a"), .code(language: "", text: "  x\n y\nz")]])
      ])
    expectEqual(blocks("a\n```\nb"), [paragraph("a"), .code(language: "", text: "b")])
    expect(problems("a\n\n```\nb") == ["3 a ``` that nothing closes"] && problems("```\n```").isEmpty)
    expectEqual(blocks("``` text \n```"), [.code(language: "text", text: "")])
  }

  @Test func aFormulaMayTakeSeveralLines() throws {
    try expectEqual(blocks("$$\n  a\n = b $$\nc"), [.formula(MathText(latex: "a\n= b")), paragraph("c")])
    expectEqual(blocks("$$ \\nosuch $$"), [.code(language: "", text: "\\nosuch")])
    expectEqual(problems("a\n$$ \\nosuch $$"), [#"2 unknown command \nosuch at character 1 of “\nosuch”"#])
    expect(blocks("$$ a") == [.code(language: "", text: " a")] && problems("\n$$ a") == ["2 a $$ that nothing closes"])
    try expectEqual(blocks("a\n$$b$$"), [paragraph("a"), .formula(MathText(latex: "b"))])
  }

  @Test func quotesAreReadWithoutTheirMarks() {
    expectEqual(
      blocks("> a\n>b\n>\n>  - c\nd"),
      [
        .quote([paragraph("a b"), .list(start: nil, items: [[paragraph("c")]])]), paragraph("d"),
      ])
    expectEqual(blocks("a\n> b"), [paragraph("a"), .quote([paragraph("b")])])
  }

  @Test func itemsEndWhereTheirMarginEnds() {
    func list(_ items: [[Block]], _ start: Int? = nil) -> Block { .list(start: start, items: items) }
    expectEqual(blocks("- a\n\n- b\n\n\nc"), [list([[paragraph("a")], [paragraph("b")]]), paragraph("c")])
    expectEqual(blocks("- a\n\n  b\n\nc"), [list([[paragraph("a"), paragraph("b")]]), paragraph("c")])
    expectEqual(blocks("- a\n\n b"), [list([[paragraph("a")]]), paragraph("b")])
    expectEqual(blocks("- a\nlazy\n## h"), [list([[paragraph("a lazy")]]), .heading(level: 2, id: "h", [.text("h")])])
    expectEqual(blocks("- a\n - b"), [list([[paragraph("a"), list([[paragraph("b")]])]])])
    expectEqual(blocks("1. a\n- b"), [list([[paragraph("a")]], 1), list([[paragraph("b")]])])
    expect(blocks("10. a\n    b") == [list([[paragraph("a b")]], 10)] && blocks("* a") == [list([[paragraph("a")]])])
    expect(blocks("a\n- b") == [paragraph("a"), list([[paragraph("b")]])] && blocks("a\n1. b").count == 2)
    expect(blocks("1) a") == [paragraph("1) a")] && blocks("٣. a") == [paragraph("٣. a")])
    expectEqual(problems("- a\n- b $\\no$\n\n  c $\\nope$").map { $0.prefix(1) }, ["2", "4"])
  }

  @Test func whatLiesTooDeepIsText() {
    let deep = String(repeating: "> ", count: 8) + "a"
    func depth(_ blocks: [Block]) -> Int { if case .quote(let inner)? = blocks.first { 1 + depth(inner) } else { 0 } }
    expect(depth(blocks(deep)) == 8 && depth(blocks("> " + deep)) == 9)
    guard case .paragraph(let parts)? = innermost(blocks("> > " + deep)).first else { return }
    expectEqual(parts, [.text("> a")])
  }

  private func innermost(_ blocks: [Block]) -> [Block] {
    if case .quote(let inner)? = blocks.first { innermost(inner) } else { blocks }
  }

  @Test func aTableHasARuleBelowItsHeadings() {
    let cells: [[Inline]] = [[.text("a")], [.text("b")]]
    expectEqual(
      blocks("| a | b |\n|:-:|:--|\n| 1 | 2 |\nx"),
      [
        .table(header: cells, alignments: [.centre, .left], rows: [[[.text("1")], [.text("2")]]]), paragraph("x"),
      ])
    expect(
      blocks("| a |\n| b |").count == 2
        && blocks("| a |\n|-:|") == [.table(header: [[.text("a")]], alignments: [.right], rows: [])])
    expect(blocks("| a |\n|::|").count == 2 && blocks("| a |\n---") == [paragraph("| a | ---")])
    expectEqual(blocks("| a | b | c |\n|--|--|"), [.table(header: cells, alignments: [.left, .left], rows: [])])
    expectEqual(problems("x\n\n| $\\no$ |\n|--|\n| $\\nope$ |").map { $0.prefix(1) }, ["3", "5"])
    expectEqual(MarkdownParser.tableCells(#"| `a|b` | $c|d$ | e\|f | \$ |g"#), ["`a|b`", "$c|d$", "e|f", #"\$"#, "g"])
    expect(
      MarkdownParser.tableCells("| `a$b` | c") == ["`a$b`", "c"] && MarkdownParser.tableCells("||a|") == ["", "a"])
  }

  @Test func runningTextIsCutAtItsMarks() throws {
    expect(
      inlines("`a`") == [.code("a")] && inlines("``") == [.text("``")]
        && inlines(#"`a\`b"#) == [.code(#"a\"#), .text("b")])
    expect(inlines("$ a$") == [.text("$ a$")] && inlines("$a $") == [.text("$a $")] && inlines("$$") == [.text("$$")])
    expect(inlines("*a *") == [.text("*a *")] && inlines("* a*") == [.text("* a*")] && inlines("**") == [.text("**")])
    expect(
      inlines("**a**b") == [.strong([.text("a")]), .text("b")]
        && inlines("*a*b") == [.emphasis([.text("a")]), .text("b")])
    expect(inlines("[a](b)c") == [.link([.text("a")], url: "b"), .text("c")] && inlines("[a]()") == [.text("[a]()")])
    expect(
      inlines("[](b)") == [.text("[](b)")] && inlines("[a] (b)") == [.text("[a] (b)")]
        && inlines("[a](b") == [.text("[a](b")])
    expectEqual(inlines("[@a-1]"), [.link([.text("a-1")], url: "bibliography:a-1")])
    expect(
      inlines("[@]") == [.text("[@]")] && inlines("[@a b]") == [.text("[@a b]")]
        && inlines("[@a_b]") == [.text("[@a_b]")])
    expectEqual(inlines("-1 and `-2`"), [.text("−1 and "), .code("-2")])
    expectEqual(inlines(##"\`\*\$\[\]\(\)\|\#\<\>\_\{\}\\ \a \"##), [.text(##"`*$[]()|#<>_{}\ \a \"##)])
    expectEqual(inlines(#"$a\$b$ c"#).count, 2)
    var parser = InlineParser("*$\\no$ [$\\nope$ $\\na$")
    let parts = parser.read()
    expectEqual(parts, [.text("*"), .code("\\no"), .text(" ["), .code("\\nope"), .text(" "), .code("\\na")])
    // What a mark that nothing closes has read is read again, and its problems are told once.
    expectEqual(parser.problems.count, 3)
  }

  @Test func marksNestSixDeep() {
    func depth(_ parts: [Inline]) -> Int {
      switch parts.first {
      case .emphasis(let inner)?, .strong(let inner)?, .link(let inner, _)?: 1 + depth(inner)
      default: 0
      }
    }
    func links(_ count: Int) -> String {
      String(repeating: "[", count: count) + "a" + String(repeating: "](u)", count: count)
    }
    expectEqual((5...7).map { depth(inlines(links($0))) }, [5, 6, 6])
  }

  // MARK: Swift

  private func kinds(_ source: String) -> [String] {
    Highlighter.tokens(source).map { "\($0.kind.rawValue):\($0.text)" }
  }

  @Test func tokensBeginAndEnd() {
    expect(kinds("a/b") == ["plain:a/b"] && kinds("/") == ["plain:/"] && kinds("/a*") == ["plain:/a*"])
    expect(
      kinds("#if x") == ["attribute:#if", "plain: x"] && kinds("##") == ["attribute:##"]
        && kinds("@ a") == ["plain:@ a"])
    expect(
      kinds("@a1_b c") == ["attribute:@a1_b", "plain: c"] && kinds("@_c") == ["attribute:@_c"]
        && kinds("@1") == ["plain:@", "number:1"])
    expect(kinds("x.self") == ["plain:x.self"] && kinds("self.x") == ["keyword:self", "plain:.x"])
    expect(
      kinds("H ABC Ab aB") == ["plain:H ABC ", "type:Ab", "plain: aB"]
        && kinds("Az Za") == ["type:Az", "plain: ", "type:Za"])
    expect(kinds("z9 _a 0z") == ["plain:z9 _a ", "number:0z"] && kinds("长度") == ["plain:长度"])
    expectEqual(
      kinds("1e-3 1e- 1e+2 1-2 1.a 1..<2"),
      [
        "number:1e-3", "plain: ", "number:1e", "plain:- ", "number:1e+2", "plain: ", "number:1", "plain:-", "number:2",
        "plain: ", "number:1", "plain:.a ", "number:1", "plain:..<", "number:2",
      ])
    expect(kinds("9") == ["number:9"] && kinds("0") == ["number:0"] && kinds("/0") == ["plain:/", "number:0"])
    expect(
      kinds("/* a */b") == ["comment:/* a */", "plain:b"] && kinds("/*/ a */b") == ["comment:/*/ a */", "plain:b"])
    expect(
      kinds("\"\"\"a\"\"\"b") == ["string:\"\"\"a\"\"\"", "plain:b"]
        && kinds("\"\\n\"b") == ["string:\"\\n\"", "plain:b"])
    expect(kinds("#\"a\\n\"#b") == ["string:#\"a\\n\"#", "plain:b"] && kinds("\"a\\") == ["string:\"a\\"])
    expect(kinds("\"\\((1))\"b") == ["string:\"\\((1))\"", "plain:b"] && kinds("\"\\(a") == ["string:\"\\(a"])
    for word in ["actor", "fallthrough", "nonisolated", "associatedtype", "while", "any", "some"] {
      expectEqual(kinds(word), ["keyword:\(word)"])
    }
  }
}
