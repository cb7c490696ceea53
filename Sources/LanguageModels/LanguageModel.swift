import Foundation
@_exported import LongTraining

/// A network that predicts the next word of a text: embedding, recurrent layer, dense layer.
///
///     v_t = E[x_t]        (h_t, s_t) = cell(v_t, s_{t−1})        z_t = h_t·W + b        p(next word) = softmax(z_t)
///
/// | Tensor | Shape              | What it is                          |
/// |--------|--------------------|-------------------------------------|
/// | x      | `Indices` `[B, T]` | words as numbers in `0 ..< V`       |
/// | v      | `[B, T, D]`        | their vectors                       |
/// | h      | `[B, T, H]`        |                                     |
/// | z      | `[B, T, V]`        | logits                              |
///
/// The loss of a block is the mean over its B·T words of −log p(next word), in nats; its exponential is the perplexity.
/// Weights are named `embeddings`, `0/…` (cell) and `1/…` (dense layer).
public struct LanguageModel<Cell: RecurrentCell>: Sendable {
  public typealias Scalar = Cell.Scalar

  public var embedding: Embedding<Scalar>
  public var sequence: SequenceModel<Cell, Dense<Scalar>>

  public init(embedding: Embedding<Scalar>, cell: Cell, dense: Dense<Scalar>) {
    self.embedding = embedding
    sequence = SequenceModel(cell, head: dense)
  }

  public struct Parameters: ParameterGroup {
    public var embedding: Embedding<Scalar>.Parameters
    public var sequence: SequenceModel<Cell, Dense<Scalar>>.Parameters

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try embedding.update(body)
      try sequence.update(body)
    }
  }

  public var parameters: Parameters {
    get { Parameters(embedding: embedding.parameters, sequence: sequence.parameters) }
    set { (embedding.parameters, sequence.parameters) = (newValue.embedding, newValue.sequence) }
  }

  /// V, the number of words.
  public var words: Int { embedding.size.V }

  /// What a block gives: its loss, the gradient of the weights, and the states at both ends.
  public struct Block: Sendable {
    /// The mean of −log p(next word) over the block, in nats.
    public let loss: Double
    public let gradient: Parameters
    /// ∂loss/∂(the state in which the block began). Truncated back-propagation drops it.
    public let initialStateGradient: Cell.State
    /// The state after the block.
    public let state: Cell.State
  }

  /// The loss of a block of words that begins in `state`, and its gradient.
  ///
  /// The true words go in, whatever the network would have predicted: teacher forcing. `state` is a constant: no
  /// gradient goes into the block before.
  ///
  /// - Parameter ending: what comes back from the block after it through the state; nil cuts the gradient there.
  /// - Throws: `ShapeError`, `IndexError`, `LabelError` when words or targets do not fit.
  public func gradient(
    _ x: Indices, targets: Labels, from state: Cell.State?, ending: Cell.State? = nil
  ) throws -> Block {
    let vectors = try embedding.forward(x)
    let piece = try sequence.gradients(
      vectors.output, targets, from: state, ending: ending, loss: softmaxCrossEntropy)
    let table = try embedding.parameterGradient(piece.x, cache: vectors.cache)
    return Block(
      loss: piece.loss, gradient: Parameters(embedding: table, sequence: piece.parameters),
      initialStateGradient: piece.initialState, state: piece.state)
  }

  /// The logits of the words after each of `x`, `[B, T, V]`, and the run of the recurrent layer, which has the states.
  public func run(
    _ x: Indices, from state: Cell.State? = nil
  ) throws -> (logits: Tensor<Scalar>, run: SequenceRun<Cell>) {
    let run = try sequence.recurrent.run(embedding.forward(x).output, initialState: state)
    return (try sequence.head.forward(run.outputs).output, run)
  }
}

extension LanguageModel where Cell: StandardCell {
  /// A model of V words, vectors of D numbers and H units: vectors uniform in ±0.1, all other weights as Keras begins.
  public init(words V: Int, embedding D: Int, units H: Int, seed: UInt64) {
    self.init(
      embedding: Embedding(words: V, size: D), cell: Cell(inputSize: D, units: H, options: .init(), useBias: true),
      dense: Dense(inputSize: H, units: V))
    var generator = RandomGenerator(seed: seed)
    var rules = LayerInitializers.keras
    rules.embeddings = .uniform(low: -0.1, high: 0.1)
    embedding.initialize(rules, using: &generator)
    sequence.initialize(rules, using: &generator)
  }
}

/// The perplexity of a mean cross-entropy in nats: e^loss. As many words, all alike, would be as hard to guess.
public func perplexity(nats: Double) -> Double { Foundation.exp(nats) }
