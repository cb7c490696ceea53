// The LSTM: i, f, o = σ(…); g = tanh(…); c′ = f ⊙ c + i ⊙ g; h′ = o ⊙ tanh(c′). Its gates are i, f, g, o.
//
// Two of the places where an LSTM's step can be executed: the fast step, for speed, and the plain step, which the fast
// one is tested with. `LSTMCell` in `Layers` names the others and says why each exists.

extension CellPlan {
  static var lstm: CellPlan {
    CellPlan(
      gateCount: 4, hasCellState: true, storedBlocks: 4,
      forward: ForwardPlan(
        sums: [GateSum(gate: 0), GateSum(gate: 1), GateSum(gate: 2), GateSum(gate: 3)], bundle: 4,
        phases: [{ $0.lstm($1, $2, $3, $4) }]),
      backward: BackwardPlan(
        blockCount: 4, kernelGates: [0, 1, 2, 3], recurrentGates: [0, 1, 2, 3], phases: [{ $0.lstm($1, $2, $3, $4) }]),
      plainStep: { $0.lstm($1) })
  }
}

extension SequenceForward {
  /// `i, f, o = σ(…); g = tanh(…); c′ = f ⊙ c + i ⊙ g; h′ = o ⊙ tanh(c′)`
  ///
  /// In two passes over the rows. A processor works on a few hundred instructions at a time. Those of one short pass
  /// belong to so many rows that no row waits for the divisions of another.
  fileprivate func lstm(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    let H = workspace.paddedH
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(gate: 0, count: 4, unit: unit, t, rows, into: sums)
      for (row, b) in rows.enumerated() {
        let (i, f, g, o) = Scalar.gates(
          sums.vector(0, row: row), sums.vector(1, row: row), sums.vector(2, row: row), sums.vector(3, row: row))
        let c: Scalar.Vector = (workspace.cell(t, b) + unit).vector()
        (workspace.cell(t + 1, b) + unit).store((i * g).addingProduct(f, c))
        sums.store(o, 3, row: row)
        // Inference has no backward pass, which alone reads the gates.
        guard workspace.keepsSteps else { continue }
        let gates = workspace.gates(t, b) + unit
        gates.store(i)
        (gates + H).store(f)
        (gates + 2 * H).store(g)
        (gates + 3 * H).store(o)
      }
      for (row, b) in rows.enumerated() {
        let tanhC = Scalar.hyperbolicTangent((workspace.cell(t + 1, b) + unit).vector())
        store(hidden: sums.vector(3, row: row) * tanhC, t, b, unit)
        if workspace.keepsSteps { (workspace.tanhCell(t, b) + unit).store(tanhC) }
      }
    }
  }
}

extension SequenceBackward {
  /// From dh′ and dc′ to dc and the gradients of the four sums; a σ has the derivative y(1 − y) and a tanh 1 − y², by
  /// their values y.
  ///
  ///     dc′ += dh′ ⊙ o ⊙ (1 − tanh² c′)        dc = dc′ ⊙ f
  ///     di = dc′ ⊙ g    df = dc′ ⊙ c    dg = dc′ ⊙ i    do = dh′ ⊙ tanh c′
  fileprivate func lstm(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>) {
    let H = workspace.paddedH
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let gates = workspace.gates(t, b) + unit
        let i: Scalar.Vector = gates.vector()
        let f: Scalar.Vector = (gates + H).vector()
        let g: Scalar.Vector = (gates + 2 * H).vector()
        let o: Scalar.Vector = (gates + 3 * H).vector()
        let c: Scalar.Vector = (workspace.cell(t, b) + unit).vector()
        let tanhC: Scalar.Vector = (workspace.tanhCell(t, b) + unit).vector()

        let dh: Scalar.Vector = (gradients.dh(b) + unit).vector()
        let dc = ((gradients.dc(b) + unit).vector() as Scalar.Vector).addingProduct(dh * o, 1 - tanhC * tanhC)
        (gradients.dc(b) + unit).store(dc * f)
        store(dc * g * i * (1 - i), block: 0, t, b, unit, gradients)
        store(dc * c * f * (1 - f), block: 1, t, b, unit, gradients)
        store(dc * i * (1 - g * g), block: 2, t, b, unit, gradients)
        store(dh * tanhC * o * (1 - o), block: 3, t, b, unit, gradients)
      }
    }
  }
}

extension Plain.Step {
  fileprivate func lstm(_ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
    let i = units.map { sigmoid(sum(0, $0)) }
    let f = units.map { sigmoid(sum(1, $0)) }
    let g = units.map { tanh(sum(2, $0)) }
    let o = units.map { sigmoid(sum(3, $0)) }
    let nextC = units.map { f[$0] * c[$0] + i[$0] * g[$0] }
    return (units.map { o[$0] * tanh(nextC[$0]) }, nextC)
  }
}
