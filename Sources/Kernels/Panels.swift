/// Weights in the order in which the tiles read them: panels one vector wide, each step after step, on cache lines.
struct Panels<Scalar: VectorScalar> {
  private let memory: AlignedMemory<Scalar>
  /// Rows of the matrix, the length of each panel.
  let steps: Int

  /// `count` panels, each written by `fill`.
  init(count: Int, steps: Int, fill: (_ panel: Int, _ target: UnsafeMutablePointer<Scalar>) -> Void) {
    self.steps = steps
    let length = steps * Scalar.Vector.scalarCount
    memory = AlignedMemory(count: count * length)
    let start = memory.start
    Threads.share(count, unit: 1, work: count * length) { panels in
      for panel in panels { fill(panel, start + panel * length) }
    }
  }

  @inline(__always)
  func panel(_ index: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(memory.start + index * steps * Scalar.Vector.scalarCount)
  }
}

/// The product of `rows` rows at `a`, `stride` apart, with `steps` rows of a panel: `[rows, width]` at `c`.
///
/// `k` is cut so that a part of the panel and the rows stay in the first-level cache; the order of each sum stays.
@inline(never)
func multiplyByPanel<Scalar: VectorScalar>(
  _ a: UnsafePointer<Scalar>, stride aStride: Int, panel: UnsafePointer<Scalar>, steps: Int,
  into c: UnsafeMutablePointer<Scalar>, stride cStride: Int, rows: Int, accumulate: Bool
) {
  let depth = 256
  let width = Scalar.Vector.scalarCount
  let tiles = Tile.count(rows)
  for step in stride(from: 0, to: max(steps, 1), by: depth) {
    for tile in 0..<tiles {
      let range = Tile.rows(tile, of: tiles, in: rows)
      Tile.multiply(
        .init(start: a + range.lowerBound * aStride + step, rowStride: aStride, stepStride: 1), panel + step * width,
        ldb: width, into: c + range.lowerBound * cStride, ldc: cStride, rows: range.count, k: min(depth, steps - step),
        accumulate: accumulate || step > 0, width: Scalar.Vector.self)
    }
  }
}
