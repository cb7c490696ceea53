/// A mask as the kernels run it: the used steps of each sample one after the other, as if the others were not there.
///
/// | Property   | What it is                                                                                    |
/// |------------|-----------------------------------------------------------------------------------------------|
/// | row        | a place in the workspace; within a block of rows, a sample with more used steps comes first   |
/// | step       | the k-th used step of a row                                                                   |
/// | place      | a step of the input in the order of reading, used or not                                      |
///
/// So the rows that still run at a step are the first rows of their block, and every step works on whole tiles of rows
/// that need it. PyTorch calls that a packed sequence; here any step may be masked.
final class PackedSteps: Sendable {
  /// The sample of each row.
  let samples: [Int]
  /// How many steps of each row are used.
  let lengths: [Int]
  /// Used steps of the longest row.
  let longest: Int
  /// The row of each sample.
  private let rows: [Int]
  /// T
  private let T: Int
  /// Whether a place that is not used shows the output before it; otherwise zero.
  private let repeatsOutput: Bool
  /// For each row the places of its used steps, and T behind the last: `[B, T + 1]`.
  private let places: [Int]
  /// For each block, where the rows of a step begin: 0 …, and the number of all rows at last. The rows of step k are
  /// those that ran at step k − 1, since a step finds there what the step before it wrote.
  private let firstRows: [[Int]]

  /// - Parameter isUsed: `[B, T]`, in the order of the input.
  init(
    isUsed: [Bool], B: Int, T: Int, goesBackwards: Bool, repeatsOutput: Bool, blocks: RowBlocks
  ) {
    self.T = T
    self.repeatsOutput = repeatsOutput
    let used = (0..<B).map { b in
      (0..<T).filter { isUsed[b * T + (goesBackwards ? T - 1 - $0 : $0)] }
    }
    let samples = Self.deal((0..<B).sorted { (-used[$0].count, $0) < (-used[$1].count, $1) }, to: blocks)
    let lengths = samples.map { used[$0].count }
    let longest = lengths.max() ?? 0
    var rows = [Int](repeating: 0, count: B)
    for (row, sample) in samples.enumerated() { rows[sample] = row }
    places = samples.flatMap { used[$0] + [Int](repeating: T, count: T + 1 - used[$0].count) }
    firstRows = (0..<blocks.count).map { block in
      let own = blocks[block].rows
      var starts = [0, own.count]
      for step in 0..<longest { starts.append(starts[step + 1] + lengths[own].count { $0 > step }) }
      return starts
    }
    (self.samples, self.lengths, self.longest, self.rows) = (samples, lengths, longest, rows)
  }

  /// The samples in the order of the rows: dealt to the blocks in turn, so that all blocks have about the same work.
  private static func deal(_ samples: [Int], to blocks: RowBlocks) -> [Int] {
    var hands = [[Int]](repeating: [], count: blocks.count)
    var turn = 0
    for sample in samples {
      // To and fro: 0, 1, 2, 2, 1, 0, 0, …
      func block(_ turn: Int) -> Int {
        let place = turn % (2 * blocks.count)
        return place < blocks.count ? place : 2 * blocks.count - 1 - place
      }
      while hands[block(turn)].count == blocks[block(turn)].rows.count { turn += 1 }
      hands[block(turn)].append(sample)
      turn += 1
    }
    return hands.flatMap { $0 }
  }

  /// Where the rows of a step begin in a block.
  func firstRow(_ block: Int, step: Int) -> Int { firstRows[block][step] }

  /// Those of `rows`, which lie in one block, that run at a step.
  func running(_ rows: Range<Int>, step: Int) -> Range<Int> {
    var end = rows.upperBound
    while end > rows.lowerBound && lengths[end - 1] <= step { end -= 1 }
    return rows.lowerBound..<end
  }

  /// The place of a row's step; T behind its last.
  func place(_ row: Int, step: Int) -> Int { places[row * (T + 1) + step] }

  /// The places that show the output of a row's step.
  func outputPlaces(_ row: Int, step: Int) -> Range<Int> {
    let place = place(row, step: step)
    return place..<(repeatsOutput ? self.place(row, step: step + 1) : place + 1)
  }

  /// The places of a row that show zero.
  func emptyPlaces(_ row: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var end = 0
    for step in 0..<lengths[row] {
      ranges.append(end..<place(row, step: step))
      end = outputPlaces(row, step: step).upperBound
    }
    return (ranges + [end..<T]).filter { !$0.isEmpty }
  }

  /// Whether the last place shows the last state of a row.
  func showsLastState(_ row: Int) -> Bool {
    lengths[row] > 0 && outputPlaces(row, step: lengths[row] - 1).upperBound == T
  }

  /// The row of a sample, and how many of its steps before a place are used.
  func step(of sample: Int, before place: Int) -> (row: Int, step: Int) {
    let row = rows[sample]
    let start = row * (T + 1)
    return (row, places[start..<start + lengths[row]].count { $0 < place })
  }

  /// Whether a sample uses a place.
  func uses(_ sample: Int, _ place: Int) -> Bool {
    let (row, step) = step(of: sample, before: place)
    return step < lengths[row] && self.place(row, step: step) == place
  }
}
