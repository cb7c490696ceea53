/// A cell whose whole sequences the kernels compute, with its weights in the form in which they take them.
///
/// The kernels multiply once for many samples and gates, update the gates at once and keep everything in one piece of memory.
/// The results are those of the plain version, step by step, but for the order in which a sum's terms are added.
public struct WholeSequence<Cell: RecurrentCell>: Sendable {
  public typealias Scalar = Cell.Scalar

  let kind: RecurrentKind
  let weights: RecurrentWeights<Scalar>
  /// The gradient of the cell's parameters, from that of `weights`.
  let parameters: @Sendable (RecurrentWeights<Scalar>) -> Cell.Parameters

  var H: Int { weights.units(gates: kind.gateCount) }
  private var scalars: SequenceWeights<Scalar> {
    SequenceWeights(
      kernel: weights.kernel.scalars, recurrentKernel: weights.recurrentKernel.scalars, bias: weights.bias?.scalars,
      recurrentBias: weights.recurrentBias?.scalars)
  }

  /// What a run computed.
  struct Run: Sendable {
    let sequence: WholeSequence
    let workspace: SequenceWorkspace<Scalar>
    /// `[B, T, H]`, or empty.
    fileprivate let keptOutputs: [Scalar]
  }

  func run(_ x: Tensor<Scalar>, _ initialState: Cell.State?, goBackwards: Bool, keepsOutputs: Bool) -> Run {
    let state = initialState?.tensors ?? []
    let input = input(x, h0: state.first, c0: state.count > 1 ? state[1] : nil, goBackwards)
    let (workspace, outputs) = Scalar.kernels.runSequence(kind, scalars, input, keepsOutputs: keepsOutputs)
    return Run(sequence: self, workspace: workspace, keptOutputs: outputs)
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

  struct Gradient {
    var x: Tensor<Scalar>
    var initialState: Cell.State?
    var parameters: Cell.Parameters
  }

  /// The gradients from those of all outputs, `[B, T, H]`, of the last one, `[B, H]`, and of the last state; nil is zero.
  func backward(
    outputs: Tensor<Scalar>? = nil, lastOutput: Tensor<Scalar>? = nil, finalState: Cell.State? = nil, run: Run,
    wants: WantedGradients
  ) -> Gradient {
    let final = finalState?.tensors ?? []
    let h = final.first.map { h in lastOutput.map { h + $0 } ?? h } ?? lastOutput
    let gradient = Scalar.kernels.differentiateSequence(
      run.workspace, scalars,
      outputGradients: OutputGradients(
        outputs: outputs?.scalars, h: h?.scalars, c: final.count > 1 ? final[1].scalars : nil),
      wants: wants)
    var weights = self.weights
    weights.kernel.scalars = gradient.weights.kernel
    weights.recurrentKernel.scalars = gradient.weights.recurrentKernel
    if let bias = gradient.weights.bias { weights.bias?.scalars = bias }
    if let recurrentBias = gradient.weights.recurrentBias { weights.recurrentBias?.scalars = recurrentBias }
    let x = wants.contains(.input) ? [run.B, run.T, self.weights.inputSize] : [0]
    return Gradient(
      x: Tensor(shape: x, scalars: gradient.x),
      initialState: wants.contains(.initialState) ? run.state(h: gradient.h0, c: gradient.c0) : nil,
      parameters: parameters(weights))
  }
}

// MARK: What a run shows

extension WholeSequence.Run {
  typealias Scalar = Cell.Scalar

  var B: Int { workspace.B }
  var T: Int { workspace.T }
  var H: Int { workspace.H }

  /// Every step's output, `[B, T, H]`.
  var outputs: Tensor<Scalar> {
    if keptOutputs.count == B * T * H { return Tensor(shape: [B, T, H], scalars: keptOutputs) }
    return .sequence((0..<T).map { hidden(after: $0) }, batchSize: B, features: H)
  }

  /// h after step `t`, `[B, H]`.
  func hidden(after t: Int) -> Tensor<Scalar> {
    Tensor(shape: [B, H]) { workspace.copyHidden(before: t + 1, into: $0) }
  }

  func state(after t: Int) -> Cell.State {
    let c = sequence.kind == .lstm ? Tensor(shape: [B, H]) { workspace.copyCell(before: t + 1, into: $0) } : nil
    return Cell.State(tensors: [hidden(after: t)] + (c.map { [$0] } ?? []))
  }

  fileprivate func state(h: [Scalar], c: [Scalar]) -> Cell.State {
    let tensors = sequence.kind == .lstm ? [h, c] : [h]
    return Cell.State(tensors: tensors.map { Tensor(shape: [B, H], scalars: $0) })
  }

  /// The gates of every step, by their letters.
  var gates: [[(name: String, values: Tensor<Scalar>)]] {
    let letters =
      switch sequence.kind {
      case .simpleRNN: [String]()
      case .lstm: ["i", "f", "g", "o"]
      case .gru: ["z", "r", "g"]
      }
    return (0..<T).map { t in
      letters.enumerated().map { gate, letter in
        (letter, Tensor(shape: [B, H]) { workspace.copyGate(gate, step: t, into: $0) })
      }
    }
  }
}
