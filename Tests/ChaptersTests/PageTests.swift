import Foundation
import Notebook
import Support
import Testing

@testable import book

// The pages of this package, beside fresh runs of its chapters.

private let chapters = repository.appendingPathComponent("chapters")

/// Every chapter but those that train for long.
private let notebooks = ((try? ChapterPage.names(in: chapters)) ?? []).filter { ChapterPage.quickRuns[$0] == nil }

extension ChapterPage {
  /// The page of a run, in the language of the source or in another one.
  init(_ run: ChapterRun, language: String? = nil) {
    let suffix = language.map { "." + $0 } ?? ""
    let paths = run.files.keys.filter {
      $0 == "README\(suffix).md" || $0.hasPrefix("figures\(suffix)/") && $0.hasSuffix(".svg")
    }
    self.init(
      name: run.name, language: language, exitCode: run.result.code ?? 128 + (run.result.signal ?? 0),
      complaints: run.result.errors, files: Dictionary(uniqueKeysWithValues: paths.map { ($0, run.text($0)) }),
      contents: run.text)
  }
}

/// Notation, glossary and bibliography; `swift run book` makes them from their data.
@Test func thePagesOfTheCourseAreWhatTheirDataSay() throws {
  let folder = CourseFolder(try Course.read(chapters), chapters: [])
  for difference in folder.differences(in: chapters) {
    Issue.record("\(difference); ‘swift run book’ writes the page anew")
  }
}

@Test func thereAreChapters() {
  expect(notebooks.count >= 6)
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
    let folder = repository.appendingPathComponent("golden/documented")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap {
      try? JSONDecoder().decode(DocumentedFile.self, from: Data(contentsOf: folder.appendingPathComponent($0)))
    }
  }()
}

/// Each printed number has its line in the list that ends a chapter, and each slip its sentence; the page is what the
/// chapter shows.
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
  expectEqual(DocumentedFile.all.flatMap(\.numbers).count, 86)
  expectEqual(DocumentedFile.all.flatMap(\.inconsistencies).count, 51)
  let names = try ChapterPage.names(in: chapters)
  expect(DocumentedFile.all.allSatisfy { names.contains($0.name) })
}

/// Pages beside the shared runs. Tests of a suite with a lane begin at once, so that the longest runs do.
@Suite(.lane(.pages)) struct PageTests {
  @Test(arguments: notebooks) func theWrittenPageIsWhatTheChapterShows(name: String) async throws {
    let run = try await ChapterRun.of(name)
    let translations = Words.languages(beside: chapters.appendingPathComponent("\(name)/main.swift"))
    for language in [nil] + translations.map(Optional.some) {
      let page = ChapterPage(run, language: language)
      expectEqual(page.exitCode, 0, "\(page.complaints)")
      for difference in page.differences(in: chapters.appendingPathComponent(name)) {
        Issue.record("\(difference); ‘swift run book \(name)’ writes the page anew")
      }
    }
  }

  /// Chapters that train for long: all that does not depend on the training must be the same in a short run.
  @Test(arguments: ChapterPage.quickRuns.keys.sorted()) func aLongChapterHasTheOutlineOfItsPage(
    name: String
  ) async throws {
    let page = ChapterPage(try await ChapterRun.of(name))
    let (arguments, quick) = (try #require(ChapterRun.arguments[name]), try #require(ChapterPage.quickRuns[name]))
    expect(arguments.starts(with: quick.arguments))
    expectEqual(page.exitCode, 0, "\(page.complaints)")
    let folder = chapters.appendingPathComponent(name)
    for difference in page.outlineDifferences(in: folder) {
      Issue.record(
        "\(difference); ‘swift run book \(name == "mnist" ? "--data DIR " : "")\(name)’ writes the page anew")
    }
    let written = try #require(ChapterPage.pageFiles(folder)["README.md"])
    expect(written.contains("All comparisons hold."))
    // Only pages of generated digits say so.
    let remark = "\n> **Generated digits.**"
    expect(page.files["README.md"]?.contains(remark) == (name == "mnist") && !written.contains(remark))
  }

  /// Words that only another cell has, in what the page says of a run with this one. Code shows all cells;
  /// tables and the list of slips hold the sources' words, and exercises are the same for all runs.
  @Test(
    arguments: [
      ("simple-rnn", ["gate", "Gate", "candidate", "Candidate", "An LSTM"]),
      ("gru", ["i, f", "orget", "utput gate", "An LSTM"]),
    ])
  func theProseOnDigitsFitsTheCell(cell: String, words: [String]) async throws {
    let page = ChapterPage(try await ChapterRun.another("mnist", ["--units", "17", "--cell", cell]))
    expectEqual(page.exitCode, 0, "\(page.complaints)")
    let text = try #require(page.files["README.md"])
    let exercises = try #require(text.range(of: "\n## Exercises\n"))
    let appendix = try #require(text.range(of: "\n## Appendix: "))
    let lesson = text.replacingCharacters(in: exercises.lowerBound..<appendix.lowerBound, with: "")
    let parts = lesson.components(separatedBy: "\n```")
    // Every second part stands between two fences.
    let prose = stride(from: 0, to: parts.count, by: 2).flatMap { parts[$0].lines }.filter {
      !$0.hasPrefix("|") && !$0.hasPrefix("- **I")
    }
    expect(prose.contains { $0.contains("The operations of one step of the cell, forward") })
    for line in prose where words.contains(where: line.contains) {
      Issue.record("with --cell \(cell) the page says: \(line)")
    }
  }
}
