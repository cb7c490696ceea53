// How counts are cut and rounded: the functions that write a layout and those that read it use the same rules.

/// The least multiple of `unit` that is not below `count`.
@inline(__always)
func roundedUp(_ count: Int, to unit: Int) -> Int { (count + unit - 1) / unit * unit }

/// The least stride of rows of `count` numbers, a cache line being `line` long, that is an odd number of lines: rows
/// whose distance is near a multiple of 4 KiB would evict each other from the first-level cache.
func oddLines(_ count: Int, line: Int) -> Int { ((count + line - 1) / line | 1) * line }

extension Range<Int> {
  /// Part `index` of `count` of nearly equal lengths.
  @inline(__always)
  func part(_ index: Int, of count: Int) -> Range<Int> {
    lowerBound + index * self.count / count..<lowerBound + (index + 1) * self.count / count
  }

  /// Cut at the multiples of `length`.
  func pieces(of length: Int) -> LazyMapSequence<Range<Int>, Range<Int>> {
    (lowerBound / length..<(Swift.max(lowerBound, upperBound) + length - 1) / length).lazy.map {
      ($0 * length..<($0 + 1) * length).clamped(to: self)
    }
  }
}

/// Columns of a matrix in bundles that a tile reads at once: all rows of the first bundle, then those of the next.
struct Bundles {
  /// All columns, whole vectors of them.
  let columns: Int
  /// Columns of every bundle but the last, which may be narrower.
  let width: Int
  /// Rows of the matrix.
  let rows: Int

  /// Numbers from one row to the next in the bundle that holds a column.
  @inline(__always)
  func stride(_ column: Int) -> Int { min(width, columns - first(column)) }

  /// The place of a number.
  @inline(__always)
  func offset(_ column: Int, row: Int) -> Int {
    first(column) * rows + row * stride(column) + column - first(column)
  }

  @inline(__always)
  private func first(_ column: Int) -> Int { column / width * width }
}
