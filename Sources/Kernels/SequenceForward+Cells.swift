// One step of each cell, for some rows of the batch. All of it runs on vectors of units: `z` holds the sums of one vector
// of units of all rows, gate after gate, and the states have been padded to whole vectors.

extension SequenceForward {
  /// `h′ = tanh(x·K + b + h·R)`
  func simpleRNN(_ t: Int, _ rows: Range<Int>, _ z: UnsafeMutablePointer<Scalar>) {
    for unit in stride(from: 0, to: record.paddedH, by: width) {
      product(gate: 0, unit: unit, t, rows, into: z)
      for (row, b) in rows.enumerated() {
        (record.hidden(t + 1, b) + unit).store(Scalar.hyperbolicTangent((z + row * width).vector()))
      }
    }
  }

  /// `i, f, o = σ(…); g = tanh(…); c′ = f ⊙ c + i ⊙ g; h′ = o ⊙ tanh(c′)`
  func lstm(_ t: Int, _ rows: Range<Int>, _ z: UnsafeMutablePointer<Scalar>) {
    let (H, gateSize) = (record.paddedH, rows.count * width)
    for unit in stride(from: 0, to: H, by: width) {
      for gate in 0..<4 { product(gate: gate, unit: unit, t, rows, into: z + gate * gateSize) }
      for (row, b) in rows.enumerated() {
        let z = z + row * width
        let i = Scalar.logistic(z.vector())
        let f = Scalar.logistic((z + gateSize).vector())
        let g = Scalar.hyperbolicTangent((z + 2 * gateSize).vector())
        let o = Scalar.logistic((z + 3 * gateSize).vector())
        let c: Scalar.Vector = (record.cell(t, b) + unit).vector()
        let nextC = (i * g).addingProduct(f, c)
        let tanhC = Scalar.hyperbolicTangent(nextC)
        (record.cell(t + 1, b) + unit).store(nextC)
        (record.hidden(t + 1, b) + unit).store(o * tanhC)
        (record.tanhCell(t, b) + unit).store(tanhC)
        let gates = record.gates(t, b) + unit
        gates.store(i)
        (gates + H).store(f)
        (gates + 2 * H).store(g)
        (gates + 3 * H).store(o)
      }
    }
  }

  /// `z, r = σ(…); u = h·Rg + b′g; g = tanh(x·Kg + bg + r ⊙ u); h′ = z ⊙ h + (1 − z) ⊙ g`
  func gruResetAfter(_ t: Int, _ rows: Range<Int>, _ sums: UnsafeMutablePointer<Scalar>) {
    let (H, gateSize) = (record.paddedH, rows.count * width)
    for unit in stride(from: 0, to: H, by: width) {
      product(gate: 0, unit: unit, t, rows, into: sums)
      product(gate: 1, unit: unit, t, rows, into: sums + gateSize)
      product(.input, gate: 2, unit: unit, t, rows, into: sums + 2 * gateSize)
      product(.recurrent, gate: 3, unit: unit, t, rows, into: sums + 3 * gateSize)
      for (row, b) in rows.enumerated() {
        let sums = sums + row * width
        let z = Scalar.logistic(sums.vector())
        let r = Scalar.logistic((sums + gateSize).vector())
        let a: Scalar.Vector = (sums + 2 * gateSize).vector()
        let u: Scalar.Vector = (sums + 3 * gateSize).vector()
        let g = Scalar.hyperbolicTangent(a.addingProduct(r, u))
        update(t, b, unit, z: z, g: g)
        let gates = record.gates(t, b) + unit
        (gates + H).store(r)
        (gates + 3 * H).store(u)
      }
    }
  }

  /// `z, r = σ(…); g = tanh(x·Kg + bg + (r ⊙ h)·Rg); h′ = z ⊙ h + (1 − z) ⊙ g`
  func gruResetBefore(_ t: Int, _ rows: Range<Int>, _ sums: UnsafeMutablePointer<Scalar>) {
    let (D, H, gateSize) = (record.D, record.paddedH, rows.count * width)
    // Every unit's r ⊙ h enters every candidate, so all of them come first.
    for unit in stride(from: 0, to: H, by: width) {
      product(gate: 0, unit: unit, t, rows, into: sums)
      product(gate: 1, unit: unit, t, rows, into: sums + gateSize)
      for (row, b) in rows.enumerated() {
        let gates = record.gates(t, b) + unit
        let r = Scalar.logistic((sums + gateSize + row * width).vector())
        gates.store(Scalar.logistic((sums + row * width).vector()))
        (gates + H).store(r)
        (gates + 3 * H).store(r * (record.hidden(t, b) + unit).vector())
      }
    }
    for unit in stride(from: 0, to: H, by: width) {
      product(.input, gate: 2, unit: unit, t, rows, into: sums)
      multiplyByPanel(
        record.gates(t, rows.lowerBound) + 3 * H, stride: 4 * H, panel: panel(2, unit) + (D + 1) * width,
        steps: record.H, into: sums, stride: width, rows: rows.count, accumulate: true)
      for (row, b) in rows.enumerated() {
        let z: Scalar.Vector = (record.gates(t, b) + unit).vector()
        update(t, b, unit, z: z, g: Scalar.hyperbolicTangent((sums + row * width).vector()))
      }
    }
  }

  /// `h′ = z ⊙ h + (1 − z) ⊙ g`, and z and g into the record.
  @inline(__always)
  private func update(_ t: Int, _ b: Int, _ unit: Int, z: Scalar.Vector, g: Scalar.Vector) {
    let h: Scalar.Vector = (record.hidden(t, b) + unit).vector()
    (record.hidden(t + 1, b) + unit).store((z * h).addingProduct(1 - z, g))
    let gates = record.gates(t, b) + unit
    gates.store(z)
    (gates + 2 * record.paddedH).store(g)
  }
}
