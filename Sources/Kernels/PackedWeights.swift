/// A cell's weights in the order in which the steps of a forward pass read them.
///
/// Packing copies all weights. A run over one sequence packs its own; whoever runs one step at a time packs once, with
/// ``ScalarKernels/pack(_:_:D:H:)``, and runs from them.
public struct PackedWeights<Scalar: RealScalar>: Sendable {
  public let cell: SequenceCell
  public let D: Int
  public let H: Int
  /// Whether threads share units instead of rows.
  let sharesUnits: Bool
  /// Panels of `[K; b; R]`: for each vector of units, those of its sums.
  let panels: Panels<Scalar>
  /// Rows of H numbers, each padded with zeros to whole vectors.
  private let peepholeRows: AlignedMemory<Scalar>?

  var peepholes: UnsafePointer<Scalar>? { peepholeRows.map { UnsafePointer($0.start) } }

  init(_ cell: SequenceCell, _ weights: SequenceWeights<Scalar>, D: Int, H: Int) where Scalar: ElementaryScalar {
    let (layout, width) = (cell.kind.layout, Scalar.Vector.scalarCount)
    let (columns, sums) = (layout.gateCount * H, layout.forward.sums)
    precondition(weights.kernel.count == D * columns && weights.recurrentKernel.count == H * columns)
    (self.cell, self.D, self.H) = (cell, D, H)
    sharesUnits = weights.areShared(H: H)
    panels = Panels(
      count: (H + width - 1) / width * sums.count, steps: D + 1 + H, bundle: min(layout.forward.bundle, Tile.width)
    ) { index, panel, stride in
      let unit = index / sums.count * width
      let count = min(width, H - unit)
      let sum = sums[index % sums.count]
      let column = sum.gate * H + unit
      Pack.panel(
        of: weights.kernel, rowStride: columns, from: column, steps: D, columns: count, into: panel, stride: stride)
      Pack.panel(
        of: weights.recurrentKernel, rowStride: columns, from: column, steps: H, columns: count,
        into: panel + (D + 1) * stride, stride: stride)
      let bias = sum.biases == .recurrent ? nil : weights.bias
      let recurrentBias = sum.biases == .input ? nil : weights.recurrentBias
      (panel + D * stride).store(Self.vector(of: bias, column, count) + Self.vector(of: recurrentBias, column, count))
    }
    peepholeRows = weights.peepholes.map { Self.padded($0, H: H, to: roundedUp(H, to: width)) }
  }

  /// Some numbers of a bias, and zeros behind them; zeros where there is no bias.
  @inline(__always)
  private static func vector(of bias: [Scalar]?, _ first: Int, _ count: Int) -> Scalar.Vector
  where Scalar: ElementaryScalar {
    let mask = Pack.mask(count, Scalar.self)
    return bias?.withUnsafeBufferPointer { Pack.vector(of: $0, from: first, count: count, mask) } ?? Scalar.Vector()
  }

  /// Rows of H numbers, each with zeros behind it.
  static func padded(_ rows: [Scalar], H: Int, to paddedH: Int) -> AlignedMemory<Scalar> {
    let count = H > 0 ? rows.count / H : 0
    let memory = AlignedMemory<Scalar>(count: count * paddedH)
    for row in 0..<count {
      fill(memory.start + row * paddedH, from: rows, row: row, count: H, padding: paddedH - H)
    }
    return memory
  }
}

/// Copies row `row` of a matrix of `count` columns, or zeros if there is none, and zeros behind it.
func fill<Scalar: RealScalar>(
  _ target: UnsafeMutablePointer<Scalar>, from source: [Scalar]?, row: Int, count: Int, padding: Int
) {
  target.update(repeating: 0, count: count + padding)
  source?.withUnsafeBufferPointer { source in
    if let source = source.baseAddress { target.update(from: source + row * count, count: count) }
  }
}
