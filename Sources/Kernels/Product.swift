/// Matrix products: `C = op(A)·op(B)`, as `RealScalar.multiply` states them.
///
/// Small ones run straight on the operands. Large ones are cut into blocks that fit the caches; each block is packed, that is
/// copied into the order in which the tiles read it, and threads share the rows or columns of `C`.
///
/// Source: Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", section 5.
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
    } else if m > n {
      Threads.share(m, unit: Tile.height, work: work) { rows in block(rows: rows, columns: 0..<n).runPacked() }
    } else {
      let width = Scalar.Vector.scalarCount
      Threads.share(n, unit: width, work: work) { columns in block(rows: 0..<m, columns: columns).runPacked() }
    }
  }

  /// The part of the product that gives these rows and columns of `C`.
  private func block(rows: Range<Int>, columns: Range<Int>) -> Product {
    var part = self
    part.a = a.from(rows.lowerBound, 0)
    part.b = b.from(0, columns.lowerBound)
    part.c = c + rows.lowerBound * ldc + columns.lowerBound
    part.m = rows.count
    part.n = columns.count
    return part
  }
}

// MARK: Small products

extension Product {
  /// Vectors over the columns of `B` where it lies; the last columns in ever narrower vectors.
  private func runUnpacked() {
    var column = 0
    column = panels(from: column, Scalar.Vector.self)
    column = panels(from: column, Scalar.Half.self)
    column = panels(from: column, Scalar.Quarter.self)
    if column < n { block(rows: 0..<m, columns: column..<n).runTiny() }
  }

  /// As many panels of one vector's width as fit, and the first column after them.
  @inline(__always)
  private func panels<V: SIMD>(from first: Int, _ width: V.Type) -> Int where V.Scalar == Scalar {
    var column = first
    let tiles = Tile.count(m)
    while column + V.scalarCount <= n {
      for tile in 0..<tiles {
        let rows = Tile.rows(tile, of: tiles, in: m)
        let left = Tile.Left(
          start: a.at(rows.lowerBound, 0), rowStride: a.rowStride, stepStride: a.columnStride)
        Tile.multiply(
          left, b.at(0, column), ldb: b.rowStride, into: c + rows.lowerBound * ldc + column, ldc: ldc,
          rows: rows.count, k: k, accumulate: accumulate, width: width)
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

// MARK: Large products

extension Product {
  /// Steps of `k` in one block: a panel of `B` (16 KiB) stays in the first-level cache while the tiles of a block of `A` pass.
  private var blockDepth: Int { 256 }
  /// Rows of `A` in one block: 120 KiB for `Float`, a part of the second-level cache.
  private var blockRows: Int { 20 * Tile.height }
  /// Columns of `B` in one block: 2 MiB for `Float`, a part of the last cache.
  private var blockColumns: Int { 128 * Scalar.Vector.scalarCount }

  private func runPacked() {
    let width = Scalar.Vector.scalarCount
    let depth = min(k, blockDepth)
    let columns = (min(n, blockColumns) + width - 1) / width * width
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: min(m, blockRows) * depth + 1) { left in
      withUnsafeTemporaryAllocation(of: Scalar.self, capacity: columns * depth + 1) { right in
        runPacked(left.baseAddress!, right.baseAddress!)  // Neither is empty.
      }
    }
  }

  private func runPacked(_ left: UnsafeMutablePointer<Scalar>, _ right: UnsafeMutablePointer<Scalar>) {
    for column in stride(from: 0, to: n, by: blockColumns) {
      let columns = column..<min(n, column + blockColumns)
      // Once at least: no steps at all still give a C of zeros.
      for step in stride(from: 0, to: max(k, 1), by: blockDepth) {
        let steps = step..<min(k, step + blockDepth)
        Pack.columns(b.from(step, column), steps: steps.count, columns: columns.count, into: right)
        for row in stride(from: 0, to: m, by: blockRows) {
          let rows = row..<min(m, row + blockRows)
          Pack.rows(a.from(row, step), rows: rows.count, steps: steps.count, into: left)
          var part = block(rows: rows, columns: columns)
          part.k = steps.count
          part.accumulate = accumulate || step > 0
          part.tiles(left, right)
        }
      }
    }
  }

  /// All tiles of one block, from its packed operands.
  private func tiles(_ left: UnsafePointer<Scalar>, _ right: UnsafePointer<Scalar>) {
    let width = Scalar.Vector.scalarCount
    let count = Tile.count(m)
    for column in stride(from: 0, to: n, by: width) {
      let panel = right + column * k
      for tile in 0..<count {
        let rows = Tile.rows(tile, of: count, in: m)
        let packed = Tile.Left(start: left + rows.lowerBound * k, rowStride: 1, stepStride: rows.count)
        let target = c + rows.lowerBound * ldc + column
        if column + width <= n {
          Tile.multiply(
            packed, panel, ldb: width, into: target, ldc: ldc, rows: rows.count, k: k, accumulate: accumulate,
            width: Scalar.Vector.self)
        } else {
          edgeTile(packed, panel, into: target, rows: rows.count, columns: n - column)
        }
      }
    }
  }

  /// A tile that hangs over the last column: computed at full width beside `C`, then copied.
  private func edgeTile(
    _ left: Tile.Left<Scalar>, _ panel: UnsafePointer<Scalar>, into target: UnsafeMutablePointer<Scalar>, rows: Int,
    columns: Int
  ) {
    let width = Scalar.Vector.scalarCount
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: Tile.height * width) { buffer in
      let whole = buffer.baseAddress!  // Not empty.
      whole.initialize(repeating: 0, count: Tile.height * width)
      if accumulate {
        for row in 0..<rows { (whole + row * width).update(from: target + row * ldc, count: columns) }
      }
      Tile.multiply(
        left, panel, ldb: width, into: whole, ldc: width, rows: rows, k: k, accumulate: accumulate,
        width: Scalar.Vector.self)
      for row in 0..<rows { (target + row * ldc).update(from: whole + row * width, count: columns) }
    }
  }
}
