/// A large matrix product, cut into blocks that fit the caches.
///
/// The blocks of `B`, and of an `A` that cannot be read in place, are packed: copied into the order in which the tiles
/// read them. Threads share the rows or the columns of `C`.
///
/// Source: Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", section 5.
struct PackedProduct<Scalar: VectorScalar> {
  var a: StridedMatrix<Scalar>
  var b: Right
  var c: UnsafeMutablePointer<Scalar>
  var ldc: Int
  var m: Int
  var n: Int
  var k: Int
  var accumulate: Bool
  /// `[n]`, added to every row of the finished product.
  var bias: UnsafePointer<Scalar>?
  /// `[n]`, where the sums of the columns of `B` go, if they are wanted; `B` is a matrix then.
  var columnSums: UnsafeMutablePointer<Scalar>?

  /// The matrix on the right.
  enum Right {
    case matrix(StridedMatrix<Scalar>)
    /// Bundles of panels that are already packed (`Pack.columns`), each `k` steps long.
    case panels(UnsafePointer<Scalar>)
  }

  /// Steps of `k` in one block, at most. With more of them, `C` is read and written less often. The panels of `B` that
  /// a tile reads, 16 KiB each, come from the second-level cache: fast enough for rows that follow each other.
  private static var blockDepth: Int { 256 }
  /// Rows of `A` in one block: 168 KiB for `Float`, a part of the second-level cache.
  private static var blockRows: Int { 28 * Tile.height }
  /// Columns of `B` in one block: 512 KiB, a part of the same cache.
  private static var blockColumns: Int { 32 * Scalar.Vector.scalarCount }

  func run() {
    let work = m * n * k
    if n >= m {
      var unit = Scalar.Vector.scalarCount
      if case .panels = b { unit *= Tile.width }
      // If `B` is not packed, each thread packs the whole of the other operand: the smaller one.
      Threads.share(n, unit: unit, work: work) { columns($0).runAlone() }
    } else {
      Threads.share(m, unit: Tile.height, work: work) { rows in
        var part = self
        part.a = a.from(rows.lowerBound, 0)
        part.c = c + rows.lowerBound * ldc
        part.m = rows.count
        if rows.lowerBound > 0 { part.columnSums = nil }
        part.runAlone()
      }
    }
  }

  /// The product for some columns of `C`; where `B` is packed, they begin at a bundle.
  func columns(_ columns: Range<Int>) -> PackedProduct {
    var part = self
    switch b {
    case .matrix(let matrix): part.b = .matrix(matrix.from(0, columns.lowerBound))
    case .panels(let start): part.b = .panels(start + columns.lowerBound * k)
    }
    part.c = c + columns.lowerBound
    part.bias = bias.map { $0 + columns.lowerBound }
    part.columnSums = columnSums.map { $0 + columns.lowerBound }
    part.n = columns.count
    return part
  }

  /// The same on this thread alone. Not inlined: it is long, and one call among the many of its tiles.
  @inline(never)
  func runAlone() {
    let depth = (k + depthBlocks - 1) / depthBlocks
    let columns = roundedUp(min(n, Self.blockColumns), to: Scalar.Vector.scalarCount)
    withCacheAlignedMemory(readsLeftInPlace ? 0 : min(m, Self.blockRows) * depth) { left in
      switch b {
      case .matrix: withCacheAlignedMemory(columns * depth) { right in runBlocks(left, right) }
      case .panels: runBlocks(left, left)
      }
    }
  }

  private func runBlocks(_ left: UnsafeMutablePointer<Scalar>, _ right: UnsafeMutablePointer<Scalar>) {
    for column in stride(from: 0, to: n, by: Self.blockColumns) {
      let columns = min(Self.blockColumns, n - column)
      let rowBlocks = (m + Self.blockRows - 1) / Self.blockRows
      for part in 0..<depthBlocks {
        let range = (0..<k).part(part, of: depthBlocks)
        let (step, steps) = (range.lowerBound, range.count)
        let panels = self.panels(column, columns, step, steps, packedInto: right)
        if let columnSums { panels.addColumns(columns, steps: steps, to: columnSums + column, isFirst: part == 0) }
        for block in 0..<rowBlocks {
          let rows = (0..<m).part(block, of: rowBlocks)
          Block(
            left: self.left(rows, step, steps, packedInto: left), right: panels,
            c: c + rows.lowerBound * ldc + column, ldc: ldc, rows: rows.count, columns: columns, steps: steps,
            accumulate: accumulate || part > 0, bias: part == depthBlocks - 1 ? bias.map { $0 + column } : nil
          ).run()
        }
      }
    }
  }

  /// Blocks of nearly equal depths: a last one of a few steps would read and write `C` once more for little. At least
  /// one: without steps, `C` is zero.
  private var depthBlocks: Int { max(1, (k + Self.blockDepth - 1) / Self.blockDepth) }

  /// Rows of `A` are read in place. A transposed matrix has the numbers of a step side by side; it is also read in
  /// place, if its steps are an odd number of cache lines apart: then enough of them fit the first-level cache.
  private var readsLeftInPlace: Bool {
    let twoLines = 2 * Scalar.Vector.scalarCount
    return a.columnStride == 1 || a.rowStride == 1 && a.columnStride % twoLines == twoLines / 2
  }

  /// A block of `A`, for tiles.
  private func left(
    _ rows: Range<Int>, _ step: Int, _ steps: Int, packedInto buffer: UnsafeMutablePointer<Scalar>
  ) -> Block.Left {
    let block = a.from(rows.lowerBound, step)
    if readsLeftInPlace { return .inPlace(block) }
    Pack.rows(block, rows: rows.count, steps: steps, into: buffer)
    return .packed(buffer)
  }

  /// A block of `B`, in bundles of panels.
  private func panels(
    _ column: Int, _ columns: Int, _ step: Int, _ steps: Int, packedInto buffer: UnsafeMutablePointer<Scalar>
  ) -> Block.Right {
    let width = Scalar.Vector.scalarCount
    func bundles(rows: Int) -> Bundles {
      Bundles(columns: roundedUp(columns, to: width), width: Tile.width * width, rows: rows)
    }
    switch b {
    case .matrix(let matrix):
      Pack.columns(matrix.from(step, column), steps: steps, columns: columns, bundle: Tile.width, into: buffer)
      return .init(start: UnsafePointer(buffer), bundles: bundles(rows: steps), first: 0)
    case .panels(let start):
      return .init(start: start + column * k, bundles: bundles(rows: k), first: step)
    }
  }

  /// All tiles of one block.
  private struct Block {
    /// Rows of `A`: in place, or tile after tile as `Pack.rows` writes them.
    enum Left {
      case inPlace(StridedMatrix<Scalar>)
      case packed(UnsafePointer<Scalar>)
    }

    /// Bundles of panels of `B`, used from row `first` on.
    struct Right {
      var start: UnsafePointer<Scalar>
      var bundles: Bundles
      var first: Int

      /// Adds the rows of a packed block to the sums of its columns, in their order, while the block is in the
      /// second-level cache.
      func addColumns(_ columns: Int, steps: Int, to sums: UnsafeMutablePointer<Scalar>, isFirst: Bool) {
        if isFirst { sums.update(repeating: 0, count: columns) }
        let width = Scalar.Vector.scalarCount
        for column in stride(from: 0, to: columns, by: width) {
          let (start, stride) = (start + bundles.offset(column, row: first), bundles.stride(column))
          let count = min(width, columns - column)
          var sum = Scalar.Vector()
          for lane in 0..<count { sum[lane] = sums[column + lane] }
          for step in 0..<steps { sum += (start + step * stride).vector(Scalar.Vector.self) }
          for lane in 0..<count { sums[column + lane] = sum[lane] }
        }
      }
    }

    var left: Left
    var right: Right
    var c: UnsafeMutablePointer<Scalar>
    var ldc: Int
    var rows: Int
    var columns: Int
    var steps: Int
    var accumulate: Bool
    var bias: UnsafePointer<Scalar>?

    func run() {
      let width = Scalar.Vector.scalarCount
      for first in stride(from: 0, to: columns, by: right.bundles.width) {
        let (whole, rest) = min(right.bundles.width, columns - first).quotientAndRemainder(dividingBy: width)
        let stepStride = right.bundles.stride(first)
        let bundle = Tile.Right(
          start: right.start + right.bundles.offset(first, row: right.first), stepStride: stepStride)
        if whole > 0 {
          eachTile { range, left in
            Tile.multiply(
              left, bundle,
              into: .init(start: c + range.lowerBound * ldc + first, rowStride: ldc, panelStride: width),
              rows: range.count, panels: whole, k: steps, accumulate: accumulate)
            if let bias {
              let target = c + range.lowerBound * ldc + first
              addBias(bias + first, to: target, ldc: ldc, rows: range.count, columns: whole * width)
            }
          }
        }
        if rest > 0 {
          let last = Tile.Right(start: bundle.start + whole * width, stepStride: stepStride)
          eachTile { range, left in edgeTile(left, last, range, column: first + whole * width, columns: rest) }
        }
      }
    }

    private func eachTile(_ body: (Range<Int>, Tile.Left<Scalar>) -> Void) {
      let count = Tile.count(rows)
      for tile in 0..<count {
        let range = Tile.rows(tile, of: count, in: rows)
        switch left {
        case .inPlace(let a):
          let start = a.at(range.lowerBound, 0)
          body(range, .init(start: start, rowStride: a.rowStride, stepStride: a.columnStride))
        case .packed(let start):
          body(range, .init(start: start + range.lowerBound * steps, rowStride: 1, stepStride: range.count))
        }
      }
    }

    /// A tile that reaches beyond the last column: computed at full width outside `C`, then copied.
    private func edgeTile(
      _ left: Tile.Left<Scalar>, _ right: Tile.Right<Scalar>, _ rows: Range<Int>, column: Int, columns: Int
    ) {
      let width = Scalar.Vector.scalarCount
      let target = c + rows.lowerBound * ldc + column
      withCacheAlignedMemory(Tile.height * width) { (whole: UnsafeMutablePointer<Scalar>) in
        whole.update(repeating: 0, count: Tile.height * width)
        if accumulate {
          for row in 0..<rows.count { (whole + row * width).update(from: target + row * ldc, count: columns) }
        }
        Tile.multiply(
          left, right, into: .init(start: whole, rowStride: width), rows: rows.count, k: steps,
          accumulate: accumulate)
        for row in 0..<rows.count { (target + row * ldc).update(from: whole + row * width, count: columns) }
        if let bias { addBias(bias + column, to: target, ldc: ldc, rows: rows.count, columns: columns) }
      }
    }
  }
}
