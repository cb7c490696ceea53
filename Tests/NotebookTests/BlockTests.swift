import Formulas
import TextLayout
import Support
import Testing

@testable import Notebook

/// A block of prose, and what each writer makes of it.
struct BlockExample: CustomTestStringConvertible, Sendable {
  let block: Block
  let html, markdown: String
  let terminal: [String]

  init(_ block: Block, html: String, markdown: String, terminal: [String]) {
    (self.block, self.html, self.markdown, self.terminal) = (block, html, markdown, terminal)
  }

  var testDescription: String { markdown }
}

private func paragraph(_ text: String) -> Block { .paragraph([.text(text)]) }

/// Every kind of block through every writer, apart from chapters.
@Suite struct BlockTests {
  private static let letter: MathText = {
    do { return try MathText(latex: "a") } catch { preconditionFailure("\(error)") }
  }()

  static let examples: [BlockExample] = [
    .init(
      .heading(level: 2, id: "the-gates", [.text("The gates")]),
      html: "<h2 id=\"the-gates\">The gates "
        + "<a class=\"anchor\" href=\"#the-gates\" aria-label=\"#the-gates\">#</a></h2>",
      markdown: "## The gates", terminal: ["The gates", "─────────"]),
    .init(
      .heading(level: 3, id: "in", [.text("Inside")]),
      html: "<h3 id=\"in\">Inside <a class=\"anchor\" href=\"#in\" aria-label=\"#in\">#</a></h3>",
      markdown: "### Inside", terminal: ["Inside"]),
    .init(
      .paragraph([
        .text("a "), .emphasis([.text("c")]), .text(" "), .strong([.text("d")]), .text(" "), .code("e --f"), .text(" "),
        .link([.text("g")], url: "https://x.org"),
      ]),
      html: "<p>a <em>c</em> <strong>d</strong> <code>e <span class=\"whole\">--f</span></code> "
        + "<a href=\"https://x.org\">g</a></p>",
      markdown: "a *c* **d** `e --f` [g](https://x.org)", terminal: ["a c d e --f g (https://x.org)"]),
    .init(
      .paragraph([
        .text("see "), .link([.text("h")], url: "javascript:alert(1)"), .text(", "), .formula(letter), .text("."),
      ]),
      html: "<p>see h, <span class=\"whole\"><math><mi mathvariant=\"normal\">a</mi></math>.</span></p>",
      markdown: "see [h](javascript:alert(1)), $`a`$.", terminal: ["see h, a."]),
    .init(
      .formula(letter),
      html:
        "<div class=\"formula\" tabindex=\"0\"><math display=\"block\"><mi mathvariant=\"normal\">a</mi></math></div>",
      markdown: "```math\na\n```", terminal: ["    a"]),
    .init(
      .code(language: "text", text: "x < 1\n\n y"),
      html: "<pre class=\"code\" tabindex=\"0\"><code>x &lt; 1\n\n y</code></pre>",
      markdown: "```text\nx < 1\n\n y\n```",
      terminal: ["    x < 1", "    ", "     y"]),
    .init(
      .quote([paragraph("a"), paragraph("b")]), html: "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>",
      markdown: "> a\n>\n> b", terminal: ["│ a", "", "│ b"]),
    .init(.rule, html: "<hr>", markdown: "---", terminal: [String(repeating: "─", count: 40)]),
    .init(
      .list(start: nil, items: [[paragraph("a")], [paragraph("b"), .list(start: 3, items: [[paragraph("c")]])]]),
      html: "<ul>\n<li>a</li>\n<li>b\n<ol start=\"3\">\n<li>c</li>\n</ol></li>\n</ul>",
      markdown: "- a\n- b\n\n  3. c", terminal: ["• a", "• b", "", "  3. c"]),
    .init(
      .list(start: 1, items: [[paragraph("a")], [paragraph("b")]]),
      html: "<ol>\n<li>a</li>\n<li>b</li>\n</ol>", markdown: "1. a\n2. b", terminal: ["1. a", "2. b"]),
    .init(
      .table(
        header: [[.text("n")], [.text("v")]], alignments: [.left, .right],
        rows: [[[.text("a")], [.text("1")]], [[.text("bb")], [.text("20")]]]),
      html: "<div class=\"scroll\" tabindex=\"0\"><table class=\"short\">\n"
        + "<thead><tr><th scope=\"col\">n</th><th scope=\"col\" class=\"right\">v</th></tr></thead>\n<tbody>\n"
        + "<tr><td>a</td><td class=\"right\">1</td></tr>\n<tr><td>bb</td><td class=\"right\">20</td></tr>\n"
        + "</tbody></table></div>",
      markdown: "| n | v |\n|---|---:|\n| a | 1 |\n| bb | 20 |", terminal: ["n    v", "──  ──", "a    1", "bb  20"]),
  ]

  @Test(arguments: examples) func everyWriterWritesIt(example: BlockExample) {
    let log = Log(name: "demo", number: 1, title: "", summary: "", language: "en")
    expectEqual(HTMLWriter(log: log, words: .english).blocks([example.block]), example.html)
    expectEqual(MarkdownWriter(log: log, words: .english, figures: "figures").blocks([example.block]), example.markdown)
    let terminal = Terminal(columns: 40, hasColour: false, isInteractive: false)
    let writer = TerminalWriter(terminal: terminal, words: .english, showsCode: true)
    expectEqual(writer.blocks([example.block], margin: ""), example.terminal)
  }
}
