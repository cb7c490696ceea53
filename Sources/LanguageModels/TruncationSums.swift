import Training

/// One sequence whole and in blocks with the state carried: the same outputs, and how far the blocks' gradients, added
/// up, are from the gradient of the whole.
///
/// The loss is Σ g ⊙ h over all outputs h, with a given g for each.
public struct TruncationSums<Cell: RecurrentCell>: Sendable where Cell.Scalar == Double {
  public typealias Named = [(name: String, tensor: Tensor<Double>)]

  /// The gradients of the weights.
  public let whole, blocks: Named
  public let lossOfWhole: Double
  public let lossOfBlocks: [Double]
  /// Norms over all weights together.
  public let normOfWhole, normOfBlocks, normOfDifference: Double
  /// The cosine of the angle between the two gradients.
  public let cosine: Double
  public let largestDifferenceOfOutputs: Double
  /// The same sum when every block also gets the gradient of the state in which it ends, from the block after it.
  public let largestDifferenceWhenHandedBack: Double

  /// - Parameters:
  ///   - x: `[B, T, D]`.
  ///   - g: `[B, T, H]`.
  ///   - lengths: of the blocks; they add up to T.
  /// - Throws: `ShapeError` when the tensors do not fit.
  public init(_ cell: Cell, x: Tensor<Double>, from start: Cell.State, g: Tensor<Double>, blocks lengths: [Int]) throws
  {
    let layer = Recurrent(cell, returnSequences: true)
    let run = try layer.run(x, initialState: start)
    let gradient = try layer.backward(outputs: g, run: run)
    var (runs, places, state, first) = ([SequenceRun<Cell>](), [Range<Int>](), start, 0)
    for length in lengths {
      places.append(first..<first + length)
      runs.append(try layer.run(x.steps(first..<first + length), initialState: state))
      state = runs[runs.count - 1].finalState
      first += length
    }
    var (cut, handed, ending) = (cell.parameters.zeros, cell.parameters.zeros, Cell.State?.none)
    for (run, place) in zip(runs, places).reversed() {
      cut.add(try layer.backward(outputs: g.steps(place), run: run).parameters)
      let back = try layer.backward(outputs: g.steps(place), finalState: ending, run: run)
      handed.add(back.parameters)
      ending = back.initialState
    }
    (whole, blocks) = (gradient.parameters.named, cut.named)
    func loss(_ h: Tensor<Double>, _ g: Tensor<Double>) -> Double { dot(h.scalars, g.scalars) }
    lossOfWhole = loss(run.outputs, g)
    lossOfBlocks = zip(runs, places).map { loss($0.outputs, g.steps($1)) }
    let (a, b) = (whole.flatMap(\.tensor.scalars), blocks.flatMap(\.tensor.scalars))
    (normOfWhole, normOfBlocks) = (dot(a, a).squareRoot(), dot(b, b).squareRoot())
    let difference = zip(a, b).map { $0 - $1 }
    normOfDifference = dot(difference, difference).squareRoot()
    cosine = dot(a, b) / normOfWhole / normOfBlocks
    largestDifferenceOfOutputs =
      zip(runs, places).map {
        $0.outputs.largestDifference(from: run.outputs.steps($1))
      }.max() ?? 0
    largestDifferenceWhenHandedBack =
      zip(handed.named, whole).map { $0.tensor.largestDifference(from: $1.tensor) }.max() ?? 0
  }
}
