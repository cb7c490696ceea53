// The gradients of a sequence's weights: products over all samples and steps at once.

extension SequenceBackward {
  /// `[x, 1, h]ᵀ·dz`: the gradients of K, of the biases and of R.
  func weightGradients() -> SequenceWeights<Scalar> {
    let (D, H) = (workspace.D, workspace.H)
    let x = Factor(start: { $0.inputStart }, stride: workspace.inputStride)
    // Where K and R meet the same blocks, one product serves all.
    if layout.kernelGates == layout.recurrentGates {
      let sum = product(x, rows: D + 1 + H, block: 0, gates: layout.kernelGates)
      let bias = matrix(rows: 1, [(sum, D)])
      return SequenceWeights(
        kernel: matrix(rows: D, [(sum, 0)]), recurrentKernel: matrix(rows: H, [(sum, D + 1)]), bias: bias,
        recurrentBias: bias, peepholes: weights.peepholes.map { _ in peepholeGradients() })
    }
    let sum = product(x, rows: D + 1, block: 0, gates: layout.kernelGates)
    // The rows of `[1, h]`, or those of h alone.
    let biasRows = layout.separatesBiases ? 1 : 0
    let recurrentSum = product(
      x.dropping(D + 1 - biasRows), rows: biasRows + H, block: layout.firstRecurrent, gates: layout.recurrentGates)
    var recurrent = [(sum: recurrentSum, firstRow: biasRows)]
    if let gated = layout.gatedProduct {
      let states = Factor(
        start: { $0.gatesStart + gated.storedBlock * $0.paddedH }, stride: workspace.gatesStride)
      recurrent.append((product(states, rows: H, block: gated.gradientBlock, gates: [gated.gate]), 0))
    }
    let bias = matrix(rows: 1, [(sum, D)])
    return SequenceWeights(
      kernel: matrix(rows: D, [(sum, 0)]), recurrentKernel: matrix(rows: H, recurrent), bias: bias,
      recurrentBias: layout.separatesBiases ? matrix(rows: 1, [(recurrentSum, 0)]) : bias)
  }

  /// The other factor of the products with `dz`: `[T·rows, …]` of each block of samples, from its first step on.
  private struct Factor {
    var start: (_ first: StepPlaces<Scalar>) -> UnsafeMutablePointer<Scalar>
    var stride: Int

    /// Without its first columns.
    func dropping(_ columns: Int) -> Factor {
      Factor(start: { start($0) + columns }, stride: stride)
    }
  }

  /// The product of the transpose of `a` with the blocks of `dz` from `block` on, which are those of `gates`; `rows`
  /// columns of `a`.
  private func product(_ a: Factor, rows: Int, block firstBlock: Int, gates: [Int]) -> PaddedGradient<Scalar> {
    let samples = workspace.blocks
    let sum = PaddedGradient<Scalar>(rows: rows, gates: gates, paddedH: workspace.paddedH, count: samples.count)
    /// Those of one block of samples, one product for each block of gates.
    func products(_ index: Int) -> [PackedProduct<Scalar>] {
      let block = workspace.blocks[index]
      let (start, steps) = (a.start(workspace.places(block, 0)), workspace.gradientRows(block))
      return gates.indices.map { gate in
        PackedProduct(
          a: StridedMatrix(start, stride: a.stride, isTransposed: true),
          b: .panels(panels(of: block, gates: firstBlock + gate)), c: sum.start(index) + gate * workspace.paddedH,
          ldc: sum.stride, m: rows, n: workspace.paddedH, k: steps, accumulate: false)
      }
    }
    // A thread reads what it has written itself, if that gives all threads the same work.
    if samples.count.isMultiple(of: Threads.count) {
      Threads.share(samples.count, unit: 1, work: rows * sum.stride * workspace.steps * workspace.B) { indices in
        for index in indices { for product in products(index) { product.runAlone() } }
      }
    } else {
      // Bundles of all gates, so that the threads' parts are about equal.
      let width = Tile.width * Scalar.Vector.scalarCount
      let bundles = (workspace.paddedH + width - 1) / width
      for index in 0..<samples.count {
        let products = products(index)
        Threads.share(gates.count * bundles, unit: 1, work: rows * sum.stride * workspace.gradientRows(samples[index]))
        {
          for gate in gates.indices {
            let own = $0.clamped(to: gate * bundles..<(gate + 1) * bundles)
            if !own.isEmpty {
              let first = (own.lowerBound - gate * bundles) * width
              products[gate].columns(first..<min(first + own.count * width, workspace.paddedH)).runAlone()
            }
          }
        }
      }
    }
    return sum
  }

  /// `Σ dz ⊙ c` of each gate with a peephole, `[3, H]`: over the steps and rows of each block, then over the blocks.
  private func peepholeGradients() -> [Scalar] {
    let (H, padded, samples) = (workspace.H, workspace.paddedH, workspace.blocks)
    let size = layout.peepholes.count * padded
    let sums = AlignedMemory<Scalar>(count: samples.count * size)
    Threads.share(samples.count, unit: 1, work: 16 * workspace.steps * workspace.B * size) { indices in
      for index in indices {
        for (row, peephole) in layout.peepholes.enumerated() {
          for unit in stride(from: 0, to: padded, by: width) {
            let sum = gradient(of: peephole, samples[index], unit)
            (sums.start + index * size + row * padded + unit).store(sum)
          }
        }
      }
    }
    var total = [Scalar](repeating: 0, count: layout.peepholes.count * H)
    for index in 0..<samples.count {
      for row in layout.peepholes.indices {
        for unit in 0..<H { total[row * H + unit] += sums.start[index * size + row * padded + unit] }
      }
    }
    return total
  }

  private func gradient(of peephole: Peephole, _ block: RowBlock, _ unit: Int) -> Scalar.Vector {
    var sum = Scalar.Vector()
    for t in 0..<workspace.steps {
      let places = workspace.places(block, t)
      for b in workspace.running(block.rows, t) {
        let c: Scalar.Vector = ((peephole.seesNext ? places.nextCell(b) : places.cell(b)) + unit).vector()
        sum = sum.addingProduct(gradient(block, gates: peephole.gradientBlock, t, b, unit), c)
      }
    }
    return sum
  }

  /// A matrix of weights from those rows of the given sums that begin at a row, gates in the order of the weights.
  private func matrix(rows: Int, _ sums: [(sum: PaddedGradient<Scalar>, firstRow: Int)]) -> [Scalar] {
    let columns = workspace.gateCount * workspace.H
    return [Scalar](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      count = rows * columns
      guard let start = buffer.baseAddress else { return }
      // Copying a number takes about as long as 16 multiply-adds.
      Threads.share(rows, unit: 1, work: 16 * rows * columns) { part in
        for (sum, firstRow) in sums {
          for row in part { sum.copy(row: firstRow + row, H: workspace.H, to: start + row * columns) }
        }
      }
    }
  }
}

/// The gradient of some gates' weights, `[rows, gates · paddedH]`, as the sum of some parts.
private struct PaddedGradient<Scalar: VectorScalar> {
  private let memory: AlignedMemory<Scalar>
  private let rows: Int
  private let gates: [Int]
  private let paddedH: Int
  private let count: Int

  init(rows: Int, gates: [Int], paddedH: Int, count: Int) {
    (self.rows, self.gates, self.paddedH, self.count) = (rows, gates, paddedH, count)
    memory = AlignedMemory(count: count * rows * gates.count * paddedH)
  }

  var stride: Int { gates.count * paddedH }

  /// Where a part begins.
  func start(_ part: Int) -> UnsafeMutablePointer<Scalar> { memory.start + part * rows * stride }

  /// Writes the sum of a row without its padding, each gate to its place.
  func copy(row: Int, H: Int, to target: UnsafeMutablePointer<Scalar>) {
    for (block, gate) in gates.enumerated() {
      let target = target + gate * H
      let offset = row * stride + block * paddedH
      target.update(from: start(0) + offset, count: H)
      for part in 1..<max(count, 1) {
        let source = start(part) + offset
        for unit in 0..<H { target[unit] += source[unit] }
      }
    }
  }
}
