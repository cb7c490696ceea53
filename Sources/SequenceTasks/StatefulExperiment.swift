/// An LSTM that is trained on long series in pieces, with its state kept in one way or another.
///
///     let set = SeriesSet.firstBit(count: 75, steps: 140, seed: 1)
///     let result = try StatefulExperiment(set, pieceLength: 14, batchSize: 15, feeding: .stateful).run(seed: 1)
///     result.losses.last        // of the last epoch
///
/// | Feeding      | Rows                      | State                                                   |
/// |--------------|---------------------------|---------------------------------------------------------|
/// | `stateful`   | in order                  | kept, and zero before each group of B series            |
/// | `stateless`  | in order                  | zero in every piece                                     |
/// | `neverReset` | in order                  | kept, also from one group of series to the next         |
/// | `reshaped`   | series by series          | kept, in the wrong rows; zero after P batches           |
///
/// | Part      | What it is                                                                                        |
/// |-----------|---------------------------------------------------------------------------------------------------|
/// | network   | LSTM of `units` units, a dense layer of C outputs at every step                                   |
/// | weights   | Keras' initial values; forget bias 1                                                              |
/// | training  | RMSprop with Keras 2's rule, mean squared error; the gradient stops at the beginning of a piece   |
/// | test      | whole series, except `stateless`: there every piece by itself                                     |
public struct StatefulExperiment: Sendable {
  public enum Feeding: String, CaseIterable, Sendable { case stateful, stateless, neverReset, reshaped }

  public var set: SeriesSet
  /// L and B; they divide T and N.
  public var pieceLength, batchSize: Int
  public var feeding: Feeding
  public var units = 10
  public var epochs = 100

  public init(_ set: SeriesSet, pieceLength L: Int, batchSize B: Int, feeding: Feeding) {
    self.set = set
    pieceLength = L
    batchSize = B
    self.feeding = feeding
  }

  public typealias Model = SequenceModel<LSTMCell<Float>, TimeDistributed<Dense<Float>>>

  /// What a run reached.
  public struct Result: Sendable {
    public let seed: UInt64
    /// By epoch: the mean over its batches, each before its update.
    public let losses: [Double]
    /// With the weights of the end, on the series for training and on those for the test.
    public let trainingLoss, testLoss: Double
    public let model: Model
  }

  /// The order in which the pieces are fed.
  ///
  /// - Throws: `ShapeError` when L does not divide T, or B does not divide N.
  public func order() throws -> PieceOrder {
    guard pieceLength > 0, set.steps % pieceLength == 0 else {
      throw ShapeError("series to cut", expected: "[N, a multiple of \(pieceLength), D]", received: set.x.shape)
    }
    let P = set.steps / pieceLength
    if feeding == .reshaped {
      return try PieceOrder.sequenceBySequence(sequences: set.count, pieces: P, batchSize: batchSize)
    }
    var order = try PieceOrder.aligned(sequences: set.count, pieces: P, batchSize: batchSize)
    if feeding == .neverReset { order.resetEvery = nil }
    return order
  }

  /// The network before training.
  public func network(seed: UInt64) -> Model {
    let dense = Dense<Float>(inputSize: units, units: set.y.columns)
    var model = Model(LSTMCell(inputSize: set.x.columns, units: units), head: TimeDistributed(dense))
    var generator = RandomGenerator(seed: seed)
    model.initialize(using: &generator)
    return model
  }

  /// Trains from `seed` and tests.
  ///
  /// - Throws: `ShapeError` as `order()`.
  public func run(seed: UInt64) throws -> Result {
    let order = try order()
    let (x, y) = (try set.x.pieces(of: pieceLength), try set.y.pieces(of: pieceLength))
    var training = TruncatedTraining(network(seed: seed), optimizer: RMSprop(epsilonPlace: .outsideRoot))
    var losses: [Double] = []
    for _ in 0..<epochs {
      let batches = try training.train(
        x, y, loss: { try meanSquaredError($0, $1, mask: $2) }, order: order, keepsState: feeding != .stateless)
      losses.append(batches.reduce(0, +) / Double(batches.count))
    }
    return Result(
      seed: seed, losses: losses, trainingLoss: try loss(training.model, set.x, set.y),
      testLoss: try loss(training.model, set.xTest, set.yTest), model: training.model)
  }

  /// Trains and tests from each seed, side by side on the cores at hand; the same bits as one after the other.
  ///
  /// - Throws: `ShapeError` as `order()`.
  public func runs(seeds: ClosedRange<UInt64>) throws -> [Result] { try sideBySide(Array(seeds)) { try run(seed: $0) } }

  private func loss(_ model: Model, _ x: Tensor<Float>, _ y: Tensor<Float>) throws -> Double {
    let isAlone = feeding == .stateless
    let (x, y) = (isAlone ? try x.pieces(of: pieceLength) : x, isAlone ? try y.pieces(of: pieceLength) : y)
    let outputs = try model.head.predict(model.recurrent.run(x).outputs, mask: nil).output
    return try meanSquaredError(outputs, y).value
  }
}

extension SeriesSet {
  /// The least mean squared error of a network that sees P pieces of `firstBit` each by itself, where k of N series
  /// begin with 1.
  ///
  /// A piece of zeros is a later piece of a series that began with 1 (k (P − 1) of them) or any of one that began with
  /// 0 ((N − k) P of them). Of those z pieces the share q has the target 1, and the best answer is q:
  ///
  ///     z = k (P − 1) + (N − k) P        q = k (P − 1) / z        error = z / (N P) · q (1 − q)
  ///
  /// With 10 pieces and half of the series that is 9/38.
  public static func bestStatelessError(pieces P: Int, ones k: Int = 1, of N: Int = 2) -> Double {
    let (one, zero) = (Double(k * (P - 1)), Double((N - k) * P))
    let (z, q) = (one + zero, one / (one + zero))
    return z / Double(N * P) * q * (1 - q)
  }
}
