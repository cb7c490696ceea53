import Support
import Testing

@testable import Drawing
@testable import NetworkDrawing

/// Small pictures as a whole: every place, bound, word and colour. Nothing in them is the same twice.
@Suite struct WholePictureTests {
  static let pictures: [(name: String, picture: Picture)] = [
    (
      "lines",
      .lineChart(
        title: "t",
        series: [
          .init("a_1", points: [(0, 2), (1, 7), (2, .nan), (3, 12), (4, 5)]),
          .init("b", [3, 4], first: 2, isDashed: true), .init("", points: [(0.5, 6)]),
        ], band: .init("all", low: [1, 3, 2], high: [4, 8, 9]), x: .init("step t"),
        y: .init("loss", range: 1...9))
    ),
    (
      "decades",
      .lineChart(
        title: "t", series: [.init("r", [300, 0.02, 5, 0, 7])], x: .init(range: 1...4), y: .init(isLogarithmic: true))
    ),
    (
      "function",
      .lineChart(title: "t", series: [.init("f", function: { $0 * $0 - 3 }, over: -1...3, samples: 5, isDashed: true)])
    ),
    (
      "bars",
      .barChart(
        title: "t",
        bars: [.init("up", 2.5), .init("d_{ow}", -1, hue: .orange), .init("no", .nan, text: "none"), .init("z", 0)],
        unit: "ms")
    ),
    (
      "numbers",
      .heatMap(
        title: "t", values: [[0.25, -1, 2], [3, .nan, -0.5]], rowNames: ["r_0", "s"], columnNames: ["u", "v", "w"],
        rowTitle: "row", columnTitle: "column", blocks: [.init("i", count: 2), .init("f", count: 7, hue: .purple)],
        scale: .signed, digits: 1)
    ),
    (
      "fields",
      .heatMap(
        title: "t", values: [[0, 4, 1], [8, 2, 6], [3, 7, 5]], columnTitle: "step",
        rowBlocks: [.init("W_x", count: 1), .init("W_h", count: 2)])
    ),
    (
      "timeline",
      .timeline(
        title: "t",
        lanes: [
          .init(
            "main",
            [
              .init("step", from: 10, to: 90, isGroup: true), .init("MatMul", from: 15, to: 55),
              .init("A", from: 60, to: 62, category: "tiny"), .init("B", from: 63, to: 68, category: "b"),
            ]),
          .init(
            "w_1",
            [
              .init("c", from: 20, to: 24), .init("d", from: 30, to: 33), .init("e", from: 40, to: 42.5),
              .init("g", from: 50, to: 51),
            ]),
        ], unit: "µs")
    ),
    (
      "pixels",
      .pixelGrid(
        title: "t",
        images: [
          .init(rows: [[0, 1, 0.5], [0.25, 0.25]], caption: "one_1"),
          .init(rows: [[1, 0.75], [0, 1], [0.5, 0]], caption: "t^2", frame: .green),
          .init(rows: [[1]]),
        ], perRow: 2)
    ),
    (
      "confusion",
      .confusionMatrix(title: "t", counts: [[17, 2, 0], [3, 11, 4], [0, 1, 29]], names: ["a", "b_1", "c"])
    ),
    (
      "layout",
      .tensorLayout(
        title: "t",
        stages: [
          .init(
            shape: "x: [2, 2]",
            blocks: [
              .init(
                "t = 0", [[.init("x_0", .blue), .init("y", .orange)], [.init("z", .green), .init("w", .purple)]]),
              .init("u", [[.init("q", .sky)]]),
            ]),
          .init(
            operation: "transpose", shape: "[1, 3]",
            blocks: [.init("", [[.init("q", .sky), .init("x_0", .blue), .init("y", .orange)]])]),
        ])
    ),
    (
      "network",
      .unrolledNetwork(
        title: "t", steps: 5, inputShape: "[2]",
        layers: [
          .init("h", name: "LSTM, 3", shape: "[3]"),
          .init("g", name: "GRU, 4", shape: "[8]", hue: .orange, isBidirectional: true),
        ], dense: .init("y", name: "Dense", shape: "[6]", hue: .green, isLastStepOnly: true), initialState: "s_0")
    ),
    ("short network", .unrolledNetwork(title: "t", steps: 2, layers: [], dense: .init("p"))),
    ("note", .note(title: "t", "There is nothing to_draw: this sentence is longer than one line of the note can be.")),
  ]

  /// The shapes of a picture, without its head, which has its own test.
  static func shapes(_ picture: Picture) -> String {
    let svg = picture.svg(idPrefix: "p")
    let size = svg.firstMatch(of: /viewBox="([^"]*)"/).map { String($0.1) } ?? ""
    let lines = svg.split(separator: "\n").drop { !$0.hasPrefix("<style>") }.dropFirst().dropLast()
    return ([size] + lines.map(String.init)).joined(separator: "\n")
  }

  static func text(_ picture: Picture, _ columns: Int, colour: Bool = false) -> String {
    picture.terminal(columns: columns, colour: colour).joined(separator: "\n").replacing("\u{1B}", with: "^")
  }

  @Test(arguments: pictures.map(\.name)) func isDrawnAsAWhole(name: String) throws {
    let picture = try #require(Self.pictures.first { $0.name == name }).picture
    let whole = try #require(WholePicture.all[name])
    expectEqual(picture.alternative, whole.says)
    expectEqual(Self.shapes(picture), whole.shapes)
    expectEqual(Self.text(picture, 46), whole.text)
    expectEqual(Self.text(picture, 34, colour: true), whole.coloured)
  }

  /// A caption of three lines: each stands below the one before, in the file and on a terminal.
  @Test func captionsOfSeveralLinesStandBelowOneAnother() throws {
    let images = [
      Picture.PixelImage(rows: [[1, 0]], caption: "predicted as 7 and wrong by far more than"),
      Picture.PixelImage(rows: [[0, 1]], caption: "short"),
    ]
    let picture = Picture.pixelGrid(title: "t", images: images, perRow: 3)
    let texts = Self.shapes(picture).matches(of: /<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)</)
      .map { "\($0.1) \($0.2) \($0.3)" }
    expectEqual(
      texts,
      [
        "77.33 93.33 predicted as 7 and", "77.33 109.33 wrong by far more", "77.33 125.33 than", "240 93.33 short",
      ], "\(texts)")
    expectEqual(
      picture.terminal(columns: 20, colour: false),
      [
        "▒          ▒", "predicte  short", "d as 7", "and", "wrong by", "far more", "than",
      ].map { $0 }, "\(picture.terminal(columns: 20, colour: false))")
  }

  @Test func everyPictureIsDrawnOnce() {
    expectEqual(Set(WholePicture.all.keys), Set(Self.pictures.map(\.name)))
    expectEqual(WholePicture.all.count, Self.pictures.count)
  }

  /// What stands around the shapes: names, words for those who do not see, colours of the paints in use.
  @Test func theHeadNamesTheColoursInUse() {
    let picture = Picture.note(title: "a <b>", "no & \"nothing\"")
    let lines = picture.svg(idPrefix: "7 p").split(separator: "\n")
    let names = #"id="p7-p" role="img" aria-labelledby="p7-p-title p7-p-desc""#
    let size = #"width="480" height="52" viewBox="0 0 480 52" font-size="15""#
    let font = #"system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif"#
    let light = "#p7-p .fs{fill:#59636e}#p7-p .sl{stroke:#c9d1d9}"
    let dark = "#p7-p .fs{fill:#9da7b3}#p7-p .sl{stroke:#3d444d}"
    let head: [String] = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(names) \(size)>",
      "<title id=\"p7-p-title\">a &lt;b&gt;</title>",
      "<desc id=\"p7-p-desc\">no &amp; &quot;nothing&quot;</desc>",
      "<style>#p7-p{font-family:\(font)}\(light)@media screen and (prefers-color-scheme:dark){\(dark)}</style>",
    ]
    expectEqual(lines.prefix(4).map(String.init), head)
    expectEqual(lines.last, "</svg>")
  }
}

/// A picture as it is drawn: its words for those who do not see it, its shapes, and both forms of a terminal, where `^`
/// stands for the escape.
struct WholePicture {
  let says, shapes, text, coloured: String

  static let all = charts.merging(maps) { $1 }.merging(diagrams) { $1 }
}
