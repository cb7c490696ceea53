import ChapterSupport

/// The weights of the GRU alone, from those of a network whose first layer it is.
func recurrentWeights(_ weights: NamedTensors<Double>) -> RecurrentWeights<Double> {
  RecurrentWeights(
    kernel: weights["0/kernel"], recurrentKernel: weights["0/recurrent_kernel"], bias: weights["0/bias"],
    recurrentBias: weights.named.first { $0.name == "0/recurrent_bias" }?.tensor)
}

/// How a framework stores this variant of a GRU.
func layout(_ framework: Framework, _ weights: CellWeights<Double>) throws -> WeightLayout {
  try WeightLayout(framework, .gru, WeightFeatures(resetAfter: weights.resetAfter))
}

/// h of all steps, with weights that went into a framework's tensors and back.
func carried(through framework: Framework, _ weights: CellWeights<Double>, sequence: [[Double]]) throws -> Tensor<
  Double
> {
  let own = try layout(framework, weights)
  let tensors = try own.encode(weights.fitted(to: own))
  let back = try own.decode { name in tensors.first { $0.name == name }?.tensor }
  return try states(back, sequence: sequence)
}

/// h of all steps, `[T, H]`.
func states(_ weights: CellWeights<Double>, sequence: [[Double]]) throws -> Tensor<Double> {
  let gru = GRU(
    try GRUCell(parameters: weights.recurrentWeights, options: GRUOptions(resetAfter: weights.resetAfter)),
    returnSequences: true)
  let x = Tensor<Double>(shape: [1, sequence.count, sequence[0].count], scalars: sequence.flatMap { $0 })
  return try gru.run(x).outputs.slice(0)
}
