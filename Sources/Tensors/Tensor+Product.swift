/// The matrix product `op(a)·op(b)`; leading axes of `a` count as rows, so a sequence `[B, T, D]` times `[D, H]` is
/// `[B, T, H]`.
///
/// | Tensor | Shape                              |
/// |--------|------------------------------------|
/// | `a`    | `[…, K]`, `[K, M]` if `transposeA` |
/// | `b`    | `[K, N]`, `[N, K]` if `transposeB` |
/// | result | `[…, N]`                           |
public func matmul<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor<Scalar> {
  let (_, n, _) = sizes(a, b, transposeA, transposeB)
  let shape = (transposeA ? [a.columns] : a.shape.dropLast()) + [n]
  // A sum of no products is zero.
  guard a.count > 0, b.count > 0 else { return .zeros(shape) }
  return Tensor(shape: shape) { c in
    multiply(a, b, transposeA: transposeA, transposeB: transposeB, into: c, accumulate: false)
  }
}

/// `c += op(a)·op(b)`, or `c = op(a)·op(b)` without `accumulate`; so the steps that share a weight add up its gradient.
///
/// | Tensor | Shape                                                      |
/// |--------|------------------------------------------------------------|
/// | `a`    | `[…, K]`, `[K, M]` if `transposeA`                         |
/// | `b`    | `[K, N]`, `[N, K]` if `transposeB`                         |
/// | `c`    | `[…, N]`; with K = 0 the product is zero                   |
public func multiplyAdd<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool = false, transposeB: Bool = false,
  into c: inout Tensor<Scalar>, accumulate: Bool = true
) {
  let (m, n, _) = sizes(a, b, transposeA, transposeB)
  precondition(c.count == m * n, "\(a.shape) times \(b.shape) does not fit \(c.shape)")
  guard a.count > 0, b.count > 0 else {
    // A sum of no products is zero.
    if !accumulate { c = .zeros(c.shape) }
    return
  }
  c.scalars.withUnsafeMutableBufferPointer { c in
    guard let c = c.baseAddress else { return }
    multiply(a, b, transposeA: transposeA, transposeB: transposeB, into: c, accumulate: accumulate)
  }
}

/// The sizes of `op(a)`, `[m, k]`, and `op(b)`, `[k, n]`.
private func sizes<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ transposeA: Bool, _ transposeB: Bool
) -> (m: Int, n: Int, k: Int) {
  let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
  precondition(k == (transposeB ? b.columns : b.rows), "\(a.shape) and \(b.shape) do not multiply")
  return (m, transposeB ? b.rows : b.columns, k)
}

private func multiply<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool, transposeB: Bool, into c: UnsafeMutablePointer<Scalar>,
  accumulate: Bool
) {
  let (m, n, k) = sizes(a, b, transposeA, transposeB)
  a.scalars.withUnsafeBufferPointer { x in
    b.scalars.withUnsafeBufferPointer { w in
      guard let x = x.baseAddress, let w = w.baseAddress else { return }
      Scalar.kernels.multiply(
        x, lda: a.columns, transposeA: transposeA, w, ldb: b.columns, transposeB: transposeB, into: c, ldc: n, m: m,
        n: n, k: k, accumulate: accumulate)
    }
  }
}
