import PrintedNumbers
import Support
import Testing

@testable import Layers

/// An attention whose weights are pairwise distinct, over queries of P and a memory of H features.
private func attention(_ score: AttentionScore, P: Int, H: Int, A: Int) throws -> Attention<Double> {
  var generator = RandomGenerator(seed: 31)
  var attention = Attention<Double>(score, querySize: P, memorySize: H, units: A)
  attention.parameters.update { _, tensor in tensor = .uniform(tensor.shape, -0.9, 0.9, using: &generator) }
  return try Attention(score, parameters: attention.parameters)
}

@Suite struct AttentionTests {
  /// Two samples of five steps: of the first a step inside is skipped, of the second the last three.
  static let mask = SequenceMask(
    batchSize: 2, steps: 5, isUsed: [true, true, false, true, true, true, true, false, false, false])

  private func inputs(_ score: AttentionScore) -> (query: Tensor<Double>, memory: Tensor<Double>) {
    var generator = RandomGenerator(seed: 32)
    let P = score == .dot || score == .scaledDot ? 4 : 6
    return (.uniform([2, 3, P], -2, 2, using: &generator), .uniform([2, 5, 4], -2, 2, using: &generator))
  }

  @Test(arguments: AttentionScore.allCases, [nil, mask])
  func gradientsAgreeWithCentralDifferences(_ score: AttentionScore, _ mask: SequenceMask?) throws {
    let (q, h) = inputs(score)
    let layer = try attention(score, P: q.columns, H: 4, A: 7)
    var generator = RandomGenerator(seed: 33)
    let cotangent = Tensor<Double>.uniform([2, 3, 4], -1, 1, using: &generator)
    let ofWeights = Tensor<Double>.uniform([2, 3, 5], -1, 1, using: &generator)
    let ofScores = Tensor<Double>.uniform([2, 3, 5], -1, 1, using: &generator)
    func loss(_ layer: Attention<Double>, _ q: Tensor<Double>, _ h: Tensor<Double>) throws -> Double {
      let forward = try layer.forward(query: q, memory: h, mask: mask)
      return (forward.output * cotangent).sum() + (forward.cache.weights * ofWeights).sum()
        + (forward.cache.scores * ofScores).sum()
    }
    let cache = try layer.forward(query: q, memory: h, mask: mask).cache
    let own = try layer.backward(cotangent, weights: ofWeights, scores: ofScores, cache: cache)
    let dq = try centralDifferences(of: q) { try loss(layer, $0, h) }
    let dh = try centralDifferences(of: h) { try loss(layer, q, $0) }
    expect(own.query.largestDifference(from: dq) < gradientTolerance)
    expect(own.memory.largestDifference(from: dh) < gradientTolerance)
    for (place, weight) in layer.parameters.named.enumerated() {
      let numeric = try centralDifferences(of: weight.tensor) { changed in
        var tensors = layer.parameters.named.map(\.tensor)
        tensors[place] = changed
        var copy = layer
        copy.parameters.replace(with: tensors)
        return try loss(copy, q, h)
      }
      expect(own.parameters.named[place].tensor.largestDifference(from: numeric) < gradientTolerance, "\(weight.name)")
    }
  }

  /// The plain equations, one query and one step at a time.
  @Test(arguments: AttentionScore.allCases, [nil, mask])
  func agreesWithTheEquations(_ score: AttentionScore, _ mask: SequenceMask?) throws {
    let (q, h) = inputs(score)
    let layer = try attention(score, P: q.columns, H: 4, A: 7)
    let result = try layer.forward(query: q, memory: h, mask: mask)
    for b in 0..<2 {
      for k in 0..<3 {
        let query = q.slice(b).slice(k)
        let used = (0..<5).filter { mask?[b, $0] ?? true }
        let scores = used.map { plainScore(layer, query, h.slice(b).slice($0)) }
        for (t, s) in zip(used, scores) { expect(abs(result.cache.scores[b, k, t] - s) < 1e-14) }
        let powers = scores.map { exp($0) }
        let total = powers.reduce(0, +)
        var context = Tensor<Double>.zeros([4])
        for (t, power) in zip(used, powers) { context = context + h.slice(b).slice(t) * (power / total) }
        // Sums of five products of size 2.
        expect(result.output.slice(b).slice(k).largestDifference(from: context) < 1e-14)
        for t in 0..<5 where !used.contains(t) { expectEqual(result.cache.weights[b, k, t], 0) }
      }
    }
  }

  private func exp(_ x: Double) -> Double { Layers.exp(Tensor([x])).scalars[0] }

  private func plainScore(_ layer: Attention<Double>, _ q: Tensor<Double>, _ h: Tensor<Double>) -> Double {
    func row(_ x: Tensor<Double>, _ W: Tensor<Double>?) -> Tensor<Double> {
      W.map { matmul(x.reshaped([1, x.count]), $0).reshaped([$0.columns]) } ?? x
    }
    let w = layer.parameters
    switch layer.score {
    case .dot: return (q * h).sum()
    case .scaledDot: return (q * h).sum() / Double(h.count).squareRoot()
    case .general: return (row(q, w.kernel) * h).sum()
    case .additive:
      let u = Layers.tanh(row(q, w.queryKernel) + row(h, w.keyKernel))
      return w.scoreKernel.map { (u * $0).sum() } ?? .nan
    }
  }

  @Test func aSampleWithoutStepsHasNoContext() throws {
    let (q, h) = inputs(.dot)
    let none = SequenceMask(lengths: [5, 0], steps: 5)
    let layer = try attention(.dot, P: 4, H: 4, A: 1)
    let result = try layer.forward(query: q, memory: h, mask: none)
    expect(result.output.slice(1) == .zeros([3, 4]) && result.output.slice(0) != .zeros([3, 4]))
    let gradient = try layer.backward(Tensor(repeating: 1, shape: [2, 3, 4]), cache: result.cache)
    expect(gradient.memory.slice(1) == .zeros([5, 4]) && gradient.memory.allFinite)
  }

  @Test func largeScoresDoNotOverflow() throws {
    let layer = try Attention<Double>(.dot)
    let h = Tensor<Double>(shape: [1, 3, 1], scalars: [800, -800, 900])
    let result = try layer.forward(
      query: Tensor(shape: [1, 1, 1], scalars: [2]), memory: h, mask: SequenceMask(lengths: [2], steps: 3))
    expectEqual(result.cache.weights.scalars, [1, 0, 0])
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let (q, h) = inputs(.dot)
    #expect(throws: ShapeError.self) { try attention(.dot, P: 4, H: 4, A: 1).forward(query: q, memory: h.steps(0..<0)) }
    #expect(throws: ShapeError.self) { try attention(.general, P: 6, H: 4, A: 1).forward(query: q, memory: h) }
    #expect(throws: ShapeError.self) {
      try attention(.dot, P: 4, H: 4, A: 1).forward(
        query: q, memory: h, mask: SequenceMask(lengths: [1, 1], steps: 4))
    }
    #expect(throws: ConversionError.self) {
      try Attention(.additive, parameters: AttentionWeights(kernel: Tensor<Double>.zeros([2, 2])))
    }
    #expect(throws: ShapeError.self) {
      try Attention(
        .additive,
        parameters: AttentionWeights(
          queryKernel: Tensor<Double>.zeros([2, 3]), keyKernel: .zeros([2, 4]), scoreKernel: .zeros([3])))
    }
  }

  @Test func batchedProductIsOneForEachSample() {
    var generator = RandomGenerator(seed: 34)
    let a = Tensor<Double>.uniform([3, 2, 5], -1, 1, using: &generator)
    let b = Tensor<Double>.uniform([3, 5, 4], -1, 1, using: &generator)
    let plain = Tensor.stacked((0..<3).map { matmul(a.slice($0), b.slice($0)) })
    expectEqual(batchedMatmul(a, b), plain)
    let (at, bt) = (a.swappingAxes(leading: 1), b.swappingAxes(leading: 1))
    // The same products, added in the order of another kernel.
    expect(batchedMatmul(at, bt, transposeA: true, transposeB: true).largestDifference(from: plain) < 1e-15)
  }
}

/// Attention over an LSTM, as PyTorch and Keras computed it.
@Suite struct AttentionReferenceTests {
  @Test func agreesWithPyTorchAndKeras() throws {
    let numbers = try #require(try LessonNumbers.load("attention"))
    let tolerance = try numbers.tolerance()
    func input(_ name: String) throws -> Tensor<Double> { try numbers["inputs"][name].tensor() }
    let encoder = LSTM(
      try LSTMCell(
        parameters: RecurrentWeights(
          kernel: input("encoder_kernel"), recurrentKernel: input("encoder_recurrent_kernel"),
          bias: input("encoder_bias"))), returnSequences: true)
    let used = try numbers["mask"].numbers().map { $0 == 1 }
    let (B, T) = (try input("x").shape[0], try input("x").shape[1])
    let cotangent = try numbers["cotangent"].tensor()
    for golden in try numbers["cases"].list() {
      let name = try golden["name"].text()
      func compare(_ own: Tensor<Double>, _ key: String, in group: LessonNumbers) throws {
        let wanted = try group[key].tensor()
        try #require(own.shape == wanted.shape, "\(name), \(key)")
        let isClose = zip(own.scalars, wanted.scalars).allSatisfy {
          abs($0 - $1) <= tolerance.absolute + tolerance.relative * abs($1)
        }
        expect(isClose, "\(name), \(key): off by \(own.largestDifference(from: wanted))")
      }
      let score = try #require(AttentionScore(rawValue: try golden["score"].text()))
      var weights = AttentionWeights<Double>()
      if score == .general { weights = AttentionWeights(kernel: try input("W_general")) }
      if score == .additive {
        weights = AttentionWeights(
          queryKernel: try input("W_query"), keyKernel: try input("W_key"), scoreKernel: try input("v"))
      }
      let layer = try Attention(score, parameters: weights)
      let mask = try golden["masked"].flag() ? SequenceMask(batchSize: B, steps: T, isUsed: used) : nil
      let run = try encoder.run(input("x"))
      let forward = try layer.forward(query: input("query"), memory: run.outputs, mask: mask)
      try compare(run.outputs, "encoder_outputs", in: golden)
      try compare(forward.cache.scores, "scores", in: golden)
      try compare(forward.cache.weights, "weights", in: golden)
      try compare(forward.output, "context", in: golden)
      let gradients = golden["gradients"]
      let own = try layer.backward(cotangent, cache: forward.cache)
      try compare(own.scores, "scores", in: gradients)
      try compare(own.weights, "weights", in: gradients)
      try compare(own.query, "query", in: gradients)
      try compare(own.memory, "encoder_outputs", in: gradients)
      if let kernel = own.parameters.kernel { try compare(kernel, "W_general", in: gradients) }
      if let v = own.parameters.scoreKernel, let W_q = own.parameters.queryKernel, let W_k = own.parameters.keyKernel {
        try compare(v, "v", in: gradients)
        try compare(W_q, "W_query", in: gradients)
        try compare(W_k, "W_key", in: gradients)
      }
      let back = try encoder.backward(outputs: own.memory, run: run)
      try compare(back.x, "x", in: gradients)
      try compare(back.parameters.kernel, "encoder_kernel", in: gradients)
      try compare(back.parameters.recurrentKernel, "encoder_recurrent_kernel", in: gradients)
    }
  }
}
