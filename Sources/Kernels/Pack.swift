/// A matrix and the distances of its rows and columns in memory.
struct StridedMatrix<Scalar: RealScalar> {
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

  /// The transposed matrix.
  var transposed: StridedMatrix {
    var matrix = self
    (matrix.rowStride, matrix.columnStride) = (columnStride, rowStride)
    return matrix
  }
}

extension StridedMatrix where Scalar: VectorScalar {
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
  /// `B` in bundles of at most `bundle` panels, each one vector wide and side by side: the rows of the first bundle,
  /// then those of the next; the last panel padded with zeros.
  static func columns<Scalar: VectorScalar>(
    _ b: StridedMatrix<Scalar>, steps: Int, columns: Int, bundle: Int, into packed: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Vector.scalarCount
    let bundles = Bundles(columns: roundedUp(columns, to: width), width: bundle * width, rows: steps)
    let whole = b.columnStride == 1 ? columns / width * width : 0
    copyRows(b, steps: steps, columns: whole, bundles, into: packed)
    for column in stride(from: whole, to: columns, by: width) {
      panel(
        b.from(0, column), steps: steps, columns: min(width, columns - column),
        into: packed + bundles.offset(column, row: 0), stride: bundles.stride(column))
    }
  }

  /// Whole vectors, row after row as they lie in memory: panel by panel, every vector would come from another page.
  private static func copyRows<Scalar: VectorScalar>(
    _ b: StridedMatrix<Scalar>, steps: Int, columns: Int, _ bundles: Bundles, into packed: UnsafeMutablePointer<Scalar>
  ) {
    let width = Scalar.Vector.scalarCount
    for step in 0..<steps {
      let row = b.at(step, 0)
      for first in stride(from: 0, to: columns, by: bundles.width) {
        // A bundle begins behind all rows of the bundles before it.
        let target = packed + first * steps + step * min(bundles.width, bundles.columns - first) - first
        for column in stride(from: first, to: min(first + bundles.width, columns), by: width) {
          (target + column).store((row + column).vector(Scalar.Vector.self))
        }
      }
    }
  }

  /// At most one vector's width of columns, rows `stride` apart, padded with zeros.
  static func panel<Scalar: VectorScalar>(
    _ b: StridedMatrix<Scalar>, steps: Int, columns: Int, into target: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    let width = Scalar.Vector.scalarCount
    if b.columnStride == 1 && columns == width {
      for step in 0..<steps { (target + step * stride).store(b.at(step, 0).vector(Scalar.Vector.self)) }
      return
    }
    if columns < width {
      for step in 0..<steps { (target + step * stride).store(Scalar.Vector()) }
    }
    b.transposed.transpose(rows: columns, columns: steps, into: target, stride: stride)
  }

  /// The same for columns of a row-major matrix in an array.
  @inline(__always)
  static func panel<Scalar: ElementaryScalar>(
    of matrix: [Scalar], rowStride: Int, from column: Int, steps: Int, columns: Int,
    into target: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    let mask = mask(columns, Scalar.self)
    matrix.withUnsafeBufferPointer { matrix in
      for step in 0..<steps {
        (target + step * stride).store(vector(of: matrix, from: column + step * rowStride, count: columns, mask))
      }
    }
  }

  /// The `count` numbers of an array from `first` on, at most a vector's width of them, and zeros behind them; `mask`
  /// is that of `count`.
  @inline(__always)
  static func vector<Scalar: ElementaryScalar>(
    of array: UnsafeBufferPointer<Scalar>, from first: Int, count: Int, _ mask: Scalar.Integers
  ) -> Scalar.Vector {
    if let start = array.baseAddress, first + Scalar.Vector.scalarCount <= array.count {
      let bits = UnsafeRawPointer(start + first).loadUnaligned(as: Scalar.Integers.self)
      return unsafeBitCast(bits & mask, to: Scalar.Vector.self)
    }
    var vector = Scalar.Vector()
    for lane in 0..<count { vector[lane] = array[first + lane] }
    return vector
  }

  /// All bits of the first `count` numbers of a vector.
  @inline(__always)
  static func mask<Scalar: ElementaryScalar>(_ count: Int, _: Scalar.Type) -> Scalar.Integers {
    typealias Lane = Scalar.Integers.Scalar
    var lanes = Scalar.Integers()
    for lane in 0..<Scalar.Integers.scalarCount { lanes[lane] = Lane(truncatingIfNeeded: lane) }
    let distance = lanes &- Scalar.Integers(repeating: Lane(truncatingIfNeeded: count))
    return distance &>> Scalar.Integers(repeating: Lane(truncatingIfNeeded: Lane.bitWidth - 1))
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
