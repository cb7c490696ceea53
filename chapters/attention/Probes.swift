import ChapterSupport
import ReorderingTasks

/// How well a dense layer can name the symbol that was read `delay` steps ago from a state of the encoder: the share
/// that is right on sequences that it was not trained on.
func readable(_ model: EncoderDecoder<Float>, _ task: Reversal, delay: Int, seed: UInt64) throws -> Double {
  var generator = RandomGenerator(seed: seed)
  func draw(_ count: Int) throws -> (states: Tensor<Float>, labels: Labels) {
    let x = task.draw(count, using: &generator, Float.self).x
    let h = try model.encoder.run(model.source(x)).outputs
    let (T, H) = (task.length, h.columns)
    var (states, labels): ([Float], [Int]) = ([], [])
    for b in 0..<count {
      for t in delay..<T {
        states += h.scalars[(b * T + t) * H..<(b * T + t + 1) * H]
        labels.append(Int(x[b, t - delay]))
      }
    }
    return (Tensor(shape: [labels.count, H], scalars: states), Labels(labels))
  }
  let (training, test) = (try draw(60), try draw(60))
  var dense = Dense<Float>(inputSize: training.states.columns, units: task.symbols)
  dense.initialize(using: &generator)
  _ = try dense.fit(
    training.states, training.labels, loss: { try softmaxCrossEntropy($0, $1, mask: $2) },
    optimizer: Adam(learningRate: 0.03), epochs: 60, batchSize: 128)
  return try accuracy(dense(test.states), test.labels)
}

/// How strongly the loss of the last written symbol depends on each state of the encoder, in a network before training:
/// the length of the gradient with respect to h_j, averaged over a batch.
func reach(_ attention: AttentionScore?, _ task: Reversal, seed: UInt64) throws -> [Double] {
  let experiment = ReversalExperiment(task, attention: attention, updates: 1)
  let model = experiment.network(seed: seed)
  var generator = RandomGenerator(seed: seed)
  let batch = task.draw(32, using: &generator, Float.self)
  let steps = try model.stateGradients(batch, of: task.length - 1)
  return (0..<task.length).map { j in
    let rows = steps.step(j)
    return (0..<rows.rows).reduce(0) { sum, b in
      sum + Double(rows.slice(b).squared().sum().squareRoot())
    } / Double(rows.rows)
  }
}

extension EncoderDecoder {
  /// The gradient of the loss at one written step with respect to every state of the encoder, over all ways.
  fileprivate func stateGradients(_ batch: Reversal.Batch<Scalar>, of step: Int) throws -> Tensor<Scalar> {
    let read = try encoder.run(source(batch.x))
    let written = try decoder.run(target(batch.previous), initialState: read.finalState)
    let q = written.outputs
    let looked = try attention?.forward(query: q, memory: read.outputs)
    let features = looked.map { Tensor.concatenated([q, $0.output]) } ?? q
    let z = try dense.forward(features)
    let T = batch.x.shape[1]
    let only = SequenceMask(
      batchSize: batch.x.shape[0], steps: T, isUsed: (0..<batch.x.count).map { $0 % T == step })
    let loss = try softmaxCrossEntropy(z.output, batch.labels, mask: only)
    let dFeatures = try dense.backward(loss.gradient, cache: z.cache).input
    var dq = dFeatures.columns(0..<q.columns)
    var dh = Tensor<Scalar>.zeros(read.outputs.shape)
    if let attention, let looked {
      let gradient = try attention.backward(dFeatures.columns(q.columns..<dFeatures.columns), cache: looked.cache)
      (dq, dh) = (dq + gradient.query, gradient.memory)
    }
    let start = try decoder.backward(outputs: dq, run: written).initialState
    return try encoder.trace(source(batch.x), outputs: dh, finalState: start).gradients.last { $0.name == "h" }?.values
      ?? dh
  }
}

/// What scores of random vectors with H features look like, and what the softmax makes of T of them: as they are, and
/// divided by √H.
struct RandomScores {
  struct Figures {
    var deviation = 0.0
    var largestWeight = 0.0
    var slope = 0.0
  }
  let plain, scaled: Figures

  init(features H: Int, steps T: Int, seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let sums = (0..<100).map { _ in
      (0..<T).map { _ in (0..<H).reduce(0.0) { sum, _ in sum + generator.normal() * generator.normal() } }
    }
    func figures(_ factor: Double) -> Figures {
      var figures = Figures()
      for scores in sums.map({ Tensor($0) * factor }) {
        let α = softmax(scores).scalars
        figures.deviation += scores.squared().mean() / Double(sums.count)
        figures.largestWeight += (α.max() ?? 0) / Double(sums.count)
        figures.slope += α.reduce(0) { $0 + $1 * (1 - $1) } / Double(sums.count)
      }
      figures.deviation = figures.deviation.squareRoot()
      return figures
    }
    (plain, scaled) = (figures(1), figures(1 / Double(H).squareRoot()))
  }
}
