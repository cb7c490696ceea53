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
/// What is particular to a cell is in its `CellPlan`.
struct SequenceForward<Scalar: ElementaryScalar> {
  private(set) var workspace: SequenceWorkspace<Scalar>
  private let input: SequenceInput<Scalar>
  private let weights: Panels<Scalar>
  private let plan: CellPlan<Scalar>
  /// G
  private let gateCount: Int
  /// How many sums a step computes for each unit.
  private let sumCount: Int
  private let sharesUnits: Bool
  /// Whether the products of the input are computed before the steps.
  private let separatesInput: Bool
  private let stepsAtOnce: Int
  /// Where every step's h goes, `[B, T, H]`.
  private var outputs: UnsafeMutablePointer<Scalar>?

  /// Rows that go through the steps together.
  static var groupSize: Int { 11 * Tile.height }

  init(_ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>, keepsSteps: Bool) {
    self.input = input
    plan = Scalar.plans[kind]
    gateCount = plan.gateCount
    sumCount = plan.forward.sums.count
    sharesUnits = weights.areShared(H: input.H)
    // The products of the input need a place until the steps use them: that of the gates.
    separatesInput = plan.storedBlocks >= gateCount && sharesUnits
    stepsAtOnce = separatesInput ? 4 : 1
    workspace = SequenceWorkspace(
      kind, plan, input,
      blocks: sharesUnits ? RowBlocks(whole: input.B) : RowBlocks(rows: input.B, most: Self.groupSize),
      keepsSteps: keepsSteps, runningSteps: stepsAtOnce)
    self.weights = Self.pack(plan, weights, D: input.D, H: input.H)
  }

  /// Runs all steps; also gives the outputs `[B, T, H]`, if they are wanted.
  func run(keepsOutputs: Bool) -> (workspace: SequenceWorkspace<Scalar>, outputs: [Scalar]) {
    let size = keepsOutputs ? workspace.B * workspace.T * workspace.H : 0
    let outputs = [Scalar](unsafeUninitializedCapacity: size) { outputs, count in
      var run = self
      run.outputs = keepsOutputs ? outputs.baseAddress : nil
      if sharesUnits { run.runSharingUnits() } else { run.runSharingRows() }
      count = size
    }
    return (workspace, outputs)
  }

  private func runSharingRows() {
    Threads.share(workspace.B, unit: 1, work: workspace.T * workOfStep) { rows in
      // For a small layer the copy below costs noticeable time.
      guard workspace.blocks.count > 1 else { return runSteps(rows) }
      for (block, rows) in workspace.blocks.pieces(of: rows) {
        var run = self
        run.workspace = workspace.part(block)
        run.runSteps(rows)
      }
    }
  }

  /// All steps of rows of one block.
  private func runSteps(_ rows: Range<Int>) {
    withScratch(rows.count) { scratch in
      for group in groups(rows) {
        begin(group)
        for t in 0..<workspace.T {
          load(t, group)
          for phase in plan.forward.phases.indices { step(t, phase, group, 0..<workspace.paddedH, scratch) }
        }
      }
    }
  }

  private func runSharingUnits() {
    let (B, T) = (workspace.B, workspace.T)
    begin(0..<B)
    for first in stride(from: 0, to: T, by: stepsAtOnce) {
      let steps = first..<min(first + stepsAtOnce, T)
      Threads.share(B, unit: 1, work: steps.count * workOfStep) { rows in
        for t in steps { load(t, rows) }
      }
      for t in steps {
        for phase in plan.forward.phases.indices {
          Threads.share(workspace.paddedH, unit: width, work: workOfStep) { units in
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
  private var workOfStep: Int { workspace.B * (workspace.D + workspace.H) * sumCount * workspace.H }

  private func withScratch(_ rows: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
    withCacheAlignedMemory(min(Self.groupSize, rows) * max(sumCount, Tile.width) * width, body)
  }

  private func step(
    _ t: Int, _ phase: Int, _ rows: Range<Int>, _ units: Range<Int>, _ scratch: UnsafeMutablePointer<Scalar>
  ) {
    plan.forward.phases[phase](self, t, rows, units, scratch)
    if phase == plan.forward.phases.count - 1 { storeOutputs(t, rows, units) }
  }

  /// Writes the initial states where the first step reads them.
  private func begin(_ rows: Range<Int>) {
    let (H, padding) = (workspace.H, workspace.paddedH - workspace.H)
    for b in rows {
      fill(workspace.hidden(0, b), from: input.h0, row: b, count: H, padding: padding)
      if workspace.hasCellState { fill(workspace.cell(0, b), from: input.c0, row: b, count: H, padding: padding) }
    }
  }

  /// Writes the input of a step where the step reads it.
  private func load(_ t: Int, _ rows: Range<Int>) {
    let D = workspace.D
    input.x.withUnsafeBufferPointer { x in
      for b in rows {
        let target = workspace.inputs(t, b)
        if let x = x.baseAddress { target.update(from: x + workspace.place(b, t) * D, count: D) }
        target[D] = 1
      }
    }
  }

  /// Panels of `[K; b; R]`: for each vector of units, those of its sums.
  private static func pack(
    _ plan: CellPlan<Scalar>, _ weights: SequenceWeights<Scalar>, D: Int, H: Int
  ) -> Panels<Scalar> {
    let width = Scalar.Vector.scalarCount
    let columns = plan.gateCount * H
    let sums = plan.forward.sums
    precondition(weights.kernel.count == D * columns && weights.recurrentKernel.count == H * columns)
    return Panels(
      count: (H + width - 1) / width * sums.count, steps: D + 1 + H, bundle: min(plan.forward.bundle, Tile.width)
    ) { index, panel, stride in
      let unit = index / sums.count * width
      let count = min(width, H - unit)
      let sum = sums[index % sums.count]
      let column = sum.gate * H + unit
      Pack.panel(
        of: weights.kernel, rowStride: columns, from: column, steps: D, columns: count, into: panel, stride: stride)
      Pack.panel(
        of: weights.recurrentKernel, rowStride: columns, from: column, steps: H, columns: count,
        into: panel + (D + 1) * stride, stride: stride)
      let bias = sum.biases == .recurrent ? nil : weights.bias
      let recurrentBias = sum.biases == .input ? nil : weights.recurrentBias
      (panel + D * stride).store(vector(of: bias, column, count) + vector(of: recurrentBias, column, count))
    }
  }

  /// Some numbers of a bias, and zeros behind them; zeros where there is no bias.
  @inline(__always)
  private static func vector(of bias: [Scalar]?, _ first: Int, _ count: Int) -> Scalar.Vector {
    let mask = Pack.mask(count, Scalar.self)
    return bias?.withUnsafeBufferPointer { Pack.vector(of: $0, from: first, count: count, mask) } ?? Scalar.Vector()
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
    let D = workspace.D
    let hasInput = separatesInput && part != .recurrent
    // A state of zeros needs no product.
    let hasState = part != .input && (t > 0 || workspace.hasState)
    let first = hasInput ? D + 1 : part == .recurrent ? D : 0
    let end = hasState ? D + 1 + workspace.H : D + 1
    guard end > first else { return }
    multiplyByPanels(
      workspace.inputs(t, rows.lowerBound) + first, stride: workspace.inputStride,
      panels(gate, count, unit).prefix(end).dropping(first), into: sums.target(gate), rows: rows.count,
      accumulate: hasInput)
  }

  /// `x_t·K + b` of some steps, for all gates of some units.
  fileprivate func multiplyInputs(_ steps: Range<Int>, _ rows: Range<Int>, _ units: Range<Int>) {
    for unit in stride(from: units.lowerBound, to: units.upperBound, by: width) {
      for gate in stride(from: 0, to: gateCount, by: Tile.width) {
        let panels = panels(gate, min(Tile.width, gateCount - gate), unit).prefix(workspace.D + 1)
        for t in steps {
          multiplyByPanels(
            workspace.inputs(t, rows.lowerBound), stride: workspace.inputStride, panels,
            into: gateSums(t, rows, unit).target(gate), rows: rows.count, accumulate: false)
        }
      }
    }
  }

  /// Where the sums of a vector of units are: `[rows, width]` for each gate.
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

    /// Replaces a sum by what a step computed from it.
    @inline(__always)
    func store(_ value: Scalar.Vector, _ gate: Int, row: Int) {
      (start + gate * gateStride + row * rowStride).store(value)
    }
  }

  /// In `scratch`, or where the gates will be when the input's products are computed first.
  @inline(__always)
  func sums(_ t: Int, _ rows: Range<Int>, _ unit: Int, _ scratch: UnsafeMutablePointer<Scalar>) -> Sums {
    separatesInput
      ? gateSums(t, rows, unit) : Sums(start: scratch, rowStride: width, gateStride: rows.count * width)
  }

  @inline(__always)
  private func gateSums(_ t: Int, _ rows: Range<Int>, _ unit: Int) -> Sums {
    let start = workspace.gates(t, rows.lowerBound) + unit
    return Sums(start: start, rowStride: workspace.gatesStride, gateStride: workspace.paddedH)
  }

  /// Writes h after step `t` for some units, where the next step reads it.
  @inline(__always)
  func store(hidden h: Scalar.Vector, _ t: Int, _ b: Int, _ unit: Int) { (workspace.hidden(t + 1, b) + unit).store(h) }

  /// Copies h after step `t` to the outputs, row by row: unit by unit, every number would be written to another page.
  fileprivate func storeOutputs(_ t: Int, _ rows: Range<Int>, _ units: Range<Int>) {
    guard let outputs else { return }
    let units = units.clamped(to: 0..<workspace.H)
    for b in rows {
      let target = outputs + (b * workspace.T + t) * workspace.H + units.lowerBound
      target.update(from: workspace.hidden(t + 1, b) + units.lowerBound, count: units.count)
    }
  }

  /// The weights of some gates for the vector of units from `unit` on.
  @inline(__always)
  func panels(_ gate: Int, _ count: Int, _ unit: Int) -> PanelRun<Scalar> {
    weights.run(unit / width * sumCount + gate, count: count)
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
