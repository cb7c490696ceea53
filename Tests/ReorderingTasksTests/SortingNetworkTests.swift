import PrintedNumbers
import ReorderingTasks
import Support
import Testing

/// Real MXNet's training of the sorting network, and its buckets in PyTorch.
@Suite struct SortingNetworkTests {
  private func compare(
    _ own: [(name: String, tensor: Tensor<Double>)], _ wanted: [(name: String, tensor: Tensor<Double>)],
    within bound: Double
  ) throws {
    expectEqual(own.count, wanted.count)
    for (name, tensor) in wanted {
      let found = try #require(own.first { $0.name == name }?.tensor, "\(name)")
      expect(found.largestDifference(from: tensor) <= bound, "\(name)")
    }
  }

  private func network(_ numbers: LessonNumbers) throws -> Stack<Double> {
    let weights = try tensors(numbers["weights"])
    return try SortingNetwork { name in weights.first { $0.name == name }?.tensor }.stack
  }

  private func tensors(_ numbers: LessonNumbers) throws -> [(name: String, tensor: Tensor<Double>)] {
    try numbers.keys().map { ($0, try numbers[$0].tensor()) }
  }

  /// With its constants in single precision, as MXNet has them, to rounding; with exact ones to the file's tolerance.
  @Test(arguments: [true, false]) func trainsAsMXNet(_ isSingle: Bool) throws {
    let numbers = try #require(try LessonNumbers.load("sort_training"))
    var model = try network(numbers)
    let (B, T) = (Int(try numbers["sizes"]["batch"].number()), Int(try numbers["sizes"]["length"].number()))
    let optimizer = MXNetSGD(
      learningRate: try numbers["learning_rate"].number(), momentum: try numbers["momentum"].number(),
      weightDecay: try numbers["weight_decay"].number(), rescaleGradient: 1 / Double(B),
      roundsConstantsToSingle: isSingle)
    var state = OptimizerState(optimizer, for: model.parameters)
    let lossBound = isSingle ? 1e-13 : try numbers["tolerance"]["loss_abs"].number()
    let bound = isSingle ? 1e-14 : try numbers["tolerance"]["weights_abs"].number()
    let losses = try numbers["loss_per_update"].numbers()
    for (update, (x, label)) in zip(try numbers["x"].list(), try numbers["label"].list()).enumerated() {
      let forward = try model.forward(Tensor(shape: [B, T], scalars: try x.numbers()))
      let loss = try softmaxOutputLoss(forward.output, Labels(try label.numbers().map { Int($0) }))
      expect(abs(loss.value / Double(B) - losses[update]) <= lossBound, "update \(update)")
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try optimizer.step(&model.parameters, gradient: gradient, state: &state)
    }
    try compare(SortingNetwork<Double>.named(model.parameters), tensors(numbers["final_weights"]), within: bound)
  }

  /// A masked bucket is as good as every sequence alone; without the mask the backward direction begins in the padding.
  @Test func bucketsWithMasksAreEverySequenceAlone() throws {
    let numbers = try #require(try LessonNumbers.load("sort_padding"))
    let model = try network(numbers)
    let sequences = try numbers["sequences"].list().map { try $0.numbers().map { Int($0) } }
    let size = Int(try numbers["bucket"].number())
    let batch = try #require(try Buckets([size], batchSize: sequences.count).batches(of: sequences).first)
    expect(batch.rows.flatMap { $0.map(Double.init) } == (try numbers["x"].numbers()))
    let masked = try model.forward(batch.x(), mask: batch.mask)
    let plain = try model.forward(batch.x())
    let tolerance = try numbers.tolerance().absolute
    expect(masked.output.largestDifference(from: try numbers["logits_masked"].tensor()) <= tolerance)
    expect(plain.output.largestDifference(from: try numbers["logits_not_masked"].tensor()) <= tolerance)
    let off = try numbers["largest_difference_not_masked_to_alone_by_sequence"].numbers()
    for (n, golden) in try numbers["logits_alone"].list().enumerated() {
      let T = sequences[n].count
      let alone = try model(Tensor(shape: [1, T], scalars: sequences[n].map(Double.init))).slice(0)
      expect(alone.largestDifference(from: try golden.tensor()) <= tolerance)
      expect(masked.output.slice(n).slices(0..<T).largestDifference(from: alone) <= tolerance)
      expect(abs(plain.output.slice(n).slices(0..<T).largestDifference(from: alone) - off[n]) <= tolerance)
    }
    let labels = Labels(
      sequences.map { buckets in buckets.sorted() + [Int](repeating: 0, count: size - buckets.count) })
    let loss = try softmaxOutputLoss(masked.output, labels, mask: masked.mask)
    expect(abs(loss.value - (try numbers["loss_masked"].number())) <= 1e-11)
    let gradient = try model.parameterGradient(loss.gradient, cache: masked.cache)
    try compare(SortingNetwork<Double>.named(gradient), tensors(numbers["gradients_masked"]), within: tolerance)
  }
}
