import Layers

/// One or more cells on top of each other, applied to every step of a sequence in one direction.
struct ReferenceSequence {
  var cells: [ReferenceCell]
  /// Reads from the end; the results stay in the order of reading.
  var backwards = false
  /// The output of a skipped step is zero; otherwise it is the one before.
  var zeroOutput = false

  struct Result {
    /// In the order of reading.
    var outputs: [Term] = []
    var states: [Term] = []
    /// What a layer that returns no sequence gives.
    var last: Term
    /// Each sum, gate and state by step; of several cells under their numbers: `0/pre_i`.
    var gates: [String: [Term]] = [:]
  }

  /// - Parameter mask: for each step, which samples use it.
  func run(_ steps: [Term], _ initial: [Term], mask: [[Bool]]?, _ faults: Faults) -> Result {
    let B = initial[0].value.shape[0]
    guard B > 1, faults.has(.stateNotReset) else { return pass(steps, initial, mask, faults) }
    // Sample after sample: each begins with the state in which the one before ended.
    var start = initial
    for sample in 1..<B {
      let left = pass(steps, start, mask, faults).states
      start = zip(start, left).map { first, last in
        let moved = last.gather((0..<B).map { max($0 - 1, 0) })
        return moved.kept(where: (0..<B).map { $0 == sample }, otherwise: first)
      }
    }
    return pass(steps, start, mask, faults)
  }

  private func pass(_ steps: [Term], _ initial: [Term], _ mask: [[Bool]]?, _ faults: Faults) -> Result {
    let T = steps.count
    var mask = mask
    if mask != nil, faults.has(.maskIgnored) { mask = nil }
    let fromEnd = T > 1 && faults.has(.timeReversed) ? !backwards : backwards
    let order = fromEnd ? Array((0..<T).reversed()) : Array(0..<T)
    let zero = initial.map { $0.tape.leaf(.zeros($0.value.shape)) }
    let outputZero = initial[0].tape.leaf(.zeros([initial[0].value.shape[0], cells[cells.count - 1].outputSize]))
    var (states, older, carried) = (initial, initial, outputZero)
    var result = Result(last: outputZero)
    let losesBiases = T > 1 && cells.contains { !$0.bias.isEmpty } && faults.has(.biasOnFirstStepOnly)
    for (place, t) in order.enumerated() {
      var given = states
      if place > 0, faults.has(.stateNotCarried) { given = zero }
      if place > 1, faults.has(.stateCarriedLate) { given = older }
      if place > 0 { given = fromInitial(given, initial, faults) }
      let isCounted = place == T - 1 || !faults.has(.weightsOfLastStepOnly)
      let next = step(steps[t], given, faults, isCounted, hasBiases: place == 0 || !losesBiases)
      older = states
      guard let used = mask?[t] else {
        (states, carried) = (next.states, next.output)
        result.outputs.append(carried)
        result.last = carried
        record(next.gates, states, &result)
        continue
      }
      let zeroesOnly = zeroOutput && faults.has(.maskZeroesOutputsOnly)
      let runsOn = faults.has(backwards ? .backwardStartsInPadding : .lastStepTaken) || zeroesOnly
      let resting = faults.has(.maskZeroesState) ? zero : states
      states = runsOn ? next.states : zip(next.states, resting).map { $0.kept(where: used, otherwise: $1) }
      carried = zeroesOnly ? next.output : next.output.kept(where: used, otherwise: carried)
      let isZero = zeroOutput ? !faults.has(.maskedOutputKept) : faults.has(.maskedOutputZero)
      result.outputs.append(isZero ? carried.kept(where: used, otherwise: outputZero) : carried)
      result.last = runsOn ? next.output : result.outputs[place]
      record(next.gates, states, &result)
    }
    result.states = states
    return result
  }

  /// The states of a step, some of them the initial ones of the sequence.
  private func fromInitial(_ states: [Term], _ initial: [Term], _ faults: Faults) -> [Term] {
    let hasCells = cells.contains { $0.kind == .lstm }
    let all = hasCells && faults.has(.statesFromInitial)
    let hidden = all || faults.has(.hiddenFromInitial)
    let cell = all || (hasCells && faults.has(.cellFromInitial))
    guard hidden || cell else { return states }
    // Of each cell the hidden state stands first.
    let isHidden = cells.flatMap { cell in cell.stateSizes.indices.map { $0 == 0 } }
    return states.indices.map { (isHidden[$0] ? hidden : cell) ? initial[$0] : states[$0] }
  }

  private typealias Step = (output: Term, states: [Term], gates: [String: Term])

  /// All cells of one time step.
  private func step(_ x: Term, _ states: [Term], _ faults: Faults, _ isCounted: Bool, hasBiases: Bool) -> Step {
    var (output, next, gates) = (x, [Term](), [String: Term]())
    for (place, cell) in (hasBiases ? cells : cells.map(\.withoutBiases)).enumerated() {
      let count = cell.stateSizes.count
      let own = Array(states[next.count..<next.count + count])
      let step = cell.step(output, own, faults, weightsCount: isCounted)
      output = step.states[0]
      next += step.states
      for (name, value) in step.gates { gates[prefix(place) + name] = value }
    }
    return (output, next, gates)
  }

  private func record(_ gates: [String: Term], _ states: [Term], _ result: inout Result) {
    for (name, value) in gates { result.gates[name, default: []].append(value) }
    var names: [String] = []
    for (place, cell) in cells.enumerated() { names += cell.kind.stateNames.map { prefix(place) + $0 } }
    for (name, value) in zip(names, states) { result.gates[name, default: []].append(value) }
  }

  private func prefix(_ place: Int) -> String { cells.count == 1 ? "" : "\(place)/" }
}
