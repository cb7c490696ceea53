/// One time step of a gated recurrent unit.
///
///     z = σ(x·Kz + bz + h·Rz + b′z)                   update gate: how much of h stays
///     r = σ(x·Kr + br + h·Rr + b′r)                   reset gate
///     g = tanh(x·Kg + bg + r ⊙ (h·Rg + b′g))          candidate, `resetAfter`
///     g = tanh(x·Kg + bg + (r ⊙ h)·Rg + b′g)          candidate, otherwise
///     h′ = z ⊙ h + (1 − z) ⊙ g
///
/// | Tensor            | Shape     | What it is                                                    |
/// |-------------------|-----------|---------------------------------------------------------------|
/// | `x`               | `[B, D]`  | the input of the step                                         |
/// | `state.h`         | `[B, H]`  |                                                               |
/// | `kernel`          | `[D, 3H]` | Kz, Kr, Kg side by side                                       |
/// | `recurrentKernel` | `[H, 3H]` | Rz, Rr, Rg side by side                                       |
/// | biases            | `[3H]`    | two with `resetAfter` in Keras, PyTorch, ONNX; one otherwise  |
///
/// **Gate order** is z, r, g, as in Keras and ONNX; PyTorch, MXNet and TensorFlow 1 have r, z. In Cho's paper, Keras,
/// PyTorch and ONNX z keeps the old state, as here; in Olah's text it takes the new one.
///
/// Source: Cho et al. 2014, section 2.3 (reset before the product); `cudnnGRUMode`, Keras `reset_after=True`,
/// `torch.nn.GRU` and ONNX `linear_before_reset=1` for reset after it.
public struct GRUCell<Scalar: RealScalar>: StandardCell {
  public static var kind: CellKind { .gru }

  public var parameters: RecurrentWeights<Scalar>
  public let options: GRUOptions

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: RecurrentWeights<Scalar>, options: GRUOptions = GRUOptions()) throws {
    try parameters.validate(gates: 3)
    self.parameters = parameters
    self.options = options
  }

  /// A cell of D inputs and H units, all weights zero; with `resetAfter` it has two biases, as in Keras.
  public init(inputSize D: Int, units H: Int, options: GRUOptions = GRUOptions(), useBias: Bool = true) {
    parameters = RecurrentWeights(
      inputSize: D, units: H, gates: 3, bias: useBias, recurrentBias: useBias && options.resetAfter)
    self.options = options
  }

  /// - Throws: `ConversionError` when the weights are those of another cell, or the reset gate acts elsewhere.
  public init(weights: CellWeights<Scalar>, options: GRUOptions = GRUOptions()) throws {
    guard weights.kind == .gru, weights.resetAfter == options.resetAfter else {
      throw ConversionError(
        "the weights of a cell: expected \(Self.title(.gru, options.resetAfter)), "
          + "received \(Self.title(weights.kind, weights.resetAfter))")
    }
    try self.init(parameters: Self.parameters(of: weights), options: options)
  }

  public var cellWeights: CellWeights<Scalar> { CellWeights(.gru, parameters, resetAfter: options.resetAfter) }

  private static func title(_ kind: CellKind, _ resetAfter: Bool) -> String {
    kind == .gru ? "GRU with reset \(resetAfter ? "after" : "before") the product" : kind.title
  }

  /// Everything that a step computes, under the letters of the equations; its gradient has the same fields.
  public struct Values: Sendable {
    /// The sums that go into the activations of z, r and g.
    public let zz, zr, zg: Tensor<Scalar>
    public let z, r, g: Tensor<Scalar>
    /// The next hidden state.
    public let h: Tensor<Scalar>

    var gates: NamedValues<Scalar> { [("z", z), ("r", r), ("g", g)] }
    var named: NamedValues<Scalar> {
      [("pre_z", zz), ("z", z), ("pre_r", zr), ("r", r), ("pre_g", zg), ("g", g), ("h", h)]
    }
  }

  /// What a step read, and all that it computed.
  public struct Cache: Sendable {
    public let x: Tensor<Scalar>
    public let previous: HiddenState<Scalar>
    public let values: Values
    /// h·Rg + b′g with `resetAfter`, which r multiplies; otherwise r ⊙ h, which Rg multiplies.
    let recurrent: Tensor<Scalar>
  }

  public func forward(_ x: Tensor<Scalar>, _ state: HiddenState<Scalar>) -> CellStep<HiddenState<Scalar>, Cache> {
    let (h, σ, tanh) = (state.h, options.recurrentActivation, options.activation)
    let a = parameters.inputPart(x).split(into: 3)
    let u = parameters.recurrentPart(h).split(into: 3)

    let zz = a[0] + u[0]
    let zr = a[1] + u[1]
    let z = σ(zz.clipped(to: options.clip))
    let r = σ(zr.clipped(to: options.clip))
    let recurrent = options.resetAfter ? u[2] : r * h
    let zg = options.resetAfter ? a[2] + r * u[2] : a[2] + candidatePart(recurrent)
    let g = tanh(zg.clipped(to: options.clip))
    let nextH = z * h + (1 - z) * g

    let values = Values(zz: zz, zr: zr, zg: zg, z: z, r: r, g: g, h: nextH)
    let cache = Cache(x: x, previous: state, values: values, recurrent: recurrent)
    return CellStep(output: nextH, state: HiddenState(h: nextH), cache: cache)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache k: Cache,
    accumulating gradient: inout RecurrentWeights<Scalar>
  ) -> (x: Tensor<Scalar>, state: HiddenState<Scalar>) {
    let (d, dReset) = gradients(outputGradient, stateGradient, k)
    var dh = d.h * k.values.z
    // The gradient of h·R + b′: of the blocks z and r, and with resetAfter of g.
    let du: [Tensor<Scalar>]
    if let dReset {
      dh += dReset * k.values.r
      du = [d.zz, d.zr, .zeros(d.zg.shape)]
      candidateBackward(d.zg, cache: k, accumulating: &gradient)
    } else {
      du = [d.zz, d.zr, d.zg * k.values.r]
    }
    dh += parameters.recurrentBackward(.concatenated(du), h: k.previous.h, accumulating: &gradient)
    let da = Tensor.concatenated([d.zz, d.zr, d.zg])
    let dx = parameters.inputBackward(da, x: k.x, accumulating: &gradient)
    return (dx, HiddenState(h: dh))
  }

  /// The gradients of a step's values and, without `resetAfter`, of r ⊙ h.
  private func gradients(
    _ dy: Tensor<Scalar>, _ ds: HiddenState<Scalar>, _ cache: Cache
  ) -> (values: Values, reset: Tensor<Scalar>?) {
    let (k, h, σ) = (cache.values, cache.previous.h, options.recurrentActivation)
    let dh = dy + ds.h
    let dz = dh * (h - k.g)
    let dg = dh * (1 - k.z)
    let dzz = σ.backward(dz, output: k.z).stopped(where: k.zz, leaves: options.clip)
    let dzg = options.activation.backward(dg, output: k.g).stopped(where: k.zg, leaves: options.clip)
    let dReset = options.resetAfter ? nil : candidatePartBackward(dzg)
    let dr = dReset.map { $0 * h } ?? dzg * cache.recurrent
    let dzr = σ.backward(dr, output: k.r).stopped(where: k.zr, leaves: options.clip)
    return (Values(zz: dzz, zr: dzr, zg: dzg, z: dz, r: dr, g: dg, h: dh), dReset)
  }

  public func gates(of cache: Cache) -> NamedValues<Scalar> { cache.values.gates }
  public func values(of cache: Cache) -> NamedValues<Scalar> { cache.values.named }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache
  ) -> NamedValues<Scalar> {
    gradients(outputGradient, stateGradient, cache).values.named
  }

  /// With any activations but softmax.
  public var wholeSequence: WholeSequence<Self>? {
    let cell = SequenceCell(
      .gru(resetAfter: options.resetAfter), activation: options.activation,
      recurrentActivation: options.recurrentActivation, clip: options.clip)
    guard cell.isComputable else { return nil }
    return WholeSequence(cell, gates: Self.kind.gates, weights: parameters) { gradient, _ in gradient }
  }

  public func converted<Other: RealScalar>(to type: Other.Type) -> any StandardCell<Other> {
    var cell = GRUCell<Other>(inputSize: inputSize, units: units, options: options)
    cell.parameters = parameters.converted()
    return cell
  }

  /// (r ⊙ h)·Rg + b′g.
  private func candidatePart(_ reset: Tensor<Scalar>) -> Tensor<Scalar> {
    let product = matmul(reset, parameters.recurrentKernel.split(into: 3)[2])
    return parameters.recurrentBias.map { product + $0.split(into: 3)[2] } ?? product
  }

  /// The gradient of r ⊙ h from that of `candidatePart`.
  private func candidatePartBackward(_ dzg: Tensor<Scalar>) -> Tensor<Scalar> {
    matmul(dzg, parameters.recurrentKernel.split(into: 3)[2], transposeB: true)
  }

  /// Adds ∂Rg and ∂b′g of `candidatePart` to `gradient`.
  private func candidateBackward(
    _ dzg: Tensor<Scalar>, cache: Cache, accumulating gradient: inout RecurrentWeights<Scalar>
  ) {
    let none = Tensor<Scalar>.zeros([units, 2 * units])
    gradient.recurrentKernel += Tensor.concatenated([none, matmul(cache.recurrent, dzg, transposeA: true)])
    gradient.recurrentBias? += Tensor.concatenated([.zeros([2 * units]), dzg.sumOfRows()])
  }
}

/// What the frameworks let one change about a GRU's equations.
///
/// | Option                | Default | Where it exists                                                             |
/// |-----------------------|---------|-----------------------------------------------------------------------------|
/// | `resetAfter`          | true    | Keras `reset_after`, ONNX `linear_before_reset`; always so in PyTorch, MXNet |
/// | `activation`          | tanh    | of g: Keras, TensorFlow, ONNX                                               |
/// | `recurrentActivation` | sigmoid | of z, r: Keras, ONNX                                                        |
/// | `clip`                | none    | ONNX: bounds the argument of every activation                                 |
public struct GRUOptions: CellOptions {
  public var resetAfter: Bool
  public var activation: Activation
  public var recurrentActivation: Activation
  public var clip: Double?

  public init() { self.init(resetAfter: true) }

  public init(_ common: CommonOptions) {
    self.init(
      resetAfter: common.resetAfter, activation: common.activation, recurrentActivation: common.recurrentActivation)
  }

  public init(
    resetAfter: Bool = true, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    clip: Double? = nil
  ) {
    self.resetAfter = resetAfter
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.clip = clip
  }
}
