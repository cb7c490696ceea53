/// One time step of a long short-term memory cell.
///
///     i  = σ(x·Ki + h·Ri + bi)        input gate
///     f  = σ(x·Kf + h·Rf + bf)        forget gate
///     g  = tanh(x·Kg + h·Rg + bg)     candidate
///     c′ = f ⊙ c + i ⊙ g              what is kept
///     o  = σ(x·Ko + h·Ro + bo)        output gate
///     h′ = o ⊙ tanh(c′)               what is shown
///
/// | Tensor            | Shape     | What it is                                        |
/// |-------------------|-----------|---------------------------------------------------|
/// | `x`               | `[B, D]`  | the input of the step                             |
/// | `state.h`         | `[B, H]`  | in (−1, 1); `[B, P]` with a projection            |
/// | `state.c`         | `[B, H]`  |                                                   |
/// | `kernel`          | `[D, 4H]` | Ki, Kf, Kg, Ko side by side                       |
/// | `recurrentKernel` | `[H, 4H]` | Ri, Rf, Rg, Ro side by side                       |
/// | biases            | `[4H]`    | one in Keras and TensorFlow, two in PyTorch, ONNX |
/// | `peepholes`       | `[3, H]`  | rows i, f, o; or none                             |
/// | `projection`      | `[H, P]`  | or none                                           |
///
/// **Gate order** is i, f, g, o, as in Keras and PyTorch. `WeightLayout` knows the others.
///
/// `LSTMOptions` adds what the frameworks offer beyond these equations: peepholes let i and f see c, and o see c′; a forget
/// bias is added to f at every call; c′ and the projected h′ may be clipped; f may be coupled to i.
///
/// Source: Hochreiter & Schmidhuber 1997, section 4; Gers, Schmidhuber & Cummins 2000 for f; Gers, Schraudolph &
/// Schmidhuber 2002 for peepholes; Sak, Senior & Beaufays 2014 for the projection.
public struct LSTMCell<Scalar: RealScalar>: RecurrentCell {
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
  public let options: LSTMOptions

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: Parameters, options: LSTMOptions = LSTMOptions()) throws {
    let weights = parameters.weights
    try weights.validate(gates: 4)
    let H = weights.units(gates: 4)
    try parameters.peepholes?.requireShape([3, H], "peepholes")
    try parameters.projection?.requireShape([H, nil], "projection")
    try weights.recurrentKernel.requireShape([parameters.projection?.columns ?? H, 4 * H], "recurrent kernel")
    self.parameters = parameters
    self.options = options
  }

  /// Everything a step computed, under the letters of the equations.
  public struct Cache: Sendable {
    public let x, h, c: Tensor<Scalar>
    /// The pre-activations of i, f, g, o, peepholes and forget bias included.
    public let zi, zf, zg, zo: Tensor<Scalar>
    public let i, f, g, o: Tensor<Scalar>
    /// f ⊙ c + i ⊙ g, before it is clipped, and c′ after.
    public let memory, nextC: Tensor<Scalar>
    public let tanhC: Tensor<Scalar>
    /// o ⊙ tanh(c′), and after the projection, before that is clipped.
    public let shown, projected: Tensor<Scalar>
  }

  /// H, the number of units; h has as many features unless a projection says otherwise.
  public var units: Int { parameters.weights.units(gates: 4) }
  public var inputSize: Int { parameters.weights.inputSize }
  public var outputSize: Int { parameters.projection?.columns ?? units }

  public func zeroState(batchSize B: Int) -> LSTMState<Scalar> {
    LSTMState(h: .zeros([B, outputSize]), c: .zeros([B, units]))
  }

  public func forward(_ x: Tensor<Scalar>, _ state: LSTMState<Scalar>) -> CellStep<LSTMState<Scalar>, Cache> {
    let (h, c) = (state.h, state.c)
    let w = parameters.weights
    let σ = options.recurrentActivation
    let z = (w.inputPart(x) + w.recurrentPart(h)).split(into: 4)

    let zi = z[0] + peephole(0, c)
    let zf = z[1] + peephole(1, c) + Scalar(options.forgetBias)
    let i = σ(zi.clipped(to: options.clip))
    let f = options.inputForget ? 1 - i : σ(zf.clipped(to: options.clip))
    let g = options.activation(z[2].clipped(to: options.clip))
    let memory = f * c + i * g
    let nextC = memory.clipped(to: options.cellClip)
    let zo = z[3] + peephole(2, nextC)
    let o = σ(zo.clipped(to: options.clip))
    let tanhC = options.outputActivation(nextC)
    let shown = o * tanhC
    let projected = parameters.projection.map { matmul(shown, $0) } ?? shown
    let nextH = projected.clipped(to: options.projectionClip)

    let cache = Cache(
      x: x, h: h, c: c, zi: zi, zf: zf, zg: z[2], zo: zo, i: i, f: f, g: g, o: o, memory: memory, nextC: nextC,
      tanhC: tanhC, shown: shown, projected: projected)
    return CellStep(output: nextH, state: LSTMState(h: nextH, c: nextC), cache: cache)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache k: Cache,
    accumulating gradient: inout Parameters
  ) -> (x: Tensor<Scalar>, state: LSTMState<Scalar>) {
    let σ = options.recurrentActivation
    let dh = (outputGradient + stateGradient.h).stopped(where: k.projected, leaves: options.projectionClip)
    let dShown = projectionBackward(dh, cache: k, accumulating: &gradient)

    let dzo = σ.backward(dShown * k.tanhC, output: k.o).stopped(where: k.zo, leaves: options.clip)
    var dc = stateGradient.c + options.outputActivation.backward(dShown * k.o, output: k.tanhC)
    dc += peepholeBackward(2, dzo, sees: k.nextC, accumulating: &gradient)
    let dMemory = dc.stopped(where: k.memory, leaves: options.cellClip)

    var di = dMemory * k.g
    let df = dMemory * k.c
    if options.inputForget { di = di - df }
    let dzi = σ.backward(di, output: k.i).stopped(where: k.zi, leaves: options.clip)
    let dzf =
      options.inputForget
      ? Tensor.zeros(df.shape) : σ.backward(df, output: k.f).stopped(where: k.zf, leaves: options.clip)
    let dzg = options.activation.backward(dMemory * k.i, output: k.g).stopped(where: k.zg, leaves: options.clip)

    var dcBefore = dMemory * k.f
    dcBefore += peepholeBackward(0, dzi, sees: k.c, accumulating: &gradient)
    dcBefore += peepholeBackward(1, dzf, sees: k.c, accumulating: &gradient)

    let dz = Tensor.concatenated([dzi, dzf, dzg, dzo])
    let dx = parameters.weights.inputBackward(dz, x: k.x, accumulating: &gradient.weights)
    let dhBefore = parameters.weights.recurrentBackward(dz, h: k.h, accumulating: &gradient.weights)
    return (dx, LSTMState(h: dhBefore, c: dcBefore))
  }

  public func gates(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    [("i", cache.i), ("f", cache.f), ("g", cache.g), ("o", cache.o)]
  }

  /// Without peepholes, projection, clipping or coupled gates, and with the usual activations.
  public var wholeSequence: WholeSequence<Self>? {
    guard parameters.peepholes == nil, parameters.projection == nil, options.isPlain else { return nil }
    var weights = parameters.weights
    if options.forgetBias != 0 {
      // f's pre-activation gets it at every call, as it gets its bias.
      var bias = weights.bias ?? .zeros([4 * units])
      for unit in 0..<units { bias.scalars[units + unit] += Scalar(options.forgetBias) }
      weights.bias = bias
    }
    let hasBias = parameters.weights.bias != nil
    return WholeSequence(kind: .lstm, weights: weights) { gradient in
      var gradient = gradient
      if !hasBias { gradient.bias = nil }
      return Parameters(gradient)
    }
  }

  /// Row `gate` of the peepholes ⊙ the cell state that the gate sees; zero without peepholes.
  private func peephole(_ gate: Int, _ c: Tensor<Scalar>) -> Tensor<Scalar> {
    parameters.peepholes.map { c * $0.slice(gate) } ?? .zeros(c.shape)
  }

  /// Gathers ∂p of one gate and returns what the gate's peephole adds to ∂c.
  private func peepholeBackward(
    _ gate: Int, _ dz: Tensor<Scalar>, sees c: Tensor<Scalar>, accumulating gradient: inout Parameters
  ) -> Tensor<Scalar> {
    guard let peepholes = parameters.peepholes else { return .zeros(c.shape) }
    let dp = (dz * c).sumOfRows()
    for unit in 0..<units { gradient.peepholes?.scalars[gate * units + unit] += dp.scalars[unit] }
    return dz * peepholes.slice(gate)
  }

  private func projectionBackward(
    _ dh: Tensor<Scalar>, cache: Cache, accumulating gradient: inout Parameters
  ) -> Tensor<Scalar> {
    guard let projection = parameters.projection, var total = take(&gradient.projection) else { return dh }
    multiplyAdd(cache.shown, dh, transposeA: true, into: &total)
    gradient.projection = total
    return matmul(dh, projection, transposeB: true)
  }
}

/// What the frameworks let one change about an LSTM's equations.
///
/// | Option                | Default   | Where it exists                                                     |
/// |-----------------------|-----------|---------------------------------------------------------------------|
/// | `activation`          | tanh      | of g: Keras, TensorFlow, ONNX (g)                                   |
/// | `recurrentActivation` | sigmoid   | of i, f, o: Keras, ONNX (f)                                         |
/// | `outputActivation`    | as g      | of c′: ONNX (h)                                                     |
/// | `forgetBias`          | 0         | TensorFlow 1, default 1 there: added to f's pre-activation each call |
/// | `clip`                | none      | ONNX: bounds the input of every activation                          |
/// | `cellClip`            | none      | TensorFlow 1: bounds c′                                             |
/// | `projectionClip`      | none      | TensorFlow 1: bounds the projected h′                               |
/// | `inputForget`         | false     | ONNX: f = 1 − i                                                     |
public struct LSTMOptions: Equatable, Sendable {
  public var activation: Activation
  public var recurrentActivation: Activation
  public var outputActivation: Activation
  public var forgetBias: Double
  public var clip: Double?
  public var cellClip: Double?
  public var projectionClip: Double?
  public var inputForget: Bool

  public init(
    activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, outputActivation: Activation? = nil,
    forgetBias: Double = 0, clip: Double? = nil, cellClip: Double? = nil, projectionClip: Double? = nil,
    inputForget: Bool = false
  ) {
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.outputActivation = outputActivation ?? activation
    self.forgetBias = forgetBias
    self.clip = clip
    self.cellClip = cellClip
    self.projectionClip = projectionClip
    self.inputForget = inputForget
  }

  /// Whether nothing but the forget bias differs from the defaults.
  var isPlain: Bool {
    activation == .tanh && recurrentActivation == .sigmoid && outputActivation == .tanh && clip == nil
      && cellClip == nil && projectionClip == nil && !inputForget
  }
}
