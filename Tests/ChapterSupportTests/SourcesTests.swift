import Foundation
import Options
import TextLayout
import Support
import Testing

@testable import ChapterSupport
@testable import Notebook

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
  private func run(_ translation: String?) throws -> (page: String, exitCode: Int32) {
    try withTemporaryFolder { folder in
      let (file, markdown) = (folder.appendingPathComponent("main.swift"), folder.appendingPathComponent("page.md"))
      try Data(Self.source.utf8).write(to: file)
      try translation.map { try Data($0.utf8).write(to: folder.appendingPathComponent("prose.zh.md")) }
      let page = try Notebook(
        Log(name: "mnist", number: 1, title: "Demo", summary: "", language: "en", symbols: []), parameters: [],
        file: file.path, arguments: ["--markdown", markdown.path] + (translation == nil ? [] : ["--language", "zh"]),
        terminal: Terminal(columns: 80, hasColour: false, isInteractive: false)
      ) { _ in }
      page.documented("D49", computed: [28, 28], line: 2)
      page.compare("gates", hand: [0.5], layer: [0.5], tolerance: Tolerance(), line: 2)
      page.sources(
        [
          "D50": .text("told *elsewhere*"), "D51": .text("x"), "D52": .text("x"), "D53": .shown(by: "gates"),
          "D54": .text("x"),
        ], line: 2)
      let exitCode = page.conclude()
      return (try String(contentsOf: markdown, encoding: .utf8), exitCode)
    }
  }

  private func contains(_ page: String, _ parts: String...) {
    for part in parts { #expect(page.contains(part), "\(part) is missing") }
  }

  @Test func theSourcesAreListedInTheLanguageOfThePage() throws {
    let run = try run(Self.translation)
    contains(
      run.page, "原文", "本页", "MNIST rows as a sequence，第 16 行", "2 个值，全部一致", "门的范围，第 6, 9 行",
      "“门”: 1 个值，全部一致", "见*别处*", "的错误：", "- **I31**（第 8-13 行）：“Paper and code order”，paper i", "，应为 次序 i, g, f, o。")
    for words in ["all hold", " errs:", "True:", "on this page", "尚未翻译"] { #expect(!run.page.contains(words)) }
  }

  @Test func withoutTranslationTheyAreEnglish() throws {
    let english = try run(nil)
    #expect(english.exitCode == 0)
    contains(
      english.page, "what was printed", "range of the gates, line 6, 9", "“gates”: 1 value, all hold",
      "2 values, all hold",
      "told *elsewhere*", "errs:", "- **I31**, line 8-13: “Paper and code order”: ", ". True: layout i, g, f, o.")
  }
}
