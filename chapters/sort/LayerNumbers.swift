import ChapterSupport
import ReorderingTasks

/// What the layers compute of one sequence: the side that the formulas are compared with.
struct LayerNumbers {
  /// `[T, E]`, `[T, H]` each, `[T, V]`.
  var words, forward, backward, logits: Tensor<Double>
  var loss: Double
  /// Gradients under MXNet's names, initial states included.
  var gradients: [(name: String, tensor: Tensor<Double>)]

  func gradient(_ name: String) -> Tensor<Double> { gradients.first { $0.name == name }?.tensor ?? .zeros([]) }

  /// - Parameters:
  ///   - states: `l0_init_h` and the others, `[H]` each.
  init<Scalar: RealScalar>(
    _ weights: [(name: String, tensor: Tensor<Double>)], states: [(name: String, tensor: Tensor<Double>)],
    numbers: [Int], answers: [Int], in _: Scalar.Type
  ) throws {
    let network = try SortingNetwork<Scalar> { name in weights.first { $0.name == name }?.tensor.converted() }
    let T = numbers.count
    func state(_ side: String) -> LSTMState<Scalar> {
      let parts = ["h", "c"].map { part -> Tensor<Scalar> in
        let tensor = states.first { $0.name == "\(side)_init_\(part)" }?.tensor ?? .zeros([])
        return tensor.converted().reshaped([1, tensor.count])
      }
      return LSTMState(h: parts[0], c: parts[1])
    }
    let x = Tensor(shape: [1, T], scalars: numbers.map { Scalar($0) })
    let vectors = try network.embedding.forward(x)
    let run = try network.recurrent.run(vectors.output, forwardState: state("l0"), backwardState: state("l1"))
    let merged = network.recurrent.merge(run.forwardOutput, run.backwardOutput)
    let z = try network.dense.forward(merged)
    let value = try softmaxOutputLoss(z.output, Labels(answers))
    let dDense = try network.dense.backward(value.gradient, cache: z.cache)
    let (dForward, dBackward) = network.recurrent.unmerge(dDense.input, run.forwardOutput, run.backwardOutput)
    let gradient = try network.recurrent.backward(
      forwardOutput: dForward, backwardOutput: dBackward, run: run)
    let table = try network.embedding.backward(gradient.x, cache: vectors.cache)

    func rows(_ tensor: Tensor<Scalar>) -> Tensor<Double> { tensor.reshaped([T, tensor.columns]).converted() }
    words = rows(vectors.output)
    (forward, backward, logits) = (rows(run.forwardOutput), rows(run.backwardOutput), rows(z.output))
    loss = value.value
    let all = NamedTensors<Scalar>(
      [("0/embeddings", table.parameters.embeddings)]
        + gradient.forward.parameters.named.map {
          ("1/forward/" + $0.name, $0.tensor)
        } + gradient.backward.parameters.named.map { ("1/backward/" + $0.name, $0.tensor) }
        + dDense.parameters.named.map { ("2/" + $0.name, $0.tensor) })
    gradients = try SortingNetwork<Scalar>.named(all).map { ($0.name, $0.tensor.converted()) }
    for (side, own) in [("l0", gradient.forward.initialState), ("l1", gradient.backward.initialState)] {
      gradients.append(("\(side)_init_h", own.h.reshaped([own.h.count]).converted()))
      gradients.append(("\(side)_init_c", own.c.reshaped([own.c.count]).converted()))
    }
  }
}
