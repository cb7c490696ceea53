/// The blocks of numbers that a cell computes with. The same for every number type, so each cell has its own once.
///
/// The drivers (`SequenceForward`, `SequenceBackward`, `SequenceWorkspace`) ask the layout and the plan, and never the
/// kind of a cell.
final class CellLayout: Sendable {
  /// G, the blocks of H columns in the kernels.
  let gateCount: Int
  /// Whether there is a cell state c beside h; then the workspace also keeps the activation of c′.
  let hasCellState: Bool
  /// How many blocks of H numbers a step writes into the workspace for the backward pass. The first G are the gates.
  let storedBlocks: Int
  let forward: ForwardLayout
  let backward: BackwardLayout

  init(
    gateCount: Int, hasCellState: Bool = false, storedBlocks: Int, forward: ForwardLayout, backward: BackwardLayout
  ) {
    (self.gateCount, self.hasCellState, self.storedBlocks) = (gateCount, hasCellState, storedBlocks)
    (self.forward, self.backward) = (forward, backward)
  }

  /// The same cell with more stored blocks: what an option needs on the way back.
  func storing(_ more: Int) -> CellLayout {
    CellLayout(
      gateCount: gateCount, hasCellState: hasCellState, storedBlocks: storedBlocks + more, forward: forward,
      backward: backward)
  }
}

/// The forward pass of a cell.
struct ForwardLayout: Sendable {
  /// The sums that a step computes from `[x, 1, h]`, in the order of their panels. The first G are those of the gates.
  var sums: [GateSum]
  /// How many panels are stored side by side, because a step multiplies by them at once; at most `Tile.width` are.
  var bundle: Int
  /// A phase begins when the phase before it has been run for all units.
  var phases = 1
}

/// One block of H sums: `x·K + b + h·R` with the columns of one gate.
struct GateSum: Sendable {
  enum Biases { case both, input, recurrent }

  /// The gate whose columns of the kernels are used.
  var gate: Int
  /// The biases that the sum contains.
  var biases = Biases.both
}

/// The backward pass of a cell, which computes `dz`: the gradients of the sums, in blocks of H columns.
///
/// | Cell              | Blocks of `dz` | Meet K     | Meet R                                   |
/// |-------------------|----------------|------------|------------------------------------------|
/// | simple RNN        | h              | h          | h                                        |
/// | LSTM              | i, f, g, o     | all        | all                                      |
/// | GRU, reset after  | g, z, r, u     | g, z, r    | z, r, u, where u = h·Rg + b′g            |
/// | GRU, reset before | g, z, r        | g, z, r    | z, r; g meets Rg in a product of its own |
///
/// Each matrix meets neighbouring blocks, so that one product is enough.
struct BackwardLayout: Sendable {
  /// How many blocks `dz` has.
  var blockCount: Int
  /// The gates of the kernel that the first blocks belong to.
  var kernelGates: [Int]
  /// The gates of the recurrent kernel that the last blocks belong to.
  var recurrentGates: [Int]
  /// The gate whose recurrent kernel multiplies another vector than h, if there is one.
  var gatedProduct: GatedProduct?
  /// Whether h also reaches h′ directly: `h′ = z ⊙ h + …`. Then the first phase writes that part of dh.
  var keepsHidden = false
  /// Whether the recurrent bias has a gradient of its own; otherwise it is that of the bias.
  var separatesBiases = false
  /// The blocks of `dz` whose sums contain a peephole, in the order of the peepholes.
  var peepholes: [Peephole] = []
  /// A phase begins when the phase before it has been run for all units.
  var phases = 1

  /// The block at which those of `recurrentGates` begin.
  var firstRecurrent: Int { blockCount - recurrentGates.count }
}

/// A product `(r ⊙ h)·Rg`.
struct GatedProduct: Sendable {
  /// The gate whose columns of the recurrent kernel are used.
  var gate: Int
  /// The block of `dz` that holds the gradient of the sum.
  var gradientBlock: Int
  /// The stored block that holds `r ⊙ h`.
  var storedBlock: Int
}

/// A term `p ⊙ c` of a sum.
struct Peephole: Sendable {
  /// The block of `dz` that holds the gradient of the sum.
  var gradientBlock: Int
  /// Whether the gate sees the cell state after the step, c′.
  var seesNext: Bool
}
