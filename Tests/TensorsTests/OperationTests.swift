import Foundation
import Support
import Testing

@testable import Tensors

/// Every operation on small tensors whose numbers are pairwise distinct, to the last bit.
@Suite struct OperationTests {
  let a = Tensor<Double>([[1, 2, 3], [4, 5, 6]])
  let b = Tensor<Double>([[8, 16, 32], [64, 128, 256]])
  let row = Tensor<Double>([10, 20, 30])
  let one = Tensor<Double>(shape: [], scalars: [0.5])

  @Test func elementsAreCombined() {
    expect((a + b).scalars == [9, 18, 35, 68, 133, 262] && (a - b).scalars == [-7, -14, -29, -60, -123, -250])
    expect(
      (a * b).scalars == [8, 32, 96, 256, 640, 1536] && (b / a).scalars == [8, 8, 32.0 / 3, 16, 25.6, 256.0 / 6])
    expect((a + row).scalars == [11, 22, 33, 14, 25, 36] && (a - row).scalars == [-9, -18, -27, -6, -15, -24])
    expect((a * row).scalars == [10, 40, 90, 40, 100, 180] && (row / row).scalars == [1, 1, 1])
    expect((a + one).scalars == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5] && (a * one).scalars == [0.5, 1, 1.5, 2, 2.5, 3])
    expect((a + 2).scalars == [3, 4, 5, 6, 7, 8] && (a - 2).scalars == [-1, 0, 1, 2, 3, 4])
    expect((a * 3).scalars == [3, 6, 9, 12, 15, 18] && (3 * a) == a * 3 && (2 - a).scalars == [1, 0, -1, -2, -3, -4])
    expect((-a).scalars == [-1, -2, -3, -4, -5, -6] && (a + b).shape == [2, 3] && (a + row).shape == [2, 3])
    expectEqual((Tensor<Double>.zeros([2, 0]) + Tensor.zeros([0])).shape, [2, 0])
  }

  @Test func tensorsAreAddedInPlace() {
    var sum = a
    sum += b
    expectEqual(sum, a + b)
    sum = a
    sum += row
    expectEqual(sum, a + row)
    sum = a
    sum.addScaled(-2, b)
    expectEqual(sum.scalars, [-15, -30, -61, -124, -251, -506])
  }

  @Test func elementsAreChangedOneByOne() {
    let x = Tensor<Double>([-3, -2, -1, 0, 1, 2, 3, .nan])
    expect(x.clamped(to: 2).scalars.prefix(7) == [-2, -2, -1, 0, 1, 2, 2] && x.clamped(to: 2).scalars[7].isNaN)
    expectEqual(x.isInside(2).scalars, [0, 1, 1, 1, 1, 1, 0, 0])
    expect(
      x.absolute().scalars.prefix(7) == [3, 2, 1, 0, 1, 2, 3] && x.squared().scalars.prefix(7) == [9, 4, 1, 0, 1, 4, 9])
    expect(Tensor<Double>([0, 2.25, 16]).squareRoot().scalars == [0, 1.5, 4] && a.map { $0 * 10 } == a * 10)
    for (found, expected) in zip(Tensors.tanh(a).scalars, a.scalars.map { Foundation.tanh($0) }) {
      expect(abs(found - expected) <= 2 * expected.ulp)
    }
    for (found, expected) in zip(Tensors.exp(a).scalars, a.scalars.map { Foundation.exp($0) }) {
      expect(abs(found - expected) <= 2 * expected.ulp)
    }
    for (found, x) in zip(sigmoid(a).scalars, a.scalars) {
      expect(abs(found - 1 / (1 + Foundation.exp(-x))) <= 1e-15)
    }
  }

  // MARK: Sums

  @Test func sumsAndMeans() {
    expect(a.sum() == 21 && a.mean() == 3.5 && a.sumOfRows().shape == [3] && a.sumOfColumns().shape == [2])
    let cube = Tensor<Double>(shape: [2, 2, 3], scalars: (1...12).map(Double.init))
    expect(cube.sumOfRows().scalars == [22, 26, 30] && cube.sumOfColumns().scalars == [6, 15, 24, 33])
    expect(cube.sumOfColumns().shape == [2, 2] && Tensor<Double>.zeros([0, 3]).sumOfRows().scalars == [0, 0, 0])
    // More columns than one thread takes at a time.
    let wide = Tensor<Double>(shape: [3, 700], scalars: (0..<2100).map(Double.init))
    let sums = (0..<700).map { (column: Int) -> Double in Double(3 * column + 2100) }
    expectEqual(wide.sumOfRows().scalars, sums)
    expect(a.allFinite && !Tensor<Double>([1, .infinity]).allFinite && !Tensor<Double>([.nan, 1]).allFinite)
    expectEqual(Tensor<Double>([[1, 3, 3], [7, 5, 6], [-2, -1, -3]]).argmaxOfRows(), [1, 0, 1])
  }

  // MARK: Products

  /// Both ways to hand in each side, with a bias, added to what is there, and several at once.
  @Test func productsOfAllForms() {
    let c = Tensor<Double>([[7, 8], [9, 10], [11, 12]])
    let product = Tensor<Double>([[58, 64], [139, 154]])
    expectEqual(matmul(a.transposed, c.transposed, transposeA: true, transposeB: true), product)
    expectEqual(matmul(a, c, adding: Tensor([100, 200])), Tensor([[158, 264], [239, 354]]))
    expectEqual(
      matmul(Tensor<Double>.zeros([2, 0]), Tensor.zeros([0, 2]), adding: Tensor([1, 2])), Tensor([[1, 2], [1, 2]]))
    var target = Tensor<Double>([[1, 2], [3, 4]])
    multiplyAdd(a, c, into: &target, accumulate: false)
    expectEqual(target, product)
    multiplyAdd(a.transposed, c.transposed, transposeA: true, transposeB: true, into: &target)
    expectEqual(target, product * 2)
    let cube = Tensor<Double>(shape: [2, 1, 3], scalars: [1, 2, 3, 4, 5, 6])
    expect(matmul(cube, c).shape == [2, 1, 2] && matmul(cube, c).scalars == product.scalars)
    let two = Tensor<Double>(shape: [2, 3, 1], scalars: [1, 10, 100, 2, 20, 200])
    expectEqual(batchedMatmul(cube, two), Tensor(shape: [2, 1, 1], scalars: [321, 1308]))
    expectEqual(
      batchedMatmul(two, cube).scalars,
      [
        1, 2, 3, 10, 20, 30, 100, 200, 300, 8, 10, 12, 80, 100, 120, 800, 1000, 1200,
      ])
    let flat = two.reshaped([2, 1, 3])
    expectEqual(batchedMatmul(cube, flat, transposeB: true).scalars, [321, 1308])
    expectEqual(batchedMatmul(cube.reshaped([2, 3, 1]), two, transposeA: true).scalars, [321, 1308])
    expectEqual(batchedMatmul(Tensor<Double>.zeros([2, 3, 0]), Tensor.zeros([2, 0, 1])), .zeros([2, 3, 1]))
  }

  // MARK: Shapes

  @Test func piecesArePutTogether() {
    let more = Tensor<Double>([[7, 8, 9]])
    expect(
      Tensor.stackedRows([a, more]).scalars == [1, 2, 3, 4, 5, 6, 7, 8, 9]
        && Tensor.stackedRows([a, more]).shape == [3, 3])
    expect(Tensor.stacked([a, b]).shape == [2, 2, 3] && Tensor.stacked([a, b]).slice(1) == b)
    let narrow = Tensor<Double>([[7], [8]])
    expectEqual(Tensor.concatenated([a, narrow, .zeros([2, 0])]), Tensor([[1, 2, 3, 7], [4, 5, 6, 8]]))
    expect(a.columns(1..<3) == Tensor([[2, 3], [5, 6]]) && a.columns(2..<2).shape == [2, 0])
    expect(
      a.split(into: 3).map(\.scalars) == [[1, 4], [2, 5], [3, 6]]
        && a.reshaped([3, 2]) == Tensor([[1, 2], [3, 4], [5, 6]]))
    expect(a.transposed == Tensor([[1, 4], [2, 5], [3, 6]]) && b.slices(1..<2) == Tensor([[64, 128, 256]]))
    let cube = Tensor<Double>(shape: [2, 3, 2], scalars: (1...12).map(Double.init))
    expectEqual(cube.swappingAxes(leading: 1).shape, [2, 2, 3])
    expectEqual(cube.swappingAxes(leading: 1).scalars, [1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12])
    expectEqual(cube.reversedFirstAxis.scalars, [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6])
    expect(cube.steps(1..<3).scalars == [3, 4, 5, 6, 9, 10, 11, 12] && cube.steps(1..<3).shape == [2, 2, 2])
    expect(
      Tensor<Double>([[Double]]()).shape == [0, 0] && Tensor<Double>([Double]()).shape == [0] && one.columns == 1)
    expect(a.converted(to: Float.self).converted(to: Double.self) == a && a != a.reshaped([3, 2]))
  }

  // MARK: Random numbers

  /// SplitMix64 from seed 1234567, as its authors' program prints them, and what is made of its bits.
  @Test func numbersFollowFromTheirBits() {
    var generator = RandomGenerator(seed: 1_234_567)
    let bits: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
    ]
    expectEqual((0..<4).map { _ in generator.next() }, bits)
    generator = RandomGenerator(seed: 1_234_567)
    expectEqual((0..<4).map { _ in generator.uniform() }, bits.map { Double($0 >> 11) / 0x1p53 })
    generator = RandomGenerator(seed: 1_234_567)
    expectEqual((0..<4).map { _ in generator.uniform(-2, 6) }, bits.map { -2 + 8 * (Double($0 >> 11) / 0x1p53) })
    generator = RandomGenerator(seed: 1_234_567)
    expectEqual((0..<4).map { _ in generator.index(below: 10) }, bits.map { Int(Double($0) / 0x1p64 * 10) })
    generator = RandomGenerator(seed: 1_234_567)
    let tensor = Tensor<Double>.uniform([2, 2], -1, 3, using: &generator)
    expect(tensor.shape == [2, 2] && tensor.scalars == bits.map { -1 + 4 * (Double($0 >> 11) / 0x1p53) })
    // The polar method: u √(−2 ln s / s) of the first pair inside the circle.
    generator = RandomGenerator(seed: 1_234_567)
    let pairs = bits.map { -1 + 2 * (Double($0 >> 11) / 0x1p53) }
    let s = pairs[0] * pairs[0] + pairs[1] * pairs[1]
    expect(s < 1 && generator.normal() == pairs[0] * (-2 * Foundation.log(s) / s).squareRoot())
    // Fisher–Yates from the end.
    generator = RandomGenerator(seed: 1_234_567)
    var order = Array(0..<5)
    for (i, bits) in zip([4, 3, 2, 1], bits) { order.swapAt(i, Int(Double(bits) / 0x1p64 * Double(i + 1))) }
    expectEqual(generator.permutation(5), order)
  }
}
