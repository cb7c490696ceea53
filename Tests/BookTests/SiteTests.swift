import Foundation
import Support
import Testing

@testable import book

/// Chapters that are shell scripts: they hand out a page that was prepared.
private struct ScriptedBook {
  let temporary = TemporaryFolder()
  var folder: URL { temporary.url }

  func add(_ name: String, number: Int, readme: String, exitCode: Int = 0) throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("chapters/\(name)"), withIntermediateDirectories: true)
    let json = """
      {"number": \(number), "title": "Chapter <\(name)>", "summary": "", "language": "en", "comparisons": [
        {"title": "h", "count": "2", "largest": "0", "tolerance": "1e-13", "verdict": "holds", "holds": true}]}
      """
    // The arguments are --html FILE --json FILE --markdown FILE.
    let script = """
      #!/bin/sh
      printf '<body><!-- navigation --></body>' > "$2"
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
  func run(_ name: String) throws -> ChapterPage { try ChapterPage.run(name, products: folder) }
}

@Test func aWrittenPageAgreesUntilItIsChanged() throws {
  let book = ScriptedBook()
  try book.add("one", number: 2, readme: "h is 0.1234")
  #expect(try ChapterPage.names(in: book.folder.appendingPathComponent("chapters")) == ["one"])
  let page = try book.run("one")
  #expect(page.exitCode == 0 && page.complaints == "complaint\n")
  let readme = "chapters/one/README.md: expected a file, found none"
  #expect(
    page.differences(in: book.chapter("one")) == [readme, "chapters/one/figures/1.svg: expected a file, found none"])
  try page.write(to: book.chapter("one"))
  #expect(page.differences(in: book.chapter("one")).isEmpty)
  try Data("h is 0.2234".utf8).write(to: book.chapter("one").appendingPathComponent("README.md"))
  try Data().write(to: book.chapter("one").appendingPathComponent("figures/2.svg"))
  #expect(
    page.differences(in: book.chapter("one")) == [
      "chapters/one/README.md, line 1: expected “0.2234”, received “0.1234”",
      "chapters/one/figures/2.svg: expected no such file",
    ])
  try page.write(to: book.chapter("one"))
  #expect(page.differences(in: book.chapter("one")).isEmpty)
}

@Test func aSiteLinksItsChaptersInTheirOrder() throws {
  let book = ScriptedBook()
  try book.add("a", number: 3, readme: "")
  try book.add("b", number: 1, readme: "")
  try book.add("c", number: 2, readme: "", exitCode: 1)
  let pages = try ["a", "b", "c"].map(book.run)
  #expect(pages.map(\.exitCode) == [0, 0, 1])
  let files = Site(pages).files()
  #expect(files.map(\.name) == ["index.html", "b.html", "c.html", "a.html"])
  #expect(files[0].text.contains("<li><a href=\"b.html\">Chapter &lt;b&gt;</a>"))
  #expect(
    files[2].text.contains("<a rel=\"prev\" href=\"b.html\">")
      && files[2].text.contains("<a rel=\"next\" href=\"a.html\">"))
  #expect(!files[1].text.contains("rel=\"prev\"") && !files[3].text.contains("rel=\"next\""))
  try Site(pages).write(to: book.folder.appendingPathComponent("site"))
  #expect(FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("site/index.html").path))
}

@Test func aChapterThatCannotRunSaysSo() throws {
  #expect(throws: ChapterPage.Problem.self) { try ScriptedBook().run("none") }
  #expect(throws: ChapterPage.Problem.self) { try ChapterPage.names(in: ScriptedBook().folder) }
}
