/// The cross-entropy of `softmax(logits)` with integer labels, computed without overflow or loss of digits; the mean
/// over all rows.
///
///     L = log Σⱼ e^zⱼ − z_label        ∂L/∂zⱼ = softmax(z)ⱼ − [j = label]
///
/// | Tensor       | Shape                                                              |
/// |--------------|--------------------------------------------------------------------|
/// | `logits` z   | `[B, C]` or `[B, T, C]`                                            |
/// | `labels`     | `B` or `B·T` whole numbers in `0 ..< C`, in the order of the rows  |
/// | `mask`       | `[B, T]` for logits `[B, T, C]`: the mean over used steps          |
///
/// - Throws: `ShapeError` when the counts do not fit, ``LabelError`` when a label is not below C.
///
/// Source: Keras, `losses/losses.py`, `SparseCategoricalCrossentropy` with `from_logits=True`.
public func softmaxCrossEntropy<Scalar: RealScalar>(
  _ logits: Tensor<Scalar>, _ labels: Labels, mask: SequenceMask? = nil
) throws -> LossValue<Scalar> {
  try crossEntropy(logits, labels, mask: mask, .mean)
}

/// The sum over all rows of −log p[label] with p = softmax(logits): the loss whose gradient MXNet's `SoftmaxOutput`
/// returns.
///
///     L = Σ −log p[label]        ∂L/∂zⱼ = pⱼ − [j = label]
///
/// Shapes and errors are those of ``softmaxCrossEntropy(_:_:mask:)``.
///
/// Source: MXNet 1.9, `src/operator/softmax_output-inl.h`, with `normalization="null"`.
public func softmaxOutputLoss<Scalar: RealScalar>(
  _ logits: Tensor<Scalar>, _ labels: Labels, mask: SequenceMask? = nil
) throws -> LossValue<Scalar> {
  try crossEntropy(logits, labels, mask: mask, .sum)
}

/// A label outside the classes.
public struct LabelError: Error, Equatable, CustomStringConvertible {
  public let row: Int
  public let label: Int
  public let classes: Int

  public var description: String { "label of row \(row): expected a number in 0 ..< \(classes), received \(label)" }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func crossEntropy<Scalar: RealScalar>(
  _ logits: Tensor<Scalar>, _ labels: Labels, mask: SequenceMask?, _ reduction: LossReduction
) throws -> LossValue<Scalar> {
  try labels.require(rows: logits.rows, classes: logits.columns)
  return try reduceRows(logits, mask: mask, reduction) { row, z, p, share in
    guard let z = z.baseAddress, let gradient = p.baseAddress else { return 0 }
    return Scalar.kernels.softmaxCrossEntropy(
      z, label: labels.values[row], scale: share, into: gradient, count: p.count)
  }
}

extension Labels {
  /// Throws unless there is one label a row, each the number of a class.
  func require(rows: Int, classes: Int) throws {
    guard values.count == rows else {
      throw ShapeError("labels of a loss", expected: "[\(rows)]", received: [values.count])
    }
    if let row = values.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw LabelError(row: row, label: values[row], classes: classes)
    }
  }
}

/// The accuracy of a classifier: the share of rows whose largest number is that of the label.
public func accuracy<Scalar: RealScalar>(
  _ output: Tensor<Scalar>, _ labels: Labels, mask: SequenceMask? = nil
) throws -> Double {
  try labels.require(rows: output.rows, classes: output.columns)
  let isUsed = mask?.isUsed ?? Array(repeating: true, count: output.rows)
  let found = output.argmaxOfRows()
  let right = found.indices.count { isUsed[$0] && found[$0] == labels.values[$0] }
  return Double(right) / Double(max(isUsed.count(where: \.self), 1))
}
