import Support
import Testing

@testable import Drawing
@testable import NetworkDrawing

@Suite struct WeightPictureTests {
  static let gates = zip(["i", "j", "f", "o"], [Hue.blue, .green, .orange, .purple]).map {
    HeatMapBlock($0, count: 13, hue: $1)
  }
  static let inputs = [HeatMapBlock("x", count: 7, hue: .sky), HeatMapBlock("h", count: 13, hue: .yellow)]

  @Test func joinedMatrices() throws {
    let picture = Picture.weightLayout(
      title: "TensorFlow 1", matrices: [.init("kernel", rows: Self.inputs, columns: Self.gates)])
    try check(picture)
    expectEqual(
      picture.terminal(columns: 60, colour: false),
      ["kernel [20 × 52]", " x 7 │ i 13 │ j 13 │ f 13 │ o 13 │", "h 13 │ i 13 │ j 13 │ f 13 │ o 13 │"])
    // The heights of x and h are as 7 to 13 where both have room for their names.
    let rects = try SVGFacts(picture.svg(idPrefix: "p")).rects
    let heights = rects.compactMap { $0["height"].flatMap(Double.init) }.map { $0 + 2 }
    expect(heights.count == 8 && abs(heights[0] * 13 - heights[4] * 7) < 1)
    expect(picture.alternative.contains("kernel, 20 × 52: rows x 7, h 13; columns i 13, j 13, f 13, o 13"))
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
    expect(lines.count == 10 && lines[0] == "weight_ih_l0 [52 × 7]" && lines[2] == "│ j 13 │")
  }

  @Test func shapesOfOneAndOfThreeAxesAndGatesAlongOneBlock() throws {
    let block = [HeatMapBlock("h", count: 4, hue: .green)]
    let inputs = [HeatMapBlock("x", count: 3), HeatMapBlock("h", count: 4)]
    let picture = Picture.weightLayout(
      title: "One block",
      matrices: [
        .init("kernel", rows: inputs, columns: block, gatesAreRows: false),
        .init("bias", rows: [HeatMapBlock("", count: 1)], columns: block, shape: "4"),
        .init("W", rows: block, columns: [inputs[0]], shape: "1 × 4 × 3", gatesAreRows: true),
      ])
    try check(picture)
    expectEqual(
      picture.terminal(columns: 60, colour: false),
      ["kernel [7 × 4]", "x 3 │ h 4 │", "h 4 │ h 4 │", "bias [4]", "│ h 4 │", "W [1 × 4 × 3]", "│ h 4 │"])
    // Four numbers are 80 wide, not as wide as the picture.
    let widths = try SVGFacts(picture.svg(idPrefix: "p")).rects.compactMap { $0["width"].flatMap(Double.init) }
    expectEqual(widths.first.map { $0 + 2 }, 80)
  }

  @Test func oddMatrices() throws {
    try check(.weightLayout(title: "none", matrices: []))
    try check(.weightLayout(title: "empty", matrices: [.init("a", rows: [], columns: Self.gates)]))
    let many = (0..<40).map { HeatMapBlock("gate number \($0)", count: $0 == 0 ? 1_000_000 : 1, hue: .sky) }
    try check(.weightLayout(title: "many", matrices: [.init("wide", rows: Self.inputs, columns: many)]))
    try check(.weightLayout(title: "many", matrices: [.init("tall", rows: many, columns: Self.inputs)]))
  }
}
