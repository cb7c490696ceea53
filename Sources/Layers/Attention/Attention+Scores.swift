// The four scores and their derivatives.

extension Attention {
  /// s `[B, Q, T]`, and what the way back needs of it.
  func scores(_ q: Tensor<Scalar>, _ h: Tensor<Scalar>) -> (scores: Tensor<Scalar>, inner: Tensor<Scalar>?) {
    switch (score, parameters.kernel, parameters.queryKernel, parameters.keyKernel, parameters.scoreKernel) {
    case (.general, let W?, _, _, _):
      let qW = matmul(q, W)
      return (batchedMatmul(qW, h, transposeB: true), qW)
    case (.additive, _, let W_q?, let W_k?, let v?):
      let u = tanh(sumsOfPairs(matmul(q, W_q), matmul(h, W_k)))
      return (matmul(u, v.reshaped([v.count, 1])).reshaped([q.shape[0], q.shape[1], h.shape[1]]), u)
    case (.scaledDot, _, _, _, _): return (batchedMatmul(q, h, transposeB: true) * scale(h), nil)
    default: return (batchedMatmul(q, h, transposeB: true), nil)
    }
  }

  /// ∂q, ∂h and the gradient of the weights, from ∂s.
  func scoresBackward(
    _ ds: Tensor<Scalar>, _ cache: Cache
  ) -> (query: Tensor<Scalar>, memory: Tensor<Scalar>, parameters: Parameters) {
    let (q, h) = (cache.query, cache.memory)
    switch (score, parameters.kernel, cache.inner) {
    case (.general, let W?, let qW?):
      let dqW = batchedMatmul(ds, h)
      let dh = batchedMatmul(ds, qW, transposeA: true)
      return (matmul(dqW, W, transposeB: true), dh, Parameters(kernel: matmul(q, dqW, transposeA: true)))
    case (.additive, _, let u?): return additiveBackward(ds, u, cache)
    default:
      let ds = score == .scaledDot ? ds * scale(h) : ds
      return (batchedMatmul(ds, h), batchedMatmul(ds, q, transposeA: true), Parameters())
    }
  }

  /// 1/√H: a sum of H products of size 1 has the size √H, and a softmax of large numbers has no slope.
  private func scale(_ h: Tensor<Scalar>) -> Scalar { 1 / Scalar(h.columns).squareRoot() }

  /// ∂u = ∂s v, and through tanh ∂z = ∂u (1 − u²); z = q W_q + h W_k is shared by a query and a step, so ∂z is summed
  /// over the other of the two.
  private func additiveBackward(
    _ ds: Tensor<Scalar>, _ u: Tensor<Scalar>, _ cache: Cache
  ) -> (query: Tensor<Scalar>, memory: Tensor<Scalar>, parameters: Parameters) {
    let (q, h) = (cache.query, cache.memory)
    guard let W_q = parameters.queryKernel, let W_k = parameters.keyKernel, let v = parameters.scoreKernel else {
      return (q.zeros, h.zeros, parameters.zeros)
    }
    let column = ds.reshaped([ds.count, 1])
    let du = matmul(column, v.reshaped([1, v.count])).reshaped(u.shape)
    let dz = Activation.tanh.backward(du, output: u)
    let (dqW, dhW) = pairSums(dz)
    let dv = matmul(u, column, transposeA: true).reshaped([v.count])
    return (
      matmul(dqW, W_q, transposeB: true), matmul(dhW, W_k, transposeB: true),
      Parameters(
        queryKernel: matmul(q, dqW, transposeA: true), keyKernel: matmul(h, dhW, transposeA: true), scoreKernel: dv)
    )
  }
}

extension Tensor {
  fileprivate var zeros: Tensor { .zeros(shape) }
}

/// a_q + b_t for every pair: `[B, Q, A]` and `[B, T, A]` make `[B, Q, T, A]`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func sumsOfPairs<Scalar: RealScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
  let (B, Q, T, A) = (a.shape[0], a.shape[1], b.shape[1], a.columns)
  return Tensor(shape: [B, Q, T, A]) { z in
    a.scalars.withUnsafeBufferPointer { x in
      b.scalars.withUnsafeBufferPointer { y in
        for pair in 0..<B * Q * T {
          let (left, right) = (pair / T * A, (pair / (Q * T) * T + pair % T) * A)
          for j in 0..<A { z[pair * A + j] = x[left + j] + y[right + j] }
        }
      }
    }
  }
}

/// The derivative of `sumsOfPairs`: `[B, Q, T, A]` summed over the steps, `[B, Q, A]`, and over the queries,
/// `[B, T, A]`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func pairSums<Scalar: RealScalar>(_ dz: Tensor<Scalar>) -> (Tensor<Scalar>, Tensor<Scalar>) {
  let (B, Q, T, A) = (dz.shape[0], dz.shape[1], dz.shape[2], dz.columns)
  var (a, b) = (Tensor<Scalar>.zeros([B, Q, A]), Tensor<Scalar>.zeros([B, T, A]))
  a.scalars.withUnsafeMutableBufferPointer { x in
    b.scalars.withUnsafeMutableBufferPointer { y in
      dz.scalars.withUnsafeBufferPointer { z in
        for pair in 0..<B * Q * T {
          let (left, right) = (pair / T * A, (pair / (Q * T) * T + pair % T) * A)
          for j in 0..<A {
            x[left + j] += z[pair * A + j]
            y[right + j] += z[pair * A + j]
          }
        }
      }
    }
  }
  return (a, b)
}

/// The softmax of scores `[B, Q, T]` over the steps that `mask` uses; the others get 0.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func softmax<Scalar: RealScalar>(_ scores: Tensor<Scalar>, where mask: SequenceMask?) -> Tensor<Scalar> {
  guard scores.count > 0 else { return scores }
  guard let mask, mask.isUsed.contains(false) else { return Tensors.softmax(scores) }
  let (Q, T) = (scores.shape[1], scores.columns)
  func isUsed(_ row: Int, _ t: Int) -> Bool { mask.isUsed[row / Q * T + t] }
  var shifted = scores
  for row in 0..<scores.rows {
    let used = (0..<T).filter { isUsed(row, $0) }.map { row * T + $0 }
    let largest = used.map { scores.scalars[$0] }.max() ?? 0
    // What is not used must not overflow either.
    for place in row * T..<(row + 1) * T { shifted.scalars[place] = 0 }
    for place in used { shifted.scalars[place] = scores.scalars[place] - largest }
  }
  var α = exp(shifted)
  for row in 0..<scores.rows {
    var sum: Scalar = 0
    for t in 0..<T {
      if isUsed(row, t) { sum += α.scalars[row * T + t] } else { α.scalars[row * T + t] = 0 }
    }
    guard sum > 0 else { continue }
    for t in 0..<T { α.scalars[row * T + t] /= sum }
  }
  return α
}
