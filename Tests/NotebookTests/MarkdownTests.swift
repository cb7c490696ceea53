import Formulas
import Support
import Testing

@testable import Notebook

func blocks(_ text: String) -> [Block] {
  var names = UniqueNames()
  return MarkdownParser.read(text, names: &names).blocks
}

/// What is wrong with a text, and in which line.
func problems(_ text: String) -> [String] {
  var names = UniqueNames()
  return MarkdownParser.read(text, names: &names).problems.map { "\($0.line) \($0.message)" }
}

func inlines(_ text: String) -> [Inline] {
  var parser = InlineParser(text)
  return parser.read()
}

@Test func headingsGetNamesOfTheirOwn() {
  let read = blocks("## The gates\n### The gates\n## 遗忘门 f\n#hashtag")
  expectEqual(
    read,
    [
      .heading(level: 2, id: "the-gates", [.text("The gates")]),
      .heading(level: 3, id: "the-gates-2", [.text("The gates")]),
      .heading(level: 2, id: "遗忘门-f", [.text("遗忘门 f")]),
      .paragraph([.text("#hashtag")]),
    ])
}

@Test func listsNest() {
  let read = blocks("- one\n  more\n- two\n  1. first\n  2. second\n\n  after\n\nend")
  expectEqual(
    read,
    [
      .list(
        start: nil,
        items: [
          [.paragraph([.text("one more")])],
          [
            .paragraph([.text("two")]),
            .list(start: 1, items: [[.paragraph([.text("first")])], [.paragraph([.text("second")])]]),
            .paragraph([.text("after")]),
          ],
        ]),
      .paragraph([.text("end")]),
    ])
}

@Test func tablesKeepBarsWithinCodeAndFormulas() throws {
  let read = blocks("| a | b |\n|:-:|--:|\n| `x|y` | $|z|$ |\n| one \\| two |\ntext")
  let norm = try MathText(latex: "|z|")
  expectEqual(
    read,
    [
      .table(
        header: [[.text("a")], [.text("b")]], alignments: [.centre, .right],
        rows: [[[.code("x|y")], [.formula(norm)]], [[.text("one | two")], []]]),
      .paragraph([.text("text")]),
    ])
}

@Test func formulasAndFencesStandAlone() throws {
  let read = blocks("$$ a = b $$\n$$\nc\n= d\n$$\n```swift\nlet x = 1\n\n  y\n```\n> quoted\n> $e$\n\n---")
  try expectEqual(
    read,
    [
      .formula(MathText(latex: "a = b")), .formula(MathText(latex: "c\n= d")),
      .code(language: "swift", text: "let x = 1\n\n  y"),
      .quote([.paragraph([.text("quoted "), .formula(MathText(latex: "e"))])]), .rule,
    ])
}

@Test func runningTextKnowsItsMarks() throws {
  let h = try MathText(latex: "h_t")
  expectEqual(
    inlines("**a *b*** `c*d*` $h_t$ [e](#f)"),
    [
      .strong([.text("a "), .emphasis([.text("b")])]), .text(" "), .code("c*d*"), .text(" "), .formula(h), .text(" "),
      .link([.text("e")], url: "#f"),
    ])
}

@Test(arguments: ["return_sequences and a_b_c", "2 * 3 * 4", "$5 and $6", "a ` b", "[not a link]", "x ** y", "*open"])
func marksThatNothingClosesStayText(text: String) {
  expectEqual(inlines(text), [.text(text)])
}

@Test(arguments: [
  ("https://a.org/b", true), ("HTTP://a", true), ("mailto:a@b", true), ("#part", true), ("../lstm/README.md", true),
  ("a/b:c", true), ("?q=a:b", true), ("", true), ("javascript:alert(1)", false), ("JavaScript:alert(1)", false),
  (" javascript:alert(1)", false), ("java\tscript:alert(1)", false), ("\u{1}javascript:alert(1)", false),
  ("data:text/html,x", false), ("vbscript:x", false), ("file:///etc/passwd", false), ("x-a.b+1:y", false),
  (":a", false),
])
func linksLeadToPagesAndRunNothing(url: String, isSafe: Bool) {
  expectEqual(HTMLWriter.isSafe(url), isSafe)
}

@Test func aBackslashTakesAMarkAway() {
  expectEqual(inlines(#"\*a\* \$5 \\ c"#), [.text(#"*a* $5 \ c"#)])
}

@Test func mistakesAreNamedWithTheirLine() {
  var names = UniqueNames()
  let read = MarkdownParser.read("fine\n\n- $\\nosuchcommand{x}$\n\n$$ a", names: &names)
  expectEqual(read.problems.map(\.line), [3, 5])
  expectEqual(read.problems.last?.message, "a $$ that nothing closes")
}

@Test func deepNestingDoesNotOverflow() {
  let quotes = String(repeating: ">", count: 20_000) + " deep"
  let stars = String(repeating: "*a ", count: 5_000)
  expect(!blocks(quotes).isEmpty && !inlines(stars).isEmpty)
}

@Test(arguments: [
  "let a = \"x \\(b[\"key\"]!) }\" // {", "let r = #\"raw \\ \" \"#", "/* a /* b */ { */ let x = 1.5e-3",
  "let t = \"\"\"\n  { \"quoted\" \\(f(\")\"))\n  \"\"\"", "\"open", "@MainActor func f(_ x: Int) -> 长度 { #line }", "",
])
func highlightedSourceIsTheSource(source: String) {
  expectEqual(Highlighter.tokens(source).map(\.text).joined(), source)
}

@Test func highlightedKinds() {
  let tokens = Highlighter.tokens("let x: Double = f(.init, 1.5) // done")
  expectEqual(tokens.filter { $0.kind == .keyword }.map(\.text), ["let"])
  expectEqual(tokens.filter { $0.kind == .type }.map(\.text), ["Double"])
  expectEqual(tokens.filter { $0.kind == .number }.map(\.text), ["1.5"])
  expectEqual(tokens.last, Token(kind: .comment, text: "// done"))
  expectEqual(Highlighter.tokens(#""a \(b("c")) d" e"#).first, Token(kind: .string, text: #""a \(b("c")) d""#))
}
