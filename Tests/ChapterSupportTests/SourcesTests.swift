import Foundation
import Options
import Support
import Testing
import TextLayout

@testable import ChapterSupport
@testable import Notebook
@testable import PrintedNumbers
@testable import StrictJSON

/// The list of sources of a page in another language; the numbers are those of the chapter on digits.
@MainActor @Suite struct SourcesTests {
  static let source = """
    //: A word.
    let page = Notebook("Demo")
    """

  static let translation = """
    <!-- title -->
    演示
    <!-- start -->
    一句话。
    <!-- words -->
    | English | 中文 |
    |---|---|
    | what was printed | 原文 |
    | on this page | 本页 |
    | \\(1), line \\(2) | \\(1)，第 \\(2) 行 |
    | range of the gates | 门的范围 |
    | gates | 门 |
    | 1 value | 1 个值 |
    | \\(1) values | \\(1) 个值 |
    | \\(1), all hold | \\(1)，全部一致 |
    | told *elsewhere* | 见*别处* |
    | - **\\(1)**, line \\(2): “\\(3)”: \\(4). True: \\(5). | - **\\(1)**（第 \\(2) 行）：“\\(3)”，\\(4)，应为 \\(5)。 |
    | layout i, g, f, o | 次序 i, g, f, o |
    <!-- Where *\\(1)*… -->
    *\\(1)* 的错误：

    \\(2)
    """

  /// The page as Markdown, and the exit code of the run.
  ///
  /// - Parameter option: how the language of the translation is asked for.
  private func run(_ translation: String?, _ option: String = "--language") throws -> (page: String, exitCode: Int32) {
    try withTemporaryFolder { folder in
      let (file, markdown) = (folder.appendingPathComponent("main.swift"), folder.appendingPathComponent("page.md"))
      try Data(Self.source.utf8).write(to: file)
      try translation.map { try Data($0.utf8).write(to: folder.appendingPathComponent("prose.zh.md")) }
      let page = try demoPage(
        "mnist", file: file.path,
        arguments: ["--markdown", markdown.path] + (translation == nil ? [] : [option, "zh"]))
      page.documented("D49", computed: [28, 28], line: 2)
      page.compare("gates", hand: [0.5], layer: [0.5], tolerance: Tolerance(), line: 2)
      page.sources(
        [
          "D50": .text("told *elsewhere*"), "D51": .text("x"), "D52": .text("x"), "D53": .shown(by: "gates"),
          "D54": .text("x"),
        ], line: 2)
      let exitCode = page.conclude()
      let written = option == "--also" ? folder.appendingPathComponent("page.zh.md") : markdown
      return (try String(contentsOf: written, encoding: .utf8), exitCode)
    }
  }

  private func contains(_ page: String, _ parts: String...) {
    for part in parts { expect(page.contains(part), "\(part) is missing") }
  }

  @Test(arguments: ["--language", "--also"]) func theSourcesAreListedInTheLanguageOfThePage(option: String) throws {
    let run = try run(Self.translation, option)
    contains(
      run.page, "原文", "本页", "MNIST rows as a sequence，第 16 行", "2 个值，全部一致", "门的范围，第 6, 9 行",
      "“门”: 1 个值，全部一致", "见*别处*", "的错误：", "- **I31**（第 8-13 行）：“Paper and code order”，paper i", "，应为 次序 i, g, f, o。")
    for words in ["all hold", " errs:", "True:", "on this page", "尚未翻译"] { expect(!run.page.contains(words)) }
  }

  /// The markdown of a page of the given chapter, made by some calls.
  private func page(_ name: String, _ work: (Notebook) throws -> Void) throws -> String {
    try withTemporaryFolder { folder in
      let markdown = folder.appendingPathComponent("page.md")
      let page = try demoPage(
        name, file: folder.appendingPathComponent("main.swift").path, arguments: ["--markdown", markdown.path])
      try work(page)
      _ = page.conclude()
      return try String(contentsOf: markdown, encoding: .utf8)
    }
  }

  /// A number of another chapter is listed once beside the own ones; an own one with a note is not listed twice.
  @Test func numbersOfOthersAreGuestsAndOwnOnesStandOnce() throws {
    let text = try page("mnist") { page in
      page.sources(
        [
          "D49": .text("a"), "D50": .text("b"), "D51": .text("c"), "D52": .text("d"), "D53": .text("e"),
          "D54": .text("f"),
          "D12": .text("a guest"),
        ], line: 2)
    }
    for id in ["D12", "D49", "D50", "D54"] {
      expectEqual(text.components(separatedBy: "| \(id) |").count, 2, "\(id)")
    }
    expect(text.contains("a guest"))
  }

  /// All comparisons of one number count, whichever comes last.
  @Test func oneOfTwoComparisonsThatFailsIsTold() throws {
    let text = try page("mnist") { page in
      page.documented("D49", "first", printed: "0.5", computed: [0.75], line: 2)
      page.documented("D49", "second", printed: "0.5", computed: [0.5], line: 3)
      page.sources(
        ["D50": .text("b"), "D51": .text("c"), "D52": .text("d"), "D53": .text("e"), "D54": .text("f")], line: 4)
    }
    let row = text.split(separator: "\n").first { $0.hasPrefix("| D49 |") }
    expectEqual(row?.contains("2 values, not all hold"), true, "\(row ?? "none")")
  }

  /// No share is above 1, and nothing that is never negative below 0, however much the seeds differ.
  @Test func rangesOfExperimentsKeepToWhatIsPossible() throws {
    let figures = #"""
      {"seeds": 4, "whole_sequences": {"mean": 0.875, "min": 0.75, "max": 1.0},
       "accuracy_later": {"mean": 0.875, "min": 0.75, "max": 1.0}, "loss": {"mean": 0.5, "min": 0.25, "max": 1.0}}
      """#
    let run = ExperimentStatistics.Run(json: try JSONDocument(Array(figures.utf8)).root, common: 0)
    let text = try page("mnist") { page in
      for name in ["whole_sequences", "accuracy_later", "loss"] {
        page.experiment(name, of: [0.875], run, name, line: 2)
      }
    }
    // 4 · 0.125 · √(1/4 + 1) = 0.559; 4 · 0.375 · √(1/4 + 1) = 1.677.
    for (name, range) in [
      ("whole\\_sequences", "0.315983 … 1.000000"), ("accuracy\\_later", "0.315983 … 1.000000"),
      ("loss", "0.000000 … 2.177051"),
    ] { expect(text.contains("| ✓ | \(name) | 1 |  | in \(range) | holds |"), "\(name)") }
  }

  /// Every epoch has its own loss beside Keras' range.
  @Test func lossesStandBesideTheirEpochs() throws {
    let losses = [0.25, 0.125, 0.0625, 0.03125, 0.015625]
    let text = try page("lstm") { page in
      page.training(TrainingHistory(losses: losses), of: .lstm, line: 2)
    }
    for (epoch, loss) in zip(1..., ["0.250000", "0.125000", "0.062500", "0.031250", "0.015625"]) {
      expect(text.contains("| \(epoch) | \(loss) | "), "epoch \(epoch)")
    }
  }

  @Test func withoutTranslationTheyAreEnglish() throws {
    let english = try run(nil)
    expectEqual(english.exitCode, 0)
    contains(
      english.page, "what was printed", "range of the gates, line 6, 9", "“gates”: 1 value, all hold",
      "2 values, all hold",
      "told *elsewhere*", "errs:", "- **I31**, line 8-13: “Paper and code order”: ", ". True: layout i, g, f, o.")
  }
}

/// A printed number that is neither compared nor explained ends a chapter.
@Suite(.lane(.exits)) struct MissingSourceTests {
  @Test func whatIsMissingEndsTheChapterWithItsName() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        try demoPage("mnist").sources(["D49": .shown(by: "no such comparison")], line: 43)
      }
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    expect(
      text.contains("line 43: D49: expected a comparison “no such comparison” before this line, found none"), "\(text)")
    let other = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        try demoPage("mnist").sources(line: 44)
      }
    }
    let words = String(decoding: try #require(other).standardErrorContent, as: UTF8.self)
    expect(
      words.contains("line 44: D49: expected a comparison or a note on this printed number, found neither"), "\(words)")
  }
}
