import ChapterSupport

typealias Network = TimeDistributed<Dense<Double>>

/// Trains on one of the article's training sets: batches of 32 samples, mean squared error.
@discardableResult func train(
  _ network: inout Network, as article: ArticleModel, _ rule: RMSprop, epochs: Int, line: Int = #line
) -> TrainingHistory {
  let (x, y) = article.trainingSet(Double.self)
  return page.must(
    try network.fit(
      x, y, loss: meanSquaredError, optimizer: rule, epochs: epochs, batchSize: ArticleModel.batchSize), line: line)
}

/// The layer under test, with weights and input given in `Double`, computed in the scalar type of this run.
func layerOutput(
  kernel: Tensor<Double>, bias: Tensor<Double>, _ x: Tensor<Double>, line: Int = #line
) -> Tensor<Double> {
  page.must(try tryLayer(kernel: kernel, bias: bias, x), line: line)
}

/// The same, for an input that the layer may refuse.
func tryLayer(kernel: Tensor<Double>, bias: Tensor<Double>, _ x: Tensor<Double>) throws -> Tensor<Double> {
  func output<Scalar: RealScalar>(_: Scalar.Type) throws -> Tensor<Double> {
    let dense = try Dense<Scalar>(kernel: kernel.converted(), bias: bias.converted(), activation: .sigmoid)
    return try TimeDistributed(dense)(x.converted()).converted()
  }
  return try output(page[scalar].type)
}

/// What the layer gives for a short sequence, and the gradients of the mean squared error.
struct LayerNumbers {
  /// `[step, output]`.
  var answers: Tensor<Double>
  var kernel, bias, x: Tensor<Double>
}

/// The library's layer on one sequence; it shares no code with the formulas of the page.
///
/// - Parameters:
///   - sequence: six steps of inputs.
///   - targets: for each step the number that every output is to give.
func layerNumbers<Scalar: RealScalar>(
  kernel: Tensor<Double>, bias: Tensor<Double>, sequence: [[Double]], targets: [Double], as _: Scalar.Type
) throws -> LayerNumbers {
  let dense = try Dense<Scalar>(kernel: kernel.converted(), bias: bias.converted(), activation: .sigmoid)
  let layer = TimeDistributed(dense)
  let (T, D, C) = (sequence.count, kernel.shape[0], kernel.shape[1])
  let run = try layer.forward(Tensor(sequence).reshaped([1, T, D]).converted(to: Scalar.self))
  let y = targets.flatMap { [Scalar](repeating: Scalar($0), count: C) }
  let error = try meanSquaredError(run.output, Tensor(shape: [1, T, C], scalars: y))
  let gradient = try layer.backward(error.gradient, cache: run.cache)
  return LayerNumbers(
    answers: run.output.reshaped([T, C]).converted(), kernel: gradient.parameters.kernel.converted(),
    bias: (gradient.parameters.bias ?? .zeros([C])).converted(), x: gradient.input.reshaped([T, D]).converted())
}
