/// Batches of sequences with different lengths: each sequence goes into the smallest bucket that holds it, is filled up
/// to the bucket's length, and a mask says which of its steps are its own.
///
///     let buckets = try Buckets([5, 10], batchSize: 32)
///     for batch in try buckets.batches(of: sentences) { … }     // batch.x [B, 5] or [B, 10], batch.mask
///
/// One length for all would fill short sequences to the longest one. A length for each would make batches of one.
/// Buckets are between the two: a batch has one length, and few steps are wasted.
///
/// Source: MXNet `rnn/io.py`, `BucketSentenceIter`, which drops sequences that are longer than the largest bucket and
/// the rest of a bucket that makes no whole batch; here the first is an error, and the second a smaller batch.
public struct Buckets: Equatable, Sendable {
  /// Ascending.
  public let sizes: [Int]
  public let batchSize: Int
  /// What fills the steps that are not a sequence's own.
  public let padding: Int

  /// - Throws: `BucketError` when there is no bucket, or one without steps, or no room in a batch.
  public init(_ sizes: [Int], batchSize: Int, padding: Int = 0) throws {
    guard let least = sizes.min(), least > 0 else {
      throw BucketError(expected: "at least one bucket, each of at least one step", received: "\(sizes)")
    }
    guard batchSize > 0 else {
      throw BucketError(expected: "batches of at least one sequence", received: "\(batchSize)")
    }
    self.sizes = Set(sizes).sorted()
    self.batchSize = batchSize
    self.padding = padding
  }

  /// Sequences of one bucket.
  public struct Batch: Equatable, Sendable {
    /// Which sequences these are.
    public let numbers: [Int]
    /// T, the bucket's length.
    public let steps: Int
    public let lengths: [Int]
    /// `[B][T]`, filled up.
    public let rows: [[Int]]
    /// The steps that are a sequence's own.
    public var mask: SequenceMask { SequenceMask(lengths: lengths, steps: steps) }

    /// The rows as an embedding takes them: `[B, T]`.
    public func x<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) -> Tensor<Scalar> {
      Tensor(shape: [rows.count, steps], scalars: rows.flatMap { $0.map { Scalar($0) } })
    }
  }

  /// The length of the smallest bucket that holds a sequence of `count` steps; nil where there is none.
  public func size(for count: Int) -> Int? { count > 0 ? sizes.first { $0 >= count } : nil }

  /// A row filled up to `size`.
  public func padded(_ row: [Int], to size: Int) -> [Int] {
    row + [Int](repeating: padding, count: max(size - row.count, 0))
  }

  /// All batches, the smallest bucket first, sequences in their own order.
  ///
  /// - Throws: `BucketError` for a sequence without steps, or with more than the largest bucket has.
  public func batches(of sequences: [[Int]]) throws -> [Batch] {
    var members: [Int: [Int]] = [:]
    for (number, sequence) in sequences.enumerated() {
      guard let size = size(for: sequence.count) else {
        throw BucketError(
          expected: "sequence \(number) to have 1 to \(sizes.last ?? 0) steps", received: "\(sequence.count)")
      }
      members[size, default: []].append(number)
    }
    return sizes.flatMap { size in
      let numbers = members[size] ?? []
      return stride(from: 0, to: numbers.count, by: batchSize).map { start in
        let own = Array(numbers[start..<min(start + batchSize, numbers.count)])
        return Batch(
          numbers: own, steps: size, lengths: own.map { sequences[$0].count },
          rows: own.map { padded(sequences[$0], to: size) })
      }
    }
  }
}

/// Sequences that no bucket takes.
public struct BucketError: Error, Equatable, CustomStringConvertible {
  public let expected, received: String
  public var description: String { "buckets: expected \(expected), received \(received)" }
}
