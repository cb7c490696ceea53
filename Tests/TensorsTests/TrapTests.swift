import Support
import Testing

@testable import Tensors

/// Shapes that cannot be right end the program with what was wrong; they are mistakes of this package, not of a file.
@Suite(.lane(.exits)) struct TrapTests {
  @Test func anIndexLiesWithinItsAxis() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>([[1, 2, 3], [4, 5, 6]])[0, 3] }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>([[1, 2, 3], [4, 5, 6]])[-1, 5] }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>([[1, 2, 3], [4, 5, 6]])[1] }
  }

  @Test func rowsOfAMatrixHaveOneLength() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>([[1, 2], [3]]) }
  }

  @Test func columnsLieWithinTheMatrix() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>([[1, 2, 3], [4, 5, 6]]).columns(1..<4) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>([[1, 2, 3]]).split(into: 2) }
  }

  @Test func operandsFitTogether() async {
    await #expect(processExitsWith: .failure) { _ = matmul(Tensor<Double>.zeros([2, 3]), Tensor.zeros([2, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>.zeros([2, 3]) + Tensor.zeros([2]) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.concatenated([Tensor<Double>.zeros([2, 3]), Tensor.zeros([3, 3])])
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Double>.zeros([2]).largestDifference(from: Tensor.zeros([3]))
    }
  }
}

@Suite struct ElementTests {
  let x = Tensor<Double>(shape: [2, 3, 2], scalars: (1...12).map(Double.init))

  @Test func everyElementHasItsPlace() {
    expect(x[0, 0, 1] == 2 && x[0, 2, 0] == 5 && x[1, 0, 0] == 7 && x[1, 2, 1] == 12)
    var y = x
    y[1, 1, 0] = -1
    expectEqual(y.scalars, [1, 2, 3, 4, 5, 6, 7, 8, -1, 10, 11, 12])
    expect(x.rank == 3 && x.count == 12 && x.columns == 2 && x.rows == 6 && Tensor<Double>.zeros([]).rows == 1)
    expectEqual("\(Tensor<Float>([1, 2]))", "Tensor<Float>[2] [1.0, 2.0]")
    expectEqual("\(ShapeError("x", expected: "[2]", received: [3]))", "x: expected shape [2], received [3]")
  }

  /// The second sample as well as the first, the last step as well as the first.
  @Test func samplesAndStepsAreCutOut() {
    expect(x.step(2) == Tensor([[5, 6], [11, 12]]) && x.step(0) == Tensor([[1, 2], [7, 8]]))
    expect(x.slice(1) == Tensor([[7, 8], [9, 10], [11, 12]]) && x.slices(1..<2).shape == [1, 3, 2])
    expectEqual(x.timeReversed.scalars, [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8])
    expectEqual(x.timeMajor.scalars, [1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 11, 12])
    expectEqual(x.columns(1..<2).scalars, [2, 4, 6, 8, 10, 12])
    expect(x.converted(to: Float.self).scalars == (1...12).map(Float.init))
  }

  @Test func uniformNumbersLieInTheirRange() {
    var generator = RandomGenerator(seed: 2)
    let numbers = (0..<1000).map { _ in generator.uniform(-3, 5) }
    expect(numbers.allSatisfy { -3 <= $0 && $0 < 5 } && (numbers.min() ?? 0) < -2.9 && (numbers.max() ?? 0) > 4.9)
    let places = (0..<1000).map { _ in generator.index(below: 3) }
    expectEqual(Set(places), [0, 1, 2])
    for place in 0..<3 { expect(abs(places.count { $0 == place } - 333) < 75) }
    expect(generator.permutation(1) == [0] && generator.permutation(0) == [])
  }
}
