import Foundation

/// The sorting network of MXNet's `example/bi-lstm-sort` and its training, at any size.
///
///     x → embedding → LSTM, one or two directions side by side → dense → softmax, at every step
///
/// | Part      | What it is                                                                                      |
/// |-----------|-------------------------------------------------------------------------------------------------|
/// | embedding | `[V + 1, E]`, row 0 for padding                                                                 |
/// | LSTM      | H units a direction, two biases, no forget bias                                                 |
/// | dense     | V + 1 outputs                                                                                   |
/// | weights   | U(−a, a) with a = √(2.34 / fan in), biases 0                                                    |
/// | loss      | summed over the positions, divided by the batch                                                 |
/// | rule      | `MXNetSGD`: rate 0.1, momentum 0.9, weight decay 10⁻⁵                                           |
/// | data      | fresh sequences for every batch of 100; 2000 others for the test                                |
///
/// The seed decides weights, batches and test.
public struct SortingExperiment: Sendable {
  public var task: Sorting
  /// E
  public var embedding: Int
  /// H of each direction.
  public var units: Int
  public var isBidirectional: Bool
  /// Updates.
  public var batches: Int
  public var batchSize = 100
  public var testSize = 2000
  /// A point of the curve after so many batches.
  public var interval = 100

  public init(_ task: Sorting, embedding: Int, units: Int, isBidirectional: Bool = true, batches: Int) {
    self.task = task
    self.embedding = embedding
    self.units = units
    self.isBidirectional = isBidirectional
    self.batches = batches
  }

  /// What the network does on the test.
  public struct Point: Equatable, Sendable {
    /// After so many batches.
    public let batch: Int
    /// The mean cross-entropy of an answer.
    public let loss: Double
    /// The share of right answers at each position.
    public let accuracies: [Double]
    /// The share of sequences without any wrong answer.
    public let sequencesRight: Double

    public var accuracy: Double { accuracies.reduce(0, +) / Double(accuracies.count) }
    public var perplexity: Double { Foundation.exp(loss) }
  }

  public struct Result: Sendable {
    public let seed: UInt64
    public let curve: [Point]
    public let model: Stack<Float>
    /// The last point.
    public var end: Point { curve[curve.count - 1] }
  }

  /// The network before training.
  public func network(seed: UInt64) -> Stack<Float> {
    func cell() -> LSTMCell<Float> {
      var cell = LSTMCell<Float>(inputSize: embedding, units: units)
      cell.parameters.recurrentBias = .zeros([4 * units])
      return cell
    }
    let recurrent: any Layer<Float> =
      isBidirectional
      ? Bidirectional(forward: cell(), backward: cell(), returnSequences: true)
      : LSTM(cell(), returnSequences: true)
    var model = Stack<Float>([
      Embedding(words: task.symbols, size: embedding), recurrent,
      Dense(inputSize: isBidirectional ? 2 * units : units, units: task.symbols),
    ])
    let xavier = Initializer.mxnetXavier(magnitude: 2.34)
    // A row of the table is what one symbol puts out: its fan in is E.
    let limit = (2.34 / Double(embedding)).squareRoot()
    var generator = RandomGenerator(seed: seed)
    model.initialize(
      LayerInitializers(
        kernel: xavier, recurrentKernel: xavier, bias: .zeros, embeddings: .uniform(low: -limit, high: limit),
        unitForgetBias: false), using: &generator)
    return model
  }

  /// The rule of the training.
  public var optimizer: MXNetSGD {
    MXNetSGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-5, rescaleGradient: 1 / Double(batchSize))
  }

  /// Trains from `seed` and tests on the way.
  ///
  /// - Parameter onBatch: called after each update with how many were made and the last point of the curve; false ends
  ///   the training with what was learned.
  public func run(seed: UInt64, onBatch: (Int, Point) -> Bool = { _, _ in true }) throws -> Result {
    var model = network(seed: seed)
    var draws = RandomGenerator(seed: seed &+ 0x5EED_0001)
    var tests = RandomGenerator(seed: seed &+ 0x5EED_0002)
    let test = task.draw(testSize, using: &tests, Float.self)
    let optimizer = optimizer
    var state = OptimizerState(optimizer, for: model.parameters)
    var curve = [try point(0, model, test)]
    for batch in 1...max(batches, 1) {
      let (x, labels) = task.draw(batchSize, using: &draws, Float.self)
      let forward = try model.forward(x)
      let loss = try softmaxOutputLoss(forward.output, labels)
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try optimizer.step(&model.parameters, gradient: gradient, state: &state)
      let isMeasured = batch % interval == 0 || batch == batches
      if isMeasured { curve.append(try point(batch, model, test)) }
      if let last = curve.last, !onBatch(batch, last) {
        if !isMeasured { curve.append(try point(batch, model, test)) }
        break
      }
    }
    return Result(seed: seed, curve: curve, model: model)
  }

  private func point(
    _ batch: Int, _ model: Stack<Float>, _ test: (x: Tensor<Float>, labels: Labels)
  ) throws -> Point {
    let logits = try model.predict(test.x, mask: nil).output
    let found = logits.argmaxOfRows()
    let T = task.length
    var right = [Int](repeating: 0, count: T)
    var whole = 0
    for sample in 0..<testSize {
      let own = (0..<T).filter { found[sample * T + $0] == test.labels.values[sample * T + $0] }
      for t in own { right[t] += 1 }
      if own.count == T { whole += 1 }
    }
    return Point(
      batch: batch, loss: try softmaxCrossEntropy(logits, test.labels).value,
      accuracies: right.map { Double($0) / Double(testSize) }, sequencesRight: Double(whole) / Double(testSize))
  }
}
