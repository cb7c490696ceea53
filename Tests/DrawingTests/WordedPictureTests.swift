import Support
import Testing
import TextLayout

@testable import Drawing
@testable import NetworkDrawing

/// Pictures in other words: every word that a reader sees goes through the translation, numbers do not.
@Suite struct WordedPictureTests {
  private func marked(_ picture: Picture) -> Picture { picture.worded { $0.text.isEmpty ? "" : "«\($0.text)»" } }

  @Test func blocksOfWeightsAreWorded() {
    let picture = marked(
      .weightLayout(
        title: "Keras",
        matrices: [
          .init(
            "kernel", rows: [HeatMapBlock("x", count: 3), HeatMapBlock("h", count: 4)],
            columns: [HeatMapBlock("i", count: 4), HeatMapBlock("f", count: 5)])
        ]))
    expectEqual(picture.title, "«Keras»")
    expectEqual(
      picture.terminal(columns: 60, colour: false),
      ["«kernel» [7 × 9]", "«x» 3 │ «i» 4 │ «f» 5 │", "«h» 4 │ «i» 4 │ «f» 5 │"])
    expectEqual(
      picture.alternative, "«Weight layout. ««kernel», 7 × 9: rows «x» 3, «h» 4; columns «i» 4, «f» 5».»")
    let svg = picture.svg(idPrefix: "p")
    for word in ["«kernel»", "«x»", "«h»", "«i»", "«f»"] { expect(svg.contains(">\(word)</text>"), "\(word)") }
  }

  @Test func blocksAndNamesOfHeatMapsAreWorded() {
    let map = marked(
      .heatMap(
        title: "Gates", values: [[0, 0.25, 1, 0.375], [0.5, 0.75, 0.125, 0.625]], columnNames: ["1", "2", "3", "4"],
        rowTitle: "unit",
        columnTitle: "step", blocks: [.init("in", count: 2), .init("out", count: 9)],
        rowBlocks: [.init("up", count: 1), .init("down", count: 1)], scale: .unit, digits: 2))
    expectEqual(map.title, "«Gates»")
    expectEqual(
      map.alternative,
      "«A heat map of 2 rows and 4 columns, values from 0 to 1»; «blocks of columns: «in» (2), «out» (9)»; "
        + "«blocks of rows: «up» (1), «down» (1)».")
    let lines = map.terminal(columns: 60, colour: false)
    expectEqual(lines[0], "↓ «unit»   → «step»")
    expect(lines[1].contains("«in»") && lines[1].contains("«out»"))
    expect(lines[2].hasPrefix("«up» ") && lines[3].hasPrefix("«down» "))
    let wide = marked(.heatMap(title: "", values: [Array(repeating: 1, count: 21)], scale: .unit))
    expectEqual(wide.terminal(columns: 20, colour: false)[0], "«columns» 0–19")
    expectEqual(
      marked(.heatMap(title: "", values: [[.nan, .nan], [.nan, .nan]])).alternative,
      "«A heat map of 2 rows and 2 columns».")
  }

  private static let series = [
    Picture.Series("loss", [3, 1, 2]), Picture.Series("none", [Double.nan]),
  ]

  /// The title, and the sentence for readers who do not see the picture.
  static let pictures: [(Picture, String)] = [
    (
      .lineChart(title: "t", series: series, x: .init("epoch")),
      "«Line chart over «epoch». ««loss»: from 3 to 2, between 1 and 3»; ««none»: no finite values».»"
    ),
    (
      .lineChart(
        title: "t", series: [series[0]], band: Picture.Band("Keras", points: [(1, 0.5, 2)])),
      "«Line chart. ««loss»: from 3 to 2, between 1 and 3»; «The shaded range: «Keras»».»"
    ),
    (.barChart(title: "t", bars: [.init("one", 0.5), .init("two", 2)]), "«Bars: «one»: 0.5, «two»: 2.»"),
    (.pixelGrid(title: "t", images: [.init(rows: [[1, 0]])]), "«A grey picture.»"),
    (.pixelGrid(title: "t", images: [.init(rows: [[1, 0]], caption: "a 7")]), "«A grey picture: «a 7».»"),
    (
      .pixelGrid(title: "t", images: [.init(rows: [[1, 0]], caption: "a"), .init(rows: [[1, 0]], caption: "b")]),
      "«2 grey pictures: «a»; «b».»"
    ),
    (
      .barChart(title: "t", bars: [.init("one", 0.5)], alternative: "One bar of a half"), "«One bar of a half»"
    ),
  ]

  @Test(arguments: pictures.indices) func theAlternativeIsWorded(row: Int) {
    let (picture, sentence) = Self.pictures[row]
    expect(marked(picture).title == "«t»" && marked(picture).alternative == sentence)
    let svg = marked(picture).svg(idPrefix: "p")
    expect(svg.contains("<title id=\"p-title\">«t»</title>\n<desc id=\"p-desc\">\(sentence)</desc>"))
  }
}
