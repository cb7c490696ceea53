/// Back-propagation through time of what `SequenceForward` ran.
///
/// Threads take rows of the batch through all steps, from the last to the first, and write `dz`, the gradients of every
/// gate's sum, for every step. The gradients of the weights then are one product each, over all samples and steps in their
/// order, so that their bits do not depend on the number of threads.
struct SequenceBackward<Scalar: ElementaryScalar> {
  let record: SequenceRecord<Scalar>
  private let weights: SequenceWeights<Scalar>
  private let arriving: ArrivingGradients<Scalar>
  private let wants: WantedGradients
  /// The gradients of the gates' sums, as panels: for each vector of units of each block, those of all steps and samples.
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
    let (B, T, H) = (record.B, record.T, record.H)
    let states = wants.contains(.initialState) ? B * H : 0
    var dx = [Scalar](repeating: 0, count: wants.contains(.input) ? B * T * record.D : 0)
    var dh0 = [Scalar](repeating: 0, count: states)
    var dc0 = [Scalar](repeating: 0, count: record.kind == .lstm ? states : 0)
    dx.withUnsafeMutableBufferPointer { dx in
      dh0.withUnsafeMutableBufferPointer { dh0 in
        dc0.withUnsafeMutableBufferPointer { dc0 in
          let targets = Targets(
            x: dx.baseAddress, h0: dh0.baseAddress, c0: dc0.baseAddress)
          Threads.share(B, unit: 1, work: B * T * H * H * parts.count) { rows in
            for group in groups(rows) { run(group, targets) }
          }
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

  private func run(_ rows: Range<Int>, _ targets: Targets) {
    let (T, H, padded) = (record.T, record.H, record.paddedH)
    let scratch = StepGradients<Scalar>(rows: rows, paddedH: padded, blocks: parts.count)
    for b in rows {
      fill(scratch.dh(b), from: arriving.h, row: b, count: H, padding: padded - H)
      fill(scratch.dc(b), from: arriving.c, row: b, count: H, padding: padded - H)
    }
    for t in (0..<T).reversed() {
      addOutputGradient(t, rows, scratch)
      step(t, rows, scratch)
      if let inputWeights, let dx = targets.x { inputGradient(t, rows, inputWeights, scratch, into: dx) }
    }
    guard wants.contains(.initialState) else { return }
    for b in rows {
      if let h0 = targets.h0 { (h0 + b * H).update(from: scratch.dh(b), count: H) }
      if record.kind == .lstm, let c0 = targets.c0 { (c0 + b * H).update(from: scratch.dc(b), count: H) }
    }
  }

  private func addOutputGradient(_ t: Int, _ rows: Range<Int>, _ scratch: StepGradients<Scalar>) {
    arriving.outputs?.withUnsafeBufferPointer { outputs in
      guard let outputs = outputs.baseAddress else { return }
      for b in rows {
        let (dh, dy) = (scratch.dh(b), outputs + (b * record.T + t) * record.H)
        for unit in 0..<record.H { dh[unit] += dy[unit] }
      }
    }
  }

  private func step(_ t: Int, _ rows: Range<Int>, _ scratch: StepGradients<Scalar>) {
    switch record.kind {
    case .simpleRNN: simpleRNN(t, rows, scratch)
    case .lstm: lstm(t, rows, scratch)
    case .gru(resetAfter: true): gruResetAfter(t, rows, scratch)
    case .gru(resetAfter: false): gruResetBefore(t, rows, scratch)
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
    dzStride = blocks * paddedH
    memory = AlignedMemory(count: (3 + blocks) * size + rows.count * Scalar.Vector.scalarCount)
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

  /// Room for one vector of each row.
  var sums: UnsafeMutablePointer<Scalar> { memory.start + 3 * size + size / paddedH * dzStride }
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

  init(_ kind: RecurrentKind) {
    switch kind {
    case .simpleRNN: (count, kernelGates, recurrentGates) = (1, [0], [0])
    case .lstm: (count, kernelGates, recurrentGates) = (4, [0, 1, 2, 3], [0, 1, 2, 3])
    case .gru(resetAfter: true): (count, kernelGates, recurrentGates) = (4, [2, 0, 1], [0, 1, 2])
    case .gru(resetAfter: false): (count, kernelGates, recurrentGates) = (3, [2, 0, 1], [0, 1])
    }
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
    self.init(count: (rows + width - 1) / width, steps: gates.count * paddedH) { index, panel in
      let row = index * width
      if paddedH > H { panel.update(repeating: 0, count: gates.count * paddedH * width) }
      weights.withUnsafeBufferPointer { weights in
        guard let start = weights.baseAddress else { return }
        let matrix = StridedMatrix(start, stride: columns, isTransposed: true)
        for (block, gate) in gates.enumerated() {
          Pack.columns(
            matrix.from(gate * H, row), steps: H, columns: min(width, rows - row),
            into: panel + block * paddedH * width)
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
    let column = block * record.paddedH + unit
    (scratch.dz(b) + column).store(gradient)
    (dz.start + column * record.T * record.B + (t * record.B + b) * width).store(gradient)
  }

  /// The panels of `dz` from a block on.
  func panels(block: Int) -> UnsafePointer<Scalar> {
    UnsafePointer(dz.start + block * record.paddedH * record.T * record.B)
  }

  /// `dh = dz·Rᵀ`, or `dh += dz·Rᵀ`; the step before the first needs it only if someone wants the initial state's gradient.
  func hiddenGradient(_ t: Int, _ rows: Range<Int>, _ scratch: StepGradients<Scalar>, accumulate: Bool) {
    guard t > 0 || wants.contains(.initialState) else { return }
    multiply(
      scratch.dz(rows.lowerBound) + parts.firstRecurrent * record.paddedH, recurrentWeights, rows, scratch,
      into: scratch.dh(rows.lowerBound), accumulate: accumulate)
  }

  /// `d(r ⊙ h) = dg·Rgᵀ` of the reset-before GRU.
  func resetGradient(_ rows: Range<Int>, _ scratch: StepGradients<Scalar>) {
    guard let candidateWeights else { return }
    multiply(
      scratch.dz(rows.lowerBound), candidateWeights, rows, scratch, into: scratch.dReset(rows.lowerBound),
      accumulate: false)
  }

  private func multiply(
    _ dz: UnsafePointer<Scalar>, _ weights: Panels<Scalar>, _ rows: Range<Int>, _ scratch: StepGradients<Scalar>,
    into target: UnsafeMutablePointer<Scalar>, accumulate: Bool
  ) {
    multiplyByPanels(
      dz, stride: scratch.dzStride, weights.run(0, count: record.paddedH / width),
      into: .init(start: target, rowStride: record.paddedH, panelStride: width), rows: rows.count,
      accumulate: accumulate)
  }

  /// `dx = dz·Kᵀ`, at the places from which the steps took x.
  private func inputGradient(
    _ t: Int, _ rows: Range<Int>, _ weights: Panels<Scalar>, _ scratch: StepGradients<Scalar>,
    into dx: UnsafeMutablePointer<Scalar>
  ) {
    let D = record.D
    for feature in stride(from: 0, to: D, by: width) {
      multiplyByPanels(
        scratch.dz(rows.lowerBound), stride: scratch.dzStride, weights.run(feature / width),
        into: .init(start: scratch.sums, rowStride: width), rows: rows.count, accumulate: false)
      for (row, b) in rows.enumerated() {
        let target = dx + record.place(b, t) * D + feature
        target.update(from: scratch.sums + row * width, count: min(width, D - feature))
      }
    }
  }
}
