import Drawing
import Foundation
import Support
import Testing
import TextLayout

@testable import Notebook

private func compare(
  _ expected: some NumericArray, _ actual: some NumericArray, _ tolerance: Tolerance = 1e-6, axes: [Axis] = []
) -> Comparison {
  let expected = Numbers(expected)
  return Comparison.of(
    "q", kind: .computed(expected: nil, actual: nil), expected: expected, actual: Numbers(actual),
    bounds: expected.doubles.map(tolerance.bound), axes: axes, reason: nil)
}

@Test(arguments: [
  (1.0, 1.0, true), (1.0, 1.0 + 0.9e-6, true), (1.0, 1.0 + 1.1e-6, false), (1.0, -1.0, false),
  (.nan, .nan, false), (1.0, .nan, false), (.nan, 1.0, false), (.infinity, .infinity, false), (1.0, .infinity, false),
])
func oneElementIsNearOrNot(expected: Double, actual: Double, holds: Bool) {
  expectEqual(compare([expected], [actual]).isFailure, !holds)
}

@Test func aRelativeToleranceGrowsWithTheExpectedValue() {
  let tolerance = Tolerance(absolute: 1, relative: 0.1)
  expect(!compare([100.0], [111.0], tolerance).isFailure)
  expect(compare([100.0], [111.5], tolerance).isFailure)
  expect(compare([10.0], [12.5], tolerance).isFailure)
}

@Test func differentShapesFail() {
  let comparison = compare([[1.0, 2]], [[1.0], [2]])
  expectEqual(comparison.verdict, .shapesDiffer)
  expectEqual(comparison.divergence(.english), "q: shapes differ, by hand [1, 2], layer [2, 1]")
  expect(compare([1.0, 2], [1.0]).isFailure)
  expect(compare([1.0], 1.0).isFailure)
}

@Test func theEarliestStepIsNamedFirst() {
  // Axes: sample, step, gate. Sample 1 differs at step 3, sample 2 at step 2.
  let expected = [[[1.0, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]
  var actual = expected
  actual[0][2][0] += 1
  actual[1][1][1] -= 0.25
  let comparison = compare(expected, actual, axes: ["sample", "step", Axis("gate", ["i", "f"])])
  expectEqual(
    comparison.divergence(.english),
    "q at sample 2, step 2, gate f: by hand 10, layer 9.75, difference 0.25, at most 1e−6")
  expectEqual(comparison.largest.map { comparison.name(of: $0.position, .english) }, "sample 1, step 3, gate i")
}

@Test func noStepAxisMeansRowMajorOrder() {
  let comparison = compare([[1.0, 2], [3, 4]], [[1.0, 3], [9, 4]])
  expectEqual(comparison.divergence(.english)?.hasPrefix("q at #1, #2: by hand 2, layer 3,"), true)
}

private let printed: [(text: String, digits: [String], halfUnits: [Double])] = [
  ("[0.7290, 0.6271]", ["0.7290", "0.6271"], [5e-5, 5e-5]),
  ("a=2.35025001; b=-1.36052668", ["2.35025001", "-1.36052668"], [5e-9, 5e-9]),
  ("−0.5", ["-0.5"], [0.05]), ("1.20e-3", ["1.20e-3"], [5e-6]), ("(1, 6, 1)", ["1", "6", "1"], [0.5, 0.5, 0.5]),
  ("x1 = 3. W_2 is 0.25.", ["3", "0.25"], [0.5, 0.005]), ("none", [], []), ("1 - 2", ["1", "2"], [0.5, 0.5]),
  (".5", [".5"], [0.05]),
]

@Test(arguments: printed)
func printedDigitsDecideHowNear(text: String, digits: [String], halfUnits: [Double]) {
  let numbers = PrintedNumber.all(in: text)
  expectEqual(numbers.map(\.digits), digits)
  for (number, halfUnit) in zip(numbers, halfUnits) { expect(abs(number.halfUnit - halfUnit) < 1e-12 * halfUnit) }
}

@Test func longRowsAndTallMatricesKeepTheirEnds() {
  let tall = (1...52).map { row in (1...13).map { Double(row * 100 + $0) } }
  let view = ValueGrid(Numbers(tall), decimals: 4, mostColumns: 5, mostRows: 4)
  expectEqual(
    view.rows,
    [
      ["101", "102", "103", "…", "113"], ["201", "202", "203", "…", "213"], Array(repeating: "⋮", count: 5),
      ["5201", "5202", "5203", "…", "5213"],
    ])
  expectEqual(view.shape, "[52, 13]")
  let counts = (9...11).map { ValueGrid(Numbers([Double](repeating: 0.5, count: $0)), decimals: 1) }
  expect(counts.map(\.rows[0].count) == [9, 10, 9] && counts.map(\.shape) == [nil, nil, "[11]"])
  expect(ValueGrid(Numbers([1.5, 2]), decimals: 1).shape == nil)
}

@Test func whatIsElidedDecidesTheFormToo() {
  // The large one stands in the gap of a narrow window, and in full view of a wide one.
  let probabilities = [1.4e-5, 3e-4, 0.25, 0.9, 2e-4, 0.0]
  let narrow = ValueGrid(Numbers(probabilities), decimals: 4, mostColumns: 4)
  let wide = ValueGrid(Numbers(probabilities), decimals: 4, mostColumns: 6)
  expectEqual(narrow.rows, [["1.4e−5", "0.0003", "…", "0.0000"]])
  expectEqual(wide.rows, [["1.4e−5", "0.0003", "0.2500", "0.9000", "0.0002", "0.0000"]])
}

@Test func valuesAreShownFromTheFirstRowThatIsNotAllZeros() {
  let expected: [[[Double]]] = [[[0, 0], [0, 0]], [[0, 7], [8, 9]]]
  let held = compare(expected, expected, axes: ["picture", "row", "column"])
  let view = ComparisonView(held, .english)
  expect(
    held.firstShown == 4
      && view.rows.map(\.cells) == [["0", "7", "8", "9"], ["0", "7", "8", "9"], Array(repeating: "0", count: 4)])
  expectEqual(
    view.facts,
    "largest difference 0; at most 1e−6; 8 values [2, 2, 2]; shown from picture 2, row 1, the first that is not all 0")
  // A number on one side alone is something to see, and what lies before the shown values is compared as ever.
  var actual = expected
  actual[0][1][0] = .nan
  expect(compare(expected, actual).firstShown == 2 && compare(expected, actual).isFailure)
  expectEqual(compare([0.0, 0, 3], [0.0, 0, 3]).firstShown, 0, "a row alone is shown from its beginning")
  expectEqual(compare([[0.0], [0]], [[0.0], [0]]).firstShown, 0)
}

@Test func raggedArraysBecomeRows() { expectEqual(Numbers([[1.0, 2], [3]]).shape, [3]) }

private func documented(_ digits: [String], _ actual: [Double]) -> Comparison {
  let expected = digits.compactMap { Double($0) }
  return Comparison.of(
    "shape", kind: .documented(key: "D46", digits: digits, decides: true), expected: Numbers(expected),
    actual: Numbers(actual), bounds: expected.map { _ in 0.5 }, axes: [], reason: nil)
}

@Test func aFewWholeNumbersCompareOnOneLine() {
  expectEqual(
    ComparisonView(documented(["7", "13"], [7, 13]), .english).brief,
    "holds; printed 7, 13; computed 7, 13; difference 0")
  // What fails, and what has digits to look at, is shown in full.
  expect(ComparisonView(documented(["7", "13"], [7, 14]), .english).brief == nil)
  expect(ComparisonView(documented(["0.5"], [0.5]), .english).brief == nil)
  expect(ComparisonView(compare([7.0], [7.0]), .english).brief == nil)
  expect(ComparisonView(documented((1...17).map(String.init), (1...17).map(Double.init)), .english).brief == nil)
}

@Test func namesThatBeginWithADigitAreWords() {
  let table = Table(columns: ["weight", "numbers"], rows: [["0/kernel", "1.2e-7"], ["1/bias", "-3"]])
  expectEqual(table.alignments, [.left, .right])
}

private let inColour: [(text: String, marked: String)] = [
  ("hₜ = oₜ ⊙ tanh(cₜ)", "hh   oo        cc "), ("h̃₁ + h₋₁", "     hhh"), ("W_fh h_max W_x W_xh", "     hhhhh WWW"),
  ("h′ₜ, h", "     h"), ("δ_c ⊙ c", "      c"), ("σ(h) sinh(c)", "  h       c "),
]

@Test(arguments: inColour) func symbolsAreFoundInPlainMathematics(text: String, marked: String) {
  let colours = SymbolColours([("h", .sky), ("c", .yellow), ("o", .purple), ("W_x", .blue)])
  let letters: [TextStyle?: Character] = [
    .hue(.sky): "h", .hue(.yellow): "c", .hue(.purple): "o", .hue(.blue): "W", nil: " ",
  ]
  let found = String(colours.styles(Array(text)).map { letters[$0] ?? "?" })
  expectEqual(
    found.padding(toLength: text.count, withPad: " ", startingAt: 0),
    marked.padding(toLength: text.count, withPad: " ", startingAt: 0))
}
