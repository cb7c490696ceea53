import Foundation
import Formulas
import Support
import Testing
import TextLayout

@testable import Notebook

/// What the course does not know is named wherever it stands; chapters, translations and lost output.
@Suite struct CourseReaderTests {
  private static func math(_ latex: String) -> MathText {
    do { return try MathText(latex: latex) } catch { preconditionFailure("\(error)") }
  }

  private static let odd: [Inline] = [.formula(math("q_t"))]
  private static let complaint =
    "$q$: expected a letter of chapters/notation.json, or of the chapter's own letters, found neither"

  private func reader(_ declared: [String] = []) -> CourseReader {
    var course = Course()
    course.letters = [.init(symbol: "h", meaning: "", shape: "", also: "", hue: nil)]
    course.terms = [.init(id: "gate", term: "gate", text: "", frameworks: "")]
    let work = Course.Work(key: "e90", short: "Elman", authors: [], year: nil, title: "", place: "", url: nil, note: "")
    course.shelves = [(.documents, []), (.literature, [work])]
    return CourseReader(course, declared: declared)
  }

  /// A letter that nobody knows, in every place where one may stand.
  static let places: [Item] = [
    .prose([.heading(level: 2, id: "a", odd)]), .prose([.paragraph(odd)]), .prose([.formula(math("q_t"))]),
    .prose([.quote([.paragraph(odd)])]), .prose([.folded(summary: "s", [.paragraph(odd)])]),
    .prose([.rule, .list(start: nil, items: [[], [.paragraph([.text("a")]), .paragraph(odd)]])]),
    .prose([.table(header: [[], odd], alignments: [.left, .left], rows: [])]),
    .prose([.table(header: [[]], alignments: [.left], rows: [[[]], [odd]])]),
    .prose([.paragraph([.emphasis([.strong(odd)])])]), .prose([.paragraph([.link(odd, url: "https://a.org")])]),
    .prose([.paragraph([.link(odd, url: "glossary:gate")])]), .prose([.paragraph([.link(odd, url: "chapter:lstm")])]),
    .output(.prose([.paragraph(odd)])), .output(.formula(math("q_t"))),
    .output(.value(name: math("q_t"), Numbers(1), decimals: 1)),
    .output(.table(Table(title: odd, columns: [[]], rows: []))), .output(.table(Table(columns: [[], odd], rows: []))),
    .output(.table(Table(columns: [[], []], rows: [[[], []], [[], odd]]))),
  ]

  @Test(arguments: places.indices) func aLetterIsLookedForInEveryPlace(row: Int) {
    var own = reader()
    _ = own.read(Self.places[row])
    expectEqual(own.problems, [Self.complaint])
    _ = own.read(Self.places[row])
    expectEqual(own.problems.count, 1, "a problem is named once")
    var known = reader(["q"])
    _ = known.read(Self.places[row])
    expect(known.problems.isEmpty)
    var free = CourseReader(Course(), declared: [])
    _ = free.read(Self.places[row])
    expect(free.problems.isEmpty, "without a table of letters all are allowed")
  }

  @Test func whereNoLetterIsLookedFor() {
    var own = reader()
    for item in [
      .code("q", firstLine: 1, isOpen: true), .prose([.code(language: "", text: "$q$"), .rule]), .output(.note("$q$")),
      .output(.result("$q$")), .output(.value(name: nil, Numbers(1), decimals: 1)),
      .prose([.paragraph([.text("$q$"), .code("q"), .formula(Self.math("h_t + 1"))])]),
    ] as [Item] { _ = own.read(item) }
    expect(own.problems.isEmpty, "\(own.problems)")
  }

  @Test func linksOfTheCourseAreRead() {
    var own = reader()
    let parts = own.read([
      .link([.text("x")], url: "bibliography:e90"), .link([.text("x")], url: "bibliography:none"),
      .link([.text("g")], url: "glossary:gate"), .link([.text("g")], url: "glossary:none"),
      .link([.text("c")], url: "chapter:gru"), .link([.text("u")], url: "https://a.org/b:c"),
    ])
    expectEqual(
      parts,
      [
        .link([.text("Elman")], url: "bibliography:e90"), .link([.text("none")], url: "bibliography:none"),
        .link([.text("g")], url: "glossary:gate"), .link([.text("g")], url: "glossary:none"),
        .link([.text("c")], url: "chapter:gru"), .link([.text("u")], url: "https://a.org/b:c"),
      ])
    expectEqual(
      own.problems,
      [
        "[@none]: expected a key of chapters/bibliography.json, found none",
        "glossary:none: expected a term of chapters/glossary.json, found none",
      ])
    var free = CourseReader(Course(), declared: [])
    expectEqual(free.read([.link([], url: "bibliography:k")]), [.link([.text("k")], url: "bibliography:k")])
    expect(free.read([.link([], url: "glossary:k")]) == [.link([], url: "glossary:k")] && free.problems.isEmpty)
    let addresses = ["bibliography:a", "glossary:b", "chapter:c"].compactMap { CourseLink($0)?.address }
    expectEqual(addresses.map(\.site), ["bibliography.html#a", "glossary.html#b", "c.html"])
    expectEqual(addresses.map(\.markdown), ["../BIBLIOGRAPHY.md#a", "../GLOSSARY.md#b", "../c/README.md"])
    expect(CourseLink("https://a.org") == nil && CourseLink("chapter") == nil && CourseLink("") == nil)
    expectEqual(CourseLink("chapter:a:b"), .chapter("a:b"))
  }

  // MARK: Chapters

  @Test func chaptersStandInTheirOrder() throws {
    try withTemporaryFolder { folder in
      func chapter(_ name: String, _ call: String, translation: String? = nil) throws {
        let own = folder.appending(path: name)
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try Data("import Notebook\nlet page = \(call)\n".utf8).write(to: own.appending(path: "main.swift"))
        try translation.map { try Data($0.utf8).write(to: own.appending(path: "prose.zh.md")) }
      }
      try chapter("b", "Notebook(\"Second\", number: 2)")
      try chapter("a", "Notebook(\n  \"Tenth\",\n  number: 10)", translation: "<!-- title -->\n第十\n")
      try chapter("c", "Notebook(\"First\", number: 1)", translation: "<!-- start -->\n无\n")
      try chapter("d", "Other(\"None\")")
      try FileManager.default.createDirectory(at: folder.appending(path: "e"), withIntermediateDirectories: true)
      let english = ChapterList(in: folder, language: "en")
      expect(english.entries.map(\.name) == ["c", "b", "a"] && english.entries.map(\.number) == [1, 2, 10])
      expect(
        english.entries.map(\.title) == ["First", "Second", "Tenth"] && !english.entries.contains(where: \.isTranslated)
      )
      let chinese = ChapterList(in: folder, language: "zh")
      expectEqual(chinese.entries.map(\.title), ["First", "Second", "第十"])
      expect(
        chinese.entries.map(\.isTranslated) == [true, false, true] && chinese["a"]?.number == 10 && chinese["d"] == nil)
      expect(english.neighbours(of: "b").before?.name == "c" && english.neighbours(of: "b").after?.name == "a")
      expect(english.neighbours(of: "c").before == nil && english.neighbours(of: "a").after == nil)
      expect(english.neighbours(of: "x").before == nil && english.neighbours(of: "x").after == nil)
      expect(ChapterList(in: folder.appending(path: "none"), language: "en").entries.isEmpty)
    }
  }

  @Test func dataOfTheCourseAreHeldToTheirForm() throws {
    let files: [(name: String, text: String, message: String)] = [
      (
        "notation", #"{"symbols": [{"symbol": "h", "meaning": "m"}]}"#,
        ":1:14: symbols[0]: expected the key \"shape\", found none"
      ),
      ("notation", #"{"symbols": [{"symbol": 1}]}"#, ":1:25: symbols[0].symbol: expected a string, found 1"),
      (
        "notation", #"{"letters": []}"#,
        ":1:13: letters: expected one of the keys symbols, found the unknown key \"letters\""
      ),
      ("glossary", #"{"terms": [{"id": "a", "term": "b"}]}"#, ":1:12: terms[0]: expected the key \"text\", found none"),
      (
        "bibliography", #"{"documents": [], "literature": []}"#,
        ":1:1: expected the key \"frameworks\", found none"
      ),
      ("glossary", "{", ":1:2: expected JSON (a key in quotation marks), found the end of the text"),
    ]
    for (name, text, message) in files {
      try withTemporaryFolder { folder in
        let file = folder.appending(path: "\(name).json")
        try Data(text.utf8).write(to: file)
        var found = "none"
        do { _ = try Course.read(folder) } catch { found = "\(error)" }
        expectEqual(found, file.path + message)
      }
    }
    try withTemporaryFolder { folder in
      let course = try Course.read(folder)
      expect(course.letters == nil && course.terms == nil && course.shelves == nil && course.colours.isEmpty)
      expect(course.work("a") == nil && course.term("a") == nil)
      let text =
        #"{"symbols": [{"symbol": "h", "meaning": "m", "shape": "s", "also": "a", "colour": "sky"}, "#
        + #"{"symbol": "c", "meaning": "n", "shape": "t"}]}"#
      try Data(text.utf8).write(to: folder.appending(path: "notation.json"))
      let letters = try Course.read(folder).letters
      expectEqual(
        letters,
        [
          .init(symbol: "h", meaning: "m", shape: "s", also: "a", hue: .sky),
          .init(symbol: "c", meaning: "n", shape: "t", also: "", hue: nil),
        ])
      try expectEqual(Course.read(folder).colours.map { "\($0.name) \($0.hue)" }, ["h sky"])
    }
  }

  // MARK: Translations

  @Test func passagesAreHeldToTheSource() {
    var source = Source("//: A word.\n\nlet a = 1\n\n//: ## The gates\n//: Words.\n")
    let whole = Translation(language: "zh", "<!-- start -->\n一。\n<!-- the-gates -->\n## 门\n二。\n")
    source = source.translated(whole, note: "absent")
    expect(source.problems.isEmpty)
    let partial = Source("//: A word.\n\nlet a = 1\n\n//: ## The gates\n//: Words.\n")
      .translated(
        Translation(language: "zh", "<!-- start -->\n一。\n<!-- nowhere -->\n三。\n<!-- start -->\n四。\n"), note: "absent")
    expectEqual(
      partial.problems,
      [
        "prose.zh.md: no passage “the-gates” (line 5 of the source)",
        "prose.zh.md, line 5: a second passage “start”", "prose.zh.md: no place for the passage “nowhere”",
      ])
    let words = Translation.rows("| a | b |\n|---|---|\n| x | y |\n| one |\n  | p | q |\nr | s\n")
    expect(words == ["x": "y", "p": "q"] && Translation.onOneLine(" a\n  b\tc ") == "a b c")
    let titled = Translation(language: "zh", "lost\n<!-- title -->\n 题 \n<!-- summary -->\n要\n<!-- x… -->\n")
    expect(titled.title == "题" && titled.summary == "要" && titled.passages.isEmpty)
  }

  // MARK: Output that is lost

  /// A folder that is gone at the end of a run: exit code 2, whatever the comparisons say.
  @MainActor @Test func outputThatIsLostEndsWithTwo() throws {
    try withTemporaryFolder { folder in
      let inner = folder.appending(path: "inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      @MainActor func page(_ arguments: [String]) throws -> Notebook {
        try Notebook(
          Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
          file: folder.path + "/demo/main.swift", arguments: arguments, terminal: .pipe
        ) { _ in }
      }
      let lost = try page(["--json", inner.path + "/page.json"])
      lost.compare("x", hand: 1, layer: 2, tolerance: 0, line: 1)
      try FileManager.default.removeItem(at: inner)
      expectEqual(lost.conclude(), 2)
      let failed = try page([])
      failed.compare("x", hand: 1, layer: 2, tolerance: 0, line: 1)
      expectEqual(failed.conclude(), 1)
      let good = try page([])
      expect(good.conclude() == 0 && good.name == "demo" && good.keepsDefaults)
      let named = try page([])
      named.formula(latex: #"\nosuch"#, line: 3)
      expectEqual(named.conclude(), 1)
      expectEqual(named.editions[0].problems, [#"line 3: unknown command \nosuch at character 1 of “\nosuch”"#])
    }
  }
}
