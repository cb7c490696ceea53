import Drawing
import Foundation
import Formulas
import Options
import Support
import Testing
import TextLayout

@testable import Notebook

/// The small parts of pages, each with its bounds: bars, grids of numbers, names of places, printed numbers, files.
@Suite struct PieceTests {
  /// Of the columns seven stay free: four before the bar, one at the end and the two of `^C`.
  @Test func aProgressLineIsCutWhereItsRoomEnds() {
    func line(_ what: String, _ done: Int, _ columns: Int) -> String {
      ProgressLine(what: what, done: done, total: 10).text(columns: columns)
    }
    let half = String(repeating: "━", count: 10) + String(repeating: "─", count: 10)
    expect(line("w", 5, 34) == "    \(half) w 5/10" && line("w", 5, 33) == "    \(half) w")
    expect(line("w", 5, 29) == "    \(half) w" && line("w", 5, 28) == "    ━━━━━━━━━────────── w")
    expect(line("w", 5, 14) == "    ━━─── w" && line("w", 5, 13) == "    w" && line("abcdefg", 5, 12) == "    abcd…")
    expect(
      line("w", -3, 34).hasPrefix("    ──") && line("w", 10, 80).hasPrefix("    " + String(repeating: "━", count: 20)))
    expectEqual(ProgressLine(what: "w", done: 3, total: 7).text(columns: 80), "    ━━━━━━━━──────────── w 3/7")
  }

  // MARK: Numbers

  @Test func numbersKnowTheirPlaces() {
    let cube = Numbers(shape: [2, 3, 4], (0..<24).map(Double.init))
    expect(cube.position(0) == [0, 0, 0] && cube.position(23) == [1, 2, 3] && cube.position(13) == [1, 0, 1])
    expect(cube.shapeText == "[2, 3, 4]" && cube.rows.count == 6 && cube.rows[5] == [20, 21, 22, 23])
    expect(Numbers(7).shape == [] && Numbers(7).position(0) == [] && Numbers(7).rows == [[7]])
    expect(Numbers(shape: [2, 2], [1, 2, 3]).shape == [3] && Numbers(shape: [Int.max, 2], [1]).shape == [1])
    expect(Numbers([[Float(0.5), 2], [3, 4]]).doubles == [0.5, 2, 3, 4] && Numbers([[Double]]()).rows == [[]])
    expect(Numbers(shape: [2, 0], []).position(0) == [0, 0] && Numbers([Int]()).shape == [0])
    expect(Numbers([1, 2]) == Numbers(shape: [2], [1, 2]) && Numbers([1, 2]) != Numbers([[1, 2]]))
  }

  @Test func tolerancesAddUp() {
    let both = Tolerance(absolute: 0.5, relative: 0.25)
    expect(both.bound(8) == 2.5 && both.bound(-8) == 2.5 && both.bound(.infinity) == 0.5 && both.bound(.nan) == 0.5)
    expect((0.125 as Tolerance) == Tolerance(absolute: 0.125, relative: 0) && (2 as Tolerance).bound(100) == 2)
    expect(Tolerance(relative: 0.5).bound(3) == 1.5 && Tolerance() == 0)
    expect(("unit" as Axis) == Axis("unit", []) && Axis("gate", ["i", "f"]).places == ["i", "f"])
  }

  @Test(
    arguments: [
      ("1e5", ["1e5"], [1e5], [5e4]), ("1.5e+2", ["1.5e+2"], [150], [5]), ("2.50E-1", ["2.50E-1"], [0.25], [0.0005]),
      ("+5", ["+5"], [5], [0.5]), ("1.", ["1"], [1], [0.5]), ("3e", ["3"], [3], [0.5]), ("3e-", ["3"], [3], [0.5]),
      ("3e-x 4", ["3", "4"], [3, 4], [0.5, 0.5]), ("a1 b_2 c-3", [], [], []), ("-", [], [], []),
      (".", [], [], []), ("+.5", ["+.5"], [0.5], [0.05]), ("1.2.3", [], [], []), ("1e999", [], [], []),
      ("10%", ["10"], [10], [0.5]), ("−0.25,0.5", ["-0.25", "0.5"], [-0.25, 0.5], [0.005, 0.05]), ("٣", [], [], []),
    ] as [(String, [String], [Double], [Double])])
  func printedNumbersHaveTheirUnit(text: String, digits: [String], values: [Double], halfUnits: [Double]) {
    let numbers = PrintedNumber.all(in: text)
    expect(numbers.map(\.digits) == digits && numbers.map(\.value) == values)
    for (number, halfUnit) in zip(numbers, halfUnits) { expect(abs(number.halfUnit - halfUnit) <= 1e-15 * halfUnit) }
  }

  /// A few of a long row: a third at the end, the rest at the beginning, and a sign between.
  @Test func gridsAreCutInTheMiddle() {
    func row(_ count: Int, most: Int?) -> [String] {
      ValueGrid(Numbers((1...count).map { Double($0) }), decimals: 0, mostColumns: most).rows[0]
    }
    expect(row(5, most: 5) == ["1", "2", "3", "4", "5"] && row(6, most: 5) == ["1", "2", "3", "…", "6"])
    expect(row(9, most: 6) == ["1", "2", "3", "…", "8", "9"] && row(9, most: 3) == ["1", "…", "9"])
    expect(row(4, most: 1) == ["1", "…", "4"] && row(10, most: nil).count == 10 && row(11, most: nil).count == 9)
    let grid = ValueGrid(
      Numbers((0..<9).map { r in (0..<6).map { Double(r * 10 + $0) } }), decimals: 0, mostColumns: 5, mostRows: 3)
    expectEqual(grid.rows, [["0", "1", "2", "…", "5"], ["⋮", "⋮", "⋮", "⋮", "⋮"], ["80", "81", "82", "…", "85"]])
    expect(grid.element(0, 0) == 0 && grid.element(2, 4) == 53 && grid.element(2, 0) == 48 && grid.element(0, 4) == 5)
    expect(grid.element(1, 0) == nil && grid.element(0, 3) == nil && grid.shape == "[9, 6]" && !grid.isSingle)
    expect(
      ValueGrid(Numbers(3.5), decimals: 1).isSingle && ValueGrid(Numbers([[1, 2]]), decimals: 1).shape == "[1, 2]")
    expect(
      !ValueGrid(Numbers([1, 2]), decimals: 1).isSingle && !ValueGrid(Numbers([[1], [2]]), decimals: 1).isSingle)
  }

  // MARK: Comparisons

  private func comparison(_ kind: Comparison.Kind, _ expected: Numbers, _ actual: Numbers, bound: Double = 0.5)
    -> Comparison
  {
    Comparison.of(
      "q", kind: kind, expected: expected, actual: actual, bounds: expected.doubles.map { _ in bound },
      axes: [Axis("step", ["one", "two"]), "unit"], reason: nil)
  }

  @Test func sidesAndPlacesHaveTheirNames() {
    let matrix = Numbers([[0.0, 0], [0, 3]])
    let own = comparison(.computed(expected: "e", actual: "a"), matrix, matrix)
    let plain = comparison(.computed(expected: nil, actual: nil), Numbers(1), Numbers(1))
    let printed = comparison(.documented(key: "D1", digits: ["1"], decides: true), Numbers([1]), Numbers([1]))
    let ranged = Comparison.inRanges(
      "q", key: "D2", name: "mean", values: Numbers([1.0, 9]), ranges: [0...2, 0...2], axes: [], reason: nil)
    let unnamed = Comparison.inRanges(
      "q", key: nil, name: nil, values: Numbers([1.0, 3]), ranges: [0...2, 2...4], axes: [], reason: nil)
    let all = [own, plain, printed, ranged, unnamed]
    expectEqual(all.map { $0.expectedName(.english) }, ["e", "by hand", "printed", "range", "range"])
    expectEqual(all.map { $0.actualName(.english) }, ["a", "layer", "computed", "mean", "computed"])
    expectEqual(all.map(\.kindName), ["computed", "computed", "documented", "range", "range"])
    expect(
      all.map(\.documentedKey) == [nil, nil, "D1", "D2", nil]
        && all.map(\.isRange) == [false, false, false, true, true])
    expect(all.map(\.isHalfUnit) == [false, false, true, false, false] && ranged.commonRange == 0...2)
    expect(unnamed.commonRange == nil && own.commonRange == nil)
    expectEqual(all.map { $0.verdictName(.english) }, ["holds", "holds", "holds", "fails", "holds"])
    expect(
      own.name(of: [1, 1], .english) == "step two, unit 2" && own.name(of: [2, 0, 4], .english) == "step 3, unit 1, #5")
    expect(own.firstShown == 2 && own.firstShownRow(.english) == "step two" && plain.firstShownRow(.english) == nil)
    expect(own.count == 4 && own.expected == [0, 3] && own.largest?.difference == 0 && own.bounds == 0.5...0.5)
    var other = plain
    other.verdict = .doesNotApply
    expect(!other.isFailure && other.verdictName(.english) == "does not apply" && other.divergence(.english) == nil)
    expect(ranged.divergence(.english) == "q at #2: mean 9, outside 0 … 2" && ranged.expected == [1, 2])
  }

  /// The largest difference is the first of its size; NaN is larger than any; the bound itself holds.
  @Test func theLargestDifferenceIsTheFirstOfItsSize() {
    let kind = Comparison.Kind.computed(expected: nil, actual: nil)
    let equal = comparison(kind, Numbers([1.0, 1, 1]), Numbers([1.25, 1.5, 0.5]))
    expect(equal.largest?.index == 1 && !equal.isFailure && equal.largest?.bound == 0.5)
    let none = comparison(kind, Numbers([1.0, 1, 1, 1]), Numbers([3.0, .nan, .nan, 9]))
    let first = Comparison.Place(index: 0, position: [0], expected: 1, actual: 3, bound: 0.5)
    expect(none.largest?.index == 1 && none.verdict == .differs(first: first))
    let many = comparison(kind, Numbers([Double](repeating: 1, count: 65)), Numbers([Double](repeating: 1, count: 65)))
    expect(many.expected.count == 64 && many.actual.count == 64 && many.count == 65)
    expectEqual(comparison(kind, Numbers([1.0, 2]), Numbers([1.0])).verdict, .shapesDiffer)
  }

  @Test func columnsOfNumbersStandAtTheRight() {
    func alignment(_ cells: String...) -> [Alignment] { Table(columns: ["c"], rows: cells.map { [$0] }).alignments }
    for cell in ["1", "-1", "−3.5", "+.5", "1e-7", "2E5", "∞", "−∞", "12 %", "1, 2", "+-1"] {
      expectEqual(alignment(cell), [.right], "\(cell)")
    }
    for cell in ["a", "1a", "--1", "", "-", "x1", "---1", "±1"] { expectEqual(alignment(cell), [.left], "\(cell)") }
    expect(alignment("1", "", "2") == [.right] && alignment("1", "b") == [.left] && alignment("", "") == [.left])
    let table = Table(
      columns: [[.text("a")], [.text("b")]], rows: [[[.text("1")]], [[.text("1")], [.text("2")], [.text("3")]]])
    expect(table.rows.map(\.count) == [2, 2] && table.rows[0][1].isEmpty && table.rows[1][1] == [.text("2")])
  }

  // MARK: The ends of a page

  @Test func aLogSaysWhatItComesTo() {
    var log = Log(name: "demo", number: 3, title: "T", summary: "S", language: "en", minutes: 7)
    expect(log.conclusion(.english) == "This chapter compares nothing." && log.holds && log.keepsDefaults)
    let kind = Comparison.Kind.computed(expected: nil, actual: nil)
    log.items = [.output(.comparison(comparison(kind, Numbers([1.0]), Numbers([1.0]))))]
    expect(log.conclusion(.english) == "All comparisons hold." && log.comparisons.count == 1)
    log.items.append(.output(.comparison(comparison(kind, Numbers([1.0]), Numbers([3.0])))))
    expect(!log.holds && log.conclusion(.english).hasPrefix("First divergence: q at step one: by hand 1, layer 3"))
    expect(log.about(.english, before: ["a", "b"]).count == 2 && log.about(.english, before: []).count == 1)
    log.minutes = 0
    expect(log.about(.english, before: []).isEmpty)
    log.parameters = [
      .init(name: "units", value: "13", fallback: "13", allowed: "1 to 9", help: "units"),
      .init(name: "kind", value: "gru", fallback: "lstm", allowed: "a, b", help: "which"),
    ]
    let table = log.parameterTable(.english)
    expect(table.columns.map { plainText($0) } == ["parameter", "value", "allowed", "meaning"] && !log.keepsDefaults)
    expectEqual(table.rows[0], [[.code("--units")], [.text("13")], [.text("1 to 9")], [.text("units")]])
    expect(table.rows[1][1] == [.code("gru")] && table.rows[1][3] == [.text("which")])
    log.parameters.removeLast()
    expect(log.keepsDefaults)
  }

  @Test func everyOptionOfAPageIsThere() {
    let options = BuiltInOptions(languages: ["en", "zh"])
    expectEqual(options.all.map(\.name), ["html", "markdown", "json", "live", "code", "no-pager", "language", "also"])
    expect(options.language.allowed == "one of en, zh, en-XA" && options.language.fallback == "en")
    expect(options.all.prefix(4).allSatisfy { $0.fallbackText.isEmpty } && options.code.form == .flag)
  }

  /// Pictures stand beside their page: `figures` beside a README, `figures.zh` beside its translation.
  @Test(arguments: [
    ("README.md", "figures/1.svg"), ("README.zh.md", "figures.zh/1.svg"), ("page.md", "page-figures/1.svg"),
  ])
  func picturesStandBesideTheirPage(name: String, picture: String) throws {
    try withTemporaryFolder { folder in
      var log = Log(name: "demo", number: 1, title: "T", summary: "", language: "en")
      log.items = [.output(.picture(.note(title: "a", "b")))]
      let file = folder.appending(path: name).path
      let arguments = try Command("demo", "", BuiltInOptions(languages: ["en"]).all).parse(["--markdown", file])
      try OutputFiles(arguments).write(log, .english)
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
        $0.contains(".") && !$0.hasSuffix("figures.zh")
      }
      expectEqual(files.sorted(), [name, picture].sorted())
      try expect(String(contentsOfFile: file, encoding: .utf8).contains("](\(picture))"))
    }
  }

  @Test func wordsOfCodeHaveTheirColours() {
    expect(TextStyle.of(.plain) == nil && TextStyle.of(.keyword) == TextStyle(foreground: .basic(5)))
    expect(
      TextStyle.of(.attribute) == TextStyle(foreground: .basic(5))
        && TextStyle.of(.type) == TextStyle(foreground: .basic(6)))
    expect(
      TextStyle.of(.string) == TextStyle(foreground: .basic(2))
        && TextStyle.of(.number) == TextStyle(foreground: .basic(3)))
    expect(TextStyle.of(.comment) == .soft && TextStyle.bad == TextStyle(foreground: .basic(1), bold: true))
  }

  /// A wide formula breaks at the last operation that fits; what has none stays wide.
  @Test func formulasBreakAtTheirWidth() {
    let wide = ["y = aaaa + bbbb + cccc"]
    expect(
      fittedFormula(wide, width: 22) == wide
        && fittedFormula(wide, width: 21) == ["y = aaaa + bbbb", "", "      + cccc"])
    expectEqual(fittedFormula(wide, width: 12), ["y = aaaa", "", "      + bbbb + cccc"])
    expect(fittedFormula(wide, width: 8) == wide && fittedFormula(["abcdefghijklm"], width: 10) == ["abcdefghijklm"])
  }
}
