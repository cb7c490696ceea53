/// The memory of a forward pass over a sequence: what its steps computed and the backward pass needs.
///
/// | Part        | Shape                 | Contents                                                         |
/// |-------------|-----------------------|------------------------------------------------------------------|
/// | `inputs`    | `[T + 1, B, D + 1 + H]` | what step t multiplies: x_t, a 1 for the bias, h_{t−1}         |
/// | `gates`     | `[T, B, S, H]`        | the S stored blocks of the cell, its gates first                 |
/// | `cells`     | `[T + 1, B, H]`       | c_{t−1} of a cell that has it                                    |
/// | `tanhCells` | `[T, B, H]`           | tanh c_t of the same                                             |
///
/// H is padded to a multiple of the vector width here (`paddedH`); the numbers in the padding have no meaning.
///
/// The samples are cut into blocks, all steps of one block together and apart from those of the next: two cores that
/// write neighbouring rows, or read ahead into each other's, take cache lines from each other at every step. The
/// accessors read one block, which `part` chooses.
///
/// Inference needs only the running step and the step before. Then each part has a few places that the steps use in
/// turn, so that they stay in the caches, and only the last state can be read.
public struct SequenceWorkspace<Scalar: RealScalar>: Sendable {
  public let kind: RecurrentKind
  public let B: Int
  public let T: Int
  public let D: Int
  public let H: Int
  /// Whether step 0 was the last step of the input.
  public let goesBackwards: Bool
  /// Whether the run began with given states; otherwise with zeros.
  public let hasState: Bool
  /// G
  let gateCount: Int
  /// Whether the cell has a state c beside h.
  public let hasCellState: Bool
  private let storedBlocks: Int
  /// H rounded up to whole vectors.
  let paddedH: Int
  /// Whether all steps are kept, or only those that are running.
  let keepsSteps: Bool
  /// How the samples are cut.
  let blocks: RowBlocks
  /// Numbers from one sample's `inputs` to the next one's.
  let inputStride: Int
  /// Numbers from one sample's `gates` to the next one's.
  let gatesStride: Int
  /// Numbers from one sample's cell state to the next one's.
  private let cellStride: Int
  private let memory: AlignedMemory<Scalar>
  private let blockSize: Int
  /// Where x begins in a row of inputs, so that h begins on a cache line.
  private let inputStart: Int
  private let gatesStart: Int
  private let cellsStart: Int
  private let tanhCellsStart: Int
  /// `t & mask` is the place of step t: of those before or after a step, and of those within one.
  private let stateMask: Int
  private let stepMask: Int
  /// The samples of the block that the accessors read, and where its numbers begin.
  private(set) var rows: Range<Int>
  private var start: Int

  /// - Parameters:
  ///   - keepsSteps: whether all steps are kept, or only those that are running.
  ///   - runningSteps: how many steps run at a time, a power of two.
  init(
    _ kind: RecurrentKind, _ plan: CellPlan<Scalar>, _ input: SequenceInput<Scalar>, blocks: RowBlocks,
    keepsSteps: Bool, runningSteps: Int
  ) where Scalar: ElementaryScalar {
    self.kind = kind
    (gateCount, hasCellState, storedBlocks) = (plan.gateCount, plan.hasCellState, plan.storedBlocks)
    (B, T, D, H) = (input.B, input.T, input.D, input.H)
    goesBackwards = input.goesBackwards
    hasState = input.h0 != nil
    self.blocks = blocks
    self.keepsSteps = keepsSteps
    let width = Scalar.Vector.scalarCount
    paddedH = roundedUp(H, to: width)
    inputStart = roundedUp(D + 1, to: width) - (D + 1)
    inputStride = oddLines(inputStart + D + 1 + paddedH, line: width)
    gatesStride = storedBlocks == 0 ? 0 : oddLines(storedBlocks * paddedH, line: width)
    cellStride = hasCellState ? oddLines(paddedH, line: width) : 0
    let stateCount = keepsSteps ? T + 1 : 2 * runningSteps
    let stepCount = keepsSteps ? T : runningSteps
    stateMask = keepsSteps ? .max : stateCount - 1
    stepMask = keepsSteps ? .max : stepCount - 1
    let rows = blocks.greatest
    gatesStart = stateCount * rows * inputStride
    cellsStart = gatesStart + stepCount * rows * gatesStride
    tanhCellsStart = cellsStart + stateCount * rows * cellStride
    let gap = blocks.count > 1 ? 4096 / MemoryLayout<Scalar>.stride : 0
    blockSize = tanhCellsStart + stepCount * rows * cellStride + gap
    memory = AlignedMemory(count: blocks.count * blockSize)
    (self.rows, start) = (blocks[0], 0)
  }

  /// The same memory, read at the samples of a block.
  func part(_ block: Int) -> SequenceWorkspace {
    var part = self
    part.rows = blocks[block]
    part.start = block * blockSize
    return part
  }

  /// What step `t` multiplies for sample `b`; at `t = T` only its hidden state has been written.
  @inline(__always)
  func inputs(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + start + row(t & stateMask, b) * inputStride + inputStart
  }

  /// h before step `t`: the initial state at 0, the last one at T.
  @inline(__always)
  func hidden(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> { inputs(t, b) + D + 1 }

  /// The stored blocks of sample `b` at step `t`, side by side, each `paddedH` long.
  @inline(__always)
  func gates(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + start + gatesStart + row(t & stepMask, b) * gatesStride
  }

  /// c before step `t`: the initial state at 0, the last one at T.
  @inline(__always)
  func cell(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + start + cellsStart + row(t & stateMask, b) * cellStride
  }

  @inline(__always)
  func tanhCell(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + start + tanhCellsStart + row(t & stepMask, b) * cellStride
  }

  /// The row of sample `b` at place `t` within the block.
  @inline(__always)
  private func row(_ t: Int, _ b: Int) -> Int { t * rows.count + b - rows.lowerBound }

  /// The row of sample `b` and step `t` in the input's order, `[B, T]`.
  func place(_ b: Int, _ t: Int) -> Int { b * T + (goesBackwards ? T - 1 - t : t) }
}

/// Samples cut into blocks of nearly equal sizes.
///
/// The number of blocks follows from that of the samples alone, never from the number of threads: the gradients of the
/// weights are sums over blocks, and their bits depend on where these are cut.
struct RowBlocks: Sendable {
  private let rows: Int
  let count: Int

  /// - Parameter most: how many samples a block may hold.
  init(rows: Int, most: Int) {
    self.rows = rows
    // Two at least where each has a whole tile: a machine with two cores has work for both.
    count = max((rows + most - 1) / most, rows < 2 * Tile.height ? 1 : 2)
  }

  /// All samples in one block.
  init(whole rows: Int) { (self.rows, count) = (rows, 1) }

  subscript(index: Int) -> Range<Int> { (0..<rows).part(index, of: count) }

  /// Samples of the largest block.
  var greatest: Int { (rows + count - 1) / count }

  /// What of each block lies in `range`, nothing left out but what is empty.
  func pieces(of range: Range<Int>) -> [(block: Int, rows: Range<Int>)] {
    (0..<count).compactMap { block in
      let rows = self[block].clamped(to: range)
      return rows.isEmpty ? nil : (block, rows)
    }
  }
}

// MARK: Reading

extension SequenceWorkspace {
  /// Writes h before step `t`, `[B, H]`: the initial state at 0, the last one at T.
  public func copyHidden(before t: Int, into target: UnsafeMutablePointer<Scalar>) {
    copy(into: target) { workspace, b in workspace.hidden(t, b) }
  }

  /// Writes c before step `t`, `[B, H]`: the initial state at 0, the last one at T. Traps when the cell has no c.
  public func copyCell(before t: Int, into target: UnsafeMutablePointer<Scalar>) {
    precondition(hasCellState, "the cell has no state c")
    copy(into: target) { workspace, b in workspace.cell(t, b) }
  }

  /// Writes stored block `index` at step `t`, `[B, H]`. The first G are the gates after their activations: i, f, g, o
  /// of an LSTM; z, r, g of a GRU, whose block 3 is `h·Rg + b′g`, or `r ⊙ h` in the reset-before variant. Traps when
  /// there is no such block.
  public func copyGate(_ index: Int, step t: Int, into target: UnsafeMutablePointer<Scalar>) {
    precondition((0..<storedBlocks).contains(index), "block \(index) of \(storedBlocks) stored blocks")
    copy(into: target) { workspace, b in workspace.gates(t, b) + index * paddedH }
  }

  /// Writes H numbers of every sample, from where they begin.
  private func copy(
    into target: UnsafeMutablePointer<Scalar>, from source: (SequenceWorkspace, Int) -> UnsafeMutablePointer<Scalar>
  ) {
    for (block, rows) in blocks.pieces(of: 0..<B) {
      let part = part(block)
      for b in rows { (target + b * H).update(from: source(part, b), count: H) }
    }
  }
}

/// The result of inference over a sequence: its outputs and last states.
///
/// | Array     | Shape       | Empty when             |
/// |-----------|-------------|------------------------|
/// | `outputs` | `[B, T, H]` | they were not wanted   |
/// | `h`       | `[B, H]`    |                        |
/// | `c`       | `[B, H]`    | the cell has no c      |
public struct SequenceInference<Scalar: RealScalar>: Sendable {
  /// h of every step.
  public let outputs: [Scalar]
  private let workspace: SequenceWorkspace<Scalar>

  init(_ run: (workspace: SequenceWorkspace<Scalar>, outputs: [Scalar])) { (workspace, outputs) = run }

  /// The last hidden state.
  public var h: [Scalar] { lastState { workspace.copyHidden(before: workspace.T, into: $0) } }

  /// The last cell state.
  public var c: [Scalar] {
    workspace.hasCellState ? lastState { workspace.copyCell(before: workspace.T, into: $0) } : []
  }

  private func lastState(_ copy: (UnsafeMutablePointer<Scalar>) -> Void) -> [Scalar] {
    let size = workspace.B * workspace.H
    return [Scalar](unsafeUninitializedCapacity: size) { target, count in
      if let start = target.baseAddress { copy(start) }
      count = size
    }
  }
}
