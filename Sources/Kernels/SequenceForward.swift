/// Runs a recurrent cell over a whole sequence.
///
/// Samples do not meet, so each thread takes some rows of the batch through all steps and threads never wait for each other.
/// Within a thread, rows pass in groups so small that their states stay in the nearest cache. A step multiplies
/// `[x_t, 1, h]` with `[K; b; R]`, for one vector of units and one gate after the other, and updates these units at once,
/// while their sums are near.
struct SequenceForward<Scalar: ElementaryScalar> {
  let record: SequenceRecord<Scalar>
  private let input: SequenceInput<Scalar>
  private let weights: Panels<Scalar>
  /// Gates for which a product is made: those of `RecurrentKind`, and for the reset-after GRU a fourth, `h·Rg + b′g`.
  private let gateCount: Int

  /// Rows that go through the steps together.
  static var groupSize: Int { 11 * Tile.height }

  init(_ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>) {
    self.input = input
    record = SequenceRecord(kind, input)
    gateCount = kind == .gru(resetAfter: true) ? 4 : kind.gateCount
    self.weights = Self.pack(kind, weights, D: input.D, H: input.H, gateCount)
  }

  /// Computes the record and, if they are wanted, the outputs `[B, T, H]`.
  func run(keepsOutputs: Bool) -> (record: SequenceRecord<Scalar>, outputs: [Scalar]) {
    let size = keepsOutputs ? record.B * record.T * record.H : 0
    let outputs = [Scalar](unsafeUninitializedCapacity: size) { outputs, count in
      run(outputs: keepsOutputs ? outputs.baseAddress : nil)
      count = size
    }
    return (record, outputs)
  }

  private func run(outputs: UnsafeMutablePointer<Scalar>?) {
    let (B, T) = (record.B, record.T)
    let work = B * T * (record.D + record.H) * gateCount * record.H
    Threads.share(B, unit: 1, work: work) { rows in
      withCacheAlignedMemory(min(Self.groupSize, rows.count) * 4 * width) { scratch in
        for group in groups(rows) {
          begin(group)
          for t in 0..<T { step(t, rows: group, scratch: scratch) }
          if let outputs { copy(group, to: outputs) }
        }
      }
    }
  }

  private func step(_ t: Int, rows: Range<Int>, scratch: UnsafeMutablePointer<Scalar>) {
    switch record.kind {
    case .simpleRNN: simpleRNN(t, rows, scratch)
    case .lstm: lstm(t, rows, scratch)
    case .gru(resetAfter: true): gruResetAfter(t, rows, scratch)
    case .gru(resetAfter: false): gruResetBefore(t, rows, scratch)
    }
  }

  /// Puts the inputs of all steps and the initial states where the steps read them.
  private func begin(_ rows: Range<Int>) {
    let (D, H, padding) = (record.D, record.H, record.paddedH - record.H)
    input.x.withUnsafeBufferPointer { x in
      for b in rows {
        for t in 0..<record.T {
          let target = record.inputs(t, b)
          if let x = x.baseAddress { target.update(from: x + record.place(b, t) * D, count: D) }
          target[D] = 1
        }
      }
    }
    for b in rows {
      fill(record.hidden(0, b), from: input.h0, row: b, count: H, padding: padding)
      if record.kind == .lstm { fill(record.cell(0, b), from: input.c0, row: b, count: H, padding: padding) }
    }
  }

  private func copy(_ rows: Range<Int>, to outputs: UnsafeMutablePointer<Scalar>) {
    for b in rows {
      for t in 0..<record.T {
        (outputs + (b * record.T + t) * record.H).update(from: record.hidden(t + 1, b), count: record.H)
      }
    }
  }

  /// Panels of `[K; b; R]`: for each vector of units, those of its gates.
  private static func pack(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, D: Int, H: Int, _ gateCount: Int
  ) -> Panels<Scalar> {
    let width = Scalar.Vector.scalarCount
    let columns = kind.gateCount * H
    precondition(weights.kernel.count == D * columns && weights.recurrentKernel.count == H * columns)
    return Panels(count: (H + width - 1) / width * gateCount, steps: D + 1 + H) { index, panel in
      let unit = index / gateCount * width
      let count = min(width, H - unit)
      let gate = min(index % gateCount, kind.gateCount - 1)
      let column = gate * H + unit
      Pack.columns(of: weights.kernel, rowStride: columns, from: column, steps: D, columns: count, into: panel)
      Pack.columns(
        of: weights.recurrentKernel, rowStride: columns, from: column, steps: H, columns: count,
        into: panel + (D + 1) * width)
      // The two halves of a reset-after candidate have a bias each; otherwise both biases are added at once.
      let isSplit = kind == .gru(resetAfter: true) && gate == 2
      let bias = isSplit && index % gateCount == 3 ? nil : weights.bias
      let recurrentBias = isSplit && index % gateCount == 2 ? nil : weights.recurrentBias
      for lane in 0..<width {
        panel[D * width + lane] =
          lane < count ? (bias?[column + lane] ?? 0) + (recurrentBias?[column + lane] ?? 0) : 0
      }
    }
  }
}

// MARK: What the steps of the cells are made of

extension SequenceForward {
  var width: Int { Scalar.Vector.scalarCount }

  /// Which columns of `[x, 1, h]` a product runs over.
  enum Part { case all, input, recurrent }

  /// The sums of one gate for the vector of units from `unit` on, `[rows, width]` into `z`.
  @inline(__always)
  func product(
    _ part: Part = .all, gate: Int, unit: Int, _ t: Int, _ rows: Range<Int>, into z: UnsafeMutablePointer<Scalar>
  ) {
    let D = record.D
    let first = part == .recurrent ? D : 0
    // Nothing is multiplied by a state that is zero.
    let hasState = t > 0 || record.hasState
    let end = part == .input || !hasState ? D + 1 : D + 1 + record.H
    multiplyByPanel(
      record.inputs(t, rows.lowerBound) + first, stride: record.inputStride,
      panel: panel(gate, unit) + first * width, steps: end - first, into: z, stride: width, rows: rows.count,
      accumulate: false)
  }

  /// The weights of one gate for the vector of units from `unit` on.
  @inline(__always)
  func panel(_ gate: Int, _ unit: Int) -> UnsafePointer<Scalar> { weights.panel(unit / width * gateCount + gate) }
}

/// The rows in groups of at most `SequenceForward.groupSize`, of nearly equal sizes.
func groups(_ rows: Range<Int>) -> [Range<Int>] {
  let count = (rows.count + SequenceForward<Float>.groupSize - 1) / SequenceForward<Float>.groupSize
  return (0..<count).map { index in
    rows.lowerBound + index * rows.count / count..<rows.lowerBound + (index + 1) * rows.count / count
  }
}

/// Copies row `row` of a matrix of `count` columns, or zeros if there is none, and zeros behind it.
func fill<Scalar: VectorScalar>(
  _ target: UnsafeMutablePointer<Scalar>, from source: [Scalar]?, row: Int, count: Int, padding: Int
) {
  target.update(repeating: 0, count: count + padding)
  source?.withUnsafeBufferPointer { source in
    if let source = source.baseAddress { target.update(from: source + row * count, count: count) }
  }
}
