/// A fit: data, loss, optimiser and schedule, and where it must lead.
public struct Fit: Sendable {
  public enum Loss: String, CaseIterable, Sendable {
    case meanSquaredError = "mse"
    case categoricalCrossEntropy = "categorical_crossentropy"
    case binaryCrossEntropy = "binary_crossentropy"
  }

  public var x: NumericTensor
  public var y: NumericTensor
  public var loss: Loss
  public var optimizer: OptimizerSpec
  public var epochs: Int
  public var batchSize: Int
  public var predict: NumericTensor?
  /// Loss, optimiser and schedule as members of a JSON object.
  public var settings: [(key: String, value: JSONValue)]
  /// `loss_per_epoch`, `final_weights.NAME`, `prediction`.
  public var expected: TensorTable
  /// What training can be asked for, in processing order.
  public var outputs: [TensorSpec]
}

/// An optimiser with its constants, as Keras names them.
public struct OptimizerSpec: Sendable {
  public enum Rule: Sendable {
    case sgd(momentum: Double, nesterov: Bool)
    case rmsprop(rho: Double, momentum: Double, epsilon: Double, centered: Bool, epsilonOutsideRoot: Bool)
    case adam(beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool)
  }

  public enum Clipping: Sendable {
    case value(Double)
    case norm(Double)
    case globalNorm(Double)
  }

  public var rule: Rule
  public var learningRate: Double
  public var clipping: Clipping?

  enum Name: String, CaseIterable {
    case sgd, rmsprop, adam
  }
}

// MARK: Reading

extension Fit {
  static let keys = ["x", "y", "loss", "optimizer", "epochs", "batch_size", "shuffle", "predict"]

  /// Reads a fit of a layer with this signature to the data `x`.
  init(
    _ node: Node, _ expected: Node, _ model: Model, _ signature: Signature, _ x: NumericTensor, _ dtype: CaseScalar
  ) throws(CaseError) {
    let members = try node.object(Self.keys)
    self.x = x
    guard let output = signature.output("outputs"), signature.output("outputs_backward") == nil else {
      throw node.error(expected: "a layer with one output", found: "another")
    }
    if case .keras(.attention) = model {
      throw node.error(expected: "a layer with one input", found: "an attention, which has two")
    }
    let yNode = try members.required("y")
    y = try yNode.tensor(.real(dtype))
    try yNode.require(y.shape, is: output.shape)
    loss = try members.required("loss").choice(Loss.self, what: "a loss")
    let optimizerNode = try members.required("optimizer")
    optimizer = try OptimizerSpec(optimizerNode)
    epochs = try members.required("epochs").integer(in: 1...1_000_000)
    batchSize = try members.required("batch_size").integer(in: 1...Node.maximumCount)
    try members.required("epochs").requireComputable(
      epochs: epochs, samples: signature.sampleCount, batchSize: batchSize, of: signature, x: x.shape)
    if let shuffle = members["shuffle"], try shuffle.bool() {
      throw shuffle.error(expected: "false (batches are taken in order)")
    }
    settings = [
      ("loss", .string(loss.rawValue)), ("optimizer", .verbatim(optimizerNode.line)), ("epochs", .integer(epochs)),
      ("batch_size", .integer(batchSize)), ("shuffle", false),
    ]
    outputs = [TensorSpec("loss_per_epoch", [epochs], [.epoch])]
    outputs += signature.weights.map { $0.renamed("final_weights.\($0.name)") }
    if let node = members["predict"] {
      let probe = try node.tensor(model.vocabulary.map { .index(below: $0) } ?? .real(dtype))
      predict = probe
      let probed = try node.signature(of: model, x: probe.shape)
      try node.requireSameWeights(probed, signature)
      if let output = probed.output("outputs") { outputs.append(output.renamed("prediction")) }
    }
    self.expected = try Self.read(expected, outputs)
  }

  private static func read(_ node: Node, _ specs: [TensorSpec]) throws(CaseError) -> TensorTable {
    let members = try node.object(["loss_per_epoch", "final_weights", "prediction"])
    var expected = TensorTable()
    if let losses = members["loss_per_epoch"] {
      expected["loss_per_epoch"] = try losses.vector()
      try losses.require(expected["loss_per_epoch"]?.shape ?? [], is: specs[0].shape)
    }
    if let weights = members["final_weights"] {
      try weights.readTensors(specs, prefix: "final_weights.", into: &expected)
    }
    if let prediction = members["prediction"] {
      guard let spec = specs.first(where: { $0.name == "prediction" }) else {
        throw prediction.error(expected: "a prediction only where training has \"predict\"", found: "none there")
      }
      let tensor = try prediction.tensor(.real(.float64), sampled: true)
      try prediction.require(tensor.shape, is: spec.shape)
      expected["prediction"] = tensor
    }
    guard !expected.isEmpty else { throw node.error(expected: "something that training must give", found: "nothing") }
    return expected
  }
}

extension OptimizerSpec {
  init(_ node: Node) throws(CaseError) {
    let clips = ["clipvalue", "clipnorm", "global_clipnorm"]
    let common = ["name", "learning_rate"] + clips
    guard let nameNode = try node.members().first(where: { $0.key == "name" })?.value else {
      throw node.error(expected: "the key \"name\"", found: "none")
    }
    let members: Members
    switch try nameNode.choice(Name.self, what: "an optimizer") {
    case .sgd:
      members = try node.object(common + ["momentum", "nesterov"])
      rule = .sgd(
        momentum: try members.fraction("momentum", default: 0), nesterov: try members.bool("nesterov", default: false))
      learningRate = try members.positive("learning_rate", default: 0.01)
    case .rmsprop:
      members = try node.object(common + ["rho", "momentum", "epsilon", "centered", "epsilon_outside_root"])
      rule = .rmsprop(
        rho: try members.fraction("rho", default: 0.9), momentum: try members.fraction("momentum", default: 0),
        epsilon: try members.positive("epsilon", default: 1e-7), centered: try members.bool("centered", default: false),
        epsilonOutsideRoot: try members.bool("epsilon_outside_root", default: false))
      learningRate = try members.positive("learning_rate", default: 0.001)
    case .adam:
      members = try node.object(common + ["beta_1", "beta_2", "epsilon", "amsgrad"])
      rule = .adam(
        beta1: try members.fraction("beta_1", default: 0.9), beta2: try members.fraction("beta_2", default: 0.999),
        epsilon: try members.positive("epsilon", default: 1e-7), amsgrad: try members.bool("amsgrad", default: false))
      learningRate = try members.positive("learning_rate", default: 0.001)
    }
    let given = clips.filter { members[$0]?.isNull == false }
    guard given.count < 2 else {
      throw node.error(expected: "one way to clip", found: given.joined(separator: " and "))
    }
    guard let key = given.first else { return }
    let bound = try members.required(key).number(above: 0)
    switch key {
    case "clipvalue": clipping = .value(bound)
    case "clipnorm": clipping = .norm(bound)
    default: clipping = .globalNorm(bound)
    }
  }
}

extension Members {
  fileprivate func fraction(_ key: String, default value: Double) throws(CaseError) -> Double {
    try self[key]?.number(atLeast: 0, below: 1) ?? value
  }

  fileprivate func positive(_ key: String, default value: Double) throws(CaseError) -> Double {
    try self[key]?.number(above: 0) ?? value
  }
}
