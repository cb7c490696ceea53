import Foundation
import Support
import Testing

@testable import Tensors

/// Sizes that work is shared at, empty axes, and what is refused.
@Suite struct LimitTests {
  /// More work than one thread gets, in columns that are no whole number of parts.
  @Test func sumsAreThoseOfOneThread() {
    let (rows, width) = (131, 700)
    let x = Tensor<Double>(shape: [rows, width], scalars: (0..<rows * width).map { Double($0 % 1009) })
    var expected = [Double](repeating: 0, count: width)
    for row in 0..<rows { for j in 0..<width { expected[j] += Double((row * width + j) % 1009) } }
    expectEqual(x.sumOfRows().scalars, expected)
  }

  @Test func axesWithoutLength() {
    let none = Tensor<Double>.zeros([2, 3, 0])
    expect(none.step(1).shape == [2, 0] && none.steps(1..<3).shape == [2, 2, 0] && none.timeReversed == none)
    expect(none.sumOfColumns() == .zeros([2, 3]) && none.sumOfRows().shape == [0] && none.sum() == 0)
    expect(Tensor<Double>.zeros([3, 0]).argmaxOfRows() == [0, 0, 0] && softmax(none) == none)
    expect(Tensor<Double>.zeros([0, 4]).argmaxOfRows().isEmpty && none.columns == 0 && none.rows == 6)
    expect(none.swappingAxes(leading: 0).shape == [3, 2, 0] && none.reversedFirstAxis == none)
    expectEqual((Tensor<Double>([[1, 2]]) + Tensor(shape: [], scalars: [3])).scalars, [4, 5])
    expectEqual(Tensor<Double>.zeros([0, 3]) + Tensor([1, 2, 3]), .zeros([0, 3]))
  }

  @Test func softmaxRowByRow() {
    let y = softmax(Tensor<Double>([[0, log(3)], [log(4), 0], [5, 5]]))
    for (found, expected) in zip(y.scalars, [0.25, 0.75, 0.8, 0.2, 0.5, 0.5]) { expect(abs(found - expected) < 1e-15) }
    let last = softmax(Tensor<Double>([[-1000, -1000, 0]]))
    expectEqual(last.scalars, [0, 0, 1])
  }

  @Test func differencesToBothSides() {
    let x = Tensor<Double>([1, 5, 2])
    expect(
      x.largestDifference(from: Tensor([4, 5, 2])) == 3 && x.largestDifference(from: Tensor([1, 5, 4.5])) == 2.5)
    expect(x.largestDifference(from: Tensor([1, 1, 2])) == 4 && x.largestDifference(from: x) == 0)
    expect(x.largestDifference(from: Tensor([1, .nan, 2])).isNaN)
    expect(Tensor<Double>([.nan, 1, 1]).largestDifference(from: x).isNaN)
  }

  // MARK: Random numbers

  /// The polar method number by number: pairs outside of the circle are drawn again.
  @Test func normalNumbersFollowFromUniformOnes() {
    var (generator, plain) = (RandomGenerator(seed: 9), RandomGenerator(seed: 9))
    for _ in 0..<200 {
      var (u, s) = (0.0, 2.0)
      while s >= 1 || s == 0 {
        u = 2 * plain.uniform() - 1
        let v = 2 * plain.uniform() - 1
        s = u * u + v * v
      }
      expectEqual(generator.normal(), u * (-2 * log(s) / s).squareRoot())
    }
    expect(generator == plain && generator.state == plain.state)
  }

  @Test func everyNumberOfATensorIsDrawn() {
    var (generator, plain) = (RandomGenerator(seed: 10), RandomGenerator(seed: 10))
    let x = Tensor<Float>.uniform([3, 2, 4], -2, 5, using: &generator)
    expect(x.shape == [3, 2, 4] && x.scalars == (0..<24).map { _ in Float(plain.uniform(-2, 5)) })
    expect(generator == plain && generator.permutation(2).sorted() == [0, 1])
  }

  // MARK: Singular values

  @Test func ofThreeColumns() {
    // 2 + √2, 2, 2 − √2.
    let matrix = Tensor<Double>([[2, 1, 0], [1, 2, 1], [0, 1, 2]])
    let expected = [2 + 2.0.squareRoot(), 2, 2 - 2.0.squareRoot()]
    for (found, value) in zip(matrix.singularValues, expected) { expect(abs(found - value) < 1e-14) }
    expect(abs(matrix.spectralRadius - expected[0]) < 1e-13)
    expectEqual(Tensor<Double>([[0, 0, 3], [5, 0, 0], [0, 2, 0]]).singularValues, [5, 3, 2])
    expect(Tensor<Double>([[0, 0, -3]]).singularValues == [3] && Tensor<Double>.zeros([3, 0]).singularValues.isEmpty)
    expect(Tensor<Double>.zeros([3, 0]).spectralNorm == 0 && matrix.spectralNorm == matrix.singularValues[0])
    expect(Tensor<Double>([[.infinity]]).spectralRadius == .infinity && Tensor<Double>([[.nan]]).spectralRadius.isNaN)
    // Equal lengths, no angle: ζ = 0.
    let equal = Tensor<Double>([[2, 1], [1, 2]]).singularValues
    expect(abs(equal[0] - 3) < 1e-15 && abs(equal[1] - 1) < 1e-15)
    let opposite = Tensor<Double>([[1, -3], [2, 4]]).singularValues
    expect(
      abs(opposite[0] * opposite[1] - 10) < 1e-13
        && abs(opposite[0] * opposite[0] + opposite[1] * opposite[1] - 30) < 1e-13)
  }

  // MARK: Refusals

  @Test func aSubjectIsMadeOnlyForAnError() throws {
    var isAsked = false
    func subject() -> String {
      isAsked = true
      return "x"
    }
    try Tensor<Double>.zeros([2, 3]).requireShape([2, nil], subject())
    expect(!isAsked)
    #expect(throws: ShapeError.self) { try Tensor<Double>.zeros([2, 3]).requireShape([3, nil], subject()) }
    expect(isAsked)
  }

  @Test(.lane(.exits)) func shapesThatCannotBe() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>(shape: [2, 3], scalars: [1, 2, 3, 4, 5]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]) + Tensor.zeros([1, 3]) }
    await #expect(processExitsWith: .failure) {
      var x = Tensor<Double>.zeros([2, 3])
      x.addScaled(1, .zeros([3, 2]))
    }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).swappingAxes(leading: 1) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).swappingAxes(leading: -1) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.stackedRows([Tensor<Double>.zeros([2, 3]), .zeros([3, 2])])
    }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).columns(-1..<2) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3, 1]).singularValues }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]).spectralRadius }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([1, 1, 1]).spectralRadius }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = generator.index(below: 0)
    }
  }

  /// One number to draw from is that number.
  @Test func oneIsDrawnFromOne() {
    var generator = RandomGenerator(seed: 5)
    expectEqual((0..<3).map { _ in generator.index(below: 1) }, [0, 0, 0])
    expectEqual(Set((0..<40).map { _ in generator.index(below: 2) }), [0, 1])
  }
}
