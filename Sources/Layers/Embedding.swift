/// A table of vectors, one for each index: `y_t = E[x_t]`.
///
///     y_t = E[x_t] = onehot(x_t)·E           ∂L/∂E[v] = Σ ∂L/∂y_t  over all t with x_t = v
///
/// | Tensor       | Shape                                                         |
/// |--------------|---------------------------------------------------------------|
/// | `x`          | `Indices` `[B, T]`, or a tensor of whole numbers in `0 ..< V` |
/// | `embeddings` | `[V, D]`                                                      |
/// | output       | `[B, T, D]`                                                   |
///
/// A word that comes twice gets the sum of both gradients. The product with one-hot rows is the plain version:
/// ``plainForward(_:)`` and ``plainGradient(_:of:)``; the fast one copies rows and adds to them.
///
/// With `maskZero` index 0 means "no step", and the layers above skip it. The input has no gradient: it is zero.
///
/// Source: Keras `layers/core/embedding.py`, PyTorch `nn.Embedding`, MXNet `Embedding`.
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

  /// V, the number of rows, and D, the length of a vector.
  public var size: (V: Int, D: Int) { (parameters.embeddings.shape[0], parameters.embeddings.shape[1]) }

  public struct Cache: Sendable {
    let indices: Indices
  }

  /// - Throws: `ShapeError` when `x` is no `[B, T]`; `IndexError` when an entry is no index of the table.
  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Cache> {
    try forward(Indices(x, below: size.V), mask: mask)
  }

  /// The rows of the table at `x`.
  ///
  /// - Throws: `IndexError` when an entry is no index of the table.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func forward(_ x: Indices, mask: SequenceMask? = nil) throws -> Forward<Scalar, Cache> {
    let (V, D) = size
    if let wrong = x.values.first(where: { !(0..<V).contains($0) }) {
      throw IndexError(received: "\(wrong)", count: V)
    }
    let y = Tensor<Scalar>(shape: x.shape + [D]) { y in
      parameters.embeddings.scalars.withUnsafeBufferPointer { table in
        guard let table = table.baseAddress else { return }
        // Copying a number takes about as long as 16 multiply-adds.
        Threads.share(x.values.count, unit: 1, work: 16 * x.values.count * D) { rows in
          for row in rows { (y + row * D).update(from: table + x.values[row] * D, count: D) }
        }
      }
    }
    let ownMask =
      maskZero ? SequenceMask(batchSize: x.batchSize, steps: x.steps, isUsed: x.values.map { $0 != 0 }) : nil
    return Forward(output: y, mask: ownMask ?? mask, cache: Cache(indices: x))
  }

  public func backward(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Backward<Parameters> {
    Backward(
      input: .zeros(cache.indices.shape), parameters: try parameterGradient(outputGradient, cache: cache))
  }

  /// The gradient of the table: the rows of the output's gradient, added up by index.
  ///
  /// - Throws: `ShapeError` when `outputGradient` is not `[B, T, D]`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func parameterGradient(_ outputGradient: Tensor<Scalar>, cache: Cache) throws -> Parameters {
    let D = size.D
    try outputGradient.requireShape((cache.indices.shape + [D]).map { $0 }, "gradient of an embedding's output")
    var gradient = parameters.zeros
    gradient.embeddings.scalars.withUnsafeMutableBufferPointer { sums in
      outputGradient.scalars.withUnsafeBufferPointer { dy in
        guard let sums = sums.baseAddress, let dy = dy.baseAddress else { return }
        // Threads share the columns, so that each sum has its order.
        Threads.share(D, unit: 16, work: 16 * outputGradient.count) { columns in
          for (row, index) in cache.indices.values.enumerated() {
            for j in columns { sums[index * D + j] += dy[row * D + j] }
          }
        }
      }
    }
    return gradient
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    Embedding<Other>(parameters: .init(embeddings: parameters.embeddings.converted()), maskZero: maskZero)
  }
}

// MARK: The plain version

extension Embedding {
  /// onehot(x)·E, `[B, T, D]`.
  public func plainForward(_ x: Indices) -> Tensor<Scalar> {
    matmul(.oneHot(x, size: size.V), parameters.embeddings)
  }

  /// onehot(x)ᵀ·∂L/∂y, `[V, D]`.
  public func plainGradient(_ outputGradient: Tensor<Scalar>, of x: Indices) -> Tensor<Scalar> {
    var gradient = Tensor<Scalar>.zeros(parameters.embeddings.shape)
    multiplyAdd(.oneHot(x, size: size.V), outputGradient, transposeA: true, into: &gradient)
    return gradient
  }
}
