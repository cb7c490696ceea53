import ChapterSupport

/// The weights of the GRU alone, from those of a network whose first layer it is.
func recurrentWeights(_ weights: NamedTensors<Double>) -> RecurrentWeights<Double> {
  RecurrentWeights(
    kernel: weights["0/kernel"], recurrentKernel: weights["0/recurrent_kernel"], bias: weights["0/bias"],
    recurrentBias: weights.named.first { $0.name == "0/recurrent_bias" }?.tensor)
}

/// How a framework stores this variant of a GRU.
func layout(_ framework: Framework, _ weights: CellWeights<Double>, line: Int = #line) -> WeightLayout {
  page.layout(framework, .gru, WeightFeatures(resetAfter: weights.resetAfter), line: line)
}

/// h of all steps, with weights that went into a framework's tensors and back.
func carried(
  through framework: Framework, _ weights: CellWeights<Double>, sequence: [[Double]], line: Int = #line
) -> Tensor<Double> {
  let own = layout(framework, weights, line: line)
  let back = page.weights(in: own, of: page.tensors(of: weights, in: own, line: line), line: line)
  return page.states(of: back, Tensor(sequence), line: line)
}
