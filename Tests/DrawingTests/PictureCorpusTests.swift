import Foundation
import Support
import Testing

@testable import Drawing
@testable import NetworkDrawing

/// Pictures of many sizes and shapes at many widths, as digests: what `WholePictureTests` shows of a few holds at the
/// bounds, too. See `DrawingDigestTests`.
@Suite struct PictureCorpusTests {
  private static func wave(_ count: Int, _ factor: Double = 1) -> [Double] {
    // Steps of a sawtooth, exact in binary.
    (0..<count).map { factor * (Double(($0 * 7) % 16) / 16 - 0.25) }
  }

  private static func matrix(_ rows: Int, _ columns: Int, _ factor: Double = 1) -> [[Double]] {
    (0..<rows).map { row -> [Double] in
      (0..<columns).map { column -> Double in
        let number = (row * 5 + column * 3) % 11 - 4
        return factor * Double(number) / 8
      }
    }
  }

  private static func names(_ count: Int, _ name: String = "n") -> [String] { (0..<count).map { "\(name)_{\($0)}" } }

  private struct Sample {
    let name: String
    let picture: Picture
    init(_ name: String, _ picture: Picture) { (self.name, self.picture) = (name, picture) }
  }

  private static let counts: [[Int]] = (0..<10).map { row -> [Int] in
    (0..<10).map { column -> Int in row == column ? 90 + row : (row * column) % 7 }
  }

  private static let shortSpans: [Picture.Span] = (0..<60).map { number -> Picture.Span in
    let start = Double(number) * 0.125
    return Picture.Span("op\(number % 7)", from: start, to: start + 0.0625)
  }

  private static let digits: [Picture.PixelImage] = (0..<5).map { number -> Picture.PixelImage in
    Picture.PixelImage(rows: matrix(3 + number, 4), caption: "\(number)")
  }

  private static let waves: [Picture.Series] = (1...5).map { number -> Picture.Series in
    Picture.Series("s\(number)", wave(9, Double(number)))
  }

  private static let squares: [Picture.Bar] = (0..<12).map { number -> Picture.Bar in
    Picture.Bar("b\(number)", Double(number * number))
  }

  private static let charts: [Sample] = [
    Sample("four lines", .lineChart(title: "t", series: waves)),
    Sample(
      "dashed lines",
      .lineChart(title: "t", series: [.init("a", wave(5), isDashed: true), .init("b", wave(4, 3), isDashed: true)])
    ),
    Sample("steep band", .lineChart(title: "t", series: [], band: .init("r", low: [0, 9, 1], high: [8, 9.5, 64]))),
    Sample(
      "band of one", .lineChart(title: "t", series: [.init("", wave(3))], band: .init("r", points: [(2, -1, 1)]))
    ),
    Sample(
      "band with gaps",
      .lineChart(
        title: "t", series: [.init("s", wave(6))],
        band: .init("r", low: [0, .nan, 1, 2, 0], high: [1, 2, 2, .nan, 3]),
        x: .init("steps", range: 2...5), y: .init("y", range: 0...2))
    ),
    Sample("constant", .lineChart(title: "t", series: [.init("c", [3, 3, 3])], x: .init("long name of an axis"))),
    Sample(
      "less than a decade",
      .lineChart(title: "t", series: [.init("l", [2, 4, 7])], y: .init("loss", isLogarithmic: true))
    ),
    Sample("one decade", .lineChart(title: "t", series: [.init("l", [1, 10])], y: .init("loss", isLogarithmic: true))),
    Sample(
      "many decades", .lineChart(title: "t", series: [.init("l", [1e-9, 1e12])], y: .init("loss", isLogarithmic: true))
    ),
    Sample(
      "logarithmic steps",
      .lineChart(title: "t", series: [.init("l", points: [(1, 2), (10, 3), (1000, 1)])], x: .init(isLogarithmic: true))
    ),
    Sample("small numbers", .lineChart(title: "t", series: [.init("l", [1e-7, 3e-7, -2e-7])])),
    Sample("large numbers", .lineChart(title: "t", series: [.init("l", [1e7, 3e7, -2e7])])),
    Sample(
      "hundred points",
      .lineChart(title: "t", series: [.init("l", wave(100)), .init("a much longer name of a line", wave(50, 2))])
    ),
    Sample("bars up", .barChart(title: "t", bars: squares, unit: "s")),
    Sample(
      "bars down",
      .barChart(title: "t", bars: [.init("a", -3), .init("long name of a bar", -0.001), .init("c", -7, text: "seven")])
    ),
    Sample("bars of a range", .barChart(title: "t", bars: [.init("a", 0.25), .init("b", 3)], range: 0...1)),
    Sample("small bars", .barChart(title: "t", bars: [.init("a", 1e-9), .init("b", 3e-9, hue: .sky), .init("", 0)])),
  ]

  private static let maps: [Sample] = {
    var maps: [Sample] = []
    for (rows, columns) in [(1, 1), (2, 9), (3, 40), (24, 3), (25, 4), (26, 30), (5, 130)] {
      maps.append(
        Sample(
          "map \(rows) × \(columns)",
          .heatMap(
            title: "t", values: matrix(rows, columns), rowTitle: "unit", columnTitle: columns > 3 ? "step" : "")
        ))
    }
    maps += [
      Sample(
        "named map",
        .heatMap(title: "t", values: matrix(3, 5, -1), rowNames: ["a", "longer", "c"], columnNames: names(5, "k"))
      ),
      Sample(
        "numbers", .heatMap(title: "t", values: matrix(2, 3, 100), columnNames: ["x", "much longer", "z"], digits: 0)),
      Sample(
        "more numbers", .heatMap(title: "t", values: matrix(3, 12), columnNames: names(12), scale: .unit, digits: 2)),
      Sample(
        "blocks",
        .heatMap(
          title: "t", values: matrix(6, 12),
          blocks: [.init("i", count: 1), .init("forget", count: 8), .init("o", count: 9)],
          rowBlocks: [.init("x", count: 2, hue: .sky), .init("a long name", count: 3)], scale: .symmetric(2))
      ),
      Sample("range", .heatMap(title: "t", values: matrix(2, 2), scale: .range(-0.25, 0.5))),
      Sample("not finite", .heatMap(title: "t", values: [[.nan, .infinity], [-.infinity, 1]], scale: .signed)),
      Sample(
        "pixels",
        .pixelGrid(title: "t", images: digits, perRow: 3)
      ),
      Sample(
        "large pixels",
        .pixelGrid(title: "t", images: [.init(rows: matrix(28, 28), caption: "a seven", frame: .orange)])
      ),
      Sample("confusion of two", .confusionMatrix(title: "t", counts: [[0, 5], [7, 0]], names: ["yes", "no"])),
      Sample(
        "confusion of ten",
        .confusionMatrix(
          title: "t", counts: counts,
          names: (0..<10).map(String.init))
      ),
    ]
    return maps
  }()

  private static let others: [Sample] = [
    Sample(
      "short spans",
      .timeline(
        title: "t",
        lanes: [
          .init(
            "main", shortSpans),
          .init(
            "a long name of a lane",
            [.init("all of it", from: 0, to: 4000, isGroup: true), .init("tiny", from: 1, to: 1)]),
        ], unit: "ms")
    ),
    Sample(
      "nested spans",
      .timeline(
        title: "t",
        lanes: [
          .init(
            "main",
            [
              .init("a", from: 100, to: 200), .init("b", from: 110, to: 150), .init("c", from: 115, to: 120),
              .init("d", from: 120, to: 150), .init("e", from: 200, to: 230, category: "x"),
              .init("f", from: 229, to: 260),
            ])
        ], unit: "s")
    ),
    Sample("one step", .unrolledNetwork(title: "t", steps: 1, layers: [.init("h")])),
    Sample(
      "two layers",
      .unrolledNetwork(
        title: "t", steps: 3, inputShape: "[7]",
        layers: [.init("h", name: "LSTM", isBidirectional: true), .init("g", shape: "[2]")])
    ),
    Sample(
      "many steps",
      .unrolledNetwork(title: "t", steps: 40, layers: [.init("h", name: "GRU")], dense: .init("y"), initialState: "0")
    ),
    Sample("a word", .note(title: "t", "word")),
    Sample("activations", .activations(title: "t", [.relu, .hardSigmoid, .hardSigmoidSixth], over: -3...3)),
    Sample(
      "slopes", .activations(title: "t", [.relu, .hardSigmoid, .hardSigmoidSixth], derivatives: true, over: -3...3)),
  ]

  private static let gates: [HeatMapBlock] = [
    .init("a long name of a gate", count: 3, hue: .blue), .init("f", count: 1), .init("candidate", count: 9),
    .init("", count: 2),
  ]
  private static let sides: [HeatMapBlock] = [
    .init("from the layer below", count: 4, hue: .sky), .init("h", count: 1, hue: .yellow), .init("c", count: 30),
  ]

  private static let weights: [Sample] = [
    Sample(
      "weights side by side",
      .weightLayout(
        title: "t",
        matrices: [
          .init("kernel", rows: sides, columns: gates),
          .init("a name that is wider than its bias", rows: [sides[1]], columns: gates),
          .init("W", rows: gates, columns: [sides[1]], shape: "1 × 15 × 1"), .init("R", rows: gates, columns: sides),
          .init("b", rows: [sides[1]], columns: [gates[0]], shape: "3"),
        ])
    ),
    Sample(
      "one large matrix",
      .weightLayout(
        title: "t",
        matrices: [
          .init("K", rows: [.init("x", count: 700)], columns: (0..<4).map { .init("g\($0)", count: 100 + $0) })
        ])),
    Sample(
      "one small matrix",
      .weightLayout(title: "t", matrices: [.init("K", rows: [.init("x", count: 1)], columns: [.init("i", count: 2)])])),
  ]

  private func pictureDigest(_ picture: Picture) -> String {
    let texts = [20, 33, 60, 100, 140].flatMap { columns in
      [false, true].map { picture.terminal(columns: columns, colour: $0).joined(separator: "\n") }
    }
    let worded = picture.worded { "<\($0.text)>" }
    return digest(
      ([picture.alternative, picture.svg(idPrefix: "p"), worded.alternative, worded.svg(idPrefix: "q")] + texts).joined(
        separator: "\n"))
  }

  @Test func everyPictureIsAsItWas() throws {
    let pictures = Self.charts + Self.maps + Self.others + Self.weights
    for sample in pictures { try check(sample.picture) }
    let found = pictures.map { pictureDigest($0.picture) }
    try compareDigests(found, with: Self.known, keepingIn: "changed-corpus") { place, folder in
      let own = pictures[place]
      let file = folder.appending(path: own.name.replacing(" ", with: "-"))
      try Data(own.picture.svg(idPrefix: "p").utf8).write(to: file.appendingPathExtension("svg"))
      let lines = [33, 100].map { own.picture.terminal(columns: $0, colour: false).joined(separator: "\n") }
      try Data(lines.joined(separator: "\n\n").utf8).write(to: file.appendingPathExtension("txt"))
      return file
    }
  }

  private static let known = """
    mf0grhwx1bcy 355pz4aaryw7s 386dgjscjpl20 36xuqcp98f3am 3cqxwdrpccrtt 2i8r9al38fnm8 19x365b5s8trx
    2eu0adspq1xnu 1ahjb91qf3jyz 1lr9ovo4zp28n 2mnokdbc2zbo6 1ejenybykpxcr 19240g1yhyggu 3miemc11z2u47
    qjo52erhspnj 1ikc62gqkeunj t98u2owk2f2i 1hu7xox6kq0bb 3el69w7xdfsyd 21ylyo29kee2v 2bbg6euj7qi4p
    1wimnc3yfg4w8 1wy86de0og776 1kw12rp3gzxql w553sff698im 2bo5juubybqvy z1bway8i7srl 2o6n8cx3j61ff
    212lk439sikm5 1sdm5k9lpqpwo 1etunosguzf0p 2f3cvow5k89qv 3hpt75d5sywzf 34d9i0qknlj56 3n9xmt6sgp2qz
    f1w9m7ooy9o8 3m67cf3c9mvoc 2bfometmmdvye floho84z1680 2gzqn2vcfbj4m 1sft6f2hjj5ia 11rez1m3ov3t8
    3lygk0h3is7u0 142yilmspei0 11gf2no5c66tx
    """
}
