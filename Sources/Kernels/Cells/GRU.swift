// The GRU in both reset variants: h′ = z ⊙ h + (1 − z) ⊙ g. Its gates are z, r, g.
//
// Reset after:  g = tanh(x·Kg + bg + r ⊙ u), u = h·Rg + b′g. The step computes a fourth sum, u.
// Reset before: g = tanh(x·Kg + bg + (r ⊙ h)·Rg). All units of r ⊙ h must be there before the candidate.

extension CellPlan {
  static var gruResetAfter: CellPlan {
    CellPlan(
      gateCount: 3, storedBlocks: 4,
      // z and r are one product; the two halves of the candidate's sum are products of their own, with one bias each.
      forward: ForwardPlan(
        sums: [
          GateSum(gate: 0), GateSum(gate: 1), GateSum(gate: 2, biases: .input), GateSum(gate: 2, biases: .recurrent),
        ],
        bundle: 2, phases: [{ $0.gruResetAfter($1, $2, $3, $4) }]),
      backward: BackwardPlan(
        blockCount: 4, kernelGates: [2, 0, 1], recurrentGates: [0, 1, 2], keepsHidden: true, separatesBiases: true,
        phases: [{ $0.gruResetAfter($1, $2, $3, $4) }]),
      plainStep: { step, c in (step.gruResetAfter(), c) })
  }

  static var gruResetBefore: CellPlan {
    CellPlan(
      gateCount: 3, storedBlocks: 4,
      forward: ForwardPlan(
        sums: [GateSum(gate: 0), GateSum(gate: 1), GateSum(gate: 2)], bundle: 3,
        phases: [{ $0.gruResetBefore($1, $2, $3, $4) }, { $0.gruCandidate($1, $2, $3, $4) }]),
      backward: BackwardPlan(
        blockCount: 3, kernelGates: [2, 0, 1], recurrentGates: [0, 1],
        gatedProduct: GatedProduct(gate: 2, gradientBlock: 0, storedBlock: 3), keepsHidden: true,
        phases: [{ $0.gruCandidate($1, $2, $3, $4) }, { $0.gruResetBefore($1, $2, $3, $4) }]),
      plainStep: { step, c in (step.gruResetBefore(), c) })
  }
}

extension SequenceForward {
  /// `z, r = σ(…); u = h·Rg + b′g; g = tanh(x·Kg + bg + r ⊙ u); h′ = z ⊙ h + (1 − z) ⊙ g`
  fileprivate func gruResetAfter(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) {
    let H = workspace.paddedH
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(gate: 0, count: 2, unit: unit, t, rows, into: sums)
      product(.input, gate: 2, unit: unit, t, rows, into: sums)
      product(.recurrent, gate: 3, unit: unit, t, rows, into: sums)
      for (row, b) in rows.enumerated() {
        let z = Scalar.logistic(sums.vector(0, row: row))
        let r = Scalar.logistic(sums.vector(1, row: row))
        let u = sums.vector(3, row: row)
        let g = Scalar.hyperbolicTangent(sums.vector(2, row: row).addingProduct(r, u))
        update(t, b, unit, z: z, g: g)
        guard workspace.keepsSteps else { continue }
        let gates = workspace.gates(t, b) + unit
        (gates + H).store(r)
        (gates + 3 * H).store(u)
      }
    }
  }

  /// `z, r = σ(…)` and r ⊙ h, which the candidates of all units contain.
  fileprivate func gruResetBefore(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) {
    let H = workspace.paddedH
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(gate: 0, count: 2, unit: unit, t, rows, into: sums)
      for (row, b) in rows.enumerated() {
        let z = Scalar.logistic(sums.vector(0, row: row))
        let r = Scalar.logistic(sums.vector(1, row: row))
        let gates = workspace.gates(t, b) + unit
        gates.store(z)
        (gates + H).store(r)
        (gates + 3 * H).store(r * (workspace.hidden(t, b) + unit).vector())
      }
    }
  }

  /// `g = tanh(x·Kg + bg + (r ⊙ h)·Rg); h′ = z ⊙ h + (1 − z) ⊙ g`
  fileprivate func gruCandidate(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) {
    let (D, H) = (workspace.D, workspace.paddedH)
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(.input, gate: 2, unit: unit, t, rows, into: sums)
      multiplyByPanels(
        workspace.gates(t, rows.lowerBound) + 3 * H, stride: workspace.gatesStride,
        panels(2, 1, unit).dropping(D + 1), into: sums.target(2), rows: rows.count, accumulate: true)
      for (row, b) in rows.enumerated() {
        let z: Scalar.Vector = (workspace.gates(t, b) + unit).vector()
        update(t, b, unit, z: z, g: Scalar.hyperbolicTangent(sums.vector(2, row: row)))
      }
    }
  }

  /// `h′ = z ⊙ h + (1 − z) ⊙ g`; keeps z and g for the backward pass.
  @inline(__always)
  private func update(_ t: Int, _ b: Int, _ unit: Int, z: Scalar.Vector, g: Scalar.Vector) {
    let h: Scalar.Vector = (workspace.hidden(t, b) + unit).vector()
    store(hidden: (z * h).addingProduct(1 - z, g), t, b, unit)
    guard workspace.keepsSteps else { return }
    let gates = workspace.gates(t, b) + unit
    gates.store(z)
    (gates + 2 * workspace.paddedH).store(g)
  }
}

extension SequenceBackward {
  /// From dh′ to dh and the gradients of all four sums.
  fileprivate func gruResetAfter(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>
  ) {
    let H = workspace.paddedH
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let gates = workspace.gates(t, b) + unit
        let r: Scalar.Vector = (gates + H).vector()
        let u: Scalar.Vector = (gates + 3 * H).vector()
        let dzg = updateGradient(t, b, unit, gradients)
        store(dzg * u * r * (1 - r), block: 2, t, b, unit, gradients)
        store(dzg * r, block: 3, t, b, unit, gradients)
      }
    }
  }

  /// From dh′ to dh and the gradients of the sums of g and z.
  fileprivate func gruCandidate(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>
  ) {
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        _ = updateGradient(t, b, unit, gradients)
      }
    }
  }

  /// From the gradient of the candidate's sum to that of r ⊙ h, and on to dh and the gradient of r's sum.
  fileprivate func gruResetBefore(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>
  ) {
    let H = workspace.paddedH
    gatedGradient(rows, units, gradients)
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let r: Scalar.Vector = (workspace.gates(t, b) + H + unit).vector()
        let h: Scalar.Vector = (workspace.hidden(t, b) + unit).vector()
        let dReset: Scalar.Vector = (gradients.dGated(b) + unit).vector()
        store(dReset * h * r * (1 - r), block: 2, t, b, unit, gradients)
        let dh = gradients.dh(b) + unit
        dh.store((dh.vector() as Scalar.Vector).addingProduct(dReset, r))
      }
    }
  }

  /// The gradients of `h′ = z ⊙ h + (1 − z) ⊙ g`: stores those of the sums of g and z, and dh = dh′ ⊙ z; returns that
  /// of g's sum.
  @inline(__always)
  private func updateGradient(
    _ t: Int, _ b: Int, _ unit: Int, _ gradients: StepGradients<Scalar>
  ) -> Scalar.Vector {
    let gates = workspace.gates(t, b) + unit
    let z: Scalar.Vector = gates.vector()
    let g: Scalar.Vector = (gates + 2 * workspace.paddedH).vector()
    let h: Scalar.Vector = (workspace.hidden(t, b) + unit).vector()
    let dh: Scalar.Vector = (gradients.dh(b) + unit).vector()
    let dzg = dh * (1 - z) * (1 - g * g)
    store(dzg, block: 0, t, b, unit, gradients)
    store(dh * (h - g) * z * (1 - z), block: 1, t, b, unit, gradients)
    (gradients.dh(b) + unit).store(dh * z)
    return dzg
  }
}

extension Plain.Step {
  fileprivate func gruResetAfter() -> [Scalar] {
    let z = units.map { sigmoid(sum(0, $0)) }
    let r = units.map { sigmoid(sum(1, $0)) }
    let g = units.map { tanh(input(2, $0) + r[$0] * recurrent(2, $0, h)) }
    return units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }
  }

  fileprivate func gruResetBefore() -> [Scalar] {
    let z = units.map { sigmoid(sum(0, $0)) }
    let r = units.map { sigmoid(sum(1, $0)) }
    let reset = units.map { r[$0] * h[$0] }
    let g = units.map { tanh(input(2, $0) + recurrent(2, $0, reset)) }
    return units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }
  }
}
