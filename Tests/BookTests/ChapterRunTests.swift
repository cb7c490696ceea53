import Foundation
import Notebook
import Support
import Testing

@testable import book

/// How a chapter is run for the book, and where its pages differ from those that were written.
@Suite struct ChapterRunTests {
  /// A program that writes its arguments, by their places, and what the test says.
  private func program(_ script: String, _ work: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let program = folder.appending(path: "chapter-a")
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
      try work(folder)
    }
  }

  @Test func everyLanguageHasItsPage() throws {
    try program(
      """
      shift 2
      d=$(dirname "$2")
      mkdir "$d/figures" "$d/figures.zh"
      for l in "" .zh; do
        printf "page$l" > "$d/page$l.html"; printf '{"number": 4, "title": "T'$l'", "summary": "", "language": "en", "comparisons": []}' > "$d/page$l.json"
        printf "readme$l" > "$d/README$l.md"; printf "svg$l" > "$d/figures$l/1.svg"; printf x > "$d/figures$l/1.png"
      done
      printf '%s ' "$@" | sed "s#$d/##g" >&2
      exit 3
      """
    ) { folder in
      let pages = try ChapterPage.run("a", products: folder, languages: ["zh", "de"], arguments: ["--quick", "1"])
      expect(pages.map(\.language) == [nil, "zh", "de"] && pages.map(\.name) == ["a", "a", "a"])
      expect(pages.map(\.exitCode) == [3, 3, 3] && pages.map(\.suffix) == ["", ".zh", ".de"])
      expectEqual(pages[0].complaints, "--html page.html --json page.json --markdown README.md --also zh --also de ")
      expect(pages.map(\.html) == ["page", "page.zh", ""] && pages.map { $0.summary?.title } == ["T", "T.zh", nil])
      expectEqual(pages[0].files, ["README.md": "readme", "figures/1.svg": "svg"])
      expect(pages[1].files == ["README.zh.md": "readme.zh", "figures.zh/1.svg": "svg.zh"] && pages[2].files.isEmpty)
      expect(pages[0].firstFigure == "svg" && pages[1].firstFigure == "svg.zh" && pages[2].firstFigure == nil)
      expect(pages[0].summary?.number == 4 && pages[0].summary?.minutes == nil && pages[0].livePlace == nil)
    }
  }

  @Test func aChapterThatCrashesHasTheCodeOfTheShell() throws {
    try program("kill -9 $$") { folder in
      let pages = try ChapterPage.run("a", products: folder)
      expectEqual(pages.map(\.exitCode), [137])
    }
  }

  @Test func whatCannotBeRunIsNamed() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: ChapterPage.Problem.self) {
        _ = try ChapterPage.run("none", products: folder)
      }
      expectEqual(error?.description.hasPrefix("chapter-none cannot be run: "), true)
      let empty = #expect(throws: ChapterPage.Problem.self) { _ = try ChapterPage.names(in: folder) }
      expectEqual(empty?.description, "\(folder.path): expected folders with a main.swift, found none")
      for name in ["b", "a"] {
        try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
        try Data().write(to: folder.appending(path: "\(name)/main.swift"))
      }
      try FileManager.default.createDirectory(at: folder.appending(path: "c"), withIntermediateDirectories: true)
      let names = try ChapterPage.names(in: folder)
      expectEqual(names, ["a", "b"])
    }
  }

  private func page(_ files: [String: String], _ language: String? = nil) -> ChapterPage {
    ChapterPage(name: "a", language: language, exitCode: 0, complaints: "", files: files) { _ in "" }
  }

  /// Pictures and pages of other languages are left alone; a folder that is missing is made.
  @Test func aPageIsWrittenWithItsPictures() throws {
    try withTemporaryFolder { folder in
      let english = page(["README.md": "a 0.1234", "figures/1.svg": "1", "figures/2.svg": "2"])
      let chinese = page(["README.zh.md": "b", "figures.zh/1.svg": "1"], "zh")
      try english.write(to: folder.appending(path: "new"))
      try chinese.write(to: folder.appending(path: "new"))
      let place = folder.appending(path: "new")
      expect(english.differences(in: place).isEmpty && chinese.differences(in: place).isEmpty)
      let fewer = page(["README.md": "a 0.1244", "figures/1.svg": "1", "figures/3.svg": "3"])
      expectEqual(
        fewer.differences(in: place),
        [
          "chapters/a/README.md, line 1: expected “0.1234”, received “0.1244”",
          "chapters/a/figures/2.svg: expected no such file", "chapters/a/figures/3.svg: expected a file, found none",
        ])
      expectEqual(
        fewer.outlineDifferences(in: place),
        [
          "chapters/a/figures/2.svg: expected on both pages, found on one",
          "chapters/a/figures/3.svg: expected on both pages, found on one",
        ])
      let other = page(["README.md": "c"])
      expectEqual(other.outlineDifferences(in: place).first, "chapters/a/README.md: “”: expected “a #”, received “c”")
      expectEqual(other.outlineDifferences(in: folder), ["chapters/a/README.md: expected a file, found none"])
      expectEqual(page(["figures.zh/1.svg": ""], "zh").outlineDifferences(in: place).count, 2)
      try fewer.write(to: place)
      expect(fewer.differences(in: place).isEmpty && chinese.differences(in: place).isEmpty)
      let files = try FileManager.default.subpathsOfDirectory(atPath: place.path).filter { $0.hasSuffix("svg") }
      expectEqual(files.sorted(), ["figures.zh/1.svg", "figures/1.svg", "figures/3.svg"])
    }
  }

  @Test func theCourseHasItsPagesInEveryLanguage() throws {
    try withTemporaryFolder { folder in
      for name in ["words.zh.md", "words.de.md", "words.md", "xwords.fr.md", "words.it.txt"] {
        try Data("| a | b |\n|--|--|\n| Notation | N-\(name) |\n".utf8).write(to: folder.appending(path: name))
      }
      expectEqual(CourseFolder.languages(in: folder), ["de", "zh"])
      expect(CourseFolder.languages(in: folder.appending(path: "none")).isEmpty)
      let german = CourseFolder(Course(), chapters: [], words: .table("de", in: folder))
      expectEqual(german.files.map(\.name), ["NOTATION.de.md", "GLOSSARY.de.md", "BIBLIOGRAPHY.de.md"])
      expect(german.files[0].text.hasPrefix("# N-words.de.md\n"))
      expectEqual(
        german.differences(in: folder),
        [
          "chapters/NOTATION.de.md: expected a file, found none",
          "chapters/GLOSSARY.de.md: expected a file, found none",
          "chapters/BIBLIOGRAPHY.de.md: expected a file, found none",
        ])
      try german.write(to: folder)
      expect(german.differences(in: folder).isEmpty)
      try Data("# Other\n".utf8).write(to: folder.appending(path: "GLOSSARY.de.md"))
      expectEqual(
        german.differences(in: folder), ["chapters/GLOSSARY.de.md, line 1: expected “Other”, received “Glossary”"])
    }
  }

  // MARK: Comparing

  @Test func aDifferenceNamesLineAndWords() {
    func difference(_ written: String, _ fresh: String) -> String {
      PageComparison.difference(written: written, fresh: fresh).map { "\($0)" } ?? "none"
    }
    expectEqual(difference("a\nb c", "a\nb d"), "line 2: expected “c”, received “d”")
    expectEqual(difference("a\nb\n", "a"), "line 2: expected “b”, received the end")
    expectEqual(difference("a\n", "a b"), "line 2: expected the end, received “b”")
    expectEqual(difference("1 0.25", "1 0.5"), "line 1: expected “0.25”, received “0.5”")
  }

  @Test func pagesAreCutIntoWordsNumbersAndSigns() {
    func tokens(_ text: String) -> [String] {
      PageComparison.tokens(text).map { ($0.isNumber ? "n" : "") + $0.text }
    }
    expect(tokens("a_b1 9z Zz9") == ["a_b1", "n9", "z", "Zz9"] && tokens("h_2=-1.5") == ["h_2", "=", "n-1.5"])
    expectEqual(tokens("1-2 -3 x-4 −5"), ["n1", "-", "n2", "n-3", "x", "-", "n4", "n−5"])
    expectEqual(
      tokens("1e5 1E-3 1e+2 1e−4 1e 1ex 1."), ["n1e5", "n1E-3", "n1e+2", "n1e−4", "n1", "e", "n1", "ex", "n1", "."])
    expectEqual(tokens("#0aF9fF #12345 #abcdeg"), ["#0aF9fF", "#", "n12345", "#", "abcdeg"])
    expect(tokens("门控 @[`]{") == ["门控", "@", "[", "`", "]", "{"] && tokens("\t\r\n ").isEmpty)
    expect(PageComparison.tokens("a\n\nb").map(\.line) == [1, 3] && tokens("/:09") == ["/", ":", "n09"])
    expect(
      tokens("1.5.2") == ["n1.5", ".", "n2"] && tokens("a.5") == ["a", ".", "n5"] && tokens("-a −") == ["-", "a", "−"])
  }

  /// A unit of the last digit, a millionth of the size, or a millionth; two shades of a colour.
  @Test(
    arguments: [
      ("0.10", "0.11", true), ("0.10", "0.12", false), ("2.0", "3", false), ("2.0", "2.11", false),
      ("2.0", "2.1", true), ("2", "3", false),
      ("0.0000001", "0.0000009", true), ("3e-7", "1.2e-6", true), ("3.0000001e9", "3.0000029e9", true),
      ("3.00000000e9", "3.00003100e9", false), ("#0a0b0c", "#0c0d0e", true), ("#0a0b0c", "#0a0b0f", false),
      ("#0d0b0c", "#0a0b0c", false), ("#0a0e0c", "#0a0b0c", false), ("0.0", "-0.0", true), ("-0.1", "−0.1", false),
      ("-0.00000001", "0", true), ("1e3", "1001", true), ("1e3", "2500", false), ("a1", "a1", true),
    ])
  func numbersAreNear(written: String, fresh: String, isNear: Bool) {
    expectEqual((PageComparison.difference(written: written, fresh: fresh) == nil), isNear)
  }

  @Test func anOutlineIsTheWordsOfAPage() {
    let page = """
      # A1,5b 2
      text (generated digits) end

      ```swift
      let a = 1

      b
      ```
      ```text
      hidden
      ```
      ![alt](x.svg)
      | table | > |
      > quote
      ✓ a
      ✗ b
      – c
      - ✓ d
      - ✗ e
      - – f
      - plain
      <details>
      <summary>s</summary>
      </details>
      3. 4 5 six
      """
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    expectEqual(
      PageOutline().lines(PageOutline.Section(title: "", lines: lines)),
      [
        "# A#b #", "text end", "let a = 1", "b", "a picture", "- plain", "# # # six",
      ])
    func difference(_ written: String, _ fresh: String) -> [String] {
      PageOutline(trained: ["T"], sentences: ["it falls": "it rises"])
        .differences(written: "## T\n\(written)", fresh: "## T\n\(fresh)")
    }
    expectEqual(difference("a", "a\nb"), ["“T”: expected the end, received “b”"])
    expectEqual(difference("a\nb", "a"), ["“T”: expected “b”, received the end"])
    expectEqual(difference("a\nb", "c\nd"), ["“T”: expected “a”, received “c”"])
    expect(difference("a 1", "a 2") == [] && difference("it falls by 3", "it rises a bit") == [])
    expectEqual(difference("it rises", "it falls"), ["“T”: expected “it rises”, received “it falls”"])
  }
}
