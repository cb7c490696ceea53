/// A function of a batch with weights, and its derivative.
///
/// `forward` returns a cache, which `backward` takes; a layer keeps nothing of a call. A mask says which steps of a
/// sequence are used: each layer gets the mask of its input and returns that of its output.
public protocol Layer<Scalar>: Sendable {
  associatedtype Scalar: RealScalar
  associatedtype Parameters: ParameterGroup where Parameters.Scalar == Scalar
  associatedtype Cache: Sendable

  /// The weights. A gradient of them has the same type.
  var parameters: Parameters { get set }

  /// Calls `body` once for every weight where it stands, in the order of `parameters` and under the same names: `body`
  /// changes a weight without a copy of it. `parameters` gives a second owner to the numbers.
  mutating func updateParameters(_ body: (_ name: String, _ tensor: inout Tensor<Scalar>) throws -> Void) rethrows

  /// Computes the output, and keeps in a cache what `backward` needs.
  ///
  /// - Throws: `ShapeError` when `x` does not fit the weights.
  func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Cache>

  /// The output of `forward`, the same bits, without what `backward` would need: less time and memory.
  func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar>

  /// The gradients of a loss with respect to the input and the weights, from the one with respect to the output.
  func backward(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Backward<Parameters>

  /// The gradient with respect to the weights alone: that of the input is not computed, where that saves time. For the
  /// first layer of a model, whose input is data.
  func parameterGradient(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Parameters

  /// The cells among the weights that have their gates in this project's order, each with its kind; none where a layer
  /// has no such cells.
  var knownCells: [KnownCell] { get }

  /// The same layer with its numbers in another scalar type; `Stack.converted(to:)` converts a model.
  func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other>
}

/// What a layer's `forward` returns.
public struct Forward<Scalar: RealScalar, Cache: Sendable>: Sendable {
  public var output: Tensor<Scalar>
  public var mask: SequenceMask?
  public var cache: Cache

  public init(output: Tensor<Scalar>, mask: SequenceMask? = nil, cache: Cache) {
    self.output = output
    self.mask = mask
    self.cache = cache
  }
}

/// What a layer's `predict` returns.
public struct Prediction<Scalar: RealScalar>: Sendable {
  public var output: Tensor<Scalar>
  public var mask: SequenceMask?

  public init(output: Tensor<Scalar>, mask: SequenceMask? = nil) {
    self.output = output
    self.mask = mask
  }
}

/// What a layer's `backward` returns: ∂loss/∂input and ∂loss/∂weights.
public struct Backward<Parameters: ParameterGroup>: Sendable {
  public var input: Tensor<Parameters.Scalar>
  public var parameters: Parameters

  public init(input: Tensor<Parameters.Scalar>, parameters: Parameters) {
    self.input = input
    self.parameters = parameters
  }
}

extension Layer {
  public mutating func updateParameters(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    try parameters.update(body)
  }

  public var knownCells: [KnownCell] { [] }

  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Parameters {
    try backward(outputGradient, cache: cache).parameters
  }

  public func predict(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Prediction<Scalar> {
    let result = try forward(x, mask: mask)
    return Prediction(output: result.output, mask: result.mask)
  }

  public func forward(_ x: Tensor<Scalar>) throws -> Forward<Scalar, Cache> { try forward(x, mask: nil) }

  /// The output alone.
  public func callAsFunction(_ x: Tensor<Scalar>) throws -> Tensor<Scalar> { try predict(x, mask: nil).output }
}
