import ChapterSupport

/// What the layer computes of one sample: the side that the formulas are compared with.
struct LayerNumbers {
  /// `[Q, T]`, `[Q, T]`, `[Q, H]`.
  let scores, weights, context: Tensor<Double>
  /// Gradients of queries, memory and weights for a cotangent of the context.
  let query, memory: Tensor<Double>
  let parameters: AttentionWeights<Double>

  init<Scalar: RealScalar>(
    _ score: AttentionScore, _ weights: AttentionWeights<Double>, query: Tensor<Double>, memory: Tensor<Double>,
    used: Int? = nil, cotangent: Tensor<Double>, in _: Scalar.Type
  ) throws {
    func one(_ tensor: Tensor<Double>) -> Tensor<Scalar> { tensor.converted().reshaped([1] + tensor.shape) }
    func back(_ tensor: Tensor<Scalar>) -> Tensor<Double> { tensor.slice(0).converted() }
    let layer = try Attention<Scalar>(score, parameters: weights.converted())
    let mask = used.map { SequenceMask(lengths: [$0], steps: memory.shape[0]) }
    let forward = try layer.forward(query: one(query), memory: one(memory), mask: mask)
    let gradient = try layer.backward(one(cotangent), cache: forward.cache)
    (scores, self.weights, context) = (
      back(forward.cache.scores), back(forward.cache.weights), back(forward.output)
    )
    (self.query, self.memory) = (back(gradient.query), back(gradient.memory))
    parameters = gradient.parameters.converted()
  }
}

/// The largest differences between the eight cases of PyTorch and Keras and this library's layer.
struct FrameworkCases {
  struct Row {
    let name: String
    let weights, context, gradients: Double
  }
  let rows: [Row]

  init(_ numbers: LessonNumbers) throws {
    func input(_ name: String) throws -> Tensor<Double> { try numbers["inputs"][name].tensor() }
    let encoder = LSTM(
      try LSTMCell(
        parameters: RecurrentWeights(
          kernel: input("encoder_kernel"), recurrentKernel: input("encoder_recurrent_kernel"),
          bias: input("encoder_bias"))), returnSequences: true)
    let run = try encoder.run(input("x"))
    let used = try numbers["mask"].numbers().map { $0 == 1 }
    let (N, T) = (run.outputs.shape[0], run.outputs.shape[1])
    let cotangent = try numbers["cotangent"].tensor()
    var rows: [Row] = []
    for golden in try numbers["cases"].list() {
      let score = AttentionScore(rawValue: try golden["score"].text()) ?? .dot
      var weights = AttentionWeights<Double>()
      if score == .general { weights = AttentionWeights(kernel: try input("W_general")) }
      if score == .additive {
        weights = AttentionWeights(
          queryKernel: try input("W_query"), keyKernel: try input("W_key"), scoreKernel: try input("v"))
      }
      let mask = try golden["masked"].flag() ? SequenceMask(batchSize: N, steps: T, isUsed: used) : nil
      let layer = try Attention(score, parameters: weights)
      let forward = try layer.forward(query: input("query"), memory: run.outputs, mask: mask)
      let gradient = try layer.backward(cotangent, cache: forward.cache)
      let back = try encoder.backward(outputs: gradient.memory, run: run)
      func off(_ own: Tensor<Double>, _ place: LessonNumbers) throws -> Double {
        own.largestDifference(from: try place.tensor())
      }
      let known = golden["gradients"]
      rows.append(
        Row(
          name: (score.rawValue.split(separator: "_").joined(separator: " ")) + (mask == nil ? "" : ", masked"),
          weights: try off(forward.cache.weights, golden["weights"]),
          context: try off(forward.output, golden["context"]),
          gradients: max(
            try off(gradient.query, known["query"]), try off(gradient.memory, known["encoder_outputs"]),
            try off(back.x, known["x"]), try off(back.parameters.kernel, known["encoder_kernel"]))))
    }
    self.rows = rows
  }
}
