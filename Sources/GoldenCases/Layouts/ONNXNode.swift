import Layers

/// One of the ONNX operators RNN, LSTM, GRU.
public struct ONNXNode: Sendable {
  public enum Direction: String, CaseIterable, Sendable {
    case forward, reverse, bidirectional
  }

  public var kind: CellKind
  public var units: Int
  public var direction = Direction.forward
  /// The activations of each direction in turn: `f` (RNN), `f g` (GRU), `f g h` (LSTM).
  public var activations: [Activation]
  /// Bounds what goes into the activations.
  public var clip: Double?
  /// LSTM: `f = 1 − i`.
  public var inputForget = false
  /// GRU: Keras' `reset_after`.
  public var linearBeforeReset = false
  /// Samples stand before steps (`"layout": 1`).
  public var batchFirst = false

  public var directions: Int { direction == .bidirectional ? 2 : 1 }
}

/// An activation by ONNX's name.
struct ONNXActivation: Sendable {
  let name: String
  /// ONNX's default parameters; nil where the function has none.
  let alpha, beta: Double?
  /// The function with these parameters.
  let function: @Sendable (_ alpha: Double, _ beta: Double) -> Activation

  private init(
    _ name: String, alpha: Double? = nil, beta: Double? = nil,
    _ function: @escaping @Sendable (_ alpha: Double, _ beta: Double) -> Activation
  ) {
    (self.name, self.alpha, self.beta, self.function) = (name, alpha, beta, function)
  }

  static let tanh = ONNXActivation("Tanh") { _, _ in .tanh }
  static let sigmoid = ONNXActivation("Sigmoid") { _, _ in .sigmoid }

  static let all = [
    ONNXActivation("Relu") { _, _ in .relu }, tanh, sigmoid,
    ONNXActivation("Affine", alpha: 1, beta: 0) { .affine(alpha: $0, beta: $1) },
    ONNXActivation("LeakyRelu", alpha: 0.01) { alpha, _ in .leakyRelu(alpha: alpha) },
    ONNXActivation("ThresholdedRelu", alpha: 1) { alpha, _ in .thresholdedRelu(alpha: alpha) },
    ONNXActivation("ScaledTanh", alpha: 1, beta: 1) { .scaledTanh(alpha: $0, beta: $1) },
    ONNXActivation("HardSigmoid", alpha: 0.2, beta: 0.5) { .hardSigmoid(alpha: $0, beta: $1) },
    ONNXActivation("Elu", alpha: 1) { alpha, _ in .elu(alpha: alpha) },
    ONNXActivation("Softsign") { _, _ in .softsign }, ONNXActivation("Softplus") { _, _ in .softplus },
  ]
}

// MARK: Reading

extension ONNXNode {
  init(layer: Node, config: Node) throws(CaseError) {
    kind = try layer.choice(of: Self.names, what: "an ONNX operator")
    var keys = [
      "units", "direction", "activations", "activation_alpha", "activation_beta", "clip", "layout",
    ]
    if kind.isGated { keys.append("gate_order") }
    if kind == .lstm { keys.append("input_forget") }
    if kind == .gru { keys.append("linear_before_reset") }
    let members = try config.object(keys)
    units = try members.units()
    direction = try members["direction"]?.choice(Direction.self, what: "a direction") ?? .forward
    activations = []
    if let node = members["clip"], !node.isNull { clip = try node.number(above: 0) }
    inputForget = try members["input_forget"]?.zeroOrOne() ?? false
    linearBeforeReset = try members["linear_before_reset"]?.zeroOrOne() ?? false
    batchFirst = try members["layout"]?.zeroOrOne() ?? false
    try members["gate_order"]?.requireGateOrder(Framework.onnx.gateOrder(of: kind))
    activations = try readActivations(members)
  }

  /// The operators by the names that golden files have for them.
  static let names = Framework.onnx.cellKinds.map { (name: $0.identifier, value: $0) }

  /// The gates', the candidate's, and an LSTM's for c.
  private var defaultActivations: [ONNXActivation] {
    (kind.isGated ? [.sigmoid, .tanh] : [.tanh]) + (kind == .lstm ? [.tanh] : [])
  }

  private func readActivations(_ members: Members) throws(CaseError) -> [Activation] {
    var names = (0..<directions).flatMap { _ in defaultActivations }
    if let node = members["activations"] {
      let nodes = try node.list("a list of activations")
      guard nodes.count == names.count else {
        throw node.error(expected: "\(names.count) activations", found: "\(nodes.count)")
      }
      names = []
      for node in nodes { names.append(try node.activation()) }
    }
    let alpha = try parameters(members["activation_alpha"], names.map(\.alpha))
    let beta = try parameters(members["activation_beta"], names.map(\.beta))
    return names.indices.map { names[$0].function(alpha[$0], beta[$0]) }
  }

  /// One parameter for each activation: a list as long as the activations gives them by position, a shorter one serves
  /// the activations that have this parameter, in their order.
  private func parameters(_ node: Node?, _ defaults: [Double?]) throws(CaseError) -> [Double] {
    guard let node else { return defaults.map { $0 ?? 0 } }
    var given: [Double] = []
    for element in try node.list("a list of numbers") { given.append(try element.number()) }
    if given.count == defaults.count { return given }
    guard given.count <= defaults.count(where: { $0 != nil }) else {
      throw node.error(expected: "\(defaults.count) numbers, one for each activation", found: "\(given.count)")
    }
    var rest = given[...]
    return defaults.map { value in value.map { rest.popFirst() ?? $0 } ?? 0 }
  }
}

extension Node {
  /// ONNX compares the names of activations without case.
  fileprivate func activation() throws(CaseError) -> ONNXActivation {
    let text = try string().lowercased()
    guard let activation = ONNXActivation.all.first(where: { $0.name.lowercased() == text }) else {
      let names = ONNXActivation.all.map(\.name).joined(separator: ", ")
      throw error(expected: "an activation (one of \(names))")
    }
    return activation
  }
}

// MARK: Signature

extension ONNXNode {
  /// - Parameter weights: the names of the weights that the node is given; the bias and the peepholes are optional.
  func signature(x: [Int], weights: Set<String>) throws(ShapeProblem) -> Signature {
    let shape = try SequenceShape(x, axes: batchFirst ? "[N, T, m]" : "[T, N, m]")
    let (N, T) = batchFirst ? (x[0], x[1]) : (x[1], x[0])
    let (D, rows) = (directions, kind.gateCount * units)
    var signature = Signature()
    signature.sampleCount = N
    signature.lengths = 0...T
    signature.hasGradients = true
    signature.weights = [
      .weight("W", [D, rows, shape.features]), .weight("R", [D, rows, units]),
      TensorSpec("B", [D, 2 * rows], [.direction, .position], isRequired: false),
    ]
    if kind == .lstm {
      signature.weights.append(TensorSpec("P", [D, 3 * units], [.direction, .position], isRequired: false))
    }
    let lead: [TensorAxis] = batchFirst ? [.sample, .step] : [.step, .sample]
    signature.inputs = [TensorSpec("x", x, lead + [.feature])]
    for direction in 0..<D {
      let prefix = D == 1 ? "" : direction == 0 ? "forward/" : "backward/"
      signature.addSteps(stepCell(direction, weights), prefix: prefix, steps: T)
    }
    signature.outputs.append(
      batchFirst
        ? TensorSpec("outputs", [N, T, D, units], [.sample, .step, .direction, .unit], stage: D - 1)
        : TensorSpec("outputs", [T, D, N, units], [.step, .direction, .sample, .unit], stage: D - 1))
    for state in kind.stateNames {
      let shape = batchFirst ? [N, D, units] : [D, N, units]
      let axes: [TensorAxis] = batchFirst ? [.sample, .direction, .unit] : [.direction, .sample, .unit]
      signature.addState(state, shape, axes, stage: D - 1)
    }
    return signature
  }

  private func stepCell(_ direction: Int, _ weights: Set<String>) -> StepCell {
    let count = activations.count / directions
    let own = activations[direction * count..<(direction + 1) * count].map(\.symbol)
    return StepCell(
      framework: .onnx, kind: kind, units: units, hasBias: weights.contains("B"), resetAfter: linearBeforeReset,
      peepholes: weights.contains("P"), inputForget: inputForget, gateFunction: own[0],
      function: own[kind.isGated ? 1 : 0], outputFunction: own[count - 1])
  }
}
