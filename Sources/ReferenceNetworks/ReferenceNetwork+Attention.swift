import GoldenCases
import Layers

extension ReferenceNetwork {
  /// Attention sample by sample: scores `[Q, T]`, weights, and the mean of the memory's rows.
  func attention(_ layer: KerasAttention) throws {
    let (memory, shape) = try x()
    guard let query = input("query") else { throw Unsupported("the queries are missing") }
    let (N, T, Q) = (shape[0], shape[1], layer.queries)
    let mask = mask(samples: N, count: T)
    var (scores, weights, means) = ([Term](), [Term](), [Term]())
    for n in 0..<N {
      let h = memory.gather(Array(n * T..<(n + 1) * T))
      let q = query.gather(Array(n * Q..<(n + 1) * Q))
      let seen = faults.has(.noGradientThroughScoredMemory) ? h.stopped : h
      let s = try attentionScores(layer, q, seen)
      let used = (0..<T).map { t in mask?[t][n] ?? true }
      let α = attentionWeights(s, used)
      scores.append(s)
      weights.append(α)
      means.append((faults.has(.noGradientThroughAttention) ? α.stopped : α).times(h))
    }
    give("scores", rows: scores, of: Q)
    give("weights", rows: weights, of: Q)
    give("outputs", rows: means, of: Q)
  }

  private func attentionScores(_ layer: KerasAttention, _ q: Term, _ h: Term) throws -> Term {
    let H = Double(h.value.columns)
    switch layer.score {
    case .dot:
      let s = q.times(h.transposed)
      return H > 1 && faults.has(.attentionScaled) ? s * (1 / H.squareRoot()) : s
    case .scaledDot:
      let s = q.times(h.transposed)
      if H > 1, faults.has(.attentionUnscaled) { return s }
      return s * (H > 1 && faults.has(.attentionScaledByUnits) ? 1 / H : 1 / H.squareRoot())
    case .general:
      let W = try weight("kernel")
      let isSquare = W.value.shape[0] == W.value.columns && W.value.columns > 1
      let kernel = isSquare && faults.has(.attentionKernelTransposed) ? W.transposed : W
      return q.times(kernel).times(h.transposed)
    case .additive:
      let (ofQuery, ofKey) = try additiveKernels()
      let v = try weight("score_kernel").reshaped([layer.units, 1])
      let (qW, hW) = (q.times(ofQuery), h.times(ofKey))
      let rows = (0..<layer.queries).map { k -> Term in
        let sum = qW.gather([Int](repeating: k, count: h.value.shape[0])) + hW
        return (faults.has(.attentionTanhLost) ? sum : sum.apply(.tanh)).times(v)
      }
      return Term.concatenated(rows).transposed
    }
  }

  private func additiveKernels() throws -> (query: Term, key: Term) {
    let (q, k) = (try weight("query_kernel"), try weight("key_kernel"))
    guard q.value.shape == k.value.shape, faults.has(.attentionKernelsExchanged) else { return (q, k) }
    return (k, q)
  }

  /// The softmax over the steps that are used; the others get 0.
  private func attentionWeights(_ s: Term, _ used: [Bool]) -> Term {
    if s.value.shape[0] > 1, faults.has(.attentionSoftmaxOverQueries) {
      return masked(s.transposed.apply(.softmax).transposed, used)
    }
    guard used.contains(false), !faults.has(.attentionMaskIgnored) else { return s.apply(.softmax) }
    if faults.has(.attentionMaskAfterSoftmax) { return masked(s.apply(.softmax), used) }
    let places = used.indices.filter { used[$0] }
    if faults.has(.attentionMaskIsZeroScore) { return masked(s, used).apply(.softmax) }
    let zero = tape.leaf(.zeros([s.value.shape[0], 1]))
    guard !places.isEmpty else { return .concatenated(used.map { _ in zero }) }
    let α = s.gatherColumns(places).apply(.softmax)
    return .concatenated(
      used.indices.map { t in places.firstIndex(of: t).map { α.columns($0..<$0 + 1) } ?? zero })
  }

  /// Zeros in the columns that are not used.
  private func masked(_ term: Term, _ used: [Bool]) -> Term {
    let row = used.map { $0 ? 1.0 : 0 }
    let rows = (0..<term.value.shape[0]).flatMap { _ in row }
    return term * tape.leaf(Tensor(shape: term.value.shape, scalars: rows))
  }

  /// A result `[N, Q, …]` from one matrix for each sample.
  private func give(_ name: String, rows: [Term], of Q: Int) {
    let all = Term.concatenated(rows.map(\.transposed)).transposed
    let (N, width) = (rows.count, rows[0].value.columns)
    give(name, all, arrange: { $0.reshaped([N, Q, width]) }, flatten: { $0.reshaped([N * Q, width]) })
  }
}
