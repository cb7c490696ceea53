/// Back-propagation through time of what `SequenceForward` ran.
///
/// Threads take rows of the batch through all steps, from the last to the first, and write `dz`, the gradients of every
/// gate's sum, for every step. The gradients of the weights then are one product each, over all samples and steps in their
/// order, so that their bits do not depend on the number of threads.
struct SequenceBackward<Scalar: ElementaryScalar> {
  let record: SequenceRecord<Scalar>
  let operands: SequenceOperands<Scalar>
  let arriving: ArrivingGradients<Scalar>
  let gradients: OperandGradients<Scalar>
  /// The gradients of the gates' sums, as panels: for each vector of units of each block, those of all steps and samples.
  private let dz: AlignedMemory<Scalar>
  private let parts: DzParts
  private let recurrentWeights: Panels<Scalar>
  /// Rgᵀ of the reset-before GRU, which has a product of its own.
  private let candidateWeights: Panels<Scalar>?
  private let inputWeights: Panels<Scalar>?

  init(
    _ record: SequenceRecord<Scalar>, _ operands: SequenceOperands<Scalar>, arriving: ArrivingGradients<Scalar>,
    gradients: OperandGradients<Scalar>
  ) {
    (self.record, self.operands, self.arriving, self.gradients) = (record, operands, arriving, gradients)
    let parts = DzParts(record.kind)
    let (D, H, padded) = (record.D, record.H, record.paddedH)
    func transposed(_ weights: UnsafePointer<Scalar>, rows: Int, gates: [Int]) -> Panels<Scalar> {
      .init(transposed: weights, rows: rows, columns: record.kind.gateCount * H, H: H, paddedH: padded, gates: gates)
    }
    self.parts = parts
    dz = AlignedMemory(count: record.T * record.B * parts.count * padded)
    recurrentWeights = transposed(operands.recurrentKernel, rows: H, gates: parts.recurrentGates)
    candidateWeights =
      parts.hasCandidateProduct ? transposed(operands.recurrentKernel, rows: H, gates: [2]) : nil
    inputWeights = gradients.x == nil ? nil : transposed(operands.kernel, rows: D, gates: parts.kernelGates)
  }

  func run() {
    let (B, T, H) = (record.B, record.T, record.H)
    Threads.share(B, unit: 1, work: B * T * H * H * parts.count) { rows in
      for group in groups(rows) { run(group) }
    }
    weightGradients()
  }

  private func run(_ rows: Range<Int>) {
    let (T, H, padded) = (record.T, record.H, record.paddedH)
    let scratch = StepGradients<Scalar>(rows: rows, paddedH: padded, blocks: parts.count)
    for b in rows {
      fill(scratch.dh(b), from: arriving.h.map { $0 + b * H }, count: H, padding: padded - H)
      fill(scratch.dc(b), from: arriving.c.map { $0 + b * H }, count: H, padding: padded - H)
    }
    for t in (0..<T).reversed() {
      if let outputs = arriving.outputs {
        for b in rows {
          let (dh, dy) = (scratch.dh(b), outputs + (b * T + t) * H)
          for unit in 0..<H { dh[unit] += dy[unit] }
        }
      }
      step(t, rows, scratch)
      if let inputWeights, let dx = gradients.x { inputGradient(t, rows, inputWeights, scratch, into: dx) }
    }
    for b in rows {
      if let h0 = gradients.h0 { (h0 + b * H).update(from: scratch.dh(b), count: H) }
      if let c0 = gradients.c0 { (c0 + b * H).update(from: scratch.dc(b), count: H) }
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
    transposed weights: UnsafePointer<Scalar>, rows: Int, columns: Int, H: Int, paddedH: Int, gates: [Int]
  ) {
    let width = Scalar.Vector.scalarCount
    let matrix = StridedMatrix(weights, stride: columns, isTransposed: true)
    self.init(count: (rows + width - 1) / width, steps: gates.count * paddedH) { index, panel in
      let row = index * width
      if paddedH > H { panel.update(repeating: 0, count: gates.count * paddedH * width) }
      for (block, gate) in gates.enumerated() {
        Pack.columns(
          matrix.from(gate * H, row), steps: H, columns: min(width, rows - row), into: panel + block * paddedH * width)
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

  /// `dh = dz·Rᵀ`, or `dh += dz·Rᵀ`; the step before the first needs it only if someone wants the initial state's gradient.
  func hiddenGradient(_ t: Int, _ rows: Range<Int>, _ scratch: StepGradients<Scalar>, accumulate: Bool) {
    guard t > 0 || gradients.h0 != nil else { return }
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
    for unit in stride(from: 0, to: record.paddedH, by: width) {
      multiplyByPanel(
        dz, stride: scratch.dzStride, panel: weights.panel(unit / width), steps: weights.steps, into: target + unit,
        stride: record.paddedH, rows: rows.count, accumulate: accumulate)
    }
  }

  /// `dx = dz·Kᵀ`, at the places from which the steps took x.
  private func inputGradient(
    _ t: Int, _ rows: Range<Int>, _ weights: Panels<Scalar>, _ scratch: StepGradients<Scalar>,
    into dx: UnsafeMutablePointer<Scalar>
  ) {
    let D = record.D
    for feature in stride(from: 0, to: D, by: width) {
      multiplyByPanel(
        scratch.dz(rows.lowerBound), stride: scratch.dzStride, panel: weights.panel(feature / width),
        steps: weights.steps,
        into: scratch.sums, stride: width, rows: rows.count, accumulate: false)
      for (row, b) in rows.enumerated() {
        let target = dx + operands.place(b, t) * D + feature
        target.update(from: scratch.sums + row * width, count: min(width, D - feature))
      }
    }
  }
}

// MARK: The weights

extension SequenceBackward {
  /// `[x, 1, h]ᵀ·dz`: the gradients of K, of the biases and of R.
  private func weightGradients() {
    let (D, H, padded) = (record.D, record.H, record.paddedH)
    let inputs = record.inputs(0, 0)
    let kernel = Target(gradients.kernel, record, gates: parts.kernelGates)
    let recurrent = Target(gradients.recurrentKernel, record, gates: parts.recurrentGates)
    switch record.kind {
    case .simpleRNN, .lstm:
      product(inputs, record.inputStride, rows: D + 1 + H, block: 0, blocks: parts.count) { sum in
        kernel.write(sum, rows: D)
        writeBias(
          sum + D * parts.count * padded, gates: parts.kernelGates, to: [gradients.bias, gradients.recurrentBias])
        recurrent.write(sum + (D + 1) * parts.count * padded, rows: H)
      }
    case .gru(resetAfter: true):
      product(inputs, record.inputStride, rows: D + 1, block: 0, blocks: 3) { sum in
        kernel.write(sum, rows: D)
        writeBias(sum + D * 3 * padded, gates: parts.kernelGates, to: [gradients.bias])
      }
      product(inputs + D, record.inputStride, rows: 1 + H, block: 1, blocks: 3) { sum in
        writeBias(sum, gates: parts.recurrentGates, to: [gradients.recurrentBias])
        recurrent.write(sum + 3 * padded, rows: H)
      }
    case .gru(resetAfter: false):
      product(inputs, record.inputStride, rows: D + 1, block: 0, blocks: 3) { sum in
        kernel.write(sum, rows: D)
        writeBias(sum + D * 3 * padded, gates: parts.kernelGates, to: [gradients.bias, gradients.recurrentBias])
      }
      product(inputs + D + 1, record.inputStride, rows: H, block: 1, blocks: 2) { sum in recurrent.write(sum, rows: H) }
      product(record.gates(0, 0) + 3 * padded, 4 * padded, rows: H, block: 0, blocks: 1) { sum in
        Target(gradients.recurrentKernel, record, gates: [2]).write(sum, rows: H)
      }
    }
  }

  /// The product of the transpose of `[T·B, rows]` at `a` with some blocks of `dz`, `[rows, blocks · paddedH]`.
  private func product(
    _ a: UnsafePointer<Scalar>, _ stride: Int, rows: Int, block: Int, blocks: Int,
    then use: (UnsafePointer<Scalar>) -> Void
  ) {
    let columns = blocks * record.paddedH
    let steps = record.T * record.B
    let sum = AlignedMemory<Scalar>(count: rows * columns)
    PackedProduct(
      a: StridedMatrix(a, stride: stride, isTransposed: true),
      b: .panels(UnsafePointer(dz.start + block * record.paddedH * steps)), c: sum.start, ldc: columns, m: rows,
      n: columns, k: steps, accumulate: false
    ).run()
    use(sum.start)
  }

  private func writeBias(
    _ row: UnsafePointer<Scalar>, gates: [Int], to biases: [UnsafeMutablePointer<Scalar>?]
  ) {
    for case let bias? in biases { Target(bias, record, gates: gates).write(row, rows: 1) }
  }

  /// A matrix of weights, whose gates stand in another order and without padding.
  private struct Target {
    let start: UnsafeMutablePointer<Scalar>
    let gates: [Int]
    let columns: Int
    let H: Int
    let paddedH: Int

    init(_ start: UnsafeMutablePointer<Scalar>, _ record: SequenceRecord<Scalar>, gates: [Int]) {
      (self.start, self.gates) = (start, gates)
      (columns, H, paddedH) = (record.kind.gateCount * record.H, record.H, record.paddedH)
    }

    func write(_ source: UnsafePointer<Scalar>, rows: Int) {
      for row in 0..<rows {
        for (block, gate) in gates.enumerated() {
          (start + row * columns + gate * H).update(
            from: source + (row * gates.count + block) * paddedH, count: H)
        }
      }
    }
  }
}
