/// Back-propagation through time of what `SequenceForward` ran.
///
/// Threads take rows of the batch through all steps, from the last to the first, and write `dz`, the gradients of every
/// gate's sum, for every step. Of large weights each thread takes those of some units instead, as in `SequenceForward`. The
/// gradients of the weights then are products over all samples and steps: one for each block of samples, added in the order of
/// the blocks, so that their bits do not depend on the number of threads.
struct SequenceBackward<Scalar: ElementaryScalar> {
  private(set) var record: SequenceRecord<Scalar>
  private let weights: SequenceWeights<Scalar>
  private let arriving: ArrivingGradients<Scalar>
  private let wants: WantedGradients
  /// The gradients of the gates' sums, as panels: for each block of samples, each block of gates and each bundle of vectors of units,
  /// those of all steps and samples.
  private let dz: AlignedMemory<Scalar>
  let parts: DzParts
  private let recurrentWeights: Panels<Scalar>
  /// Rgᵀ of the reset-before GRU, which has a product of its own.
  private let candidateWeights: Panels<Scalar>?
  private let inputWeights: Panels<Scalar>?

  init(
    _ record: SequenceRecord<Scalar>, _ weights: SequenceWeights<Scalar>, arriving: ArrivingGradients<Scalar>,
    wants: WantedGradients
  ) {
    (self.record, self.weights, self.arriving, self.wants) = (record, weights, arriving, wants)
    let parts = DzParts(record.kind)
    let (D, H, padded) = (record.D, record.H, record.paddedH)
    func transposed(_ weights: [Scalar], rows: Int, gates: [Int]) -> Panels<Scalar> {
      .init(transposed: weights, rows: rows, columns: record.kind.gateCount * H, H: H, paddedH: padded, gates: gates)
    }
    self.parts = parts
    dz = AlignedMemory(count: record.T * record.B * parts.count * padded)
    recurrentWeights = transposed(weights.recurrentKernel, rows: H, gates: parts.recurrentGates)
    candidateWeights = parts.hasCandidateProduct ? transposed(weights.recurrentKernel, rows: H, gates: [2]) : nil
    inputWeights = wants.contains(.input) ? transposed(weights.kernel, rows: D, gates: parts.kernelGates) : nil
  }

  func run() -> SequenceGradients<Scalar> {
    let (B, H) = (record.B, record.H)
    let states = wants.contains(.initialState) ? B * H : 0
    var dx = [Scalar](repeating: 0, count: wants.contains(.input) ? B * record.T * record.D : 0)
    var dh0 = [Scalar](repeating: 0, count: states)
    var dc0 = [Scalar](repeating: 0, count: record.kind == .lstm ? states : 0)
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
    Threads.share(record.B, unit: 1, work: record.T * workOfStep) { rows in
      for (block, rows) in record.blocks.pieces(of: rows) {
        var run = self
        run.record = record.part(block)
        for group in groups(rows) { run.runSteps(group, targets) }
      }
    }
  }

  /// All steps of rows of one block.
  private func runSteps(_ rows: Range<Int>, _ targets: Targets) {
    let scratch = begin(rows)
    for t in (0..<record.T).reversed() {
      for phase in phases { run(phase, t, rows, 0..<range(of: phase), scratch, targets) }
    }
    finish(rows, scratch, targets)
  }

  private func runSharingUnits(_ targets: Targets) {
    let all = 0..<record.B
    let scratch = begin(all)
    for t in (0..<record.T).reversed() {
      for phase in phases {
        Threads.share(range(of: phase), unit: width, work: workOfStep) { units in
          for group in groups(all) { run(phase, t, group, units, scratch, targets) }
        }
      }
    }
    finish(all, scratch, targets)
  }

  /// Multiply-adds.
  private var workOfStep: Int { record.B * record.H * record.H * parts.count }

  /// How many units, or features, a phase runs over.
  private func range(of phase: Phase) -> Int { phase == .input ? record.D : record.paddedH }

  private func begin(_ rows: Range<Int>) -> StepGradients<Scalar> {
    let (H, padded) = (record.H, record.paddedH)
    let scratch = StepGradients<Scalar>(rows: rows, paddedH: padded, blocks: parts.count)
    for b in rows {
      fill(scratch.dh(b), from: arriving.h, row: b, count: H, padding: padded - H)
      fill(scratch.dc(b), from: arriving.c, row: b, count: H, padding: padded - H)
    }
    return scratch
  }

  private func finish(_ rows: Range<Int>, _ scratch: StepGradients<Scalar>, _ targets: Targets) {
    guard wants.contains(.initialState) else { return }
    let H = record.H
    for b in rows {
      if let h0 = targets.h0 { (h0 + b * H).update(from: scratch.dh(b), count: H) }
      if record.kind == .lstm, let c0 = targets.c0 { (c0 + b * H).update(from: scratch.dc(b), count: H) }
    }
  }
}

// MARK: A step

extension SequenceBackward {
  /// A part of a step; before it, the parts in front of it must have been run for all units.
  private enum Phase {
    /// From dh and dc after the step to the gradients of the gates' sums.
    case gates
    /// Of a reset-before GRU: from the candidate's sum to the reset gate's.
    case reset
    /// From the sums to dh before the step.
    case hidden
    /// From the sums to dx, for features instead of units.
    case input
  }

  private var phases: [Phase] {
    var phases: [Phase] = record.kind == .gru(resetAfter: false) ? [.gates, .reset, .hidden] : [.gates, .hidden]
    if inputWeights != nil { phases.append(.input) }
    return phases
  }

  private func run(
    _ phase: Phase, _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>,
    _ targets: Targets
  ) {
    switch phase {
    case .gates:
      addOutputGradient(t, rows, units, scratch)
      gates(t, rows, units, scratch)
    case .reset: resetBefore(t, rows, units, scratch)
    case .hidden: hiddenGradient(t, rows, units, scratch)
    case .input: if let dx = targets.x { inputGradient(t, rows, units, scratch, into: dx) }
    }
  }

  private func addOutputGradient(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>
  ) {
    arriving.outputs?.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      for b in rows {
        let (dh, dy) = (scratch.dh(b), outputs + (b * record.T + t) * record.H)
        for unit in units.clamped(to: 0..<record.H) { dh[unit] += dy[unit] }
      }
    }
  }

  private func gates(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    switch record.kind {
    case .simpleRNN: simpleRNN(t, rows, units, scratch)
    case .lstm: lstm(t, rows, units, scratch)
    case .gru(resetAfter: true): gruResetAfter(t, rows, units, scratch)
    case .gru(resetAfter: false): gruResetBefore(t, rows, units, scratch)
    }
  }
}

/// The gradients that travel from step to step for some rows of the batch, `[rows, paddedH]` each.
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

  /// Of the cell state of an LSTM.
  @inline(__always)
  func dc(_ b: Int) -> UnsafeMutablePointer<Scalar> { dh(b) + size }

  /// Of r ⊙ h in a reset-before GRU.
  @inline(__always)
  func dReset(_ b: Int) -> UnsafeMutablePointer<Scalar> { dh(b) + 2 * size }

  /// Of the gates' sums of this step, block after block.
  @inline(__always)
  func dz(_ b: Int) -> UnsafeMutablePointer<Scalar> { memory.start + 3 * size + (b - first) * dzStride }
}

/// Which gates the blocks of `dz` belong to, `paddedH` columns each.
///
/// | Cell              | blocks     | those of K | those of R          |
/// |-------------------|------------|------------|---------------------|
/// | simple RNN        | z          | z          | z                   |
/// | LSTM              | i, f, g, o | all        | all                 |
/// | GRU, reset after  | g, z, r, u | g, z, r    | z, r, u = h·Rg + b′g |
/// | GRU, reset before | g, z, r    | g, z, r    | z, r; g by itself   |
///
/// So each matrix meets neighbouring blocks: one product.
struct DzParts {
  /// How many blocks there are.
  let count: Int
  /// The gates of `kernel` that the blocks from the first on belong to.
  let kernelGates: [Int]
  /// The gates of `recurrentKernel` that the last blocks belong to.
  let recurrentGates: [Int]
  let hasCandidateProduct: Bool
  /// Whether a part of dh goes past the gates: `h′ = z ⊙ h + …`.
  let keepsHidden: Bool

  init(_ kind: RecurrentKind) {
    switch kind {
    case .simpleRNN: (count, kernelGates, recurrentGates) = (1, [0], [0])
    case .lstm: (count, kernelGates, recurrentGates) = (4, [0, 1, 2, 3], [0, 1, 2, 3])
    case .gru(resetAfter: true): (count, kernelGates, recurrentGates) = (4, [2, 0, 1], [0, 1, 2])
    case .gru(resetAfter: false): (count, kernelGates, recurrentGates) = (3, [2, 0, 1], [0, 1])
    }
    keepsHidden = kind != .simpleRNN && kind != .lstm
    hasCandidateProduct = kind == .gru(resetAfter: false)
  }

  /// The block at which those of `recurrentGates` begin.
  var firstRecurrent: Int { count - recurrentGates.count }
}

extension Panels {
  /// Panels of the transposed `weights`, `[rows, columns]`: row after row of what a sum's gradient is multiplied with, for the
  /// given gates, each padded with zeros to `paddedH`.
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

  /// Keeps the gradient of some units' sums, of one block at step `t`: for this step's products and for those of the weights.
  @inline(__always)
  func store(
    _ gradient: Scalar.Vector, block: Int, _ t: Int, _ b: Int, _ unit: Int, _ scratch: StepGradients<Scalar>
  ) {
    (scratch.dz(b) + block * record.paddedH + unit).store(gradient)
    let rows = record.rows
    let bundles = Bundles(columns: record.paddedH, width: Tile.width * width, rows: record.T * rows.count)
    let row = t * rows.count + b - rows.lowerBound
    (panels(of: rows, block: block) + bundles.offset(unit, row: row)).store(gradient)
  }

  /// The bundles of a block of gates in `dz`, of a block of samples.
  @inline(__always)
  func panels(of rows: Range<Int>, block: Int) -> UnsafeMutablePointer<Scalar> {
    dz.start + (rows.lowerBound * parts.count + rows.count * block) * record.paddedH * record.T
  }

  /// `dh = dz·Rᵀ`, or of a GRU `dh += dz·Rᵀ`; the step before the first needs it only if someone wants the initial state's gradient.
  private func hiddenGradient(
    _ t: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>
  ) {
    guard t > 0 || wants.contains(.initialState) else { return }
    multiply(
      scratch.dz(rows.lowerBound) + parts.firstRecurrent * record.paddedH, recurrentWeights, rows, units, scratch,
      into: scratch.dh(rows.lowerBound), accumulate: parts.keepsHidden)
  }

  /// `d(r ⊙ h) = dg·Rgᵀ` of the reset-before GRU.
  func resetGradient(_ rows: Range<Int>, _ units: Range<Int>, _ scratch: StepGradients<Scalar>) {
    guard let candidateWeights else { return }
    multiply(
      scratch.dz(rows.lowerBound), candidateWeights, rows, units, scratch, into: scratch.dReset(rows.lowerBound),
      accumulate: false)
  }

  private func multiply(
    _ dz: UnsafePointer<Scalar>, _ weights: Panels<Scalar>, _ rows: Range<Int>, _ units: Range<Int>,
    _ scratch: StepGradients<Scalar>, into target: UnsafeMutablePointer<Scalar>, accumulate: Bool
  ) {
    let first = units.lowerBound / width
    multiplyByPanels(
      dz, stride: scratch.dzStride, weights.run(first, count: units.upperBound / width - first),
      into: .init(start: target + units.lowerBound, rowStride: record.paddedH, panelStride: width), rows: rows.count,
      accumulate: accumulate)
  }

  /// `dx = dz·Kᵀ` for some features, at the places from which the steps took x.
  private func inputGradient(
    _ t: Int, _ rows: Range<Int>, _ features: Range<Int>, _ scratch: StepGradients<Scalar>,
    into dx: UnsafeMutablePointer<Scalar>
  ) {
    guard let inputWeights else { return }
    let D = record.D
    withCacheAlignedMemory(rows.count * width) { sums in
      for feature in stride(from: features.lowerBound, to: features.upperBound, by: width) {
        multiplyByPanels(
          scratch.dz(rows.lowerBound), stride: scratch.dzStride, inputWeights.run(feature / width),
          into: .init(start: sums, rowStride: width), rows: rows.count, accumulate: false)
        for (row, b) in rows.enumerated() {
          let target = dx + record.place(b, t) * D + feature
          target.update(from: sums + row * width, count: min(width, D - feature))
        }
      }
    }
  }
}
