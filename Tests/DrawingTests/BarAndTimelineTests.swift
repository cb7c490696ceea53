import Formulas
import Support
import Testing

@testable import Drawing

@Suite struct BarAndTimelineTests {
  @Test func barsAreAsLongAsTheirNumbers() throws {
    let picture = Picture.barChart(title: "p", bars: [.init("a", 0.25), .init("b", 1), .init("c", 0.5, hue: .orange)])
    try check(picture)
    let lengths = picture.terminal(columns: 47, colour: false).map { $0.filter { $0 == "█" }.count }
    expectEqual(lengths, [10, 40, 20])
    let widths = try SVGFacts(picture.svg(idPrefix: "p")).rects.compactMap { $0["width"].flatMap(Double.init) }
    expect(widths.count == 3 && abs(widths[0] * 4 - widths[1]) < 0.1 && abs(widths[2] * 2 - widths[1]) < 0.1)
  }

  /// The axis reaches as far as it was told, and a page finds where it begins and how long 1 is.
  @Test func barsThatFollowSayTheirAxis() throws {
    let p = define("p", symbol("x", .input, [0.25, 0.75]))
    let bars = [Picture.Bar("a", 0.25).following(p, element: 0), Picture.Bar("b", 0.75).following(p, element: 1)]
    let picture = Picture.barChart(title: "p", bars: bars, range: 0...1)
    try check(picture)
    let svg = picture.svg(idPrefix: "p", live: { "\($0.element),\($0.decimals)" })
    let axes = svg.matches(of: #/<g data-bar="([\d.]+) ([\d.]+)" data-live="(\d),3">/#)
    let widths = try SVGFacts(svg).rects.compactMap { $0["width"].flatMap(Double.init) }
    expect(axes.map(\.output.3) == ["0", "1"] && widths.count == 2)
    for (axis, (width, value)) in zip(axes, zip(widths, [0.25, 0.75])) {
      let scale = try #require(Double(axis.output.2))
      expect(abs(width - value * scale) < 0.01)
    }
    expect(!picture.svg(idPrefix: "p").contains("data-"))
  }

  @Test(
    arguments: [
      [], [.nan], [0], [0, 0], [-3, 2.5, .infinity], [-1, -2], [1e300], [1e149, -1e149, 1e-300],
    ] as [[Double]])
  func oddNumbers(_ values: [Double]) throws {
    try check(
      .barChart(
        title: "odd", bars: values.map { .init("a long name W_{ix}, that does not fit & more", $0) }, unit: "ms"))
  }

  static let spans: [Picture.Span] = [
    .init("step", from: 0, to: 100), .init("gate", from: 10, to: 50), .init("MatMul", from: 10, to: 37),
    .init("Sigmoid", from: 37, to: 48), .init("MatMul", from: 60, to: 95),
  ]

  @Test func spansNest() throws {
    let timeline = try #require(TimelineChart(lanes: [.init("main", Self.spans.reversed())], unit: "µs"))
    expectEqual(timeline.lanes[0].bars.map(\.span.name), ["step", "gate", "MatMul", "Sigmoid", "MatMul"])
    expectEqual(timeline.lanes[0].bars.map(\.depth), [0, 1, 2, 2, 1])
    // step 100 − 40 − 35, gate 40 − 27 − 11.
    expectEqual(timeline.categories.map(\.name), ["MatMul", "step", "Sigmoid", "gate"])
    expectEqual(timeline.categories.map(\.total), [62, 25, 11, 2])
  }

  @Test func timelines() throws {
    let picture = Picture.timeline(title: "t", lanes: [.init("main", Self.spans), .init("worker", [])], unit: "µs")
    try check(picture)
    let lines = picture.terminal(columns: 100, colour: false)
    expectEqual(
      lines[3],
      String(repeating: " ", count: 10) + String(repeating: "D", count: 40)
        + String(repeating: " ", count: 10) + String(repeating: "A", count: 35))
    let many = (0..<5000).map { Picture.Span("op \($0 % 9)", from: Double($0), to: Double($0) + 0.9) }
    let crowded = Picture.timeline(title: "many", lanes: [.init("main", many)], unit: "µs")
    try check(crowded)
    expect(crowded.svg(idPrefix: "m").utf8.count < 400_000)
  }

  /// Parts that hold others have no colour and no place among the categories; a wide one says its name.
  @Test func groupsArePale() throws {
    let spans: [Picture.Span] = [
      .init("step", from: 0, to: 100, isGroup: true), .init("gate", from: 10, to: 50, isGroup: true),
      .init("MatMul", from: 10, to: 40),
    ]
    let timeline = try #require(TimelineChart(lanes: [.init("main", spans)], unit: "µs"))
    expectEqual(timeline.categories.map(\.name), ["MatMul"])
    let picture = Picture.timeline(title: "t", lanes: [.init("main", spans)], unit: "µs")
    try check(picture)
    let lines = picture.terminal(columns: 40, colour: false)
    expectEqual(lines[2], "╶──────────────── step ────────────────╴")
    expectEqual(lines[3], "    ╶──── gate ────╴")
    expectEqual(lines[4], "    " + String(repeating: "A", count: 12))
  }

  @Test func oddTimes() throws {
    try check(.timeline(title: "none", lanes: [], unit: "s"))
    try check(.timeline(title: "point", lanes: [.init("a", [.init("x", from: 5e17, to: 5e17)])], unit: "s"))
    let broken: [Picture.Span] = [
      .init("n", from: .nan, to: 1), .init("i", from: 0, to: .infinity), .init("r", from: 2, to: 1),
    ]
    try check(.timeline(title: "broken", lanes: [.init("a", broken)], unit: "s"))
    try check(
      .timeline(title: "one of them", lanes: [.init("a", broken + [.init("good", from: -1, to: 3)])], unit: "s"))
  }
}
