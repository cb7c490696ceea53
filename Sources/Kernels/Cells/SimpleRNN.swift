// The simple recurrent network: h′ = tanh(x·K + b + h·R).

extension CellPlan {
  static var simpleRNN: CellPlan {
    CellPlan(
      gateCount: 1, storedBlocks: 0,
      // The panels of neighbouring units lie side by side, like those of the gates of other cells.
      forward: ForwardPlan(
        sums: [GateSum(gate: 0)], bundle: Tile.width, phases: [{ $0.simpleRNN($1, $2, $3, $4) }]),
      backward: BackwardPlan(
        blockCount: 1, kernelGates: [0], recurrentGates: [0], phases: [{ $0.simpleRNN($1, $2, $3, $4) }]),
      plainStep: { step, c in (step.simpleRNN(), c) })
  }
}

extension SequenceForward {
  /// `h′ = tanh(x·K + b + h·R)`
  fileprivate func simpleRNN(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) {
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
}

extension SequenceBackward {
  /// `dz = dh ⊙ (1 − h′²)`
  fileprivate func simpleRNN(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>) {
    for b in rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
        let dh: Scalar.Vector = (gradients.dh(b) + unit).vector()
        let h: Scalar.Vector = (workspace.hidden(t + 1, b) + unit).vector()
        store(dh * (1 - h * h), block: 0, t, b, unit, gradients)
      }
    }
  }
}

extension Plain.Step {
  fileprivate func simpleRNN() -> [Scalar] { units.map { tanh(sum(0, $0)) } }
}
