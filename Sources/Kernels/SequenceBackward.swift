/// Back-propagation through time of what `SequenceForward` ran.
///
/// Threads take rows of the batch through all steps, from the last to the first, and write `dz`, the gradients of every
/// gate's sum, for every step. Of large weights each thread takes those of some units instead, as in `SequenceForward`.
/// The gradients of the weights are then products over all samples and steps: one for each block of samples, added in
/// the order of the blocks, so that their bits do not depend on the number of threads.
///
/// What is particular to a cell is in its `CellPlan`.
struct SequenceBackward<Scalar: ElementaryScalar> {
  private(set) var workspace: SequenceWorkspace<Scalar>
  private let weights: SequenceWeights<Scalar>
  private let outputGradients: OutputGradients<Scalar>
  private let wants: WantedGradients
  /// The gradients of the gates' sums, as panels: for each block of samples, each block of gates and each bundle of
  /// vectors of units, those of all steps and samples.
  private let dz: AlignedMemory<Scalar>
  let plan: BackwardPlan<Scalar>
  private let phases: [Phase]
  private let recurrentWeights: Panels<Scalar>
  /// The transposed recurrent kernel of a gate with a product of its own.
  private let gatedWeights: Panels<Scalar>?
  private let inputWeights: Panels<Scalar>?

  init(
    _ workspace: SequenceWorkspace<Scalar>, _ weights: SequenceWeights<Scalar>,
    _ outputGradients: OutputGradients<Scalar>, wants: WantedGradients
  ) {
    (self.workspace, self.weights, self.outputGradients, self.wants) = (workspace, weights, outputGradients, wants)
    let cell = Scalar.plans[workspace.kind]
    let plan = cell.backward
    let (D, H, padded) = (workspace.D, workspace.H, workspace.paddedH)
    func transposed(_ weights: [Scalar], rows: Int, gates: [Int]) -> Panels<Scalar> {
      .init(transposed: weights, rows: rows, columns: cell.gateCount * H, H: H, paddedH: padded, gates: gates)
    }
    self.plan = plan
    phases = plan.phases.indices.map { .cell($0) } + [.hidden] + (wants.contains(.input) ? [.input] : [])
    dz = AlignedMemory(count: workspace.T * workspace.B * plan.blockCount * padded)
    recurrentWeights = transposed(weights.recurrentKernel, rows: H, gates: plan.recurrentGates)
    gatedWeights = plan.gatedProduct.map { transposed(weights.recurrentKernel, rows: H, gates: [$0.gate]) }
    inputWeights = wants.contains(.input) ? transposed(weights.kernel, rows: D, gates: plan.kernelGates) : nil
  }

  func run() -> SequenceGradients<Scalar> {
    let (B, H) = (workspace.B, workspace.H)
    let states = wants.contains(.initialState) ? B * H : 0
    var dx = [Scalar](repeating: 0, count: wants.contains(.input) ? B * workspace.T * workspace.D : 0)
    var dh0 = [Scalar](repeating: 0, count: states)
    var dc0 = [Scalar](repeating: 0, count: workspace.hasCellState ? states : 0)
    dx.withUnsafeMutableBufferPointer { dx in
      dh0.withUnsafeMutableBufferPointer { dh0 in
        dc0.withUnsafeMutableBufferPointer { dc0 in
          let targets = Targets(x: dx.baseAddress, h0: dh0.baseAddress, c0: dc0.baseAddress)
          if weights.areShared(H: H) { runSharingUnits(targets) } else { runSharingRows(targets) }
        }
      }
    }
    return SequenceGradients(weights: weightGradients(), x: dx, h0: dh0, c0: dc0)
  }

  /// Where the gradients of single samples go.
  private struct Targets {
    var x: UnsafeMutablePointer<Scalar>?
    var h0: UnsafeMutablePointer<Scalar>?
    var c0: UnsafeMutablePointer<Scalar>?
  }

  private func runSharingRows(_ targets: Targets) {
    Threads.share(workspace.B, unit: 1, work: workspace.T * workOfStep) { rows in
      for (block, rows) in workspace.blocks.pieces(of: rows) {
        var run = self
        run.workspace = workspace.part(block)
        for group in groups(rows) { run.runSteps(group, targets) }
      }
    }
  }

  /// All steps of rows of one block.
  private func runSteps(_ rows: Range<Int>, _ targets: Targets) {
    let gradients = begin(rows)
    for t in (0..<workspace.T).reversed() {
      for phase in phases { run(phase, t, rows, 0..<range(of: phase), gradients, targets) }
    }
    finish(rows, gradients, targets)
  }

  private func runSharingUnits(_ targets: Targets) {
    let all = 0..<workspace.B
    let gradients = begin(all)
    for t in (0..<workspace.T).reversed() {
      for phase in phases {
        Threads.share(range(of: phase), unit: width, work: workOfStep) { units in
          for group in groups(all) { run(phase, t, group, units, gradients, targets) }
        }
      }
    }
    finish(all, gradients, targets)
  }

  /// Multiply-adds.
  private var workOfStep: Int { workspace.B * workspace.H * workspace.H * plan.blockCount }

  /// How many units, or features, a phase runs over.
  private func range(of phase: Phase) -> Int { phase == .input ? workspace.D : workspace.paddedH }

  private func begin(_ rows: Range<Int>) -> StepGradients<Scalar> {
    let (H, padded) = (workspace.H, workspace.paddedH)
    let gradients = StepGradients<Scalar>(rows: rows, paddedH: padded, blocks: plan.blockCount)
    for b in rows {
      fill(gradients.dh(b), from: outputGradients.h, row: b, count: H, padding: padded - H)
      fill(gradients.dc(b), from: outputGradients.c, row: b, count: H, padding: padded - H)
    }
    return gradients
  }

  private func finish(_ rows: Range<Int>, _ gradients: StepGradients<Scalar>, _ targets: Targets) {
    guard wants.contains(.initialState) else { return }
    let H = workspace.H
    for b in rows {
      if let h0 = targets.h0 { (h0 + b * H).update(from: gradients.dh(b), count: H) }
      if workspace.hasCellState, let c0 = targets.c0 { (c0 + b * H).update(from: gradients.dc(b), count: H) }
    }
  }
}

// MARK: A step

extension SequenceBackward {
  /// A part of a step; before it, the parts in front of it must have been run for all units.
  private enum Phase: Equatable {
    /// A phase of the cell: from dh and dc after the step to the gradients of the gates' sums.
    case cell(Int)
    /// From the sums to dh before the step.
    case hidden
    /// From the sums to dx, for features instead of units.
    case input
  }

  private func run(
    _ phase: Phase, _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>,
    _ targets: Targets
  ) {
    switch phase {
    case .cell(let index):
      if index == 0 { addOutputGradient(t, rows, units, gradients) }
      plan.phases[index](self, t, rows, units, gradients)
    case .hidden: hiddenGradient(t, rows, units, gradients)
    case .input: if let dx = targets.x { inputGradient(t, rows, units, gradients, into: dx) }
    }
  }

  private func addOutputGradient(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>
  ) {
    outputGradients.outputs?.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      for b in rows {
        let (dh, dy) = (gradients.dh(b), outputs + (b * workspace.T + t) * workspace.H)
        for unit in units.clamped(to: 0..<workspace.H) { dh[unit] += dy[unit] }
      }
    }
  }
}

/// The gradients that one step hands to the step before it, for some rows of the batch, `[rows, paddedH]` each.
struct StepGradients<Scalar: VectorScalar> {
  private let memory: AlignedMemory<Scalar>
  private let first: Int
  private let size: Int
  private let paddedH: Int
  /// Numbers from the `dz` of one row to the next one's.
  let dzStride: Int

  init(rows: Range<Int>, paddedH: Int, blocks: Int) {
    first = rows.lowerBound
    size = rows.count * paddedH
    self.paddedH = paddedH
    dzStride = oddLines(blocks * paddedH, line: Scalar.Vector.scalarCount)
    memory = AlignedMemory(count: 3 * size + rows.count * dzStride)
  }

  /// Of the output of the step.
  @inline(__always)
  func dh(_ b: Int) -> UnsafeMutablePointer<Scalar> { memory.start + (b - first) * paddedH }

  /// Of the cell state.
  @inline(__always)
  func dc(_ b: Int) -> UnsafeMutablePointer<Scalar> { dh(b) + size }

  /// Of r ⊙ h, where a gate has a product of its own.
  @inline(__always)
  func dGated(_ b: Int) -> UnsafeMutablePointer<Scalar> { dh(b) + 2 * size }

  /// Of the gates' sums of this step, block after block.
  @inline(__always)
  func dz(_ b: Int) -> UnsafeMutablePointer<Scalar> { memory.start + 3 * size + (b - first) * dzStride }
}

extension Panels {
  /// Panels of the transposed `weights`, `[rows, columns]`: row after row of what a sum's gradient is multiplied with,
  /// for the given gates, each padded with zeros to `paddedH`.
  fileprivate init(
    transposed weights: [Scalar], rows: Int, columns: Int, H: Int, paddedH: Int, gates: [Int]
  ) {
    let width = Scalar.Vector.scalarCount
    self.init(count: (rows + width - 1) / width, steps: gates.count * paddedH, bundle: Tile.width) {
      index, panel, stride in
      let row = index * width
      if paddedH > H {
        for step in 0..<gates.count * paddedH { (panel + step * stride).store(Scalar.Vector()) }
      }
      weights.withUnsafeBufferPointer { weights in
        guard let start = weights.baseAddress else { return }
        let matrix = StridedMatrix(start, stride: columns, isTransposed: true)
        for (block, gate) in gates.enumerated() {
          Pack.panel(
            matrix.from(gate * H, row), steps: H, columns: min(width, rows - row),
            into: panel + block * paddedH * stride, stride: stride)
        }
      }
    }
  }
}

// MARK: What the steps of the cells are made of

extension SequenceBackward {
  var width: Int { Scalar.Vector.scalarCount }

  /// Writes the gradient of some units' sums, of one block at step `t`: for this step's products and for those of the
  /// weights.
  @inline(__always)
  func store(
    _ gradient: Scalar.Vector, block: Int, _ t: Int, _ b: Int, _ unit: Int, _ gradients: StepGradients<Scalar>
  ) {
    (gradients.dz(b) + block * workspace.paddedH + unit).store(gradient)
    let rows = workspace.rows
    let bundles = Bundles(columns: workspace.paddedH, width: Tile.width * width, rows: workspace.T * rows.count)
    let row = t * rows.count + b - rows.lowerBound
    (panels(of: rows, block: block) + bundles.offset(unit, row: row)).store(gradient)
  }

  /// The bundles of a block of gates in `dz`, of a block of samples.
  @inline(__always)
  func panels(of rows: Range<Int>, block: Int) -> UnsafeMutablePointer<Scalar> {
    dz.start + (rows.lowerBound * plan.blockCount + rows.count * block) * workspace.paddedH * workspace.T
  }

  /// `dh = dz·Rᵀ`, or `dh += dz·Rᵀ` where h also reaches h′ directly. Before the first step only the initial state has
  /// use for it.
  private func hiddenGradient(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>
  ) {
    guard t > 0 || wants.contains(.initialState) else { return }
    multiply(
      gradients.dz(rows.lowerBound) + plan.firstRecurrent * workspace.paddedH, recurrentWeights, rows, units, gradients,
      into: gradients.dh(rows.lowerBound), accumulate: plan.keepsHidden)
  }

  /// `d(r ⊙ h) = dg·Rgᵀ` of the gate with a product of its own.
  func gatedGradient(_ rows: Range<Int>, _ units: Range<Int>, _ gradients: StepGradients<Scalar>) {
    guard let gatedWeights, let block = plan.gatedProduct?.gradientBlock else { return }
    multiply(
      gradients.dz(rows.lowerBound) + block * workspace.paddedH, gatedWeights, rows, units, gradients,
      into: gradients.dGated(rows.lowerBound), accumulate: false)
  }

  private func multiply(
    _ dz: UnsafePointer<Scalar>, _ weights: Panels<Scalar>, _ rows: Range<Int>, _ units: Range<Int>,
    _ gradients: StepGradients<Scalar>, into target: UnsafeMutablePointer<Scalar>, accumulate: Bool
  ) {
    let first = units.lowerBound / width
    multiplyByPanels(
      dz, stride: gradients.dzStride, weights.run(first, count: units.upperBound / width - first),
      into: .init(start: target + units.lowerBound, rowStride: workspace.paddedH, panelStride: width), rows: rows.count,
      accumulate: accumulate)
  }

  /// `dx = dz·Kᵀ` for some features, at the places from which the steps took x.
  private func inputGradient(
    _ t: Int, _ rows: Range<Int>, _ features: Range<Int>, _ gradients: StepGradients<Scalar>,
    into dx: UnsafeMutablePointer<Scalar>
  ) {
    guard let inputWeights else { return }
    let D = workspace.D
    withCacheAlignedMemory(rows.count * width) { sums in
      for feature in stride(from: features.lowerBound, to: features.upperBound, by: width) {
        multiplyByPanels(
          gradients.dz(rows.lowerBound), stride: gradients.dzStride, inputWeights.run(feature / width),
          into: .init(start: sums, rowStride: width), rows: rows.count, accumulate: false)
        for (row, b) in rows.enumerated() {
          let target = dx + workspace.place(b, t) * D + feature
          target.update(from: sums + row * width, count: min(width, D - feature))
        }
      }
    }
  }
}
