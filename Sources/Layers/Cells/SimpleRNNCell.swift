/// One time step of a simple recurrent network (Elman's).
///
///     h′ = f(x·K + b + h·R + b′)          f = tanh unless told otherwise
///
/// | Tensor            | Shape    | What it is                        |
/// |-------------------|----------|-----------------------------------|
/// | `x`               | `[B, D]` | the input of the step             |
/// | `state.h`         | `[B, H]` | the output of the step before     |
/// | `kernel`          | `[D, H]` | K                                 |
/// | `recurrentKernel` | `[H, H]` | R                                 |
/// | biases            | `[H]`    | one in Keras, two in PyTorch      |
///
/// Source: Elman, "Finding Structure in Time", 1990; Keras `layers/rnn/simple_rnn.py`; `torch.nn.RNN`; ONNX operator RNN.
public struct SimpleRNNCell<Scalar: RealScalar>: RecurrentCell {
  public var parameters: RecurrentWeights<Scalar>
  public let activation: Activation
  /// ONNX' `clip`: the input of the activation is kept inside ± this bound.
  public let clip: Double?

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: RecurrentWeights<Scalar>, activation: Activation = .tanh, clip: Double? = nil) throws {
    try parameters.validate(gates: 1)
    try parameters.recurrentKernel.requireShape([parameters.kernel.columns, nil], "recurrent kernel")
    self.parameters = parameters
    self.activation = activation
    self.clip = clip
  }

  public struct Cache: Sendable {
    public let x, h: Tensor<Scalar>
    /// The pre-activation x·K + b + h·R + b′.
    public let z: Tensor<Scalar>
    public let output: Tensor<Scalar>
  }

  public var inputSize: Int { parameters.inputSize }
  public var outputSize: Int { parameters.kernel.columns }

  public func zeroState(batchSize B: Int) -> HiddenState<Scalar> { HiddenState(h: .zeros([B, outputSize])) }

  public func forward(_ x: Tensor<Scalar>, _ state: HiddenState<Scalar>) -> CellStep<HiddenState<Scalar>, Cache> {
    let h = state.h
    let z = parameters.inputPart(x) + parameters.recurrentPart(h)
    let nextH = activation(z.clipped(to: clip))
    return CellStep(output: nextH, state: HiddenState(h: nextH), cache: Cache(x: x, h: h, z: z, output: nextH))
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache,
    accumulating gradient: inout RecurrentWeights<Scalar>
  ) -> (x: Tensor<Scalar>, state: HiddenState<Scalar>) {
    let (_, dz) = gradients(output: outputGradient, state: stateGradient, cache: cache)
    let dx = parameters.inputBackward(dz, x: cache.x, accumulating: &gradient)
    let dhBefore = parameters.recurrentBackward(dz, h: cache.h, accumulating: &gradient)
    return (dx, HiddenState(h: dhBefore))
  }

  /// The gradients of h′ and of the pre-activation.
  private func gradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache
  ) -> (h: Tensor<Scalar>, z: Tensor<Scalar>) {
    let dh = outputGradient + stateGradient.h
    return (dh, activation.backward(dh, output: cache.output).stopped(where: cache.z, leaves: clip))
  }

  public func values(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    [("pre_h", cache.z), ("h", cache.output)]
  }

  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache
  ) -> [(name: String, values: Tensor<Scalar>)] {
    let d = gradients(output: outputGradient, state: stateGradient, cache: cache)
    return [("pre_h", d.z), ("h", d.h)]
  }

  /// Without clipping and with tanh.
  public var wholeSequence: WholeSequence<Self>? {
    guard activation == .tanh, clip == nil else { return nil }
    return WholeSequence(kind: .simpleRNN, weights: parameters) { $0 }
  }
}

extension Tensor {
  /// Kept inside ± `bound`, where there is one.
  func clipped(to bound: Double?) -> Tensor { bound.map { clamped(to: Scalar($0)) } ?? self }

  /// A gradient that passes only where `input` lay inside ± `bound`: the derivative of `clipped`.
  func stopped(where input: Tensor, leaves bound: Double?) -> Tensor {
    bound.map { self * input.isInside(Scalar($0)) } ?? self
  }
}
