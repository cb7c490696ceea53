import PrintedNumbers
import Testing

@testable import ArticleModels

@Suite struct ArticleModels {
  /// The counts that the article and its companion code give or imply: D13, D15, D18, D23, D27.
  @Test func weightsAreAsManyAsDocumented() {
    let counts = ArticleModel.all.map { $0.layers(Double.self).parameters.parameterCount }
    #expect(counts == [2, 9, 57, 152, 1162, 889, 928])
  }

  @Test func aModelHasTheSizesThatItIsGiven() {
    let model = ArticleModel.twoLayerRNN.resized(inputs: 2, units: [4, 6, 8], outputs: 9)
    // Kernels, recurrent kernels and biases of three layers, and the dense layer.
    let count = (2 + 4 + 1) * 4 + (4 + 6 + 1) * 6 + (6 + 8 + 1) * 8 + (8 + 1) * 9
    #expect(model.layers(Float.self).parameters.parameterCount == count)
    #expect(model.epochs == ArticleModel.twoLayerRNN.epochs && model.name == ArticleModel.twoLayerRNN.name)
    let (x, y) = model.trainingSet(Float.self)
    #expect(x.shape == [256, 6, 2] && y.shape == [256, 6, 9])
    #expect(ArticleModel.lstm.resized() == .lstm)
    #expect(ArticleModel.lstm.resized(outputs: 3) == ArticleModel.lstm.resized(inputs: 7, units: [13], outputs: 3))
  }

  @Test func asManyEpochsAsAreAskedForAreTrained() throws {
    let model = ArticleModel.oneToOne
    #expect(try model.train(seed: 3, epochs: 2, Double.self).history.losses.count == 2)
    let first = model.initialized(seed: 3, Double.self)
    let two = try model.train(first, optimizer: RMSprop(), epochs: 3)
    #expect(two.history.losses.count == 3 && two.model.parameters != first.parameters)
    #expect(try model.train(first, optimizer: SGD(learningRate: 0), epochs: 1).model.parameters == first.parameters)
    let x = model.trainingSet(Double.self).x
    #expect(x.shape[0] == 256 && model.initialized(seed: 4, Double.self).parameters != first.parameters)
    // Batches of 32: eight updates an epoch, each smaller than the one before for a constant gradient's rule.
    #expect(ArticleModel.batchSize == 32)
  }

  @Test func theTrainingSetRepeatsOneSequence() {
    let (x, y) = ArticleModel.twoToThree.trainingSet(Double.self)
    #expect(x.shape == [256, 6, 2])
    #expect(y.shape == [256, 6, 3])
    #expect(x.slice(255) == Tensor([[1, 1], [0.8, 0.8], [0.6, 0.6], [0.2, 0.2], [1, 1], [0, 0]]))
    #expect(y.slice(17).scalars[3..<6] == [0.6, 0.6, 0.6])
    #expect(
      ArticleModel.lstm.trainingSet(Float.self).x.slice(3).scalars == Array(repeating: 1, count: 7)
        + Array(repeating: 0, count: 35))
  }

  @Test func theFirstWeightsAreKerasDefaults() {
    func tensor(_ name: String, of model: ArticleModel) -> [Double]? {
      model.initialized(seed: 5, Double.self).parameters.named.first { $0.name == name }?.tensor.scalars
    }
    #expect(tensor("0/recurrent_kernel", of: .gru)?.allSatisfy { $0 == 0 } == true)
    #expect(tensor("0/recurrent_kernel", of: .lstm)?.allSatisfy { $0 != 0 } == true)
    #expect(tensor("0/bias", of: .lstm) == (0..<52).map { (13..<26).contains($0) ? 1 : 0 })
    #expect(tensor("1/bias", of: .lstm) == [0, 0, 0, 0, 0])
  }

  /// Real Keras with 20 seeds gives a range for every epoch; the default seed must lie inside it, in both scalar types.
  @Test(arguments: ArticleModel.all)
  func lossesLieInTheRangeOfKeras(_ model: ArticleModel) throws {
    let statistics = try #require(try TrainingStatistics.load()[model.name])
    #expect(statistics.epochs == model.epochs)
    #expect(statistics.losses.last?.epoch == model.epochs)
    let single = try model.train(Float.self).history.losses
    let double = try model.train(Double.self).history.losses
    for epoch in statistics.losses {
      for loss in [single[epoch.epoch - 1], double[epoch.epoch - 1]] {
        // Where training has come to rest all seeds agree to the last digits of Float: 10⁻⁶ of room.
        #expect(
          loss > epoch.least - 1e-6 && loss < epoch.greatest + 1e-6, "\(model.name), epoch \(epoch.epoch): \(loss)")
      }
    }
  }
}
