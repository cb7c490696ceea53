/// Where a forward pass writes h of every step: rows `[B, T]` of `columns` numbers each, of which it writes H.
///
/// So two directions can write side by side into one tensor.
public struct SequenceOutputs<Scalar: RealScalar>: @unchecked Sendable {
  // Sendable: threads write different rows, or different units of a row.
  let start: UnsafeMutablePointer<Scalar>
  let columns: Int
  let isInOrderOfTime: Bool

  /// - Parameters:
  ///   - start: the first number to write.
  ///   - columns: numbers from one row to the next.
  ///   - isInOrderOfTime: whether the rows of a sequence that is read from its end are in the order of time; otherwise
  ///     in the order of reading.
  public init(start: UnsafeMutablePointer<Scalar>, columns: Int, isInOrderOfTime: Bool = false) {
    (self.start, self.columns, self.isInOrderOfTime) = (start, columns, isInOrderOfTime)
  }

  /// The row of a sample at a place in the order of reading.
  @inline(__always)
  func row(_ sample: Int, _ place: Int, _ workspace: SequenceWorkspace<Scalar>) -> UnsafeMutablePointer<Scalar> {
    let T = workspace.T
    let t = isInOrderOfTime && workspace.goesBackwards ? T - 1 - place : place
    return start + (sample * T + t) * columns
  }
}
