extension Tensor {
  /// The same numbers under another shape.
  public func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape: shape, scalars: scalars) }

  /// The transposed matrix: `[n, m]` from `[m, n]`.
  public var transposed: Tensor { swappingAxes(leading: 0) }

  /// `[T, B, …]` from `[B, T, …]`: axes 0 and 1 exchanged.
  public var timeMajor: Tensor { swappingAxes(leading: 0) }

  /// The tensor with axes `leading` and `leading + 1` exchanged.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func swappingAxes(leading axis: Int) -> Tensor {
    precondition(axis >= 0 && axis + 1 < rank, "axes \(axis) and \(axis + 1) of shape \(shape)")
    let outer = shape[..<axis].reduce(1, *)
    let (m, n) = (shape[axis], shape[axis + 1])
    let inner = shape[(axis + 2)...].reduce(1, *)
    var swapped = shape
    swapped.swapAt(axis, axis + 1)
    return Tensor(shape: swapped) { y in
      scalars.withUnsafeBufferPointer { x in
        for o in 0..<outer {
          for j in 0..<n {
            for i in 0..<m {
              let source = ((o * m + i) * n + j) * inner
              let target = ((o * n + j) * m + i) * inner
              (y + target).update(from: x.baseAddress! + source, count: inner)
            }
          }
        }
      }
    }
  }

  /// Columns `range` of every row: a gate cut out of the joined pre-activations.
  public func columns(_ range: Range<Int>) -> Tensor {
    let (width, rows) = (columns, rows)
    precondition(range.lowerBound >= 0 && range.upperBound <= width, "columns \(range) of shape \(shape)")
    return Tensor(shape: shape.dropLast() + [range.count]) { y in
      scalars.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          (y + row * range.count).update(from: x.baseAddress! + row * width + range.lowerBound, count: range.count)
        }
      }
    }
  }

  /// The tensor cut into `parts` pieces of equal width along its last axis.
  public func split(into parts: Int) -> [Tensor] {
    precondition(columns % parts == 0, "\(columns) columns do not split into \(parts)")
    let width = columns / parts
    return (0..<parts).map { columns($0 * width..<($0 + 1) * width) }
  }

  /// Pieces side by side along the last axis: `[x, h]`.
  public static func concatenated(_ pieces: [Tensor]) -> Tensor {
    let (rows, width) = (pieces[0].rows, pieces.reduce(0) { $0 + $1.columns })
    precondition(pieces.allSatisfy { $0.rows == rows }, "rows differ: \(pieces.map(\.shape))")
    return Tensor(shape: pieces[0].shape.dropLast() + [width]) { y in
      var left = 0
      for piece in pieces {
        piece.scalars.withUnsafeBufferPointer { x in
          for row in 0..<rows where piece.columns > 0 {
            (y + row * width + left).update(from: x.baseAddress! + row * piece.columns, count: piece.columns)
          }
        }
        left += piece.columns
      }
    }
  }

  /// Pieces joined along the first axis: a kernel above a recurrent kernel.
  public static func stackedRows(_ pieces: [Tensor]) -> Tensor {
    precondition(pieces.allSatisfy { $0.shape.dropFirst() == pieces[0].shape.dropFirst() }, "\(pieces.map(\.shape))")
    return Tensor(
      shape: [pieces.reduce(0) { $0 + $1.shape[0] }] + pieces[0].shape.dropFirst(), scalars: pieces.flatMap(\.scalars))
  }

  /// Entries `range` along the first axis.
  public func slices(_ range: Range<Int>) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(
      shape: [range.count] + shape.dropFirst(),
      scalars: Array(scalars[range.lowerBound * size..<range.upperBound * size]))
  }

  /// Entry `index` along the first axis, without that axis.
  public func slice(_ index: Int) -> Tensor {
    slices(index..<index + 1).reshaped(Array(shape.dropFirst()))
  }

  /// Tensors of one shape joined along a new first axis.
  public static func stacked(_ pieces: [Tensor]) -> Tensor {
    Tensor(shape: [pieces.count] + pieces[0].shape, scalars: pieces.flatMap(\.scalars))
  }

  /// The rows of a matrix, or the entries along the first axis, in the opposite order.
  public var reversedFirstAxis: Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(shape: shape, scalars: (0..<shape[0]).reversed().flatMap { scalars[$0 * size..<($0 + 1) * size] })
  }
}

// A sequence [B, T, D] and its steps [B, D].
extension Tensor {
  /// Step `t` of a sequence `[B, T, D]`: `[B, D]`.
  public func step(_ t: Int) -> Tensor {
    let (B, T, D) = (shape[0], shape[1], shape[2])
    return Tensor(shape: [B, D]) { y in
      scalars.withUnsafeBufferPointer { x in
        for b in 0..<B where D > 0 { (y + b * D).update(from: x.baseAddress! + (b * T + t) * D, count: D) }
      }
    }
  }

  /// Steps `range` of a sequence `[B, T, D]`.
  public func steps(_ range: Range<Int>) -> Tensor {
    Tensor.sequence(range.map { step($0) }, batchSize: shape[0], features: shape[2])
  }

  /// A sequence `[B, T, D]` from its steps `[B, D]`.
  public static func sequence(_ steps: [Tensor], batchSize B: Int, features D: Int) -> Tensor {
    let T = steps.count
    return Tensor(shape: [B, T, D]) { y in
      for (t, step) in steps.enumerated() {
        step.scalars.withUnsafeBufferPointer { x in
          for b in 0..<B where D > 0 { (y + (b * T + t) * D).update(from: x.baseAddress! + b * D, count: D) }
        }
      }
    }
  }

  /// A sequence `[B, T, D]` with its steps in the opposite order.
  public var timeReversed: Tensor {
    let (B, T, D) = (shape[0], shape[1], shape[2])
    return Tensor(shape: shape) { y in
      scalars.withUnsafeBufferPointer { x in
        for b in 0..<B {
          for t in 0..<T where D > 0 {
            (y + (b * T + t) * D).update(from: x.baseAddress! + (b * T + T - 1 - t) * D, count: D)
          }
        }
      }
    }
  }
}
