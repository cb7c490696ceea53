/// The matrix product `op(a)·op(b)`; leading axes of `a` count as rows, so a sequence `[B, T, D]` times `[D, H]` is `[B, T, H]`.
///
/// | Tensor | Shape                              |
/// |--------|------------------------------------|
/// | `a`    | `[…, K]`, `[K, M]` if `transposeA` |
/// | `b`    | `[K, N]`, `[N, K]` if `transposeB` |
/// | result | `[…, N]`                           |
public func matmul<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor<Scalar> {
  let n = transposeB ? b.shape[0] : b.columns
  var c = Tensor<Scalar>.zeros((transposeA ? [a.columns] : a.shape.dropLast()) + [n])
  multiplyAdd(a, b, transposeA: transposeA, transposeB: transposeB, into: &c, accumulate: false)
  return c
}

/// `c += op(a)·op(b)`, or `c = op(a)·op(b)` without `accumulate`: a weight that many steps share gathers its gradient so.
public func multiplyAdd<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool = false, transposeB: Bool = false,
  into c: inout Tensor<Scalar>, accumulate: Bool = true
) {
  let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
  let n = transposeB ? b.rows : b.columns
  precondition(k == (transposeB ? b.columns : b.rows), "\(a.shape) and \(b.shape) do not multiply")
  precondition(c.count == m * n, "\(a.shape) times \(b.shape) does not fit \(c.shape)")
  guard m > 0, n > 0, k > 0 else { return }
  c.scalars.withUnsafeMutableBufferPointer { c in
    a.scalars.withUnsafeBufferPointer { x in
      b.scalars.withUnsafeBufferPointer { w in
        Scalar.multiply(
          x.baseAddress!, lda: a.columns, transposeA: transposeA, w.baseAddress!, ldb: b.columns,
          transposeB: transposeB,
          into: c.baseAddress!, ldc: n, m: m, n: n, k: k, accumulate: accumulate)
      }
    }
  }
}
