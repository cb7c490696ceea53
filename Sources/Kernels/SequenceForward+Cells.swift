// One step of each cell, for some rows of the batch and some units. All of it runs on vectors of units, and the states have been padded to
// whole vectors.

extension SequenceForward {
  /// `h′ = tanh(x·K + b + h·R)`
  func simpleRNN(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    // The panels of neighbouring units lie side by side, like those of the gates of other cells.
    let end = units.upperBound / width
    for first in stride(from: units.lowerBound / width, to: end, by: Tile.width) {
      let neighbours = first..<min(first + Tile.width, end)
      let sums = sums(t, rows, first * width, scratch)
      product(gate: 0, count: neighbours.count, unit: first * width, t, rows, into: sums)
      for (place, unit) in neighbours.enumerated() {
        for (row, b) in rows.enumerated() {
          store(hidden: Scalar.hyperbolicTangent(sums.vector(place, row: row)), t, b, unit * width)
        }
      }
    }
  }

  /// `i, f, o = σ(…); g = tanh(…); c′ = f ⊙ c + i ⊙ g; h′ = o ⊙ tanh(c′)`
  ///
  /// In two passes over the rows: a processor works on a few hundred instructions at a time, and those of one pass, short as it is,
  /// belong to so many rows that none waits for another's divisions.
  func lstm(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    let H = record.paddedH
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(gate: 0, count: 4, unit: unit, t, rows, into: sums)
      for (row, b) in rows.enumerated() {
        let (i, f, g, o) = Scalar.gates(
          sums.vector(0, row: row), sums.vector(1, row: row), sums.vector(2, row: row), sums.vector(3, row: row))
        let c: Scalar.Vector = (record.cell(t, b) + unit).vector()
        (record.cell(t + 1, b) + unit).store((i * g).addingProduct(f, c))
        sums.store(o, 3, row: row)
        // A prediction is not gone back through.
        guard record.keepsSteps else { continue }
        let gates = record.gates(t, b) + unit
        gates.store(i)
        (gates + H).store(f)
        (gates + 2 * H).store(g)
        (gates + 3 * H).store(o)
      }
      for (row, b) in rows.enumerated() {
        let tanhC = Scalar.hyperbolicTangent((record.cell(t + 1, b) + unit).vector())
        store(hidden: sums.vector(3, row: row) * tanhC, t, b, unit)
        if record.keepsSteps { (record.tanhCell(t, b) + unit).store(tanhC) }
      }
    }
  }

  /// `z, r = σ(…); u = h·Rg + b′g; g = tanh(x·Kg + bg + r ⊙ u); h′ = z ⊙ h + (1 − z) ⊙ g`
  func gruResetAfter(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    let H = record.paddedH
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
        guard record.keepsSteps else { continue }
        let gates = record.gates(t, b) + unit
        (gates + H).store(r)
        (gates + 3 * H).store(u)
      }
    }
  }

  /// `z, r = σ(…)` and r ⊙ h, which enters the candidates of all units.
  func resetBefore(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    let H = record.paddedH
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(gate: 0, count: 2, unit: unit, t, rows, into: sums)
      for (row, b) in rows.enumerated() {
        let z = Scalar.logistic(sums.vector(0, row: row))
        let r = Scalar.logistic(sums.vector(1, row: row))
        let gates = record.gates(t, b) + unit
        gates.store(z)
        (gates + H).store(r)
        (gates + 3 * H).store(r * (record.hidden(t, b) + unit).vector())
      }
    }
  }

  /// `g = tanh(x·Kg + bg + (r ⊙ h)·Rg); h′ = z ⊙ h + (1 − z) ⊙ g`
  func candidateAfterReset(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    let (D, H) = (record.D, record.paddedH)
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      let sums = sums(t, rows, unit, scratch)
      product(.input, gate: 2, unit: unit, t, rows, into: sums)
      multiplyByPanels(
        record.gates(t, rows.lowerBound) + 3 * H, stride: record.gatesStride, panels(2, 1, unit).dropping(D + 1),
        into: sums.target(2), rows: rows.count, accumulate: true)
      for (row, b) in rows.enumerated() {
        let z: Scalar.Vector = (record.gates(t, b) + unit).vector()
        update(t, b, unit, z: z, g: Scalar.hyperbolicTangent(sums.vector(2, row: row)))
      }
    }
  }

  /// `h′ = z ⊙ h + (1 − z) ⊙ g`, and z and g into the record.
  @inline(__always)
  private func update(_ t: Int, _ b: Int, _ unit: Int, z: Scalar.Vector, g: Scalar.Vector) {
    let h: Scalar.Vector = (record.hidden(t, b) + unit).vector()
    store(hidden: (z * h).addingProduct(1 - z, g), t, b, unit)
    guard record.keepsSteps else { return }
    let gates = record.gates(t, b) + unit
    gates.store(z)
    (gates + 2 * record.paddedH).store(g)
  }
}
