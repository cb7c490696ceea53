/// Attention: every query looks at all outputs of a memory and takes their weighted mean.
///
///     s_{q,t} = score(q, h_t)
///     α_{q,t} = e^{s_{q,t}} / Σ_t e^{s_{q,t}}        over the steps t that the mask uses; 0 at the others
///     a_q     = Σ_t α_{q,t} h_t
///
/// | Tensor          | Shape       | What it is                                                            |
/// |-----------------|-------------|-----------------------------------------------------------------------|
/// | `query` q       | `[B, Q, P]` | what looks, for example the outputs of a decoder                      |
/// | `memory` h      | `[B, T, H]` | what is looked at, for example the outputs of an encoder; T ≥ 1       |
/// | mask            | `[B, T]`    | steps of the memory that count                                        |
/// | scores, weights | `[B, Q, T]` | before and after the softmax                                          |
/// | output          | `[B, Q, H]` | the context                                                           |
///
/// `AttentionScore` has the four scores and the shapes of their weights. `dot` and `scaledDot` need P = H.
///
/// A mask takes steps out before the softmax, so the other weights still sum to 1. Of a sample that uses no step all
/// weights are 0, and so is the context.
///
/// Source: Bahdanau, Cho & Bengio 2015, equations 4 to 6; Luong, Pham & Manning 2015, section 3.1; Vaswani et al. 2017,
/// section 3.2.1; Keras `layers/attention/attention.py`, `additive_attention.py`.
public struct Attention<Scalar: RealScalar>: Sendable {
  public typealias Parameters = AttentionWeights<Scalar>

  public let score: AttentionScore
  public var parameters: Parameters

  /// - Throws: `ConversionError` when the weights are not those of the score, `ShapeError` when they do not fit each
  ///   other.
  public init(_ score: AttentionScore, parameters: Parameters = Parameters()) throws {
    let names = parameters.named.map(\.name)
    guard names == Self.names(of: score) else {
      throw ConversionError(
        "weights of an attention with the score \(score.rawValue): expected \(Self.names(of: score)), received \(names)"
      )
    }
    try parameters.kernel?.requireShape([nil, nil], "kernel of an attention")
    if let v = parameters.scoreKernel {
      try v.requireShape([nil], "score kernel")
      try parameters.queryKernel?.requireShape([nil, v.count], "query kernel")
      try parameters.keyKernel?.requireShape([nil, v.count], "key kernel")
    }
    self.score = score
    self.parameters = parameters
  }

  /// An attention of queries with P features over a memory with H, all weights zero; A units for `additive`, by default
  /// H.
  public init(_ score: AttentionScore, querySize P: Int, memorySize H: Int, units A: Int? = nil) {
    self.score = score
    let A = A ?? H
    switch score {
    case .dot, .scaledDot: parameters = Parameters()
    case .general: parameters = Parameters(kernel: .zeros([P, H]))
    case .additive:
      parameters = Parameters(queryKernel: .zeros([P, A]), keyKernel: .zeros([H, A]), scoreKernel: .zeros([A]))
    }
  }

  private static func names(of score: AttentionScore) -> [String] {
    switch score {
    case .dot, .scaledDot: []
    case .general: ["kernel"]
    case .additive: ["query_kernel", "key_kernel", "score_kernel"]
    }
  }

  /// What was computed, and what `backward` needs of it.
  public struct Cache: Sendable {
    public let query, memory: Tensor<Scalar>
    /// `[B, Q, T]`, before the mask.
    public let scores: Tensor<Scalar>
    /// α, `[B, Q, T]`.
    public let weights: Tensor<Scalar>
    /// `general`: q W, `[B, Q, H]`; `additive`: tanh(q W_q + h W_k), `[B, Q, T, A]`.
    let inner: Tensor<Scalar>?
  }

  /// The gradients of a loss with respect to all that went in, and to what stood between.
  public struct Gradient: Sendable {
    public var query, memory: Tensor<Scalar>
    public var parameters: Parameters
    /// `[B, Q, T]` each.
    public var scores, weights: Tensor<Scalar>
  }

  /// Computes the context of every query.
  ///
  /// - Throws: `ShapeError` when a tensor or the mask does not fit.
  public func forward(
    query: Tensor<Scalar>, memory: Tensor<Scalar>, mask: SequenceMask? = nil
  ) throws -> Forward<Scalar, Cache> {
    try check(query, memory, mask)
    let (s, inner) = scores(query, memory)
    let α = softmax(s, where: mask)
    let context = batchedMatmul(α, memory)
    return Forward(
      output: context, cache: Cache(query: query, memory: memory, scores: s, weights: α, inner: inner))
  }

  /// The gradients from that of the context, `[B, Q, H]`, and where the loss also reads the weights or the scores, from
  /// theirs, `[B, Q, T]`.
  ///
  ///     ∂α = ∂a · hᵀ         ∂s = α ⊙ (∂α − Σ_t α ∂α)         ∂h = αᵀ · ∂a + what comes through the scores
  public func backward(
    _ contextGradient: Tensor<Scalar>, weights: Tensor<Scalar>? = nil, scores: Tensor<Scalar>? = nil, cache: Cache
  ) throws -> Gradient {
    let (q, h, α) = (cache.query, cache.memory, cache.weights)
    try contextGradient.requireShape([q.shape[0], q.shape[1], h.shape[2]], "gradient of a context")
    try weights?.requireShape(α.shape, "gradient of the weights of an attention")
    try scores?.requireShape(α.shape, "gradient of the scores of an attention")
    var dα = batchedMatmul(contextGradient, h, transposeB: true)
    if let weights { dα = dα + weights }
    // The softmax' own derivative; where α is 0, so is that of the score.
    var ds = Activation.softmax.backward(dα, output: α)
    if let scores { ds = ds + scores }
    let (dq, dhOfScores, parameters) = scoresBackward(ds, cache)
    return Gradient(
      query: dq, memory: batchedMatmul(α, contextGradient, transposeA: true) + dhOfScores, parameters: parameters,
      scores: ds, weights: dα)
  }

  /// The same attention with its numbers in another scalar type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> Attention<Other> {
    var other = Attention<Other>(score, querySize: 0, memorySize: 0)
    other.parameters = parameters.converted()
    return other
  }

  private func check(_ query: Tensor<Scalar>, _ memory: Tensor<Scalar>, _ mask: SequenceMask?) throws {
    try memory.requireShape([nil, nil, nil], "memory of an attention")
    let (B, T, H) = (memory.shape[0], memory.shape[1], memory.shape[2])
    guard T > 0 else { throw ShapeError("memory of an attention", expected: "[B, T ≥ 1, H]", received: memory.shape) }
    let P: Int
    switch score {
    case .dot, .scaledDot: P = H
    case .general:
      P = parameters.kernel?.shape[0] ?? H
      try parameters.kernel?.requireShape([nil, H], "kernel of an attention")
    case .additive:
      P = parameters.queryKernel?.shape[0] ?? H
      try parameters.keyKernel?.requireShape([H, nil], "key kernel")
    }
    try query.requireShape([B, nil, P], "query of an attention")
    if let mask, mask.batchSize != B || mask.steps != T {
      throw ShapeError("mask of an attention", expected: "[\(B), \(T)]", received: [mask.batchSize, mask.steps])
    }
  }
}
