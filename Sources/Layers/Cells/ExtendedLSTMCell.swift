/// One time step of an LSTM with all that a framework adds to the equations of `LSTMCell`.
///
///     i  = σ(x·Ki + h·Ri + bi + pi ⊙ c)
///     f  = σ(x·Kf + h·Rf + bf + pf ⊙ c + forgetBias)        or, with `inputForget`, f = 1 − i
///     g  = tanh(x·Kg + h·Rg + bg)
///     c′ = clip(f ⊙ c + i ⊙ g, cellClip)
///     o  = σ(x·Ko + h·Ro + bo + po ⊙ c′)
///     h′ = clip((o ⊙ tanh(c′))·projection, projectionClip)
///
/// With `clip` the argument of every activation is clipped as well. `clip(v, b)` keeps v inside ± b.
///
/// | Tensor            | Shape     | What it is                 |
/// |-------------------|-----------|----------------------------|
/// | `x`               | `[B, D]`  | the input of the step      |
/// | `state.h`         | `[B, P]`  | P = H without a projection |
/// | `state.c`         | `[B, H]`  |                            |
/// | `kernel`          | `[D, 4H]` | blocks i, f, g, o          |
/// | `recurrentKernel` | `[P, 4H]` | blocks i, f, g, o          |
/// | biases            | `[4H]`    | none, one or two           |
/// | `peepholes`       | `[3, H]`  | rows pi, pf, po; or none   |
/// | `projection`      | `[H, P]`  | or none                    |
///
/// It exists so that `LSTMCell` reads like the paper; the two are equal where nothing is added. `LSTMCell` names the
/// other places where an LSTM's step can be executed.
///
/// Source: Gers, Schraudolph & Schmidhuber 2002 for peepholes; Sak, Senior & Beaufays 2014 for the projection;
/// TensorFlow 1 `rnn_cell_impl.py`; ONNX operator LSTM.
public struct ExtendedLSTMCell<Scalar: RealScalar>: StandardCell {
  public static var kind: CellKind { .lstm }

  public struct Parameters: ParameterGroup {
    public var weights: RecurrentWeights<Scalar>
    public var peepholes: Tensor<Scalar>?
    public var projection: Tensor<Scalar>?

    public init(
      _ weights: RecurrentWeights<Scalar>, peepholes: Tensor<Scalar>? = nil, projection: Tensor<Scalar>? = nil
    ) {
      self.weights = weights
      self.peepholes = peepholes
      self.projection = projection
    }

    public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
      try weights.update(body)
      if var peepholes = take(&peepholes) {
        defer { self.peepholes = peepholes }
        try body("peepholes", &peepholes)
      }
      if var projection = take(&projection) {
        defer { self.projection = projection }
        try body("projection", &projection)
      }
    }
  }

  public var parameters: Parameters
  public let options: ExtendedLSTMOptions

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: Parameters, options: ExtendedLSTMOptions = ExtendedLSTMOptions()) throws {
    let weights = parameters.weights
    try weights.validate(gates: 4, stateSize: parameters.projection?.columns)
    try parameters.peepholes?.requireShape([3, weights.units(gates: 4)], "peepholes")
    try parameters.projection?.requireShape([weights.units(gates: 4), nil], "projection")
    self.parameters = parameters
    self.options = options
  }

  /// A cell of D inputs and H units, all weights zero, without peepholes and projection.
  public init(
    inputSize D: Int, units H: Int, options: ExtendedLSTMOptions = ExtendedLSTMOptions(), useBias: Bool = true
  ) {
    parameters = Parameters(RecurrentWeights(inputSize: D, units: H, gates: 4, bias: useBias))
    self.options = options
  }

  public static func cellWeights(of parameters: Parameters) -> CellWeights<Scalar> {
    var weights = CellWeights(kind, parameters.weights)
    weights.peepholes = parameters.peepholes
    weights.projection = parameters.projection
    return weights
  }

  public static func parameters(of weights: CellWeights<Scalar>) -> Parameters {
    Parameters(weights.recurrentWeights, peepholes: weights.peepholes, projection: weights.projection)
  }

  /// H, the number of units; h has as many features unless a projection says otherwise.
  public var units: Int { parameters.weights.units(gates: 4) }
  public var inputSize: Int { parameters.weights.inputSize }
  public var outputSize: Int { parameters.projection?.columns ?? units }

  public func zeroState(batchSize B: Int) -> LSTMState<Scalar> {
    LSTMState(h: .zeros([B, outputSize]), c: .zeros([B, units]))
  }

  /// Without a projection and its clip, and with any activations but softmax. The forget bias goes into the bias.
  public var wholeSequence: WholeSequence<Self>? {
    let cell = options.kernelCell
    guard parameters.projection == nil, options.projectionClip == nil, cell.isComputable else { return nil }
    var weights = parameters.weights
    if options.forgetBias != 0 {
      var bias = weights.bias ?? .zeros([4 * units])
      for unit in 0..<units { bias.scalars[units + unit] += Scalar(options.forgetBias) }
      weights.bias = bias
    }
    let hasBias = parameters.weights.bias != nil
    return WholeSequence(cell, gates: Self.kind.gates, weights: weights, peepholes: parameters.peepholes) {
      gradient, peepholes in
      var gradient = gradient
      if !hasBias { gradient.bias = nil }
      return Parameters(gradient, peepholes: peepholes)
    }
  }

  public func converted<Other: RealScalar>(to type: Other.Type) -> any StandardCell<Other> {
    var cell = ExtendedLSTMCell<Other>(inputSize: inputSize, units: units, options: options)
    cell.parameters = .init(
      parameters.weights.converted(), peepholes: parameters.peepholes?.converted(),
      projection: parameters.projection?.converted())
    return cell
  }
}

/// What the frameworks let one change about an LSTM's equations.
///
/// | Option           | Default | Where it exists                                                    |
/// |------------------|---------|--------------------------------------------------------------------|
/// | `activations`    |         | see `LSTMOptions`                                                  |
/// | `forgetBias`     | 0       | TensorFlow 1, default 1 there: added to f's argument at every call |
/// | `clip`           | none    | ONNX: bounds the argument of every activation                      |
/// | `cellClip`       | none    | TensorFlow 1: bounds c′                                            |
/// | `projectionClip` | none    | TensorFlow 1: bounds the projected h′                              |
/// | `inputForget`    | false   | ONNX: f = 1 − i                                                    |
public struct ExtendedLSTMOptions: CellOptions {
  public var activations: LSTMOptions
  public var forgetBias: Double
  public var clip: Double?
  public var cellClip: Double?
  public var projectionClip: Double?
  public var inputForget: Bool

  public init() { self.init(LSTMOptions()) }
  public init(_ common: CommonOptions) { self.init(LSTMOptions(common)) }

  public init(
    _ activations: LSTMOptions = LSTMOptions(), forgetBias: Double = 0, clip: Double? = nil, cellClip: Double? = nil,
    projectionClip: Double? = nil, inputForget: Bool = false
  ) {
    self.activations = activations
    self.forgetBias = forgetBias
    self.clip = clip
    self.cellClip = cellClip
    self.projectionClip = projectionClip
    self.inputForget = inputForget
  }

  /// The cell as the kernels know it.
  var kernelCell: SequenceCell {
    SequenceCell(
      .lstm, activation: activations.activation, recurrentActivation: activations.recurrentActivation,
      outputActivation: activations.outputActivation, clip: clip, cellClip: cellClip, inputForget: inputForget)
  }
}
