/// The engine for whole sequences: a cell that the kernels compute, with its weights as the kernels take them.
///
/// The kernels multiply once for many samples and gates, update the gates at once and keep everything in one piece of
/// memory. The results are those of the plain version, step by step, but for the order in which a sum's terms are
/// added.
public struct WholeSequence<Cell: RecurrentCell>: Sendable {
  public typealias Scalar = Cell.Scalar

  let kernelCell: SequenceCell
  /// The gates that a run shows, in the order of the blocks.
  let gates: [Gate]
  let weights: RecurrentWeights<Scalar>
  /// `[3, H]`, of an LSTM that has them.
  let peepholes: Tensor<Scalar>?
  /// The gradient of the cell's parameters, from that of `weights` and of `peepholes`.
  let parameters: @Sendable (RecurrentWeights<Scalar>, _ peepholes: Tensor<Scalar>?) -> Cell.Parameters

  init(
    _ kernelCell: SequenceCell, gates: [Gate] = [], weights: RecurrentWeights<Scalar>,
    peepholes: Tensor<Scalar>? = nil,
    parameters: @escaping @Sendable (RecurrentWeights<Scalar>, _ peepholes: Tensor<Scalar>?) -> Cell.Parameters
  ) {
    self.kernelCell = kernelCell
    self.gates = gates
    self.weights = weights
    self.peepholes = peepholes
    self.parameters = parameters
  }

  var H: Int { weights.units(gates: kernelCell.kind.gateCount) }
  var scalars: SequenceWeights<Scalar> {
    SequenceWeights(
      kernel: weights.kernel.scalars, recurrentKernel: weights.recurrentKernel.scalars, bias: weights.bias?.scalars,
      recurrentBias: weights.recurrentBias?.scalars, peepholes: peepholes?.scalars)
  }

  /// The weights as the steps read them.
  var packed: PackedWeights<Scalar> {
    Scalar.kernels.pack(kernelCell, scalars, D: weights.inputSize, H: H)
  }

  /// What a run computed.
  struct Run: SequenceResult {
    let engine: WholeSequence
    let workspace: SequenceWorkspace<Scalar>
    /// `[B, T, H]`, or empty.
    fileprivate let keptOutputs: [Scalar]
  }

  /// How a sequence is read.
  struct Reading {
    var goBackwards: Bool
    var mask: SequenceMask?
    var zeroOutputForMask: Bool
  }

  func run(_ x: Tensor<Scalar>, _ initialState: Cell.State?, _ reading: Reading, keepsOutputs: Bool) -> Run {
    let input = input(x, initialState, reading)
    var workspace: SequenceWorkspace<Scalar>?
    let count = keepsOutputs ? input.B * input.T * H : 0
    let outputs = [Scalar](unsafeUninitializedCapacity: count) { outputs, initialized in
      let target = keepsOutputs ? outputs.baseAddress.map { SequenceOutputs(start: $0, columns: H) } : nil
      workspace = Scalar.kernels.runSequence(packed, input, outputs: target)
      initialized = count
    }
    guard let workspace else { preconditionFailure("a run without a result") }
    return Run(engine: self, workspace: workspace, keptOutputs: outputs)
  }

  /// Every step's output, `[B, T, H]`, or the last one's, `[B, H]`, from a state of zeros.
  func predict(_ x: Tensor<Scalar>, _ reading: Reading, returnSequences: Bool) -> Tensor<Scalar> {
    guard returnSequences else {
      let result = Scalar.kernels.inferSequence(packed, input(x, nil, reading))
      return Tensor(shape: [x.shape[0], H], scalars: result.lastOutput)
    }
    return Tensor(shape: [x.shape[0], x.shape[1], H]) { y in
      predict(x, reading, into: SequenceOutputs(start: y, columns: H))
    }
  }

  /// Writes every step's output where the caller wants it.
  func predict(_ x: Tensor<Scalar>, _ reading: Reading, into outputs: SequenceOutputs<Scalar>) {
    _ = Scalar.kernels.inferSequence(packed, input(x, nil, reading), outputs: outputs)
  }

  private func input(_ x: Tensor<Scalar>, _ state: Cell.State?, _ reading: Reading) -> SequenceInput<Scalar> {
    let state = state?.tensors ?? []
    return SequenceInput(
      B: x.shape[0], T: x.shape[1], D: x.shape[2], H: H, x: x.scalars, h0: state.first?.scalars,
      c0: state.count > 1 ? state[1].scalars : nil, goesBackwards: reading.goBackwards, mask: reading.mask?.isUsed,
      zeroOutputForMask: reading.zeroOutputForMask)
  }
}

// MARK: What a run shows

extension WholeSequence.Run {
  typealias Scalar = Cell.Scalar

  private var B: Int { workspace.B }
  private var T: Int { workspace.T }
  private var H: Int { workspace.H }
  private var hasCellState: Bool { workspace.hasCellState }

  var shape: [Int] { [B, T, H] }

  var outputs: Tensor<Scalar> {
    if keptOutputs.count == B * T * H { return Tensor(shape: [B, T, H], scalars: keptOutputs) }
    // Only a run for the last output keeps none, and that has no mask that shows other outputs than the states.
    return .sequence((0..<T).map { hidden(after: $0) }, batchSize: B, features: H)
  }

  var lastOutput: Tensor<Scalar> { Tensor(shape: [B, H]) { workspace.copyLastOutput(into: $0) } }

  /// h after step `t`, `[B, H]`.
  private func hidden(after t: Int) -> Tensor<Scalar> {
    Tensor(shape: [B, H]) { workspace.copyHidden(before: t + 1, into: $0) }
  }

  func state(after t: Int) -> Cell.State {
    let c = hasCellState ? [Tensor(shape: [B, H]) { workspace.copyCell(before: t + 1, into: $0) }] : []
    return Cell.State(tensors: [hidden(after: t)] + c)
  }

  var gates: [NamedValues<Scalar>] {
    (0..<T).map { t in
      engine.gates.enumerated().map { block, gate in
        (gate.rawValue, Tensor(shape: [B, H]) { workspace.copyGate(block, step: t, into: $0) })
      }
    }
  }
}

// MARK: Backward

extension WholeSequence.Run {
  func backward(
    _ outputGradient: SequenceOutputGradient<Scalar>, finalState: Cell.State?, wants: WantedGradients
  ) -> SequenceGradient<Cell> {
    let final = finalState?.tensors ?? []
    var (outputs, h) = (Tensor<Scalar>?.none, final.first)
    switch outputGradient {
    case .ofAll(let all): outputs = all
    case .ofLast(let last):
      let shown = last.rows(where: (0..<B).map { workspace.showsLastState($0) }, otherwise: .zeros([B, H]))
      h = h.map { shown + $0 } ?? shown
    }
    let gradient = Scalar.kernels.differentiateSequence(
      workspace, engine.scalars,
      outputGradients: OutputGradients(
        outputs: outputs?.scalars, h: h?.scalars, c: final.count > 1 ? final[1].scalars : nil),
      wants: wants)
    var weights = engine.weights
    weights.kernel.scalars = gradient.weights.kernel
    weights.recurrentKernel.scalars = gradient.weights.recurrentKernel
    if let bias = gradient.weights.bias { weights.bias?.scalars = bias }
    if let recurrentBias = gradient.weights.recurrentBias { weights.recurrentBias?.scalars = recurrentBias }
    let peepholes = gradient.weights.peepholes.map { Tensor(shape: [3, H], scalars: $0) }
    let x = wants.contains(.input) ? [B, T, engine.weights.inputSize] : [0]
    return SequenceGradient(
      x: Tensor(shape: x, scalars: gradient.x), initialState: initialState(gradient, wants),
      parameters: engine.parameters(weights, peepholes))
  }

  /// A state without numbers where its gradient is not wanted.
  private func initialState(_ gradient: SequenceGradients<Scalar>, _ wants: WantedGradients) -> Cell.State {
    let shape = wants.contains(.initialState) ? [B, H] : [0]
    return Cell.State(
      tensors: (hasCellState ? [gradient.h0, gradient.c0] : [gradient.h0]).map { Tensor(shape: shape, scalars: $0) })
  }
}
