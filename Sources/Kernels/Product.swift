/// A matrix product `C = op(A)·op(B)`; see
/// ``ScalarKernels/multiply(_:lda:transposeA:_:ldb:transposeB:into:ldc:m:n:k:accumulate:)``.
///
/// A small product reads its operands in place; a large one is a `PackedProduct`.
struct MatrixProduct<Scalar: RealScalar> {
  var a: StridedMatrix<Scalar>
  var b: StridedMatrix<Scalar>
  var c: UnsafeMutablePointer<Scalar>
  var ldc: Int
  var m: Int
  var n: Int
  var k: Int
  var accumulate: Bool
  /// `[n]`, added to every row of the finished product.
  var bias: UnsafePointer<Scalar>?
  /// `[n]`, where the sums of the columns of `op(B)` go, if they are wanted.
  var columnSums: UnsafeMutablePointer<Scalar>?
}

extension MatrixProduct where Scalar: VectorScalar {
  func run() {
    guard m > 0 && n > 0 else { return }
    let work = m * n * k
    if b.columnStride == 1 && (m <= 2 * Tile.height || work < 16_000) {
      runUnpacked()
      sumColumns()
    } else if work < 500 {
      runTiny()
      sumColumns()
    } else {
      PackedProduct(
        a: a, b: .matrix(b), c: c, ldc: ldc, m: m, n: n, k: k, accumulate: accumulate, bias: bias,
        columnSums: columnSums
      ).run()
    }
  }

  private func sumColumns() {
    guard let columnSums else { return }
    columnSums.update(repeating: 0, count: n)
    for row in 0..<k {
      for column in 0..<n { columnSums[column] += b.at(row, column).pointee }
    }
  }
}

extension MatrixProduct where Scalar: VectorScalar {
  /// Vectors over the columns of `B`, read in place; the last columns in narrower and narrower vectors.
  private func runUnpacked() {
    var column = 0
    column = panels(from: column, OneVector<Scalar.Vector>.self)
    column = panels(from: column, NarrowVector<Scalar.Half>.self)
    column = panels(from: column, NarrowVector<Scalar.Quarter>.self)
    if column < n {
      var rest = self
      rest.b = b.from(0, column)
      rest.c = c + column
      rest.bias = bias.map { $0 + column }
      rest.n = n - column
      rest.runTiny()
    }
  }

  /// As many panels of one vector's width as fit, and the first column after them.
  @inline(__always)
  private func panels<Row: TileRow>(from first: Int, _ row: Row.Type) -> Int where Row.Vector.Scalar == Scalar {
    let width = Row.Vector.scalarCount
    var column = first
    let tiles = Tile.count(m)
    while column + width <= n {
      for tile in 0..<tiles {
        let rows = Tile.rows(tile, of: tiles, in: m)
        let left = Tile.Left(
          start: a.at(rows.lowerBound, 0), rowStride: a.rowStride, stepStride: a.columnStride)
        let target = c + rows.lowerBound * ldc + column
        Tile.multiply(
          left, .init(start: b.at(0, column), stepStride: b.rowStride), into: .init(start: target, rowStride: ldc),
          rows: rows.count, k: k, accumulate: accumulate, row: row)
        if let bias { addBias(bias + column, to: target, ldc: ldc, rows: rows.count, columns: width) }
      }
      column += width
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
        c[row * ldc + column] = bias.map { sum + $0[column] } ?? sum
      }
    }
  }
}

/// Adds a bias to a part of a product while that is in the first-level cache.
@inline(__always)
func addBias<Scalar: VectorScalar>(
  _ bias: UnsafePointer<Scalar>, to c: UnsafeMutablePointer<Scalar>, ldc: Int, rows: Int, columns: Int
) {
  let width = Scalar.Quarter.scalarCount
  for row in 0..<rows {
    let target = c + row * ldc
    var column = 0
    while column + width <= columns {
      (target + column).store(
        (target + column).vector(Scalar.Quarter.self) + (bias + column).vector(Scalar.Quarter.self))
      column += width
    }
    while column < columns {
      target[column] += bias[column]
      column += 1
    }
  }
}
