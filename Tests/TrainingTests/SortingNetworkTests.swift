import PrintedNumbers
import Testing

@testable import Training

/// The sorting network under the names of MXNet's example: its weights in this library's layers, and back.
struct SortingNetwork {
  var embedding: Embedding<Double>
  var layer: Bidirectional<LSTMCell<Double>, LSTMCell<Double>>
  var dense: Dense<Double>

  init(_ weights: [(name: String, tensor: Tensor<Double>)]) throws {
    func find(_ name: String) -> Tensor<Double>? { weights.first { $0.name == name }?.tensor }
    func cell(_ side: String) throws -> LSTMCell<Double> { try LSTMCell(.biLSTMSort) { find(side + $0) } }
    embedding = try Embedding(embeddings: try #require(find("embed_weight")))
    layer = Bidirectional(forward: try cell("l0_"), backward: try cell("l1_"), returnSequences: true)
    dense = try Dense(kernel: try #require(find("cls_weight")).transposed, bias: find("cls_bias"))
  }

  var stack: Stack<Double> { Stack([embedding, layer, dense]) }

  /// The weights of a stack, or gradients of them, under MXNet's names.
  static func named(_ tensors: NamedTensors<Double>) throws -> [String: Tensor<Double>] {
    var all = [
      "embed_weight": tensors["0/embeddings"], "cls_weight": tensors["2/kernel"].transposed,
      "cls_bias": tensors["2/bias"],
    ]
    for (side, own) in [("l0_", "1/forward/"), ("l1_", "1/backward/")] {
      let weights = RecurrentWeights(
        kernel: tensors[own + "kernel"], recurrentKernel: tensors[own + "recurrent_kernel"],
        bias: tensors[own + "bias"],
        recurrentBias: tensors[own + "recurrent_bias"])
      for (name, tensor) in try WeightLayout.biLSTMSort.encode(CellWeights(.lstm, weights)) {
        all[side + name] = tensor
      }
    }
    return all
  }
}

/// Real MXNet's training of the sorting network, and its buckets in PyTorch.
@Suite struct SortingNetworkTests {
  private func compare(
    _ own: [String: Tensor<Double>], _ wanted: [(name: String, tensor: Tensor<Double>)], within bound: Double
  ) throws {
    #expect(own.count == wanted.count)
    for (name, tensor) in wanted {
      let found = try #require(own[name], "\(name)")
      #expect(found.largestDifference(from: tensor) <= bound, "\(name)")
    }
  }

  private func tensors(_ numbers: LessonNumbers) throws -> [(name: String, tensor: Tensor<Double>)] {
    try numbers.keys().map { ($0, try numbers[$0].tensor()) }
  }

  /// With its constants in single precision, as MXNet has them, to rounding; with exact ones to the file's tolerance.
  @Test(arguments: [true, false]) func trainsAsMXNet(_ isSingle: Bool) throws {
    let numbers = try #require(try LessonNumbers.load("sort_training"))
    var model = try SortingNetwork(tensors(numbers["weights"])).stack
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
      #expect(abs(loss.value / Double(B) - losses[update]) <= lossBound, "update \(update)")
      let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
      try optimizer.step(&model.parameters, gradient: gradient, state: &state)
    }
    try compare(SortingNetwork.named(model.parameters), tensors(numbers["final_weights"]), within: bound)
  }

  /// A masked bucket is as good as every sequence alone; without the mask the backward direction begins in the padding.
  @Test func bucketsWithMasksAreEverySequenceAlone() throws {
    let numbers = try #require(try LessonNumbers.load("sort_padding"))
    let model = try SortingNetwork(tensors(numbers["weights"])).stack
    let sequences = try numbers["sequences"].list().map { try $0.numbers().map { Int($0) } }
    let size = Int(try numbers["bucket"].number())
    let batch = try #require(try Buckets([size], batchSize: 3).batches(of: sequences).first)
    #expect(batch.rows.flatMap { $0.map(Double.init) } == (try numbers["x"].numbers()))
    let masked = try model.forward(batch.x(), mask: batch.mask)
    let plain = try model.forward(batch.x())
    let tolerance = try numbers.tolerance().absolute
    #expect(masked.output.largestDifference(from: try numbers["logits_masked"].tensor()) <= tolerance)
    #expect(plain.output.largestDifference(from: try numbers["logits_not_masked"].tensor()) <= tolerance)
    let off = try numbers["largest_difference_not_masked_to_alone_by_sequence"].numbers()
    for (n, golden) in try numbers["logits_alone"].list().enumerated() {
      let T = sequences[n].count
      let alone = try model(Tensor(shape: [1, T], scalars: sequences[n].map(Double.init))).slice(0)
      #expect(alone.largestDifference(from: try golden.tensor()) <= tolerance)
      #expect(masked.output.slice(n).slices(0..<T).largestDifference(from: alone) <= tolerance)
      #expect(abs(plain.output.slice(n).slices(0..<T).largestDifference(from: alone) - off[n]) <= tolerance)
    }
    let labels = Labels(
      sequences.map { buckets in buckets.sorted() + [Int](repeating: 0, count: size - buckets.count) })
    let loss = try softmaxOutputLoss(masked.output, labels, mask: masked.mask)
    #expect(abs(loss.value - (try numbers["loss_masked"].number())) <= 1e-11)
    let gradient = try model.parameterGradient(loss.gradient, cache: masked.cache)
    try compare(SortingNetwork.named(gradient), tensors(numbers["gradients_masked"]), within: tolerance)
  }
}
