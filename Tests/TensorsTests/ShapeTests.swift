import Support
import Testing

@testable import Tensors

/// A shape is held to its rank and to each size that is given.
@Suite struct ShapeTests {
  @Test(
    arguments: [
      ([2, 3], [2, 3], nil), ([2, 3], [nil, 3], nil), ([2, 3], [nil, nil], nil), ([], [], nil),
      ([2, 3], [2], "[2]"), ([2, 3], [2, 3, nil], "[2, 3, any]"), ([2], [], "[]"), ([], [nil], "[any]"),
      ([2, 3], [3, 2], "[3, 2]"), ([2, 3], [2, 4], "[2, 4]"), ([1, 3], [nil, nil, nil], "[any, any, any]"),
      ([2, 3], [nil], "[any]"),
    ] as [([Int], [Int?], String?)])
  func sizesAndRankCount(shape: [Int], wanted: [Int?], expected: String?) throws {
    let tensor = Tensor<Double>.zeros(shape)
    guard let expected else { return try tensor.requireShape(wanted, "x") }
    #expect(throws: ShapeError("x", expected: expected, received: shape)) { try tensor.requireShape(wanted, "x") }
  }
}
