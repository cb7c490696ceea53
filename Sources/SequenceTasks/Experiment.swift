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
/// | training  | `rule`, Adam by default; batches of 32 sequences; `clipping`: all gradients together at most 1    |
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
    /// The function of the states.
    public var activation: Activation
    /// Before training the recurrent kernel is this number times the identity; a simple RNN's alone. Nil is orthogonal.
    public var recurrentScale: Double?
    /// A second bias for the state, as PyTorch has it. Both get the same gradient and Adam moves both, so that their
    /// sum moves twice as far at each update. A GRU has two in any case.
    public var hasTwoBiases: Bool

    public init(
      _ kind: CellKind, units: Int, forgetBias: Double? = nil, activation: Activation = .tanh,
      recurrentScale: Double? = nil, hasTwoBiases: Bool = false
    ) {
      self.kind = kind
      self.units = units
      self.forgetBias = forgetBias
      self.activation = activation
      self.recurrentScale = recurrentScale
      self.hasTwoBiases = hasTwoBiases
    }

    /// The layer with D inputs, all weights zero.
    func layer(inputSize D: Int, returnSequences: Bool) -> any Layer<Float> {
      func layer<Cell: StandardCell<Float>>(_: Cell.Type) -> any Layer<Float>
      where Cell.Parameters == RecurrentWeights<Float> {
        let options = Cell.Options(CommonOptions(activation: activation))
        var cell = Cell(inputSize: D, units: units, options: options, useBias: true)
        if hasTwoBiases { cell.parameters.recurrentBias = .zeros([kind.gateCount * units]) }
        return Recurrent(cell, returnSequences: returnSequences)
      }
      return switch kind {
      case .simpleRNN: layer(SimpleRNNCell<Float>.self)
      case .lstm: layer(LSTMCell<Float>.self)
      case .gru: layer(GRUCell<Float>.self)
      }
    }
  }

  /// How weights follow their gradient.
  public enum Rule: Equatable, Sendable {
    case adam
    case sgd(momentum: Double)
  }

  public var task: Task
  public var layers: [LayerChoice]
  /// T of training and test.
  public var steps: Int
  public var updates: Int
  public var learningRate: Double
  public var rule = Rule.adam
  public var clipping = GradientClipping.globalNorm(1)
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
    /// The update whose loss or gradient was no finite number: training ended there. Nil where all were.
    public let failedAt: Int?
    /// On the test at the end; NaN where the run failed.
    public var loss: Double { failedAt == nil ? curve.last?.loss ?? .nan : .nan }
    public var accuracy: Double { failedAt == nil ? curve.last?.accuracy ?? .nan : .nan }
    public var parameterCount: Int { model.parameters.parameterCount }
  }

  /// The network before training.
  public func network(seed: UInt64) -> Stack<Float> {
    var (stack, D): ([any Layer<Float>], Int) = ([], task.inputSize)
    for (place, layer) in layers.enumerated() {
      let isLast = place == layers.count - 1
      let returnSequences = task.asksEveryStep || !isLast
      stack.append(layer.layer(inputSize: D, returnSequences: returnSequences))
      D = layer.units
    }
    let dense = Dense<Float>(inputSize: D, units: task.outputSize, activation: task.outputActivation)
    stack.append(task.asksEveryStep ? TimeDistributed(dense) : dense)
    var model = Stack<Float>(stack)
    var generator = RandomGenerator(seed: seed)
    model.initialize(using: &generator)
    setForgetBiases(&model)
    setRecurrentScales(&model)
    return model
  }

  private func setRecurrentScales(_ model: inout Stack<Float>) {
    for (place, layer) in layers.enumerated() {
      guard layer.kind == .simpleRNN, let scale = layer.recurrentScale else { continue }
      let H = layer.units
      model.parameters.update { name, tensor in
        guard name == "\(place)/recurrent_kernel" else { return }
        tensor = .zeros([H, H])
        for j in 0..<H { tensor.scalars[j * H + j] = Float(scale) }
      }
    }
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
  /// A run whose loss or gradient is no finite number ends there, see `Result.failedAt`.
  ///
  /// - Parameter onUpdate: called after each update with how many were made, for a progress bar.
  /// - Throws: `ShapeError` when the task and the network do not fit.
  public func run(seed: UInt64, onUpdate: (Int) -> Void = { _ in }) throws -> Result {
    switch rule {
    case .adam:
      try run(seed, Adam(learningRate: learningRate, epsilon: 1e-8, clipping: clipping), onUpdate)
    case .sgd(let momentum):
      try run(seed, SGD(learningRate: learningRate, momentum: momentum, clipping: clipping), onUpdate)
    }
  }

  private func run(_ seed: UInt64, _ optimizer: some Optimizer, _ onUpdate: (Int) -> Void) throws -> Result {
    var model = network(seed: seed)
    var batches = self.batches(seed: seed)
    let test = sequences(testSize, seed: seed &+ 0x5EED_0002)
    var state = OptimizerState(optimizer, for: model.parameters)
    var curve = [try point(0, model, test)]
    for update in 1...max(updates, 1) {
      let batch = task.draw(batchSize, steps: steps, using: &batches, Float.self)
      let forward = try model.forward(batch.x)
      let loss = try task.loss(forward.output, batch)
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      guard loss.value.isFinite, gradient.globalNorm.isFinite else {
        return Result(seed: seed, curve: curve, model: model, failedAt: update)
      }
      try optimizer.step(&model.parameters, gradient: gradient, state: &state)
      onUpdate(update)
      if update % interval == 0 || update == updates { curve.append(try point(update, model, test)) }
    }
    return Result(seed: seed, curve: curve, model: model, failedAt: nil)
  }

  /// How long the gradient of the loss by the input is at each of the T steps before training, for one batch.
  ///
  /// The first number over the last says how much of a gradient arrives at step 0.
  ///
  /// - Throws: `ShapeError` when the task and the network do not fit.
  public func inputGradientNorms(seed: UInt64) throws -> [Double] {
    let model = network(seed: seed)
    var batches = self.batches(seed: seed)
    let batch = task.draw(batchSize, steps: steps, using: &batches, Float.self)
    let forward = try model.forward(batch.x)
    let loss = try task.loss(forward.output, batch)
    return try model.backward(loss.gradient, cache: forward.cache).input.stepNorms
  }

  /// Batches and test have generators of their own, so that another network sees the same sequences.
  private func batches(seed: UInt64) -> RandomGenerator { RandomGenerator(seed: seed &+ 0x5EED_0001) }

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
