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
/// Source: Cho et al. 2014, section 2.3 (reset before the product); `cudnnGRUMode`, Keras `reset_after=True`, `torch.nn.GRU` and
/// ONNX `linear_before_reset=1` for reset after it.
public struct GRUCell<Scalar: RealScalar>: RecurrentCell {
  public var parameters: RecurrentWeights<Scalar>
  public let options: GRUOptions

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: RecurrentWeights<Scalar>, options: GRUOptions = GRUOptions()) throws {
    try parameters.validate(gates: 3)
    try parameters.recurrentKernel.requireShape([parameters.units(gates: 3), nil], "recurrent kernel")
    self.parameters = parameters
    self.options = options
  }

  /// Everything a step computed, under the letters of the equations.
  public struct Cache: Sendable {
    public let x, h: Tensor<Scalar>
    /// The pre-activations of z, r, g.
    public let zz, zr, zg: Tensor<Scalar>
    public let z, r, g: Tensor<Scalar>
    /// h·Rg + b′g with `resetAfter`, r ⊙ h otherwise: what meets r, and what r makes of h.
    public let recurrent: Tensor<Scalar>
  }

  public var units: Int { parameters.units(gates: 3) }
  public var inputSize: Int { parameters.inputSize }
  public var outputSize: Int { units }

  public func zeroState(batchSize B: Int) -> HiddenState<Scalar> { HiddenState(h: .zeros([B, units])) }

  public func forward(_ x: Tensor<Scalar>, _ state: HiddenState<Scalar>) -> CellStep<HiddenState<Scalar>, Cache> {
    let h = state.h
    let σ = options.recurrentActivation
    let a = parameters.inputPart(x).split(into: 3)
    let u = parameters.recurrentPart(h).split(into: 3)

    let zz = a[0] + u[0]
    let zr = a[1] + u[1]
    let z = σ(zz.clipped(to: options.clip))
    let r = σ(zr.clipped(to: options.clip))
    let recurrent = options.resetAfter ? u[2] : r * h
    let zg = options.resetAfter ? a[2] + r * u[2] : a[2] + candidatePart(recurrent)
    let g = options.activation(zg.clipped(to: options.clip))
    let nextH = z * h + (1 - z) * g

    let cache = Cache(x: x, h: h, zz: zz, zr: zr, zg: zg, z: z, r: r, g: g, recurrent: recurrent)
    return CellStep(output: nextH, state: HiddenState(h: nextH), cache: cache)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache k: Cache,
    accumulating gradient: inout RecurrentWeights<Scalar>
  ) -> (x: Tensor<Scalar>, state: HiddenState<Scalar>) {
    let σ = options.recurrentActivation
    let dh = outputGradient + stateGradient.h
    let dzz = σ.backward(dh * (k.h - k.g), output: k.z).stopped(where: k.zz, leaves: options.clip)
    let dzg = options.activation.backward(dh * (1 - k.z), output: k.g).stopped(where: k.zg, leaves: options.clip)

    var dhBefore = dh * k.z
    // What reaches h·Rz, h·Rr and, with resetAfter, h·Rg.
    var du: [Tensor<Scalar>]
    if options.resetAfter {
      let dzr = resetBackward(dzg * k.recurrent, cache: k)
      du = [dzz, dzr, dzg * k.r]
    } else {
      let dReset = matmul(dzg, parameters.recurrentKernel.split(into: 3)[2], transposeB: true)
      let dzr = resetBackward(dReset * k.h, cache: k)
      dhBefore += dReset * k.r
      du = [dzz, dzr, .zeros(dzg.shape)]
      candidateBackward(dzg, cache: k, accumulating: &gradient)
    }
    dhBefore += parameters.recurrentBackward(.concatenated(du), h: k.h, accumulating: &gradient)
    let da = Tensor.concatenated([dzz, du[1], dzg])
    let dx = parameters.inputBackward(da, x: k.x, accumulating: &gradient)
    return (dx, HiddenState(h: dhBefore))
  }

  public func gates(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    [("z", cache.z), ("r", cache.r), ("g", cache.g)]
  }

  /// Without clipping and with the usual activations.
  public var wholeSequence: WholeSequence<Self>? {
    guard options.activation == .tanh, options.recurrentActivation == .sigmoid, options.clip == nil else { return nil }
    return WholeSequence(kind: .gru(resetAfter: options.resetAfter), weights: parameters) { $0 }
  }

  private func resetBackward(_ dr: Tensor<Scalar>, cache: Cache) -> Tensor<Scalar> {
    options.recurrentActivation.backward(dr, output: cache.r).stopped(where: cache.zr, leaves: options.clip)
  }

  /// (r ⊙ h)·Rg + b′g.
  private func candidatePart(_ reset: Tensor<Scalar>) -> Tensor<Scalar> {
    let product = matmul(reset, parameters.recurrentKernel.split(into: 3)[2])
    return parameters.recurrentBias.map { product + $0.split(into: 3)[2] } ?? product
  }

  /// Gathers ∂Rg and ∂b′g of `candidatePart`.
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
/// | `clip`                | none    | ONNX: bounds the input of every activation                                  |
public struct GRUOptions: Equatable, Sendable {
  public var resetAfter: Bool
  public var activation: Activation
  public var recurrentActivation: Activation
  public var clip: Double?

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
