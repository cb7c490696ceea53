/// Marks the steps whose features all equal `maskValue` as skipped, and sets their features to zero.
///
/// | Tensor | Shape       |
/// |--------|-------------|
/// | `x`    | `[B, T, D]` |
/// | output | `[B, T, D]` |
///
/// Source: Keras `layers/core/masking.py`.
public struct Masking<Scalar: RealScalar>: Layer {
  public let maskValue: Scalar
  public var parameters = NoParameters<Scalar>()

  public init(maskValue: Scalar = 0) { self.maskValue = maskValue }

  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, SequenceMask> {
    try x.requireShape([nil, nil, nil], "input of a masking layer")
    let (B, T, D) = (x.shape[0], x.shape[1], x.shape[2])
    let isUsed = (0..<B * T).map { row in x.scalars[row * D..<(row + 1) * D].contains { $0 != maskValue } }
    let own = SequenceMask(batchSize: B, steps: T, isUsed: isUsed)
    return Forward(output: x.keeping(own), mask: own, cache: own)
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache: SequenceMask) throws -> Backward<NoParameters<Scalar>> {
    Backward(input: outputGradient.keeping(cache), parameters: parameters)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    Masking<Other>(maskValue: Other(maskValue))
  }
}

extension Tensor {
  /// A sequence `[B, T, D]` with zeros at the steps that `mask` skips.
  func keeping(_ mask: SequenceMask) -> Tensor {
    reshaped([rows, columns]).rows(where: mask.isUsed, otherwise: .zeros([rows, columns])).reshaped(shape)
  }
}
