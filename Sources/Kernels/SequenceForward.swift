/// Runs a recurrent cell over a whole sequence.
///
/// Samples do not meet, so each thread takes some rows of the batch through all steps and threads never wait for each other.
/// Within a thread, rows pass in groups so small that their states stay in the nearest cache. A step multiplies
/// `[x_t, 1, h]` with `[K; b; R]`, for all gates of one vector of units, and updates these units at once, while their sums are
/// near.
///
/// Weights that do not fit the second-level cache come from further away at every step. Of such weights, each thread takes those
/// of some units, for all rows, and the threads meet after every step; and the weights of the input meet a few steps at a time:
/// `x_t·K + b` is put where the gates will stand, and the steps add `h·R`. The sums are the same, term by term, and so are
/// their bits.
struct SequenceForward<Scalar: ElementaryScalar> {
  private(set) var record: SequenceRecord<Scalar>
  private let input: SequenceInput<Scalar>
  private let weights: Panels<Scalar>
  /// Gates for which a product is made: those of `RecurrentKind`, and for the reset-after GRU a fourth, `h·Rg + b′g`.
  private let gateCount: Int
  private let sharesUnits: Bool
  /// Whether the products of the input come before the steps.
  private let separatesInput: Bool
  private let stepsAtOnce: Int
  /// Where every step's h goes, `[B, T, H]`.
  private var outputs: UnsafeMutablePointer<Scalar>?

  /// Rows that go through the steps together.
  static var groupSize: Int { 11 * Tile.height }

  init(_ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>, keepsSteps: Bool) {
    self.input = input
    gateCount = kind == .gru(resetAfter: true) ? 4 : kind.gateCount
    sharesUnits = weights.areShared(H: input.H)
    separatesInput = kind != .simpleRNN && sharesUnits
    stepsAtOnce = separatesInput ? 4 : 1
    record = SequenceRecord(
      kind, input, blocks: sharesUnits ? RowBlocks(whole: input.B) : RowBlocks(rows: input.B, most: Self.groupSize),
      keepsSteps: keepsSteps, runningSteps: stepsAtOnce)
    self.weights = Self.pack(kind, weights, D: input.D, H: input.H, gateCount)
  }

  /// Computes the record and, if they are wanted, the outputs `[B, T, H]`.
  func run(keepsOutputs: Bool) -> (record: SequenceRecord<Scalar>, outputs: [Scalar]) {
    let size = keepsOutputs ? record.B * record.T * record.H : 0
    let outputs = [Scalar](unsafeUninitializedCapacity: size) { outputs, count in
      var run = self
      run.outputs = keepsOutputs ? outputs.baseAddress : nil
      if sharesUnits { run.runSharingUnits() } else { run.runSharingRows() }
      count = size
    }
    return (record, outputs)
  }

  private func runSharingRows() {
    Threads.share(record.B, unit: 1, work: record.T * workOfStep) { rows in
      // Small layers feel the copy.
      guard record.blocks.count > 1 else { return runSteps(rows) }
      for (block, rows) in record.blocks.pieces(of: rows) {
        var run = self
        run.record = record.part(block)
        run.runSteps(rows)
      }
    }
  }

  /// All steps of rows of one block.
  private func runSteps(_ rows: Range<Int>) {
    withScratch(rows.count) { scratch in
      for group in groups(rows) {
        begin(group)
        for t in 0..<record.T {
          load(t, group)
          for phase in 0..<phases { step(t, phase, group, 0..<record.paddedH, scratch) }
        }
      }
    }
  }

  private func runSharingUnits() {
    let (B, T) = (record.B, record.T)
    begin(0..<B)
    for first in stride(from: 0, to: T, by: stepsAtOnce) {
      let steps = first..<min(first + stepsAtOnce, T)
      Threads.share(B, unit: 1, work: steps.count * workOfStep) { rows in
        for t in steps { load(t, rows) }
      }
      for t in steps {
        for phase in 0..<phases {
          Threads.share(record.paddedH, unit: width, work: workOfStep) { units in
            withScratch(B) { scratch in
              for group in groups(0..<B) {
                if separatesInput && t == first && phase == 0 { multiplyInputs(steps, group, units) }
                step(t, phase, group, units, scratch)
              }
            }
          }
        }
      }
    }
  }

  /// Multiply-adds.
  private var workOfStep: Int { record.B * (record.D + record.H) * gateCount * record.H }

  private func withScratch(_ rows: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
    withCacheAlignedMemory(min(Self.groupSize, rows) * max(4, Tile.width) * width, body)
  }

  /// How often all units have to be there before a step can go on.
  private var phases: Int { record.kind == .gru(resetAfter: false) ? 2 : 1 }

  private func step(
    _ t: Int, _ phase: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) {
    switch record.kind {
    case .simpleRNN: simpleRNN(t, rows, units, scratch)
    case .lstm: lstm(t, rows, units, scratch)
    case .gru(resetAfter: true): gruResetAfter(t, rows, units, scratch)
    case .gru(resetAfter: false) where phase == 0: resetBefore(t, rows, units, scratch)
    case .gru(resetAfter: false): candidateAfterReset(t, rows, units, scratch)
    }
    if phase == phases - 1 { storeOutputs(t, rows, units) }
  }

  /// Puts the initial states where the first step reads them.
  private func begin(_ rows: Range<Int>) {
    let (H, padding) = (record.H, record.paddedH - record.H)
    for b in rows {
      fill(record.hidden(0, b), from: input.h0, row: b, count: H, padding: padding)
      if record.kind == .lstm { fill(record.cell(0, b), from: input.c0, row: b, count: H, padding: padding) }
    }
  }

  /// Puts the input of a step where the step reads it.
  private func load(_ t: Int, _ rows: Range<Int>) {
    let D = record.D
    input.x.withUnsafeBufferPointer { x in
      for b in rows {
        let target = record.inputs(t, b)
        if let x = x.baseAddress { target.update(from: x + record.place(b, t) * D, count: D) }
        target[D] = 1
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
    // What is multiplied at once lies side by side: the gates of a vector of units; of a reset-after GRU, whose candidate has two
    // products of its own, two of them; of cells without gates, neighbouring vectors of units.
    let bundle = kind == .simpleRNN ? Tile.width : kind == .gru(resetAfter: true) ? 2 : gateCount
    return Panels(
      count: (H + width - 1) / width * gateCount, steps: D + 1 + H, bundle: min(bundle, Tile.width)
    ) { index, panel, stride in
      let unit = index / gateCount * width
      let count = min(width, H - unit)
      let gate = min(index % gateCount, kind.gateCount - 1)
      let column = gate * H + unit
      Pack.panel(
        of: weights.kernel, rowStride: columns, from: column, steps: D, columns: count, into: panel, stride: stride)
      Pack.panel(
        of: weights.recurrentKernel, rowStride: columns, from: column, steps: H, columns: count,
        into: panel + (D + 1) * stride, stride: stride)
      // The two halves of a reset-after candidate have a bias each; otherwise both biases are added at once.
      let isSplit = kind == .gru(resetAfter: true) && gate == 2
      let bias = isSplit && index % gateCount == 3 ? nil : weights.bias
      let recurrentBias = isSplit && index % gateCount == 2 ? nil : weights.recurrentBias
      for lane in 0..<width {
        panel[D * stride + lane] =
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

  /// The sums of `count` gates from `gate` on, for the vector of units that `sums` are of.
  @inline(__always)
  func product(
    _ part: Part = .all, gate: Int, count: Int = 1, unit: Int, _ t: Int, _ rows: Range<Int>, into sums: Sums
  ) {
    let D = record.D
    let isThere = separatesInput && part != .recurrent
    // Nothing is multiplied by a state that is zero.
    let hasState = part != .input && (t > 0 || record.hasState)
    let first = isThere ? D + 1 : part == .recurrent ? D : 0
    let end = hasState ? D + 1 + record.H : D + 1
    guard end > first else { return }
    multiplyByPanels(
      record.inputs(t, rows.lowerBound) + first, stride: record.inputStride,
      panels(gate, count, unit).prefix(end).dropping(first), into: sums.target(gate), rows: rows.count,
      accumulate: isThere)
  }

  /// `x_t·K + b` of some steps, for all gates of some units that have it.
  fileprivate func multiplyInputs(_ steps: Range<Int>, _ rows: Range<Int>, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      for gate in stride(from: 0, to: record.kind.gateCount, by: Tile.width) {
        let panels = panels(gate, min(Tile.width, record.kind.gateCount - gate), unit).prefix(record.D + 1)
        for t in steps {
          multiplyByPanels(
            record.inputs(t, rows.lowerBound), stride: record.inputStride, panels,
            into: gateSums(t, rows, unit).target(gate), rows: rows.count, accumulate: false)
        }
      }
    }
  }

  /// Where the sums of a vector of units stand: `[rows, width]` for each gate.
  struct Sums {
    var start: UnsafeMutablePointer<Scalar>
    var rowStride: Int
    var gateStride: Int

    @inline(__always)
    func target(_ gate: Int) -> Tile.Target<Scalar> {
      .init(start: start + gate * gateStride, rowStride: rowStride, panelStride: gateStride)
    }

    @inline(__always)
    func vector(_ gate: Int, row: Int) -> Scalar.Vector { (start + gate * gateStride + row * rowStride).vector() }

    /// Puts what became of a sum in its place.
    @inline(__always)
    func store(_ value: Scalar.Vector, _ gate: Int, row: Int) {
      (start + gate * gateStride + row * rowStride).store(value)
    }
  }

  /// In `scratch`, or where the gates will stand when the input's part comes first.
  @inline(__always)
  func sums(_ t: Int, _ rows: Range<Int>, _ unit: Int, _ scratch: UnsafeMutablePointer<Scalar>) -> Sums {
    separatesInput
      ? gateSums(t, rows, unit) : Sums(start: scratch, rowStride: width, gateStride: rows.count * width)
  }

  @inline(__always)
  private func gateSums(_ t: Int, _ rows: Range<Int>, _ unit: Int) -> Sums {
    let start = record.gates(t, rows.lowerBound) + unit
    return Sums(start: start, rowStride: record.gatesStride, gateStride: record.paddedH)
  }

  /// Keeps h after step `t` for some units, where the next step reads it.
  @inline(__always)
  func store(hidden h: Scalar.Vector, _ t: Int, _ b: Int, _ unit: Int) { (record.hidden(t + 1, b) + unit).store(h) }

  /// Copies h after step `t` to the outputs, row by row: unit by unit, every number would go to another page.
  fileprivate func storeOutputs(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>) {
    guard let outputs else { return }
    let units = units.clamped(to: 0..<record.H)
    for b in rows {
      let target = outputs + (b * record.T + t) * record.H + units.lowerBound
      target.update(from: record.hidden(t + 1, b) + units.lowerBound, count: units.count)
    }
  }

  /// The weights of some gates for the vector of units from `unit` on.
  @inline(__always)
  func panels(_ gate: Int, _ count: Int, _ unit: Int) -> PanelRun<Scalar> {
    weights.run(unit / width * gateCount + gate, count: count)
  }
}

/// The rows in groups of at most `SequenceForward.groupSize`, of nearly equal sizes.
func groups(_ rows: Range<Int>) -> LazyMapSequence<Range<Int>, Range<Int>> {
  let count = (rows.count + SequenceForward<Float>.groupSize - 1) / SequenceForward<Float>.groupSize
  return (0..<count).lazy.map { rows.part($0, of: count) }
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
