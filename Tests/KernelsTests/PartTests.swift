import Support
import Synchronization
import Testing

@testable import Kernels

/// How counts are cut, rounded and shared, number by number.
@Suite struct PartTests {
  @Test func countsAreRounded() {
    expectEqual([0, 1, 7, 8, 9, 16, 17].map { roundedUp($0, to: 8) }, [0, 8, 8, 8, 16, 16, 24])
    // An odd number of lines.
    expectEqual([0, 1, 8, 9, 16, 17, 24, 25, 40].map { oddLines($0, line: 8) }, [8, 8, 8, 24, 24, 24, 24, 40, 40])
  }

  @Test func rangesAreCutInNearlyEqualParts() {
    expectEqual((0..<3).map { (2..<12).part($0, of: 3) }, [2..<5, 5..<8, 8..<12])
    expectEqual((0..<2).map { (5..<5).part($0, of: 2) }, [5..<5, 5..<5])
    expectEqual(Array((3..<17).pieces(of: 5)), [3..<5, 5..<10, 10..<15, 15..<17])
    expect(Array((5..<10).pieces(of: 5)) == [5..<10] && Array((6..<7).pieces(of: 5)) == [6..<7])
    expect(Array((0..<0).pieces(of: 5)).allSatisfy { $0.isEmpty })
  }

  /// Ten columns in bundles of four, three rows: 0 … 11 of the first bundle, 12 … 23, and two columns more.
  @Test func bundlesLieOneBehindTheOther() {
    let bundles = Bundles(columns: 10, width: 4, rows: 3)
    expectEqual((0..<10).map { bundles.stride($0) }, [4, 4, 4, 4, 4, 4, 4, 4, 2, 2])
    let places = (0..<3).map { row in (0..<10).map { bundles.offset($0, row: row) } }
    expectEqual(places[0], [0, 1, 2, 3, 12, 13, 14, 15, 24, 25])
    expectEqual(places[1], [4, 5, 6, 7, 16, 17, 18, 19, 26, 27])
    expectEqual(places[2], [8, 9, 10, 11, 20, 21, 22, 23, 28, 29])
  }

  @Test func tilesAreNearlyEquallyHigh() {
    expect(Tile.height == 6 && [0, 1, 6, 7, 12, 13].map { Tile.count($0) } == [0, 1, 1, 2, 2, 3])
    expectEqual((0..<3).map { Tile.rows($0, of: 3, in: 14) }, [0..<5, 5..<10, 10..<14])
    expectEqual((0..<3).map { Tile.rows($0, of: 3, in: 13) }, [0..<5, 5..<9, 9..<13])
  }

  @Test func rowsGoThroughTheStepsInGroups() {
    expectEqual(rowsOfGroup, 66)
    expect(Array(groups(3..<69)) == [3..<69] && Array(groups(3..<70)) == [3..<36, 36..<70])
    expect(Array(groups(4..<4)).isEmpty && Array(groups(0..<133)) == [0..<44, 44..<88, 88..<133])
  }

  @Test func blocksKnowTheirRows() {
    let blocks = RowBlocks(rows: 133, most: 66)
    expect(blocks.count == 3 && blocks.greatest == 45 && blocks[1].rows == 44..<88 && blocks[1].index == 1)
    expect(blocks.block(of: 43).index == 0 && blocks.block(of: 44).index == 1 && blocks.block(of: 132).index == 2)
    expectEqual(blocks.block(of: 500).index, 0)
    expect(RowBlocks(whole: 133).count == 1 && RowBlocks(whole: 133)[0].rows == 0..<133)
    expect(RowBlocks(rows: 12, most: 66).count == 2 && RowBlocks(rows: 11, most: 66).count == 1)
  }

  /// Weights of one megabyte and of one number more; 128 units and 127.
  @Test func largeWeightsAreSharedByUnits() {
    func weights(_ kernel: Int, _ recurrent: Int) -> SequenceWeights<Double> {
      SequenceWeights(
        kernel: Array(repeating: 0, count: kernel), recurrentKernel: Array(repeating: 0, count: recurrent), bias: nil,
        recurrentBias: nil)
    }
    let limit = (1 << 20) / 8
    expect(!weights(limit - 9, 9).areShared(H: 128) && weights(limit - 9, 10).areShared(H: 128))
    expect(weights(9, limit).areShared(H: 129) && !weights(9, limit).areShared(H: 127))
  }

  // MARK: Values

  @Test func cellsSayWhatTheyAre() {
    expectEqual(RecurrentKind.all, [.simpleRNN, .lstm, .gru(resetAfter: true), .gru(resetAfter: false)])
    expectEqual(RecurrentKind.all.map(\.gateCount), [1, 4, 3, 3])
    expectEqual(RecurrentKind.all.map(\.layout.storedBlocks), [0, 4, 4, 4])
    expectEqual(RecurrentKind.all.map(\.layout.hasCellState), [false, true, false, false])
    expect(SequenceCell(.lstm).isComputable && SequenceCell(.lstm, activation: .relu).isComputable)
    expect(!SequenceCell(.lstm, activation: .softmax).isComputable)
    expect(!SequenceCell(.lstm, recurrentActivation: .softmax).isComputable)
    expect(!SequenceCell(.lstm, outputActivation: .softmax).isComputable)
    expect(WantedGradients.input.rawValue == 1 && WantedGradients.initialState.rawValue == 2)
    expectEqual(Activation.kerasHardSigmoid, .hardSigmoid(alpha: 1.0 / 6, beta: 0.5))
    expectEqual(Activation.keras2HardSigmoid, .hardSigmoid(alpha: 0.2, beta: 0.5))
    expect(FreedMemory.mostBytes == 201_326_592 && Threads.worthSharing == 1_000_000)
  }

  /// What a clip keeps beside the gates, and which options make a cell another one.
  @Test func optionsChangeTheLayout() {
    func blocks(_ cell: SequenceCell) -> Int { (cell.steps(nil) as CellSteps<Float>).layout.storedBlocks }
    for (kind, plain) in zip(RecurrentKind.all, [0, 4, 4, 4]) {
      expect(blocks(SequenceCell(kind)) == plain && blocks(SequenceCell(kind, clip: 1)) == plain + 1)
      expectEqual(blocks(SequenceCell(kind, activation: .relu)), plain)
      expect(blocks(SequenceCell(kind, cellClip: 2)) == (kind == .lstm ? 5 : plain))
      expectEqual(blocks(SequenceCell(kind, inputForget: true)), plain)
    }
  }

  @Test func theFastestLoopHasASpeed() {
    let speed = PeakSpeed.gigaflops()
    expect(speed.isFinite && speed > 0.1)
  }

  // MARK: Refusals

  @Test(.lane(.exits)) func arraysOfOtherShapesEndTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = SequenceInput<Float>(B: 2, T: 3, D: 1, H: 1, x: [1, 2, 3, 4, 5]) }
    await #expect(processExitsWith: .failure) {
      _ = SequenceInput<Float>(B: 1, T: 2, D: 1, H: 2, x: [1, 2], h0: [1])
    }
    await #expect(processExitsWith: .failure) {
      _ = SequenceInput<Float>(B: 1, T: 2, D: 1, H: 2, x: [1, 2], c0: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) {
      _ = SequenceInput<Float>(B: 1, T: 2, D: 1, H: 2, x: [1, 2], mask: [true])
    }
    await #expect(processExitsWith: .failure) {
      let weights = SequenceWeights<Float>(kernel: [1, 2], recurrentKernel: [3], bias: nil, recurrentBias: nil)
      _ = Float.kernels.pack(SequenceCell(.simpleRNN), weights, D: 1, H: 1)
    }
    await #expect(processExitsWith: .failure) {
      let weights = SequenceWeights<Float>(kernel: [1], recurrentKernel: [3, 4], bias: nil, recurrentBias: nil)
      _ = Float.kernels.pack(SequenceCell(.simpleRNN), weights, D: 1, H: 1)
    }
  }

  /// A simple network stores no block and has no c; an LSTM has blocks 0 … 3.
  @Test(.lane(.exits)) func whatARunDoesNotKeepEndsTheProgram() async {
    await #expect(processExitsWith: .failure) { read(block: -1, of: .lstm) }
    await #expect(processExitsWith: .failure) { read(block: 4, of: .lstm) }
    await #expect(processExitsWith: .failure) { readCell(of: .gru(resetAfter: true)) }
  }
}

private func read(block: Int, of kind: RecurrentKind) {
  var numbers = [Float](repeating: 0, count: 13)
  SampleSequence<Float>(kind, (1, 1, 1, 13)).run(SampleSequence.Variant.all[0]).workspace
    .copyGate(block, step: 0, into: &numbers)
}

private func readCell(of kind: RecurrentKind) {
  var numbers = [Float](repeating: 0, count: 13)
  SampleSequence<Float>(kind, (1, 1, 1, 13)).run(SampleSequence.Variant.all[0]).workspace
    .copyCell(before: 0, into: &numbers)
}

/// Parts of a job on threads: what each gets.
@Suite(.serialized, .lane(.threads))
struct SharingTests {
  /// The ranges of a job on so many threads, in their order.
  private func parts(_ count: Int, unit: Int, work: Int, threads: Int) -> [Range<Int>] {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = threads
    let found = Mutex<[Range<Int>]>([])
    Threads.share(count, unit: unit, work: work) { range in found.withLock { $0.append(range) } }
    return found.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
  }

  @Test func workIsCutAtMultiplesOfItsUnit() {
    expectEqual(parts(100, unit: 8, work: 999_999, threads: 3), [0..<100])
    expectEqual(parts(100, unit: 8, work: 1_000_000, threads: 3), [0..<32, 32..<64, 64..<100])
    expectEqual(parts(100, unit: 8, work: .max, threads: 1), [0..<100])
    expectEqual(parts(17, unit: 8, work: .max, threads: 5), [0..<8, 8..<16, 16..<17])
    expect(
      parts(8, unit: 8, work: .max, threads: 2) == [0..<8] && parts(0, unit: 8, work: .max, threads: 2) == [0..<0])
  }

  @Test func thereIsAlwaysAThread() {
    let before = Threads.count
    defer { Threads.count = before }
    for (set, read) in [(0, 1), (-3, 1), (1, 1), (4, 4)] {
      Threads.count = set
      expectEqual(Threads.count, read)
    }
  }

  /// Pieces of 1024 within the parts; by default a number costs as much as 16 multiply-adds.
  @Test func numbersAreWorkedOnInPieces() {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 2
    func pieces(_ count: Int, cost: Int? = nil) -> [Range<Int>] {
      let found = Mutex<[Range<Int>]>([])
      func add(_ range: Range<Int>) { found.withLock { $0.append(range) } }
      if let cost { Threads.shareNumbers(count, cost: cost, add) } else { Threads.shareNumbers(count, add) }
      return found.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
    }
    expect(pieces(2500) == [0..<1024, 1024..<2048, 2048..<2500] && pieces(0).isEmpty)
    // Whether it is shared shows in nothing but the order: on one thread pieces come in theirs.
    expectEqual(pieces(3000, cost: 1000), [0..<1024, 1024..<2048, 2048..<3000])
  }

  @Test(arguments: [(2, Int.max), (2, 999_999), (1, Int.max), (3, Int.max)])
  func bothBodiesRunAndGiveTheirResults(threads: Int, work: Int) {
    struct Stop: Error, Equatable { let number: Int }
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = threads
    let (a, b) = Threads.both(work: work) {
      "first"
    } _: {
      2
    }
    expect(a == "first" && b == 2)
    #expect(throws: Stop(number: 1)) {
      try Threads.both(work: work) {
        throw Stop(number: 1)
      } _: {
        2
      }
    }
    #expect(throws: Stop(number: 2)) {
      try Threads.both(work: work) {
        1
      } _: {
        throw Stop(number: 2)
      }
    }
    #expect(throws: Stop(number: 1)) {
      try Threads.both(work: work) {
        throw Stop(number: 1)
      } _: {
        throw Stop(number: 2)
      }
    }
  }
}
