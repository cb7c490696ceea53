/// Whole numbers for every step of a batch, `[B, T]`: the words of a text as numbers of a vocabulary.
///
/// | Property | Contents                            |
/// |----------|-------------------------------------|
/// | `values` | row by row, B·T numbers             |
/// | `shape`  | `[B, T]`                            |
public struct Indices: Equatable, Sendable {
  public let values: [Int]
  public let batchSize: Int
  public let steps: Int

  /// - Parameter values: B·T numbers, row by row.
  public init(_ values: [Int], batchSize B: Int, steps T: Int) {
    precondition(values.count == B * T, "[\(B), \(T)] takes \(B * T) indices, not \(values.count)")
    self.values = values
    batchSize = B
    steps = T
  }

  /// Rows of equal length.
  public init(_ rows: [[Int]]) {
    let T = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == T }, "rows of different lengths")
    self.init(rows.flatMap { $0 }, batchSize: rows.count, steps: T)
  }

  public var shape: [Int] { [batchSize, steps] }

  /// Whole numbers that stand in a tensor `[B, T]`.
  ///
  /// - Throws: `ShapeError` when `x` is no `[B, T]`; ``IndexError`` for an entry that is no number in `0 ..< count`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public init<Scalar: RealScalar>(_ x: Tensor<Scalar>, below count: Int) throws {
    try x.requireShape([nil, nil], "input of an embedding")
    let bound = Scalar(count)
    let values = try x.scalars.map { value -> Int in
      // Before the conversion, which traps for a number that is no `Int`. NaN fails both comparisons.
      guard value >= 0, value < bound, value == value.rounded(.towardZero) else {
        throw IndexError(received: "\(value)", count: count)
      }
      return Int(value)
    }
    self.init(values, batchSize: x.shape[0], steps: x.shape[1])
  }
}

/// A number that is no index of a table.
public struct IndexError: Error, Equatable, CustomStringConvertible {
  public let received: String
  public let count: Int
  public var description: String {
    "index of an embedding: expected a whole number in 0 ..< \(count), received \(received)"
  }
}

extension Tensor {
  /// Rows that are 0 but for a 1 at the index: `[B, T, V]`. A product with it chooses rows of a matrix.
  public static func oneHot(_ indices: Indices, size V: Int) -> Tensor {
    var y = Tensor.zeros(indices.shape + [V])
    for (row, index) in indices.values.enumerated() { y.scalars[row * V + index] = 1 }
    return y
  }
}
