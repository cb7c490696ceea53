import Drawing
import Layers
import NetworkDrawing
import Support
import Testing

@Suite struct LayoutPictureTests {
  private func lines(_ layout: WeightLayout, leading: [Int] = []) -> [String] {
    Picture.weights("layout", of: layout, inputs: 3, units: 5, leading: leading).terminal(columns: 80, colour: false)
  }

  @Test func blocksStandAsTheLayoutHasThem() throws {
    try expectEqual(
      lines(WeightLayout(.tensorflow1, .lstm)),
      [
        "kernel [8 × 20]", "x 3 │ i 5 │ g 5 │ f 5 │ o 5 │", "h 5 │ i 5 │ g 5 │ f 5 │ o 5 │", "bias [20]",
        "│ i 5 │ g 5 │ f 5 │ o 5 │",
      ])
    try expectEqual(
      lines(WeightLayout(.onnx, .lstm), leading: [1]),
      [
        "W [1 × 20 × 3]", "│ i 5 │", "│ o 5 │", "│ f 5 │", "│ g 5 │", "R [1 × 20 × 5]", "│ i 5 │", "│ o 5 │", "│ f 5 │",
        "│ g 5 │", "B [1 × 40]", "│ i 5 │ o 5 │ f 5 │ g 5 │ i 5 │ o 5 │ f 5 │ g 5 │",
      ])
  }

  @Test func aSingleBlockKeepsItsAxis() throws {
    let candidate = try lines(WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))).suffix(5)
    let expected = ["candidate/kernel [8 × 5]", "x 3 │ g 5 │", "h 5 │ g 5 │", "candidate/bias [5]", "│ g 5 │"]
    expectEqual(Array(candidate), expected)
    expectEqual(Array(try lines(WeightLayout(.pytorch, .simpleRNN)).prefix(2)), ["weight_ih [5 × 3]", "│ h 5 │"])
    let twoRows = ["bias [2 × 15]", "x 1 │ z 5 │ r 5 │ g 5 │", "h 1 │ z 5 │ r 5 │ g 5 │"]
    expectEqual(Array(try lines(WeightLayout(.keras, .gru)).suffix(3)), twoRows)
  }
}
