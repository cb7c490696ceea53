import Foundation
import Testing

@testable import Notebook

private let near: [(written: String, fresh: String)] = [
  ("h = 0.1234", "h = 0.1235"), ("difference 1e-16", "difference 0"), ("3.2e-7", "0"), ("0.5000", "0.4999"),
  ("| 1 |  2 |", "| 1 | 2 |"), ("a\nb", "a  b"), ("12 0.5", "12.0 0.5"), ("1.234568e8", "1.234567e8"),
  ("#0a64ff", "#0b63ff"),
  ("-0.1234", "-0.1235"), ("x_1=2.00", "x_1=2.01"), ("", ""),
]

private let apart: [(written: String, fresh: String, line: Int)] = [
  ("h = 0.1234", "h = 0.1236", 1), ("a\n6 values", "a\n7 values", 2), ("holds", "fails", 1), ("1 2", "1", 1),
  ("1", "1 2", 1),
  ("0.1234", "NaN", 1), ("-0.5", "0.5", 1), ("x_1", "x_2", 1), ("#0a64ff", "#0a60ff", 1),
  ("ok\n\n4e-5", "ok\n\n6e-5", 3),
  ("a b", "ab", 1), ("18446744073709551616", "18446744073709551619", 1), ("1.5.2", "1.5.3", 1), ("x−1", "x-1", 1),
]

@Test(arguments: near) func pagesMayDifferInALastDigit(written: String, fresh: String) {
  #expect(PageComparison.difference(written: written, fresh: fresh) == nil)
}

@Test(arguments: apart) func pagesMayNotDifferInMore(written: String, fresh: String, line: Int) {
  #expect(PageComparison.difference(written: written, fresh: fresh)?.line == line)
}

/// Chapters that are shell scripts: they hand out a page that was prepared.
private struct ScriptedBook {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID().uuidString)")

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

// MARK: - The pages of this package

private let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
private let chapters = package.appendingPathComponent("chapters")

/// Every chapter but the one that trains on data which is not in this repository.
private let notebooks = ((try? ChapterPage.names(in: chapters)) ?? []).filter { $0 != "mnist" }

private func products() throws -> URL {
  try #require(
    Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
      ?? Bundle.main.executableURL?.deletingLastPathComponent())
}

@Test func thereAreChapters() {
  #expect(notebooks.count >= 6)
}

@Test(arguments: notebooks) func theWrittenPageIsWhatTheChapterShows(name: String) throws {
  let page = try ChapterPage.run(name, products: products())
  #expect(page.exitCode == 0, "\(page.complaints)")
  for difference in page.differences(in: chapters.appendingPathComponent(name)) {
    Issue.record("\(difference); ‘swift run book \(name)’ writes the page anew")
  }
}

/// The files of `golden/documented` that list the numbers of a chapter.
private struct DocumentedFile: Decodable, Sendable, CustomTestStringConvertible {
  struct Entry: Decodable, Sendable { var id: String }
  var chapter: String
  var numbers: [Entry]
  var inconsistencies: [Entry]

  var name: String { String(chapter.dropFirst("chapter-".count)) }
  var testDescription: String { chapter }

  static let all: [DocumentedFile] = {
    let folder = package.appendingPathComponent("golden/documented")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap {
      try? JSONDecoder().decode(DocumentedFile.self, from: Data(contentsOf: folder.appendingPathComponent($0)))
    }
  }()
}

/// Each printed number has its line in the list that ends a chapter, and each slip its sentence; the page is what the chapter shows.
@Test(arguments: DocumentedFile.all)
fileprivate func everyPrintedNumberAndEverySlipIsOnThePage(file: DocumentedFile) throws {
  let page = try String(contentsOf: chapters.appendingPathComponent("\(file.name)/README.md"), encoding: .utf8)
  let lines = page.split(separator: "\n")
  for entry in file.numbers where !lines.contains(where: { $0.hasPrefix("| \(entry.id) |") }) {
    Issue.record("\(entry.id) has no line in the list of chapter-\(file.name)")
  }
  for entry in file.inconsistencies where !lines.contains(where: { $0.hasPrefix("- **\(entry.id)**, line") }) {
    Issue.record("\(entry.id) is not told of in chapter-\(file.name)")
  }
}

@Test func everyDocumentedNumberBelongsToAChapter() throws {
  #expect(DocumentedFile.all.flatMap(\.numbers).count == 67)
  #expect(DocumentedFile.all.flatMap(\.inconsistencies).count == 41)
  let names = try ChapterPage.names(in: chapters)
  #expect(DocumentedFile.all.allSatisfy { names.contains($0.name) })
}

/// The page on MNIST, beside a short run on generated digits: all that does not depend on the training must be the same.
@Test func thePageOnDigitsHasTheOutlineOfItsChapter() throws {
  let trace = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString).json")
  defer { try? FileManager.default.removeItem(at: trace) }
  let page = try ChapterPage.run(
    "mnist", products: products(),
    arguments: ["--data", "generated", "--pictures", "300", "--epochs", "1", "--trace", trace.path])
  #expect(page.exitCode == 0, "\(page.complaints)")
  let remark = "\n> **Generated digits.**"
  #expect(page.files["README.md"]?.contains(remark) == true)
  let folder = chapters.appendingPathComponent("mnist")
  for difference in page.outlineDifferences(in: folder) {
    Issue.record("\(difference); ‘swift run book --data DIR mnist’ writes the page anew")
  }
  let written = try #require(ChapterPage.pageFiles(folder)["README.md"])
  #expect(written.contains("All comparisons hold.") && !written.contains(remark))
}

/// Words that only another cell has, in what the page says of a run with this one. Code shows all cells;
/// tables and the list of slips hold the sources' words.
@Test(arguments: [
  ("simple-rnn", ["gate", "Gate", "candidate", "Candidate", "An LSTM"]),
  ("gru", ["i, f", "orget", "utput gate", "An LSTM"]),
])
func theProseOnDigitsFitsTheCell(cell: String, words: [String]) throws {
  let page = try ChapterPage.run(
    "mnist", products: products(),
    arguments: ["--data", "generated", "--pictures", "300", "--epochs", "1", "--units", "17", "--cell", cell])
  #expect(page.exitCode == 0, "\(page.complaints)")
  let parts = try #require(page.files["README.md"]).components(separatedBy: "\n```")
  // Every second part stands between two fences.
  let prose = stride(from: 0, to: parts.count, by: 2).flatMap { parts[$0].lines }.filter {
    !$0.hasPrefix("|") && !$0.hasPrefix("- **I")
  }
  #expect(prose.contains { $0.contains("The operations of one step of the cell, forward") })
  for line in prose where words.contains(where: line.contains) {
    Issue.record("with --cell \(cell) the page says: \(line)")
  }
}

private let outlined = """
  # Digits

  With $`x`$, 12 of them.

  ```swift
  let n = 3
  ```

  **Losses (generated digits)**

  | 1 | 2.5 |

  > Generated digits.

  - ✓ **h**: holds; 3 values

  ✓ holds: at most 1e-13; 3 values

  ![a 7](figures/1.svg)

  *A 7 after 0.25 epochs (generated digits)*
  """

private let sameOutline = [
  ("12 of", "13 of"), ("2.5", "2.6"), (" (generated digits)", ""), ("a 7", "a 3"), ("A 7", "A 3.5"),
  ("> Generated digits.", ""), ("✓ **h**: holds; 3", "✗ **h**: fails; 4"),
  ("✓ holds: at most", "– does not apply: at most"),
  ("let n = 3\n", "let n = 3\n```\n\n```swift\n"),
  ("```swift\n", "<details>\n\n```swift\n"),
]
private let otherOutline = [
  ("# Digits", "# Letters"), ("of them", "of us"), ("let n = 3", "let n = 4"), ("Losses", "Loss"),
  ("![a 7](figures/1.svg)", ""), ("epochs", "steps"), ("after", ""),
]

@Test(arguments: sameOutline) func anOutlineHasNoNumbers(from: String, to: String) {
  #expect(PageOutline.difference(written: outlined, fresh: outlined.replacing(from, with: to)) == nil)
}

@Test(arguments: otherOutline) func anOutlineHasAllWords(from: String, to: String) {
  #expect(PageOutline.difference(written: outlined, fresh: outlined.replacing(from, with: to)) != nil)
}
