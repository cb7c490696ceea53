/// Weights in the order in which the tiles read them: panels one vector wide, in bundles whose panels are side by side,
/// row after row. A tile multiplies a bundle, or some of its panels, at a time.
struct Panels<Scalar: RealScalar>: Sendable {
  private let memory: AlignedMemory<Scalar>
  private let bundles: Bundles

  /// Reads them without counting references; they live as long as the owner of this value.
  var view: PanelView<Scalar> { PanelView(start: UnsafePointer(memory.start), bundles: bundles) }
}

extension Panels where Scalar: VectorScalar {
  /// `count` panels, each written by `fill` row by row, the rows being `stride` numbers apart; at most `bundle` of them
  /// are side by side.
  ///
  /// Inlined, so that `fill` is a part of the loop: in a small layer, packing is a fifth of the time.
  @inline(__always)
  init(
    count: Int, steps: Int, bundle: Int,
    fill: (_ panel: Int, _ target: UnsafeMutablePointer<Scalar>, _ stride: Int) -> Void
  ) {
    let width = Scalar.Vector.scalarCount
    bundles = Bundles(columns: count * width, width: bundle * width, rows: steps)
    let length = steps * width
    memory = AlignedMemory(count: count * length)
    let (start, bundles) = (memory.start, bundles)
    // Copying a number to its place in the panels takes about as long as 40 multiply-adds.
    Threads.share(count, unit: 1, work: 40 * count * length) { panels in
      for panel in panels {
        fill(panel, start + bundles.offset(panel * width, row: 0), bundles.stride(panel * width))
      }
    }
  }
}

/// Panels without their owner: a pointer and numbers.
struct PanelView<Scalar: RealScalar>: @unchecked Sendable {
  // Sendable: nobody writes to panels once they are made.
  private let start: UnsafePointer<Scalar>
  private let bundles: Bundles

  fileprivate init(start: UnsafePointer<Scalar>, bundles: Bundles) {
    self.start = start
    self.bundles = bundles
  }
}

extension PanelView where Scalar: VectorScalar {
  /// Panels of every bundle but the last, which may have fewer.
  var bundle: Int { bundles.width / Scalar.Vector.scalarCount }

  /// Numbers from one row of a panel to the next.
  @inline(__always)
  func stride(_ panel: Int) -> Int { bundles.stride(panel * Scalar.Vector.scalarCount) }

  /// Where a row of a panel begins.
  @inline(__always)
  func start(_ panel: Int, row: Int) -> UnsafePointer<Scalar> {
    start + bundles.offset(panel * Scalar.Vector.scalarCount, row: row)
  }

  /// `count` panels from `index` on.
  @inline(__always)
  func run(_ index: Int, count: Int = 1) -> PanelRun<Scalar> {
    PanelRun(matrix: self, panels: index..<index + count, rows: 0..<bundles.rows)
  }
}

/// Consecutive panels, and a range of their rows.
struct PanelRun<Scalar: VectorScalar> {
  let matrix: PanelView<Scalar>
  let panels: Range<Int>
  var rows: Range<Int>

  /// The same panels without their first rows.
  @inline(__always)
  func dropping(_ count: Int) -> PanelRun {
    PanelRun(matrix: matrix, panels: panels, rows: rows.lowerBound + count..<rows.upperBound)
  }

  /// The first rows of the same panels.
  @inline(__always)
  func prefix(_ count: Int) -> PanelRun {
    PanelRun(matrix: matrix, panels: panels, rows: rows.lowerBound..<rows.lowerBound + count)
  }
}

/// The product of `rows` rows at `a`, `stride` apart, with the panels of `run`: `[rows, width]` each, at `target`.
///
/// `k` is cut so that a part of the panels and the rows stay in the first-level cache; the order of each sum does not
/// change.
@inline(never)
func multiplyByPanels<Scalar: VectorScalar>(
  _ a: UnsafePointer<Scalar>, stride: Int, _ run: PanelRun<Scalar>, into target: Tile.Target<Scalar>, rows: Int,
  accumulate: Bool
) {
  let matrix = run.matrix
  var panel = run.panels.lowerBound
  while panel < run.panels.upperBound {
    let end = min((panel / matrix.bundle + 1) * matrix.bundle, run.panels.upperBound)
    multiplyByBundle(
      a, stride: stride, matrix.start(panel, row: run.rows.lowerBound), stepStride: matrix.stride(panel),
      panels: end - panel,
      into: .init(
        start: target.start + (panel - run.panels.lowerBound) * target.panelStride, rowStride: target.rowStride,
        panelStride: target.panelStride),
      rows: rows, k: run.rows.count, accumulate: accumulate)
    panel = end
  }
}

/// The product with panels that are side by side, at most as many as a tile is wide.
@inline(__always)
private func multiplyByBundle<Scalar: VectorScalar>(
  _ a: UnsafePointer<Scalar>, stride: Int, _ b: UnsafePointer<Scalar>, stepStride: Int, panels: Int,
  into target: Tile.Target<Scalar>, rows: Int, k: Int, accumulate: Bool
) {
  // Nearly equal parts: a last one of a few steps would cost as much as many.
  let depth = 512 / Tile.width
  let parts = max(1, (k + depth / 2) / depth)
  let tiles = Tile.count(rows)
  // While the tiles use these rows of the panels, each tile prefetches its share of the next ones.
  let share = (stepStride + tiles - 1) / tiles
  for part in 0..<parts {
    let steps = (0..<k).part(part, of: parts)
    let next = b + steps.upperBound * stepStride
    for tile in 0..<tiles {
      let range = Tile.rows(tile, of: tiles, in: rows)
      Tile.multiply(
        .init(start: a + range.lowerBound * stride + steps.lowerBound, rowStride: stride, stepStride: 1),
        .init(start: b + steps.lowerBound * stepStride, stepStride: stepStride),
        into: .init(
          start: target.start + range.lowerBound * target.rowStride, rowStride: target.rowStride,
          panelStride: target.panelStride),
        rows: range.count, panels: panels, k: steps.count, accumulate: accumulate || part > 0,
        ahead: .init(start: next + tile * steps.count * share, stepStride: share))
    }
  }
}
