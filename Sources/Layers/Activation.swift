import Foundation

// The activations of whole tensors: the plain version of what the kernels compute in vectors.
extension Activation {
  /// f(x), element by element (`softmax`: row by row).
  public func callAsFunction<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .linear: return x
    case .tanh: return Tensors.tanh(x)
    case .sigmoid: return Tensors.sigmoid(x)
    case .relu: return x.map { $0 > 0 ? $0 : 0 }
    case .softmax: return Tensors.softmax(x)
    case .softsign: return x.map { $0 / (1 + abs($0)) }
    case .softplus: return x.map { Scalar(softplusValue(Double($0))) }
    case .elu(let alpha): return x.map { $0 > 0 ? $0 : Scalar(alpha * Foundation.expm1(Double($0))) }
    // Keras 3 adds first and divides last; multiplying by α = 1/6 would round differently, by at most half a unit.
    case .hardSigmoid(let alpha, let beta): return x.map { min(max(Scalar(alpha) * $0 + Scalar(beta), 0), 1) }
    case .affine(let alpha, let beta): return x * Scalar(alpha) + Scalar(beta)
    case .leakyRelu(let alpha): return x.map { $0 >= 0 ? $0 : Scalar(alpha) * $0 }
    case .thresholdedRelu(let alpha): return x.map { $0 > Scalar(alpha) ? $0 : 0 }
    case .scaledTanh(let alpha, let beta): return Tensors.tanh(x * Scalar(beta)) * Scalar(alpha)
    }
  }

  /// ∂loss/∂x from ∂loss/∂y, by the output y = f(x) alone: every function of the table allows that.
  public func backward<Scalar>(_ outputGradient: Tensor<Scalar>, output y: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .linear: return outputGradient
    case .softmax:
      let weighted = outputGradient * y
      let rowSums = weighted.sumOfColumns()
      var result = weighted
      let width = y.columns
      for i in 0..<y.count { result.scalars[i] -= y.scalars[i] * rowSums.scalars[width == 0 ? 0 : i / width] }
      return result
    default: return outputGradient * derivative(output: y)
    }
  }

  /// f′(x) by the output y. At a kink it is the value that the frameworks take: 0.
  private func derivative<Scalar>(output y: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .linear, .softmax: return Tensor(repeating: 1, shape: y.shape)
    case .tanh: return 1 - y * y
    case .sigmoid: return y * (1 - y)
    case .relu: return y.map { $0 > 0 ? 1 : 0 }
    case .softsign: return y.map { (1 - abs($0)) * (1 - abs($0)) }
    case .softplus: return y.map { Scalar(-Foundation.expm1(-Double($0))) }
    case .elu(let alpha): return y.map { $0 > 0 ? 1 : $0 + Scalar(alpha) }
    case .hardSigmoid(let alpha, _): return y.map { $0 > 0 && $0 < 1 ? Scalar(alpha) : 0 }
    case .affine(let alpha, _): return Tensor(repeating: Scalar(alpha), shape: y.shape)
    case .leakyRelu(let alpha): return y.map { $0 >= 0 ? 1 : Scalar(alpha) }
    case .thresholdedRelu: return y.map { $0 != 0 ? 1 : 0 }
    case .scaledTanh(let alpha, let beta):
      return y.map { Scalar(alpha * beta) * (1 - ($0 / Scalar(alpha)) * ($0 / Scalar(alpha))) }
    }
  }
}

/// log(1 + eˣ) without overflow.
private func softplusValue(_ x: Double) -> Double { max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))) }
