import ChapterSupport
import ReorderingTasks

/// The updates of `sort_training`, as real MXNet made them and as this library does.
struct MXNetTraining {
  var losses: [Double] = []
  let lossesOfMXNet: [Double]
  /// All weights one behind the other, in MXNet's order.
  let weights, weightsOfMXNet: [Double]
  /// e to the mean loss of a place.
  var perplexities: [Double] { losses.map { exp($0 / length) } }
  private let length: Double

  init(_ numbers: LessonNumbers) throws {
    let (B, T) = (Int(try numbers["sizes"]["batch"].number()), Int(try numbers["sizes"]["length"].number()))
    var model = try PaddingNumbers.network(numbers["weights"]).stack
    let optimizer = MXNetSGD(
      learningRate: try numbers["learning_rate"].number(), momentum: try numbers["momentum"].number(),
      weightDecay: try numbers["weight_decay"].number(), rescaleGradient: 1 / Double(B),
      roundsConstantsToSingle: true)
    var state = OptimizerState(optimizer, for: model.parameters)
    for (x, label) in zip(try numbers["x"].list(), try numbers["label"].list()) {
      let forward = try model.forward(Tensor(shape: [B, T], scalars: try x.numbers()))
      let loss = try softmaxOutputLoss(forward.output, Labels(try label.numbers().map { Int($0) }))
      losses.append(loss.value / Double(B))
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try optimizer.step(&model.parameters, gradient: gradient, state: &state)
    }
    length = Double(T)
    lossesOfMXNet = try numbers["loss_per_update"].numbers()
    let final = try SortingNetwork<Double>.named(model.parameters)
    weights = final.flatMap(\.tensor.scalars)
    weightsOfMXNet = try final.flatMap { try numbers["final_weights"][$0.name].tensor().scalars }
  }

  private func exp(_ x: Double) -> Double { Layers.exp(Tensor([x])).scalars[0] }
}
