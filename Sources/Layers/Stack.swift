/// Any layer, its weights known by name.
public struct AnyLayer<Scalar: RealScalar>: Layer {
  public private(set) var base: any Layer<Scalar>

  public init(_ base: any Layer<Scalar>) { self.base = base }

  public struct Cache: Sendable {
    let base: any Sendable
  }

  public var parameters: NamedTensors<Scalar> {
    get { NamedTensors(base.parameters.named) }
    set { base.replaceParameters(newValue.tensors) }
  }

  public mutating func updateParameters(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    try base.updateParameters(body)
  }

  public var knownCells: [KnownCell] { base.knownCells }

  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Cache> {
    try base.erasedForward(x, mask)
  }

  public func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar> {
    try base.predict(x, mask: mask)
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Backward<NamedTensors<Scalar>> {
    try base.erasedBackward(outputGradient, cache)
  }

  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> NamedTensors<Scalar> {
    try base.erasedParameterGradient(outputGradient, cache)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    AnyLayer<Other>(base.convertedLayer(to: type))
  }
}

extension Layer {
  fileprivate mutating func replaceParameters(_ tensors: [Tensor<Scalar>]) { parameters.replace(with: tensors) }

  fileprivate func erasedForward(
    _ x: Tensor<Scalar>, _ mask: SequenceMask?
  ) throws -> Forward<Scalar, AnyLayer<Scalar>.Cache> {
    let result = try forward(x, mask: mask)
    return Forward(output: result.output, mask: result.mask, cache: .init(base: result.cache))
  }

  fileprivate func erasedBackward(
    _ outputGradient: Tensor<Scalar>, _ cache: AnyLayer<Scalar>.Cache
  ) throws -> Backward<NamedTensors<Scalar>> {
    let result = try backward(outputGradient, cache: own(cache))
    return Backward(input: result.input, parameters: NamedTensors(result.parameters.named))
  }

  fileprivate func erasedParameterGradient(
    _ outputGradient: Tensor<Scalar>, _ cache: AnyLayer<Scalar>.Cache
  ) throws -> NamedTensors<Scalar> {
    NamedTensors(try parameterGradient(outputGradient, cache: own(cache)).named)
  }

  private func own(_ cache: AnyLayer<Scalar>.Cache) -> Cache {
    guard let own = cache.base as? Cache else { preconditionFailure("a cache of another layer") }
    return own
  }
}

/// Layers one after the other, of any kinds and sizes: the output of one, and its mask, go into the next.
///
///     y = layer_{n−1}(… layer_1(layer_0(x)))
///
/// | Part    | What it is                                                                             |
/// |---------|----------------------------------------------------------------------------------------|
/// | weights | named by the layer's place: `0/kernel`, `1/kernel`, …                                  |
/// | cache   | `Cache.outputs[l]` is the output of layer `l`                                          |
/// | shapes  | each layer checks its own input and throws a `ShapeError`                              |
///
///     let model = Stack<Float>([LSTM(LSTMCell(inputSize: 3, units: 5)), Dense(inputSize: 5, units: 2)])
///     let y = try model(x)                                // [B, T, 3] → [B, 2]
///     let same = model.converted(to: Double.self)
///
/// Source: Keras `Sequential`.
public struct Stack<Scalar: RealScalar>: Layer {
  public var layers: [AnyLayer<Scalar>]

  public init(_ layers: [any Layer<Scalar>]) { self.layers = layers.map { AnyLayer($0) } }

  /// The same layers with their numbers in another scalar type.
  ///
  /// From `Float` to `Double` every number stays the same; the other way each is rounded.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> Stack<Other> {
    Stack<Other>(layers.map { $0.base.convertedLayer(to: type) })
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> { converted(to: type) }

  public struct Cache: Sendable {
    /// The output of every layer.
    public let outputs: [Tensor<Scalar>]
    let caches: [AnyLayer<Scalar>.Cache]
  }

  public var parameters: NamedTensors<Scalar> {
    get { .joined(layers.map { $0.parameters }) }
    set { for index in layers.indices { layers[index].parameters = newValue.part(index) } }
  }

  public mutating func updateParameters(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    for index in layers.indices { try layers[index].updateParameters { try body("\(index)/" + $0, &$1) } }
  }

  public var knownCells: [KnownCell] {
    layers.enumerated().flatMap { place, layer in layer.knownCells.map { $0.under("\(place)") } }
  }

  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Cache> {
    var (y, mask, outputs, caches) = (x, mask, [Tensor<Scalar>](), [AnyLayer<Scalar>.Cache]())
    for layer in layers {
      let result = try layer.forward(y, mask: mask)
      (y, mask) = (result.output, result.mask)
      outputs.append(y)
      caches.append(result.cache)
    }
    return Forward(output: y, mask: mask, cache: Cache(outputs: outputs, caches: caches))
  }

  public func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar> {
    try layers.reduce(Prediction(output: x, mask: mask)) { try $1.predict($0.output, mask: $0.mask) }
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Backward<NamedTensors<Scalar>> {
    let (dx, gradients) = try backward(outputGradient, cache, downTo: 0)
    return Backward(input: dx, parameters: .joined(gradients))
  }

  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> NamedTensors<Scalar> {
    guard let first = layers.first else { return NamedTensors() }
    let (dy, gradients) = try backward(outputGradient, cache, downTo: 1)
    return .joined([try first.parameterGradient(dy, cache: cache.caches[0])] + gradients)
  }

  /// The gradient of a loss with respect to every layer's output, from that of the last one.
  public func outputGradients(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> [Tensor<Scalar>] {
    var gradients = [outputGradient]
    for index in layers.indices.dropFirst().reversed() {
      gradients.insert(try layers[index].backward(gradients[0], cache: cache.caches[index]).input, at: 0)
    }
    return gradients
  }

  /// The gradients of the input of layer `end` and of the weights from that layer on.
  private func backward(
    _ outputGradient: Tensor<Scalar>, _ cache: Cache, downTo end: Int
  ) throws -> (x: Tensor<Scalar>, parameters: [NamedTensors<Scalar>]) {
    var (dy, gradients) = (outputGradient, [NamedTensors<Scalar>]())
    for index in (end..<layers.count).reversed() {
      let result = try layers[index].backward(dy, cache: cache.caches[index])
      dy = result.input
      gradients.insert(result.parameters, at: 0)
    }
    return (dy, gradients)
  }
}
