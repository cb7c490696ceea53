/// A fully connected layer: `y = f(x·W + b)`, for every row of `x` alike.
///
/// | Tensor   | Shape                                                             |
/// |----------|-------------------------------------------------------------------|
/// | `x`      | `[B, D]`, or `[B, T, D]`: each step by itself, with the same W, b |
/// | `kernel` | `[D, H]`                                                          |
/// | `bias`   | `[H]`, or none                                                    |
/// | output   | `[B, H]` or `[B, T, H]`                                           |
///
/// Source: Keras `layers/core/dense.py`.
public struct Dense<Scalar: RealScalar>: Layer {
  public struct Parameters: ParameterGroup {
    public var kernel: Tensor<Scalar>
    public var bias: Tensor<Scalar>?

    public init(kernel: Tensor<Scalar>, bias: Tensor<Scalar>? = nil) {
      self.kernel = kernel
      self.bias = bias
    }

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try body("kernel", &kernel)
      if var bias = take(&bias) {
        defer { self.bias = bias }
        try body("bias", &bias)
      }
    }
  }

  public var parameters: Parameters
  public let activation: Activation

  /// - Throws: `ShapeError` when the bias does not fit the kernel.
  public init(kernel: Tensor<Scalar>, bias: Tensor<Scalar>? = nil, activation: Activation = .linear) throws {
    try kernel.requireShape([nil, nil], "kernel")
    try bias?.requireShape([kernel.columns], "bias")
    parameters = Parameters(kernel: kernel, bias: bias)
    self.activation = activation
  }

  /// A layer of D inputs and H units, all weights zero.
  public init(inputSize D: Int, units H: Int, activation: Activation = .linear, useBias: Bool = true) {
    parameters = Parameters(kernel: .zeros([D, H]), bias: useBias ? .zeros([H]) : nil)
    self.activation = activation
  }

  public struct Cache: Sendable {
    let x, output: Tensor<Scalar>
  }

  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Cache> {
    guard x.rank >= 2, x.columns == parameters.kernel.shape[0] else {
      throw ShapeError("input of a dense layer", expected: "[…, \(parameters.kernel.shape[0])]", received: x.shape)
    }
    let y = activation(sum(x))
    return Forward(output: y, mask: mask, cache: Cache(x: x, output: y))
  }

  /// x·W + b, what goes into the activation.
  public func sum(_ x: Tensor<Scalar>) -> Tensor<Scalar> { matmul(x, parameters.kernel, adding: parameters.bias) }

  /// The sum (`pre_y`) and the output (`y`), and their gradients from that of the output.
  public func trace(_ x: Tensor<Scalar>, outputs dy: Tensor<Scalar>) throws -> SequenceTrace<Scalar> {
    let z = sum(x)
    let y = activation(z)
    try dy.requireShape(y.shape.map { $0 }, "gradient of a dense layer's output")
    return SequenceTrace(
      values: [("pre_y", z), ("y", y)], gradients: [("pre_y", activation.backward(dy, output: y)), ("y", dy)])
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Backward<Parameters> {
    try outputGradient.requireShape(cache.output.shape.map { $0 }, "gradient of a dense layer's output")
    let dz = activation.backward(outputGradient, output: cache.output)
    return Backward(input: matmul(dz, parameters.kernel, transposeB: true), parameters: gradient(dz, cache))
  }

  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Parameters {
    try outputGradient.requireShape(cache.output.shape.map { $0 }, "gradient of a dense layer's output")
    return gradient(activation.backward(outputGradient, output: cache.output), cache)
  }

  /// ∂W = xᵀ·dz and ∂b, the sum of dz over all rows.
  private func gradient(_ dz: Tensor<Scalar>, _ cache: Cache) -> Parameters {
    guard parameters.bias != nil else { return Parameters(kernel: matmul(cache.x, dz, transposeA: true)) }
    let (kernel, bias) = transposedProductAndSums(cache.x, dz)
    return Parameters(kernel: kernel, bias: bias)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    let (D, H) = (parameters.kernel.shape[0], parameters.kernel.columns)
    var layer = Dense<Other>(inputSize: D, units: H, activation: activation)
    layer.parameters = .init(kernel: parameters.kernel.converted(), bias: parameters.bias?.converted())
    return layer
  }
}
