/// Everything that running a sequence computed and going back through it needs.
///
/// | Part        | Shape                 | What it is                                                       |
/// |-------------|-----------------------|------------------------------------------------------------------|
/// | `inputs`    | `[T + 1, B, D + 1 + H]` | what step t multiplies: x_t, a 1 for the bias, h_{t−1}         |
/// | `gates`     | `[T, B, 4, H]`        | LSTM: i, f, g, o; GRU: z, r, g and what meets r; none of a simple RNN |
/// | `cells`     | `[T + 1, B, H]`       | LSTM: c_{t−1}                                                    |
/// | `tanhCells` | `[T, B, H]`           | LSTM: tanh c_t                                                   |
///
/// H is padded to a multiple of the vector width here (`paddedH`); what stands in the padding has no meaning.
///
/// A prediction needs no step but the running one and the one before: then each part has a few places that the steps take in
/// turn, so that they stay in the caches, and only the last state can be read.
public struct SequenceRecord<Scalar: RealScalar>: Sendable {
  public let kind: RecurrentKind
  public let B: Int
  public let T: Int
  public let D: Int
  public let H: Int
  /// Whether step 0 was the last one of the input.
  public let goesBackwards: Bool
  /// Whether the run began with a state; otherwise with zeros.
  public let hasState: Bool
  let paddedH: Int
  /// Numbers from one sample's `gates` to the next one's: a vector more than needed, since rows that lie a multiple of 4 KiB apart
  /// would take each other's place in the first-level cache.
  let gatesStride: Int
  private let memory: AlignedMemory<Scalar>
  private let gatesStart: Int
  private let cellsStart: Int
  private let tanhCellsStart: Int
  /// `t & mask` is the place of step t: of those before or after a step, and of those within one.
  private let stateMask: Int
  private let stepMask: Int

  /// - Parameters:
  ///   - keepsSteps: whether all steps are kept, or only those that are running.
  ///   - runningSteps: how many steps run at a time, a power of two.
  init(
    _ kind: RecurrentKind, _ input: SequenceInput<Scalar>, keepsSteps: Bool, runningSteps: Int
  ) where Scalar: VectorScalar {
    self.kind = kind
    (B, T, D, H) = (input.B, input.T, input.D, input.H)
    goesBackwards = input.goesBackwards
    hasState = input.h0 != nil
    paddedH = roundedUp(H, to: Scalar.Vector.scalarCount)
    gatesStride = kind == .simpleRNN ? 0 : 4 * paddedH + Scalar.Vector.scalarCount
    let cellCount = kind == .lstm ? 1 : 0
    let stateCount = keepsSteps ? T + 1 : 2 * runningSteps
    let stepCount = keepsSteps ? T : runningSteps
    stateMask = keepsSteps ? .max : stateCount - 1
    stepMask = keepsSteps ? .max : stepCount - 1
    gatesStart = roundedUp(stateCount * B * (D + 1 + paddedH), to: 16)
    cellsStart = gatesStart + stepCount * B * gatesStride
    tanhCellsStart = cellsStart + cellCount * stateCount * B * paddedH
    memory = AlignedMemory(count: tanhCellsStart + cellCount * stepCount * B * paddedH)
  }

  /// Numbers from one sample's `inputs` to the next one's.
  var inputStride: Int { D + 1 + paddedH }

  /// What step `t` multiplies for sample `b`; at `t = T` only its hidden state has been written.
  @inline(__always)
  func inputs(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + ((t & stateMask) * B + b) * inputStride
  }

  /// h before step `t`: the initial state at 0, the last one at T.
  @inline(__always)
  func hidden(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> { inputs(t, b) + D + 1 }

  /// The gates of sample `b` at step `t`, side by side, each `paddedH` long.
  @inline(__always)
  func gates(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + gatesStart + ((t & stepMask) * B + b) * gatesStride
  }

  /// c before step `t`: the initial state at 0, the last one at T.
  @inline(__always)
  func cell(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + cellsStart + ((t & stateMask) * B + b) * paddedH
  }

  /// The row of sample `b` and step `t` in a sequence that lies as the input did, `[B, T]`.
  func place(_ b: Int, _ t: Int) -> Int { b * T + (goesBackwards ? T - 1 - t : t) }

  @inline(__always)
  func tanhCell(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Scalar> {
    memory.start + tanhCellsStart + ((t & stepMask) * B + b) * paddedH
  }
}

// MARK: What others may see

extension SequenceRecord {
  /// Writes h before step `t`, `[B, H]`: the initial state at 0, the last one at T.
  public func copyHidden(before t: Int, into target: UnsafeMutablePointer<Scalar>) {
    for b in 0..<B { (target + b * H).update(from: hidden(t, b), count: H) }
  }

  /// Writes c before step `t` of an LSTM, `[B, H]`: the initial state at 0, the last one at T.
  public func copyCell(before t: Int, into target: UnsafeMutablePointer<Scalar>) {
    precondition(kind == .lstm, "only an LSTM has a cell state")
    for b in 0..<B { (target + b * H).update(from: cell(t, b), count: H) }
  }

  /// Writes gate `index` after its activation at step `t`, `[B, H]`: i, f, g, o of an LSTM; z, r, g of a GRU, and at index 3
  /// what meets r: `h·Rg + b′g`, or `r ⊙ h` when the reset gate comes first.
  public func copyGate(_ index: Int, step t: Int, into target: UnsafeMutablePointer<Scalar>) {
    precondition(kind != .simpleRNN, "a simple recurrent network has no gates")
    for b in 0..<B { (target + b * H).update(from: gates(t, b) + index * paddedH, count: H) }
  }
}

/// What running a sequence gives to one who will not go back through it.
///
/// | Array     | Shape       | When it is empty              |
/// |-----------|-------------|-------------------------------|
/// | `outputs` | `[B, T, H]` | not wanted                    |
/// | `h`       | `[B, H]`    |                               |
/// | `c`       | `[B, H]`    | all cells but an LSTM         |
public struct SequencePrediction<Scalar: RealScalar>: Sendable {
  public let outputs: [Scalar]
  private let record: SequenceRecord<Scalar>

  init(_ run: (record: SequenceRecord<Scalar>, outputs: [Scalar])) { (record, outputs) = run }

  public var h: [Scalar] { lastState { record.copyHidden(before: record.T, into: $0) } }

  public var c: [Scalar] {
    record.kind == .lstm ? lastState { record.copyCell(before: record.T, into: $0) } : []
  }

  private func lastState(_ copy: (UnsafeMutablePointer<Scalar>) -> Void) -> [Scalar] {
    let size = record.B * record.H
    return [Scalar](unsafeUninitializedCapacity: size) { target, count in
      if let start = target.baseAddress { copy(start) }
      count = size
    }
  }
}

/// The least multiple of `unit` that is not below `count`.
@inline(__always)
func roundedUp(_ count: Int, to unit: Int) -> Int { (count + unit - 1) / unit * unit }
