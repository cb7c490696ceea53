import Support
import Testing

@testable import Tensors

@Suite struct TensorTests {
  let a = Tensor<Double>([[1, 2, 3], [4, 5, 6]])
  let b = Tensor<Double>([[7, 8], [9, 10], [11, 12]])

  @Test func productOfRowsAndColumns() {
    expectEqual(matmul(a, b), Tensor([[58, 64], [139, 154]]))
    expectEqual(matmul(a.transposed, b, transposeA: true), Tensor([[58, 64], [139, 154]]))
    expectEqual(matmul(a, b.transposed, transposeB: true), Tensor([[58, 64], [139, 154]]))
  }

  @Test func aProductAddsToWhatIsThere() {
    var c = Tensor<Double>([[1, 2], [3, 4]])
    multiplyAdd(a, b, into: &c)
    expectEqual(c, Tensor([[59, 66], [142, 158]]))
  }

  @Test func aProductGivesTheSumsOfItsColumnsToo() {
    let c = Tensor<Double>([[7, 8], [9, 10]])
    let (product, sums) = transposedProductAndSums(a, c)
    expect(product == Tensor([[43, 48], [59, 66], [75, 84]]) && sums == Tensor([16, 18]))
    let none = transposedProductAndSums(Tensor<Double>.zeros([2, 0]), c)
    expect(none.product == .zeros([0, 2]) && none.sums == Tensor([16, 18]))
  }

  @Test func threadsFillALargeTensor() {
    let large = Tensor<Float>(repeating: 2.5, shape: [701, 307])
    expect(large.count == 701 * 307 && large.scalars.allSatisfy { $0 == 2.5 })
  }

  @Test func biasIsAddedToEveryRow() {
    expectEqual(Tensor<Double>([[1, 2], [3, 4]]) + Tensor([1, 1]), Tensor([[2, 3], [4, 5]]))
  }

  @Test func splittingAndConcatenatingAreInverse() {
    let wide = Tensor<Float>(shape: [2, 2, 6], scalars: (0..<24).map(Float.init))
    expectEqual(Tensor.concatenated(wide.split(into: 3)), wide)
    expectEqual(wide.split(into: 3)[1].scalars, [2, 3, 8, 9, 14, 15, 20, 21])
  }

  @Test func stepsOfASequence() {
    let x = Tensor<Double>(shape: [2, 3, 2], scalars: (0..<12).map(Double.init))
    expectEqual(x.step(1), Tensor([[2, 3], [8, 9]]))
    expectEqual(Tensor.sequence((0..<3).map { x.step($0) }, batchSize: 2, features: 2), x)
    expectEqual(x.timeReversed.step(0), x.step(2))
    expectEqual(x.timeMajor.shape, [3, 2, 2])
    expectEqual(x.timeMajor.slice(1), x.step(1))
  }

  @Test func softmaxOfLargeNumbersStaysFinite() {
    let p = softmax(Tensor<Double>([[1000, 1001], [-1000, -1003]]))
    // 1 / (1 + e) and 1 / (1 + e³), to the last digits of Double.
    expect(abs(p[0, 0] - 0.2689414213699951) < 1e-15)
    expect(abs(p[1, 1] - 0.04742587317756678) < 1e-16)
  }

  @Test func sumsOverRowsAndColumns() {
    expectEqual(a.sumOfRows(), Tensor([5, 7, 9]))
    expectEqual(a.sumOfColumns(), Tensor([6, 15]))
    expectEqual(a.argmaxOfRows(), [2, 2])
  }

  @Test func differenceIsNaNWhereAnElementIs() {
    expect(Tensor<Double>([1, .nan]).largestDifference(from: Tensor([1, 2])).isNaN)
    expectEqual(Tensor<Double>([1, 5]).largestDifference(from: Tensor([1, 2])), 3)
  }

  @Test func shapeErrorsShowBothShapes() {
    #expect(throws: ShapeError("kernel", expected: "[3, any]", received: [2, 3])) {
      try a.requireShape([3, nil], "kernel")
    }
  }
}

@Suite struct EmptyProducts {
  let left = Tensor<Double>.zeros([2, 0])
  let right = Tensor<Double>.zeros([0, 3])

  @Test func aProductOverAnEmptyInnerAxisIsZero() {
    expectEqual(matmul(left, right), .zeros([2, 3]))
    var target = Tensor<Double>([[1, 2, 3], [4, 5, 6]])
    multiplyAdd(left, right, into: &target, accumulate: false)
    expectEqual(target, .zeros([2, 3]))
  }

  @Test func anEmptySumAddsNothing() {
    let before = Tensor<Double>([[1, 2, 3], [4, 5, 6]])
    var target = before
    multiplyAdd(left, right, into: &target)
    expectEqual(target, before)
  }
}

@Suite struct RandomGeneratorTests {
  /// The first numbers of SplitMix64 from seed 0, as the reference program of its authors prints them.
  @Test func firstNumbersOfSeedZero() {
    var generator = RandomGenerator(seed: 0)
    expectEqual(generator.next(), 0xE220_A839_7B1D_CDAF)
    expectEqual(generator.next(), 0x6E78_9E6A_A1B9_65F4)
  }

  @Test func aPermutationHoldsEveryNumberOnce() {
    var generator = RandomGenerator(seed: 5)
    let order = generator.permutation(100)
    expect(order != Array(0..<100))
    expectEqual(order.sorted(), Array(0..<100))
  }

  @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
    var generator = RandomGenerator(seed: 7)
    let numbers = (0..<20_000).map { _ in generator.normal() }
    let mean = numbers.reduce(0, +) / 20_000
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
    // Five standard errors: 5/√20000 for the mean, 5·√(2/20000) for the variance.
    expect(abs(mean) < 0.036)
    expect(abs(variance - 1) < 0.05)
  }
}
