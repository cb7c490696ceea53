import Layers

extension CaseRunner {
  /// Queries over a memory, which is x.
  mutating func attention(_ attention: KerasAttention, _ store: WeightStore<Scalar>) throws {
    guard let query = input("query") else { throw Unsupported("the queries are missing") }
    var weights = AttentionWeights<Scalar>()
    switch attention.score {
    case .dot, .scaledDot: break
    case .general: weights = AttentionWeights(kernel: try store.required("kernel"))
    case .additive:
      weights = AttentionWeights(
        queryKernel: try store.required("query_kernel"), keyKernel: try store.required("key_kernel"),
        scoreKernel: try store.required("score_kernel"))
    }
    let layer = try Attention(attention.score, parameters: weights)
    let x = try x()
    let forward = try layer.forward(query: query, memory: x, mask: mask(steps: x.shape[1]))
    give("scores", forward.cache.scores)
    give("weights", forward.cache.weights)
    give("outputs", forward.output)
    guard wantsGradients else { return }
    let gradient = try layer.backward(
      cotangent("outputs") ?? .zeros(forward.output.shape), weights: cotangent("weights"),
      scores: cotangent("scores"), cache: forward.cache)
    give("gradients.inputs.x", gradient.memory)
    give("gradients.inputs.query", gradient.query)
    giveGradients(gradient.parameters, store: store)
  }
}
