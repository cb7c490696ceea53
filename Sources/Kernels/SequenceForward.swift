/// Runs a recurrent cell over a whole sequence.
///
/// Samples are independent, so each thread takes some rows of the batch through all steps, and no thread waits for
/// another. Within a thread, rows are computed in groups so small that their states stay in the first-level cache. A
/// step multiplies `[x_t, 1, h]` with `[K; b; R]`, for all gates of one vector of units, and updates these units at
/// once, while their sums are in the cache.
///
/// Weights that do not fit the second-level cache are read again at every step. Of such weights, each thread takes
/// those of some units, for all rows, and the threads wait for each other after every step. The weights of the input
/// are then used for a few steps at a time: `x_t·K + b` is stored where the gates will be, and the steps add `h·R`. The
/// sums have the same terms in the same order, and so the same bits.
///
/// With a mask, rows run their used steps one after the other (`PackedSteps`); a step runs the rows that have it.
///
/// What is particular to a cell is in its `CellSteps`.
struct SequenceForward<Scalar: ElementaryScalar> {
  let workspace: SequenceWorkspace<Scalar>
  private let input: SequenceInput<Scalar>
  private let weights: PackedWeights<Scalar>
  private let cell: CellSteps<Scalar>
  private let layout: ForwardLayout
  /// Whether the products of the input are computed before the steps.
  private let separatesInput: Bool
  private let stepsAtOnce: Int
  /// Where every step's h goes.
  private let outputs: SequenceOutputs<Scalar>?

  init(
    _ weights: PackedWeights<Scalar>, _ input: SequenceInput<Scalar>, keepsSteps: Bool,
    outputs: SequenceOutputs<Scalar>?
  ) {
    (self.weights, self.input, self.outputs) = (weights, input, outputs)
    cell = weights.cell.steps(weights.peepholes)
    let blocks = cell.layout
    layout = blocks.forward
    // The products of the input need a place until the steps use them: that of the gates.
    separatesInput =
      blocks.gateCount > 1 && blocks.storedBlocks >= blocks.gateCount && weights.sharesUnits && input.T > 1
    stepsAtOnce = separatesInput ? 4 : 1
    workspace = SequenceWorkspace(
      weights.cell, blocks, input,
      blocks: weights.sharesUnits ? RowBlocks(whole: input.B) : RowBlocks(rows: input.B, most: rowsOfGroup),
      keepsSteps: keepsSteps, runningSteps: stepsAtOnce)
  }

  /// Runs all steps.
  func run() -> SequenceWorkspace<Scalar> {
    if weights.sharesUnits { runSharingUnits() } else { runSharingRows() }
    return workspace
  }

  private func runSharingRows() {
    Threads.share(workspace.B, unit: 1, work: workspace.steps * workOfStep) { rows in
      withScratch(rows.count) { scratch in
        for index in 0..<workspace.blocks.count {
          let block = workspace.blocks[index]
          for group in groups(block.rows.clamped(to: rows)) { runSteps(block, group, scratch) }
        }
      }
    }
  }

  /// All steps of rows of one block.
  private func runSteps(_ block: RowBlock, _ rows: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    begin(block, rows)
    for t in 0..<workspace.steps {
      let running = load(block, t, rows)
      guard !running.isEmpty else { continue }
      let step = step(block, t, running, scratch)
      for phase in 0..<layout.phases { cell.forward(phase, step, 0..<workspace.paddedH) }
      storeOutputs(step.places, t, running, 0..<workspace.paddedH)
    }
  }

  private func runSharingUnits() {
    let (B, T, whole) = (workspace.B, workspace.steps, workspace.blocks[0])
    begin(whole, 0..<B)
    for first in stride(from: 0, to: T, by: stepsAtOnce) {
      let steps = first..<min(first + stepsAtOnce, T)
      Threads.share(B, unit: 1, work: steps.count * workOfStep) { rows in
        for t in steps { _ = load(whole, t, rows) }
      }
      for t in steps {
        for phase in 0..<layout.phases {
          Threads.share(workspace.paddedH, unit: width, work: workOfStep) { units in
            withScratch(B) { scratch in
              if separatesInput && t == first && phase == 0 { multiplyInputs(steps, units, scratch) }
              run(t, phase, units, scratch)
            }
          }
        }
      }
    }
  }

  /// One phase of a step of all rows for some units: a few of them at a time, so that their weights are read once for
  /// all groups of rows.
  private func run(_ t: Int, _ phase: Int, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    let steps = groups(0..<workspace.B).map { step(workspace.blocks[0], t, workspace.running($0, t), scratch) }
    let piece = layout.sums.count == 1 ? layout.bundle * width : width
    for units in units.pieces(of: piece) {
      for step in steps where !step.rows.isEmpty { cell.forward(phase, step, units) }
    }
    guard phase == layout.phases - 1 else { return }
    for step in steps { storeOutputs(step.places, t, step.rows, units) }
  }

  private func multiplyInputs(_ steps: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>) {
    // Unit by unit, so that the weights of a unit are read once for all steps.
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      for group in groups(0..<workspace.B) {
        for t in steps {
          let step = step(workspace.blocks[0], t, workspace.running(group, t), scratch)
          if !step.rows.isEmpty { step.multiplyInput(gateCount: cell.layout.gateCount, unit..<unit + width) }
        }
      }
    }
  }

  private var width: Int { Scalar.Vector.scalarCount }

  /// Multiply-adds.
  private var workOfStep: Int { workspace.B * (workspace.D + workspace.H) * layout.sums.count * workspace.H }

  private func withScratch(_ rows: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
    withCacheAlignedMemory(min(rowsOfGroup, rows) * max(layout.sums.count, Tile.width) * width, body)
  }

  private func step(
    _ block: RowBlock, _ t: Int, _ rows: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) -> ForwardStep<Scalar> {
    ForwardStep(
      places: workspace.places(block, t), rows: rows, H: workspace.H, keepsSteps: workspace.keepsSteps,
      hasState: t > 0 || workspace.hasState, separatesInput: separatesInput, sumCount: layout.sums.count,
      weights: weights.panels.view, scratch: scratch)
  }
}

/// Rows that go through the steps together, for every cell and number type.
let rowsOfGroup = 11 * Tile.height

/// The rows in groups of at most `rowsOfGroup`, of nearly equal sizes.
func groups(_ rows: Range<Int>) -> LazyMapSequence<Range<Int>, Range<Int>> {
  let count = (rows.count + rowsOfGroup - 1) / rowsOfGroup
  return (0..<count).lazy.map { rows.part($0, of: count) }
}

// MARK: Into the workspace and out of it

extension SequenceForward {
  /// Writes the initial states where the first step reads them, and zeros to the outputs that no step writes.
  private func begin(_ block: RowBlock, _ rows: Range<Int>) {
    let (H, padding, places) = (workspace.H, workspace.paddedH - workspace.H, workspace.places(block, 0))
    for b in rows {
      let sample = workspace.sample(b)
      fill(places.hidden(b), from: input.h0, row: sample, count: H, padding: padding)
      if workspace.hasCellState { fill(places.cell(b), from: input.c0, row: sample, count: H, padding: padding) }
      guard let outputs, let packed = workspace.packed else { continue }
      for place in packed.emptyPlaces(b).joined() {
        outputs.row(sample, place, workspace).update(repeating: 0, count: H)
      }
    }
  }

  /// Writes the input of a step where the step reads it; returns the rows that run.
  private func load(_ block: RowBlock, _ t: Int, _ rows: Range<Int>) -> Range<Int> {
    let (D, places, running) = (workspace.D, workspace.places(block, t), workspace.running(rows, t))
    input.x.withUnsafeBufferPointer { x in
      for b in running {
        let target = places.inputs(b)
        if let x = x.baseAddress { target.update(from: x + workspace.place(b, t) * D, count: D) }
        target[D] = 1
      }
    }
    guard workspace.packed != nil, workspace.keepsSteps else { return running }
    // Rows that ended at the step before still have a row here, for their last state. In the products of the weights'
    // gradients they meet zeros, so they must hold numbers.
    for b in workspace.running(rows, t - 1).dropFirst(running.count) {
      places.inputs(b).update(repeating: 0, count: D + 1)
      if places.gatesStride > 0 { places.gates(b).update(repeating: 0, count: places.gatesStride) }
    }
    return running
  }

  /// Copies h after step `t` to the outputs, row by row: unit by unit, every number would be written to another page.
  private func storeOutputs(_ places: StepPlaces<Scalar>, _ t: Int, _ rows: Range<Int>, _ units: Range<Int>) {
    guard let outputs else { return }
    let units = units.clamped(to: 0..<workspace.H)
    for b in rows {
      let source = places.nextHidden(b) + units.lowerBound
      guard let packed = workspace.packed else {
        (outputs.row(b, t, workspace) + units.lowerBound).update(from: source, count: units.count)
        continue
      }
      for place in packed.outputPlaces(b, step: t) {
        (outputs.row(packed.samples[b], place, workspace) + units.lowerBound).update(from: source, count: units.count)
      }
    }
  }
}
