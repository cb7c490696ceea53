extension Tensor {
  /// The sum of all elements, added in order.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func sum() -> Scalar { scalars.reduce(0, +) }

  /// The mean of all elements.
  public func mean() -> Scalar { sum() / Scalar(count) }

  /// The sum over all rows: `[…, N]` becomes `[N]`. The gradient of a bias that every row shares.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func sumOfRows() -> Tensor {
    let (width, rows) = (columns, rows)
    var total = Tensor.zeros([width])
    total.scalars.withUnsafeMutableBufferPointer { y in
      scalars.withUnsafeBufferPointer { x in
        guard let y = y.baseAddress, let x = x.baseAddress else { return }
        // Threads share columns, so each sum has its order.
        Threads.share(width, unit: 256, work: 16 * rows * width) { columns in
          for row in 0..<rows {
            for j in columns { y[j] += x[row * width + j] }
          }
        }
      }
    }
    return total
  }

  /// The sum of each row: `[…, N]` becomes `[…]`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func sumOfColumns() -> Tensor {
    let (width, rows) = (columns, rows)
    return Tensor(shape: Array(shape.dropLast())) { y in
      scalars.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          var sum: Scalar = 0
          for j in 0..<width { sum += x[row * width + j] }
          y[row] = sum
        }
      }
    }
  }

  /// The column of the largest number of each row.
  public func argmaxOfRows() -> [Int] {
    let width = columns
    return (0..<rows).map { row in
      (0..<width).max { scalars[row * width + $0] < scalars[row * width + $1] } ?? 0
    }
  }

  /// The largest absolute difference of two elements with the same index; NaN if one of them is NaN.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func largestDifference(from other: Tensor) -> Scalar {
    precondition(shape == other.shape, "shapes \(shape) and \(other.shape) do not compare")
    var largest: Scalar = 0
    for (a, b) in zip(scalars, other.scalars) {
      if a.isNaN || b.isNaN { return .nan }
      if abs(a - b) > largest { largest = abs(a - b) }
    }
    return largest
  }

  /// Whether no element is infinite or NaN.
  public var allFinite: Bool {
    @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
    get { scalars.allSatisfy(\.isFinite) }
  }
}

/// `eˣ / Σ eˣ` along the last axis, each row shifted by its largest number so that nothing overflows.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
public func softmax<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  let width = x.columns
  var shifted = x
  shifted.scalars.withUnsafeMutableBufferPointer { z in
    for row in 0..<x.rows where width > 0 {
      let cells = row * width..<(row + 1) * width
      var largest = z[row * width]
      for i in cells where z[i] > largest { largest = z[i] }
      for i in cells { z[i] -= largest }
    }
  }
  var y = exp(shifted)
  y.scalars.withUnsafeMutableBufferPointer { p in
    for row in 0..<x.rows {
      let cells = row * width..<(row + 1) * width
      var sum: Scalar = 0
      for i in cells { sum += p[i] }
      for i in cells { p[i] /= sum }
    }
  }
  return y
}
