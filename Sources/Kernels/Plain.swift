/// The plain versions: loops that read like the definition, for `Float` and `Double`. The fast kernels are tested
/// against these.
public enum Plain {
  /// `C = op(A)·op(B)` (plus `C` when `accumulate`) by three loops; see
  /// ``ScalarKernels/multiply(_:lda:transposeA:_:ldb:transposeB:into:ldc:m:n:k:accumulate:)``.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
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
