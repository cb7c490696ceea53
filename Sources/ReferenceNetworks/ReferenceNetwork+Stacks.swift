import GoldenCases
import Layers

/// What flows from layer to layer in a Keras stack: a matrix or the steps of a sequence, and a mask.
struct ReferenceFlow {
  var steps: [Term]
  var isSequence: Bool
  var mask: [[Bool]]?

  func give(_ name: String, to network: ReferenceNetwork) {
    if isSequence { network.give(name, sequence: steps) } else { network.give(name, steps[0]) }
  }
}

extension ReferenceNetwork {
  func flow() throws -> ReferenceFlow {
    let (term, shape) = try x()
    guard shape.count == 3 else { return ReferenceFlow(steps: [term], isSequence: false) }
    return ReferenceFlow(
      steps: steps(term, samples: shape[0], count: shape[1]), isSequence: true,
      mask: mask(samples: shape[0], count: shape[1]))
  }

  /// One layer of a stack, or one that has no states to give.
  func layer(_ layer: KerasLayer, _ prefix: String, _ x: ReferenceFlow) throws -> ReferenceFlow {
    switch layer {
    case .dense(_, let activation, _, _):
      let (kernel, bias) = (try weight(prefix + "kernel"), optionalWeight(prefix + "bias"))
      var y = x
      let sums = x.steps.map { step in
        let product = step.times(kernel)
        return bias.map { product + $0 } ?? product
      }
      y.steps = sums.map { $0.apply(activation) }
      giveStep(prefix + "pre_y", sums, hasSteps: x.isSequence)
      giveStep(prefix + "y", y.steps, hasSteps: x.isSequence)
      return y
    case .recurrent(let recurrent):
      return run(
        [try kerasCell(recurrent, prefix)], returnSequences: recurrent.returnSequences,
        goBackwards: recurrent.goBackwards, zeroOutput: recurrent.zeroOutputForMask, x, prefix)
    case .stackedCells(let layers, let returnSequences, let goBackwards):
      let cells = try layers.enumerated().map { try kerasCell($1, "\(prefix)\($0)/") }
      return run(cells, returnSequences: returnSequences, goBackwards: goBackwards, zeroOutput: false, x, prefix)
    case .bidirectional(let forward, let backward, let merge):
      let (a, b, _) = both(
        try kerasCell(forward, prefix + "forward/"), try kerasCell(backward, prefix + "backward/"), x.steps, x.mask,
        forward.returnSequences, givenStates: false, prefix: prefix)
      return ReferenceFlow(
        steps: merged(a, b, merge ?? .concat), isSequence: forward.returnSequences,
        mask: forward.returnSequences ? x.mask : nil)
    case .embedding(_, _, let maskZero): return try embedding(prefix, maskZero, x)
    case .masking(let value): return masked(x, value)
    case .attention, .stack: throw Unsupported("a stack or an attention inside a stack")
    }
  }

  private func run(
    _ cells: [ReferenceCell], returnSequences: Bool, goBackwards: Bool, zeroOutput: Bool, _ x: ReferenceFlow,
    _ prefix: String
  ) -> ReferenceFlow {
    let B = x.steps[0].value.shape[0]
    let initial = cells.flatMap(\.stateSizes).map { tape.leaf(.zeros([B, $0])) }
    let layer = ReferenceSequence(
      cells: cells, backwards: readsBackwards(goBackwards, x.steps.count), zeroOutput: zeroOutput
    )
    let result = layer.run(x.steps, initial, mask: x.mask, faults)
    giveGates(result, prefix: prefix)
    guard returnSequences else { return ReferenceFlow(steps: [result.last], isSequence: false) }
    return ReferenceFlow(steps: turned(result.outputs, goBackwards), isSequence: true, mask: x.mask)
  }

  private func embedding(_ prefix: String, _ maskZero: Bool, _ x: ReferenceFlow) throws -> ReferenceFlow {
    let table = try weight(prefix + "embeddings")
    let (B, T) = (x.steps[0].value.shape[0], x.steps[0].value.columns)
    let words = x.steps[0].value.scalars.map { Int($0) }
    let steps = rows(of: table, at: words, samples: B, steps: T)
    let mask = maskZero ? (0..<T).map { t in (0..<B).map { words[$0 * T + t] != 0 } } : x.mask
    return ReferenceFlow(steps: steps, isSequence: true, mask: mask)
  }

  /// The rows of a table for every word of `[B, T]`, one term a step.
  func rows(of table: Term, at words: [Int], samples B: Int, steps T: Int) -> [Term] {
    let isRepeated = Set(words).count < words.count
    let isOverwritten = isRepeated && faults.has(.embeddingRowsOverwritten)
    return (0..<T).map { t in
      let places = (0..<B).map { $0 * T + t }
      let passing = places.map { !isOverwritten || !words[($0 + 1)...].contains(words[$0]) }
      return table.gather(places.map { words[$0] }, passing: passing)
    }
  }

  private func masked(_ x: ReferenceFlow, _ value: Double) -> ReferenceFlow {
    let mask = x.steps.map { step in
      (0..<step.value.rows).map { row in
        step.value.scalars[row * step.value.columns..<(row + 1) * step.value.columns].contains { $0 != value }
      }
    }
    let steps = zip(x.steps, mask).map { step, used in
      step.kept(where: used, otherwise: tape.leaf(.zeros(step.value.shape)))
    }
    return ReferenceFlow(steps: steps, isSequence: true, mask: mask)
  }
}
