/// The engine for whole sequences: a cell that the kernels compute, with its weights as the kernels take them.
///
/// The kernels multiply once for many samples and gates, update the gates at once and keep everything in one piece of
/// memory. The results are those of the plain version, step by step, but for the order in which a sum's terms are
/// added.
public struct WholeSequence<Cell: RecurrentCell>: Sendable {
  public typealias Scalar = Cell.Scalar

  let kind: RecurrentKind
  /// The gates that a run shows, in the order of the blocks.
  let gates: [Gate]
  let weights: RecurrentWeights<Scalar>
  /// The gradient of the cell's parameters, from that of `weights`.
  let parameters: @Sendable (RecurrentWeights<Scalar>) -> Cell.Parameters

  init(
    _ kind: RecurrentKind, gates: [Gate] = [], weights: RecurrentWeights<Scalar>,
    parameters: @escaping @Sendable (RecurrentWeights<Scalar>) -> Cell.Parameters
  ) {
    self.kind = kind
    self.gates = gates
    self.weights = weights
    self.parameters = parameters
  }

  var H: Int { weights.units(gates: kind.gateCount) }
  fileprivate var scalars: SequenceWeights<Scalar> {
    SequenceWeights(
      kernel: weights.kernel.scalars, recurrentKernel: weights.recurrentKernel.scalars, bias: weights.bias?.scalars,
      recurrentBias: weights.recurrentBias?.scalars)
  }

  /// What a run computed.
  struct Run: SequenceResult {
    let engine: WholeSequence
    let workspace: SequenceWorkspace<Scalar>
    /// `[B, T, H]`, or empty.
    fileprivate let keptOutputs: [Scalar]
  }

  func run(_ x: Tensor<Scalar>, _ initialState: Cell.State?, goBackwards: Bool, keepsOutputs: Bool) -> Run {
    let state = initialState?.tensors ?? []
    let input = input(x, h0: state.first, c0: state.count > 1 ? state[1] : nil, goBackwards)
    let (workspace, outputs) = Scalar.kernels.runSequence(kind, scalars, input, keepsOutputs: keepsOutputs)
    return Run(engine: self, workspace: workspace, keptOutputs: outputs)
  }

  /// Every step's output, `[B, T, H]`, or the last one's, `[B, H]`, from a state of zeros.
  func predict(_ x: Tensor<Scalar>, goBackwards: Bool, returnSequences: Bool) -> Tensor<Scalar> {
    let input = input(x, h0: nil, c0: nil, goBackwards)
    let result = Scalar.kernels.inferSequence(kind, scalars, input, keepsOutputs: returnSequences)
    return returnSequences
      ? Tensor(shape: [input.B, input.T, input.H], scalars: result.outputs)
      : Tensor(shape: [input.B, input.H], scalars: result.h)
  }

  private func input(
    _ x: Tensor<Scalar>, h0: Tensor<Scalar>?, c0: Tensor<Scalar>?, _ goesBackwards: Bool
  ) -> SequenceInput<Scalar> {
    SequenceInput(
      B: x.shape[0], T: x.shape[1], D: x.shape[2], H: H, x: x.scalars, h0: h0?.scalars, c0: c0?.scalars,
      goesBackwards: goesBackwards)
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
    return .sequence((0..<T).map { hidden(after: $0) }, batchSize: B, features: H)
  }

  var lastOutput: Tensor<Scalar> { hidden(after: T - 1) }

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
    case .ofLast(let last): h = h.map { last + $0 } ?? last
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
    let x = wants.contains(.input) ? [B, T, engine.weights.inputSize] : [0]
    return SequenceGradient(
      x: Tensor(shape: x, scalars: gradient.x), initialState: initialState(gradient, wants),
      parameters: engine.parameters(weights))
  }

  /// A state without numbers where its gradient is not wanted.
  private func initialState(_ gradient: SequenceGradients<Scalar>, _ wants: WantedGradients) -> Cell.State {
    let shape = wants.contains(.initialState) ? [B, H] : [0]
    return Cell.State(
      tensors: (hasCellState ? [gradient.h0, gradient.c0] : [gradient.h0]).map { Tensor(shape: shape, scalars: $0) })
  }
}
