import Layers

/// The weights of one cell by gate, on a tape, and its options: what every framework's cell comes down to.
struct ReferenceCell {
  var kind: CellKind
  var resetAfter = true
  var kernel: [Gate: Term] = [:]
  var recurrentKernel: [Gate: Term] = [:]
  var bias: [Gate: Term] = [:]
  var recurrentBias: [Gate: Term] = [:]
  var peepholes: [Gate: Term] = [:]
  var projection: Term?
  var activation = Activation.tanh
  var recurrentActivation = Activation.sigmoid
  var outputActivation = Activation.tanh
  var forgetBias = 0.0
  var clip: Double?
  var cellClip: Double?
  var projectionClip: Double?
  var inputForget = false

  var units: Int { kernel[kind.gates[0]]?.value.columns ?? 0 }
  var outputSize: Int { projection?.value.columns ?? units }
  /// Hidden state first.
  var stateSizes: [Int] { kind == .lstm ? [outputSize, units] : [units] }
}

/// What one step gives: the output is the first state.
struct ReferenceStep {
  var states: [Term]
  var gates: [String: Term] = [:]
}

extension ReferenceCell {
  /// One step; `carries` is false where the loss must not see earlier steps' weights.
  func step(_ x: Term, _ states: [Term], _ faults: Faults, weightsCount: Bool) -> ReferenceStep {
    let cell = (weightsCount ? self : withoutWeightGradients).withIgnoredOptions(faults)
    let h = faults.has(.noGradientThroughH) ? states[0].stopped : states[0]
    switch kind {
    case .simpleRNN:
      let z = cell.pre(.h, x, h, faults)
      return ReferenceStep(states: [faults.exchanged(cell.activation)(bounded(z, faults))], gates: ["pre_h": z])
    case .lstm: return cell.lstm(x, h, faults.has(.noGradientThroughC) ? states[1].stopped : states[1], faults)
    case .gru: return cell.gru(x, h, faults)
    }
  }

  /// An LSTM's step once more, on a tape: it shares no code with the layers, so that a fault of theirs shows.
  /// `LSTMCell` in `Layers` names the other places where the step can be executed and says why each exists.
  private func lstm(_ x: Term, _ h: Term, _ c: Term, _ faults: Faults) -> ReferenceStep {
    let (σ, tanh) = (faults.gateFunction(recurrentActivation), faults.candidateFunction(activation))
    var sums: [Gate: Term] = [:]
    for gate in CellKind.lstm.gates { sums[gate] = pre(gate, x, h, faults) }
    if forgetBias != 0, !faults.has(.forgetBiasLost) {
      let gate = faults.gateOfForgetBias
      sums[gate] = sums[gate].map { $0 + (faults.has(.forgetBiasDoubled) ? 2 * forgetBias : forgetBias) }
    }
    if forgetBias == 0, faults.has(.forgetBiasAdded) { sums[.f] = sums[.f].map { $0 + 1 } }
    guard var zi = sums[.i], var zf = sums[.f], let zg = sums[.g], var zo = sums[.o] else {
      return .init(states: [h, c])
    }
    let seen = faults.cut(.noGradientThroughPeepholes, c, where: !peepholes.isEmpty)
    if let pi = peepholes[.i], let pf = peephole(.f, faults), !faults.has(.peepholeGatesSeeNothing) {
      (zi, zf) = (zi + seen * pi, zf + seen * pf)
    }
    let i = faults.cut(.noGradientThroughI, σ(bounded(zi, faults)))
    let coupled = inputForget && !faults.has(.inputForgetIgnored)
    let f = faults.cut(.noGradientThroughF, coupled ? i.complement : σ(bounded(zf, faults)))
    let g = faults.cut(.noGradientThroughG, tanh(bounded(zg, faults)))
    let nextC = cut(f * c + i * g, to: cellClip, faults)
    if let po = peephole(.o, faults) {
      let new = faults.cut(.noGradientThroughPeepholes, nextC)
      zo = zo + (faults.has(.peepholeOutputSeesOld) ? seen : new) * po
    }
    let o = faults.cut(.noGradientThroughO, σ(bounded(zo, faults)))
    let shownC = faults.cut(.noGradientThroughCellOutput, faults.has(.outputFromOldCell) ? c : nextC)
    let tanhC = faults.has(.cellOutputUnsquashed) ? shownC : faults.exchanged(outputActivation)(shownC)
    var nextH = o * tanhC
    if let projection { nextH = cut(nextH.times(projection), to: projectionClip, faults) }
    return ReferenceStep(
      states: [nextH, nextC],
      gates: [
        "pre_i": zi, "pre_f": zf, "pre_g": zg, "pre_o": zo, "i": i, "f": f, "g": g, "o": o, "tanh_c": tanhC,
      ])
  }

  private func gru(_ x: Term, _ h: Term, _ faults: Faults) -> ReferenceStep {
    let (σ, tanh) = (faults.gateFunction(recurrentActivation), faults.candidateFunction(activation))
    let (zz, zr) = (pre(.z, x, h, faults), pre(.r, x, h, faults))
    let z = faults.cut(.noGradientThroughZ, σ(bounded(zz, faults)))
    let r = faults.cut(.noGradientThroughR, σ(bounded(zr, faults)))
    let zg = candidate(x, h, r, faults)
    let g = faults.cut(.noGradientThroughG, tanh(bounded(zg, faults)))
    let keep = faults.has(.updateGateInverted) ? z.complement : z
    let kept = faults.cut(.noGradientThroughKeptState, h)
    return ReferenceStep(
      states: [keep * kept + keep.complement * g],
      gates: ["pre_z": zz, "z": z, "pre_r": zr, "r": r, "pre_g": zg, "g": g])
  }

  /// x·Kg + bg + r ⊙ (h·Rg + b′g), or with the reset before the product (r ⊙ h)·Rg + b′g.
  private func candidate(_ x: Term, _ h: Term, _ r: Term, _ faults: Faults) -> Term {
    let input = inputPart(.g, x, faults)
    guard let R = recurrentMatrix(.g, faults) else { return input }
    let b = recurrentBias[.g].flatMap { faults.has(.recurrentBiasLost) ? nil : $0 }
    if faults.has(.resetIgnored) {
      let product = h.times(R)
      return input + (b.map { product + $0 } ?? product)
    }
    guard faults.has(.resetPlace) ? !resetAfter : resetAfter else {
      let product = (r * h).times(R)
      return input + (b.map { product + $0 } ?? product)
    }
    guard let b else { return input + r * h.times(R) }
    return faults.has(.recurrentBiasNotReset) ? input + (r * h.times(R) + b) : input + r * (h.times(R) + b)
  }

  // MARK: Parts

  /// x·K + b + h·R + b′ of one gate.
  private func pre(_ gate: Gate, _ x: Term, _ h: Term, _ faults: Faults) -> Term {
    var z = inputPart(gate, x, faults)
    if let R = recurrentMatrix(gate, faults) { z = z + h.times(R) }
    if let b = recurrentBias[gate], !faults.has(.recurrentBiasLost) { z = z + b }
    return z
  }

  private func inputPart(_ gate: Gate, _ x: Term, _ faults: Faults) -> Term {
    guard let K = kernel[gate] else { return x }
    let product = x.times(K)
    guard let b = bias[gate], !faults.has(.inputBiasLost) else { return product }
    return product + b
  }

  private func recurrentMatrix(_ gate: Gate, _ faults: Faults) -> Term? {
    guard let R = recurrentKernel[gate] else { return nil }
    let isSquare = R.value.shape[0] == R.value.columns && R.value.columns > 1
    return isSquare && faults.has(.recurrentKernelTransposed) ? R.transposed : R
  }

  /// What ONNX' clip leaves of a pre-activation.
  private func bounded(_ z: Term, _ faults: Faults) -> Term {
    guard let clip, !faults.has(.clipIgnored) else { return z }
    return z.clipped(to: clip, leaks: faults.has(.clipLeaksGradient))
  }

  /// P is stored i o f in ONNX; an implementation may read it as i f o.
  private func peephole(_ gate: Gate, _ faults: Faults) -> Term? {
    guard !peepholes.isEmpty, faults.has(.peepholesExchanged) else { return peepholes[gate] }
    return peepholes[gate == .f ? .o : .f]
  }

  private func cut(_ value: Term, to bound: Double?, _ faults: Faults) -> Term {
    guard let bound, !faults.has(.cellClipIgnored) else { return value }
    return value.clipped(to: bound, leaks: faults.has(.clipLeaksGradient))
  }

  /// The same cell, without the options that an implementation may overlook.
  private func withIgnoredOptions(_ faults: Faults) -> ReferenceCell {
    var cell = self
    if !peepholes.isEmpty, faults.has(.peepholesIgnored) { cell.peepholes = [:] }
    let isGated = kind != .simpleRNN
    let isOwn = (
      gates: isGated && recurrentActivation != .sigmoid,
      candidate: activation != .tanh || (kind == .lstm && outputActivation != .tanh)
    )
    if (isOwn.gates && faults.has(.gateActivationIgnored))
      || (isOwn.gates || (isGated && isOwn.candidate)) && faults.has(.activationsIgnored)
    {
      cell.recurrentActivation = .sigmoid
    }
    if (isOwn.candidate && faults.has(.candidateActivationIgnored))
      || (isOwn.candidate || isOwn.gates) && faults.has(.activationsIgnored)
    {
      (cell.activation, cell.outputActivation) = (.tanh, .tanh)
    }
    return cell
  }

  var withoutBiases: ReferenceCell {
    var cell = self
    (cell.bias, cell.recurrentBias) = ([:], [:])
    return cell
  }

  /// The same cell, through whose weights no gradient passes.
  private var withoutWeightGradients: ReferenceCell {
    var cell = self
    cell.kernel = kernel.mapValues(\.stopped)
    cell.recurrentKernel = recurrentKernel.mapValues(\.stopped)
    cell.bias = bias.mapValues(\.stopped)
    cell.recurrentBias = recurrentBias.mapValues(\.stopped)
    cell.peepholes = peepholes.mapValues(\.stopped)
    cell.projection = projection.map(\.stopped)
    return cell
  }
}

extension Faults {
  /// An activation as a function on terms; tanh and the logistic function may have changed places.
  fileprivate func exchanged(_ activation: Activation) -> (Term) -> Term {
    var own = activation
    if activation == .tanh || activation == .sigmoid, has(.activationsExchanged) {
      own = activation == .tanh ? .sigmoid : .tanh
    }
    return { $0.apply(own) }
  }

  /// The function of the gates.
  fileprivate func gateFunction(_ activation: Activation) -> (Term) -> Term {
    if activation == .sigmoid, has(.gatesHardSigmoid) { return { $0.apply(.keras2HardSigmoid) } }
    if activation == .sigmoid, has(.gatesNewHardSigmoid) { return { $0.apply(.kerasHardSigmoid) } }
    if activation == .kerasHardSigmoid, has(.hardSigmoidOld) { return { $0.apply(.keras2HardSigmoid) } }
    return exchanged(activation)
  }

  fileprivate func candidateFunction(_ activation: Activation) -> (Term) -> Term {
    if activation == .tanh, has(.candidateLogistic) { return { $0.apply(.sigmoid) } }
    return exchanged(activation)
  }

  /// The gate that the forget bias is added to.
  fileprivate var gateOfForgetBias: Gate {
    if has(.forgetBiasOnInputGate) { return .i }
    if has(.forgetBiasOnCandidate) { return .g }
    return has(.forgetBiasOnOutputGate) ? .o : .f
  }

  /// A value whose gradient is lost when the run has this fault.
  fileprivate func cut(_ fault: Fault, _ value: Term, where applies: Bool = true) -> Term {
    applies && has(fault) ? value.stopped : value
  }
}
