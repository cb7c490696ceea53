import Options
import Testing

@testable import Notebook

@Suite struct ProgressLines {
  private let what = "epoch 2/3, loss 0.360, accuracy 0.889, 4403 pictures/s, 9 s left"

  @Test func theBarShowsTheShare() {
    #expect(ProgressLine(what: "w", done: 5, total: 10).text(columns: 80) == "    ━━━━━━━━━━────────── w 5/10")
    #expect(ProgressLine(what: "w", done: 30, total: 10).text(columns: 80).contains("━━━━━━━━━━━━━━━━━━━━ w"))
    #expect(ProgressLine(what: "w", done: 0, total: 0).text(columns: 80).contains("──────────────────── w"))
  }

  /// A line as wide as the window would stay on the screen when the next one is written.
  @Test(arguments: [20, 40, 71, 72, 80, 95, 96, 120]) func itIsNarrowerThanTheWindow(columns: Int) {
    let text = ProgressLine(what: what, done: 300, total: 471).text(columns: columns)
    #expect(displayWidth(text) < columns)
    #expect(text.contains("epoch 2/3"))
    #expect(text.contains(what) == (columns >= 71))
  }

  @Test func theCountGoesFirstAndThenTheBar() {
    let line = ProgressLine(what: what, done: 300, total: 471)
    #expect(line.text(columns: 120).hasSuffix("left 300/471"))
    #expect(line.text(columns: 80).hasSuffix("left") && line.text(columns: 80).contains("━"))
    #expect(!line.text(columns: 70).contains("━"))
  }
}
