internal import CMachine

/// The innermost loop of every matrix product: a tile of `C`, up to six rows high and as many panels wide as registers
/// hold, while `k` runs. A panel is one vector wide.
///
///     C[r, :] += A[r, j] · B[j, :]      for j = 0, 1, … k − 1, one rounding each
///
/// The order of the sum is that of `Plain.multiply`, so both have the same bits; a tile's height, its width and the
/// place where `k` is cut change nothing.
enum Tile {
  /// With sixteen registers of 32 bytes, six rows of one panel are twelve accumulators; two registers more hold the row
  /// of `B`, one the number of `A`. With 32 registers of 64 bytes, six rows of four panels are 24 accumulators, four
  /// registers more hold the row of `B`. Fewer than eight could not keep two multipliers of a latency of four busy.
  static let height = 6

  /// How many panels a tile may span.
  static var width: Int { MACHINE_HAS_WIDE_REGISTERS == 1 ? 4 : 1 }

  /// How many tiles cover `rows` rows.
  static func count(_ rows: Int) -> Int { (rows + height - 1) / height }

  /// The rows of tile `index` of `count`, of nearly equal heights: three rows and fewer leave the multipliers idle.
  @inline(__always)
  static func rows(_ index: Int, of count: Int, in rows: Int) -> Range<Int> {
    // The one division does not change from tile to tile.
    let (height, rest) = rows.quotientAndRemainder(dividingBy: count)
    let start = index * height + min(index, rest)
    return start..<start + height + (index < rest ? 1 : 0)
  }

  /// Where the tile's numbers of `A` are: `A[r, j]` is `start[r * rowStride + j * stepStride]`.
  struct Left<Scalar: VectorScalar> {
    var start: UnsafePointer<Scalar>
    var rowStride: Int
    var stepStride: Int
  }

  /// Where the tile's panels of `B` are, side by side: row j begins at `start[j * stepStride]`.
  struct Right<Scalar: VectorScalar> {
    var start: UnsafePointer<Scalar>
    var stepStride: Int
  }

  /// Numbers that will be needed soon: every step prefetches one cache line, `stepStride` numbers further each time.
  struct Ahead<Scalar: VectorScalar> {
    var start: UnsafePointer<Scalar>
    var stepStride: Int
  }

  /// Where the tile is written: row r of panel p begins at `start[p * panelStride + r * rowStride]`.
  struct Target<Scalar: VectorScalar> {
    var start: UnsafeMutablePointer<Scalar>
    var rowStride: Int
    var panelStride = 0
  }

  /// Adds the product of `rows` (1…6) rows of `A` and of `panels` (1…`width`) panels of `B`, `k` steps long, to the
  /// tile; instead of adding it, overwrites the tile if not `accumulate`.
  @inline(__always)
  static func multiply<Scalar: VectorScalar>(
    _ a: Left<Scalar>, _ b: Right<Scalar>, into c: Target<Scalar>, rows: Int, panels: Int = 1, k: Int,
    accumulate: Bool, ahead: Ahead<Scalar>? = nil
  ) {
    typealias Panel = OneVector<Scalar.Vector>
    if width > 1 && panels == 4 {
      multiply(a, b, c, rows, k, accumulate, ahead, Wider<Wider<Wider<Panel>>>.self)
    } else if width > 1 && panels == 3 {
      multiply(a, b, c, rows, k, accumulate, ahead, Wider<Wider<Panel>>.self)
    } else if width > 1 && panels == 2 {
      multiply(a, b, c, rows, k, accumulate, ahead, Wider<Panel>.self)
    } else {
      multiply(a, b, c, rows, k, accumulate, ahead, Panel.self)
    }
  }

  /// The same for a tile that is one vector wide, or a part of one.
  @inline(__always)
  static func multiply<Row: TileRow>(
    _ a: Left<Row.Scalar>, _ b: Right<Row.Scalar>, into c: Target<Row.Scalar>, rows: Int, k: Int, accumulate: Bool,
    row: Row.Type
  ) {
    multiply(a, b, c, rows, k, accumulate, nil, row)
  }

  @inline(__always)
  private static func multiply<Row: TileRow>(
    _ a: Left<Row.Scalar>, _ b: Right<Row.Scalar>, _ c: Target<Row.Scalar>, _ rows: Int, _ k: Int, _ accumulate: Bool,
    _ ahead: Ahead<Row.Scalar>?, _ row: Row.Type
  ) {
    let ahead = ahead ?? Ahead(start: b.start, stepStride: 0)
    // A height that is a type is a constant: the compiler removes the code of the other rows.
    switch rows {
    case 6: run(a, b, c, k, accumulate, ahead, row, Six.self)
    case 5: run(a, b, c, k, accumulate, ahead, row, Five.self)
    case 4: run(a, b, c, k, accumulate, ahead, row, Four.self)
    case 3: run(a, b, c, k, accumulate, ahead, row, Three.self)
    case 2: run(a, b, c, k, accumulate, ahead, row, Two.self)
    default: run(a, b, c, k, accumulate, ahead, row, One.self)
    }
  }

  /// Never inlined: the loop needs all registers, also those for addresses.
  @inline(never)
  private static func run<Row: TileRow, Height: TileHeight>(
    _ a: Left<Row.Scalar>, _ b: Right<Row.Scalar>, _ c: Target<Row.Scalar>, _ k: Int, _ accumulate: Bool,
    _ ahead: Ahead<Row.Scalar>, _ row: Row.Type, _ height: Height.Type
  ) {
    let rows = Height.rows
    var c0 = Row()
    var c1 = Row()
    var c2 = Row()
    var c3 = Row()
    var c4 = Row()
    var c5 = Row()
    if accumulate {
      c0 = Row(c.start, c.panelStride)
      if rows > 1 { c1 = Row(c.start + c.rowStride, c.panelStride) }
      if rows > 2 { c2 = Row(c.start + 2 &* c.rowStride, c.panelStride) }
      if rows > 3 { c3 = Row(c.start + 3 &* c.rowStride, c.panelStride) }
      if rows > 4 { c4 = Row(c.start + 4 &* c.rowStride, c.panelStride) }
      if rows > 5 { c5 = Row(c.start + 5 &* c.rowStride, c.panelStride) }
    }
    var left = a.start
    var right = b.start
    let stride = a.rowStride
    var next = ahead.start
    for _ in 0..<k {
      let row = Row(right)
      if Row.prefetches { machine_prefetch(next) }
      c0.add(left[0], times: row)
      if rows > 1 { c1.add(left[stride], times: row) }
      if rows > 2 { c2.add(left[2 &* stride], times: row) }
      if rows > 3 { c3.add(left[3 &* stride], times: row) }
      if rows > 4 { c4.add(left[4 &* stride], times: row) }
      if rows > 5 { c5.add(left[5 &* stride], times: row) }
      next += ahead.stepStride
      left += a.stepStride
      right += b.stepStride
    }
    c0.store(to: c.start, c.panelStride)
    if rows > 1 { c1.store(to: c.start + c.rowStride, c.panelStride) }
    if rows > 2 { c2.store(to: c.start + 2 &* c.rowStride, c.panelStride) }
    if rows > 3 { c3.store(to: c.start + 3 &* c.rowStride, c.panelStride) }
    if rows > 4 { c4.store(to: c.start + 4 &* c.rowStride, c.panelStride) }
    if rows > 5 { c5.store(to: c.start + 5 &* c.rowStride, c.panelStride) }
  }
}

/// The height of a tile, as a type.
private protocol TileHeight { static var rows: Int { get } }
private enum One: TileHeight { static var rows: Int { 1 } }
private enum Two: TileHeight { static var rows: Int { 2 } }
private enum Three: TileHeight { static var rows: Int { 3 } }
private enum Four: TileHeight { static var rows: Int { 4 } }
private enum Five: TileHeight { static var rows: Int { 5 } }
private enum Six: TileHeight { static var rows: Int { 6 } }

/// One row of a tile: as many vectors as the tile has panels.
protocol TileRow {
  associatedtype Vector: SIMD where Vector.Scalar: VectorScalar
  typealias Scalar = Vector.Scalar
  /// Whether there is time for a prefetch at each step: with one vector a row there is none.
  static var prefetches: Bool { get }
  /// Zeros.
  init()
  /// Consecutive vectors from `start` on.
  init(_ start: UnsafePointer<Vector.Scalar>)
  /// Vectors from `start` on, `panelStride` numbers apart.
  init(_ start: UnsafePointer<Vector.Scalar>, _ panelStride: Int)
  mutating func add(_ number: Vector.Scalar, times other: Self)
  func store(to start: UnsafeMutablePointer<Vector.Scalar>, _ panelStride: Int)
}

extension TileRow {
  @inline(__always)
  init(_ start: UnsafePointer<Vector.Scalar>) { self.init(start, Vector.scalarCount) }

  @inline(__always)
  fileprivate init(_ start: UnsafeMutablePointer<Vector.Scalar>, _ panelStride: Int) {
    self.init(UnsafePointer(start), panelStride)
  }
}

struct OneVector<Vector: RealVector>: TileRow where Vector.Scalar: VectorScalar {
  static var prefetches: Bool { false }
  private var a = Vector()

  @inline(__always)
  init() {}

  @inline(__always)
  init(_ start: UnsafePointer<Vector.Scalar>, _: Int) { a = start.vector() }

  @inline(__always)
  mutating func add(_ number: Vector.Scalar, times other: Self) {
    a = a.addingProduct(Vector(repeating: number), other.a)
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<Vector.Scalar>, _: Int) { start.store(a) }
}

/// A row narrower than a vector, for the last columns of a product in place; with the library's operators.
struct NarrowVector<Vector: SIMD>: TileRow where Vector.Scalar: VectorScalar {
  static var prefetches: Bool { false }
  private var a = Vector()

  @inline(__always)
  init() {}

  @inline(__always)
  init(_ start: UnsafePointer<Vector.Scalar>, _: Int) { a = start.vector() }

  @inline(__always)
  mutating func add(_ number: Vector.Scalar, times other: Self) {
    a = a.addingProduct(Vector(repeating: number), other.a)
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<Vector.Scalar>, _: Int) { start.store(a) }
}

/// One vector more than another row.
private struct Wider<Rest: TileRow>: TileRow where Rest.Vector: RealVector {
  typealias Vector = Rest.Vector
  static var prefetches: Bool { true }
  private var a = Vector()
  private var rest = Rest()

  @inline(__always)
  init() {}

  @inline(__always)
  init(_ start: UnsafePointer<Vector.Scalar>, _ panelStride: Int) {
    a = start.vector()
    rest = Rest(start + panelStride, panelStride)
  }

  @inline(__always)
  mutating func add(_ number: Vector.Scalar, times other: Self) {
    a = a.addingProduct(Vector(repeating: number), other.a)
    rest.add(number, times: other.rest)
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<Vector.Scalar>, _ panelStride: Int) {
    start.store(a)
    rest.store(to: start + panelStride, panelStride)
  }
}
