/// Matrix products: `C = op(A)·op(B)`, as `RealScalar.multiply` states them.
///
/// Small ones run straight on the operands, large ones as a `PackedProduct`.
struct Product<Scalar: VectorScalar> {
  var a: StridedMatrix<Scalar>
  var b: StridedMatrix<Scalar>
  var c: UnsafeMutablePointer<Scalar>
  var ldc: Int
  var m: Int
  var n: Int
  var k: Int
  var accumulate: Bool

  func run() {
    guard m > 0 && n > 0 else { return }
    let work = m * n * k
    if b.columnStride == 1 && (m <= 2 * Tile.height || work < 16_000) {
      runUnpacked()
    } else if work < 500 {
      runTiny()
    } else {
      PackedProduct(a: a, b: .matrix(b), c: c, ldc: ldc, m: m, n: n, k: k, accumulate: accumulate).run()
    }
  }
}

extension Product {
  /// Vectors over the columns of `B` where it lies; the last columns in ever narrower vectors.
  private func runUnpacked() {
    var column = 0
    column = panels(from: column, Scalar.Vector.self)
    column = panels(from: column, Scalar.Half.self)
    column = panels(from: column, Scalar.Quarter.self)
    if column < n {
      var rest = self
      rest.b = b.from(0, column)
      rest.c = c + column
      rest.n = n - column
      rest.runTiny()
    }
  }

  /// As many panels of one vector's width as fit, and the first column after them.
  @inline(__always)
  private func panels<V: SIMD>(from first: Int, _ vector: V.Type) -> Int where V.Scalar == Scalar {
    var column = first
    let tiles = Tile.count(m)
    while column + V.scalarCount <= n {
      for tile in 0..<tiles {
        let rows = Tile.rows(tile, of: tiles, in: m)
        let left = Tile.Left(
          start: a.at(rows.lowerBound, 0), rowStride: a.rowStride, stepStride: a.columnStride)
        Tile.multiply(
          left, .init(start: b.at(0, column), stepStride: b.rowStride),
          into: .init(start: c + rows.lowerBound * ldc + column, rowStride: ldc), rows: rows.count, k: k,
          accumulate: accumulate, vector: vector)
      }
      column += V.scalarCount
    }
    return column
  }

  /// Element by element.
  private func runTiny() {
    for row in 0..<m {
      for column in 0..<n {
        var sum = accumulate ? c[row * ldc + column] : 0
        var left = a.at(row, 0)
        var right = b.at(0, column)
        for _ in 0..<k {
          sum.addProduct(left.pointee, right.pointee)
          left += a.columnStride
          right += b.rowStride
        }
        c[row * ldc + column] = sum
      }
    }
  }
}
