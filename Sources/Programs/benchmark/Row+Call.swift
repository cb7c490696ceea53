import Training

extension Row {
  /// A call of what the row measures, with its own weights and data.
  func makeCall() throws -> () throws -> Void {
    var generator = RandomGenerator(seed: 1)
    let x = Tensor<Float>.uniform([B, T, D], -1, 1, using: &generator)
    switch network {
    case .layer(let kind, let option): return try layerCall(recurrent(kind, option, returnSequences: true), x)
    case .classifier(let kind, let option):
      let model = Stack<Float>([try recurrent(kind, option), Dense<Float>(inputSize: H, units: Self.classes)])
      return trainingCall(model, x, Labels((0..<B).map { _ in generator.index(below: Self.classes) }), Adam())
    case .bidirectional:
      return try layerCall(Bidirectional(forward: lstm(D), backward: lstm(D), returnSequences: true), x)
    case .stacked: return try layerCall(Stack<Float>([sequences(D), sequences(H)]), x)
    case .stream(let steps): return try streamingCall(steps, x)
    case .language(let layers, let vocabulary, let update):
      let recurrent = (0..<layers).map { sequences($0 == 0 ? D : H) }
      let model = Stack<Float>([try embedding(vocabulary)] + recurrent + [Dense(inputSize: H, units: vocabulary)])
      return try modelCall(model, vocabulary, update)
    case .sorting(let vocabulary):
      let both = Bidirectional(forward: lstm(D), backward: lstm(D), returnSequences: true)
      let model = Stack<Float>([try embedding(vocabulary), both, Dense(inputSize: 2 * H, units: vocabulary)])
      return try modelCall(model, vocabulary, .sgd, momentum: 0.9)
    }
  }

  // MARK: Layers

  private func lstm(_ inputSize: Int) -> LSTMCell<Float> { LSTMCell(inputSize: inputSize, units: H) }

  private func sequences(_ inputSize: Int) -> any Layer<Float> {
    Recurrent(lstm(inputSize), returnSequences: true)
  }

  private func embedding(_ vocabulary: Int) throws -> any Layer<Float> {
    try Embedding<Float>(embeddings: .zeros([vocabulary, D]))
  }

  private func recurrent(
    _ kind: CellKind, _ option: Network.Option, returnSequences: Bool = false
  ) throws -> any Layer<Float> {
    switch (kind, option) {
    case (.lstm, .hardSigmoid):
      let options = LSTMOptions(recurrentActivation: .keras2HardSigmoid)
      return Recurrent(LSTMCell(inputSize: D, units: H, options: options), returnSequences: returnSequences)
    case (.lstm, .peepholes):
      let plain = ExtendedLSTMCell<Float>(inputSize: D, units: H).parameters.weights
      let cell = try ExtendedLSTMCell(parameters: .init(plain, peepholes: .zeros([3, H])))
      return Recurrent(cell, returnSequences: returnSequences)
    case (.lstm, .clips):
      let options = ExtendedLSTMOptions(clip: 3, cellClip: 2)
      return Recurrent(
        ExtendedLSTMCell<Float>(inputSize: D, units: H, options: options), returnSequences: returnSequences)
    case (.gru, .hardSigmoid):
      let options = GRUOptions(recurrentActivation: .keras2HardSigmoid)
      return Recurrent(GRUCell<Float>(inputSize: D, units: H, options: options), returnSequences: returnSequences)
    case (.simpleRNN, .relu):
      let cell = SimpleRNNCell<Float>(inputSize: D, units: H, options: .init(activation: .relu))
      return Recurrent(cell, returnSequences: returnSequences)
    default: return kind.layer(inputSize: D, units: H, returnSequences: returnSequences)
    }
  }

  // MARK: Calls

  private func layerCall<L: Layer<Float>>(_ layer: L, _ x: Tensor<Float>) throws -> () throws -> Void {
    let layer = initialized(layer)
    let mask = lengths.map { SequenceMask(lengths: $0, steps: T) }
    guard mode == .gradient else { return { _ = try layer.predict(x, mask: mask) } }
    return {
      let forward = try layer.forward(x, mask: mask)
      _ = try layer.backward(forward.output, cache: forward.cache)
    }
  }

  private func streamingCall(_ steps: Int, _ x: Tensor<Float>) throws -> () throws -> Void {
    let layer = initialized(Recurrent(lstm(D)))
    return {
      var stream = try layer.stream(batchSize: B)
      for _ in 0..<steps { _ = try stream.next(x) }
    }
  }

  /// A model over words: all outputs, or a step of training.
  private func modelCall(
    _ model: Stack<Float>, _ vocabulary: Int, _ update: Network.Update, momentum: Double = 0
  ) throws -> () throws -> Void {
    var generator = RandomGenerator(seed: 2)
    func words() -> [Int] { (0..<B * T).map { _ in generator.index(below: vocabulary) } }
    let x = Tensor(shape: [B, T], scalars: words().map { Float($0) })
    let labels = Labels(words())
    guard mode == .train else { return try layerCall(model, x) }
    switch update {
    case .adam: return trainingCall(model, x, labels, Adam())
    case .sgd: return trainingCall(model, x, labels, SGD(learningRate: 0.1, momentum: momentum))
    }
  }

  private func trainingCall(
    _ model: Stack<Float>, _ x: Tensor<Float>, _ labels: Labels, _ optimizer: some Optimizer
  ) -> () throws -> Void {
    var model = initialized(model)
    var state = OptimizerState(optimizer, for: model.parameters)
    return {
      let gradient = try Self.gradient(of: model, x, labels)
      try optimizer.step(&model, gradient: gradient, state: &state)
    }
  }

  /// In a function of its own, so that the caches, which hold weights, are gone before these are changed.
  private static func gradient(
    of model: Stack<Float>, _ x: Tensor<Float>, _ labels: Labels
  ) throws -> NamedTensors<Float> {
    let forward = try model.forward(x)
    let loss = try softmaxCrossEntropy(forward.output, labels)
    return try model.parameterGradient(loss.gradient, cache: forward.cache)
  }

  /// Small weights; their values do not change the time.
  private func initialized<L: Layer<Float>>(_ layer: L) -> L {
    var (layer, generator) = (layer, RandomGenerator(seed: 3))
    layer.parameters.update { _, tensor in tensor = .uniform(tensor.shape, -0.05, 0.05, using: &generator) }
    return layer
  }
}
