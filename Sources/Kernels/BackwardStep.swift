/// The way back through a step for some rows of a block: what the step kept, and where its gradients go.
///
/// | Gradient | Of                                                                       |
/// |----------|--------------------------------------------------------------------------|
/// | `dh`     | the output of the step; behind the step that of the state before it      |
/// | `dc`     | the cell state, likewise                                                 |
/// | `dGated` | r ⊙ h, where a gate has a product of its own                             |
/// | `dz`     | the gates' sums, block after block                                       |
///
/// Numbers and pointers alone, valid while the run lasts.
struct BackwardStep<Scalar: ElementaryScalar> {
  let places: StepPlaces<Scalar>
  let rows: Range<Int>
  let H: Int
  let gradients: StepGradients<Scalar>.View
  /// The gradients of the sums as panels, for the products of the weights: those of the rows' block of samples.
  let panels: UnsafeMutablePointer<Scalar>
  /// How a block of gates lies there.
  let bundles: Bundles
  /// The row of the first sample of the block there.
  let firstPanelRow: Int
  /// The transposed recurrent kernel of a gate with a product of its own.
  let gatedWeights: PanelView<Scalar>?

  var width: Int { Scalar.Vector.scalarCount }
  /// H rounded up to whole vectors.
  var paddedH: Int { places.paddedH }

  /// One stored block.
  @inline(__always)
  func kept(_ block: Int, _ b: Int, _ unit: Int) -> Scalar.Vector { (places.gates(b, block: block) + unit).vector() }

  /// One stored block of bits.
  @inline(__always)
  func keptBits(_ block: Int, _ b: Int, _ unit: Int) -> Scalar.Integers { Scalar.bits(kept(block, b, unit)) }

  /// h before the step.
  @inline(__always)
  func h(_ b: Int, _ unit: Int) -> Scalar.Vector { (places.hidden(b) + unit).vector() }

  /// h after the step.
  @inline(__always)
  func nextH(_ b: Int, _ unit: Int) -> Scalar.Vector { (places.nextHidden(b) + unit).vector() }

  /// c before the step.
  @inline(__always)
  func c(_ b: Int, _ unit: Int) -> Scalar.Vector { (places.cell(b) + unit).vector() }

  @inline(__always)
  func dh(_ b: Int, _ unit: Int) -> Scalar.Vector { (gradients.dh(b) + unit).vector() }

  @inline(__always)
  func dc(_ b: Int, _ unit: Int) -> Scalar.Vector { (gradients.dc(b) + unit).vector() }

  @inline(__always)
  func store(dh: Scalar.Vector, _ b: Int, _ unit: Int) { (gradients.dh(b) + unit).store(dh) }

  @inline(__always)
  func store(dc: Scalar.Vector, _ b: Int, _ unit: Int) { (gradients.dc(b) + unit).store(dc) }

  /// Writes the gradient of some units' sums, of one block: for this step's products and for those of the weights.
  @inline(__always)
  func store(_ gradient: Scalar.Vector, block: Int, _ b: Int, _ unit: Int) {
    (gradients.dz(b) + block * paddedH + unit).store(gradient)
    storeInPanels(gradient, block: block, b, unit)
  }

  /// For the products of the weights alone.
  @inline(__always)
  func storeInPanels(_ gradient: Scalar.Vector, block: Int, _ b: Int, _ unit: Int) {
    let row = firstPanelRow + b - places.firstRow
    (panels + block * paddedH * bundles.rows + bundles.offset(unit, row: row)).store(gradient)
  }

  /// `d(r ⊙ h) = dg·Rgᵀ` of the gate with a product of its own, whose sum's gradient is in `block`.
  func gatedGradient(block: Int, _ units: Range<Int>) {
    guard let gatedWeights else { return }
    multiply(
      gradients.dz(rows.lowerBound) + block * paddedH, gatedWeights, units, into: gradients.dGated(rows.lowerBound),
      accumulate: false)
  }

  /// The product of some blocks of `dz` with transposed weights, for some units.
  func multiply(
    _ dz: UnsafePointer<Scalar>, _ weights: PanelView<Scalar>, _ units: Range<Int>,
    into target: UnsafeMutablePointer<Scalar>, accumulate: Bool
  ) {
    let first = units.lowerBound / width
    multiplyByPanels(
      dz, stride: gradients.dzStride, weights.run(first, count: units.upperBound / width - first),
      into: .init(start: target + units.lowerBound, rowStride: paddedH, panelStride: width), rows: rows.count,
      accumulate: accumulate)
  }
}

/// The gradients that one step hands to the step before it, for some rows of the batch, `[rows, paddedH]` each.
struct StepGradients<Scalar: VectorScalar> {
  private let memory: AlignedMemory<Scalar>
  let view: View

  init(rows: Range<Int>, paddedH: Int, blocks: Int) {
    let dzStride = oddLines(blocks * paddedH, line: Scalar.Vector.scalarCount)
    memory = AlignedMemory(count: 3 * rows.count * paddedH + rows.count * dzStride)
    view = View(
      start: memory.start, first: rows.lowerBound, size: rows.count * paddedH, paddedH: paddedH, dzStride: dzStride)
  }

  /// The same without its owner.
  struct View {
    fileprivate let start: UnsafeMutablePointer<Scalar>
    fileprivate let first: Int
    fileprivate let size: Int
    fileprivate let paddedH: Int
    /// Numbers from the `dz` of one row to the next one's.
    let dzStride: Int

    @inline(__always)
    func dh(_ b: Int) -> UnsafeMutablePointer<Scalar> { start + (b - first) * paddedH }

    @inline(__always)
    func dc(_ b: Int) -> UnsafeMutablePointer<Scalar> { dh(b) + size }

    @inline(__always)
    func dGated(_ b: Int) -> UnsafeMutablePointer<Scalar> { dh(b) + 2 * size }

    @inline(__always)
    func dz(_ b: Int) -> UnsafeMutablePointer<Scalar> { start + 3 * size + (b - first) * dzStride }
  }
}
