import Support
import Testing

@testable import Drawing

@Suite struct GridTests {
  @Test func digits() throws {
    let ramp = (0..<28).map { row in (0..<28).map { Double($0 * row) / 729 } }
    let images = (0..<7).map { Picture.PixelImage(rows: ramp, caption: "true \($0), read as 4", frame: .orange) }
    try check(.pixelGrid(title: "digits", images: images))
    try check(.pixelGrid(title: "one", images: [.init(rows: [[0.5]], caption: "x_1 & \u{1B}[31m")], perRow: -3))
    try check(.pixelGrid(title: "ragged", images: [.init(rows: [[.nan, 7], [], [.infinity]])]))
    try check(.pixelGrid(title: "none", images: [.init(rows: []), .init(pixels: [1, 2, 3], width: 0)]))
  }

  @Test func pixelsFallIntoTheirPlaces() {
    let image = Picture.PixelImage(pixels: [0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1], width: 3)
    let lines = Picture.pixelGrid(title: "", images: [image]).terminal(columns: 20, colour: false)
    // Two rows of pixels in a line: 001 over 011, 000 over 001.
    expectEqual(lines, [" ▒█", "  ▒"])
    let coloured = Picture.pixelGrid(title: "", images: [image]).terminal(columns: 20, colour: true)
    expect(coloured.count == 2 && coloured[0].filter { $0 == "▀" }.count == 3)
  }

  @Test(arguments: [
    (10, 3, [3, 3, 2, 2]), (10, 4, [4, 3, 3]), (10, 7, [5, 5]), (10, 12, [10]), (7, 3, [3, 2, 2]), (1, 3, [1]),
    (3, 1, [1, 1, 1]),
  ]) func rowsOnATerminalAreEven(count: Int, most: Int, lengths: [Int]) {
    let rows = PixelGrid.evenRows(of: count, most: most)
    expect(rows.map(\.count) == lengths && Array(rows.joined()) == Array(0..<count))
  }

  @Test func picturesFillTheirRowsEvenly() {
    let images = (0..<10).map { Picture.PixelImage(rows: [Array(repeating: 1, count: 28)], caption: "d\($0)") }
    let lines = Picture.pixelGrid(title: "", images: images).terminal(columns: 96, colour: false)
    expectEqual(
      lines.filter { $0.contains("d") }.map { $0.split(separator: " ") },
      [
        ["d0", "d1", "d2"], ["d3", "d4", "d5"], ["d6", "d7"], ["d8", "d9"],
      ])
  }

  @Test func confusions() throws {
    let counts = [[17, 2, 0], [0, 0, 0], [5, 1, 29]]
    let picture = Picture.confusionMatrix(title: "who", counts: counts)
    try check(picture)
    expect(picture.alternative.contains("85.19 % right"))
    expect(picture.alternative.contains("2 taken for 0: 5; 0 taken for 1: 2"))
    let lines = picture.terminal(columns: 60, colour: false)
    expectEqual(lines[2].split(separator: " "), ["0", "17", "2", "·"])
    expectEqual(lines[4].split(separator: " "), ["2", "5", "1", "29"])
    expectEqual(picture.terminal(columns: 20, colour: false).count, lines.count)
    for odd in [[], [[1, 2], [3]], [[-1]], [[Int.max, Int.max], [Int.max, 0]], [[0]]] as [[[Int]]] {
      try check(.confusionMatrix(title: "odd", counts: odd))
    }
    try check(.confusionMatrix(title: "long", counts: counts, names: ["a very long name", "W_{ix}", "日本語の名前"]))
  }

  @Test func elementsKeepTheirNamesAndColours() throws {
    func element(_ b: Int, _ t: Int) -> Picture.Element { .init("x_{\(b)\(t)}", b == 0 ? .blue : .orange) }
    let before = Picture.TensorStage(
      shape: "[2, 3]", blocks: [.init("B", (0..<2).map { b in (0..<3).map { element(b, $0) } })])
    let after = Picture.TensorStage(
      operation: "transpose", shape: "[3, 2]", blocks: [.init("T", (0..<3).map { t in (0..<2).map { element($0, t) } })]
    )
    let picture = Picture.tensorLayout(title: "layout", stages: [before, after])
    try check(picture)
    expectEqual(
      picture.terminal(columns: 40, colour: false),
      [
        "[2, 3]", "B", "│x₀₀ x₀₁ x₀₂│", "│x₁₀ x₁₁ x₁₂│", "  ↓ transpose", "[3, 2]", "T", "│x₀₀ x₁₀│", "│x₀₁ x₁₁│",
        "│x₀₂ x₁₂│",
      ])
    let cells = try SVGFacts(picture.svg(idPrefix: "p")).rects.map { $0["class"] ?? "" }
    expectEqual(
      cells.map { $0.contains("h\(Hue.orange.rawValue)") },
      [false, false, false, true, true, true] + [
        false, true, false, true, false, true,
      ])
    try check(.tensorLayout(title: "none", stages: []))
    try check(.tensorLayout(title: "none", stages: [.init(shape: "[0]", blocks: [.init("", [])])]))
    let long = (0..<90).map { Picture.Element("a_{\($0)}", .green) }
    try check(.tensorLayout(title: "long", stages: [.init(shape: "[1, 90]", blocks: [.init("one", [long, []])])]))
  }
}
