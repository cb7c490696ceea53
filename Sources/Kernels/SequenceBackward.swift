/// Back-propagation through time of what `SequenceForward` ran.
///
/// Threads take rows of the batch through all steps, from the last to the first, and write `dz`, the gradients of every
/// gate's sum, for every step. Of large weights each thread takes those of some units instead, as in `SequenceForward`.
/// The gradients of the weights are then products over all samples and steps: one for each block of samples, added in
/// the order of the blocks, so that their bits do not depend on the number of threads.
///
/// What is particular to a cell is in its `CellSteps`.
struct SequenceBackward<Scalar: ElementaryScalar> {
  let workspace: SequenceWorkspace<Scalar>
  let weights: SequenceWeights<Scalar>
  private let outputGradients: OutputGradients<Scalar>
  private let wants: WantedGradients
  private let cell: CellSteps<Scalar>
  let layout: BackwardLayout
  /// The gradients of the gates' sums, as panels: for each block of samples, each block of gates and each bundle of
  /// vectors of units, those of all steps and samples.
  private let dz: AlignedMemory<Scalar>
  private let phases: [Phase]
  private let recurrentWeights: Panels<Scalar>
  /// The transposed recurrent kernel of a gate with a product of its own.
  private let gatedWeights: Panels<Scalar>?
  private let inputWeights: Panels<Scalar>?

  init(
    _ cell: CellSteps<Scalar>, _ workspace: SequenceWorkspace<Scalar>, _ weights: SequenceWeights<Scalar>,
    _ outputGradients: OutputGradients<Scalar>, wants: WantedGradients
  ) {
    (self.cell, self.workspace, self.weights) = (cell, workspace, weights)
    (self.outputGradients, self.wants) = (outputGradients, wants)
    let (blocks, layout) = (cell.layout, cell.layout.backward)
    let (D, H, padded) = (workspace.D, workspace.H, workspace.paddedH)
    func transposed(_ weights: [Scalar], rows: Int, gates: [Int]) -> Panels<Scalar> {
      .init(transposed: weights, rows: rows, columns: blocks.gateCount * H, H: H, paddedH: padded, gates: gates)
    }
    self.layout = layout
    phases = (0..<layout.phases).map { .cell($0) } + [.hidden] + (wants.contains(.input) ? [.input] : [])
    dz = AlignedMemory(count: workspace.firstGradientRow(workspace.blocks.count) * layout.blockCount * padded)
    recurrentWeights = transposed(weights.recurrentKernel, rows: H, gates: layout.recurrentGates)
    gatedWeights = layout.gatedProduct.map { transposed(weights.recurrentKernel, rows: H, gates: [$0.gate]) }
    inputWeights = wants.contains(.input) ? transposed(weights.kernel, rows: D, gates: layout.kernelGates) : nil
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
    Threads.share(workspace.B, unit: 1, work: workspace.steps * workOfStep) { rows in
      for (block, rows) in workspace.blocks.pieces(of: rows) {
        for group in groups(rows) { runSteps(block, group, targets) }
      }
    }
  }

  /// All steps of rows of one block.
  private func runSteps(_ block: RowBlock, _ rows: Range<Int>, _ targets: Targets) {
    let gradients = begin(rows)
    for t in (0..<workspace.steps).reversed() {
      let step = step(block, t, rows, gradients)
      for phase in phases { run(phase, t, step, 0..<range(of: phase), targets) }
      stopEndedRows(block, t, rows, gradients)
    }
    finish(rows, gradients, targets)
  }

  private func runSharingUnits(_ targets: Targets) {
    let (whole, all) = (workspace.blocks[0], 0..<workspace.B)
    let gradients = begin(all)
    for t in (0..<workspace.steps).reversed() {
      for phase in phases {
        Threads.share(range(of: phase), unit: width, work: workOfStep) { units in
          // A few units at a time, so that their weights are read once for all groups of rows.
          let steps = groups(all).map { step(whole, t, $0, gradients) }
          for piece in units.pieces(of: Tile.width * width) {
            for step in steps { run(phase, t, step, piece, targets) }
          }
        }
      }
      stopEndedRows(whole, t, all, gradients)
    }
    finish(all, gradients, targets)
  }

  var width: Int { Scalar.Vector.scalarCount }

  /// Multiply-adds.
  private var workOfStep: Int { workspace.B * workspace.H * workspace.H * layout.blockCount }

  /// How many units, or features, a phase runs over.
  private func range(of phase: Phase) -> Int { phase == .input ? workspace.D : workspace.paddedH }

  private func begin(_ rows: Range<Int>) -> StepGradients<Scalar> {
    let (H, padded) = (workspace.H, workspace.paddedH)
    let gradients = StepGradients<Scalar>(rows: rows, paddedH: padded, blocks: layout.blockCount)
    for b in rows {
      let sample = workspace.sample(b)
      fill(gradients.view.dh(b), from: outputGradients.h, row: sample, count: H, padding: padded - H)
      fill(gradients.view.dc(b), from: outputGradients.c, row: sample, count: H, padding: padded - H)
    }
    return gradients
  }

  private func finish(_ rows: Range<Int>, _ gradients: StepGradients<Scalar>, _ targets: Targets) {
    guard wants.contains(.initialState) else { return }
    let H = workspace.H
    for b in rows {
      let place = workspace.sample(b) * H
      if let h0 = targets.h0 { (h0 + place).update(from: gradients.view.dh(b), count: H) }
      if workspace.hasCellState, let c0 = targets.c0 { (c0 + place).update(from: gradients.view.dc(b), count: H) }
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

  /// Step `t` of those of `rows` that run it.
  private func step(
    _ block: RowBlock, _ t: Int, _ rows: Range<Int>, _ gradients: StepGradients<Scalar>
  ) -> BackwardStep<Scalar> {
    BackwardStep(
      places: workspace.places(block, t), rows: workspace.running(rows, t), H: workspace.H, gradients: gradients.view,
      panels: panels(of: block, gates: 0), bundles: bundles(of: block), firstPanelRow: workspace.stateRow(block, t),
      gatedWeights: gatedWeights?.view)
  }

  private func run(
    _ phase: Phase, _ t: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>, _ targets: Targets
  ) {
    guard !step.rows.isEmpty else { return }
    switch phase {
    case .cell(let index):
      if index == 0 { addOutputGradient(t, step, units) }
      cell.backward(index, step, units)
    case .hidden: hiddenGradient(t, step, units)
    case .input: if let dx = targets.x { inputGradient(t, step, units, into: dx) }
    }
  }

  private func addOutputGradient(_ t: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    outputGradients.outputs?.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      let (units, T, H) = (units.clamped(to: 0..<workspace.H), workspace.T, workspace.H)
      for b in step.rows {
        let (dh, sample) = (step.gradients.dh(b), workspace.sample(b))
        // With a mask, an output may be shown at several places, or at none.
        for place in workspace.packed?.outputPlaces(b, step: t) ?? t..<t + 1 {
          let dy = outputs + (sample * T + place) * H
          for unit in units { dh[unit] += dy[unit] }
        }
      }
    }
  }

  /// `dh = dz·Rᵀ`, or `dh += dz·Rᵀ` where h also reaches h′ directly. Before the first step only the initial state has
  /// use for it.
  private func hiddenGradient(_ t: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    guard t > 0 || wants.contains(.initialState) else { return }
    let first = step.rows.lowerBound
    step.multiply(
      step.gradients.dz(first) + layout.firstRecurrent * workspace.paddedH, recurrentWeights.view, units,
      into: step.gradients.dh(first), accumulate: layout.keepsHidden)
  }

  /// `dx = dz·Kᵀ` for some features, at the places from which the steps took x.
  private func inputGradient(
    _ t: Int, _ step: BackwardStep<Scalar>, _ features: Range<Int>, into dx: UnsafeMutablePointer<Scalar>
  ) {
    guard let inputWeights = inputWeights?.view else { return }
    let (D, rows) = (workspace.D, step.rows)
    let piece = Tile.width * width
    withCacheAlignedMemory(rows.count * piece) { sums in
      for features in features.pieces(of: piece) {
        let (feature, count) = (features.lowerBound, features.count)
        multiplyByPanels(
          step.gradients.dz(rows.lowerBound), stride: step.gradients.dzStride,
          inputWeights.run(feature / width, count: (count + width - 1) / width),
          into: .init(start: sums, rowStride: piece, panelStride: width), rows: rows.count, accumulate: false)
        for (row, b) in rows.enumerated() {
          (dx + workspace.place(b, t) * D + feature).update(from: sums + row * piece, count: count)
        }
      }
    }
  }

  /// Rows that ended at the step before have a row at this step for their last state, and no gradient there.
  private func stopEndedRows(_ block: RowBlock, _ t: Int, _ rows: Range<Int>, _ gradients: StepGradients<Scalar>) {
    guard workspace.packed != nil else { return }
    let step = step(block, t, rows, gradients)
    for b in workspace.running(rows, t - 1).dropFirst(step.rows.count) {
      for block in 0..<layout.blockCount {
        for unit in stride(from: 0, to: workspace.paddedH, by: width) {
          step.storeInPanels(Scalar.Vector(), block: block, b, unit)
        }
      }
    }
  }

  /// How a block of gates lies in `dz`, of a block of samples.
  private func bundles(of block: RowBlock) -> Bundles {
    Bundles(columns: workspace.paddedH, width: Tile.width * width, rows: workspace.gradientRows(block))
  }

  /// The bundles of a block of gates in `dz`, of a block of samples.
  func panels(of block: RowBlock, gates: Int) -> UnsafeMutablePointer<Scalar> {
    let (first, rows) = (workspace.firstGradientRow(block.index), workspace.gradientRows(block))
    return dz.start + (first * layout.blockCount + rows * gates) * workspace.paddedH
  }

  /// The gradient of some units' sums in block `gates` of a row.
  func gradient(_ block: RowBlock, gates: Int, _ t: Int, _ b: Int, _ unit: Int) -> Scalar.Vector {
    let row = workspace.stateRow(block, t) + b - block.rows.lowerBound
    return (panels(of: block, gates: gates) + bundles(of: block).offset(unit, row: row)).vector()
  }
}

extension SequenceWorkspace {
  /// Rows of the gradients of all steps of a block: one for each row of a step.
  func gradientRows(_ block: RowBlock) -> Int { stateRow(block, steps) }

  /// The gradients' rows of the blocks before `block`.
  func firstGradientRow(_ block: Int) -> Int { (0..<block).reduce(0) { $0 + gradientRows(blocks[$1]) } }
}

extension Panels where Scalar: VectorScalar {
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
