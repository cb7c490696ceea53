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
/// Source: Elman, "Finding Structure in Time", 1990; Keras `layers/rnn/simple_rnn.py`; `torch.nn.RNN`; ONNX operator
/// RNN.
public struct SimpleRNNCell<Scalar: RealScalar>: StandardCell {
  public static var kind: CellKind { .simpleRNN }

  public var parameters: RecurrentWeights<Scalar>
  public let options: SimpleRNNOptions

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: RecurrentWeights<Scalar>, options: SimpleRNNOptions = SimpleRNNOptions()) throws {
    try parameters.validate(gates: 1)
    self.parameters = parameters
    self.options = options
  }

  /// A cell of D inputs and H units, all weights zero.
  public init(
    inputSize D: Int, units H: Int, options: SimpleRNNOptions = SimpleRNNOptions(), useBias: Bool = true
  ) {
    parameters = RecurrentWeights(inputSize: D, units: H, gates: 1, bias: useBias)
    self.options = options
  }

  /// Everything that a step computes; its gradient has the same fields.
  public struct Values: Sendable {
    /// The sum x·K + b + h·R + b′.
    public let z: Tensor<Scalar>
    /// The next hidden state.
    public let h: Tensor<Scalar>

    var named: NamedValues<Scalar> { [("pre_h", z), ("h", h)] }
  }

  /// What a step read, and all that it computed.
  public struct Cache: Sendable {
    public let x: Tensor<Scalar>
    public let previous: HiddenState<Scalar>
    public let values: Values
  }

  public func forward(_ x: Tensor<Scalar>, _ state: HiddenState<Scalar>) -> CellStep<HiddenState<Scalar>, Cache> {
    let z = parameters.inputPart(x) + parameters.recurrentPart(state.h)
    let h = options.activation(z.clipped(to: options.clip))
    return CellStep(
      output: h, state: HiddenState(h: h), cache: Cache(x: x, previous: state, values: Values(z: z, h: h)))
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache,
    accumulating gradient: inout RecurrentWeights<Scalar>
  ) -> (x: Tensor<Scalar>, state: HiddenState<Scalar>) {
    let d = gradients(outputGradient, stateGradient, cache)
    let dx = parameters.inputBackward(d.z, x: cache.x, accumulating: &gradient)
    let dh = parameters.recurrentBackward(d.z, h: cache.previous.h, accumulating: &gradient)
    return (dx, HiddenState(h: dh))
  }

  private func gradients(_ dy: Tensor<Scalar>, _ ds: HiddenState<Scalar>, _ cache: Cache) -> Values {
    let (k, dh) = (cache.values, dy + ds.h)
    return Values(z: options.activation.backward(dh, output: k.h).stopped(where: k.z, leaves: options.clip), h: dh)
  }

  public func values(of cache: Cache) -> NamedValues<Scalar> { cache.values.named }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache
  ) -> NamedValues<Scalar> {
    gradients(outputGradient, stateGradient, cache).named
  }

  /// With any activation but softmax.
  public var wholeSequence: WholeSequence<Self>? {
    let cell = SequenceCell(.simpleRNN, activation: options.activation, clip: options.clip)
    return cell.isComputable ? WholeSequence(cell, weights: parameters) { gradient, _ in gradient } : nil
  }

  public func converted<Other: RealScalar>(to type: Other.Type) -> any StandardCell<Other> {
    var cell = SimpleRNNCell<Other>(inputSize: inputSize, units: units, options: options)
    cell.parameters = parameters.converted()
    return cell
  }
}

/// What the frameworks let one change about a simple network's equation.
///
/// | Option       | Default | Where it exists                            |
/// |--------------|---------|--------------------------------------------|
/// | `activation` | tanh    | all; tanh or relu in PyTorch               |
/// | `clip`       | none    | ONNX: bounds the argument of the activation |
public struct SimpleRNNOptions: CellOptions {
  public var activation: Activation
  public var clip: Double?

  public init() { self.init(activation: .tanh) }
  public init(_ common: CommonOptions) { self.init(activation: common.activation) }

  public init(activation: Activation = .tanh, clip: Double? = nil) {
    self.activation = activation
    self.clip = clip
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
