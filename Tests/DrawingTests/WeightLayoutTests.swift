import Testing

@testable import Drawing

@Suite struct WeightLayoutTests {
  static let gates = zip(["i", "j", "f", "o"], [Hue.blue, .green, .orange, .purple]).map {
    HeatMapBlock($0, count: 13, hue: $1)
  }
  static let inputs = [HeatMapBlock("x", count: 7, hue: .sky), HeatMapBlock("h", count: 13, hue: .yellow)]

  @Test func joinedMatrices() throws {
    let picture = Picture.weightLayout(
      title: "TensorFlow 1", matrices: [.init("kernel", rows: Self.inputs, columns: Self.gates)])
    try check(picture)
    #expect(
      picture.terminal(columns: 60, colour: false)
        == ["kernel [20 × 52]", " x 7 │ i 13 │ j 13 │ f 13 │ o 13 │", "h 13 │ i 13 │ j 13 │ f 13 │ o 13 │"])
    // The heights of x and h are as 7 to 13 where both have room for their names.
    let rects = try SVGFacts(picture.svg(idPrefix: "p")).rects
    let heights = rects.compactMap { $0["height"].flatMap(Double.init) }.map { $0 + 2 }
    #expect(heights.count == 8 && abs(heights[0] * 13 - heights[4] * 7) < 1)
    #expect(picture.alternative.contains("kernel, 20 × 52: rows x 7, h 13; columns i 13, j 13, f 13, o 13"))
  }

  @Test func gatesAlongTheRows() throws {
    let picture = Picture.weightLayout(
      title: "PyTorch",
      matrices: [
        .init(#"weight\_ih\_l0"#, rows: Self.gates, columns: [Self.inputs[0]]),
        .init(#"weight\_hh\_l0"#, rows: Self.gates, columns: [Self.inputs[1]]),
      ])
    try check(picture)
    let lines = picture.terminal(columns: 60, colour: false)
    #expect(lines.count == 10 && lines[0] == "weight_ih_l0 [52 × 7]" && lines[2] == "│ j 13 │")
  }

  @Test func oddMatrices() throws {
    try check(.weightLayout(title: "none", matrices: []))
    try check(.weightLayout(title: "empty", matrices: [.init("a", rows: [], columns: Self.gates)]))
    let many = (0..<40).map { HeatMapBlock("gate number \($0)", count: $0 == 0 ? 1_000_000 : 1, hue: .sky) }
    try check(.weightLayout(title: "many", matrices: [.init("wide", rows: Self.inputs, columns: many)]))
    try check(.weightLayout(title: "many", matrices: [.init("tall", rows: many, columns: Self.inputs)]))
  }
}
