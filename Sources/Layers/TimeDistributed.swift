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

  public struct Cache: Sendable {
    let inner: Inner.Cache
    let inputShape: [Int]
    let innerOutputShape: [Int]
  }

  public func forward(_ x: Tensor<Inner.Scalar>, mask: SequenceMask?) throws -> Forward<Inner.Scalar, Cache> {
    guard x.rank >= 3 else {
      throw ShapeError("input of a time-distributed layer", expected: "[B, T, …]", received: x.shape)
    }
    let (B, T) = (x.shape[0], x.shape[1])
    let result = try layer.forward(x.reshaped([B * T] + x.shape.dropFirst(2)), mask: nil)
    let y = result.output.reshaped([B, T] + result.output.shape.dropFirst())
    let cache = Cache(inner: result.cache, inputShape: x.shape, innerOutputShape: result.output.shape)
    return Forward(output: y, mask: mask, cache: cache)
  }

  public func backward(_ outputGradient: Tensor<Inner.Scalar>, cache: Cache) throws -> Backward<Inner.Parameters> {
    let wanted = Array(cache.inputShape.prefix(2)) + cache.innerOutputShape.dropFirst()
    try outputGradient.requireShape(wanted.map { $0 }, "gradient of a time-distributed layer's output")
    let result = try layer.backward(outputGradient.reshaped(cache.innerOutputShape), cache: cache.inner)
    return Backward(input: result.input.reshaped(cache.inputShape), parameters: result.parameters)
  }
}
