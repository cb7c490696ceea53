// The GRU in both reset variants: h′ = z ⊙ h + (1 − z) ⊙ g. Its gates are z, r, g.
//
// Reset after:  g = tanh(x·Kg + bg + r ⊙ u), u = h·Rg + b′g. The step computes a fourth sum, u.
// Reset before: g = tanh(x·Kg + bg + (r ⊙ h)·Rg). All units of r ⊙ h must be there before the candidate.

extension CellLayout {
  static let gruResetAfter = CellLayout(
    gateCount: 3, storedBlocks: 4,
    // z and r are one product; the two halves of the candidate's sum are products of their own, with one bias each.
    forward: ForwardLayout(
      sums: [
        GateSum(gate: 0), GateSum(gate: 1), GateSum(gate: 2, biases: .input), GateSum(gate: 2, biases: .recurrent),
      ],
      bundle: 2),
    backward: BackwardLayout(
      blockCount: 4, kernelGates: [2, 0, 1], recurrentGates: [0, 1, 2], keepsHidden: true, separatesBiases: true))

  static let gruResetBefore = CellLayout(
    gateCount: 3, storedBlocks: 4,
    forward: ForwardLayout(sums: [GateSum(gate: 0), GateSum(gate: 1), GateSum(gate: 2)], bundle: 3, phases: 2),
    backward: BackwardLayout(
      blockCount: 3, kernelGates: [2, 0, 1], recurrentGates: [0, 1],
      gatedProduct: GatedProduct(gate: 2, gradientBlock: 0, storedBlock: 3), keepsHidden: true, phases: 2))

  /// With a block of bits: which of the sums of z, r and g were not clipped.
  static let clippedGRUResetAfter = gruResetAfter.storing(1)
  static let clippedGRUResetBefore = gruResetBefore.storing(1)
}

// MARK: Reset after

struct GRUResetAfterPlan<Functions: CellFunctions>: GRUPlan {
  let functions: Functions

  init(_ options: CellOptions<Scalar>) { functions = Functions(options) }

  var layout: CellLayout { clip == nil ? .gruResetAfter : .clippedGRUResetAfter }

  /// `z, r = σ(…); u = h·Rg + b′g; g = tanh(x·Kg + bg + r ⊙ u); h′ = z ⊙ h + (1 − z) ⊙ g`
  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
      let sums = step.sums(unit)
      step.product(gate: 0, count: 2, unit: unit, into: sums)
      step.product(.input, gate: 2, unit: unit, into: sums)
      step.product(.recurrent, gate: 3, unit: unit, into: sums)
      for (row, b) in step.rows.enumerated() {
        let (zz, zr) = (sums.vector(0, row: row), sums.vector(1, row: row))
        let (z, r) = (functions.gate(zz), functions.gate(zr))
        let u = sums.vector(3, row: row)
        let zg = sums.vector(2, row: row).addingProduct(r, u)
        update(step, b, unit, z: z, g: functions.candidate(zg))
        guard step.keepsSteps else { continue }
        step.keep(r, block: 1, b, unit)
        step.keep(u, block: 3, b, unit)
        keepClips(step, b, unit, zz, zr)
        keepClip(step, b, unit, zg)
      }
    }
  }

  /// From dh′ to dh and the gradients of all four sums.
  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    for b in step.rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
        let (r, u) = (step.kept(1, b, unit), step.kept(3, b, unit))
        let dzg = updateGradient(step, b, unit)
        step.store(stopped(functions.gateBackward(dzg * u, r), sum: 1, step, b, unit), block: 2, b, unit)
        step.store(dzg * r, block: 3, b, unit)
      }
    }
  }
}

extension Plain {
  static func gruResetAfter<Scalar>(_ step: Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
    let (h, z) = (step.h, step.units.map { step.sigmoid(step.sum(0, $0)) })
    let r = step.units.map { step.sigmoid(step.sum(1, $0)) }
    let g = step.units.map { step.tanh(step.input(2, $0) + r[$0] * step.recurrent(2, $0, h)) }
    return (step.units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }, c)
  }
}

// MARK: Reset before

struct GRUResetBeforePlan<Functions: CellFunctions>: GRUPlan {
  let functions: Functions

  init(_ options: CellOptions<Scalar>) { functions = Functions(options) }

  var layout: CellLayout { clip == nil ? .gruResetBefore : .clippedGRUResetBefore }

  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    if phase == 0 { gates(step, units) } else { candidate(step, units) }
  }

  /// `z, r = σ(…)` and r ⊙ h, which the candidates of all units contain.
  private func gates(_ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
      let sums = step.sums(unit)
      step.product(gate: 0, count: 2, unit: unit, into: sums)
      for (row, b) in step.rows.enumerated() {
        let (zz, zr) = (sums.vector(0, row: row), sums.vector(1, row: row))
        let r = functions.gate(zr)
        step.keep(functions.gate(zz), block: 0, b, unit)
        step.keep(r, block: 1, b, unit)
        step.keep(r * step.h(b, unit), block: 3, b, unit)
        keepClips(step, b, unit, zz, zr)
      }
    }
  }

  /// `g = tanh(x·Kg + bg + (r ⊙ h)·Rg); h′ = z ⊙ h + (1 − z) ⊙ g`
  private func candidate(_ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
      let sums = step.sums(unit)
      step.product(.input, gate: 2, unit: unit, into: sums)
      step.addProduct(ofBlock: 3, gate: 2, unit: unit, into: sums)
      for (row, b) in step.rows.enumerated() {
        let z: Scalar.Vector = (step.places.gates(b) + unit).vector()
        let zg = sums.vector(2, row: row)
        update(step, b, unit, z: z, g: functions.candidate(zg))
        keepClip(step, b, unit, zg)
      }
    }
  }

  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    if phase == 0 { candidateBackward(step, units) } else { resetBackward(step, units) }
  }

  /// From dh′ to dh and the gradients of the sums of g and z.
  private func candidateBackward(_ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    for b in step.rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
        _ = updateGradient(step, b, unit)
      }
    }
  }

  /// From the gradient of the candidate's sum to that of r ⊙ h, and on to dh and the gradient of r's sum.
  private func resetBackward(_ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    step.gatedGradient(block: 0, units)
    for b in step.rows {
      for unit in stride(from: units.lowerBound, to: units.upperBound, by: step.width) {
        let (r, h) = (step.kept(1, b, unit), step.h(b, unit))
        let dReset: Scalar.Vector = (step.gradients.dGated(b) + unit).vector()
        step.store(stopped(functions.gateBackward(dReset * h, r), sum: 1, step, b, unit), block: 2, b, unit)
        step.store(dh: step.dh(b, unit).addingProduct(dReset, r), b, unit)
      }
    }
  }
}

extension Plain {
  static func gruResetBefore<Scalar>(_ step: Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
    let (h, z) = (step.h, step.units.map { step.sigmoid(step.sum(0, $0)) })
    let r = step.units.map { step.sigmoid(step.sum(1, $0)) }
    let reset = step.units.map { r[$0] * h[$0] }
    let g = step.units.map { step.tanh(step.input(2, $0) + step.recurrent(2, $0, reset)) }
    return (step.units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }, c)
  }
}

// MARK: Both variants

protocol GRUPlan<Functions>: CellPlan where Scalar == Functions.Scalar {
  associatedtype Functions: CellFunctions
  var functions: Functions { get }
}

extension GRUPlan {
  fileprivate var clip: Scalar? { Functions.areUsual ? nil : functions.clip }

  /// `h′ = z ⊙ h + (1 − z) ⊙ g`; keeps z and g for the backward pass.
  @inline(__always)
  fileprivate func update(_ step: ForwardStep<Scalar>, _ b: Int, _ unit: Int, z: Scalar.Vector, g: Scalar.Vector) {
    let nextH = (z * step.h(b, unit)).addingProduct(1 - z, g)
    step.store(hidden: Functions.areUsual ? nextH : Scalar.kept(nextH, step.mask(unit)), b, unit)
    guard step.keepsSteps else { return }
    step.keep(z, block: 0, b, unit)
    step.keep(g, block: 2, b, unit)
  }

  /// The backward pass must know where the sums of z and r were clipped.
  @inline(__always)
  fileprivate func keepClips(
    _ step: ForwardStep<Scalar>, _ b: Int, _ unit: Int, _ zz: Scalar.Vector, _ zr: Scalar.Vector
  ) {
    guard clip != nil, step.keepsSteps else { return }
    step.keep(Scalar.inside(zz, clip, bit: 0) | Scalar.inside(zr, clip, bit: 1), block: 4, b, unit)
  }

  /// The same for the candidate, beside the others.
  @inline(__always)
  fileprivate func keepClip(_ step: ForwardStep<Scalar>, _ b: Int, _ unit: Int, _ zg: Scalar.Vector) {
    guard clip != nil, step.keepsSteps else { return }
    let others = Scalar.bits((step.places.gates(b, block: 4) + unit).vector())
    step.keep(others | Scalar.inside(zg, clip, bit: 2), block: 4, b, unit)
  }

  /// The gradient of the sum of gate 0 (z), 1 (r) or 2 (g), which is zero where the sum was clipped.
  @inline(__always)
  fileprivate func stopped(
    _ gradient: Scalar.Vector, sum: Int, _ step: BackwardStep<Scalar>, _ b: Int, _ unit: Int
  ) -> Scalar.Vector {
    clip == nil ? gradient : Scalar.passed(gradient, step.keptBits(4, b, unit), bit: sum)
  }

  /// The gradients of `h′ = z ⊙ h + (1 − z) ⊙ g`: stores those of the sums of g and z, and dh = dh′ ⊙ z; returns that
  /// of g's sum.
  @inline(__always)
  fileprivate func updateGradient(_ step: BackwardStep<Scalar>, _ b: Int, _ unit: Int) -> Scalar.Vector {
    let (z, g) = (step.kept(0, b, unit), step.kept(2, b, unit))
    let (h, dh) = (step.h(b, unit), step.dh(b, unit))
    let dzg = stopped(functions.candidateBackward(dh * (1 - z), g), sum: 2, step, b, unit)
    step.store(dzg, block: 0, b, unit)
    step.store(stopped(functions.gateBackward(dh * (h - g), z), sum: 0, step, b, unit), block: 1, b, unit)
    step.store(dh: dh * z, b, unit)
    return dzg
  }
}
