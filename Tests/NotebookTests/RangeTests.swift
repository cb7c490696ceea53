import Support
import Testing
import TextLayout

@testable import Notebook

@MainActor @Suite struct RangeTests {
  private func page() throws -> Notebook {
    try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en", symbols: []), parameters: [],
      file: #filePath, arguments: [], terminal: .pipe
    ) { _ in }
  }

  @Test func numbersInsideHoldAndNumbersOutsideFail() throws {
    let page = try page()
    expect(page.range("inside", of: [0.5, 1, -1], in: -1...1))
    expect(!page.range("above", of: [0.5, 1.0001], in: -1...1))
    expect(!page.range("below", of: [0.0009, 0.5], in: 0.001...2))
    expect(!page.range("not a number", of: [0.5, .nan], in: -1...1))
    expectEqual(page.conclude(), 1)
  }

  /// Neither number lies in the range of the other.
  @Test func eachNumberHasItsOwnRange() throws {
    let page = try page()
    expect(page.range("inside", of: [[0.5], [7.0]], in: [0...1, 6...8]))
    expect(!page.range("swapped", of: [[0.5], [7.0]], in: [6...8, 0...1], named: "own"))
    expect(!page.range("one of them", of: [0.5, 8.5], in: [0...1, 6...8], axes: ["step"]))
    expect(!page.range("not a number", of: [0.5, .nan], in: [0...1, 6...8]))
    let swapped = page.comparisons[1]
    expect(swapped.actualShape == [2, 1] && swapped.actual == [0.5, 7])
    expectEqual(swapped.kind, .range(key: nil, name: "own", ranges: [6...8, 0...1]))
    expectEqual(page.comparisons[2].divergence(.english), "one of them at step 2: computed 8.5, outside 6 … 8")
  }

  @Test func aStatementOfASourceKeepsItsKey() throws {
    let page = try page()
    page.range("accuracy in percent", of: 97.25, in: 90...100, key: "D52")
    expectEqual(page.comparisons[0].documentedKey, "D52")
    let view = ComparisonView(page.comparisons[0], .english)
    expect(view.fullTitle == "D52: accuracy in percent" && view.brief == "holds; computed 97.250000; range 90 … 100")
  }

  /// A range is shown as one: no second number, no difference.
  @Test func everyOutputShowsTheRange() throws {
    let values = Numbers([-0.25, 0.5, 7])
    func log(_ ranges: [ClosedRange<Double>]) -> Log {
      var log = Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en")
      let comparison = Comparison.inRanges(
        "losses", key: nil, name: "this run", values: values, ranges: ranges, axes: [], reason: "20 runs")
      log.items = [.output(.comparison(comparison))]
      return log
    }
    func pages(_ log: Log) -> [String] {
      var writer = TerminalWriter(
        terminal: Terminal(columns: 120, hasColour: false, isInteractive: false), words: .english, showsCode: false)
      return [
        writer.item(log.items[0]).joined(separator: "\n"), HTMLWriter(log: log, words: .english).page(),
        MarkdownWriter(log: log, words: .english, figures: "").page().text,
      ]
    }
    let (common, own) = (log([-1...8, -1...8, -1...8]), log([-1...0, 0...1, 6...8]))
    for page in pages(common) {
      expect(
        page.contains("this run −0.250000, 0.500000, 7.000000; range −1 … 8: 20 runs") && !page.contains("difference 0")
      )
    }
    for page in pages(own) {
      expect(
        page.contains("6 … 8") && page.contains("its own range: 20 runs") && !page.contains("largest difference 0"))
    }
    expectEqual(
      common.comparisonTable(.english).rows[0].map(plainText), ["✓", "losses", "3", "", "in −1 … 8", "holds"])
    expectEqual(own.comparisonTable(.english).rows[0][4], [.text("in its own range")])
    let json = JSONWriter(log: own, words: .english).text()
    expect(json.contains("\"kind\": \"range\"") && json.contains("[-1, 0]") && !json.contains("\"expected\""))
  }
}
