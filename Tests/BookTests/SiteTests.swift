import Foundation
import Notebook
import Support
import Testing

@testable import book

/// Chapters that are shell scripts: they hand out a page that was prepared.
private struct ScriptedBook {
  let temporary = TemporaryFolder()
  var folder: URL { temporary.url }

  func add(_ name: String, number: Int, readme: String, html: String = "", exitCode: Int = 0) throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("chapters/\(name)"), withIntermediateDirectories: true)
    let json = """
      {"number": \(number), "title": "Chapter <\(name)>", "summary": "", "question": "Why <\(name)>?", "minutes": 30,
       "requires": [], "language": "en", "comparisons": [
        {"title": "h", "kind": "computed", "count": "2", "largest": "0", "tolerance": "1e-13", "verdict": "holds", "holds": true}]}
      """
    // The arguments are --html FILE --json FILE --markdown FILE, and --also NAME for another language.
    let script = """
      #!/bin/sh
      printf '%s' '<body><!-- navigation -->\(html)</body>' > "$2"
      cat > "$4" <<'END'
      \(json)
      END
      printf '%s' '\(readme)' > "$6"
      mkdir "$(dirname "$6")/figures"
      printf '<svg/>' > "$(dirname "$6")/figures/1.svg"
      echo complaint >&2
      exit \(exitCode)
      """
    let program = folder.appendingPathComponent("chapter-\(name)")
    try Data(script.utf8).write(to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    try Data("import Notebook\n".utf8).write(to: chapter(name).appendingPathComponent("main.swift"))
  }

  func chapter(_ name: String) -> URL { folder.appendingPathComponent("chapters/\(name)") }
  func run(_ name: String) throws -> ChapterPage { try ChapterPage.run(name, products: folder)[0] }
}

@Test func aWrittenPageAgreesUntilItIsChanged() throws {
  let book = ScriptedBook()
  try book.add("one", number: 2, readme: "h is 0.1234")
  try expectEqual(ChapterPage.names(in: book.folder.appendingPathComponent("chapters")), ["one"])
  let page = try book.run("one")
  expect(page.exitCode == 0 && page.complaints == "complaint\n")
  let readme = "chapters/one/README.md: expected a file, found none"
  expectEqual(
    page.differences(in: book.chapter("one")), [readme, "chapters/one/figures/1.svg: expected a file, found none"])
  try page.write(to: book.chapter("one"))
  expect(page.differences(in: book.chapter("one")).isEmpty)
  try Data("h is 0.2234".utf8).write(to: book.chapter("one").appendingPathComponent("README.md"))
  try Data().write(to: book.chapter("one").appendingPathComponent("figures/2.svg"))
  expectEqual(
    page.differences(in: book.chapter("one")),
    [
      "chapters/one/README.md, line 1: expected “0.2234”, received “0.1234”",
      "chapters/one/figures/2.svg: expected no such file",
    ])
  try page.write(to: book.chapter("one"))
  expect(page.differences(in: book.chapter("one")).isEmpty)
}

@Test func aSiteLinksItsChaptersInTheirOrder() throws {
  let book = ScriptedBook()
  try book.add("a", number: 3, readme: "")
  let live = "<section class=\"live\" id=\"live-1\" aria-label=\"Step 2 &amp; 3\"></section>"
  try book.add("b", number: 1, readme: "", html: live)
  try book.add("c", number: 2, readme: "", exitCode: 1)
  let pages = try ["a", "b", "c"].map(book.run)
  expectEqual(pages.map(\.exitCode), [0, 0, 1])
  let files = Site(pages).files()
  let course = ["notation.html", "glossary.html", "bibliography.html", "comparisons.html"]
  expectEqual(files.map(\.name), ["index.html", "b.html", "c.html", "a.html"] + course + ["b.svg", "c.svg", "a.svg"])
  expect(files[0].text.contains("<a href=\"b.html\">Chapter &lt;b&gt;</a><br>Why &lt;b&gt;?"))
  let places = files[0].text.matches(of: /30 minutes · In the browser: <a href="(.*?)">(.*?)<\/a>/)
  expectEqual(places.map { [$0.output.1, $0.output.2] }, [["b.html#live-1", "Step 2 &amp; 3"]])
  expect(files[0].text.contains("30 minutes") && files[7].text.contains("3 comparisons: 3 of two computations"))
  expect(
    files[2].text.contains("<a rel=\"prev\" href=\"b.html\">")
      && files[2].text.contains("<a rel=\"next\" href=\"a.html\">"))
  expect(!files[1].text.contains("rel=\"prev\"") && !files[3].text.contains("rel=\"next\""))
  try Site(pages).write(to: book.folder.appendingPathComponent("site"))
  expect(FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("site/index.html").path))
}

@Test func aChapterThatCannotRunSaysSo() throws {
  #expect(throws: ChapterPage.Problem.self) { try ScriptedBook().run("none") }
  #expect(throws: ChapterPage.Problem.self) { try ChapterPage.names(in: ScriptedBook().folder) }
}

@Test func theOverviewListsTheLessonsInTheirOrder() throws {
  let book = ScriptedBook()
  try book.add("a", number: 2, readme: "")
  try book.add("b", number: 1, readme: "")
  let chapters = try ["b", "a"].map { (name: $0, summary: try #require(try book.run($0).summary)) }
  let folder = CourseFolder(Course(), chapters: chapters)
  expectEqual(folder.files.map(\.name), ["NOTATION.md", "GLOSSARY.md", "BIBLIOGRAPHY.md", "README.md"])
  let rows = folder.files[3].text.split(separator: "\n").filter { $0.hasPrefix("| 1 |") || $0.hasPrefix("| 2 |") }
  expectEqual(
    rows,
    [
      "| 1 | [Chapter \\<b>](b/README.md) | Why \\<b>? | 30 |  |",
      "| 2 | [Chapter \\<a>](a/README.md) | Why \\<a>? | 30 |  |",
    ])
  expect(folder.files[3].text.contains("about 60 minutes"))
  let place = book.folder.appendingPathComponent("chapters")
  expectEqual(folder.differences(in: place).count, 4)
  try folder.write(to: place)
  expect(folder.differences(in: place).isEmpty)
}
