/// A network that learns a task from fresh batches, from one seed to the figures that a page shows.
///
///     let experiment = Experiment(
///       BitTask(.parity), layers: [.init(.lstm, units: 5)], steps: 12, updates: 800, learningRate: 0.01)
///     let result = try experiment.run(seed: 1)        // result.accuracy, result.curve
///
/// | Part      | What it is                                                                                        |
/// |-----------|---------------------------------------------------------------------------------------------------|
/// | network   | `layers` on top of each other (none: the input itself), then a dense layer                        |
/// | weights   | Keras' initial values: Glorot uniform, orthogonal, zero; forget bias 1 or as given                |
/// | training  | Adam, batches of 32 sequences, the norm of all gradients together kept at most 1                  |
/// | test      | 500 further sequences                                                                             |
///
/// The seed decides the weights, the batches and the test. Runs of different seeds say how much a figure may vary.
public struct Experiment<Task: SequenceTask>: Sendable {
  /// A recurrent layer of the network.
  public struct LayerChoice: Equatable, Sendable {
    public var kind: CellKind
    public var units: Int
    /// The forget gate's bias before training; an LSTM's alone. Nil is 1.
    public var forgetBias: Double?

    public init(_ kind: CellKind, units: Int, forgetBias: Double? = nil) {
      self.kind = kind
      self.units = units
      self.forgetBias = forgetBias
    }
  }

  public var task: Task
  public var layers: [LayerChoice]
  /// T of training and test.
  public var steps: Int
  public var updates: Int
  public var learningRate: Double
  public var batchSize = 32
  public var testSize = 500
  /// A point of the curve after so many updates.
  public var interval = 50

  public init(_ task: Task, layers: [LayerChoice], steps: Int, updates: Int, learningRate: Double) {
    self.task = task
    self.layers = layers
    self.steps = steps
    self.updates = updates
    self.learningRate = learningRate
  }

  /// What a run reached.
  public struct Result: Sendable {
    /// On the test, after so many updates.
    public struct Point: Equatable, Sendable {
      public let update: Int
      public let loss, accuracy: Double
    }
    public let seed: UInt64
    public let curve: [Point]
    public let model: Stack<Float>
    public var loss: Double { curve.last?.loss ?? .nan }
    public var accuracy: Double { curve.last?.accuracy ?? .nan }
    public var parameterCount: Int { model.parameters.parameterCount }
  }

  /// The network before training.
  public func network(seed: UInt64) -> Stack<Float> {
    var (stack, D): ([any Layer<Float>], Int) = ([], task.inputSize)
    for (place, layer) in layers.enumerated() {
      let isLast = place == layers.count - 1
      let returnSequences = task.asksEveryStep || !isLast
      stack.append(layer.kind.layer(inputSize: D, units: layer.units, returnSequences: returnSequences))
      D = layer.units
    }
    let dense = Dense<Float>(inputSize: D, units: task.outputSize, activation: task.outputActivation)
    stack.append(task.asksEveryStep ? TimeDistributed(dense) : dense)
    var model = Stack<Float>(stack)
    var generator = RandomGenerator(seed: seed)
    model.initialize(using: &generator)
    setForgetBiases(&model)
    return model
  }

  private func setForgetBiases(_ model: inout Stack<Float>) {
    for (place, layer) in layers.enumerated() {
      guard layer.kind == .lstm, let value = layer.forgetBias else { continue }
      let H = layer.units
      model.parameters.update { name, tensor in
        // Blocks i, f, g, o.
        if name == "\(place)/bias" { for j in H..<2 * H { tensor.scalars[j] = Float(value) } }
      }
    }
  }

  /// Trains from `seed` and tests.
  ///
  /// - Parameter onUpdate: called after each update with how many were made, for a progress bar.
  /// - Throws: `ShapeError` when the task and the network do not fit.
  public func run(seed: UInt64, onUpdate: (Int) -> Void = { _ in }) throws -> Result {
    var model = network(seed: seed)
    // Batches and test have generators of their own, so that another network sees the same sequences.
    var batches = RandomGenerator(seed: seed &+ 0x5EED_0001)
    let test = sequences(testSize, seed: seed &+ 0x5EED_0002)
    var adam = Adam(learningRate: learningRate, epsilon: 1e-8)
    adam.clipping = .globalNorm(1)
    var state = OptimizerState(adam, for: model.parameters)
    var curve = [try point(0, model, test)]
    for update in 1...max(updates, 1) {
      let batch = task.draw(batchSize, steps: steps, using: &batches, Float.self)
      let forward = try model.forward(batch.x)
      let loss = try task.loss(forward.output, batch)
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try adam.step(&model.parameters, gradient: gradient, state: &state)
      onUpdate(update)
      if update % interval == 0 || update == updates { curve.append(try point(update, model, test)) }
    }
    return Result(seed: seed, curve: curve, model: model)
  }

  /// The share of right answers on further sequences, of another length if one is given.
  public func accuracy(of model: Stack<Float>, steps T: Int? = nil, seed: UInt64) throws -> Double {
    var generator = RandomGenerator(seed: seed &+ 0x5EED_0003)
    let batch = task.draw(testSize, steps: T ?? steps, using: &generator, Float.self)
    return try task.accuracy(model.predict(batch.x, mask: nil).output, batch)
  }

  private func sequences(_ count: Int, seed: UInt64) -> TaskBatch<Float, Task.Target> {
    var generator = RandomGenerator(seed: seed)
    return task.draw(count, steps: steps, using: &generator, Float.self)
  }

  private func point(
    _ update: Int, _ model: Stack<Float>, _ test: TaskBatch<Float, Task.Target>
  ) throws -> Result.Point {
    let output = try model.predict(test.x, mask: nil).output
    return Result.Point(
      update: update, loss: try task.loss(output, test).value, accuracy: try task.accuracy(output, test))
  }
}
