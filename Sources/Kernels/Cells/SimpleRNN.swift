// The simple recurrent network: h′ = tanh(x·K + b + h·R).

extension CellLayout {
  static let simpleRNN = CellLayout(
    gateCount: 1, storedBlocks: 0,
    // The panels of neighbouring units lie side by side, like those of the gates of other cells.
    forward: ForwardLayout(sums: [GateSum(gate: 0)], bundle: Tile.width),
    backward: BackwardLayout(blockCount: 1, kernelGates: [0], recurrentGates: [0]))

  /// With a block of bits: whether the sum was not clipped.
  static let clippedSimpleRNN = simpleRNN.storing(1)
}

struct SimpleRNNPlan<Functions: CellFunctions>: CellPlan {
  typealias Scalar = Functions.Scalar

  let functions: Functions

  init(_ options: CellOptions<Scalar>) { functions = Functions(options) }

  private var clip: Scalar? { Functions.areUsual ? nil : functions.clip }

  var layout: CellLayout { clip == nil ? .simpleRNN : .clippedSimpleRNN }

  /// `h′ = tanh(x·K + h·R + b)`
  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    let width = step.width
    let end = units.upperBound / width
    for first in stride(from: units.lowerBound / width, to: end, by: Tile.width) {
      let neighbours = first..<min(first + Tile.width, end)
      let sums = step.sums(first * width)
      step.product(gate: 0, count: neighbours.count, unit: first * width, into: sums)
      for (place, unit) in neighbours.enumerated() {
        for (row, b) in step.rows.enumerated() {
          let z = sums.vector(place, row: row)
          step.store(hidden: functions.candidate(z), b, unit * width)
          if clip != nil && step.keepsSteps { step.keep(Scalar.inside(z, clip, bit: 0), block: 0, b, unit * width) }
        }
      }
    }
  }

  /// `dz = dh ⊙ tanh′`
  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    for b in step.rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
        var dz = functions.candidateBackward(step.dh(b, unit), step.nextH(b, unit))
        if clip != nil { dz = Scalar.passed(dz, step.keptBits(0, b, unit), bit: 0) }
        step.store(dz, block: 0, b, unit)
      }
    }
  }
}

extension Plain {
  static func simpleRNN<Scalar>(_ step: Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
    (step.units.map { step.tanh(step.sum(0, $0)) }, c)
  }
}
