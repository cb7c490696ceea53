// What a run computed, read sample by sample.

extension SequenceWorkspace {
  /// Writes h before step `t` of the input, in the order of reading, `[B, H]`: the initial state at 0, the last one at
  /// T. A step that is not used leaves the state as it is.
  public func copyHidden(before t: Int, into target: UnsafeMutablePointer<Scalar>) {
    copyStates(before: t, into: target) { places, row in places.hidden(row) }
  }

  /// Writes c before step `t`, `[B, H]`, likewise. Traps when the cell has no c.
  public func copyCell(before t: Int, into target: UnsafeMutablePointer<Scalar>) {
    precondition(hasCellState, "the cell has no state c")
    copyStates(before: t, into: target) { places, row in places.cell(row) }
  }

  /// Writes the last output, `[B, H]`: the last h, but zero where a mask shows no output at the last step.
  public func copyLastOutput(into target: UnsafeMutablePointer<Scalar>) {
    copyHidden(before: T, into: target)
    for b in 0..<B where !showsLastState(b) { (target + b * H).update(repeating: 0, count: H) }
  }

  /// Whether the last output of a sample is its last h.
  public func showsLastState(_ sample: Int) -> Bool {
    packed.map { $0.showsLastState($0.step(of: sample, before: T).row) } ?? true
  }

  /// Writes stored block `index` at step `t`, `[B, H]`; zero where the step is not used. The first G are the gates
  /// after their activations: i, f, g, o of an LSTM; z, r, g of a GRU, whose block 3 is `h·Rg + b′g`, or `r ⊙ h` in the
  /// reset-before variant. Traps when there is no such block.
  public func copyGate(_ index: Int, step t: Int, into target: UnsafeMutablePointer<Scalar>) {
    precondition(
      (0..<layout.storedBlocks).contains(index), "block \(index) of \(layout.storedBlocks) stored blocks")
    for b in 0..<B {
      let (row, step) = packed?.step(of: b, before: t) ?? (b, t)
      if let packed, !packed.uses(b, t) {
        (target + b * H).update(repeating: 0, count: H)
      } else {
        let places = places(blocks.block(of: row), step)
        (target + b * H).update(from: places.gates(row, block: index), count: H)
      }
    }
  }

  /// Writes H numbers of every sample, from where they begin.
  private func copyStates(
    before t: Int, into target: UnsafeMutablePointer<Scalar>,
    from source: (StepPlaces<Scalar>, _ row: Int) -> UnsafeMutablePointer<Scalar>
  ) {
    guard packed != nil else {
      for block in 0..<blocks.count {
        let places = places(blocks[block], t)
        for b in blocks[block].rows { (target + b * H).update(from: source(places, b), count: H) }
      }
      return
    }
    for b in 0..<B {
      let (row, step) = packed?.step(of: b, before: t) ?? (b, t)
      (target + b * H).update(from: source(places(blocks.block(of: row), step), row), count: H)
    }
  }
}

/// The result of inference over a sequence: its last states, and its last output.
///
/// | Array        | Shape       | Empty when             |
/// |--------------|-------------|------------------------|
/// | `h`          | `[B, H]`    |                        |
/// | `c`          | `[B, H]`    | the cell has no c      |
/// | `lastOutput` | `[B, H]`    |                        |
public struct SequenceInference<Scalar: RealScalar>: Sendable {
  private let workspace: SequenceWorkspace<Scalar>

  init(_ workspace: SequenceWorkspace<Scalar>) { self.workspace = workspace }

  /// The last hidden state.
  public var h: [Scalar] { numbers { workspace.copyHidden(before: workspace.T, into: $0) } }

  /// The last cell state.
  public var c: [Scalar] {
    workspace.hasCellState ? numbers { workspace.copyCell(before: workspace.T, into: $0) } : []
  }

  /// The output of the last step: `h`, but for a mask.
  public var lastOutput: [Scalar] { numbers { workspace.copyLastOutput(into: $0) } }

  private func numbers(_ copy: (UnsafeMutablePointer<Scalar>) -> Void) -> [Scalar] {
    let size = workspace.B * workspace.H
    return [Scalar](unsafeUninitializedCapacity: size) { target, count in
      if let start = target.baseAddress { copy(start) }
      count = size
    }
  }
}
