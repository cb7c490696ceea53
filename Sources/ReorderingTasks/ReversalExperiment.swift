/// An encoder–decoder that learns to write a sequence backwards, with attention or without.
///
/// | Part     | What it is                                                                                     |
/// |----------|------------------------------------------------------------------------------------------------|
/// | network  | ``EncoderDecoder``: embeddings of 16, LSTMs of 32 units                                        |
/// | weights  | PyTorch's: embeddings normal, LSTMs U(±1/√H) with forget bias 1, others U(±1/√(fan in))        |
/// | training | the right answers are fed (teacher forcing), Adam 0.01, batches of 32, global norm at most 1   |
/// | test     | 300 further sequences; the network reads what it wrote itself                                  |
public struct ReversalExperiment: Sendable {
  public var task: Reversal
  /// Nil for none.
  public var attention: AttentionScore?
  public var updates: Int
  public var embedding = 16
  public var units = 32
  public var learningRate = 0.01
  public var batchSize = 32
  public var testSize = 300
  /// A point of the curve after so many updates.
  public var interval = 100

  public init(_ task: Reversal, attention: AttentionScore?, updates: Int) {
    self.task = task
    self.attention = attention
    self.updates = updates
  }

  /// What the network writes on the test.
  public struct Point: Equatable, Sendable {
    /// After so many updates.
    public let update: Int
    /// The share of right symbols.
    public let accuracy: Double
    /// The share of sequences without any wrong symbol.
    public let sequencesRight: Double
  }

  public struct Result: Sendable {
    public let seed: UInt64
    public let curve: [Point]
    public let model: EncoderDecoder<Float>
    /// α on the test, `[B, T, T]`: query, step of the source. Nil without attention.
    public let weights: Tensor<Float>?
    /// The last point.
    public var end: Point { curve[curve.count - 1] }

    /// How often the greatest weight lies so many steps after the step that reads the wanted symbol, as a share of all
    /// queries; offsets −T+1 … T−1.
    public func shares(ofOffset offsets: ClosedRange<Int>) -> [Double] {
      guard let weights else { return [] }
      let (Q, T) = (weights.shape[1], weights.columns)
      let places = weights.argmaxOfRows()
      return offsets.map { offset in
        let found = places.indices.count { places[$0] - (T - 1 - $0 % Q) == offset }
        return Double(found) / Double(places.count)
      }
    }
  }

  /// The network before training.
  public func network(seed: UInt64) -> EncoderDecoder<Float> {
    var model = EncoderDecoder<Float>(
      sourceSymbols: task.symbols, targetSymbols: task.symbols + 1, outputs: task.symbols, embedding: embedding,
      units: units, attention: attention)
    var generator = RandomGenerator(seed: seed)
    let lstm = Initializer.pytorchRecurrent(units: units)
    let denseLimit = 1 / Double(model.dense.parameters.kernel.shape[0]).squareRoot()
    model.parameters.update { name, tensor in
      switch name {
      case "source/embeddings", "target/embeddings":
        tensor = Initializer.normal(mean: 0, deviation: 1)(tensor.shape, using: &generator)
      case "encoder/bias", "decoder/bias":
        tensor = .zeros(tensor.shape)
        openForgetGate(&tensor)
      case "dense/bias":
        tensor = Initializer.uniform(low: -denseLimit, high: denseLimit)(tensor.shape, using: &generator)
      case _ where name.hasPrefix("encoder/") || name.hasPrefix("decoder/"):
        tensor = lstm(tensor.shape, using: &generator)
      default: tensor = Initializer.fanInUniform(tensor.shape, using: &generator)
      }
    }
    return model
  }

  /// Trains from `seed` and tests on the way.
  ///
  /// - Parameter onUpdate: called after each update with how many were made and the last point of the curve; false ends
  ///   the training with what was learned.
  public func run(seed: UInt64, onUpdate: (Int, Point) -> Bool = { _, _ in true }) throws -> Result {
    var model = network(seed: seed)
    var draws = RandomGenerator(seed: seed &+ 0x5EED_0001)
    var tests = RandomGenerator(seed: seed &+ 0x5EED_0002)
    let test = task.draw(testSize, using: &tests, Float.self)
    var adam = Adam(learningRate: learningRate, epsilon: 1e-8)
    adam.clipping = .globalNorm(1)
    var state = OptimizerState(adam, for: model.parameters)
    var curve = [try point(0, model, test).point]
    for update in 1...max(updates, 1) {
      let batch = task.draw(batchSize, using: &draws, Float.self)
      let forward = try model.forward(source: batch.x, previous: batch.previous)
      let loss = try softmaxCrossEntropy(forward.output, batch.labels)
      let gradient = try model.backward(loss.gradient, cache: forward.cache)
      try adam.step(&model.parameters, gradient: gradient, state: &state)
      let isMeasured = update % interval == 0 || update == updates
      if isMeasured { curve.append(try point(update, model, test).point) }
      if let last = curve.last, !onUpdate(update, last) {
        if !isMeasured { curve.append(try point(update, model, test).point) }
        break
      }
    }
    return Result(seed: seed, curve: curve, model: model, weights: try point(0, model, test).weights)
  }

  private func point(
    _ update: Int, _ model: EncoderDecoder<Float>, _ test: Reversal.Batch<Float>
  ) throws -> (point: Point, weights: Tensor<Float>?) {
    let T = task.length
    let written = try model.decode(source: test.x, steps: T, start: task.start)
    var (right, whole) = (0, 0)
    for sample in 0..<testSize {
      let own = (0..<T).count { written.symbols[sample][$0] == test.labels.values[sample * T + $0] }
      right += own
      if own == T { whole += 1 }
    }
    let point = Point(
      update: update, accuracy: Double(right) / Double(testSize * T),
      sequencesRight: Double(whole) / Double(testSize))
    return (point, written.weights)
  }
}
