/// A table of vectors, one for each index: `y_t = E[x_t]`.
///
/// | Tensor       | Shape                                     |
/// |--------------|-------------------------------------------|
/// | `x`          | `[B, T]`, whole numbers in `0 ..< V`      |
/// | `embeddings` | `[V, D]`                                  |
/// | output       | `[B, T, D]`                               |
///
/// With `maskZero` index 0 means "no step", and the layers above skip it. The input has no gradient: it is zero.
///
/// Source: Keras `layers/core/embedding.py`, MXNet `Embedding`.
public struct Embedding<Scalar: RealScalar>: Layer {
  public struct Parameters: ParameterGroup {
    public var embeddings: Tensor<Scalar>

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try body("embeddings", &embeddings)
    }
  }

  public var parameters: Parameters
  public let maskZero: Bool

  /// - Throws: `ShapeError` when the table is no matrix.
  public init(embeddings: Tensor<Scalar>, maskZero: Bool = false) throws {
    try embeddings.requireShape([nil, nil], "embeddings")
    self.init(parameters: Parameters(embeddings: embeddings), maskZero: maskZero)
  }

  /// A table of V vectors of D numbers, all zero.
  public init(words V: Int, size D: Int, maskZero: Bool = false) {
    self.init(parameters: Parameters(embeddings: .zeros([V, D])), maskZero: maskZero)
  }

  fileprivate init(parameters: Parameters, maskZero: Bool) {
    self.parameters = parameters
    self.maskZero = maskZero
  }

  public struct Cache: Sendable {
    let indices: [Int]
    let inputShape: [Int]
  }

  /// - Throws: `ShapeError` when `x` is no `[B, T]`; `IndexError` when an entry is no index of the table.
  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Cache> {
    try x.requireShape([nil, nil], "input of an embedding")
    let (V, D) = (parameters.embeddings.shape[0], parameters.embeddings.shape[1])
    let indices = try x.scalars.map { value -> Int in
      guard let index = Int(exactly: value), (0..<V).contains(index) else {
        throw IndexError(received: "\(value)", count: V)
      }
      return index
    }
    let table = parameters.embeddings.scalars
    let y = Tensor(shape: x.shape + [D], scalars: indices.flatMap { table[$0 * D..<($0 + 1) * D] })
    let ownMask = SequenceMask(batchSize: x.shape[0], steps: x.shape[1], isUsed: indices.map { $0 != 0 })
    return Forward(output: y, mask: maskZero ? ownMask : mask, cache: Cache(indices: indices, inputShape: x.shape))
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Backward<Parameters> {
    var gradient = parameters.zeros
    let D = parameters.embeddings.shape[1]
    try outputGradient.requireShape((cache.inputShape + [D]).map { $0 }, "gradient of an embedding's output")
    for (row, index) in cache.indices.enumerated() {
      for j in 0..<D { gradient.embeddings.scalars[index * D + j] += outputGradient.scalars[row * D + j] }
    }
    return Backward(input: .zeros(cache.inputShape), parameters: gradient)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    Embedding<Other>(parameters: .init(embeddings: parameters.embeddings.converted()), maskZero: maskZero)
  }
}

/// A number that is no index of a table.
public struct IndexError: Error, Equatable, CustomStringConvertible {
  public let received: String
  public let count: Int
  public var description: String {
    "index of an embedding: expected a whole number in 0 ..< \(count), received \(received)"
  }
}
