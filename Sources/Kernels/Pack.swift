/// A matrix and the distances of its rows and columns in memory.
struct StridedMatrix<Scalar: VectorScalar> {
  var start: UnsafePointer<Scalar>
  var rowStride: Int
  var columnStride: Int

  init(_ start: UnsafePointer<Scalar>, stride: Int, isTransposed: Bool) {
    self.start = start
    rowStride = isTransposed ? 1 : stride
    columnStride = isTransposed ? stride : 1
  }

  @inline(__always)
  func at(_ row: Int, _ column: Int) -> UnsafePointer<Scalar> { start + row * rowStride + column * columnStride }

  /// The part that begins at this row and column.
  @inline(__always)
  func from(_ row: Int, _ column: Int) -> StridedMatrix {
    var part = self
    part.start = at(row, column)
    return part
  }

  /// The same numbers with rows and columns exchanged.
  var transposed: StridedMatrix {
    var matrix = self
    (matrix.rowStride, matrix.columnStride) = (columnStride, rowStride)
    return matrix
  }

  /// `target[column, row] = self[row, column]`, the rows of `target` being `stride` apart.
  @inline(__always)
  func transpose(rows: Int, columns: Int, into target: UnsafeMutablePointer<Scalar>, stride: Int) {
    if rowStride == 1 {
      for column in 0..<columns { copy(at(0, column), to: target + column * stride, count: rows) }
    } else {
      let whole =
        columnStride == 1 && rows == Scalar.Vector.scalarCount ? columns - columns % Scalar.Quarter.scalarCount : 0
      for column in Swift.stride(from: 0, to: whole, by: Scalar.Quarter.scalarCount) {
        Scalar.transpose(at(0, column), stride: rowStride, into: target + column * stride, vectorStride: stride)
      }
      for row in 0..<rows {
        for column in whole..<columns { target[column * stride + row] = at(row, column).pointee }
      }
    }
  }

  /// Copies a few numbers, in short vectors.
  @inline(__always)
  private func copy(_ source: UnsafePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>, count: Int) {
    let width = Scalar.Quarter.scalarCount
    var index = 0
    while index + width <= count {
      (target + index).store((source + index).vector(Scalar.Quarter.self))
      index += width
    }
    while index < count {
      target[index] = source[index]
      index += 1
    }
  }
}

/// Copies of a matrix in the order in which the tiles read it.
enum Pack {
  /// `B` as panels one vector wide: the first `width` columns step by step, then the next; the last panel filled with zeros.
  static func columns<Scalar: VectorScalar>(
    _ b: StridedMatrix<Scalar>, steps: Int, columns: Int, into packed: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Vector.scalarCount
    let whole = b.columnStride == 1 ? columns / width * width : 0
    packWholePanels(b, steps: steps, columns: whole, into: packed)
    for column in stride(from: whole, to: columns, by: width) {
      let count = min(width, columns - column)
      let panel = packed + column * steps
      if count < width { panel.update(repeating: 0, count: steps * width) }
      b.from(0, column).transposed.transpose(rows: count, columns: steps, into: panel, stride: width)
    }
  }

  /// The same for columns of a matrix that is stored row by row in an array.
  static func columns<Scalar: VectorScalar>(
    of matrix: [Scalar], rowStride: Int, from column: Int, steps: Int, columns: Int,
    into packed: UnsafeMutablePointer<Scalar>
  ) {
    matrix.withUnsafeBufferPointer { matrix in
      guard let start = matrix.baseAddress else { return }
      let b = StridedMatrix(start + column, stride: rowStride, isTransposed: false)
      Pack.columns(b, steps: steps, columns: columns, into: packed)
    }
  }

  /// Panels of a matrix whose rows lie side by side: some rows at a time, so that reading goes along them and no panel is
  /// visited too often.
  private static func packWholePanels<Scalar: VectorScalar>(
    _ b: StridedMatrix<Scalar>, steps: Int, columns: Int, into packed: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Vector.scalarCount
    let rowsAtOnce = 8
    for first in stride(from: 0, to: steps, by: rowsAtOnce) {
      let end = min(first + rowsAtOnce, steps)
      for column in stride(from: 0, to: columns, by: width) {
        let panel = packed + column * steps
        for step in first..<end { (panel + step * width).store(b.at(step, column).vector(Scalar.Vector.self)) }
      }
    }
  }

  /// `A` as panels one tile high: the rows of the first tile step by step, then those of the next.
  static func rows<Scalar: VectorScalar>(
    _ a: StridedMatrix<Scalar>, rows: Int, steps: Int, into packed: UnsafeMutablePointer<Scalar>
  ) {
    let count = Tile.count(rows)
    for tile in 0..<count {
      let range = Tile.rows(tile, of: count, in: rows)
      a.from(range.lowerBound, 0).transpose(
        rows: range.count, columns: steps, into: packed + range.lowerBound * steps, stride: range.count)
    }
  }
}
