/// How a training goes through its samples.
public struct TrainingPlan: Equatable, Sendable {
  public var epochs: Int
  public var batchSize: Int
  /// Seed of the order of the samples, which is another one in each epoch; nil keeps their own order.
  public var shuffleSeed: UInt64?

  public init(epochs: Int, batchSize: Int = 32, shuffleSeed: UInt64? = nil) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.shuffleSeed = shuffleSeed
  }

  /// The order of the samples in an epoch, counted from 0: a function of the plan alone, so that a training can be
  /// resumed.
  public func order(ofEpoch epoch: Int, sampleCount: Int) -> [Int] {
    guard let shuffleSeed else { return Array(0..<sampleCount) }
    // Every epoch has a seed drawn from the plan's. With seed + epoch, two plans with neighbouring seeds would share
    // their orders.
    var seeds = RandomGenerator(seed: shuffleSeed)
    for _ in 0..<epoch { _ = seeds.next() }
    var generator = RandomGenerator(seed: seeds.next())
    return generator.permutation(sampleCount)
  }
}

/// The position of a training, and the sums of its current epoch.
///
/// With the weights, the ``OptimizerState`` and the ``TrainingPlan`` this is all that a checkpoint has to hold.
public struct TrainingPosition: Equatable, Sendable {
  /// How many epochs are complete.
  public var epoch = 0
  /// How many samples of the running epoch are done.
  public var sample = 0
  /// Σ loss · batch size over the running epoch, and the same of the metric.
  public var lossSum = 0.0
  public var metricSum = 0.0

  public init() {}
  public init(epoch: Int, sample: Int, lossSum: Double, metricSum: Double) {
    self.epoch = epoch
    self.sample = sample
    self.lossSum = lossSum
    self.metricSum = metricSum
  }
}

/// The losses of the epochs that are complete.
public struct TrainingHistory: Equatable, Sendable {
  /// The mean over the samples of the batch losses, each taken before its update.
  public var losses: [Double] = []
  /// The same of the metric, if there is one.
  public var metrics: [Double] = []

  public init(losses: [Double] = [], metrics: [Double] = []) {
    self.losses = losses
    self.metrics = metrics
  }
}

/// The result of one step of a training.
public struct TrainingStep: Equatable, Sendable {
  /// The number of the epoch, from 0.
  public let epoch: Int
  /// The number of the step in its epoch, from 0, and how many there are.
  public let step, steps: Int
  /// The loss of this step's batch, before its update.
  public let batchLoss: Double
  /// The means over the epoch so far.
  public let meanLoss: Double
  public let meanMetric: Double?
  public var isLastOfEpoch: Bool { step == steps - 1 }
}

/// Whether a training continues after a step.
public enum TrainingDecision: Equatable, Sendable { case proceed, stop }

/// A model in training: its weights, the optimiser's state, the position in the training and the losses so far.
///
/// A value: a copy is a checkpoint, and equal values give equal results. ``fit(_:_:loss:plan:metric:onStep:)``
/// continues at the run's position, so a run that was stopped and resumed ends with the same bits as one that was not.
public struct TrainingRun<Model: Layer, Rule: Optimizer>: Sendable {
  public typealias Scalar = Model.Scalar

  public var model: Model
  public var optimizer: Rule
  public var optimizerState: OptimizerState<Scalar>
  public var position = TrainingPosition()
  public var history = TrainingHistory()

  public init(_ model: Model, optimizer: Rule) {
    self.model = model
    self.optimizer = optimizer
    optimizerState = OptimizerState(optimizer, for: model.parameters)
  }

  /// Trains until the plan's epochs are complete or `onStep` returns `stop`.
  ///
  /// - Parameters:
  ///   - x: the samples, `[B, …]` in batches.
  ///   - y: their targets, in the form that `loss` takes.
  ///   - loss: a function of this module or one of your own.
  ///   - metric: a second figure of every batch, such as ``accuracy(_:_:mask:)``.
  ///   - onStep: called after every update with the run after it.
  /// - Throws: `ShapeError` when shapes do not fit, and whatever the loss throws.
  public mutating func fit<Target>(
    _ x: some Samples<Tensor<Scalar>>, _ y: some Samples<Target>, loss: Loss<Scalar, Target>, plan: TrainingPlan,
    metric: ((Tensor<Scalar>, Target, SequenceMask?) throws -> Double)? = nil,
    onStep: (TrainingRun, TrainingStep) throws -> TrainingDecision = { _, _ in .proceed }
  ) throws {
    let N = x.sampleCount
    guard y.sampleCount == N, N > 0, plan.batchSize > 0 else {
      throw ShapeError("targets of a training", expected: "[\(max(N, 1)), …]", received: [y.sampleCount])
    }
    guard (0..<N).contains(position.sample) else {
      throw ShapeError("samples of a training that stands at \(position.sample)", expected: "more", received: [N])
    }
    while position.epoch < plan.epochs {
      let epoch = position.epoch
      let order = plan.order(ofEpoch: epoch, sampleCount: N)
      while position.epoch == epoch {
        let numbers = order[position.sample..<min(position.sample + plan.batchSize, N)]
        let number = position.sample / plan.batchSize
        let batchLoss = try step(x.batch(numbers), y.batch(numbers), count: numbers.count, loss, metric)
        let report = TrainingStep(
          epoch: epoch, step: number, steps: (N + plan.batchSize - 1) / plan.batchSize, batchLoss: batchLoss,
          meanLoss: position.lossSum / Double(position.sample),
          meanMetric: metric == nil ? nil : position.metricSum / Double(position.sample))
        if report.isLastOfEpoch { closeEpoch(report) }
        if try onStep(self, report) == .stop { return }
      }
    }
  }

  /// One batch: forward, loss, backward, update; the loss before the update.
  private mutating func step<Target>(
    _ x: Tensor<Scalar>, _ y: Target, count: Int, _ loss: Loss<Scalar, Target>,
    _ metric: ((Tensor<Scalar>, Target, SequenceMask?) throws -> Double)?
  ) throws -> Double {
    let batch = try gradient(x, y, loss)
    try optimizer.step(&model, gradient: batch.gradient, state: &optimizerState)
    position.sample += count
    position.lossSum += batch.loss * Double(count)
    if let metric { position.metricSum += try metric(batch.output, y, batch.mask) * Double(count) }
    return batch.loss
  }

  /// Forward, loss, backward. In a function of its own, so that its caches, which hold weights, are gone before these
  /// are changed.
  private func gradient<Target>(
    _ x: Tensor<Scalar>, _ y: Target, _ loss: Loss<Scalar, Target>
  ) throws -> (output: Tensor<Scalar>, mask: SequenceMask?, loss: Double, gradient: Model.Parameters) {
    let forward = try model.forward(x, mask: nil)
    let value = try loss(forward.output, y, forward.mask)
    let gradient = try model.parameterGradient(value.gradient, cache: forward.cache)
    return (forward.output, forward.mask, value.value, gradient)
  }

  private mutating func closeEpoch(_ last: TrainingStep) {
    history.losses.append(last.meanLoss)
    if let metric = last.meanMetric { history.metrics.append(metric) }
    position = TrainingPosition(epoch: position.epoch + 1, sample: 0, lossSum: 0, metricSum: 0)
  }
}

extension Layer {
  /// Trains the layer and returns its losses by epoch: Keras' `fit`, see ``TrainingRun``.
  public mutating func fit<Target>(
    _ x: some Samples<Tensor<Scalar>>, _ y: some Samples<Target>, loss: Loss<Scalar, Target>,
    optimizer: some Optimizer, epochs: Int, batchSize: Int = 32, shuffleSeed: UInt64? = nil
  ) throws -> TrainingHistory {
    var run = TrainingRun(self, optimizer: optimizer)
    let plan = TrainingPlan(epochs: epochs, batchSize: batchSize, shuffleSeed: shuffleSeed)
    try run.fit(x, y, loss: loss, plan: plan)
    self = run.model
    return run.history
  }

  /// The mean loss over all samples, batch by batch, without training: Keras' `evaluate`. `measure` may also be a
  /// metric, such as the accuracy.
  public func evaluate<Target>(
    _ x: some Samples<Tensor<Scalar>>, _ y: some Samples<Target>, batchSize: Int = 32,
    measure: (Tensor<Scalar>, Target, SequenceMask?) throws -> Double
  ) throws -> Double {
    let order = Array(0..<x.sampleCount)
    var sum = 0.0
    for start in stride(from: 0, to: order.count, by: batchSize) {
      let numbers = order[start..<min(start + batchSize, order.count)]
      let forward = try forward(x.batch(numbers), mask: nil)
      sum += try measure(forward.output, y.batch(numbers), forward.mask) * Double(numbers.count)
    }
    return sum / Double(order.count)
  }
}
