import Training

/// The GRU with the reset gate after the product, gates z, r, g: two products, since r meets only h·R.
struct TracedGRU: TracedCell {
  let K, R, b, u: Tensor<Float>
  private var dK, dR, db, du: Tensor<Float>?

  struct Cache {
    let x, h, z, r, g, recurrent: Tensor<Float>
  }

  init(_ weights: RecurrentWeights<Float>) {
    (K, R) = (weights.kernel, weights.recurrentKernel)
    b = weights.bias ?? .zeros([K.columns])
    u = weights.recurrentBias ?? .zeros([K.columns])
  }

  func zeroState(batchSize B: Int) -> Tensor<Float> { .zeros([B, R.rows]) }

  func forward(
    _ x: Tensor<Float>, _ h: Tensor<Float>, _ ops: TracedOperations
  ) -> (state: Tensor<Float>, cache: Cache) {
    let (xs, hs) = ops.within("all gates") {
      (ops.split(ops.biasAdd(ops.matMul(x, K), b), into: 3), ops.split(ops.biasAdd(ops.matMul(h, R), u), into: 3))
    }
    let z = ops.within("update gate z") { ops.sigmoid(ops.add(xs[0], hs[0])) }
    let r = ops.within("reset gate r") { ops.sigmoid(ops.add(xs[1], hs[1])) }
    let g = ops.within("candidate g") { ops.tanh(ops.add(xs[2], ops.mul(r, hs[2]))) }
    let next = ops.within("hidden state h") { ops.add(ops.mul(z, h), ops.mul(ops.oneMinus(z), g)) }
    return (next, Cache(x: x, h: h, z: z, r: r, g: g, recurrent: hs[2]))
  }

  mutating func backward(_ dh: Tensor<Float>, _ k: Cache, _ ops: TracedOperations) -> Tensor<Float> {
    let (dz, dg, direct) = ops.within("hidden state h") {
      (ops.mul(dh, ops.sub(k.h, k.g)), ops.mul(dh, ops.oneMinus(k.z)), ops.mul(dh, k.z))
    }
    let (dzg, dr, dRecurrent) = ops.within("candidate g") {
      let dzg = ops.tanhGrad(dg, k.g)
      return (dzg, ops.mul(dzg, k.recurrent), ops.mul(dzg, k.r))
    }
    let dzr = ops.within("reset gate r") { ops.sigmoidGrad(dr, k.r) }
    let dzz = ops.within("update gate z") { ops.sigmoidGrad(dz, k.z) }
    return ops.within("all gates") {
      let dxs = ops.concat([dzz, dzr, dzg])
      let dhs = ops.concat([dzz, dzr, dRecurrent])
      ops.accumulate(&db, ops.biasAddGrad(dxs))
      ops.accumulate(&du, ops.biasAddGrad(dhs))
      ops.accumulate(&dK, ops.matMul(k.x, dxs, transposeA: true))
      ops.accumulate(&dR, ops.matMul(k.h, dhs, transposeA: true))
      return ops.add(direct, ops.matMul(dhs, R, transposeB: true))
    }
  }

  func weightGradient(_ ops: TracedOperations) -> RecurrentWeights<Float> {
    RecurrentWeights(
      kernel: dK ?? .zeros(K.shape), recurrentKernel: dR ?? .zeros(R.shape), bias: db ?? .zeros(b.shape),
      recurrentBias: du ?? .zeros(u.shape))
  }
}
