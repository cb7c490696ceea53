/// A layer applied to every step of a sequence by itself, with the same weights.
///
///     y_t = layer(x_t)
///
/// | Tensor | Shape         |
/// |--------|---------------|
/// | `x`    | `[B, T, …]`   |
/// | output | `[B, T, …]`   |
///
/// All steps go through the layer as one batch of B·T samples: that is the same function, and one call.
///
/// Source: Keras `layers/rnn/time_distributed.py`.
public struct TimeDistributed<Inner: Layer>: Layer {
  public var layer: Inner

  public init(_ layer: Inner) { self.layer = layer }

  public var parameters: Inner.Parameters {
    get { layer.parameters }
    set { layer.parameters = newValue }
  }

  public mutating func updateParameters(_ body: (String, inout Tensor<Inner.Scalar>) throws -> Void) rethrows {
    try layer.updateParameters(body)
  }

  public var knownCells: [KnownCell] { layer.knownCells }

  public struct Cache: Sendable {
    let inner: Inner.Cache
    let inputShape: [Int]
    let innerOutputShape: [Int]
  }

  public func forward(_ x: Tensor<Inner.Scalar>, mask: SequenceMask?) throws -> Forward<Inner.Scalar, Cache> {
    let result = try layer.forward(try rows(of: x), mask: nil)
    let cache = Cache(inner: result.cache, inputShape: x.shape, innerOutputShape: result.output.shape)
    return Forward(output: sequence(result.output, like: x), mask: mask, cache: cache)
  }

  public func predict(_ x: Tensor<Inner.Scalar>, mask: SequenceMask?) throws -> Prediction<Inner.Scalar> {
    let y = try layer.predict(try rows(of: x), mask: nil).output
    return Prediction(output: sequence(y, like: x), mask: mask)
  }

  /// All steps of all samples as one batch.
  private func rows(of x: Tensor<Inner.Scalar>) throws -> Tensor<Inner.Scalar> {
    guard x.rank >= 3 else {
      throw ShapeError("input of a time-distributed layer", expected: "[B, T, …]", received: x.shape)
    }
    return x.reshaped([x.shape[0] * x.shape[1]] + x.shape.dropFirst(2))
  }

  private func sequence(_ y: Tensor<Inner.Scalar>, like x: Tensor<Inner.Scalar>) -> Tensor<Inner.Scalar> {
    y.reshaped(Array(x.shape.prefix(2)) + y.shape.dropFirst())
  }

  public func backward(_ outputGradient: Tensor<Inner.Scalar>, cache: Cache) throws -> Backward<Inner.Parameters> {
    let wanted = Array(cache.inputShape.prefix(2)) + cache.innerOutputShape.dropFirst()
    try outputGradient.requireShape(wanted.map { $0 }, "gradient of a time-distributed layer's output")
    let result = try layer.backward(outputGradient.reshaped(cache.innerOutputShape), cache: cache.inner)
    return Backward(input: result.input.reshaped(cache.inputShape), parameters: result.parameters)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    func distributed(_ layer: some Layer<Other>) -> any Layer<Other> { TimeDistributed<_>(layer) }
    return distributed(layer.convertedLayer(to: type))
  }
}
