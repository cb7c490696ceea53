import Foundation

/// The plain versions: loops that read like the definition, for `Float` and `Double` alike. The fast kernels are tested
/// against these.
public enum Plain {
  /// `C = op(A)·op(B)` (plus `C` when `accumulate`) by three loops; see `RealScalar.multiply`.
  public static func multiply<Scalar: RealScalar>(
    _ a: UnsafePointer<Scalar>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Scalar>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Scalar>, ldc: Int,
    m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    for row in 0..<m {
      for column in 0..<n {
        var sum: Scalar = accumulate ? c[row * ldc + column] : 0
        for j in 0..<k {
          let left = transposeA ? a[j * lda + row] : a[row * lda + j]
          let right = transposeB ? b[column * ldb + j] : b[j * ldb + column]
          sum.addProduct(left, right)
        }
        c[row * ldc + column] = sum
      }
    }
  }
}

extension Double: RealScalar {
  public static func exp(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { y[i] = Foundation.exp(x[i]) }
  }
  public static func tanh(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { y[i] = Foundation.tanh(x[i]) }
  }
  public static func sigmoid(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { y[i] = 1 / (1 + Foundation.exp(-x[i])) }
  }
  public static func multiply(
    _ a: UnsafePointer<Double>, lda: Int, transposeA: Bool, _ b: UnsafePointer<Double>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Double>, ldc: Int, m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    Plain.multiply(
      a, lda: lda, transposeA: transposeA, b, ldb: ldb, transposeB: transposeB, into: c, ldc: ldc, m: m, n: n, k: k,
      accumulate: accumulate)
  }
  public static func logarithm(_ x: Double) -> Double { Foundation.log(x) }
}

extension Float: RealScalar {
  public static func exp(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { y[i] = Foundation.exp(x[i]) }
  }
  public static func tanh(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { y[i] = Foundation.tanh(x[i]) }
  }
  public static func sigmoid(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { y[i] = 1 / (1 + Foundation.exp(-x[i])) }
  }
  public static func multiply(
    _ a: UnsafePointer<Float>, lda: Int, transposeA: Bool, _ b: UnsafePointer<Float>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Float>, ldc: Int, m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    Plain.multiply(
      a, lda: lda, transposeA: transposeA, b, ldb: ldb, transposeB: transposeB, into: c, ldc: ldc, m: m, n: n, k: k,
      accumulate: accumulate)
  }
  public static func logarithm(_ x: Float) -> Float { Foundation.log(x) }
}
