import PrintedNumbers
import Support
import Testing

@testable import ArticleModels

@Suite struct ArticleModels {
  /// The counts that the article and its companion code give or imply: D13, D15, D18, D23, D27.
  @Test func weightsAreAsManyAsDocumented() {
    let counts = ArticleModel.all.map { $0.layers(Double.self).parameters.parameterCount }
    expectEqual(counts, [2, 9, 57, 152, 1162, 889, 928])
  }

  @Test func aModelHasTheSizesThatItIsGiven() {
    let model = ArticleModel.twoLayerRNN.resized(inputs: 2, units: [4, 6, 8], outputs: 9)
    // Kernels, recurrent kernels and biases of three layers, and the dense layer.
    let count = (2 + 4 + 1) * 4 + (4 + 6 + 1) * 6 + (6 + 8 + 1) * 8 + (8 + 1) * 9
    expectEqual(model.layers(Float.self).parameters.parameterCount, count)
    expect(model.epochs == ArticleModel.twoLayerRNN.epochs && model.name == ArticleModel.twoLayerRNN.name)
    let (x, y) = model.trainingSet(Float.self)
    expect(x.shape == [256, 6, 2] && y.shape == [256, 6, 9])
    expectEqual(ArticleModel.lstm.resized(), .lstm)
    expectEqual(ArticleModel.lstm.resized(outputs: 3), ArticleModel.lstm.resized(inputs: 7, units: [13], outputs: 3))
  }

  @Test func asManyEpochsAsAreAskedForAreTrained() throws {
    let model = ArticleModel.oneToOne
    try expectEqual(model.train(seed: 3, epochs: 2, Double.self).history.losses.count, 2)
    let first = model.initialized(seed: 3, Double.self)
    let two = try model.train(first, optimizer: RMSprop(), epochs: 3)
    expect(two.history.losses.count == 3 && two.model.parameters != first.parameters)
    try expectEqual(model.train(first, optimizer: SGD(learningRate: 0), epochs: 1).model.parameters, first.parameters)
    let x = model.trainingSet(Double.self).x
    expect(x.shape[0] == 256 && model.initialized(seed: 4, Double.self).parameters != first.parameters)
    // Batches of 32: eight updates an epoch, each smaller than the one before for a constant gradient's rule.
    expectEqual(ArticleModel.batchSize, 32)
  }

  @Test func theTrainingSetRepeatsOneSequence() {
    let (x, y) = ArticleModel.twoToThree.trainingSet(Double.self)
    expectEqual(x.shape, [256, 6, 2])
    expectEqual(y.shape, [256, 6, 3])
    expectEqual(x.slice(255), Tensor([[1, 1], [0.8, 0.8], [0.6, 0.6], [0.2, 0.2], [1, 1], [0, 0]]))
    expectEqual(y.slice(17).scalars[3..<6], [0.6, 0.6, 0.6])
    expectEqual(
      ArticleModel.lstm.trainingSet(Float.self).x.slice(3).scalars,
      Array(repeating: 1, count: 7)
        + Array(repeating: 0, count: 35))
  }

  @Test func theFirstWeightsAreKerasDefaults() {
    func tensor(_ name: String, of model: ArticleModel) -> [Double]? {
      model.initialized(seed: 5, Double.self).parameters.named.first { $0.name == name }?.tensor.scalars
    }
    expectEqual(tensor("0/recurrent_kernel", of: .gru)?.allSatisfy { $0 == 0 }, true)
    expectEqual(tensor("0/recurrent_kernel", of: .lstm)?.allSatisfy { $0 != 0 }, true)
    expect(tensor("0/bias", of: .lstm) == (0..<52).map { (13..<26).contains($0) ? 1 : 0 })
    expectEqual(tensor("1/bias", of: .lstm), [0, 0, 0, 0, 0])
  }

  @Test func everyModelIsThatOfItsArticle() {
    let models = ArticleModel.all.map { model in
      "\(model.name) \(model.recurrence) \(model.inputSize) \(model.units) \(model.outputSize) \(model.epochs) "
        + (model.inputSequence == [1, 0.8, 0.6, 0.2, 1, 0] ? "rising" : "\(model.inputSequence)")
    }
    let pulse = "[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]"
    expectEqual(
      models,
      [
        "A_1_to_1 none 1 [] 1 500 rising", "A_2_to_3 none 2 [] 3 100 rising",
        "B_simple_rnn simple 3 [5] 2 100 \(pulse)",
        "C_two_simple_rnn simple 3 [5, 7] 2 100 \(pulse)", "D_lstm lstm 7 [13] 5 5 \(pulse)",
        "E_gru_reset_after_false gru(resetAfter: false) 7 [13] 5 5 \(pulse)",
        "E_gru_reset_after_true gru(resetAfter: true) 7 [13] 5 5 \(pulse)",
      ])
    expect(ArticleModel.targetSequence == [0.7, 0.6, 0.5, 0.3, 0.8, 0.2] && ArticleModel.defaultSeed == 2)
    expect(ArticleModel.sampleCount == 256 && ArticleModel.batchSize == 32)
    expectEqual(ArticleModel.gru.layers(Double.self).parameters["0/bias"].shape, [39])
    expect(ArticleModel.gruResetAfter.layers(Double.self).parameters.names.contains("0/recurrent_bias"))
  }

  /// Every layer gives all its steps, and the outputs are between 0 and 1.
  @Test(arguments: ArticleModel.all) func aModelGivesAllItsSteps(model: ArticleModel) throws {
    let layers = model.initialized(seed: 9, Double.self)
    let x = Tensor<Double>(repeating: 3, shape: [2, 6, model.inputSize])
    let y = try layers(x)
    expect(y.shape == [2, 6, model.outputSize] && y.scalars.allSatisfy { $0 > 0 && $0 < 1 })
    // What has a memory gives another number at each step of a constant sequence.
    let first = y.slice(1).scalars
    expect((first[0] == first[model.outputSize]) == (model.recurrence == .none))
  }

  /// Eight updates an epoch, in the order of the samples: the mean of the losses before each of them.
  @Test func anEpochHasEightUpdates() throws {
    let model = ArticleModel.twoToThree
    var own = model.initialized(seed: 2, Double.self)
    let trained = try model.train(epochs: 1, Double.self)
    let (x, y) = (model.trainingSet(Double.self).x.slices(0..<32), model.trainingSet(Double.self).y.slices(0..<32))
    let rule = RMSprop()
    var state = OptimizerState<Double>(rule, for: own.parameters)
    var losses: [Double] = []
    for _ in 0..<8 {
      let forward = try own.forward(x)
      let loss = try meanSquaredError(forward.output, y)
      losses.append(loss.value)
      let gradient = try own.backward(loss.gradient, cache: forward.cache).parameters
      try rule.step(&own.parameters, gradient: gradient, state: &state)
    }
    expectEqual(trained.model.parameters, own.parameters)
    // Sums of eight losses.
    expect(abs(trained.history.losses[0] - losses.reduce(0, +) / 8) < 1e-15)
  }

  /// Real Keras with 20 seeds gives a range for every epoch; the default seed must lie inside it, in both scalar types.
  @Test(arguments: ArticleModel.all)
  func lossesLieInTheRangeOfKeras(_ model: ArticleModel) throws {
    let statistics = try #require(try TrainingStatistics.load()[model.name])
    expectEqual(statistics.epochs, model.epochs)
    expectEqual(statistics.losses.last?.epoch, model.epochs)
    let single = try model.train(Float.self).history.losses
    let double = try model.train(Double.self).history.losses
    for epoch in statistics.losses {
      for loss in [single[epoch.epoch - 1], double[epoch.epoch - 1]] {
        // Where training has come to rest all seeds agree to the last digits of Float: 10⁻⁶ of room.
        expect(
          loss > epoch.least - 1e-6 && loss < epoch.greatest + 1e-6, "\(model.name), epoch \(epoch.epoch): \(loss)")
      }
    }
  }
}
