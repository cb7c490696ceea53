/// A step of a forward pass for some rows of a block: where its numbers are, and the products that cells are made of.
///
/// Numbers and pointers alone, valid while the run lasts.
struct ForwardStep<Scalar: ElementaryScalar> {
  let places: StepPlaces<Scalar>
  let rows: Range<Int>
  let H: Int
  /// Whether the step keeps its gates for a backward pass.
  let keepsSteps: Bool
  /// Whether h may be other than zero: a state of zeros needs no product.
  let hasState: Bool
  /// Whether the products of the input are there already, where the gates will be.
  let separatesInput: Bool
  /// How many sums the cell has for each unit.
  let sumCount: Int
  let weights: PanelView<Scalar>
  /// Memory for the sums of one vector of units.
  let scratch: UnsafeMutablePointer<Scalar>

  var width: Int { Scalar.Vector.scalarCount }
  /// H rounded up to whole vectors.
  var paddedH: Int { places.paddedH }

  /// Which columns of `[x, 1, h]` a product runs over.
  enum Part { case all, input, recurrent }

  /// The sums of `count` gates from `gate` on, for the vector of units that `sums` are of.
  @inline(__always)
  func product(_ part: Part = .all, gate: Int, count: Int = 1, unit: Int, into sums: Sums) {
    let D = places.D
    let hasInput = separatesInput && part != .recurrent
    let first = hasInput ? D + 1 : part == .recurrent ? D : 0
    let end = part != .input && hasState ? D + 1 + H : D + 1
    guard end > first else { return }
    multiplyByPanels(
      places.inputs(rows.lowerBound) + first, stride: places.inputStride,
      panels(gate, count, unit).prefix(end).dropping(first), into: sums.target(gate), rows: rows.count,
      accumulate: hasInput)
  }

  /// `x·K + b` for all of `gateCount` gates of some units, where the gates will be.
  func multiplyInput(gateCount: Int, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      for gate in stride(from: 0, to: gateCount, by: Tile.width) {
        multiplyByPanels(
          places.inputs(rows.lowerBound), stride: places.inputStride,
          panels(gate, min(Tile.width, gateCount - gate), unit).prefix(places.D + 1),
          into: gateSums(unit).target(gate), rows: rows.count, accumulate: false)
      }
    }
  }

  /// Adds the product of one stored block of every row with the recurrent weights of one gate: a gate that multiplies
  /// another vector than h.
  @inline(__always)
  func addProduct(ofBlock block: Int, gate: Int, unit: Int, into sums: Sums) {
    multiplyByPanels(
      places.gates(rows.lowerBound, block: block), stride: places.gatesStride,
      panels(gate, 1, unit).dropping(places.D + 1), into: sums.target(gate), rows: rows.count, accumulate: true)
  }

  /// Where the sums of a vector of units are: `[rows, width]` for each gate.
  struct Sums {
    var start: UnsafeMutablePointer<Scalar>
    var rowStride: Int
    var gateStride: Int

    @inline(__always)
    func target(_ gate: Int) -> Tile.Target<Scalar> {
      .init(start: start + gate * gateStride, rowStride: rowStride, panelStride: gateStride)
    }

    @inline(__always)
    func vector(_ gate: Int, row: Int) -> Scalar.Vector { (start + gate * gateStride + row * rowStride).vector() }

    /// Replaces a sum by what a step computed from it.
    @inline(__always)
    func store(_ value: Scalar.Vector, _ gate: Int, row: Int) {
      (start + gate * gateStride + row * rowStride).store(value)
    }
  }

  /// In `scratch`, or where the gates will be when the input's products are computed first.
  @inline(__always)
  func sums(_ unit: Int) -> Sums {
    separatesInput ? gateSums(unit) : Sums(start: scratch, rowStride: width, gateStride: rows.count * width)
  }

  @inline(__always)
  private func gateSums(_ unit: Int) -> Sums {
    Sums(start: places.gates(rows.lowerBound) + unit, rowStride: places.gatesStride, gateStride: paddedH)
  }

  /// Writes one stored block for the backward pass. Inference has none, and keeps nothing.
  @inline(__always)
  func keep(_ value: Scalar.Vector, block: Int, _ b: Int, _ unit: Int) {
    (places.gates(b, block: block) + unit).store(value)
  }

  /// The same for bits.
  @inline(__always)
  func keep(_ bits: Scalar.Integers, block: Int, _ b: Int, _ unit: Int) {
    keep(Scalar.vector(bits), block: block, b, unit)
  }

  /// h before the step.
  @inline(__always)
  func h(_ b: Int, _ unit: Int) -> Scalar.Vector { (places.hidden(b) + unit).vector() }

  /// c before the step.
  @inline(__always)
  func c(_ b: Int, _ unit: Int) -> Scalar.Vector { (places.cell(b) + unit).vector() }

  /// Writes h after the step, where the next step reads it.
  @inline(__always)
  func store(hidden h: Scalar.Vector, _ b: Int, _ unit: Int) { (places.nextHidden(b) + unit).store(h) }

  /// Writes c after the step.
  @inline(__always)
  func store(cell c: Scalar.Vector, _ b: Int, _ unit: Int) { (places.nextCell(b) + unit).store(c) }

  /// The weights of some gates for the vector of units from `unit` on.
  @inline(__always)
  private func panels(_ gate: Int, _ count: Int, _ unit: Int) -> PanelRun<Scalar> {
    weights.run(unit / width * sumCount + gate, count: count)
  }

  /// All bits of those numbers of the vector from `unit` on that belong to units. In the padding behind them, an
  /// activation that is not 0 at 0 would let a state grow from step to step.
  @inline(__always)
  func mask(_ unit: Int) -> Scalar.Integers { Pack.mask(min(width, H - unit), Scalar.self) }
}
