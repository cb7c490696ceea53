import Support
import Testing

@testable import Training

@Suite struct BucketTests {
  private let sentences = [[4, 1, 5], [7], [1, 2, 3, 4, 5], [9, 8], [6, 6, 6], [3]]

  @Test func everySequenceGoesIntoTheSmallestBucketThatHoldsIt() throws {
    let batches = try Buckets([5, 3, 3], batchSize: 2).batches(of: sentences)
    expectEqual(batches.map(\.steps), [3, 3, 3, 5])
    expectEqual(batches.map(\.numbers), [[0, 1], [3, 4], [5], [2]])
    expectEqual(batches[0].rows, [[4, 1, 5], [7, 0, 0]])
    expect(batches[1].x(Double.self).scalars == [9, 8, 0, 6, 6, 6] && batches[1].lengths == [2, 3])
    expectEqual(batches[1].mask.isUsed, [true, true, false, true, true, true])
  }

  @Test func whatNoBucketTakesIsNamed() throws {
    let buckets = try Buckets([2, 4], batchSize: 3)
    #expect(throws: BucketError(expected: "sequence 2 to have 1 to 4 steps", received: "5")) {
      try buckets.batches(of: sentences.map { $0 })
    }
    #expect(throws: BucketError(expected: "sequence 0 to have 1 to 4 steps", received: "0")) {
      try buckets.batches(of: [[]])
    }
    #expect(throws: BucketError.self) { try Buckets([], batchSize: 1) }
    #expect(throws: BucketError.self) { try Buckets([0, 3], batchSize: 1) }
    #expect(throws: BucketError.self) { try Buckets([3], batchSize: 0) }
  }

  @Test func paddingIsTheOneThatWasAskedFor() throws {
    let buckets = try Buckets([4], batchSize: 1, padding: 7)
    try expectEqual(buckets.batches(of: [[1, 2]]).map(\.rows), [[[1, 2, 7, 7]]])
  }
}
