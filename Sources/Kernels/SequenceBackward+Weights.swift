// The gradients of a sequence's weights: products over all samples and steps at once.

extension SequenceBackward {
  /// `[x, 1, h]ᵀ·dz`: the gradients of K, of the biases and of R.
  func weightGradients() -> SequenceWeights<Scalar> {
    let (D, H) = (record.D, record.H)
    let (kernelGates, recurrentGates) = (parts.kernelGates, parts.recurrentGates)
    let inputs = record.inputs(0, 0)
    switch record.kind {
    case .simpleRNN, .lstm:
      let sum = product(inputs, record.inputStride, rows: D + 1 + H, block: 0, gates: kernelGates)
      let bias = matrix(rows: 1, [(sum, D)])
      return SequenceWeights(
        kernel: matrix(rows: D, [(sum, 0)]), recurrentKernel: matrix(rows: H, [(sum, D + 1)]), bias: bias,
        recurrentBias: bias)
    case .gru(resetAfter: true):
      let sum = product(inputs, record.inputStride, rows: D + 1, block: 0, gates: kernelGates)
      let recurrentSum = product(inputs + D, record.inputStride, rows: 1 + H, block: 1, gates: recurrentGates)
      return SequenceWeights(
        kernel: matrix(rows: D, [(sum, 0)]), recurrentKernel: matrix(rows: H, [(recurrentSum, 1)]),
        bias: matrix(rows: 1, [(sum, D)]), recurrentBias: matrix(rows: 1, [(recurrentSum, 0)]))
    case .gru(resetAfter: false):
      let sum = product(inputs, record.inputStride, rows: D + 1, block: 0, gates: kernelGates)
      let gateSum = product(inputs + D + 1, record.inputStride, rows: H, block: 1, gates: recurrentGates)
      let resets = record.gates(0, 0) + 3 * record.paddedH
      let candidateSum = product(resets, record.gatesStride, rows: H, block: 0, gates: [2])
      let bias = matrix(rows: 1, [(sum, D)])
      return SequenceWeights(
        kernel: matrix(rows: D, [(sum, 0)]), recurrentKernel: matrix(rows: H, [(gateSum, 0), (candidateSum, 0)]),
        bias: bias, recurrentBias: bias)
    }
  }

  /// The product of the transpose of `[T·B, rows]` at `a` with the blocks of `dz` from `block` on, which are those of `gates`.
  private func product(
    _ a: UnsafePointer<Scalar>, _ stride: Int, rows: Int, block: Int, gates: [Int]
  ) -> PaddedGradient<Scalar> {
    let sum = PaddedGradient<Scalar>(rows: rows, gates: gates, paddedH: record.paddedH)
    PackedProduct(
      a: StridedMatrix(a, stride: stride, isTransposed: true), b: .panels(panels(block: block)), c: sum.memory.start,
      ldc: sum.stride, m: rows, n: sum.stride, k: record.T * record.B, accumulate: false
    ).run()
    return sum
  }

  /// A matrix of weights from those rows of the given sums that begin at a row, gates in the order of the weights.
  private func matrix(rows: Int, _ sums: [(sum: PaddedGradient<Scalar>, firstRow: Int)]) -> [Scalar] {
    let columns = record.kind.gateCount * record.H
    return [Scalar](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      count = rows * columns
      guard let start = buffer.baseAddress else { return }
      for (sum, firstRow) in sums {
        for row in 0..<rows { sum.copy(row: firstRow + row, H: record.H, to: start + row * columns) }
      }
    }
  }
}

/// The gradient of some gates' weights, `[rows, gates · paddedH]`.
private struct PaddedGradient<Scalar: VectorScalar> {
  let memory: AlignedMemory<Scalar>
  let gates: [Int]
  let paddedH: Int

  init(rows: Int, gates: [Int], paddedH: Int) {
    (self.gates, self.paddedH) = (gates, paddedH)
    memory = AlignedMemory(count: rows * gates.count * paddedH)
  }

  var stride: Int { gates.count * paddedH }

  /// Copies a row without its padding, each gate to its place.
  func copy(row: Int, H: Int, to target: UnsafeMutablePointer<Scalar>) {
    for (block, gate) in gates.enumerated() {
      (target + gate * H).update(from: memory.start + row * stride + block * paddedH, count: H)
    }
  }
}
