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
    let d = gradients(output: outputGradient, state: stateGradient, cache: k)
    var dhBefore = d.h * k.z
    // What reaches h·Rz, h·Rr and, with resetAfter, h·Rg.
    let du: [Tensor<Scalar>]
    if let dReset = d.reset {
      dhBefore += dReset * k.r
      du = [d.zz, d.zr, .zeros(d.zg.shape)]
      candidateBackward(d.zg, cache: k, accumulating: &gradient)
    } else {
      du = [d.zz, d.zr, d.zg * k.r]
    }
    dhBefore += parameters.recurrentBackward(.concatenated(du), h: k.h, accumulating: &gradient)
    let da = Tensor.concatenated([d.zz, d.zr, d.zg])
    let dx = parameters.inputBackward(da, x: k.x, accumulating: &gradient)
    return (dx, HiddenState(h: dhBefore))
  }

  /// The gradient of a loss with respect to everything a step computed, under the letters of `Cache`; h is h′.
  struct Gradients {
    let h, z, r, g: Tensor<Scalar>
    let zz, zr, zg: Tensor<Scalar>
    /// Of r ⊙ h, without `resetAfter`.
    let reset: Tensor<Scalar>?
  }

  private func gradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache k: Cache
  ) -> Gradients {
    let σ = options.recurrentActivation
    let dh = outputGradient + stateGradient.h
    let dz = dh * (k.h - k.g)
    let dg = dh * (1 - k.z)
    let dzz = σ.backward(dz, output: k.z).stopped(where: k.zz, leaves: options.clip)
    let dzg = options.activation.backward(dg, output: k.g).stopped(where: k.zg, leaves: options.clip)
    let dReset = options.resetAfter ? nil : candidatePartBackward(dzg)
    let dr = dReset.map { $0 * k.h } ?? dzg * k.recurrent
    let dzr = σ.backward(dr, output: k.r).stopped(where: k.zr, leaves: options.clip)
    return Gradients(h: dh, z: dz, r: dr, g: dg, zz: dzz, zr: dzr, zg: dzg, reset: dReset)
  }

  public func gates(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    [("z", cache.z), ("r", cache.r), ("g", cache.g)]
  }

  public func values(of k: Cache) -> [(name: String, values: Tensor<Scalar>)] {
    named([k.zz, k.z, k.zr, k.r, k.zg, k.g, k.z * k.h + (1 - k.z) * k.g])
  }

  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: HiddenState<Scalar>, cache: Cache
  ) -> [(name: String, values: Tensor<Scalar>)] {
    let d = gradients(output: outputGradient, state: stateGradient, cache: cache)
    return named([d.zz, d.z, d.zr, d.r, d.zg, d.g, d.h])
  }

  private func named(_ values: [Tensor<Scalar>]) -> [(name: String, values: Tensor<Scalar>)] {
    zip(["pre_z", "z", "pre_r", "r", "pre_g", "g", "h"], values).map { ($0, $1) }
  }

  /// Without clipping and with the usual activations.
  public var wholeSequence: WholeSequence<Self>? {
    guard options.activation == .tanh, options.recurrentActivation == .sigmoid, options.clip == nil else { return nil }
    return WholeSequence(kind: .gru(resetAfter: options.resetAfter), weights: parameters) { $0 }
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
