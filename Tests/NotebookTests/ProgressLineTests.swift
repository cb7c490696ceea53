import TextLayout
import Foundation
import Options
import Support
import Testing

@testable import Notebook

@Suite struct ProgressLines {
  private let what = "epoch 2/3, loss 0.360, accuracy 0.889, 4403 pictures/s, 9 s left"

  @Test func theBarShowsTheShare() {
    expectEqual(ProgressLine(what: "w", done: 5, total: 10).text(columns: 80), "    ━━━━━━━━━━────────── w 5/10")
    expect(ProgressLine(what: "w", done: 30, total: 10).text(columns: 80).contains("━━━━━━━━━━━━━━━━━━━━ w"))
    expect(ProgressLine(what: "w", done: 0, total: 0).text(columns: 80).contains("──────────────────── w"))
  }

  /// A line as wide as the window would stay on the screen when the next one is written.
  @Test(arguments: [20, 40, 71, 72, 80, 95, 96, 120]) func itIsNarrowerThanTheWindow(columns: Int) {
    let text = ProgressLine(what: what, done: 300, total: 471).text(columns: columns)
    expect(displayWidth(text) < columns)
    expect(text.contains("epoch 2/3"))
    expect(text.contains(what) == (columns >= 71))
  }

  @Test func theCountGoesFirstAndThenTheBar() {
    let line = ProgressLine(what: what, done: 300, total: 471)
    expect(line.text(columns: 120).hasSuffix("left 300/471"))
    expect(line.text(columns: 80).hasSuffix("left") && line.text(columns: 80).contains("━"))
    expect(!line.text(columns: 70).contains("━"))
  }
}

/// The lines that stay on a terminal: of each, what stands behind its last erasure.
private func screen(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    String(line.components(separatedBy: "\r\u{1B}[K").last ?? "")
  }
}

@MainActor @Suite struct LongWork {
  private func printed(isInteractive: Bool, _ work: (Notebook) -> Void) throws -> String {
    var printed = ""
    let demo = try DemoChapter()
    defer { withExtendedLifetime(demo) {} }
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: demo.file.path, arguments: [],
      terminal: Terminal(columns: 80, hasColour: false, isInteractive: isInteractive), print: { printed += $0 })
    work(page)
    return printed
  }

  private func twoEpochs(_ page: Notebook) {
    for epoch in 1...2 {
      for step in 1...2 { page.progress("epoch \(epoch)", 2 * epoch + step - 2, of: 4, line: 13) }
      page.reached("epoch \(epoch) is done", line: 13)
    }
    page.progress("the end", 4, of: 4, line: 13)
    page.result("trained", line: 13)
  }

  @Test func whatIsReachedStaysAboveTheProgress() throws {
    let text = try printed(isInteractive: true, twoEpochs)
    expect(text.contains("━ epoch 2 4/4\r"))
    expectEqual(screen(text).suffix(4), ["    epoch 1 is done", "    epoch 2 is done", "    trained", ""])
  }

  @Test func itIsNarrowerThanTheWindow() throws {
    let text = try printed(isInteractive: true) { $0.reached(String(repeating: "a long story ", count: 20), line: 13) }
    expect(text.contains("a long story") && screen(text).allSatisfy { displayWidth($0) < 80 })
  }

  @Test func nobodyIsToldInAPipe() throws {
    let short = try printed(isInteractive: false) { $0.result("trained", line: 13) }
    try expectEqual(printed(isInteractive: false, twoEpochs), short)
  }
}
