import Formulas
import Support
import Testing
import TextLayout

@testable import Drawing

/// The elements of a picture one by one: each attribute that a shape may have, and each part of a label.
@Suite struct CanvasTests {
  private func elements(_ draw: (inout Canvas) -> Void) -> [String] {
    var canvas = Canvas()
    draw(&canvas)
    return canvas.elements
  }

  @Test func shapesHaveTheirAttributes() {
    expectEqual(
      elements {
        $0.rect(x: 1, y: 2.5, width: 3, height: 4)
        $0.rect(x: -1, y: 0, width: -3, height: -4, fill: .soft, stroke: .ink, strokeWidth: 2, radius: 6, dashed: true)
        $0.rect(x: 0, y: 0, width: 1, height: 2, fill: .data(RGB(0x0A1B2C)), stroke: .hue(.green))
        $0.rect(x: 0, y: 0, width: 1, height: 2, fill: .tint(.sky), stroke: .data(RGB(0xFF0010)))
        $0.rect(x: 0, y: 0, width: 1, height: 2, fill: .data(RGB(1)), stroke: .data(RGB(2)))
      },
      [
        #"<rect x="1" y="2.5" width="3" height="4" fill="none"/>"#,
        #"<rect x="-1" y="0" width="0" height="0" rx="6" class="fs sk" stroke-width="2" stroke-dasharray="5 4"/>"#,
        ##"<rect x="0" y="0" width="1" height="2" fill="#0a1b2c" class="sh2"/>"##,
        ##"<rect x="0" y="0" width="1" height="2" class="ft5" stroke="#ff0010"/>"##,
        ##"<rect x="0" y="0" width="1" height="2" fill="#000001" stroke="#000002"/>"##,
      ])
    expectEqual(
      elements {
        $0.circle(x: 1, y: 2, radius: 3, fill: .faint)
        $0.line([(1, 2)], stroke: .ink)
        $0.line([(1, 2), (3, 4), (5, 6.5)], stroke: .ink)
        $0.line([(1, 2), (3, 4)], stroke: .soft, width: 1, dashed: true)
        $0.polygon([(1, 2), (3, 4)], fill: .ink)
        $0.polygon([(1, 2), (3, 4), (5, 6)], fill: .dim)
        $0.path("M0 0", stroke: .ink, crisp: true)
        $0.arrowhead(x: 10, y: 20, dx: 1, dy: 0, paint: .ink)
        $0.arrowhead(x: 10, y: 20, dx: 0, dy: -1, paint: .soft, size: 4)
      },
      [
        #"<circle cx="1" cy="2" r="3" class="fl"/>"#,
        #"<path d="M1 2L3 4 5 6.5" fill="none" class="sk" stroke-width="1.5"/>"#,
        #"<path d="M1 2L3 4" fill="none" class="ss" stroke-dasharray="5 4"/>"#,
        #"<path d="M1 2L3 4 5 6z" class="fd"/>"#,
        #"<path d="M0 0" fill="none" class="sk" stroke-width="1.5" shape-rendering="crispEdges"/>"#,
        #"<path d="M10 20L3 23.5 3 16.5z" class="fk"/>"#, #"<path d="M10 20L12 24 8 24z" class="fs"/>"#,
      ])
  }

  @Test func textsHaveTheirAttributes() {
    let p = define("p", symbol("x", .input, [0.25, 0.75]))
    expectEqual(
      elements {
        $0.text("a < b", x: 1, y: 2)
        $0.text("a", x: 1, y: 2.5, anchor: .middle, size: 13, paint: .soft, bold: true, rotated: true)
        $0.text("h_{t-1}^2x", x: 0, y: 0, anchor: .end)
        $0.text("W_a", x: 0, y: 0, size: 10, source: NumberSource(p, element: 1, form: .together, decimals: 2))
        $0.live = { $0.element == 1 ? "7" : nil }
        $0.text("1", x: 0, y: 0, source: NumberSource(p, element: 1, form: .together, decimals: 2))
        $0.text("0", x: 0, y: 0, source: NumberSource(p, element: 0, form: .together, decimals: 2))
        $0.group(" id=\"g\"") { $0.circle(x: 1, y: 1, radius: 1) }
      },
      [
        #"<text x="1" y="2" class="fk">a &lt; b</text>"#,
        #"<text x="1" y="2.5" class="fs" text-anchor="middle" font-size="13" font-weight="600" "#
          + #"transform="rotate(-90 1 2.5)">a</text>"#,
        #"<text x="0" y="0" class="fk" text-anchor="end">h<tspan dy="4.2" font-size="10.8">t−1</tspan>"#
          + #"<tspan dy="-9.6" font-size="10.8">2</tspan><tspan dy="5.4">x</tspan></text>"#,
        #"<text x="0" y="0" class="fk" font-size="10">W<tspan dy="2.8" font-size="7.2">a</tspan></text>"#,
        #"<text x="0" y="0" class="fk" data-live="7">1</text>"#, #"<text x="0" y="0" class="fk">0</text>"#,
        #"<g id="g">"#, #"<circle cx="1" cy="1" r="1" fill="none"/>"#, "</g>",
      ])
    expectEqual(xmlEscaped("a\tb\nc & \"d\""), "a b c &amp; &quot;d&quot;")
  }

  /// A style sheet has the paints in use, each in its light and in its dark form; the fill of a tint is pale.
  @Test func theStyleSheetHasThePaintsInUse() {
    var canvas = Canvas()
    canvas.height = 5
    canvas.rect(x: 0, y: 0, width: 1, height: 1, fill: .tint(.orange), stroke: .dim)
    canvas.rect(x: 0, y: 0, width: 1, height: 1, fill: .ink, stroke: .hue(.yellow))
    let svg = SVGWriter(idPrefix: "a", title: "", alternative: "").write(canvas)
    let font = #"#a{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}"#
    expectEqual(
      svg.split(separator: "\n")[3],
      "<style>\(font)#a .fk{fill:#1f2328}#a .sd{stroke:#6a727b}#a .sh4{stroke:#7d6900}"
        + "#a .ft1{fill:#b35200;fill-opacity:.16}@media screen and (prefers-color-scheme:dark){"
        + "#a .fk{fill:#e6edf3}#a .sd{stroke:#8b939e}#a .sh4{stroke:#e3ce46}#a .ft1{fill:#f2a24a}}</style>")
    expect(svg.hasSuffix("</svg>\n") && svg.contains(#"height="5" viewBox="0 0 480 5" font-size="15""#))
    let paints: [String] = Paint.styled.map { paint in
      let words: [String] = [paint.code ?? "", paint.light, paint.dark]
      return words.joined(separator: " ")
    }
    expectEqual(
      Array(paints.prefix(4)),
      [
        "k #1f2328 #e6edf3", "s #59636e #9da7b3", "l #c9d1d9 #3d444d", "d #6a727b #8b939e",
      ])
    expect(paints.count == 16 && paints[4] == "h0 #0068a6 #5fb4ea" && paints[15] == "t5 #1f7899 #9ad7f2")
  }

  @Test func anIdBeginsWithALetterAndHasNoOtherSigns() {
    let ids: [(String, String)] = [
      ("a-b_c9", "a-b_c9"), ("9", "p9"), ("-x", "p-x"), ("a b.é", "a-b--"), ("", "picture"), ("_", "p_"),
    ]
    for (prefix, id) in ids { expectEqual(SVGWriter(idPrefix: prefix, title: "", alternative: "").id, id) }
  }

  // MARK: Labels

  @Test func labelsAreReadSignBySign() {
    let labels: [(String, [(String, Label.Level)], plain: String)] = [
      ("a_t", [("a", .base), ("t", .sub)], "aₜ"),
      ("x^2_ty", [("x", .base), ("2", .sup), ("t", .sub), ("y", .base)], "x²ₜy"),
      ("x_{t-1}-1", [("x", .base), ("t−1", .sub), ("-1", .base)], "xₜ₋₁-1"), (#"\alpha\_b"#, [("α_b", .base)], "α_b"),
      (#"W_\mu"#, [("W", .base), ("μ", .sub)], "W_μ"), (#"\unknown x"#, [("unknown x", .base)], "unknown x"),
      (#"\hat{y}_{k}"#, [("y\u{302}", .base), ("k", .sub)], "y\u{302}ₖ"),
      (#"\bar x"#, [(" \u{304}x", .base)], " \u{304}x"), (#"\tilde c"#, [(" \u{303}c", .base)], " \u{303}c"),
      ("a^", [("a^", .base)], "a^"), ("_", [("_", .base)], "_"), ("\\", [("\\", .base)], "\\"), ("", [], ""),
      (#"x_{\tau k}"#, [("x", .base), ("τ k", .sub)], "x_{τ k}"), ("x_{", [("x", .base)], "x"),
      ("x^{-1}", [("x", .base), ("−1", .sup)], "x⁻¹"), ("x_{}y", [("xy", .base)], "xy"),
      ("a_b_c", [("a", .base), ("bc", .sub)], "a_bc"),
    ]
    for (markup, runs, plain) in labels {
      let label = Label(markup)
      expectEqual(label.runs, runs.map { Label.Run(text: $0.0, level: $0.1) }, "\(markup)")
      expectEqual(label.plain, plain, "\(markup)")
    }
    let signs =
      #"\alpha\beta\gamma\delta\Delta\epsilon\theta\lambda\mu\sigma\tau\phi\odot\times\cdot\to\infty\partial\sum"#
    expectEqual(Label(signs).plain, "αβγδΔεθλμστφ⊙×·→∞∂∑")
    // 0.62 em a column, 0.72 of it for a small one.
    expect(Label("ab").ems == 2 * 0.62 && abs(Label("ab_{cde}").ems - (1.24 + 3 * 0.72 * 0.62)) < 1e-15)
    expect(Label("").ems == 0 && abs(Label("x^2").ems - 0.62 * 1.72) < 1e-15)
  }

  // MARK: Colours

  @Test func huesHaveTheirColours() {
    let hues = Hue.allCases.map { "\($0) \($0.light) \($0.dark) \($0.terminalCode)" }
    expectEqual(
      hues,
      [
        "blue #0068a6 #5fb4ea 32", "orange #b35200 #f2a24a 172", "green #007858 #3cc79a 36",
        "purple #a03c79 #e69cc8 169", "yellow #7d6900 #e3ce46 142", "sky #1f7899 #9ad7f2 74",
      ])
    expectEqual((0...7).map(Hue.number), [.blue, .orange, .green, .purple, .yellow, .sky, .blue, .orange])
    expectEqual(TextStyle.hue(.green), TextStyle(foreground: .palette(36)))
    expectEqual(TextStyle.hue(.sky, bold: true), TextStyle(foreground: .palette(74), bold: true))
  }

  @Test func coloursAreCountedAndMixed() {
    expect(RGB(0x0F10FF).hex == "#0f10ff" && RGB(red: 1, green: 2, blue: 3) == RGB(0x010203))
    let (a, b) = (RGB(red: 0, green: 100, blue: 255), RGB(red: 10, green: 0, blue: 255))
    expect(a.mixed(with: b, 0.25) == RGB(red: 3, green: 75, blue: 255) && a.mixed(with: b, 1) == b)
    // 299 red + 587 green + 114 blue above 140,000: dark text, else white.
    expectEqual(RGB(red: 140, green: 140, blue: 140).contrasting, RGB(0xFFFFFF))
    expectEqual(RGB(red: 141, green: 140, blue: 140).contrasting, RGB(0x111111))
    expectEqual(RGB(red: 0, green: 255, blue: 0).contrasting, RGB(0x111111))
    expectEqual(RGB(red: 255, green: 0, blue: 255).contrasting, RGB(0xFFFFFF))
    // The cube 16 + 36 r + 6 g + b of the steps 0, 95, 135, 175, 215, 255; greys 232 + level of 8 + 10 · level.
    let codes: [(Int, Int)] = [
      (0x000000, 16), (0xFFFFFF, 231), (0xFF0000, 196), (0x00FF00, 46), (0x0000FF, 21), (0x5F87AF, 67),
      (0x080808, 232), (0x121212, 233), (0x808080, 244), (0xEEEEEE, 255), (0x70A0D0, 74),
    ]
    for (hex, code) in codes { expectEqual(RGB(hex).terminalCode, code, "\(RGB(hex).hex)") }
  }

  @Test func aRampRunsThroughItsAnchors() {
    for ramp in [ColourRamp.sequential, .diverging, .ink] {
      expect(ramp.colour(0) == ramp.anchors[0] && ramp.colour(1) == ramp.anchors[ramp.anchors.count - 1])
      expect(ramp.colour(-3) == ramp.colour(0) && ramp.colour(7) == ramp.colour(1))
      expect(ramp.colour(.nan) == RGB(0x808080) && ramp.colour(.infinity) == RGB(0x808080))
      // 64 steps: 10 / 63 and what lies less than half a step beside it are one.
      expect(ramp.colour(10.4 / 63) == ramp.colour(10.0 / 63) && ramp.colour(10.6 / 63) == ramp.colour(11.0 / 63))
    }
    expectEqual(ColourRamp.ink.colour(21.0 / 63).hex, "#ababaa")
    expectEqual(ColourRamp.sequential.anchors.map(\.hex), ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"])
    expectEqual(ColourRamp.diverging.anchors.map(\.hex), ["#0b4f8a", "#6baed6", "#f5f5f2", "#f0a35c", "#a84a00"])
    expectEqual(ColourRamp.ink.anchors.map(\.hex), ["#f6f6f2", "#14161a"])
  }

  // MARK: Legends

  private static let entries = [
    Legend.Entry(name: "ab", paint: .hue(.blue), mark: .line),
    Legend.Entry(name: "c_t", paint: .hue(.orange), mark: .dashes),
    Legend.Entry(name: "all", paint: .tint(.sky), mark: .box),
  ]

  /// 2 units, then for each entry 30 and its name, and 16 between two; a row takes 22.
  @Test func aLegendBreaksWhereItsWidthEnds() {
    let legend = Legend(entries: Self.entries)
    let widths = Self.entries.map { 30 + Label($0.name).ems * 14 }
    let two = 2 + widths[0] + 16 + widths[1]
    expect(legend.height(width: two + 16 + widths[2] + 0.01) == 22 && legend.height(width: two + 0.01) == 44)
    expect(legend.height(width: two - 0.01) == 66 && legend.height(width: 10) == 66)
    expectEqual(Legend(entries: []).height(width: 9), 0)
    var canvas = Canvas()
    canvas.width = two + 0.01
    legend.draw(on: &canvas, y: 100)
    let second = NumberText.coordinate(2 + widths[0] + 16)
    let end = NumberText.coordinate(2 + widths[0] + 16 + 22)
    let name = NumberText.coordinate(2 + widths[0] + 16 + 28)
    expectEqual(
      canvas.elements,
      [
        #"<path d="M2 109L24 109" fill="none" class="sh0" stroke-width="2.5"/>"#,
        #"<text x="30" y="114" class="fk" font-size="14">ab</text>"#,
        #"<path d="M\#(second) 109L\#(end) 109" fill="none" class="sh1" stroke-width="2.5" stroke-dasharray="5 4"/>"#,
        #"<text x="\#(name)" y="114" class="fk" font-size="14">c<tspan dy="3.92" font-size="10.08">t</tspan></text>"#,
        #"<rect x="6" y="125" width="14" height="12" class="ft5"/>"#,
        #"<text x="30" y="136" class="fk" font-size="14">all</text>"#,
      ])
  }

  @Test func aLegendOfATerminalBreaksToo() {
    let legend = Legend(entries: Self.entries)
    func lines(_ columns: Int) -> [String] {
      legend.text(columns: columns) { place, entry in ("\(place)#", entry.mark == .box ? .soft : .plain) }
        .map { $0.spans.map(\.text).joined() }
    }
    expect(lines(18) == ["0# ab   1# cₜ", "2# all"] && lines(22) == ["0# ab   1# cₜ   2# all"])
    expect(lines(21) == ["0# ab   1# cₜ", "2# all"] && lines(13) == ["0# ab   1# cₜ", "2# all"])
    expect(lines(12) == ["0# ab", "1# cₜ", "2# all"] && lines(5) == ["0# ab", "1# cₜ", "2# a…"])
    let styled = legend.text(columns: 40) { _, entry in ("#", entry.mark == .box ? .soft : .plain) }[0]
    expectEqual(styled, StyledLine("# ab   # cₜ   ") + StyledLine("#", .soft) + StyledLine(" all"))
    expect(Legend(entries: []).text(columns: 9) { _, _ in ("", .plain) }.isEmpty)
  }

  // MARK: Dots

  @Test func dotsStandInTheirPlaces() {
    var grid = BrailleGrid(columns: 2, rows: 2)
    expect(grid.dotsAcross == 4 && grid.dotsDown == 8)
    for (x, y) in [(0, 0), (1, 3), (3, 7), (4, 0), (0, 8), (-1, 0), (0, -1)] { grid.set(x: x, y: y, .soft) }
    expect(
      grid.row(0) == StyledLine("⢁", .soft) + StyledLine(" ") && grid.row(1) == StyledLine(" ") + StyledLine("⢀", .soft)
    )
    grid.set(x: 1, y: 0, .plain)
    expectEqual(grid.row(0), StyledLine("⢉ "))
    var lines = BrailleGrid(columns: 4, rows: 1)
    lines.line(from: (0, 0), to: (7, 3), .plain)
    expectEqual(lines.row(0), StyledLine("⠉⠒⠤⣀"))
    var steps: [Int] = []
    lines.line(from: (6, 0), to: (2, 0), .plain) { column in
      steps.append(column)
      return false
    }
    expectEqual(steps, [6, 5, 4, 3, 2])
    let empty = BrailleGrid(columns: 0, rows: -1)
    expect(empty.columns == 1 && empty.rows == 1)
    // Every dot of one character: eight bits of its code.
    let codes = (0..<4).flatMap { y in
      (0..<2).map { x in
        var one = BrailleGrid(columns: 1, rows: 1)
        one.set(x: x, y: y, .plain)
        return one.row(0).spans[0].text
      }
    }
    expectEqual(codes, ["⠁", "⠈", "⠂", "⠐", "⠄", "⠠", "⡀", "⢀"])
  }

  @Test func aLineIsCutAtItsFrame() throws {
    let across = try #require(AxisScale(.init(range: 0...4), values: [0], ticks: 5, tight: true))
    let up = try #require(AxisScale(.init(range: 0...2), values: [0], ticks: 5, tight: true))
    func cut(_ points: [(x: Double, y: Double)]) -> [[[Double]]] {
      LineChart.stretches(points, across, up).map { $0.map { [$0.x, $0.y] } }
    }
    expectEqual(cut([(0, 1), (4, 2)]), [[[0, 0.5], [1, 1]]])
    expectEqual(cut([(0, 1), (2, 3), (4, 1)]), [[[0, 0.5], [0.25, 1]], [[0.75, 1], [1, 0.5]]])
    expectEqual(cut([(0, -1), (2, 1), (4, -3)]), [[[0.25, 0], [0.5, 0.5], [0.625, 0]]])
    expectEqual(cut([(0, 1), (1, .nan), (2, 2), (5, 1), (3, 0)]), [[[0, 0.5]], [[0.5, 1]], [[0.75, 0]]])
    let ranges = LineChart.rangeStretches([(0, -1, 1), (1, 0.5, 3), (2, .nan, 1), (5, 0, 1), (4, 1, 2)], across, up)
    expectEqual(
      ranges.map { $0.map { [$0.x, $0.low, $0.high] } }, [[[0, 0, 0.5], [0.25, 0.25, 1]], [[1, 0.5, 1]]])
    let frame = Frame(x: 10, y: 20, width: 100, height: 50)
    let point = frame.point((0.25, 0.5))
    expect(point.x == 35 && point.y == 45 && frame.point((0, 0)).y == 70 && frame.point((1, 1)).y == 20)
  }
}
