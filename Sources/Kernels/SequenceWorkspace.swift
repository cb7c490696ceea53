/// The memory of a forward pass over a sequence: what its steps computed and the backward pass needs.
///
/// | Part             | Shape                   | Contents                                                    |
/// |------------------|-------------------------|-------------------------------------------------------------|
/// | `inputs`         | `[T + 1, B, D + 1 + H]` | what step t multiplies: x_t, a 1 for the bias, h_{t−1}      |
/// | `gates`          | `[T, B, S, H]`          | the S stored blocks of the cell, its gates first            |
/// | `cells`          | `[T + 1, B, H]`         | c_{t−1} of a cell that has it                               |
/// | `activatedCells` | `[T, B, H]`             | the activation of c_t of the same                           |
///
/// H is padded to a multiple of the vector width here (`paddedH`); the numbers in the padding have no meaning. With a
/// mask, T is the number of used steps of the longest sample, and a step has the rows that ran at the step before it.
///
/// The samples are cut into blocks, all steps of one block together and apart from those of the next: two cores that
/// write neighbouring rows, or read ahead into each other's, take cache lines from each other at every step. `places`
/// tells where a step of a block is.
///
/// Inference needs only the running step and the step before. Then each part has a few places that the steps use in
/// turn, so that they stay in the caches, and only the last state can be read.
public struct SequenceWorkspace<Scalar: RealScalar>: Sendable {
  public let cell: SequenceCell
  public let B: Int
  public let T: Int
  public let D: Int
  public let H: Int
  /// Whether step 0 was the last step of the input.
  public let goesBackwards: Bool
  /// Whether the run began with given states; otherwise with zeros.
  public let hasState: Bool
  /// Where the cell's numbers stand.
  let layout: CellLayout
  /// The used steps, if there is a mask.
  let packed: PackedSteps?
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
  private let activatedCellsStart: Int
  /// Inference has as many places for states as twice the steps that run at a time, and for gates as many.
  private let runningSteps: Int

  /// - Parameters:
  ///   - keepsSteps: whether all steps are kept, or only those that are running.
  ///   - runningSteps: how many steps run at a time, a power of two.
  init(
    _ cell: SequenceCell, _ layout: CellLayout, _ input: SequenceInput<Scalar>, blocks: RowBlocks,
    keepsSteps: Bool, runningSteps: Int
  ) where Scalar: ElementaryScalar {
    self.cell = cell
    self.layout = layout
    (B, T, D, H) = (input.B, input.T, input.D, input.H)
    goesBackwards = input.goesBackwards
    hasState = input.h0 != nil
    self.blocks = blocks
    self.keepsSteps = keepsSteps
    self.runningSteps = runningSteps
    packed = input.mask.map {
      PackedSteps(
        isUsed: $0, B: input.B, T: input.T, goesBackwards: input.goesBackwards,
        repeatsOutput: !input.zeroOutputForMask, blocks: blocks)
    }
    let width = Scalar.Vector.scalarCount
    paddedH = roundedUp(H, to: width)
    inputStart = roundedUp(D + 1, to: width) - (D + 1)
    inputStride = oddLines(inputStart + D + 1 + paddedH, line: width)
    gatesStride = layout.storedBlocks == 0 ? 0 : oddLines(layout.storedBlocks * paddedH, line: width)
    cellStride = layout.hasCellState ? oddLines(paddedH, line: width) : 0
    let (stateRows, stepRows): (Int, Int)
    if !keepsSteps {
      (stateRows, stepRows) = (2 * runningSteps * blocks.greatest, runningSteps * blocks.greatest)
    } else if let packed {
      stateRows = (0..<blocks.count).map { packed.firstRow($0, step: packed.longest + 1) }.max() ?? 0
      stepRows = stateRows
    } else {
      (stateRows, stepRows) = ((T + 1) * blocks.greatest, T * blocks.greatest)
    }
    gatesStart = stateRows * inputStride
    cellsStart = gatesStart + stepRows * gatesStride
    activatedCellsStart = cellsStart + stateRows * cellStride
    let gap = blocks.count > 1 ? 4096 / MemoryLayout<Scalar>.stride : 0
    blockSize = activatedCellsStart + stepRows * cellStride + gap
    memory = AlignedMemory(count: blocks.count * blockSize)
  }

  /// G
  var gateCount: Int { layout.gateCount }
  /// Whether the cell has a state c beside h.
  public var hasCellState: Bool { layout.hasCellState }
  /// How many steps were run.
  var steps: Int { packed?.longest ?? T }

  /// Where a step of a block is.
  @inline(__always)
  func places(_ block: RowBlock, _ t: Int) -> StepPlaces<Scalar> {
    let start = memory.start + block.index * blockSize
    let (state, next, step) = (stateRow(block, t), stateRow(block, t + 1), stepRow(block, t))
    return StepPlaces(
      D: D, paddedH: paddedH, firstRow: block.rows.lowerBound, inputStride: inputStride, gatesStride: gatesStride,
      cellStride: cellStride, inputStart: start + state * inputStride + inputStart,
      nextInputStart: start + next * inputStride + inputStart, gatesStart: start + gatesStart + step * gatesStride,
      cellStart: start + cellsStart + state * cellStride, nextCellStart: start + cellsStart + next * cellStride,
      activatedCellStart: start + activatedCellsStart + step * cellStride)
  }

  /// The first row of the states before step `t`.
  @inline(__always)
  func stateRow(_ block: RowBlock, _ t: Int) -> Int {
    if !keepsSteps { return (t & (2 * runningSteps - 1)) * block.rows.count }
    guard let packed else { return t * block.rows.count }
    return packed.firstRow(block.index, step: min(t, packed.longest + 1))
  }

  /// The first row of what is computed within step `t`.
  @inline(__always)
  private func stepRow(_ block: RowBlock, _ t: Int) -> Int {
    keepsSteps ? stateRow(block, t) : (t & (runningSteps - 1)) * block.rows.count
  }

  /// Those of `rows`, which lie in one block, that run at step `t`.
  @inline(__always)
  func running(_ rows: Range<Int>, _ t: Int) -> Range<Int> { packed?.running(rows, step: t) ?? rows }

  /// The sample of a row.
  @inline(__always)
  func sample(_ row: Int) -> Int { packed?.samples[row] ?? row }

  /// How many steps a row has run.
  func length(_ row: Int) -> Int { packed?.lengths[row] ?? T }

  /// The row of a row's step `t` in the input's order, `[B, T]`.
  @inline(__always)
  func place(_ row: Int, _ t: Int) -> Int {
    let (sample, place) = (sample(row), packed?.place(row, step: t) ?? t)
    return sample * T + (goesBackwards ? T - 1 - place : place)
  }
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

  subscript(index: Int) -> RowBlock { RowBlock(index: index, rows: (0..<rows).part(index, of: count)) }

  /// Samples of the largest block.
  var greatest: Int { (rows + count - 1) / count }

  /// The block of a row.
  func block(of row: Int) -> RowBlock {
    (0..<count).lazy.map { self[$0] }.first { $0.rows.contains(row) } ?? self[0]
  }

  /// What of each block lies in `range`, nothing left out but what is empty.
  func pieces(of range: Range<Int>) -> [(block: RowBlock, rows: Range<Int>)] {
    (0..<count).compactMap { index in
      let rows = self[index].rows.clamped(to: range)
      return rows.isEmpty ? nil : (self[index], rows)
    }
  }
}

/// A block of samples.
struct RowBlock: Sendable {
  let index: Int
  let rows: Range<Int>
}
