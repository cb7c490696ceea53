extension Node {
  package func signature(
    of model: Model, x shape: [Int], weights: Set<String> = []
  ) throws(CaseError) -> Signature {
    let signature: Signature
    do {
      signature = try model.signature(x: shape, weights: weights)
    } catch {
      throw self.error(expected: error.expected, found: "shape \(shape)")
    }
    try requireComputable(signature, x: shape)
    return signature
  }

  func require(_ shape: [Int], is expected: [Int]) throws(CaseError) {
    guard shape == expected else { throw error(expected: "shape \(expected)", found: "\(shape)") }
  }

  /// The input of `predict` must need weights of the same shapes as those that were trained.
  func requireSameWeights(_ probed: Signature, _ trained: Signature) throws(CaseError) {
    guard probed.weights.map(\.shape) == trained.weights.map(\.shape) else {
      throw error(expected: "as many features as the training set has", found: "another number")
    }
  }

  /// A short list of numbers, plain or as a tensor.
  package func vector() throws(CaseError) -> NumericTensor {
    guard case .array = json.value else { return try tensor(.real(.float64)) }
    var values: [Double] = []
    for element in try list() { values.append(try element.number()) }
    return NumericTensor(shape: [values.count], values: values)
  }

  func lengths(_ range: ClosedRange<Int>, samples: Int) throws(CaseError) -> [Int] {
    var lengths: [Int] = []
    for element in try list("a list of lengths") { lengths.append(try element.integer(in: range)) }
    guard lengths.count == samples else {
      throw error(expected: "\(samples) lengths, one for each sample", found: "\(lengths.count)")
    }
    return lengths
  }

  /// Reads the weights; every required one must be there.
  func readWeights(
    _ specs: [TensorSpec], _ dtype: CaseScalar, isPresent: Bool, _ weights: inout TensorTable
  ) throws(CaseError) {
    if isPresent { try readTensors(specs, prefix: "", rule: .real(dtype), into: &weights) }
    for spec in specs where spec.isRequired && weights[spec.name] == nil {
      throw error(expected: "the weight \"\(spec.name)\" of shape \(spec.shape)", found: "none")
    }
  }

  /// Reads an object of tensors, one for each of some specifications, whose names begin with `prefix`.
  ///
  /// A specification `list[2]` is the third element of the list under `list`; `group.member` a member of an object.
  /// Keys in `done` have been read already.
  func readTensors(
    _ specs: [TensorSpec], prefix: String, sampled: Bool = false, rule: NumberRule = .real(.float64),
    done: [String] = [], into tensors: inout TensorTable
  ) throws(CaseError) {
    var byName: [String: TensorSpec] = [:]
    for spec in specs { byName[spec.name] = spec }
    for (key, value) in try members() where !done.contains(key) {
      let name = prefix + key
      if let spec = byName[name] {
        tensors[name] = try value.tensor(spec, rule, sampled)
      } else if byName["\(name)[0]"] != nil {
        let count = specs.count { $0.name.hasPrefix("\(name)[") }
        let nodes = try value.list("a list of \(count) tensors")
        guard nodes.count == count else { throw value.error(expected: "\(count) tensors", found: "\(nodes.count)") }
        for (place, node) in nodes.enumerated() {
          let name = "\(name)[\(place)]"
          if let spec = byName[name] { tensors[name] = try node.tensor(spec, rule, sampled) }
        }
      } else if specs.contains(where: { $0.name.hasPrefix("\(name).") }) {
        try value.readTensors(specs, prefix: "\(name).", sampled: sampled, rule: rule, into: &tensors)
      } else {
        let known = specs.filter { $0.name.hasPrefix(prefix) }.map {
          String($0.name.dropFirst(prefix.count).prefix { $0 != "[" && $0 != "." })
        }
        let names = known.enumerated().filter { known.firstIndex(of: $1) == $0 }.map(\.element)
        throw value.error(
          expected: names.isEmpty ? "no key here" : "one of the keys \(names.joined(separator: ", "))",
          found: "the unknown key \"\(key)\"")
      }
    }
  }

  private func tensor(_ spec: TensorSpec, _ rule: NumberRule, _ sampled: Bool) throws(CaseError) -> NumericTensor {
    let tensor = try tensor(rule, sampled: sampled)
    guard tensor.shape == spec.shape else {
      throw error(expected: "\(spec.name) of shape \(spec.shape)", found: "\(tensor.shape)")
    }
    return tensor
  }
}
