import Layers

extension KerasLayer {
  func signature(x: [Int]) throws(ShapeProblem) -> Signature {
    var signature = Signature()
    signature.sampleCount = x.first ?? 1
    guard case .stack(let layers) = self else {
      signature.inputs = [TensorSpec("x", x, Self.axes(of: x, last: .feature))]
      _ = try describe(x, prefix: "", stage: 0, alone: true, &signature)
      return signature
    }
    signature.inputs = [TensorSpec("x", x, Self.axes(of: x, last: .feature))]
    var shape = x
    // What a cell computes at a skipped step has no effect, and frameworks differ in it.
    let showsSteps = layers.count > 1 && !layers.contains(where: \.skipsSteps)
    for (place, layer) in layers.enumerated() {
      if showsSteps {
        layer.addSteps(of: shape, prefix: "\(place)/", stage: place, &signature)
      } else {
        layer.countSteps(of: shape, &signature)
      }
      shape = try layer.describe(shape, prefix: "\(place)/", stage: place, alone: layers.count == 1, &signature)
      let output = TensorSpec("layer_outputs[\(place)]", shape, Self.axes(of: shape, last: .unit), stage: place)
      signature.outputs.append(output)
    }
    if layers.count > 1 {
      signature.outputs.append(
        TensorSpec("outputs", shape, Self.axes(of: shape, last: .unit), stage: layers.count))
      if x.count > 1 { signature.addMask(x) }
    }
    return signature
  }

  private static func axes(of shape: [Int], last: TensorAxis) -> [TensorAxis] {
    shape.count == 3 ? [.sample, .step, last] : [.sample, last]
  }

  /// Adds the tensors of one layer and gives the shape of its output.
  ///
  /// `alone` is true for a layer that is the whole model: its states can then be given and asked for.
  private func describe(
    _ x: [Int], prefix: String, stage: Int, alone: Bool, _ signature: inout Signature
  ) throws(ShapeProblem) -> [Int] {
    switch self {
    case .dense(let units, _, let useBias, let timeDistributed):
      guard x.count == 3 || (x.count == 2 && !timeDistributed) else {
        throw ShapeProblem(expected: timeDistributed ? "x as [N, T, m]" : "x as [N, m] or [N, T, m]")
      }
      signature.weights.append(.weight(prefix + "kernel", [x[x.count - 1], units]))
      if useBias { signature.weights.append(.weight(prefix + "bias", [units])) }
      if alone { addSteps(of: x, prefix: "", stage: stage, &signature) }
      return signature.addOutput(Array(x.dropLast()) + [units], stage: stage, alone: alone)
    case .recurrent(let layer): return try layer.describe(x, prefix, stage, alone, &signature)
    case .bidirectional(let forward, let backward, let merge):
      let shape = try SequenceShape(x)
      forward.addWeights(prefix + "forward/", features: shape.features, &signature)
      backward.addWeights(prefix + "backward/", features: shape.features, &signature)
      let lead = forward.returnSequences ? [shape.samples, shape.steps] : [shape.samples]
      let units = merge == .concat ? forward.units + backward.units : forward.units
      if alone { addSteps(of: x, prefix: "", stage: stage, &signature) }
      _ = signature.addOutput(lead + [units], stage: stage + 1, alone: alone)
      guard alone else { return lead + [units] }
      if merge == nil {
        let axes: [TensorAxis] = forward.returnSequences ? [.sample, .step, .unit] : [.sample, .unit]
        signature.outputs.append(TensorSpec("outputs_backward", lead + [backward.units], axes, stage: stage + 1))
      }
      signature.addStateList(
        forward.stateSizes + backward.stateSizes, samples: shape.samples, stage: stage + 1)
      signature.addMask(x)
      return lead + [units]
    case .stackedCells(let cells, let returnSequences, _):
      let shape = try SequenceShape(x)
      var features = shape.features
      for (place, cell) in cells.enumerated() {
        cell.addWeights("\(prefix)\(place)/", features: features, &signature)
        features = cell.units
      }
      let lead = returnSequences ? [shape.samples, shape.steps] : [shape.samples]
      if alone { addSteps(of: x, prefix: "", stage: stage, &signature) }
      _ = signature.addOutput(lead + [features], stage: stage, alone: alone)
      if alone {
        signature.addStateList(cells.flatMap(\.stateSizes), samples: shape.samples, stage: stage)
        signature.addMask(x)
      }
      return lead + [features]
    case .embedding(let inputSize, let outputSize, _):
      guard x.count == 2 else { throw ShapeProblem(expected: "x as [N, T] of integers") }
      signature.weights.append(.weight(prefix + "embeddings", [inputSize, outputSize]))
      return signature.addOutput(x + [outputSize], stage: stage, alone: alone)
    case .masking:
      return signature.addOutput(try SequenceShape(x).shape, stage: stage, alone: alone)
    case .attention(let attention): return try attention.describe(x, &signature)
    case .stack: throw ShapeProblem(expected: "no stack inside a stack")
    }
  }
}

extension KerasAttention {
  /// x is the memory `[N, T, u]`; the queries are an input of their own.
  fileprivate func describe(_ x: [Int], _ signature: inout Signature) throws(ShapeProblem) -> [Int] {
    let shape = try SequenceShape(x)
    let (N, T, u) = (shape.samples, shape.steps, shape.features)
    if score == .dot || score == .scaledDot, querySize != u {
      throw ShapeProblem(expected: "as many features as a query has (\(querySize))")
    }
    signature.inputs.append(TensorSpec("query", [N, queries, querySize], [.sample, .position, .feature]))
    switch score {
    case .dot, .scaledDot: break
    case .general: signature.weights.append(.weight("kernel", [querySize, u]))
    case .additive:
      signature.weights += [
        .weight("query_kernel", [querySize, units]), .weight("key_kernel", [u, units]),
        .weight("score_kernel", [units]),
      ]
    }
    for (stage, name) in ["scores", "weights"].enumerated() {
      signature.outputs.append(TensorSpec(name, [N, queries, T], [.sample, .position, .step], stage: stage))
    }
    signature.outputs.append(TensorSpec("outputs", [N, queries, u], [.sample, .position, .unit], stage: 2))
    signature.addMask(x)
    return [N, queries, u]
  }
}

// MARK: Values of steps

extension KerasLayer {
  fileprivate var skipsSteps: Bool {
    switch self {
    case .masking, .embedding(_, _, maskZero: true): true
    default: false
    }
  }

  /// The values that a layer computes at every step, all of its cells'.
  fileprivate func addSteps(of x: [Int], prefix: String, stage: Int, _ signature: inout Signature) {
    let lead = Array(x.dropLast())
    guard (1...2).contains(lead.count) else { return }
    switch self {
    case .dense(let units, let activation, let useBias, _):
      let values = StepValue.dense(
        units: units, activation.symbol, hasBias: useBias, everyStep: lead.count == 2)
      signature.add(values, prefix: prefix, lead: lead, stage: stage)
    case .recurrent(let layer) where lead.count == 2:
      signature.addSteps(layer.stepCell, prefix: prefix, steps: lead[1], stage: stage)
    case .bidirectional(let forward, let backward, _) where lead.count == 2:
      signature.addSteps(forward.stepCell, prefix: prefix + "forward/", steps: lead[1], stage: stage)
      signature.addSteps(backward.stepCell, prefix: prefix + "backward/", steps: lead[1], stage: stage)
    case .stackedCells(let cells, _, _) where lead.count == 2:
      for (place, cell) in cells.enumerated() {
        signature.addSteps(cell.stepCell, prefix: "\(prefix)\(place)/", steps: lead[1], stage: stage)
      }
    default: break
    }
  }
}

extension KerasLayer {
  /// Counts the values of steps of a layer that does not show them.
  fileprivate func countSteps(of x: [Int], _ signature: inout Signature) {
    var hidden = Signature()
    hidden.sampleCount = x.first ?? 1
    addSteps(of: x, prefix: "", stage: 0, &hidden)
    signature.unseenCount += hidden.outputs.numberCount
  }
}

extension KerasRecurrent {
  var stepCell: StepCell {
    StepCell(
      framework: .keras, kind: kind, units: units, hasBias: useBias, hasRecurrentBias: hasTwoBiases,
      resetAfter: resetAfter,
      gateFunction: recurrentActivation.symbol, function: activation.symbol, outputFunction: activation.symbol)
  }

  /// The sizes of the states, hidden state first.
  var stateSizes: [Int] { kind.stateNames.map { _ in units } }

  fileprivate func addWeights(_ prefix: String, features: Int, _ signature: inout Signature) {
    let columns = kind.gateCount * units
    signature.weights.append(.weight(prefix + "kernel", [features, columns]))
    signature.weights.append(.weight(prefix + "recurrent_kernel", [units, columns]))
    guard useBias else { return }
    signature.weights.append(.weight(prefix + "bias", hasTwoBiases ? [2, columns] : [columns]))
  }

  fileprivate func describe(
    _ x: [Int], _ prefix: String, _ stage: Int, _ alone: Bool, _ signature: inout Signature
  ) throws(ShapeProblem) -> [Int] {
    let shape = try SequenceShape(x)
    addWeights(prefix, features: shape.features, &signature)
    let output = returnSequences ? [shape.samples, shape.steps, units] : [shape.samples, units]
    guard alone else { return output }
    if !chunks.isEmpty {
      let steps = chunks.map(\.steps)
      guard steps.reduce(0, +) == shape.steps else {
        throw ShapeProblem(expected: "as many steps as the chunks \(steps) have together")
      }
      signature.hasGradients = false
      KerasLayer.recurrent(self).countSteps(of: x, &signature)
    } else {
      signature.addSteps(stepCell, steps: shape.steps, stage: stage)
      signature.addMask(x)
    }
    _ = signature.addOutput(output, stage: stage, alone: alone)
    for state in kind.stateNames {
      signature.addState(state, [shape.samples, units], [.sample, .unit], stage: stage)
    }
    return output
  }
}

extension Signature {
  fileprivate mutating func addOutput(_ shape: [Int], stage: Int, alone: Bool) -> [Int] {
    if alone {
      let axes: [TensorAxis] = shape.count == 3 ? [.sample, .step, .unit] : [.sample, .unit]
      outputs.append(TensorSpec("outputs", shape, axes, stage: stage))
    }
    return shape
  }

  fileprivate mutating func addMask(_ x: [Int]) {
    inputs.append(TensorSpec("mask", Array(x.prefix(2)), [.sample, .step], isRequired: false))
  }
}

extension SequenceShape {
  fileprivate var shape: [Int] { [samples, steps, features] }
}
