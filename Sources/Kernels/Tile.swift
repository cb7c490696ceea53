/// The innermost loop of every matrix product: a tile of `C`, up to six rows high and one vector wide, held in registers
/// while `k` runs.
///
///     C[r, :] += A[r, j] · B[j, :]      for j = 0, 1, … k − 1, one rounding each
///
/// The order of the sum is that of `Plain.multiply`, so both have the same bits; a tile's height, its width and the place
/// where `k` is cut change nothing.
enum Tile {
  /// Twelve AVX accumulators of the sixteen registers; two more hold the row of `B`, one the number of `A`.
  static let height = 6

  /// How many tiles cover `rows` rows.
  static func count(_ rows: Int) -> Int { (rows + height - 1) / height }

  /// The rows of tile `index` of `count`, of nearly equal heights: three rows and fewer leave the multipliers idle.
  @inline(__always)
  static func rows(_ index: Int, of count: Int, in rows: Int) -> Range<Int> {
    index * rows / count..<(index + 1) * rows / count
  }

  /// Where the tile's numbers of `A` lie: `A[r, j]` is `start[r * rowStride + j * stepStride]`.
  struct Left<Scalar: VectorScalar> {
    var start: UnsafePointer<Scalar>
    var rowStride: Int
    var stepStride: Int
  }

  /// Adds the product of `rows` (1…6) rows of `A` and of `k` vectors of `B`, each `ldb` after the last, to the tile at `c`;
  /// instead of adding it, overwrites the tile if not `accumulate`.
  @inline(__always)
  static func multiply<V: SIMD>(
    _ a: Left<V.Scalar>, _ b: UnsafePointer<V.Scalar>, ldb: Int,
    into c: UnsafeMutablePointer<V.Scalar>, ldc: Int, rows: Int, k: Int, accumulate: Bool, width: V.Type
  ) where V.Scalar: VectorScalar {
    // A constant height lets the compiler drop the rows that are not there.
    switch rows {
    case 6: run(a, b, ldb, c, ldc, rows: 6, k, accumulate, width)
    case 5: run(a, b, ldb, c, ldc, rows: 5, k, accumulate, width)
    case 4: run(a, b, ldb, c, ldc, rows: 4, k, accumulate, width)
    case 3: run(a, b, ldb, c, ldc, rows: 3, k, accumulate, width)
    case 2: run(a, b, ldb, c, ldc, rows: 2, k, accumulate, width)
    default: run(a, b, ldb, c, ldc, rows: 1, k, accumulate, width)
    }
  }

  @inline(__always)
  private static func run<V: SIMD>(
    _ a: Left<V.Scalar>, _ b: UnsafePointer<V.Scalar>, _ ldb: Int, _ c: UnsafeMutablePointer<V.Scalar>, _ ldc: Int,
    rows: Int, _ k: Int, _ accumulate: Bool, _ width: V.Type
  ) where V.Scalar: VectorScalar {
    var c0 = V()
    var c1 = V()
    var c2 = V()
    var c3 = V()
    var c4 = V()
    var c5 = V()
    if accumulate {
      c0 = c.vector()
      if rows > 1 { c1 = (c + ldc).vector() }
      if rows > 2 { c2 = (c + 2 * ldc).vector() }
      if rows > 3 { c3 = (c + 3 * ldc).vector() }
      if rows > 4 { c4 = (c + 4 * ldc).vector() }
      if rows > 5 { c5 = (c + 5 * ldc).vector() }
    }
    var left = a.start
    var right = b
    let stride = a.rowStride
    for _ in 0..<k {
      let row = right.vector(V.self)
      c0 = c0.addingProduct(V(repeating: left[0]), row)
      if rows > 1 { c1 = c1.addingProduct(V(repeating: left[stride]), row) }
      if rows > 2 { c2 = c2.addingProduct(V(repeating: left[2 * stride]), row) }
      if rows > 3 { c3 = c3.addingProduct(V(repeating: left[3 * stride]), row) }
      if rows > 4 { c4 = c4.addingProduct(V(repeating: left[4 * stride]), row) }
      if rows > 5 { c5 = c5.addingProduct(V(repeating: left[5 * stride]), row) }
      left += a.stepStride
      right += ldb
    }
    c.store(c0)
    if rows > 1 { (c + ldc).store(c1) }
    if rows > 2 { (c + 2 * ldc).store(c2) }
    if rows > 3 { (c + 3 * ldc).store(c3) }
    if rows > 4 { (c + 4 * ldc).store(c4) }
    if rows > 5 { (c + 5 * ldc).store(c5) }
  }
}
