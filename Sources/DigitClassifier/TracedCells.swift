import Training

/// One step of a recurrent cell, operation by operation, forward and backward.
protocol TracedCell {
  /// What goes from step to step, and the gradient of that.
  associatedtype State
  associatedtype Cache

  init(_ weights: RecurrentWeights<Float>)
  func zeroState(batchSize B: Int) -> State
  /// The state whose only gradient is that of the last output.
  func gradient(ofOutput dh: Tensor<Float>) -> State
  func output(_ state: State) -> Tensor<Float>
  func forward(_ x: Tensor<Float>, _ state: State, _ ops: TracedOperations) -> (state: State, cache: Cache)
  /// The gradient of the state before the step; those of the weights are added up inside.
  mutating func backward(_ gradient: State, _ cache: Cache, _ ops: TracedOperations) -> State
  /// ∂loss/∂weights once all steps went backward.
  func weightGradient(_ ops: TracedOperations) -> RecurrentWeights<Float>
}

/// A cell whose only state is its output.
extension TracedCell where State == Tensor<Float> {
  func gradient(ofOutput dh: Tensor<Float>) -> Tensor<Float> { dh }
  func output(_ state: Tensor<Float>) -> Tensor<Float> { state }
}

/// z = [x, h]·W + b with W = K over R: one product for input and state, as TensorFlow's cells have it.
struct JoinedProduct {
  let W, b: Tensor<Float>
  let D, H: Int
  private var dW, db: Tensor<Float>?

  init(_ weights: RecurrentWeights<Float>) {
    W = .stackedRows([weights.kernel, weights.recurrentKernel])
    b = weights.bias ?? .zeros([weights.kernel.columns])
    (D, H) = (weights.kernel.rows, weights.recurrentKernel.rows)
  }

  func forward(_ x: Tensor<Float>, _ h: Tensor<Float>, _ ops: TracedOperations) -> (z: Tensor<Float>, xh: Tensor<Float>)
  {
    let xh = ops.concat([x, h])
    return (ops.biasAdd(ops.matMul(xh, W), b), xh)
  }

  /// ∂h of the step before.
  mutating func backward(_ dz: Tensor<Float>, _ xh: Tensor<Float>, _ ops: TracedOperations) -> Tensor<Float> {
    ops.accumulate(&db, ops.biasAddGrad(dz))
    ops.accumulate(&dW, ops.matMul(xh, dz, transposeA: true))
    return ops.splitV(ops.matMul(dz, W, transposeB: true), [D, H])[1]
  }

  func gradient(_ ops: TracedOperations) -> RecurrentWeights<Float> {
    let parts = ops.within("all steps") { ops.splitRows(dW ?? .zeros(W.shape), [D, H]) }
    return RecurrentWeights(kernel: parts[0], recurrentKernel: parts[1], bias: db ?? .zeros(b.shape))
  }
}

/// The LSTM, gates i, f, g, o.
struct TracedLSTM: TracedCell {
  var product: JoinedProduct

  struct Cache {
    let xh, c, i, f, g, o, tanhC: Tensor<Float>
  }

  init(_ weights: RecurrentWeights<Float>) { product = JoinedProduct(weights) }

  func zeroState(batchSize B: Int) -> LSTMState<Float> {
    LSTMState(h: .zeros([B, product.H]), c: .zeros([B, product.H]))
  }
  func gradient(ofOutput dh: Tensor<Float>) -> LSTMState<Float> { LSTMState(h: dh, c: .zeros(dh.shape)) }
  func output(_ state: LSTMState<Float>) -> Tensor<Float> { state.h }

  func forward(
    _ x: Tensor<Float>, _ state: LSTMState<Float>, _ ops: TracedOperations
  ) -> (state: LSTMState<Float>, cache: Cache) {
    let (z, xh) = ops.within("all gates") {
      let (z, xh) = product.forward(x, state.h, ops)
      return (ops.split(z, into: 4), xh)
    }
    let i = ops.within("input gate i") { ops.sigmoid(z[0]) }
    let f = ops.within("forget gate f") { ops.sigmoid(z[1]) }
    let g = ops.within("candidate g") { ops.tanh(z[2]) }
    let c = ops.within("cell state c") { ops.add(ops.mul(f, state.c), ops.mul(i, g)) }
    let o = ops.within("output gate o") { ops.sigmoid(z[3]) }
    let (tanhC, h) = ops.within("hidden state h") {
      let tanhC = ops.tanh(c)
      return (tanhC, ops.mul(o, tanhC))
    }
    return (LSTMState(h: h, c: c), Cache(xh: xh, c: state.c, i: i, f: f, g: g, o: o, tanhC: tanhC))
  }

  mutating func backward(
    _ gradient: LSTMState<Float>, _ k: Cache, _ ops: TracedOperations
  ) -> LSTMState<Float> {
    let dh = gradient.h
    let (do_, dc) = ops.within("hidden state h") {
      (ops.mul(dh, k.tanhC), ops.add(gradient.c, ops.tanhGrad(ops.mul(dh, k.o), k.tanhC)))
    }
    let dzo = ops.within("output gate o") { ops.sigmoidGrad(do_, k.o) }
    let (df, dcBefore, di, dg) = ops.within("cell state c") {
      (ops.mul(dc, k.c), ops.mul(dc, k.f), ops.mul(dc, k.g), ops.mul(dc, k.i))
    }
    let dzg = ops.within("candidate g") { ops.tanhGrad(dg, k.g) }
    let dzf = ops.within("forget gate f") { ops.sigmoidGrad(df, k.f) }
    let dzi = ops.within("input gate i") { ops.sigmoidGrad(di, k.i) }
    let dhBefore = ops.within("all gates") { product.backward(ops.concat([dzi, dzf, dzg, dzo]), k.xh, ops) }
    return LSTMState(h: dhBefore, c: dcBefore)
  }

  func weightGradient(_ ops: TracedOperations) -> RecurrentWeights<Float> { product.gradient(ops) }
}

/// The simple recurrent network.
struct TracedSimpleRNN: TracedCell {
  var product: JoinedProduct

  init(_ weights: RecurrentWeights<Float>) { product = JoinedProduct(weights) }

  struct Cache {
    let xh, output: Tensor<Float>
  }

  func zeroState(batchSize B: Int) -> Tensor<Float> { .zeros([B, product.H]) }

  func forward(
    _ x: Tensor<Float>, _ h: Tensor<Float>, _ ops: TracedOperations
  ) -> (state: Tensor<Float>, cache: Cache) {
    ops.within("hidden state h") {
      let (z, xh) = product.forward(x, h, ops)
      let output = ops.tanh(z)
      return (output, Cache(xh: xh, output: output))
    }
  }

  mutating func backward(_ dh: Tensor<Float>, _ k: Cache, _ ops: TracedOperations) -> Tensor<Float> {
    ops.within("hidden state h") { product.backward(ops.tanhGrad(dh, k.output), k.xh, ops) }
  }

  func weightGradient(_ ops: TracedOperations) -> RecurrentWeights<Float> { product.gradient(ops) }
}
