/// A recurrent layer that reads a sequence piece by piece, as it comes, and carries its state from piece to piece.
///
///     var stream = try layer.stream(batchSize: 1)
///     let y0 = try stream.next(x0)                        // the first steps
///     let y1 = try stream.next(x1)                        // the steps after them
///
/// | Tensor       | Shape                                                                                   |
/// |--------------|-----------------------------------------------------------------------------------------|
/// | `next(x)`    | `[B, T, D]`, T ≥ 1 steps; one step is `[B, 1, D]`                                       |
/// | its output   | `[B, T, H]` with the layer's `returnSequences`, else the last step's, `[B, H]`          |
///
/// The outputs are those of the whole sequence in one piece, bit for bit. The weights are put into the order in which
/// the kernels read them once, when the stream begins: a step then reads them and copies nothing.
public struct RecurrentStream<Cell: RecurrentCell>: Sendable {
  public typealias Scalar = Cell.Scalar

  /// The state after the last step that was read; a new one begins another sequence.
  public var state: Cell.State {
    get { current }
    set { (current, rows) = (newValue, nil) }
  }
  private var current: Cell.State
  /// B of a state that a step has given, which need not be checked; nil for a state from outside.
  private var rows: Int?
  private let layer: Recurrent<Cell>
  private let packed: PackedWeights<Scalar>?

  fileprivate init(_ layer: Recurrent<Cell>, _ state: Cell.State) {
    self.layer = layer
    current = state
    packed = layer.cell.wholeSequence?.packed
  }

  /// Reads the next steps and returns their outputs.
  ///
  /// - Throws: `ShapeError` when `x` or the state does not fit.
  @_specialize(where Cell == LSTMCell<Float>)
  @_specialize(where Cell == GRUCell<Float>)
  @_specialize(where Cell == SimpleRNNCell<Float>)
  public mutating func next(_ x: Tensor<Scalar>) throws -> Tensor<Scalar> {
    try layer.check(x, x.shape.first == rows ? nil : current, nil)
    guard let packed, x.count > 0 else {
      let run = layer.stepByStep.run(x, current)
      current = run.state(after: x.shape[1] - 1)
      return layer.returnSequences ? run.outputs : run.lastOutput
    }
    let (B, T, H) = (x.shape[0], x.shape[1], packed.H)
    let states = current.tensors
    let input = SequenceInput(
      B: B, T: T, D: packed.D, H: H, x: x.scalars, h0: states[0].scalars,
      c0: states.count > 1 ? states[1].scalars : nil)
    func run(_ outputs: SequenceOutputs<Scalar>?) {
      let result = Scalar.kernels.inferSequence(packed, input, outputs: outputs)
      let h = Tensor(shape: [B, H], scalars: result.h)
      current = Cell.State(tensors: states.count > 1 ? [h, Tensor(shape: [B, H], scalars: result.c)] : [h])
      rows = B
    }
    guard layer.returnSequences else {
      run(nil)
      return current.tensors[0]
    }
    return Tensor(shape: [B, T, H]) { run(SequenceOutputs(start: $0, columns: H)) }
  }
}

extension Recurrent {
  /// The layer as a reader of steps that come one after the other, from `initialState` or from zeros.
  ///
  /// - Throws: ``StreamError`` when the layer goes backwards: it would need the end first.
  public func stream(batchSize B: Int, initialState: Cell.State? = nil) throws -> RecurrentStream<Cell> {
    guard !goBackwards else {
      throw StreamError()
    }
    return RecurrentStream(self, initialState ?? cell.zeroState(batchSize: B))
  }
}

/// A layer that cannot read steps as they come.
public struct StreamError: Error, Equatable, CustomStringConvertible {
  public let description =
    "stream of a recurrent layer: expected a layer that reads forwards, received one that goes backwards"
}
