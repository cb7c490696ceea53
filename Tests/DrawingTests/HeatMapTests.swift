import Foundation
import Support
import Testing

@testable import Drawing

@Suite struct HeatMapTests {
  static let matrix = [[0.0, 0.25, 1.0], [0.5, 0.75, 0.125]]

  @Test func ordinaryMaps() throws {
    try check(.heatMap(title: "Gates", values: Self.matrix, scale: .unit))
    try check(
      .heatMap(
        title: "<W_x> & \"W_h\"", values: Self.matrix, rowNames: ["x_0", "行"], columnNames: ["i_0", "i_1", "f_0"],
        rowTitle: "input", columnTitle: "column", blocks: [.init("i", count: 2), .init("f", count: 9)],
        rowBlocks: [.init("W_x", count: 1, hue: .sky), .init("W_h", count: 1)], scale: .signed, digits: 2))
    let wide = (0..<7).map { row in (0..<52).map { Double(row) - Double($0) / 3 } }
    try check(.heatMap(title: "7 × 52", values: wide, blocks: ["i", "f", "c", "o"].map { .init($0, count: 13) }))
    let tall = (0..<51).map { row in (0..<28).map { Double(row * $0) } }
    try check(.heatMap(title: "51 × 28", values: tall, rowTitle: "unit", columnTitle: "step"))
  }

  @Test(arguments: ["a long name of a row", "h"]) func aTitleThatIsLongerThanItsMatrixEndsInsideOfThePicture(
    rowName: String
  ) throws {
    let title = "words from the country to the language, at most"
    let picture = Picture.heatMap(
      title: "long", values: [[0, 1, 0.5, 0.25, 0.75]], rowNames: [rowName], columnNames: ["1", "2", "3", "4", "5"],
      columnTitle: title, scale: .unit, digits: 2)
    try check(picture)
    let svg = picture.svg(idPrefix: "a")
    let width = try #require(svg.firstMatch(of: #/width="([\d.]+)"/#).flatMap { Double($0.output.1) })
    let middle = try #require(
      svg.firstMatch(of: #/<text x="([\d.]+)"[^>]*>words from/#).flatMap { Double($0.output.1) })
    let half = Label(title).ems * 7
    expect(middle - half >= -0.01 && middle + half <= width + 0.01)
  }

  @Test(
    arguments: [
      [], [[]], [[1], [1, 2]], [[.nan]], [[.infinity, -.infinity]], [[0, 0]], [[-3, -3]], [[1e308, -1e308]],
    ] as [[[Double]]])
  func oddData(_ values: [[Double]]) throws {
    for scale: HeatMapScale in [.automatic, .unit, .signed, .symmetric(0), .range(2, 2), .range(.nan, 1)] {
      try check(.heatMap(title: "odd", values: values, scale: scale))
      try check(.heatMap(title: "odd", values: values, blocks: [.init("none", count: -4)], scale: scale, digits: 1))
    }
  }

  @Test func everyNumberHasItsPlaceAndShade() {
    let lines = Picture.heatMap(title: "", values: Self.matrix, scale: .unit).terminal(columns: 20, colour: false)
    expectEqual(Array(lines.prefix(2)), ["  ░░██", "▒▒▓▓░░"])
  }

  @Test func everyFieldStandsWhereItsNumberDoes() throws {
    // One path for each colour; the second number of a move is the row.
    let svg = Picture.heatMap(title: "", values: Self.matrix, scale: .unit).svg(idPrefix: "a")
    let fields = svg.matches(of: /<path d="M([0-9.]+) ([0-9.]+)h36v22h-36z" fill="(#[0-9a-f]{6})"/)
    let expected = Self.matrix.joined().map { ColourRamp.sequential.colour($0).hex }
    expectEqual(fields.map { String($0.output.3) }, expected)
    let places = fields.map { "\($0.output.1) \($0.output.2)" }
    expectEqual(places, ["8 6", "44 6", "80 6", "8 28", "44 28", "80 28"])
  }

  @Test func signedNumbersHaveSignsOfTheirOwn() {
    let values = [[-1.0, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]]
    let lines = Picture.heatMap(title: "", values: values, scale: .signed).terminal(columns: 80, colour: false)
    expectEqual(lines[0], "##%%==--··░░▒▒▓▓██")
    expectEqual(lines[1], "−1 #%=-·░▒▓█ 1")
  }

  @Test func coloursOfTheTerminalAreThoseOfTheScale() {
    let lines = Picture.heatMap(title: "", values: [[-2.0, 2.0]], scale: .signed).terminal(columns: 20, colour: true)
    let ends = [ColourRamp.diverging.colour(0), ColourRamp.diverging.colour(1)].map(\.terminalCode)
    expectEqual(lines[0], "\u{1B}[48;5;\(ends[0])m  \u{1B}[0m\u{1B}[48;5;\(ends[1])m  \u{1B}[0m")
    expect(ends[0] != ends[1])
  }

  @Test func columnsThatDoNotFitFollowBelow() {
    let values = [(0..<52).map { Double($0 % 2) }]
    let lines = Picture.heatMap(title: "", values: values, scale: .unit).terminal(columns: 30, colour: false)
    expectEqual(lines[0], "columns 0–29")
    expectEqual(lines[2], "columns 30–51")
    expectEqual(lines[1].filter { $0 == "█" }.count + lines[3].filter { $0 == "█" }.count, 26)
  }

  /// As many columns as fit exactly are one part; one more makes two.
  @Test func columnsThatFitExactlyStayTogether() {
    func lines(_ columns: Int, _ width: Int) -> [String] {
      Picture.heatMap(title: "", values: [Array(repeating: 1, count: columns)], scale: .unit)
        .terminal(columns: width, colour: false)
    }
    expectEqual(lines(20, 20), [String(repeating: "█", count: 20), "0  ░▒▓█ 1"])
    expectEqual(
      lines(21, 20),
      [
        "columns 0–19", String(repeating: "█", count: 20), "columns 20–20", "█", "0  ░▒▓█ 1",
      ])
    expectEqual(lines(10, 20)[0], String(repeating: "██", count: 10))
  }

  @Test func blocksAreNamedAndBounded() {
    let blocks = [HeatMapBlock("i", count: 4), HeatMapBlock("f", count: 5)]
    let ranges = HeatMap.ranges(blocks + [HeatMapBlock("o", count: .max)], limit: 8)
    expectEqual(ranges.map(\.range), [0..<4, 4..<8])
    expectEqual(ranges.map(\.hue), [.blue, .orange])
    let lines = Picture.heatMap(
      title: "", values: [Array(repeating: 0.5, count: 9)], blocks: blocks
    ).terminal(columns: 40, colour: false)
    expectEqual(lines[0], "├ i ───┤├ f ─────┤")
  }
}
