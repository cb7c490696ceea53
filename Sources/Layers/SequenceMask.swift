/// Which steps of which samples are used: `[B, T]`, true for a step that is used.
public struct SequenceMask: Equatable, Sendable {
  public let batchSize: Int
  public let steps: Int
  public var isUsed: [Bool]

  public init(batchSize: Int, steps: Int, isUsed: [Bool]) {
    precondition(
      isUsed.count == batchSize * steps, "a mask of \(batchSize)×\(steps) needs that many entries, not \(isUsed.count)")
    self.batchSize = batchSize
    self.steps = steps
    self.isUsed = isUsed
  }

  /// The first `lengths[b]` steps of sample `b` are used.
  public init(lengths: [Int], steps: Int) {
    self.init(
      batchSize: lengths.count, steps: steps, isUsed: lengths.flatMap { length in (0..<steps).map { $0 < length } })
  }

  public subscript(sample: Int, step: Int) -> Bool { isUsed[sample * steps + step] }

  /// Column `t`: which samples use that step.
  public func step(_ t: Int) -> [Bool] { (0..<batchSize).map { self[$0, t] } }

  /// The mask of the sequence read from its end.
  public var timeReversed: SequenceMask {
    let reversed = (0..<batchSize).flatMap { b in (0..<steps).reversed().map { self[b, $0] } }
    return SequenceMask(batchSize: batchSize, steps: steps, isUsed: reversed)
  }
}

extension Tensor {
  /// Rows of `self` where `choose` holds, rows of `other` elsewhere.
  func rows(where choose: [Bool], otherwise other: Tensor) -> Tensor {
    var result = other
    let width = columns
    for (row, chosen) in choose.enumerated() where chosen {
      let cells = row * width..<(row + 1) * width
      result.scalars.replaceSubrange(cells, with: scalars[cells])
    }
    return result
  }
}
