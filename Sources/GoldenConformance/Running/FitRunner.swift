import Training

/// Trains the layer of a case and gives its losses, weights and prediction.
struct FitRunner<Scalar: RealScalar> {
  /// - Parameter epsilonPlace: where a wrong Adam has its ε; nil for the right one.
  static func results(
    of golden: Case, _ fit: Fit, epsilonPlace: FaultyAdam.EpsilonPlace? = nil
  ) throws -> TensorTable {
    guard case .keras(let layer) = golden.model else {
      throw Unsupported("no training in the layout \(golden.layout.rawValue): only Keras layers are trained")
    }
    let model = AnyLayer<Scalar>(try WeightStore(weights: golden.weights).layer(layer))
    switch fit.optimizer.rule {
    case .sgd(let momentum, let nesterov):
      let rule = SGD(
        learningRate: fit.optimizer.learningRate, momentum: momentum, nesterov: nesterov,
        clipping: fit.optimizer.bound, roundsConstantsToSingle: true)
      return try results(fit, TrainingRun(model, optimizer: rule))
    case .rmsprop(let rho, let momentum, let epsilon, let centered, let outside):
      let rule = RMSprop(
        learningRate: fit.optimizer.learningRate, rho: rho, momentum: momentum, epsilon: epsilon,
        epsilonPlace: outside ? .outsideRoot : .insideRoot, centered: centered, clipping: fit.optimizer.bound)
      return try results(fit, TrainingRun(model, optimizer: rule))
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      if let epsilonPlace {
        let rule = FaultyAdam(
          learningRate: fit.optimizer.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
          clipping: fit.optimizer.bound, epsilonPlace: epsilonPlace)
        return try results(fit, TrainingRun(model, optimizer: rule))
      }
      let rule = Adam(
        learningRate: fit.optimizer.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
        clipping: fit.optimizer.bound, roundsConstantsToSingle: true)
      return try results(fit, TrainingRun(model, optimizer: rule))
    }
  }

  private static func results<Rule: Optimizer>(
    _ fit: Fit, _ start: TrainingRun<AnyLayer<Scalar>, Rule>
  ) throws -> TensorTable {
    var run = start
    let loss: Loss<Scalar, Tensor<Scalar>> =
      switch fit.loss {
      case .meanSquaredError: { try meanSquaredError($0, $1, mask: $2) }
      case .categoricalCrossEntropy: { try categoricalCrossEntropy($0, $1, mask: $2) }
      case .binaryCrossEntropy: { try binaryCrossEntropy($0, $1, mask: $2) }
      }
    let plan = TrainingPlan(epochs: fit.epochs, batchSize: fit.batchSize)
    try run.fit(Tensor<Scalar>(fit.x), Tensor<Scalar>(fit.y), loss: loss, plan: plan)
    var results = TensorTable()
    results["loss_per_epoch"] = NumericTensor(shape: [run.history.losses.count], values: run.history.losses)
    for (name, tensor) in run.model.parameters.named { results["final_weights.\(name)"] = tensor.numeric }
    if let probe = fit.predict {
      results["prediction"] = try run.model.forward(Tensor(probe), mask: nil).output.numeric
    }
    return results
  }
}

extension OptimizerSpec {
  var bound: GradientClipping {
    switch clipping {
    case nil: .none
    case .value(let bound): .value(bound)
    case .norm(let bound): .norm(bound)
    case .globalNorm(let bound): .globalNorm(bound)
    }
  }
}
