import Tensors

/// The axes of ONNX: `x` as `[T, B, D]` or `[B, T, D]`, outputs with an axis of their own for the directions.
package enum ONNXAxes {
  case none, stepsFirst, samplesFirst

  /// `x` as `[B, T, D]`, and back: the exchange of the first two axes undoes itself.
  package func sequence<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    self == .stepsFirst ? x.timeMajor : x
  }

  /// States as `[D, B, H]`, and back.
  package func states<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
    self == .samplesFirst ? tensor.timeMajor : tensor
  }

  /// `[B, T, D·H]` as the framework gives it.
  package func outputs<Scalar>(_ y: Tensor<Scalar>, directions: Int) -> Tensor<Scalar> {
    let split = [y.shape[0], y.shape[1], directions, y.columns / directions]
    switch self {
    case .none: return y
    case .stepsFirst: return y.reshaped(split).timeMajor.swappingAxes(leading: 1)
    case .samplesFirst: return y.reshaped(split)
    }
  }

  /// The framework's outputs as `[B, T, D·H]`.
  package func merged<Scalar>(_ y: Tensor<Scalar>) -> Tensor<Scalar> {
    guard self != .none else { return y }
    let split = self == .stepsFirst ? y.swappingAxes(leading: 1).timeMajor : y
    return split.reshaped([split.shape[0], split.shape[1], split.shape[2] * split.shape[3]])
  }
}
