@_exported import Kernels

/// A row-major array of numbers together with its shape.
///
/// | Property  | What it is                                                        |
/// |-----------|-------------------------------------------------------------------|
/// | `shape`   | the length of every axis; `[]` is a single number                 |
/// | `scalars` | the numbers, the last axis running fastest; their count is fixed  |
///
/// The project's dimension letters: **B** samples of a batch, **T** time steps, **D** input features, **H** hidden
/// units. A sequence is `[B, T, D]`, one step of it `[B, D]`, a kernel `[D, H]`: columns are outputs.
///
/// Operators trap when shapes do not fit, as indexing an array does: the layers check input before and throw a
/// `ShapeError`.
public struct Tensor<Scalar: RealScalar>: Equatable, Sendable {
  /// The length of every axis.
  public let shape: [Int]
  /// The numbers, row-major.
  public var scalars: [Scalar]

  /// A tensor of the given shape and numbers.
  public init(shape: [Int], scalars: [Scalar]) {
    precondition(
      shape.reduce(1, *) == scalars.count, "shape \(shape) needs \(shape.reduce(1, *)) numbers, not \(scalars.count)")
    self.shape = shape
    self.scalars = scalars
  }

  /// A tensor with every element equal to `value`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public init(repeating value: Scalar, shape: [Int]) {
    self.init(shape: shape) { start in
      // A large embedding's gradient begins as megabytes of zeros.
      Threads.shareNumbers(shape.reduce(1, *)) { range in
        (start + range.lowerBound).update(repeating: value, count: range.count)
      }
    }
  }

  /// A tensor whose numbers are written by `fill` into uninitialised memory.
  public init(shape: [Int], filledBy fill: (UnsafeMutablePointer<Scalar>) -> Void) {
    let count = shape.reduce(1, *)
    self.shape = shape
    self.scalars = [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress, count > 0 { fill(base) }
      initialized = count
    }
  }

  /// A vector `[n]`.
  public init(_ vector: [Scalar]) { self.init(shape: [vector.count], scalars: vector) }

  /// A matrix `[rows, columns]`, written row by row.
  public init(_ rows: [[Scalar]]) {
    precondition(rows.allSatisfy { $0.count == rows[0].count }, "rows of different lengths make no matrix")
    self.init(shape: [rows.count, rows.first?.count ?? 0], scalars: rows.flatMap { $0 })
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// The number of axes.
  public var rank: Int { shape.count }
  /// The number of elements.
  public var count: Int { scalars.count }

  /// The length of the last axis: features of a batch, columns of a matrix.
  public var columns: Int { shape.last ?? 1 }
  /// How many rows of `columns` numbers there are: the product of all axes but the last.
  public var rows: Int { shape.dropLast().reduce(1, *) }

  /// The element at the given indices, one for each axis. Traps outside the shape.
  public subscript(_ indices: Int...) -> Scalar {
    get { scalars[offset(of: indices)] }
    set { scalars[offset(of: indices)] = newValue }
  }

  private func offset(of indices: [Int]) -> Int {
    precondition(indices.count == rank, "\(indices.count) indices for a tensor of shape \(shape)")
    var offset = 0
    for (index, length) in zip(indices, shape) {
      precondition((0..<length).contains(index), "index \(indices) lies outside shape \(shape)")
      offset = offset * length + index
    }
    return offset
  }

  /// The same numbers in another scalar type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> Tensor<Other> {
    Tensor<Other>(shape: shape, scalars: scalars.map { Other($0) })
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String { "Tensor<\(Scalar.self)>\(shape) \(scalars)" }
}
