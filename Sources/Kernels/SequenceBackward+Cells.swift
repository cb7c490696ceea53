// One step back of each cell, for some rows of the batch and some units: from the gradients of h and c after the step to those of the
// gates' sums and of h and c before it. A σ has the derivative y(1 − y) and a tanh 1 − y², by their values y.

extension SequenceBackward {
  /// `h′ = tanh(z)`
  func simpleRNN(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let dh: Scalar.Vector = (scratch.dh(b) + unit).vector()
        let h: Scalar.Vector = (record.hidden(t + 1, b) + unit).vector()
        store(dh * (1 - h * h), block: 0, t, b, unit, scratch)
      }
    }
  }

  /// `c′ = f ⊙ c + i ⊙ g;  h′ = o ⊙ tanh(c′)`
  func lstm(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    let H = record.paddedH
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let gates = record.gates(t, b) + unit
        let i: Scalar.Vector = gates.vector()
        let f: Scalar.Vector = (gates + H).vector()
        let g: Scalar.Vector = (gates + 2 * H).vector()
        let o: Scalar.Vector = (gates + 3 * H).vector()
        let c: Scalar.Vector = (record.cell(t, b) + unit).vector()
        let tanhC: Scalar.Vector = (record.tanhCell(t, b) + unit).vector()

        let dh: Scalar.Vector = (scratch.dh(b) + unit).vector()
        let dc = ((scratch.dc(b) + unit).vector() as Scalar.Vector).addingProduct(dh * o, 1 - tanhC * tanhC)
        (scratch.dc(b) + unit).store(dc * f)
        store(dc * g * i * (1 - i), block: 0, t, b, unit, scratch)
        store(dc * c * f * (1 - f), block: 1, t, b, unit, scratch)
        store(dc * i * (1 - g * g), block: 2, t, b, unit, scratch)
        store(dh * tanhC * o * (1 - o), block: 3, t, b, unit, scratch)
      }
    }
  }

  /// `g = tanh(… + r ⊙ u);  h′ = z ⊙ h + (1 − z) ⊙ g`
  func gruResetAfter(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    let H = record.paddedH
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let gates = record.gates(t, b) + unit
        let r: Scalar.Vector = (gates + H).vector()
        let u: Scalar.Vector = (gates + 3 * H).vector()
        let dzg = updateGradient(t, b, unit, scratch)
        store(dzg * u * r * (1 - r), block: 2, t, b, unit, scratch)
        store(dzg * r, block: 3, t, b, unit, scratch)
      }
    }
  }

  /// `g = tanh(… + (r ⊙ h)·Rg);  h′ = z ⊙ h + (1 − z) ⊙ g`, without the reset gate.
  func gruResetBefore(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        _ = updateGradient(t, b, unit, scratch)
      }
    }
  }

  /// `r ⊙ h`, which every candidate contains.
  func resetBefore(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    let H = record.paddedH
    resetGradient(rows, units, scratch)
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let r: Scalar.Vector = (record.gates(t, b) + H + unit).vector()
        let h: Scalar.Vector = (record.hidden(t, b) + unit).vector()
        let dReset: Scalar.Vector = (scratch.dReset(b) + unit).vector()
        store(dReset * h * r * (1 - r), block: 2, t, b, unit, scratch)
        let dh = scratch.dh(b) + unit
        dh.store((dh.vector() as Scalar.Vector).addingProduct(dReset, r))
      }
    }
  }

  /// Of `h′ = z ⊙ h + (1 − z) ⊙ g`: writes the gradients of g's and z's sums and what h gets by z; returns the first.
  @inline(__always)
  private func updateGradient(
    _ t: Int, _ b: Int, _ unit: Int, _ scratch: StepGradients<Scalar>
  ) -> Scalar.Vector {
    let gates = record.gates(t, b) + unit
    let z: Scalar.Vector = gates.vector()
    let g: Scalar.Vector = (gates + 2 * record.paddedH).vector()
    let h: Scalar.Vector = (record.hidden(t, b) + unit).vector()
    let dh: Scalar.Vector = (scratch.dh(b) + unit).vector()
    let dzg = dh * (1 - z) * (1 - g * g)
    store(dzg, block: 0, t, b, unit, scratch)
    store(dh * (h - g) * z * (1 - z), block: 1, t, b, unit, scratch)
    (scratch.dh(b) + unit).store(dh * z)
    return dzg
  }
}
