import Training

/// One long text cut into B rows of equal length, read side by side in blocks of some steps.
///
///     text   w_0 w_1 w_2 …          row b   w_{bL} … w_{bL+L−1}          L = ⌊length / B⌋
///     block k   inputs w at kT … kT+T−1 of every row,   targets the word after each input
///
/// Row b of a block goes on where row b of the block before it ended, so a state can be carried from block to block.
/// The last block of a row may be shorter; words that do not fill a row are left out.
public struct WordRows: Equatable, Sendable {
  /// B rows of L words.
  public let rows: [[Int]]

  /// - Throws: `ShapeError` when the text has fewer than 2 words a row.
  public init(_ text: some Collection<Int>, rows B: Int) throws {
    let L = text.count / max(B, 1)
    guard B > 0, L > 1 else {
      throw ShapeError("text for \(B) rows", expected: "at least \(2 * max(B, 1)) words", received: [text.count])
    }
    let words = Array(text.prefix(B * L))
    rows = (0..<B).map { Array(words[$0 * L..<($0 + 1) * L]) }
  }

  /// How many words a row has that are predicted: all but the first.
  public var length: Int { rows[0].count - 1 }
  /// How many words are predicted in all.
  public var targetCount: Int { rows.count * length }

  /// How many blocks of so many steps there are.
  public func blockCount(steps T: Int) -> Int { (length + T - 1) / T }

  /// The inputs of a block and their targets, one step later.
  public func block(_ k: Int, steps T: Int) -> (inputs: Indices, targets: Labels) {
    let places = k * T..<min((k + 1) * T, length)
    return (
      Indices(rows.map { Array($0[places]) }),
      Labels(rows.map { Array($0[places.lowerBound + 1..<places.upperBound + 1]) })
    )
  }
}
