/// The matrix product `op(a)·op(b)`; leading axes of `a` count as rows, so a sequence `[B, T, D]` times `[D, H]` is
/// `[B, T, H]`.
///
/// | Tensor | Shape                              |
/// |--------|------------------------------------|
/// | `a`    | `[…, K]`, `[K, M]` if `transposeA` |
/// | `b`    | `[K, N]`, `[N, K]` if `transposeB` |
/// | `bias` | `[N]`, added to every row; or none |
/// | result | `[…, N]`                           |
public func matmul<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool = false, transposeB: Bool = false,
  adding bias: Tensor<Scalar>? = nil
) -> Tensor<Scalar> {
  let (_, n, _) = sizes(a, b, transposeA, transposeB)
  let shape = (transposeA ? [a.columns] : a.shape.dropLast()) + [n]
  // A sum of no products is zero.
  guard a.count > 0, b.count > 0 else { return bias.map { .zeros(shape) + $0 } ?? .zeros(shape) }
  precondition(bias.map { $0.shape == [n] } ?? true, "a bias of shape \(bias?.shape ?? []) for \(n) columns")
  return Tensor(shape: shape) { c in
    multiply(a, b, transposeA: transposeA, transposeB: transposeB, into: c, accumulate: false, bias: bias)
  }
}

/// The product `aᵀ·b` and the sums of the columns of `b`, in one pass over `b`: the gradients of a kernel and of its
/// bias from the input and the gradient of the sums.
///
/// | Tensor    | Shape    |
/// |-----------|----------|
/// | `a`       | `[…, M]` |
/// | `b`       | `[…, N]` |
/// | `product` | `[M, N]` |
/// | `sums`    | `[N]`    |
public func transposedProductAndSums<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>
) -> (product: Tensor<Scalar>, sums: Tensor<Scalar>) {
  let (m, n, _) = sizes(a, b, true, false)
  guard a.count > 0, b.count > 0 else { return (.zeros([m, n]), b.sumOfRows()) }
  var sums = Tensor<Scalar>.zeros([n])
  let product = Tensor<Scalar>(shape: [m, n]) { c in
    sums.scalars.withUnsafeMutableBufferPointer {
      multiply(a, b, transposeA: true, transposeB: false, into: c, accumulate: false, columnSums: $0.baseAddress)
    }
  }
  return (product, sums)
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

/// The products of two batches of matrices, sample by sample: `op(a_b)·op(b_b)` for every b.
///
/// | Tensor | Shape                                       |
/// |--------|---------------------------------------------|
/// | `a`    | `[B, M, K]`, `[B, K, M]` if `transposeA`    |
/// | `b`    | `[B, K, N]`, `[B, N, K]` if `transposeB`    |
/// | result | `[B, M, N]`                                 |
public func batchedMatmul<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor<Scalar> {
  precondition(a.rank == 3 && b.rank == 3 && a.shape[0] == b.shape[0], "\(a.shape) and \(b.shape) are no two batches")
  let (m, k) = transposeA ? (a.shape[2], a.shape[1]) : (a.shape[1], a.shape[2])
  let n = transposeB ? b.shape[1] : b.shape[2]
  precondition(k == (transposeB ? b.shape[2] : b.shape[1]), "\(a.shape) and \(b.shape) do not multiply")
  let shape = [a.shape[0], m, n]
  // A sum of no products is zero.
  guard a.count > 0, b.count > 0 else { return .zeros(shape) }
  return Tensor(shape: shape) { c in
    a.scalars.withUnsafeBufferPointer { x in
      b.scalars.withUnsafeBufferPointer { w in
        guard let x = x.baseAddress, let w = w.baseAddress else { return }
        for sample in 0..<shape[0] {
          Scalar.kernels.multiply(
            x + sample * m * k, lda: a.columns, transposeA: transposeA, w + sample * k * n, ldb: b.columns,
            transposeB: transposeB, into: c + sample * m * n, ldc: n, m: m, n: n, k: k, accumulate: false)
        }
      }
    }
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

/// The product: with a bias for every row, or with the sums of the columns of `op(b)`, or added to what is there.
private func multiply<Scalar>(
  _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, transposeA: Bool, transposeB: Bool, into c: UnsafeMutablePointer<Scalar>,
  accumulate: Bool, bias: Tensor<Scalar>? = nil, columnSums: UnsafeMutablePointer<Scalar>? = nil
) {
  let (m, n, k) = sizes(a, b, transposeA, transposeB)
  a.scalars.withUnsafeBufferPointer { x in
    b.scalars.withUnsafeBufferPointer { w in
      guard let x = x.baseAddress, let w = w.baseAddress else { return }
      if let columnSums {
        Scalar.kernels.multiply(
          x, lda: a.columns, transposeA: transposeA, w, ldb: b.columns, transposeB: transposeB, into: c, ldc: n,
          columnSums: columnSums, m: m, n: n, k: k)
      } else if let bias {
        Scalar.kernels.multiply(
          x, lda: a.columns, transposeA: transposeA, w, ldb: b.columns, transposeB: transposeB, bias: bias.scalars,
          into: c, ldc: n, m: m, n: n, k: k)
      } else {
        Scalar.kernels.multiply(
          x, lda: a.columns, transposeA: transposeA, w, ldb: b.columns, transposeB: transposeB, into: c, ldc: n, m: m,
          n: n, k: k, accumulate: accumulate)
      }
    }
  }
}
