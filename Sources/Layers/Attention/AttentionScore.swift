/// How well a query q fits an output h of the memory: one number for each pair.
///
/// | Case        | Score                     | Weights                              | Source                     |
/// |-------------|---------------------------|--------------------------------------|----------------------------|
/// | `dot`       | q · h                     | none                                 | Luong et al. 2015          |
/// | `scaledDot` | q · h / √H                | none                                 | Vaswani et al. 2017        |
/// | `general`   | (q W) · h                 | W `[P, H]`                           | Luong et al. 2015          |
/// | `additive`  | v · tanh(q W_q + h W_k)   | W_q `[P, A]`, W_k `[H, A]`, v `[A]`  | Bahdanau et al. 2015       |
///
/// The raw value is the word of golden files.
public enum AttentionScore: String, Sendable, CaseIterable {
  case dot
  case scaledDot = "scaled_dot"
  case general, additive
}

/// The weights of an attention; which are there depends on its score.
///
/// | Property      | Letter | Name           | Shape    | Score      |
/// |---------------|--------|----------------|----------|------------|
/// | `kernel`      | W      | `kernel`       | `[P, H]` | `general`  |
/// | `queryKernel` | W_q    | `query_kernel` | `[P, A]` | `additive` |
/// | `keyKernel`   | W_k    | `key_kernel`   | `[H, A]` | `additive` |
/// | `scoreKernel` | v      | `score_kernel` | `[A]`    | `additive` |
public struct AttentionWeights<Scalar: RealScalar>: ParameterGroup {
  public var kernel: Tensor<Scalar>?
  public var queryKernel: Tensor<Scalar>?
  public var keyKernel: Tensor<Scalar>?
  public var scoreKernel: Tensor<Scalar>?

  /// No weights: `dot` and `scaledDot`.
  public init() {}

  /// The weights of `general`.
  public init(kernel: Tensor<Scalar>) { self.kernel = kernel }

  /// The weights of `additive`.
  public init(queryKernel: Tensor<Scalar>, keyKernel: Tensor<Scalar>, scoreKernel: Tensor<Scalar>) {
    self.queryKernel = queryKernel
    self.keyKernel = keyKernel
    self.scoreKernel = scoreKernel
  }

  public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    try Self.update("kernel", &kernel, body)
    try Self.update("query_kernel", &queryKernel, body)
    try Self.update("key_kernel", &keyKernel, body)
    try Self.update("score_kernel", &scoreKernel, body)
  }

  private static func update(
    _ name: String, _ tensor: inout Tensor<Scalar>?, _ body: (String, inout Tensor<Scalar>) throws -> Void
  ) rethrows {
    guard var own = take(&tensor) else { return }
    defer { tensor = own }
    try body(name, &own)
  }

  /// The same numbers in another scalar type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> AttentionWeights<Other> {
    var other = AttentionWeights<Other>()
    other.kernel = kernel?.converted()
    other.queryKernel = queryKernel?.converted()
    other.keyKernel = keyKernel?.converted()
    other.scoreKernel = scoreKernel?.converted()
    return other
  }
}
