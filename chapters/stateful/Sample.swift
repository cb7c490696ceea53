import ChapterSupport
import Layers
import Training

/// Four sequences of six steps and an LSTM of three units, with a dense layer and targets to train on.
///
/// | Tensor    | Shape        |
/// |-----------|--------------|
/// | `weights` | Keras' order |
/// | `x`       | `[4, 6, 2]`  |
/// | `y`       | `[4, 6, 1]`  |
struct Sample {
  let weights: RecurrentWeights<Double>
  let dense: (kernel: Tensor<Double>, bias: Tensor<Double>)
  let x, y: Tensor<Double>

  /// What Keras ran (`stateful_alignment`); without it the same sizes with drawn numbers.
  init(_ stored: LessonNumbers?) throws {
    guard let stored else {
      var generator = RandomGenerator(seed: 1)
      func draw(_ shape: [Int]) -> Tensor<Double> { .uniform(shape, -0.8, 0.8, using: &generator) }
      weights = RecurrentWeights(kernel: draw([2, 12]), recurrentKernel: draw([3, 12]), bias: draw([12]))
      (dense, x, y) = ((draw([3, 1]), draw([1])), draw([4, 6, 2]), draw([4, 6, 1]))
      return
    }
    let given = stored["alignment"]
    weights = RecurrentWeights(
      kernel: try given["weights"]["kernel"].tensor(),
      recurrentKernel: try given["weights"]["recurrent_kernel"].tensor(),
      bias: try given["weights"]["bias"].tensor())
    x = try given["x"].tensor()
    let training = stored["training"]
    dense = (try training["dense"]["kernel"].tensor(), try training["dense"]["bias"].tensor())
    y = try training["y"].tensor()
  }
}

// MARK: By hand

extension Sample {
  typealias Ends = (outputs: [Tensor<Double>], h: Tensor<Double>, c: Tensor<Double>)

  /// **By hand**: one row from a state, h at every step and the state at the end. No layer takes part.
  func byHand(
    _ rows: [MathValue], from h: MathValue = .zeros(3), _ c: MathValue = .zeros(3), line: Int = #line
  ) -> Ends {
    let (x_t, h₋, c₋) = (symbol("x_t"), symbol("h_{t-1}"), symbol("c_{t-1}"))
    let W_x = symbol("W_x", .weight, weights.kernel).split(into: 4)
    let W_h = symbol("W_h", .weight, weights.recurrentKernel).split(into: 4)
    let b = symbol("b", .weight, weights.bias ?? .zeros([12])).split(into: 4)
    func sums(_ k: Int) -> Formula { x_t • W_x[k] + h₋ • W_h[k] + b[k] }
    let nextC = sigmoid(sums(1)) ⊙ c₋ + sigmoid(sums(0)) ⊙ tanh(sums(2))
    let nextH = sigmoid(sums(3)) ⊙ tanh(nextC)
    let steps = Recurrence(input: x_t, states: [(h₋, nextH), (c₋, nextC)]).unrolled(over: rows, from: [h, c])
    let values = page.evaluation(of: steps.flatMap { [$0[nextH], $0[nextC]] }, line: line)
    func value(_ formula: Formula) -> Tensor<Double> { page.value(formula, in: values, line: line) }
    let last = steps[steps.count - 1]
    return (steps.map { value($0[nextH]) }, value(last[nextH]), value(last[nextC]))
  }

  private func rows(_ sequence: Int, _ steps: Range<Int>) -> [MathValue] {
    steps.map { t in MathValue(Tensor(shape: [2], scalars: [x[sequence, t, 0], x[sequence, t, 1]])) }
  }

  /// Whole sequences: `[4, 6, 3]`.
  func byHand(sequences: Tensor<Double>) -> Tensor<Double> {
    Tensor.stacked((0..<sequences.shape[0]).map { .stacked(byHand(rows($0, 0..<6)).outputs) })
  }

  /// The states in which the three pieces of a sequence end, each begun with the one before.
  func pieces(of sequence: Int) -> [(h: Tensor<Double>, c: Tensor<Double>)] {
    var (h, c) = (MathValue.zeros(3), MathValue.zeros(3))
    return (0..<3).map { piece in
      let ends = byHand(rows(sequence, 2 * piece..<2 * piece + 2), from: h, c)
      (h, c) = (MathValue(ends.h), MathValue(ends.c))
      return (ends.h, ends.c)
    }
  }

  /// One row of an order, from a state.
  fileprivate func byHand(_ row: PieceOrder.Row, _ state: (h: MathValue, c: MathValue)) -> Ends {
    byHand(rows(row.sequence, 2 * row.piece..<2 * row.piece + 2), from: state.h, state.c)
  }
}

extension PieceOrder {
  /// **By hand**: the outputs of all rows in the order of feeding, `[rows, 2, 3]`.
  func outputs(of sample: Sample, keepsState: Bool) -> Tensor<Double> {
    let zero = (h: MathValue.zeros(3), c: MathValue.zeros(3))
    var states = [(h: MathValue, c: MathValue)](repeating: zero, count: batchSize)
    var all: [Tensor<Double>] = []
    for batch in 0..<batchCount {
      if !keepsState || isReset(before: batch) { states = states.map { _ in zero } }
      for (place, row) in rows(of: batch).enumerated() {
        let ends = sample.byHand(row, states[place])
        states[place] = (MathValue(ends.h), MathValue(ends.c))
        all.append(.stacked(ends.outputs))
      }
    }
    return .stacked(all)
  }

  /// The pieces of sequences `[N, T, H]` in the order of feeding.
  func arranged(_ sequences: Tensor<Double>, steps L: Int) -> Tensor<Double> {
    .stacked(rows.map { sequences.slice($0.sequence).slices($0.piece * L..<($0.piece + 1) * L) })
  }

  /// **The layer**: the same from `LSTM`, which keeps its state from batch to batch.
  func outputs(_ cell: LSTMCell<Double>, _ x: Tensor<Double>, line: Int = #line) -> Tensor<Double> {
    let model = SequenceModel(cell, head: Through())
    let batches = page.must(try model.outputs(try x.pieces(of: x.shape[1] / pieces), order: self), line: line)
    return .stacked(batches.flatMap { batch in (0..<batch.shape[0]).map { batch.slice($0) } })
  }
}

/// A layer that gives what it gets.
struct Through: Layer {
  typealias Scalar = Double
  var parameters = NoParameters<Double>()

  func forward(_ x: Tensor<Double>, mask: SequenceMask?) throws -> Forward<Double, Int> { Forward(output: x, cache: 0) }
  func backward(_ gradient: Tensor<Double>, cache: Int) throws -> Backward<NoParameters<Double>> {
    Backward(input: gradient, parameters: NoParameters())
  }
  func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> { Stack<Other>([]) }
}

// MARK: Training

extension Sample {
  /// An LSTM with these weights.
  var cell: LSTMCell<Double> {
    var cell = LSTMCell<Double>(inputSize: 2, units: 3)
    cell.parameters = weights
    return cell
  }

  /// Two rounds of plain gradient descent in an order of rows: the losses of all batches, and the weights at the end.
  func trained(_ order: PieceOrder, keepsState: Bool) throws -> (
    losses: [Double], weights: [(name: String, tensor: Tensor<Double>)]
  ) {
    let head = TimeDistributed(try Dense(kernel: dense.kernel, bias: dense.bias, activation: .linear))
    var training = TruncatedTraining(SequenceModel(cell, head: head), optimizer: SGD(learningRate: 0.125))
    let (inputs, targets) = (try x.pieces(of: 2), try y.pieces(of: 2))
    var losses: [Double] = []
    for _ in 0..<2 {
      losses += try training.train(
        inputs, targets, loss: { try meanSquaredError($0, $1, mask: $2) }, order: order, keepsState: keepsState)
    }
    let names = ["kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias"]
    return (losses, zip(names, training.model.parameters.named).map { ($0, $1.tensor) })
  }
}
