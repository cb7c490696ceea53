/// The mean of the squared errors over all elements.
///
///     L = Σ (y − t)² / n        ∂L/∂y = 2 (y − t) / n
///
/// | Tensor         | Shape                                                         |
/// |----------------|---------------------------------------------------------------|
/// | `output` y     | `[…, C]`                                                      |
/// | `target` t     | that of `output`                                              |
/// | `mask`         | `[B, T]` for an output `[B, T, C]`: the mean over used steps  |
///
/// - Throws: `ShapeError` when `target` or `mask` does not fit `output`.
///
/// Source: Keras, `losses/losses.py`, `MeanSquaredError`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
public func meanSquaredError<Scalar: RealScalar>(
  _ output: Tensor<Scalar>, _ target: Tensor<Scalar>, mask: SequenceMask? = nil
) throws -> LossValue<Scalar> {
  let C = output.columns
  return try meanOverRows(output, target, mask: mask) { y, t, gradient in
    var sum = 0.0
    for j in 0..<C {
      let error = y[j] - t[j]
      sum += Double(error) * Double(error)
      gradient[j] = 2 * error / Scalar(C)
    }
    return sum / Double(C)
  }
}
