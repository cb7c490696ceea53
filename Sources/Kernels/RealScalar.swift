/// A number type that tensors are made of: `Float` or `Double`.
public protocol RealScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable, LosslessStringConvertible {
  /// The kernels that compute with buffers of this type.
  static var kernels: ScalarKernels<Self> { get }
}

extension Float: RealScalar {
  public static let kernels = ScalarKernels<Float>()
}

extension Double: RealScalar {
  public static let kernels = ScalarKernels<Double>()
}
