// Forward and backward of one step.
extension ExtendedLSTMCell {
  /// What a step read, and all that it computed.
  public struct Cache: Sendable {
    public let x: Tensor<Scalar>
    public let previous: LSTMState<Scalar>
    public let values: LSTMValues<Scalar>
    /// f ⊙ c + i ⊙ g, before it is clipped.
    let unclippedC: Tensor<Scalar>
    /// o ⊙ tanh(c′), and after the projection, before that is clipped.
    let unprojected, unclippedH: Tensor<Scalar>
  }

  public func forward(_ x: Tensor<Scalar>, _ state: LSTMState<Scalar>) -> CellStep<LSTMState<Scalar>, Cache> {
    let (σ, tanh) = (options.activations.recurrentActivation, options.activations.activation)
    let (c, clip) = (state.c, options.clip)
    let z = parameters.weights.sums(x, state.h, gates: 4)

    let zi = z[0] + peephole(.i, c)
    let zf = z[1] + peephole(.f, c) + Scalar(options.forgetBias)
    let i = σ(zi.clipped(to: clip))
    let f = options.inputForget ? 1 - i : σ(zf.clipped(to: clip))
    let g = tanh(z[2].clipped(to: clip))
    let unclippedC = f * c + i * g
    let nextC = unclippedC.clipped(to: options.cellClip)
    let zo = z[3] + peephole(.o, nextC)
    let o = σ(zo.clipped(to: clip))
    let tanhC = options.activations.outputActivation(nextC)
    let unprojected = o * tanhC
    let unclippedH = parameters.projection.map { matmul(unprojected, $0) } ?? unprojected
    let nextH = unclippedH.clipped(to: options.projectionClip)

    let values = LSTMValues(
      zi: zi, i: i, zf: zf, f: f, zg: z[2], g: g, c: nextC, zo: zo, o: o, tanhC: tanhC, h: nextH)
    let cache = Cache(
      x: x, previous: state, values: values, unclippedC: unclippedC, unprojected: unprojected, unclippedH: unclippedH)
    return CellStep(output: nextH, state: LSTMState(h: nextH, c: nextC), cache: cache)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache k: Cache,
    accumulating gradient: inout Parameters
  ) -> (x: Tensor<Scalar>, state: LSTMState<Scalar>) {
    let (d, step) = gradients(outputGradient, stateGradient, k)
    if var total = take(&gradient.projection) {
      multiplyAdd(k.unprojected, step.unclippedH, transposeA: true, into: &total)
      gradient.projection = total
    }
    let dc = step.unclippedC * k.values.f + peephole(.i, d.zi) + peephole(.f, d.zf)
    accumulatePeephole(.i, d.zi * k.previous.c, into: &gradient)
    accumulatePeephole(.f, d.zf * k.previous.c, into: &gradient)
    accumulatePeephole(.o, d.zo * k.values.c, into: &gradient)
    let dz = Tensor.concatenated([d.zi, d.zf, d.zg, d.zo])
    let dx = parameters.weights.inputBackward(dz, x: k.x, accumulating: &gradient.weights)
    let dh = parameters.weights.recurrentBackward(dz, h: k.previous.h, accumulating: &gradient.weights)
    return (dx, LSTMState(h: dh, c: dc))
  }

  /// The gradient of a loss with respect to a step's values, and to two that stand between them.
  private func gradients(
    _ dy: Tensor<Scalar>, _ ds: LSTMState<Scalar>, _ cache: Cache
  ) -> (values: LSTMValues<Scalar>, (unclippedH: Tensor<Scalar>, unclippedC: Tensor<Scalar>)) {
    let (k, clip, activations) = (cache.values, options.clip, options.activations)
    let σ = activations.recurrentActivation
    let dh = dy + ds.h
    let dUnclippedH = dh.stopped(where: cache.unclippedH, leaves: options.projectionClip)
    let dUnprojected = parameters.projection.map { matmul(dUnclippedH, $0, transposeB: true) } ?? dUnclippedH

    let (dTanhC, dO) = (dUnprojected * k.o, dUnprojected * k.tanhC)
    let dzo = σ.backward(dO, output: k.o).stopped(where: k.zo, leaves: clip)
    let dc = ds.c + activations.outputActivation.backward(dTanhC, output: k.tanhC) + peephole(.o, dzo)
    let dUnclippedC = dc.stopped(where: cache.unclippedC, leaves: options.cellClip)

    var di = dUnclippedC * k.g
    let df = dUnclippedC * cache.previous.c
    if options.inputForget { di = di - df }
    let dg = dUnclippedC * k.i
    let dzi = σ.backward(di, output: k.i).stopped(where: k.zi, leaves: clip)
    let dzf =
      options.inputForget ? .zeros(df.shape) : σ.backward(df, output: k.f).stopped(where: k.zf, leaves: clip)
    let dzg = activations.activation.backward(dg, output: k.g).stopped(where: k.zg, leaves: clip)
    let values = LSTMValues(
      zi: dzi, i: di, zf: dzf, f: df, zg: dzg, g: dg, c: dc, zo: dzo, o: dO, tanhC: dTanhC, h: dh)
    return (values, (dUnclippedH, dUnclippedC))
  }

  public func gates(of cache: Cache) -> NamedValues<Scalar> { cache.values.gates }
  public func values(of cache: Cache) -> NamedValues<Scalar> { withoutUnused(cache.values.named) }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache: Cache
  ) -> NamedValues<Scalar> {
    withoutUnused(gradients(outputGradient, stateGradient, cache).values.named)
  }

  /// A coupled forget gate has no sum of its own.
  private func withoutUnused(_ values: NamedValues<Scalar>) -> NamedValues<Scalar> {
    options.inputForget ? values.filter { $0.name != "pre_f" } : values
  }

  /// The gate's row of the peepholes ⊙ the cell state that the gate sees, or ⊙ ∂z in `backward`; zero without
  /// peepholes.
  private func peephole(_ gate: Gate, _ c: Tensor<Scalar>) -> Tensor<Scalar> {
    guard let peepholes = parameters.peepholes, let row = WeightLayout.peepholeGates.firstIndex(of: gate) else {
      return .zeros(c.shape)
    }
    return c * peepholes.slice(row)
  }

  /// Adds the gradient of one gate's peephole, `product` summed over the batch.
  private func accumulatePeephole(_ gate: Gate, _ product: Tensor<Scalar>, into gradient: inout Parameters) {
    guard parameters.peepholes != nil, let row = WeightLayout.peepholeGates.firstIndex(of: gate) else { return }
    let sum = product.sumOfRows()
    for unit in 0..<units { gradient.peepholes?.scalars[row * units + unit] += sum.scalars[unit] }
  }
}
