import Drawing
import Formulas
import Foundation
import Options
import Support
import TextLayout

@testable import Notebook

/// A chapter among others, with everything that a page may have around its lesson: a question and goals, neighbours, a
/// course, exercises, live places, an appendix and sources, and a translation.
@MainActor struct CourseChapter {
  static let units = Option.integer("units", default: 13, in: 1...512, "units of the layer")

  static let source = #"""
    let page = Notebook("Middle", number: 2)

    //: The lesson of [@e90] on a [gate](glossary:gate), see [later](chapter:late), [the web](https://a.org/b?c=d&e)
    //: and [all letters](../NOTATION.md#h).

    //+
    let x = [1.0, 2]

    //+
    let y = x.count

    let folded = 3

    //: ## First part
    //: A text that is a good deal longer than the one that follows the picture, so that it stands beside it.

    page.picture(bars)

    //: Short.

    page.table("Gates", columns: ["gate", "value"], rows: rows)

    page.picture(map)

    //: ### Deeper
    //: > Quoted:
    //: >
    //: > 3. third
    //: > 4. fourth
    //: >    - inner
    //:
    //: ````text
    //: a ``` b
    //: ````
    //:
    //: ```swift
    //: let inside: Double = 0x1F // a comment
    //: @MainActor func f() { #line }
    //: ```

    page.formula(worked)

    page.picture(after)

    //: ## Second part

    page.live(place, in: evaluation) { show() }

    page.prose("In the end \(n) of \("gate").")

    page.result("plain words: -2 < 3")

    //: ## Appendix: the rest
    //: Words of the appendix.

    page.compare("c", hand: x, layer: x)

    //: ## Against the sources

    page.range("own", of: x, in: ranges)
    """#

  static let translation = #"""
    <!-- title -->
    中间
    <!-- summary -->
    本章摘要。
    <!-- words -->
    | English | 中文 |
    |---|---|
    | Why is it \(1)? | 为什么？ |
    | Compute $h$ by hand | 手算 $h$ |
    | units of the layer | 层的单元 |
    | gate | 门 |
    | Bars | 条 |
    | A sum | 和 |
    <!-- start -->
    课文。
    <!-- first-part -->
    ## 第一部分
    文字。
    <!-- first-part-2 -->
    短。
    <!-- deeper -->
    ### 深入
    > 引
    <!-- second-part -->
    ## 第二部分
    <!-- appendix-the-rest -->
    ## 附录
    其余。
    <!-- against-the-sources -->
    ## 对照
    <!-- In the end \(1) of… -->
    最后 \(1) 个\(2)。
    """#

  static let exercises = #"""
    [{"id": "middle/1", "title": "A sum", "kind": "compute", "minutes": 5, "goal": "Add `a`.", "file": "1-sum.swift",
      "task": "- Add a\nand b.\n- Then c.\n\nDo it:\n- once", "starter": "let sum = 0", "hints": ["Begin.", "End."]},
     {"id": "middle/2", "title": "Two", "kind": "odd", "minutes": 1, "goal": "A ` alone.", "file": "2.swift",
      "task": "One.", "starter": "", "hints": []}]
    """#

  static let data = [
    "notation.json": #"""
    {"symbols": [{"symbol": "h", "meaning": "state", "shape": "[H]", "colour": "sky"},
      {"symbol": "x", "meaning": "input", "shape": "[D]", "also": "u_t", "colour": "blue"}]}
    """#,
    "glossary.json": #"{"terms": [{"id": "gate", "term": "gate", "text": "A number <1>."}]}"#,
    "bibliography.json": #"""
    {"documents": [], "frameworks": [], "literature": [{"key": "e90", "short": "Elman 1990", "authors": ["J. Elman"],
      "year": 1990, "title": "Time", "where": "Cog. Sci.", "url": "https://a.org/x?a=1&b=2"}]}
    """#,
    "words.zh.md": "| English | 中文 |\n|---|---|\n| A number <1>. | 一个数。 |\n",
    "early/main.swift": "import Notebook\nlet page = Notebook(\"Early & first\", number: 1)\n",
    "early/prose.zh.md": "<!-- title -->\n早先\n",
    "late/main.swift": "import Notebook\nlet page = Notebook(\"Late\", number: 3)\n",
  ]

  let temporary = TemporaryFolder()
  var folder: URL { temporary.url }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var files = Self.data
    files["middle/main.swift"] = Self.source
    files["middle/prose.zh.md"] = Self.translation
    files["middle/exercises/exercises.json"] = Self.exercises
    for (path, text) in files.sorted(by: { $0.key < $1.key }) {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  /// The page before anything is shown.
  func page(
    _ words: [String] = [], terminal: Terminal = .pipe, requires: [String] = ["early", "late"],
    print: @escaping (String) -> Void = { _ in }
  ) throws -> Notebook {
    try Notebook(
      Log(
        name: "middle", number: 2, title: "Middle", summary: "A summary.", language: "en", minutes: 45,
        symbols: [("h", .green), ("z", .orange)]),
      question: "Why is it `a|b`?", goals: ["Compute $h$ by hand", "Read [@e90]"], requires: requires, letters: ["b"],
      parameters: [Self.units], file: folder.appending(path: "middle/main.swift").path, arguments: words,
      terminal: terminal, print: print)
  }

  /// The line of the source that begins with a text.
  static func line(_ text: String) -> Int {
    (source.lines.firstIndex { $0.hasPrefix(text) } ?? -1) + 1
  }

  /// Shows everything that the source shows.
  func show(on page: Notebook, wrong: Double = 0) throws {
    let (x, b) = (symbol("x_t", .input, [1, -2]), symbol("b", .weight, 0.5))
    let h = define("h_t", relu(b * x), .state)
    let evaluation = try Evaluation(of: [h])
    func line(_ text: String) -> Int { Self.line(text) }
    page.picture(.barChart(title: "Bars", bars: [.init("a", 1), .init("b", 2)]), line: line("page.picture(bars"))
    page.table(
      "Gates of $h$", columns: ["gate", "value"], rows: [["$h_t$", "-0.5"], ["f | g"]], line: line("page.table"))
    let map = Picture.heatMap(title: "", values: [[0, 1], [0.5, 0.25]], rowTitle: "unit")
    page.picture(map, line: line("page.picture(map"))
    page.compare(
      "h, every step", hand: [[0.1, 0.2]], layer: [[0.1, 0.2 + wrong]], tolerance: 1e-12, line: line("page.picture(map")
    )
    page.compare(
      "W_x", hand: 2, layer: 2, tolerance: 0, because: "whole numbers",
      line: line("page.picture(map"))
    page.formula(try h.worked(in: evaluation), line: line("page.formula"))
    page.picture(.note(title: "After", "nothing"), line: line("page.picture(after"))
    let live = LivePlace(
      "Turn x_t", controls: [.elements(of: x, in: -4...4), .elements(of: b, in: 0...1, step: 0.25)], results: [h])
    let place = line("page.live")
    page.live(live, in: evaluation, line: place) {
      page.show("h_t", h, in: evaluation, line: place)
      page.formula(h, line: place)
    }
    page.prose("In the end \(2) of \("gate").", line: line("page.prose"))
    page.result("plain words: -2 < 3", line: line("page.result"))
    for number in 1...11 { page.compare("c_\(number)", hand: 1, layer: 1, tolerance: 0, line: line("page.compare")) }
    page.documented("D1", "size", printed: "7, 13", computed: [7, 13.25], line: line("page.compare"))
    page.range("own", of: [1, 2], in: [0...1, 2...3], key: "D2", because: "said", line: line("page.range"))
  }
}
