@_exported import Layers

/// A loss and its gradient with respect to the output.
public struct LossValue<Scalar: RealScalar>: Equatable, Sendable {
  /// Summed in double precision, whatever the scalar type.
  public var value: Double
  /// ∂loss/∂output, in the shape of the output.
  public var gradient: Tensor<Scalar>

  public init(value: Double, gradient: Tensor<Scalar>) {
    self.value = value
    self.gradient = gradient
  }
}

/// A function from an output and its target to a loss: ``meanSquaredError(_:_:mask:)`` and the others of this module.
public typealias Loss<Scalar: RealScalar, Target> = (Tensor<Scalar>, Target, SequenceMask?) throws -> LossValue<Scalar>

/// How the losses of the rows are combined.
public enum LossReduction: Equatable, Sendable {
  /// Their mean, as in Keras; with a mask the mean over the used steps.
  case mean
  /// Their sum, as in MXNet's `SoftmaxOutput`.
  case sum
}

/// The loss of an output `[…, C]` from a function of one row that also writes the row's gradient times `share`.
///
/// Threads share the rows; their losses are added in the order of the rows. Masked rows have no loss and a gradient of
/// zero.
@inline(__always)
func reduceRows<Scalar: RealScalar>(
  _ output: Tensor<Scalar>, mask: SequenceMask?, _ reduction: LossReduction,
  _ rowLoss: (
    _ row: Int, _ output: UnsafeBufferPointer<Scalar>, _ gradient: UnsafeMutableBufferPointer<Scalar>, _ share: Scalar
  ) -> Double
) throws -> LossValue<Scalar> {
  try requireMask(mask, fits: output)
  let (rows, width) = (output.rows, output.columns)
  let used = mask.map { $0.isUsed.count(where: \.self) } ?? rows
  let share: Double = reduction == .sum ? 1 : 1 / Double(max(used, 1))
  var losses = [Double](repeating: 0, count: rows)
  let gradient = losses.withUnsafeMutableBufferPointer { losses in
    Tensor<Scalar>(shape: output.shape) { g in
      output.scalars.withUnsafeBufferPointer { y in
        // A row takes as long as some thousand multiply-adds, however few numbers it has: there is a logarithm in it.
        Threads.share(rows, unit: 1, work: 32 * output.count + 2000 * rows) { part in
          for row in part {
            let cells = UnsafeMutableBufferPointer(start: g + row * width, count: width)
            if let mask, !mask.isUsed[row] {
              cells.update(repeating: 0)
            } else {
              let own = UnsafeBufferPointer(rebasing: y[row * width..<(row + 1) * width])
              losses[row] = rowLoss(row, own, cells, Scalar(share))
            }
          }
        }
      }
    }
  }
  return LossValue(value: losses.reduce(0, +) * share, gradient: gradient)
}

private func requireMask<Scalar>(_ mask: SequenceMask?, fits output: Tensor<Scalar>) throws {
  guard let mask, mask.isUsed.count != output.rows else { return }
  throw ShapeError(
    "mask of a loss", expected: "\(Array(output.shape.dropLast()))", received: [mask.batchSize, mask.steps])
}

/// The mean loss of an output and a target of its shape, from a function of one row of both.
///
/// - Throws: `ShapeError` when `target` or `mask` does not fit `output`.
@inline(__always)
func meanOverRows<Scalar: RealScalar>(
  _ output: Tensor<Scalar>, _ target: Tensor<Scalar>, mask: SequenceMask?,
  _ rowLoss: (
    _ output: UnsafeBufferPointer<Scalar>, _ target: UnsafeBufferPointer<Scalar>,
    _ gradient: UnsafeMutableBufferPointer<Scalar>
  ) -> Double
) throws -> LossValue<Scalar> {
  try target.requireShape(output.shape, "target of a loss")
  let C = output.columns
  return try target.scalars.withUnsafeBufferPointer { t in
    try reduceRows(output, mask: mask, .mean) { row, y, gradient, share in
      let loss = rowLoss(y, UnsafeBufferPointer(rebasing: t[row * C..<(row + 1) * C]), gradient)
      for j in gradient.indices { gradient[j] *= share }
      return loss
    }
  }
}
