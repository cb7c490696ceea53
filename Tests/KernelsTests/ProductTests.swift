import Support
import Testing

@testable import Kernels

/// The blocked product against three plain loops. Both sum in the same order with one rounding a step, so equality is
/// exact.
@Suite(.serialized, .lane(.threads))
struct ProductTests {
  /// Shapes around every edge: of a tile (6), of vectors (2, 4, 8, 16), of blocks (168 rows, 256 steps, 512
  /// columns), and of sharing.
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (1, 52, 7), (1, 13, 52), (3, 5, 2), (5, 1, 7), (6, 16, 9), (7, 17, 31), (13, 52, 1), (12, 31, 64),
    (17, 33, 65), (31, 29, 37), (61, 47, 53), (119, 18, 257), (121, 35, 300), (128, 113, 128), (2, 2100, 3), (37, 0, 5),
    (0, 3, 5), (4, 6, 0), (130, 20, 0), (211, 97, 101), (23, 530, 520),
  ]

  @Test(arguments: shapes.indices)
  func agreesWithPlainLoopsInFloat(index: Int) { check(Float.self, Self.shapes[index]) }

  @Test(arguments: shapes.indices)
  func agreesWithPlainLoopsInDouble(index: Int) { check(Double.self, Self.shapes[index]) }

  private func check<Scalar: RealScalar>(_: Scalar.Type, _ shape: (m: Int, n: Int, k: Int)) {
    let before = Threads.count
    defer { Threads.count = before }
    for variant in 0..<16 {
      let product = SampleProduct<Scalar>(
        shape, transposeA: variant & 1 != 0, transposeB: variant & 2 != 0, accumulate: variant & 4 != 0,
        padding: variant & 8 != 0 ? 5 : 0)
      let expected = product.run(Plain.multiply)
      for threads in [1, 2, 3] {
        Threads.count = threads
        expectEqual(product.run(Scalar.kernels.multiply), expected, "\(shape), variant \(variant), \(threads) threads")
      }
    }
  }

  /// A bias that is added in the same pass has the bits of one that is added afterwards.
  @Test(arguments: shapes.indices)
  func aBiasIsAddedToTheFinishedProduct(index: Int) {
    let (m, n, k) = Self.shapes[index]
    let before = Threads.count
    defer { Threads.count = before }
    let (a, b) = (numbers(Float.self, m * k, seed: 5), numbers(Float.self, k * n, seed: 6))
    let bias = numbers(Float.self, n, seed: 7)
    for transposeB in [false, true] {
      var expected = [Float](repeating: .nan, count: m * n)
      Plain.multiply(
        a, lda: k, transposeA: false, b, ldb: transposeB ? k : n, transposeB: transposeB, into: &expected, ldc: n, m: m,
        n: n, k: k, accumulate: false)
      for place in expected.indices { expected[place] += bias[place % n] }
      for threads in [1, 2] {
        Threads.count = threads
        var received = [Float](repeating: .nan, count: m * n)
        Float.kernels.multiply(
          a, lda: k, transposeA: false, b, ldb: transposeB ? k : n, transposeB: transposeB, bias: bias, into: &received,
          ldc: n, m: m, n: n, k: k)
        expectEqual(received, expected, "\(m), \(n), \(k)")
      }
    }
  }

  /// Sums of columns that are taken while the blocks are packed have the bits of those that are taken row by row.
  @Test(arguments: shapes.indices)
  func theColumnsAreAddedInTheSamePass(index: Int) {
    let (m, n, k) = Self.shapes[index]
    // Without rows of C nothing is computed.
    guard m > 0 else { return }
    let before = Threads.count
    defer { Threads.count = before }
    let (a, b) = (numbers(Float.self, m * k, seed: 8), numbers(Float.self, k * n, seed: 9))
    var product = [Float](repeating: .nan, count: m * n)
    Plain.multiply(
      a, lda: m, transposeA: true, b, ldb: n, transposeB: false, into: &product, ldc: n, m: m, n: n, k: k,
      accumulate: false)
    var sums = [Float](repeating: 0, count: n)
    for place in b.indices { sums[place % n] += b[place] }
    for threads in [1, 2, 3] {
      Threads.count = threads
      var receivedProduct = [Float](repeating: .nan, count: m * n)
      var receivedSums = [Float](repeating: .nan, count: n)
      Float.kernels.multiply(
        a, lda: m, transposeA: true, b, ldb: n, transposeB: false, into: &receivedProduct, ldc: n,
        columnSums: &receivedSums, m: m, n: n, k: k)
      expectEqual(receivedProduct, product, "\(m), \(n), \(k), \(threads) threads")
      expectEqual(receivedSums, sums, "\(m), \(n), \(k), \(threads) threads")
    }
  }

  @Test func oneRowHasTheBitsThatItHasAmongMany() {
    let (m, n, k) = (67, 45, 301)
    let a = numbers(Float.self, m * k, seed: 3)
    let b = numbers(Float.self, k * n, seed: 4)
    var whole = [Float](repeating: 0, count: m * n)
    Float.kernels.multiply(
      a, lda: k, transposeA: false, b, ldb: n, transposeB: false, into: &whole, ldc: n, m: m, n: n, k: k,
      accumulate: false)
    for row in [0, 5, 66] {
      var one = [Float](repeating: 0, count: n)
      Float.kernels.multiply(
        Array(a[row * k..<(row + 1) * k]), lda: k, transposeA: false, b, ldb: n, transposeB: false, into: &one, ldc: n,
        m: 1, n: n, k: k, accumulate: false)
      expectEqual(one, Array(whole[row * n..<(row + 1) * n]))
    }
  }

  @Test func productsInsideProductsAndOnSeveralThreadsAtOnceAreDone() async {
    let product = SampleProduct<Float>(
      (130, 120, 110), transposeA: false, transposeB: true, accumulate: false, padding: 0)
    let expected = product.run(Plain.multiply)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<20).allSatisfy { _ in product.run(Float.kernels.multiply) == expected } }
      }
      for await isEqual in group { expect(isEqual) }
    }
  }
}

/// One product with its operands.
private struct SampleProduct<Scalar: RealScalar>: Sendable {
  var m: Int
  var n: Int
  var k: Int
  var a: [Scalar]
  var b: [Scalar]
  var c: [Scalar]
  var strides: (a: Int, b: Int, c: Int)
  var transposeA: Bool
  var transposeB: Bool
  var accumulate: Bool

  init(_ shape: (m: Int, n: Int, k: Int), transposeA: Bool, transposeB: Bool, accumulate: Bool, padding: Int) {
    (m, n, k) = shape
    strides = ((transposeA ? m : k) + padding, (transposeB ? k : n) + padding, n + padding)
    a = numbers(Scalar.self, strides.a * (transposeA ? k : m), seed: 1)
    b = numbers(Scalar.self, strides.b * (transposeB ? n : k), seed: 2)
    // What stands between the rows of C has to stay.
    c = numbers(Scalar.self, strides.c * m, seed: 3)
    (self.transposeA, self.transposeB, self.accumulate) = (transposeA, transposeB, accumulate)
  }

  typealias Multiply = (
    UnsafePointer<Scalar>, Int, Bool, UnsafePointer<Scalar>, Int, Bool, UnsafeMutablePointer<Scalar>, Int, Int, Int,
    Int,
    Bool
  ) -> Void

  /// `C`, padding included, after the product.
  func run(_ multiply: Multiply) -> [Scalar] {
    var result = c
    multiply(a, strides.a, transposeA, b, strides.b, transposeB, &result, strides.c, m, n, k, accumulate)
    return result
  }
}
