import Layers

extension Case {
  static let keys = [
    "name", "kind", "chapter", "source", "note", "layout", "dtype", "layer", "config", "weights", "inputs",
    "cotangents",
    "training", "expected", "expected_gradients", "expected_training", "tolerance",
  ]

  /// Reads one case of a file.
  init(_ anonymous: Node, family: String) throws(CaseError) {
    var node = anonymous
    if case .string(let name)? = anonymous.json["name"]?.value { node = anonymous.named(name) }
    let members = try node.object(Self.keys)
    let nameNode = try members.required("name")
    name = try nameNode.string()
    if name.isEmpty { throw nameNode.error(expected: "a name that is not empty") }
    self.family = family
    file = node.source.file
    keyPath = node.path
    kind = try members.required("kind").choice(Kind.self, what: "a kind of case")
    source = try Source(try members.required("source"), kind)
    note = try members["note"]?.string()
    chapter = try members["chapter"]?.chapter()
    layout = try members.required("layout").choice(Framework.self, what: "a layout")
    dtype = try members.required("dtype").choice(CaseScalar.self, what: "a scalar type")
    let layerNode = try members.required("layer")
    layer = try layerNode.string()
    let configNode = try members.required("config")
    model = try Model(layout: layout, layer: layerNode, config: configNode)
    config = configNode.line
    let xNode = try Self.x(members)
    let x = try xNode.tensor(model.vocabulary.map { .index(below: $0) } ?? .real(dtype))
    let weightNames = try members["weights"]?.members().map(\.key) ?? []
    signature = try xNode.signature(of: model, x: x.shape, weights: Set(weightNames))
    weights = TensorTable()
    try (members["weights"] ?? node).readWeights(
      signature.weights, dtype, isPresent: members["weights"] != nil, &weights)
    task = try Self.task(members, model, signature, x, dtype)
    tolerance = try CaseTolerance(try members.required("tolerance"), task)
  }

  /// The data that the layer reads: `inputs.x`, or `training.x`.
  private static func x(_ members: Members) throws(CaseError) -> Node {
    let owner: Node
    if let training = members["training"] { owner = training } else { owner = try members.required("inputs") }
    guard let node = try owner.members().first(where: { $0.key == "x" })?.value else {
      throw owner.error(expected: "the key \"x\"", found: "none")
    }
    return node
  }

  private static func task(
    _ members: Members, _ model: Model, _ signature: Signature, _ x: NumericTensor, _ dtype: CaseScalar
  ) throws(CaseError) -> Task {
    guard let training = members["training"] else {
      if let stray = members["expected_training"] {
        throw stray.error(expected: "\"expected_training\" together with \"training\"", found: "no training")
      }
      return .run(try Run(members, model, signature, x, dtype))
    }
    for key in ["inputs", "expected", "cotangents", "expected_gradients"] {
      if let stray = members[key] { throw stray.error(expected: "either \"training\" or \"\(key)\"", found: "both") }
    }
    let expected = try members.required("expected_training")
    return .fit(try Fit(training, expected, model, signature, x, dtype))
  }
}

extension Node {
  /// The name of a chapter's program.
  fileprivate func chapter() throws(CaseError) -> String {
    let name = try string()
    let allowed = name.dropFirst("chapter-".count).allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
    guard name.hasPrefix("chapter-"), name.count > "chapter-".count, allowed else {
      throw error(expected: "a chapter's program, such as \"chapter-lstm\"")
    }
    return name
  }
}

extension Case.Source {
  init(_ node: Node, _ kind: Case.Kind) throws(CaseError) {
    let members = try node.object(["framework", "version", "how", "title", "file", "line"])
    let needed: [String]
    switch kind {
    case .documented: needed = ["title", "file"]
    case .reference: needed = ["framework", "version", "how"]
    case .derived: needed = ["how"]
    }
    for key in needed { _ = try members.required(key) }
    framework = try members["framework"]?.string()
    version = try members["version"]?.string()
    how = try members["how"]?.string()
    title = try members["title"]?.string()
    file = try members["file"]?.string()
    line = try members["line"]?.string()
  }
}

extension Case.Run {
  fileprivate init(
    _ members: Members, _ model: Model, _ signature: Signature, _ x: NumericTensor, _ dtype: CaseScalar
  ) throws(CaseError) {
    inputs = TensorTable()
    (cotangents, expected, expectedGradients) = (TensorTable(), TensorTable(), TensorTable())
    inputs["x"] = x
    try readInputs(try members.required("inputs"), model, signature, dtype)
    let results = try members.required("expected")
    try results.readTensors(signature.outputs, prefix: "", sampled: true, into: &expected)
    if expected.isEmpty { throw results.error(expected: "something the layer must give", found: "nothing") }
    if let gates = try results.members().first(where: { $0.key == "gates" }) { try refuseSkippedSteps(gates.value) }
    if let node = members["cotangents"] {
      guard signature.hasGradients else {
        throw node.error(expected: "no cotangents for a layer fed in chunks", found: "some")
      }
      let targets = signature.outputs.filter { $0.equations == nil && !$0.name.hasPrefix("layer_outputs") }
      try node.readTensors(targets, prefix: "", rule: .real(dtype), into: &cotangents)
    }
    if let gradients = members["expected_gradients"] {
      try readGradients(gradients, model, signature, hasCotangents: members["cotangents"] != nil)
    }
  }

  private mutating func readInputs(
    _ node: Node, _ model: Model, _ signature: Signature, _ dtype: CaseScalar
  ) throws(CaseError) {
    for spec in signature.inputs where spec.name == "label" {
      guard case .mxnet(.biLSTMSort(let network)) = model else { continue }
      guard let label = try node.members().first(where: { $0.key == "label" })?.value else {
        throw node.error(expected: "the key \"label\"", found: "none")
      }
      let tensor = try label.tensor(.index(below: network.labels))
      try label.require(tensor.shape, is: spec.shape)
      inputs["label"] = tensor
    }
    var rest = signature.inputs.filter { $0.name != "x" && $0.name != "label" }
    if let mask = try node.members().first(where: { $0.key == "mask" })?.value,
      let spec = rest.first(where: { $0.name == "mask" })
    {
      let tensor = try mask.tensor(.index(below: 2))
      try mask.require(tensor.shape, is: spec.shape)
      inputs["mask"] = tensor
    }
    rest.removeAll { $0.name == "mask" }
    if let list = try node.members().first(where: { $0.key == "lengths" })?.value, let range = signature.lengths {
      lengths = try list.lengths(range, samples: signature.sampleCount)
    }
    let done = ["x"] + inputs.names + (lengths == nil ? [] : ["lengths"])
    try node.readTensors(rest, prefix: "", rule: .real(dtype), done: done, into: &inputs)
    let states = rest.map(\.name).filter { $0.hasPrefix("initial_states") }
    let given = states.filter { inputs[$0] != nil }
    if !given.isEmpty, given.count != states.count {
      throw node.error(expected: "\(states.count) initial_states", found: "\(given.count)")
    }
  }

  /// What a cell computes at a skipped step has no effect, and frameworks differ in it: a case must not hold it.
  private func refuseSkippedSteps(_ gates: Node) throws(CaseError) {
    guard inputs["mask"] != nil || lengths != nil else { return }
    throw gates.error(expected: "no values of steps where a mask or lengths skip some", found: "some")
  }

  private mutating func readGradients(
    _ node: Node, _ model: Model, _ signature: Signature, hasCotangents: Bool
  ) throws(CaseError) {
    if case .mxnet(.biLSTMSort) = model {
      // This network ends in a loss of its own.
    } else if !hasCotangents {
      throw node.error(expected: "gradients only together with \"cotangents\"", found: "no cotangents")
    }
    let members = try node.object(["weights", "inputs", "gates"])
    if let gates = members["gates"] {
      try refuseSkippedSteps(gates)
      try gates.readTensors(signature.stepValues, prefix: "gates.", sampled: true, into: &expectedGradients)
    }
    if let weights = members["weights"] {
      let specs = signature.weights.map { $0.renamed("weights.\($0.name)") }
      try weights.readTensors(specs, prefix: "weights.", sampled: true, into: &expectedGradients)
    }
    if let group = members["inputs"] {
      let fixed = ["mask", "label"] + (model.vocabulary == nil ? [] : ["x"])
      let specs = signature.inputs.filter { !fixed.contains($0.name) }.map { $0.renamed("inputs.\($0.name)") }
      try group.readTensors(specs, prefix: "inputs.", sampled: true, into: &expectedGradients)
    }
  }
}

extension CaseTolerance {
  init(_ node: Node, _ task: Case.Task) throws(CaseError) {
    let keys = ["abs", "rel", "grad_abs", "grad_rel", "loss_abs", "weights_abs", "prediction_abs", "reason"]
    let members = try node.object(keys)
    func required(_ key: String) throws(CaseError) -> Double { try members.required(key).number(atLeast: 0) }
    // Every number that is there must be one, whether this case needs it or not.
    for key in keys.dropLast() { _ = try members[key]?.number(atLeast: 0) }
    reason = try members["reason"]?.string()
    switch task {
    case .run(let run):
      values = Bound(absolute: try required("abs"), relative: try required("rel"))
      if !run.expectedGradients.isEmpty {
        gradients = Bound(absolute: try required("grad_abs"), relative: try required("grad_rel"))
      }
    case .fit(let training):
      let names = training.expected.names
      if names.contains("loss_per_epoch") { loss = try required("loss_abs") }
      if names.contains(where: { $0.hasPrefix("final_weights.") }) { weights = try required("weights_abs") }
      if names.contains("prediction") { prediction = try required("prediction_abs") }
    }
  }
}
