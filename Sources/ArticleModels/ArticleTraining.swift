extension ArticleModel {
  public static let sampleCount = 256
  public static let batchSize = 32
  /// The seed of `train` where none is given: the first whose losses lie inside Keras' range of 20 seeds for every
  /// model.
  ///
  /// Nine of the first twenty do; the others leave the range somewhere by a little, as a twenty-first seed of Keras
  /// may. Chapters do not take it: each has a `--seed` option with a default of its own.
  public static let defaultSeed: UInt64 = 2

  /// The training set: 256 samples, all the same, with equal features.
  ///
  /// | Tensor | Shape         | Element                        |
  /// |--------|---------------|--------------------------------|
  /// | `x`    | `[256, T, D]` | `inputSequence[t]`             |
  /// | `y`    | `[256, T, C]` | `targetSequence[t]`            |
  public func trainingSet<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) -> (x: Tensor<Scalar>, y: Tensor<Scalar>) {
    (samples(inputSequence, features: inputSize), samples(Self.targetSequence, features: outputSize))
  }

  private func samples<Scalar: RealScalar>(_ sequence: [Double], features: Int) -> Tensor<Scalar> {
    let sample = sequence.flatMap { [Scalar](repeating: Scalar($0), count: features) }
    return Tensor(
      shape: [Self.sampleCount, sequence.count, features],
      scalars: (0..<Self.sampleCount).flatMap { _ in sample })
  }

  /// The layers with their first weights: Keras' defaults, but a GRU's recurrent kernel is zero, as in the companion
  /// code.
  public func initialized<Scalar: RealScalar>(seed: UInt64, _: Scalar.Type = Scalar.self) -> Stack<Scalar> {
    var rules = LayerInitializers.keras
    if case .gru = recurrence { rules.recurrentKernel = .zeros }
    var (layers, generator) = (layers(Scalar.self), RandomGenerator(seed: seed))
    layers.initialize(rules, using: &generator)
    return layers
  }

  /// Trains as the article does: mean squared error, RMSprop, batches of 32, from the weights that `seed` gives.
  ///
  /// - Parameter epochs: as many as the article's unless given.
  public func train<Scalar: RealScalar>(
    seed: UInt64 = defaultSeed, epochs: Int? = nil, _: Scalar.Type = Scalar.self
  ) throws -> (model: Stack<Scalar>, history: TrainingHistory) {
    try train(initialized(seed: seed), optimizer: RMSprop(), epochs: epochs)
  }

  /// Trains from given weights with a given optimiser: for example Keras 2's RMSprop, from the start that the printed
  /// numbers of Part A imply.
  public func train<Scalar: RealScalar>(
    _ start: Stack<Scalar>, optimizer: some Optimizer, epochs: Int? = nil
  ) throws -> (model: Stack<Scalar>, history: TrainingHistory) {
    var model = start
    let (x, y) = trainingSet(Scalar.self)
    let history = try model.fit(
      x, y, loss: meanSquaredError, optimizer: optimizer, epochs: epochs ?? self.epochs, batchSize: Self.batchSize)
    return (model, history)
  }
}
