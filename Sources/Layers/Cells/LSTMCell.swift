/// One time step of a long short-term memory cell, as the papers have it.
///
///     i  = σ(x·Ki + h·Ri + bi)        input gate
///     f  = σ(x·Kf + h·Rf + bf)        forget gate
///     g  = tanh(x·Kg + h·Rg + bg)     candidate
///     c′ = f ⊙ c + i ⊙ g              cell state
///     o  = σ(x·Ko + h·Ro + bo)        output gate
///     h′ = o ⊙ tanh(c′)               hidden state, which is the output
///
/// | Tensor            | Shape     | What it is                                        |
/// |-------------------|-----------|---------------------------------------------------|
/// | `x`               | `[B, D]`  | the input of the step                             |
/// | `state.h`         | `[B, H]`  | in (−1, 1)                                        |
/// | `state.c`         | `[B, H]`  |                                                   |
/// | `kernel`          | `[D, 4H]` | Ki, Kf, Kg, Ko side by side                       |
/// | `recurrentKernel` | `[H, 4H]` | Ri, Rf, Rg, Ro side by side                       |
/// | biases            | `[4H]`    | one in Keras and TensorFlow, two in PyTorch, ONNX |
///
/// **Gate order** is i, f, g, o, as in Keras and PyTorch. `WeightLayout` knows the others.
///
/// These equations can be executed in six places, each for a reason:
///
/// | Place                          | Why it exists                                                            |
/// |--------------------------------|--------------------------------------------------------------------------|
/// | `LSTMCell`                     | to be read, and to be the plain version that the fast one is tested with |
/// | `ExtendedLSTMCell`             | peepholes, projection, clips, coupled gate: what frameworks add          |
/// | Kernels, the cell's fast step  | speed: whole sequences, vectors and threads                              |
/// | Kernels, the cell's plain step | the loop over numbers that the fast step is tested with                  |
/// | `ReferenceCell` of the mutants | independence: it shares no code with the layers, so that a fault shows   |
/// | the formulas of a chapter      | to be shown: a page prints, computes and differentiates them             |
///
/// Source: Hochreiter & Schmidhuber 1997, section 4; Gers, Schmidhuber & Cummins 2000 for f.
public struct LSTMCell<Scalar: RealScalar>: StandardCell {
  public static var kind: CellKind { .lstm }

  public var parameters: RecurrentWeights<Scalar>
  public let options: LSTMOptions

  /// - Throws: `ShapeError` when the weights do not fit each other.
  public init(parameters: RecurrentWeights<Scalar>, options: LSTMOptions = LSTMOptions()) throws {
    try parameters.validate(gates: 4)
    self.parameters = parameters
    self.options = options
  }

  /// A cell of D inputs and H units, all weights zero.
  public init(inputSize D: Int, units H: Int, options: LSTMOptions = LSTMOptions(), useBias: Bool = true) {
    parameters = RecurrentWeights(inputSize: D, units: H, gates: 4, bias: useBias)
    self.options = options
  }

  /// What a step read, and all that it computed.
  public struct Cache: Sendable {
    public let x: Tensor<Scalar>
    public let previous: LSTMState<Scalar>
    public let values: LSTMValues<Scalar>
  }

  public func zeroState(batchSize B: Int) -> LSTMState<Scalar> {
    LSTMState(h: .zeros([B, units]), c: .zeros([B, units]))
  }

  public func forward(_ x: Tensor<Scalar>, _ state: LSTMState<Scalar>) -> CellStep<LSTMState<Scalar>, Cache> {
    let (σ, tanh) = (options.recurrentActivation, options.activation)
    let z = parameters.sums(x, state.h, gates: 4)
    let i = σ(z[0])
    let f = σ(z[1])
    let g = tanh(z[2])
    let c = f * state.c + i * g
    let o = σ(z[3])
    let tanhC = options.outputActivation(c)
    let h = o * tanhC
    let values = LSTMValues(zi: z[0], i: i, zf: z[1], f: f, zg: z[2], g: g, c: c, zo: z[3], o: o, tanhC: tanhC, h: h)
    return CellStep(
      output: h, state: LSTMState(h: h, c: c), cache: Cache(x: x, previous: state, values: values))
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache: Cache,
    accumulating gradient: inout RecurrentWeights<Scalar>
  ) -> (x: Tensor<Scalar>, state: LSTMState<Scalar>) {
    let d = gradients(outputGradient, stateGradient, cache)
    let dz = Tensor.concatenated([d.zi, d.zf, d.zg, d.zo])
    let dx = parameters.inputBackward(dz, x: cache.x, accumulating: &gradient)
    let dh = parameters.recurrentBackward(dz, h: cache.previous.h, accumulating: &gradient)
    return (dx, LSTMState(h: dh, c: d.c * cache.values.f))
  }

  /// The gradient of each of a step's values.
  func gradients(_ dy: Tensor<Scalar>, _ ds: LSTMState<Scalar>, _ cache: Cache) -> LSTMValues<Scalar> {
    let (k, σ) = (cache.values, options.recurrentActivation)
    let dh = dy + ds.h
    let (dTanhC, dO) = (dh * k.o, dh * k.tanhC)
    let dc = ds.c + options.outputActivation.backward(dTanhC, output: k.tanhC)
    let (di, df, dg) = (dc * k.g, dc * cache.previous.c, dc * k.i)
    return LSTMValues(
      zi: σ.backward(di, output: k.i), i: di, zf: σ.backward(df, output: k.f), f: df,
      zg: options.activation.backward(dg, output: k.g), g: dg, c: dc, zo: σ.backward(dO, output: k.o), o: dO,
      tanhC: dTanhC, h: dh)
  }
}
