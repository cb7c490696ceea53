import Foundation

/// Probabilities stay this far from 0 and 1 before their logarithm is taken: Keras' `epsilon()`.
private let probabilityMargin = 1e-7

/// The probability kept inside `margin … 1 − margin`, and whether it lay there already: outside, the loss is flat.
@inline(__always)
private func clipped<Scalar: RealScalar>(_ p: Scalar) -> (value: Scalar, isInside: Bool) {
  let (low, high) = (Scalar(probabilityMargin), 1 - Scalar(probabilityMargin))
  return p < low ? (low, false) : p > high ? (high, false) : (p, true)
}

/// The cross-entropy of probabilities with target probabilities, over the last axis; the mean over all rows.
///
///     q = clip(p / Σ p, 10⁻⁷, 1 − 10⁻⁷)        L = −Σ t · log q
///     ∂L/∂qᵢ = −tᵢ / qᵢ  (0 where clipped)     ∂L/∂pᵢ = (∂L/∂qᵢ − Σⱼ ∂L/∂qⱼ · qⱼ) / Σ p
///
/// | Tensor       | Shape                                                        |
/// |--------------|--------------------------------------------------------------|
/// | `output` p   | `[…, C]`, probabilities; Keras divides each row by its sum   |
/// | `target` t   | that of `output`                                             |
/// | `mask`       | `[B, T]` for an output `[B, T, C]`: the mean over used steps |
///
/// - Throws: `ShapeError` when `target` or `mask` does not fit `output`.
///
/// Source: Keras, `backend/tensorflow/nn.py`, `categorical_crossentropy` with `from_logits=False`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
public func categoricalCrossEntropy<Scalar: RealScalar>(
  _ output: Tensor<Scalar>, _ target: Tensor<Scalar>, mask: SequenceMask? = nil
) throws -> LossValue<Scalar> {
  let C = output.columns
  return try meanOverRows(output, target, mask: mask) { p, t, gradient in
    let total = p.reduce(0, +)
    var (sum, weighted): (Double, Scalar) = (0, 0)
    for j in 0..<C {
      let q = clipped(p[j] / total)
      sum -= Double(t[j]) * Foundation.log(Double(q.value))
      gradient[j] = q.isInside ? -t[j] / q.value : 0
      weighted += gradient[j] * (p[j] / total)
    }
    for j in 0..<C { gradient[j] = (gradient[j] - weighted) / total }
    return sum
  }
}

/// The cross-entropy of independent yes-or-no probabilities; the mean over all elements.
///
///     q = clip(p, 10⁻⁷, 1 − 10⁻⁷)        L = −(t · log q + (1 − t) · log(1 − q))
///     ∂L/∂p = (q − t) / (q (1 − q)),  0 where clipped
///
/// | Tensor       | Shape                                                        |
/// |--------------|--------------------------------------------------------------|
/// | `output` p   | `[…, C]`, probabilities                                      |
/// | `target` t   | that of `output`                                             |
/// | `mask`       | `[B, T]` for an output `[B, T, C]`: the mean over used steps |
///
/// - Throws: `ShapeError` when `target` or `mask` does not fit `output`.
///
/// Source: Keras, `backend/tensorflow/nn.py`, `binary_crossentropy` with `from_logits=False`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
public func binaryCrossEntropy<Scalar: RealScalar>(
  _ output: Tensor<Scalar>, _ target: Tensor<Scalar>, mask: SequenceMask? = nil
) throws -> LossValue<Scalar> {
  let C = output.columns
  return try meanOverRows(output, target, mask: mask) { p, t, gradient in
    var sum = 0.0
    for j in 0..<C {
      let q = clipped(p[j])
      sum -= Double(t[j]) * Foundation.log(Double(q.value))
      sum -= Double(1 - t[j]) * Foundation.log(Double(1 - q.value))
      gradient[j] = q.isInside ? (q.value - t[j]) / (q.value * (1 - q.value)) / Scalar(C) : 0
    }
    return sum / Double(C)
  }
}
