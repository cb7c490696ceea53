import Support
import Testing
import TextLayout

@testable import Notebook

/// What a page says of its comparisons: whole rows of its tables, and whole rows of numbers, to the last cell.
@Suite struct ComparisonTableTests {
  private static func computed(_ title: String, _ expected: [Double], _ actual: [Double], _ bounds: [Double])
    -> Comparison
  {
    Comparison.of(
      title, kind: .computed(expected: nil, actual: nil), expected: Numbers(expected), actual: Numbers(actual),
      bounds: bounds, axes: [], reason: nil)
  }

  private static func documented(_ digits: [String], _ actual: [Double]) -> Comparison {
    let expected = digits.compactMap { Double($0) }
    return Comparison.of(
      "sizes", kind: .documented(key: "D46", digits: digits, decides: true), expected: Numbers(expected),
      actual: Numbers(actual), bounds: expected.map { _ in 0.5 }, axes: [], reason: nil)
  }

  private static func ranged(_ title: String, _ values: [Double], _ ranges: [ClosedRange<Double>]) -> Comparison {
    Comparison.inRanges(
      title, key: nil, name: nil, values: Numbers(values), ranges: ranges, axes: [], reason: nil)
  }

  /// One comparison of every kind, the last one with a failure.
  private static let all = [
    computed("outputs", [1, 2], [1, 2.25], [0.5, 0.25]), documented(["7", "13"], [7, 13.25]),
    ranged("losses", [0.5, 3], [0...4, 0...4]), ranged("shares", [0.5, 3], [0...1, 2...4]),
    computed("state", [1], [3], [0.5]),
  ]

  private func texts(_ rows: [[[Inline]]]) -> [[String]] { rows.map { $0.map { plainText($0) } } }

  @Test func theClosingTableHasEveryColumn() {
    var log = Log(name: "demo", number: 1, title: "", summary: "", language: "en")
    log.items = Self.all.map { .output(.comparison($0)) }
    let table = log.comparisonTable(.english)
    expectEqual(texts([table.columns]), [["", "quantity", "values", "largest difference", "at most", "verdict"]])
    expectEqual(
      texts(table.rows),
      [
        ["✓", "outputs", "2", "0.25", "0.25 … 0.5", "holds"], ["✓", "D46: sizes", "2", "0.25", "0.5", "holds"],
        ["✓", "losses", "2", "", "in 0 … 4", "holds"], ["✓", "shares", "2", "", "in its own range", "holds"],
        ["✗", "state", "1", "2", "0.5", "fails"],
      ])
    expectEqual(
      log.conclusion(.english), "First divergence: state at #1: by hand 1, layer 3, difference 2, at most 0.5")
  }

  @Test func theTableOfComparisonsInARowHasEveryColumn() {
    let table = Words.english.table(Array(Self.all.prefix(4)))
    expectEqual(texts([table.columns]), [["", "quantity", "value", "largest difference", "at most"]])
    expectEqual(
      texts(table.rows),
      [
        ["✓", "outputs", "1.000000, 2.250000", "0.25", "0.25 … 0.5"], ["✓", "D46: sizes", "7, 13", "0.25", "0.5"],
        ["✓", "losses", "0.500000, 3.000000", "", "in 0 … 4"],
        ["✓", "shares", "0.500000, 3.000000", "", "in its own range"],
      ])
  }

  @Test func linesSayWhatComparisonsComeTo() {
    let words = Words.english
    expectEqual(words.hold([Self.all[0]]), "✓ 1 comparison holds; largest difference 0.25")
    expectEqual(words.hold(Array(Self.all.prefix(3))), "✓ 3 comparisons hold; largest difference 0.25")
    expectEqual(words.hold([Self.all[2]]), "✓ 1 comparison holds")
    expectEqual(words.hold(Array(Self.all[2...3])), "✓ 2 comparisons hold")
  }

  /// Seven numbers fit; of more, six are shown and a sign for the rest, in every row.
  @Test(arguments: [7, 8, 9]) func aLongRowEndsWithASignInEveryRow(count: Int) {
    let expected = (1...count).map(Double.init)
    let actual = expected.map { $0 * 1.25 }
    let view = ComparisonView(
      Self.computed("h", expected, actual, expected.map { _ in 5 }), .english)
    let shown = count == 7 ? 7 : 6
    let rest = count == 7 ? [] : ["…"]
    let layer = ["1.250000", "2.500000", "3.750000", "5.000000", "6.250000", "7.500000", "8.750000"]
    let differences = ["0.25", "0.5", "0.75", "1", "1.25", "1.5", "1.75"]
    expectEqual(view.rows.map(\.label), ["by hand", "layer", "difference"])
    let hand = (1...count).map { "\($0)" }
    let cells: [[String]] = [hand, layer, differences].map { Array($0.prefix(shown)) + rest }
    expectEqual(view.rows.map(\.cells), cells)
  }

  /// Long digits take more room: of five numbers three are shown.
  @Test func longDigitsAreFewer() {
    let digits = ["0.12345678", "-0.22345678", "0.32345678", "0.42345678", "0.52345678"]
    let view = ComparisonView(Self.documented(digits, [0.125, -0.25, 0.375, 0.5, 0.625]), .english)
    expectEqual(
      view.rows.map(\.cells),
      [
        ["0.12345678", "−0.22345678", "0.32345678", "…"],
        ["0.1250000000", "−0.2500000000", "0.3750000000", "…"],
        ["1.5e−3", "2.7e−2", "5.2e−2", "…"],
      ])
    let four = ComparisonView(Self.documented(Array(digits.prefix(4)), [0.125, -0.25, 0.375, 0.5]), .english)
    expect(four.rows.map(\.cells.count) == [4, 4, 4] && !four.rows.contains { $0.cells.contains("…") })
  }

  /// Where each number has its own range, three stand above their ranges; numbers of one range have no second row.
  @Test func rangesStandBelowTheirNumbers() {
    let own = Self.ranged("r", [1, 2, 3, 4], [0...1, 1...2, 2...3, 3...4])
    expectEqual(
      ComparisonView(own, .english).rows.map(\.cells),
      [
        ["1", "2", "3", "…"], ["0 … 1", "1 … 2", "2 … 3", "…"],
      ])
    expectEqual(ComparisonView(own, .english).rows.map(\.label), ["computed", "range"])
    let common = Self.ranged("r", (1...8).map(Double.init), Array(repeating: 0...9, count: 8))
    expectEqual(ComparisonView(common, .english).rows.map(\.cells), [["1", "2", "3", "4", "5", "6", "7", "…"]])
    expect(ComparisonView(common, .english).brief == nil)
    let few = Self.ranged("r", [1, 2], [0...9, 0...9])
    expectEqual(ComparisonView(few, .english).brief, "holds; computed 1, 2; range 0 … 9")
  }

  /// Shapes that differ have no row of differences; each side still shows that more follows.
  @Test func shapesThatDifferShowBothSides() {
    let view = ComparisonView(Self.computed("h", [1, 2], [1, 2, 3], [0, 0]), .english)
    expect(view.rows.map(\.cells) == [["1", "2", "…"], ["1", "2", "…"]] && view.sign == "✗")
    expectEqual(view.divergence, "h: shapes differ, by hand [2], layer [3]")
  }
}
