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
    // To move a number takes about as long as some multiply-adds.
    Threads.share(count, unit: 1, work: 16 * count * length) { panels in
      for panel in panels { fill(panel, start + panel * length) }
    }
  }

  /// `count` panels from `index` on.
  @inline(__always)
  func run(_ index: Int, count: Int = 1) -> PanelRun<Scalar> {
    let stride = steps * Scalar.Vector.scalarCount
    return PanelRun(start: UnsafePointer(memory.start + index * stride), stride: stride, count: count, steps: steps)
  }
}

/// The product of `rows` rows at `a`, `stride` apart, with `count` neighbouring panels of `steps` rows: `[rows, width]` each, at
/// `target`.
///
/// `k` is cut so that a part of the panels and the rows stay in the first-level cache; the order of each sum stays.
@inline(never)
func multiplyByPanels<Scalar: VectorScalar>(
  _ a: UnsafePointer<Scalar>, stride: Int, _ panels: PanelRun<Scalar>, into target: Tile.Target<Scalar>, rows: Int,
  accumulate: Bool
) {
  // Nearly equal parts: a last one of a few steps would cost as much as many.
  let parts = max(1, (panels.steps + 128) / 256)
  let width = Scalar.Vector.scalarCount
  let tiles = Tile.count(rows)
  for panel in Swift.stride(from: 0, to: panels.count, by: Tile.width) {
    let start = panels.start + panel * panels.stride
    for part in 0..<parts {
      let step = part * panels.steps / parts
      let end = (part + 1) * panels.steps / parts
      // While the tiles pass over these rows of the panels, the next ones come nearer, each tile asking for its share.
      let isLast = part + 1 == parts
      let next = isLast ? start + Tile.width * panels.stride : start + end * width
      let share = (width + tiles - 1) / tiles
      for tile in 0..<tiles {
        let range = Tile.rows(tile, of: tiles, in: rows)
        let k = end - step
        Tile.multiply(
          .init(start: a + range.lowerBound * stride + step, rowStride: stride, stepStride: 1),
          .init(start: start + step * width, stepStride: width, panelStride: panels.stride),
          into: .init(
            start: target.start + panel * target.panelStride + range.lowerBound * target.rowStride,
            rowStride: target.rowStride, panelStride: target.panelStride),
          rows: range.count, panels: min(Tile.width, panels.count - panel), k: k,
          accumulate: accumulate || step > 0,
          ahead: .init(start: next + tile * k * share, stepStride: share, panelStride: panels.stride),
          vector: Scalar.Vector.self)
      }
    }
  }
}

/// Some panels that lie one after the other, or a part of each.
struct PanelRun<Scalar: VectorScalar> {
  var start: UnsafePointer<Scalar>
  /// Numbers from one panel to the next.
  var stride: Int
  var count: Int
  /// How many rows of each panel count.
  var steps: Int

  /// The same panels without their first rows.
  func dropping(_ rows: Int) -> PanelRun {
    var rest = self
    rest.start += rows * Scalar.Vector.scalarCount
    rest.steps -= rows
    return rest
  }

  /// The first rows of the same panels.
  func prefix(_ rows: Int) -> PanelRun {
    var part = self
    part.steps = rows
    return part
  }
}
