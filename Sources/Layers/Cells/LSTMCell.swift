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
    let d = gradients(output: outputGradient, state: stateGradient, cache: k)
    accumulateProjection(d, cache: k, into: &gradient)
    let dcBefore = d.memory * k.f + peephole(0, d.zi) + peephole(1, d.zf)
    for (gate, dz, sees) in [(0, d.zi, k.c), (1, d.zf, k.c), (2, d.zo, k.nextC)] {
      accumulatePeephole(gate, dz, sees: sees, into: &gradient)
    }
    let dz = Tensor.concatenated([d.zi, d.zf, d.zg, d.zo])
    let dx = parameters.weights.inputBackward(dz, x: k.x, accumulating: &gradient.weights)
    let dhBefore = parameters.weights.recurrentBackward(dz, h: k.h, accumulating: &gradient.weights)
    return (dx, LSTMState(h: dhBefore, c: dcBefore))
  }

  /// The gradient of a loss with respect to everything a step computed, under the letters of `Cache`.
  struct Gradients {
    /// Of h′ and c′, as the next step and the loss see them.
    let h, c: Tensor<Scalar>
    /// Of h′ before it is clipped, and of f ⊙ c + i ⊙ g.
    let projected, memory: Tensor<Scalar>
    let tanhC: Tensor<Scalar>
    let i, f, g, o: Tensor<Scalar>
    let zi, zf, zg, zo: Tensor<Scalar>
  }

  private func gradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache k: Cache
  ) -> Gradients {
    let σ = options.recurrentActivation
    let dh = outputGradient + stateGradient.h
    let dProjected = dh.stopped(where: k.projected, leaves: options.projectionClip)
    let dShown = parameters.projection.map { matmul(dProjected, $0, transposeB: true) } ?? dProjected

    let (dTanhC, dO) = (dShown * k.o, dShown * k.tanhC)
    let dzo = σ.backward(dO, output: k.o).stopped(where: k.zo, leaves: options.clip)
    let dc = stateGradient.c + options.outputActivation.backward(dTanhC, output: k.tanhC) + peephole(2, dzo)
    let dMemory = dc.stopped(where: k.memory, leaves: options.cellClip)

    var di = dMemory * k.g
    let df = dMemory * k.c
    if options.inputForget { di = di - df }
    let dg = dMemory * k.i
    let dzi = σ.backward(di, output: k.i).stopped(where: k.zi, leaves: options.clip)
    let dzf =
      options.inputForget
      ? Tensor.zeros(df.shape) : σ.backward(df, output: k.f).stopped(where: k.zf, leaves: options.clip)
    let dzg = options.activation.backward(dg, output: k.g).stopped(where: k.zg, leaves: options.clip)
    return Gradients(
      h: dh, c: dc, projected: dProjected, memory: dMemory, tanhC: dTanhC, i: di, f: df, g: dg, o: dO, zi: dzi,
      zf: dzf, zg: dzg, zo: dzo)
  }

  public func gates(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    [("i", cache.i), ("f", cache.f), ("g", cache.g), ("o", cache.o)]
  }

  public func values(of k: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    let nextH = k.projected.clipped(to: options.projectionClip)
    return named([k.zi, k.i, k.zf, k.f, k.zg, k.g, k.nextC, k.zo, k.o, k.tanhC, nextH])
  }

  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache: Cache
  ) -> [(name: String, values: Tensor<Scalar>)] {
    let d = gradients(output: outputGradient, state: stateGradient, cache: cache)
    return named([d.zi, d.i, d.zf, d.f, d.zg, d.g, d.c, d.zo, d.o, d.tanhC, d.h])
  }

  private func named(_ values: [Tensor<Scalar>]) -> [(name: String, values: Tensor<Scalar>)] {
    let names = ["pre_i", "i", "pre_f", "f", "pre_g", "g", "c", "pre_o", "o", "tanh_c", "h"]
    return zip(names, values).map { ($0, $1) }.filter { !(options.inputForget && $0.0 == "pre_f") }
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

  /// Row `gate` of the peepholes ⊙ the cell state that the gate sees, or ⊙ ∂z on the way back; zero without peepholes.
  private func peephole(_ gate: Int, _ c: Tensor<Scalar>) -> Tensor<Scalar> {
    parameters.peepholes.map { c * $0.slice(gate) } ?? .zeros(c.shape)
  }

  /// Gathers ∂p of one gate.
  private func accumulatePeephole(
    _ gate: Int, _ dz: Tensor<Scalar>, sees c: Tensor<Scalar>, into gradient: inout Parameters
  ) {
    guard parameters.peepholes != nil else { return }
    let dp = (dz * c).sumOfRows()
    for unit in 0..<units { gradient.peepholes?.scalars[gate * units + unit] += dp.scalars[unit] }
  }

  private func accumulateProjection(_ d: Gradients, cache: Cache, into gradient: inout Parameters) {
    guard parameters.projection != nil, var total = take(&gradient.projection) else { return }
    multiplyAdd(cache.shown, d.projected, transposeA: true, into: &total)
    gradient.projection = total
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
