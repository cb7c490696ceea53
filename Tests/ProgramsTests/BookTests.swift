import Foundation
import Support
import Testing

/// `book` with every option, as a person runs it, on a copy of a chapter's folder.
@Suite(.lane(.chapters)) struct BookTests {
  private let files = FileManager.default

  /// A folder of two chapters, of which one is run; so no overview of all chapters is written.
  private func withChapters(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = repository.appending(path: "chapters")
      let chapters = folder.appending(path: "chapters")
      try files.createDirectory(at: chapters.appending(path: "gru"), withIntermediateDirectories: true)
      try Data().write(to: chapters.appending(path: "gru/main.swift"))
      for name in try files.contentsOfDirectory(atPath: source.path)
      where name.hasSuffix(".json")
        || ["NOTATION.md", "GLOSSARY.md", "BIBLIOGRAPHY.md", "time-distributed"].contains(name)
      {
        try files.copyItem(at: source.appending(path: name), to: chapters.appending(path: name))
      }
      try body(chapters)
    }
  }

  private func book(_ arguments: [String], _ chapters: URL) throws -> ChildResult {
    try runBuilt("book", arguments + ["--chapters", chapters.path, "time-distributed"])
  }

  @Test func aChangedPageIsNamedAndWrittenAnew() throws {
    try withChapters { chapters in
      let page = chapters.appending(path: "time-distributed/README.md")
      let text = try String(contentsOf: page, encoding: .utf8)
      let left = chapters.appending(path: "time-distributed/figures/99.svg")
      try Data("# Another title\n\(text.split(separator: "\n", maxSplits: 1)[1])".utf8).write(to: page)
      try Data().write(to: left)
      let checked = try book(["--check"], chapters)
      expect(checked.code == 1 && checked.errors.isEmpty, "\(checked)")
      let lines = checked.output.split(separator: "\n")
      expect(
        lines.count == 4 && lines[0] == "✗ chapter-time-distributed"
          && lines[1].hasPrefix("    chapters/time-distributed/README.md, line 1: expected “")
          && lines[2] == "    chapters/time-distributed/figures/99.svg: expected no such file"
          && lines[3] == "‘swift run book’ writes the pages anew.", "\(lines)")
      try expect(String(contentsOf: page, encoding: .utf8).hasPrefix("# Another title"), "a check writes nothing")
      let written = try book([], chapters)
      expect(written.code == 0 && written.output == "✓ chapter-time-distributed\n", "\(written)")
      try expectEqual(String(contentsOf: page, encoding: .utf8), text)
      expect(!files.fileExists(atPath: left.path))
    }
  }

  @Test func aSiteIsWrittenAndNothingElse() throws {
    try withChapters { chapters in
      let site = chapters.deletingLastPathComponent().appending(path: "site")
      let page = chapters.appending(path: "time-distributed/README.md")
      try Data("changed".utf8).write(to: page)
      let result = try book(["--html", site.path], chapters)
      expect(result.code == 0 && result.output == "✓ chapter-time-distributed\n", "\(result)")
      try expectEqual(
        files.contentsOfDirectory(atPath: site.path).sorted(),
        [
          "bibliography.html", "comparisons.html", "glossary.html", "index.html", "notation.html",
          "time-distributed.html", "time-distributed.svg",
        ])
      try expectEqual(String(contentsOf: page, encoding: .utf8), "changed")
      let start = try String(contentsOf: site.appending(path: "index.html"), encoding: .utf8)
      expect(start.contains("href=\"time-distributed.html\""))
    }
  }
}
