// The LSTM: i, f, o = σ(…); g = tanh(…); c′ = f ⊙ c + i ⊙ g; h′ = o ⊙ tanh(c′). Its gates are i, f, g, o.
//
// Two of the places where an LSTM's step can be executed: the fast step, for speed, and the plain step, which the fast
// one is tested with. `LSTMCell` in `Layers` names the others and says why each exists.

extension CellLayout {
  static let lstm = CellLayout(
    gateCount: 4, hasCellState: true, storedBlocks: 4,
    forward: ForwardLayout(
      sums: [GateSum(gate: 0), GateSum(gate: 1), GateSum(gate: 2), GateSum(gate: 3)], bundle: 4),
    backward: BackwardLayout(
      blockCount: 4, kernelGates: [0, 1, 2, 3], recurrentGates: [0, 1, 2, 3],
      peepholes: [
        Peephole(gradientBlock: 0, seesNext: false), Peephole(gradientBlock: 1, seesNext: false),
        Peephole(gradientBlock: 3, seesNext: true),
      ]))

  /// Behind the gates a block of bits: which of the four sums, and c′, were not clipped.
  static let clippedLSTM = lstm.storing(1)
}

struct LSTMPlan<Functions: CellFunctions>: CellPlan {
  typealias Scalar = Functions.Scalar

  let functions: Functions
  let options: CellOptions<Scalar>

  init(_ options: CellOptions<Scalar>) { (functions, self.options) = (Functions(options), options) }

  private var isClipped: Bool { !Functions.areUsual && (functions.clip != nil || options.cellClip != nil) }

  var layout: CellLayout { isClipped ? .clippedLSTM : .lstm }
}

extension CellOptions {
  /// `p ⊙ c` of a gate: 0 for i, 1 for f, 2 for o.
  @inline(__always)
  fileprivate func peephole(_ row: Int, _ c: Scalar.Vector, _ unit: Int, _ paddedH: Int) -> Scalar.Vector {
    guard let peepholes else { return Scalar.Vector() }
    return (peepholes + row * paddedH + unit).vector() * c
  }
}

// MARK: Forward

extension LSTMPlan {
  /// In two passes over the rows. A processor works on a few hundred instructions at a time. Those of one short pass
  /// belong to so many rows that no row waits for the divisions of another.
  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
      let sums = step.sums(unit)
      step.product(gate: 0, count: 4, unit: unit, into: sums)
      for (row, b) in step.rows.enumerated() {
        let (i, f, g, o, c) = gates(step, sums, row, b, unit)
        step.store(cell: c, b, unit)
        sums.store(o, 3, row: row)
        // Inference has no backward pass, which alone reads the gates.
        guard step.keepsSteps else { continue }
        step.keep(i, block: 0, b, unit)
        step.keep(f, block: 1, b, unit)
        step.keep(g, block: 2, b, unit)
        step.keep(o, block: 3, b, unit)
      }
      for (row, b) in step.rows.enumerated() {
        let tanhC = functions.output((step.places.nextCell(b) + unit).vector())
        step.store(hidden: sums.vector(3, row: row) * tanhC, b, unit)
        if step.keepsSteps { (step.places.activatedCell(b) + unit).store(tanhC) }
      }
    }
  }

  /// `i, f, o = σ(…); g = tanh(…); c′ = f ⊙ c + i ⊙ g`
  @inline(__always)
  private func gates(
    _ step: ForwardStep<Scalar>, _ sums: ForwardStep<Scalar>.Sums, _ row: Int, _ b: Int, _ unit: Int
  ) -> (i: Scalar.Vector, f: Scalar.Vector, g: Scalar.Vector, o: Scalar.Vector, c: Scalar.Vector) {
    let c = step.c(b, unit)
    let z = (sums.vector(0, row: row), sums.vector(1, row: row), sums.vector(2, row: row), sums.vector(3, row: row))
    guard !Functions.areUsual else {
      let (i, f, g, o) = Scalar.gates(z.0, z.1, z.2, z.3)
      return (i, f, g, o, (i * g).addingProduct(f, c))
    }
    // The same with everything that options add to it.
    let zi = z.0 + options.peephole(0, c, unit, step.paddedH)
    let zf = z.1 + options.peephole(1, c, unit, step.paddedH)
    let i = functions.gate(zi)
    let f = options.inputForget ? 1 - i : functions.gate(zf)
    let g = functions.candidate(z.2)
    let unclipped = Scalar.kept((i * g).addingProduct(f, c), step.mask(unit))
    let nextC = options.cellClip.map { Scalar.clipped(unclipped, to: $0) } ?? unclipped
    let zo = z.3 + options.peephole(2, nextC, unit, step.paddedH)
    let o = functions.gate(zo)
    if isClipped && step.keepsSteps {
      let bits = Scalar.inside(zi, functions.clip, bit: 0) | Scalar.inside(zf, functions.clip, bit: 1)
      let others = Scalar.inside(z.2, functions.clip, bit: 2) | Scalar.inside(zo, functions.clip, bit: 3)
      step.keep(bits | others | Scalar.inside(unclipped, options.cellClip, bit: 4), block: 4, b, unit)
    }
    return (i, f, g, o, nextC)
  }
}

// MARK: Backward

extension LSTMPlan {
  /// From dh′ and dc′ to dc and the gradients of the four sums.
  ///
  ///     dc′ += dh′ ⊙ o ⊙ tanh′        dc = dc′ ⊙ f
  ///     di = dc′ ⊙ g    df = dc′ ⊙ c    dg = dc′ ⊙ i    do = dh′ ⊙ tanh c′
  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    for b in step.rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
        let (i, f) = (step.kept(0, b, unit), step.kept(1, b, unit))
        let (g, o) = (step.kept(2, b, unit), step.kept(3, b, unit))
        let c = step.c(b, unit)
        let tanhC: Scalar.Vector = (step.places.activatedCell(b) + unit).vector()

        let inside = isClipped ? step.keptBits(4, b, unit) : Scalar.Integers()

        let dh = step.dh(b, unit)
        var dc = functions.outputBackward(dh * o, tanhC, addedTo: step.dc(b, unit))
        let dzo = passed(functions.gateBackward(dh * tanhC, o), inside, bit: 3)
        if !Functions.areUsual {
          dc = passed(dc + options.peephole(2, dzo, unit, step.paddedH), inside, bit: 4)
        }
        let (di, df) = (dc * g, dc * c)
        let isCoupled = !Functions.areUsual && options.inputForget
        let dzi = passed(functions.gateBackward(isCoupled ? di - df : di, i), inside, bit: 0)
        let dzf = isCoupled ? Scalar.Vector() : passed(functions.gateBackward(df, f), inside, bit: 1)
        let dzg = passed(functions.candidateBackward(dc * i, g), inside, bit: 2)
        dc = dc * f
        if !Functions.areUsual {
          dc += options.peephole(0, dzi, unit, step.paddedH) + options.peephole(1, dzf, unit, step.paddedH)
        }
        step.store(dc: dc, b, unit)
        step.store(dzi, block: 0, b, unit)
        step.store(dzf, block: 1, b, unit)
        step.store(dzg, block: 2, b, unit)
        step.store(dzo, block: 3, b, unit)
      }
    }
  }

  /// A gradient, which is zero where a clip acted.
  @inline(__always)
  private func passed(_ gradient: Scalar.Vector, _ inside: Scalar.Integers, bit: Int) -> Scalar.Vector {
    isClipped ? Scalar.passed(gradient, inside, bit: bit) : gradient
  }
}

// MARK: Plain

extension Plain {
  static func lstm<Scalar>(_ step: Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
    let i = step.units.map { step.sigmoid(step.sum(0, $0)) }
    let f = step.units.map { step.sigmoid(step.sum(1, $0)) }
    let g = step.units.map { step.tanh(step.sum(2, $0)) }
    let o = step.units.map { step.sigmoid(step.sum(3, $0)) }
    let nextC = step.units.map { f[$0] * c[$0] + i[$0] * g[$0] }
    return (step.units.map { o[$0] * step.tanh(nextC[$0]) }, nextC)
  }
}
