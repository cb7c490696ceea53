/// A recurrent cell as the drivers of whole sequences see it: its blocks of numbers and its steps.
///
/// `SequenceForward`, `SequenceBackward`, `SequenceWorkspace` and `Plain.runSequence` ask the plan and never the kind
/// of a cell. A class, since every run holds it and a copy of its arrays would cost a small layer some percent.
final class CellPlan<Scalar: ElementaryScalar>: Sendable {
  /// One step of one sample by loops over the units: h′ and c′ from the step's operands and c.
  typealias PlainStep = @Sendable (_ step: Plain.Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar])

  /// G, the blocks of H columns in the kernels.
  let gateCount: Int
  /// Whether there is a cell state c beside h; then the workspace also keeps tanh c′.
  let hasCellState: Bool
  /// How many blocks of H numbers a step writes into the workspace for the backward pass. The first G are the gates.
  let storedBlocks: Int
  let forward: ForwardPlan<Scalar>
  let backward: BackwardPlan<Scalar>
  let plainStep: PlainStep

  init(
    gateCount: Int, hasCellState: Bool = false, storedBlocks: Int, forward: ForwardPlan<Scalar>,
    backward: BackwardPlan<Scalar>, plainStep: @escaping PlainStep
  ) {
    (self.gateCount, self.hasCellState, self.storedBlocks) = (gateCount, hasCellState, storedBlocks)
    (self.forward, self.backward, self.plainStep) = (forward, backward, plainStep)
  }
}

/// The forward pass of a cell.
struct ForwardPlan<Scalar: ElementaryScalar>: Sendable {
  /// One phase of step t for some rows of the batch and some units; `sums` is memory for the sums of one vector of
  /// units.
  typealias Phase =
    @Sendable (
      _ run: SequenceForward<Scalar>, _ t: Int, _ rows: Range<Int>, _ units: Range<Int>,
      _ sums: UnsafeMutablePointer<Scalar>
    ) -> Void

  /// The sums that a step computes from `[x, 1, h]`, in the order of their panels. The first G are those of the gates.
  var sums: [GateSum]
  /// How many panels are stored side by side, because a step multiplies by them at once; at most `Tile.width` are.
  var bundle: Int
  /// A phase begins when the phase before it has been run for all units.
  var phases: [Phase]
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
struct BackwardPlan<Scalar: ElementaryScalar>: Sendable {
  /// One phase of step t for some rows of the batch and some units.
  typealias Phase =
    @Sendable (
      _ run: SequenceBackward<Scalar>, _ t: Int, _ rows: Range<Int>, _ units: Range<Int>,
      _ gradients: StepGradients<Scalar>
    ) -> Void

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
  /// A phase begins when the phase before it has been run for all units.
  var phases: [Phase]

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
