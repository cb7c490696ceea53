import Support
import Testing

@testable import Tensors

/// Products whose three sizes differ, in every form, against loops.
@Suite struct ProductTests {
  private var generator = RandomGenerator(seed: 61)

  /// Whole numbers: every sum is exact.
  private mutating func tensor(_ shape: Int...) -> Tensor<Double> {
    Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in Double(generator.index(below: 19)) - 9 })
  }

  private func plain(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Tensor<Double> {
    Tensor(
      (0..<a.rows).map { i in
        (0..<b.columns).map { j in (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
      })
  }

  @Test(arguments: [(2, 3, 4), (1, 5, 2), (7, 1, 3), (3, 4, 1)])
  mutating func everyForm(m: Int, k: Int, n: Int) {
    let (a, b, bias, c) = (tensor(m, k), tensor(k, n), tensor(n), tensor(m, n))
    let product = plain(a, b)
    for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
      let (x, y) = (transposeA ? a.transposed : a, transposeB ? b.transposed : b)
      expectEqual(matmul(x, y, transposeA: transposeA, transposeB: transposeB), product)
      expectEqual(matmul(x, y, transposeA: transposeA, transposeB: transposeB, adding: bias), product + bias)
      var sum = c
      multiplyAdd(x, y, transposeA: transposeA, transposeB: transposeB, into: &sum)
      expectEqual(sum, c + product)
      multiplyAdd(x, y, transposeA: transposeA, transposeB: transposeB, into: &sum, accumulate: false)
      expectEqual(sum, product)
    }
    let (of, sums) = transposedProductAndSums(a.transposed, b)
    expect(of == product && sums == b.sumOfRows())
  }

  @Test mutating func everyFormOfABatch() {
    let (a, b) = (tensor(3, 2, 5), tensor(3, 5, 4))
    let product = Tensor.stacked((0..<3).map { plain(a.slice($0), b.slice($0)) })
    let (at, bt) = (a.swappingAxes(leading: 1), b.swappingAxes(leading: 1))
    expect(product.shape == [3, 2, 4] && batchedMatmul(a, b) == product)
    expect(batchedMatmul(at, b, transposeA: true) == product && batchedMatmul(a, bt, transposeB: true) == product)
    expectEqual(batchedMatmul(at, bt, transposeA: true, transposeB: true), product)
    expectEqual(batchedMatmul(tensor(2, 0, 3), tensor(2, 3, 4)).shape, [2, 0, 4])
    expectEqual(batchedMatmul(tensor(2, 3, 5), tensor(2, 0, 5), transposeB: true).shape, [2, 3, 0])
    expectEqual(batchedMatmul(tensor(2, 0, 3), tensor(2, 0, 4), transposeA: true), .zeros([2, 3, 4]))
  }

  /// Leading axes count as rows; with `transposeA` the sum runs over all of them.
  @Test mutating func sequencesAreManyRows() {
    let (x, w, g) = (tensor(2, 3, 4), tensor(4, 5), tensor(2, 3, 5))
    let y = matmul(x, w)
    expect(y.shape == [2, 3, 5] && y.reshaped([6, 5]) == plain(x.reshaped([6, 4]), w))
    let (dw, db) = transposedProductAndSums(x, g)
    expect(dw.shape == [4, 5] && dw == plain(x.reshaped([6, 4]).transposed, g.reshaped([6, 5])))
    expect(db == g.sumOfRows() && matmul(x, g, transposeA: true) == dw)
  }

  @Test func nothingTimesNothingIsZero() {
    let bias = Tensor<Double>([1, 2, 3])
    expectEqual(matmul(Tensor<Double>.zeros([2, 0]), .zeros([0, 3]), adding: bias), Tensor([[1, 2, 3], [1, 2, 3]]))
    expectEqual(matmul(Tensor<Double>.zeros([0, 2]), .zeros([2, 3]), adding: bias).shape, [0, 3])
    expectEqual(matmul(Tensor<Double>.zeros([0, 4]), .zeros([0, 3]), transposeA: true), .zeros([4, 3]))
    expectEqual(matmul(Tensor<Double>.zeros([2, 0]), .zeros([3, 0]), transposeB: true), .zeros([2, 3]))
    let none = transposedProductAndSums(Tensor<Double>.zeros([0, 4]), .zeros([0, 3]))
    expect(none.product == .zeros([4, 3]) && none.sums == .zeros([3]))
  }

  @Test(.lane(.exits)) func operandsThatDoNotFitEndTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = matmul(Tensor<Double>.zeros([2, 3]), .zeros([3, 4]), adding: .zeros([2]))
    }
    await #expect(processExitsWith: .failure) {
      _ = matmul(Tensor<Double>.zeros([2, 3]), .zeros([4, 3]), transposeA: true, transposeB: true)
    }
    await #expect(processExitsWith: .failure) {
      var c = Tensor<Double>.zeros([2, 3])
      multiplyAdd(Tensor<Double>.zeros([2, 3]), .zeros([3, 4]), into: &c)
    }
    await #expect(processExitsWith: .failure) { _ = batchedMatmul(Tensor<Double>.zeros([2, 3]), .zeros([2, 3, 4])) }
    await #expect(processExitsWith: .failure) { _ = batchedMatmul(Tensor<Double>.zeros([2, 1, 3]), .zeros([2, 3])) }
    await #expect(processExitsWith: .failure) {
      _ = batchedMatmul(Tensor<Double>.zeros([2, 1, 3]), .zeros([3, 3, 4]))
    }
    await #expect(processExitsWith: .failure) {
      _ = batchedMatmul(Tensor<Double>.zeros([2, 1, 3]), .zeros([2, 4, 3]))
    }
  }
}
