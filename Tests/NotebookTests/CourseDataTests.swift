import Foundation
import Support
import Testing

@testable import Notebook

/// Every key of the files beside a chapter: which must be there, what stands in the place of one that need not, and the
/// bounds of numbers.
@Suite struct CourseDataTests {
  /// The message of a file that is refused, without its path; nil where it is read.
  private func message(_ name: String, _ text: String) throws -> String? {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "\(name).json")
      try Data(text.utf8).write(to: file)
      do { _ = try Course.read(folder) } catch { return "\(error)".replacing(file.path, with: "") }
      return nil
    }
  }

  private func object(_ fields: [(key: String, value: String)], without key: String = "") -> String {
    "{" + fields.filter { $0.key != key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  private static let letter = [
    ("symbol", "\"h\""), ("meaning", "\"m\""), ("shape", "\"s\""), ("also", "\"a\""), ("colour", "\"sky\""),
  ]
  private static let term = [("id", "\"i\""), ("term", "\"t\""), ("text", "\"x\""), ("frameworks", "\"f\"")]
  private static let work = [
    ("key", "\"k\""), ("short", "\"s\""), ("authors", "[\"A\", \"B\"]"), ("year", "1999"), ("title", "\"t\""),
    ("where", "\"w\""), ("url", "\"u\""), ("note", "\"n\""),
  ]

  private static let kinds:
    [(file: String, fields: [(String, String)], before: String, after: String, path: String, optional: Set<String>)] = [
      ("notation", letter, "{\"symbols\": [", "]}", "symbols[0]", ["also", "colour"]),
      ("glossary", term, "{\"terms\": [", "]}", "terms[0]", ["frameworks"]),
      (
        "bibliography", work, "{\"documents\": [], \"frameworks\": [], \"literature\": [", "]}", "literature[0]",
        ["authors", "year", "where", "url", "note"]
      ),
    ]

  @Test(arguments: 0...2) func everyKeyIsThereOrNeedNotBe(row: Int) throws {
    let (file, fields, before, after, path, optional) = Self.kinds[row]
    try expect(message(file, before + object(fields) + after) == nil)
    for (key, _) in fields {
      let found = try message(file, before + object(fields, without: key) + after)
      let place = ":1:\(before.count + 1): \(path)"
      expect(found == (optional.contains(key) ? nil : "\(place): expected the key \"\(key)\", found none"))
      let wrong = try message(file, before + object(fields.map { ($0.0, $0.0 == key ? "{}" : $0.1) }) + after)
      expectEqual(wrong?.contains("\(path).\(key): expected "), true, "\(wrong ?? "none")")
    }
    let unknown = try message(file, before + object(fields + [("more", "1")]) + after)
    expectEqual(unknown?.contains("found the unknown key \"more\""), true, "\(unknown ?? "none")")
  }

  @Test func whatIsLeftOutIsEmpty() throws {
    try withTemporaryFolder { folder in
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: "\(name).json"))
      }
      try write(
        "notation", "{\"symbols\": [\(object(Self.letter)), {\"symbol\": \"c\", \"meaning\": \"n\", \"shape\": \"t\"}]}"
      )
      try write("glossary", "{\"terms\": [\(object(Self.term)), {\"id\": \"j\", \"term\": \"u\", \"text\": \"y\"}]}")
      try write(
        "bibliography",
        "{\"documents\": [{\"key\": \"l\", \"short\": \"q\", \"title\": \"v\"}], \"literature\": [\(object(Self.work))], \"frameworks\": []}"
      )
      let course = try Course.read(folder)
      expectEqual(
        course.letters,
        [
          .init(symbol: "h", meaning: "m", shape: "s", also: "a", hue: .sky),
          .init(symbol: "c", meaning: "n", shape: "t", also: "", hue: nil),
        ])
      expectEqual(
        course.terms,
        [
          .init(id: "i", term: "t", text: "x", frameworks: "f"), .init(id: "j", term: "u", text: "y", frameworks: ""),
        ])
      let bare = Course.Work(key: "l", short: "q", authors: [], year: nil, title: "v", place: "", url: nil, note: "")
      let full = Course.Work(
        key: "k", short: "s", authors: ["A", "B"], year: 1999, title: "t", place: "w", url: "u", note: "n")
      expectEqual(course.shelves?.map(\.shelf), [.documents, .literature, .frameworks])
      expect(
        course.shelves?.map(\.works) == [[bare], [full], []] && course.work("l") == bare && course.work("k") == full)
      expect(course.term("j")?.term == "u" && course.term("k") == nil && course.work("i") == nil)
      expectEqual([bare.entry, full.entry], ["v.", "A, B (1999). t. w."])
      var dated = bare
      dated.year = 2020
      expectEqual(dated.entry, "2020. v.")
    }
  }

  @Test func yearsHaveFourDigits() throws {
    func year(_ year: Int) throws -> String? {
      try message(
        "bibliography",
        "{\"documents\": [{\"key\": \"l\", \"short\": \"q\", \"title\": \"v\", \"year\": \(year)}], \"literature\": [], \"frameworks\": []}"
      )
    }
    try expect(year(1000) == nil && year(9999) == nil)
    for wrong in [999, 10000] {
      let found = try year(wrong)
      expectEqual(
        found?.hasSuffix("documents[0].year: expected an integer from 1000 to 9999, found \(wrong)"), true,
        "\(found ?? "none")")
    }
  }

  // MARK: Pages of the course

  /// All three pages whole, with and without what sources write instead.
  @Test func pagesOfTheCourse() throws {
    var course = Course()
    course.letters = [
      .init(symbol: "h", meaning: "state of $h$", shape: "[H]", also: "s_t", hue: .sky),
      .init(symbol: "\\nosuch", meaning: "none", shape: "", also: "", hue: nil),
    ]
    let pages = CoursePages(course)
    expectEqual(
      pages.markdown(.notation),
      """
      # Notation

      The letters of all chapters. Where one has a second meaning, its row says so. [All chapters](README.md).

      | letter | meaning | shape | elsewhere |
      |---|---|---|---|
      | $`h`$ | state of $`h`$ | \\[H\\] | $`s_{t}`$ |
      | `\\nosuch` | none |  |  |

      """)
    expect(
      pages.html(.notation).contains("<th scope=\"col\">elsewhere</th>")
        && pages.html(.notation).contains("class=\"hue-sky\""))
    course.letters?.removeFirst()
    expect(CoursePages(course).markdown(.notation).contains("| letter | meaning | shape |  |\n"))
    expect(
      CoursePages(Course()).html(.glossary) == "<dl class=\"glossary\">\n\n</dl>"
        && CoursePages(Course()).html(.bibliography).isEmpty)
    let chinese = CoursePages(Course(), words: .table("zh")).markdown(.glossary)
    expect(
      chinese.hasPrefix("# Glossary\n\nEach term once, with the frameworks’ words for it. [全部章节](README.zh.md).\n\n"))
    expectEqual(CoursePages.Page.allCases.map(\.file), ["NOTATION.md", "GLOSSARY.md", "BIBLIOGRAPHY.md"])
    expectEqual(CoursePages.Page.allCases.map { $0.title(.english) }, ["Notation", "Glossary", "Bibliography"])
    expectEqual(
      CoursePages.Page.bibliography.summary(.english),
      "The documents that the chapters follow, the literature, and the frameworks’ own pages.")
  }

  @Test func worksHaveTheirAuthorsYearsAndLinks() {
    func work(
      _ key: String, _ authors: [String], _ year: Int?, _ place: String = "", _ url: String? = nil, _ note: String = ""
    ) -> Course.Work {
      .init(
        key: key, short: "S <\(key)>", authors: authors, year: year, title: "T & t", place: place, url: url, note: note)
    }
    var course = Course()
    course.shelves = [
      (
        .documents,
        [work("a", [], nil), work("b", [], 1999, "P"), work("c", ["A", "B"], nil, "", "https://u?v&w", "N")]
      ),
      (.literature, [work("d", ["A"], 2000, "see https://x.org/y, twice", nil, "N *n*")]), (.frameworks, []),
    ]
    let html = CoursePages(course).html(.bibliography)
    let link = "<a href=\"https://u?v&amp;w\">T &amp; t</a>"
    expectEqual(
      html,
      """
      <h2 id="documents">Documents</h2>
      <dl class="glossary">
      <dt id="a">S &lt;a&gt;</dt><dd>T &amp; t</dd>
      <dt id="b">S &lt;b&gt;</dt><dd>1999. T &amp; t. P</dd>
      <dt id="c">S &lt;c&gt;</dt><dd>A, B. \(link). N</dd>
      </dl>
      <h2 id="literature">Literature</h2>
      <dl class="glossary">
      <dt id="d">S &lt;d&gt;</dt><dd>A (2000). T &amp; t. see <a href="https://x.org/y">https://x.org/y</a>, twice. N *n*</dd>
      </dl>
      <h2 id="frameworks">Frameworks</h2>
      <dl class="glossary">

      </dl>
      """)
    expect(
      CoursePages(course).markdown(.bibliography).hasSuffix(
        """
        ## Documents

        <a id="a"></a>**S \\<a\\>**: T & t

        <a id="b"></a>**S \\<b\\>**: 1999. T & t. P

        <a id="c"></a>**S \\<c\\>**: A, B. [T & t](https://u?v&w). N

        ## Literature

        <a id="d"></a>**S \\<d\\>**: A (2000). T & t. see https://x.org/y, twice. N *n*

        ## Frameworks



        """))
  }

  // MARK: Exercises

  private static let exercise = [
    ("id", "\"demo/1\""), ("title", "\"A\""), ("kind", "\"compute\""), ("minutes", "5"), ("goal", "\"G\""),
    ("file", "\"1.swift\""), ("task", "\"T\""), ("starter", "\"S\""), ("hints", "[\"H\"]"),
  ]

  private func exercises(_ text: String) throws -> String? {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "exercises"), withIntermediateDirectories: true)
      let file = folder.appending(path: "exercises/exercises.json")
      try Data(text.utf8).write(to: file)
      do { _ = try ExerciseSection.read(beside: folder.appending(path: "main.swift")) } catch {
        return "\(error)".replacing(file.path, with: "")
      }
      return nil
    }
  }

  @Test func exercisesAreHeldToTheirForm() throws {
    try expect(exercises("[\(object(Self.exercise))]") == nil)
    for (key, _) in Self.exercise where key != "file" {
      let found = try exercises("[\(object(Self.exercise, without: key))]")
      expectEqual(found, ":1:2: [0]: expected the key \"\(key)\", found none")
    }
    func minutes(_ value: Int) throws -> String? {
      try exercises("[\(object(Self.exercise.map { ($0.0, $0.0 == "minutes" ? "\(value)" : $0.1) }))]")
    }
    try expect(minutes(1) == nil && minutes(600) == nil)
    for wrong in [0, 601] {
      let found = try minutes(wrong)
      expectEqual(
        found?.hasSuffix("[0].minutes: expected an integer from 1 to 600, found \(wrong)"), true,
        "\(found ?? "none")")
    }
    let list = try exercises("{}")
    expectEqual(list?.contains("expected the exercises of a chapter"), true, "\(list ?? "none")")
    let hints = try exercises("[\(object(Self.exercise.map { ($0.0, $0.0 == "hints" ? "7" : $0.1) }))]")
    expectEqual(hints?.contains("[0].hints: expected the hints of an exercise"), true, "\(hints ?? "none")")
  }

  // MARK: Pagers

  /// A reader who closes the pager at once ends no program.
  @Test(.lane(.exits)) func aPagerThatEndsEarlyEndsNothing() async {
    await #expect(processExitsWith: .exitCode(0)) {
      await MainActor.run {
        let pager = Pager("true", rows: 2) { _ in }
        pager.hold(String(repeating: "a line that nobody reads\n", count: 50_000))
        pager.show()
      }
      exit(0)
    }
  }
}
