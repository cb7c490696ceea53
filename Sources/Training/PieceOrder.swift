/// In which order pieces of long sequences are fed to a layer that keeps its state from batch to batch.
///
/// N sequences of T steps are cut into P pieces of L = T / P steps. A batch has B rows. The state in which row i of a
/// batch ends is the one with which row i of the next batch begins, whatever stands in that row; before the batches 0,
/// k, 2k, … (`resetEvery` k) it is zero. So a row is right only where it goes on with the sequence that stood in the
/// same row of the batch before.
///
/// | Order, N = 4 sequences a b c d, P = 3, B = 2 | Batches of rows                                        |
/// |-----------------------------------------------|--------------------------------------------------------|
/// | `aligned`, the right one                      | a0 b0 · a1 b1 · a2 b2, zero, c0 d0 · c1 d1 · c2 d2      |
/// | `sequenceBySequence`, a plain reshape         | a0 a1 · a2 b0 · b1 b2, zero, c0 c1 · c2 d0 · d1 d2      |
/// | `pieceByPiece`, all first pieces first        | a0 b0 · c0 d0 · a1 b1, zero, c1 d1 · a2 b2 · c2 d2      |
///
/// No layer can see which order it is fed: shapes and numbers of rows are the same.
///
/// Source: A. Huet, "RNN with Keras", companion code, file 4, `stateful_cut`; Keras, `stateful=True`.
public struct PieceOrder: Equatable, Sendable {
  /// Piece `piece` of sequence `sequence`, both counted from 0.
  public struct Row: Hashable, Sendable {
    public var sequence, piece: Int

    public init(sequence: Int, piece: Int) { (self.sequence, self.piece) = (sequence, piece) }
  }

  /// P, the pieces of a sequence.
  public let pieces: Int
  /// B, the rows of a batch.
  public let batchSize: Int
  /// All rows in the order in which they are fed, batch after batch.
  public private(set) var rows: [Row]
  /// After how many batches the state is zero again; nil: it never is, and the state of an earlier pass goes on, too.
  public var resetEvery: Int?

  /// - Throws: `ShapeError` when the rows do not fill batches of B, or a piece is none of 0 … P−1.
  public init(rows: [Row], pieces P: Int, batchSize B: Int, resetEvery: Int?) throws {
    guard B > 0, !rows.isEmpty, rows.count % B == 0 else {
      throw ShapeError("rows of a stateful layer", expected: "[a multiple of \(B)]", received: [rows.count])
    }
    guard rows.allSatisfy({ (0..<P).contains($0.piece) && $0.sequence >= 0 }) else {
      throw ShapeError("pieces of a sequence", expected: "0 … \(P - 1)", received: rows.map(\.piece))
    }
    guard resetEvery ?? 1 > 0 else {
      throw ShapeError("batches between two resets", expected: "at least 1", received: [resetEvery ?? 0])
    }
    (self.rows, pieces, batchSize, self.resetEvery) = (rows, P, B, resetEvery)
  }

  /// B sequences at a time: their first pieces, their second ones, …; then the state is zero for the next B.
  ///
  /// - Throws: `ShapeError` when N is no multiple of B.
  public static func aligned(sequences N: Int, pieces P: Int, batchSize B: Int) throws -> PieceOrder {
    let groups = stride(from: 0, to: N, by: max(B, 1)).map { $0..<min($0 + B, N) }
    let rows = groups.flatMap { group in
      (0..<P).flatMap { piece in group.map { Row(sequence: $0, piece: piece) } }
    }
    return try PieceOrder(rows: rows, pieces: P, batchSize: B, resetEvery: P)
  }

  /// All pieces of the first sequence, all of the second, …: what reshaping `[N, T, D]` to `[N·P, L, D]` gives. Wrong
  /// for more than one row a batch.
  public static func sequenceBySequence(sequences N: Int, pieces P: Int, batchSize B: Int) throws -> PieceOrder {
    let rows = (0..<N).flatMap { sequence in (0..<P).map { Row(sequence: sequence, piece: $0) } }
    return try PieceOrder(rows: rows, pieces: P, batchSize: B, resetEvery: P)
  }

  /// The first pieces of all sequences, their second ones, …. Wrong where there are more sequences than rows.
  public static func pieceByPiece(sequences N: Int, pieces P: Int, batchSize B: Int) throws -> PieceOrder {
    let rows = (0..<P).flatMap { piece in (0..<N).map { Row(sequence: $0, piece: piece) } }
    return try PieceOrder(rows: rows, pieces: P, batchSize: B, resetEvery: P)
  }

  /// The same rows in an order that is drawn: what `fit` does to them unless it is told not to.
  public func shuffled(using generator: inout RandomGenerator) -> PieceOrder {
    var order = self
    order.rows = generator.permutation(rows.count).map { rows[$0] }
    return order
  }

  /// How many batches there are.
  public var batchCount: Int { rows.count / batchSize }

  /// The rows of a batch.
  public func rows(of batch: Int) -> ArraySlice<Row> { rows[batch * batchSize..<(batch + 1) * batchSize] }

  /// The places of a batch's rows in `[N·P, L, D]`, the sequences cut into pieces one after the other.
  public func places(of batch: Int) -> ArraySlice<Int> {
    ArraySlice(rows(of: batch).map { $0.sequence * pieces + $0.piece })
  }

  /// Whether a batch begins with a state of zero; without resets only the first batch of the first pass does.
  public func isReset(before batch: Int) -> Bool { resetEvery.map { batch % $0 == 0 } ?? (batch == 0) }

  /// Which rows begin with the state that belongs to them: zero for a first piece, else the one in which the piece
  /// before ended.
  public var rowsInPlace: [Bool] {
    var result: [Bool] = []
    for (place, row) in rows.enumerated() {
      let (batch, before) = (place / batchSize, place - batchSize)
      if isReset(before: batch) {
        result.append(row.piece == 0)
      } else {
        let left = rows[before]
        result.append(result[before] && left.sequence == row.sequence && left.piece + 1 == row.piece)
      }
    }
    return result
  }
}

extension Tensor {
  /// Sequences `[N, T, D]` cut into pieces of L steps, one after the other: `[N·T/L, L, D]`.
  ///
  /// - Throws: `ShapeError` when L does not divide T.
  public func pieces(of L: Int) throws -> Tensor {
    guard rank == 3, L > 0, shape[1] % L == 0 else {
      throw ShapeError("sequences to cut", expected: "[N, a multiple of \(L), D]", received: shape)
    }
    return reshaped([shape[0] * (shape[1] / L), L, shape[2]])
  }
}

extension TruncatedTraining {
  /// One pass over pieces in their order, an update a batch. The state is kept from batch to batch, and zero where the
  /// order says so; the gradient stops at the beginning of each piece.
  ///
  /// | Tensor   | Shape                                                        |
  /// |----------|--------------------------------------------------------------|
  /// | `x`      | `[N·P, L, D]`, the pieces of sequence 0, of sequence 1, …    |
  /// | `target` | the same with C, or a label for every step                   |
  ///
  /// - Parameter keepsState: without it every piece begins with a state of zero.
  /// - Returns: the loss of each batch, before its update.
  /// - Throws: `ShapeError` when shapes do not fit.
  public mutating func train<Target: StepTargets>(
    _ x: Tensor<Scalar>, _ target: Target, loss: Loss<Scalar, Target>, order: PieceOrder, keepsState: Bool = true
  ) throws -> [Double] where Target.Batch == Target {
    try order.check(x, target)
    return try (0..<order.batchCount).map { batch in
      if !keepsState || order.resetEvery != nil && order.isReset(before: batch) { state = nil }
      let places = order.places(of: batch)
      let piece = try model.gradient(x.batch(places), target.batch(places), from: state, loss: loss)
      try optimizer.step(&model.parameters, gradient: piece.gradient, state: &optimizerState)
      state = piece.state
      return piece.loss
    }
  }
}

extension SequenceModel {
  /// The outputs `[B, L, C]` of each batch of pieces, the state kept from batch to batch and zero where the order says
  /// so; `x` is `[N·P, L, D]`.
  ///
  /// - Throws: `ShapeError` when shapes do not fit.
  public func outputs(_ x: Tensor<Scalar>, order: PieceOrder, keepsState: Bool = true) throws -> [Tensor<Scalar>] {
    var state: Cell.State?
    return try (0..<order.batchCount).map { batch in
      if !keepsState || order.isReset(before: batch) { state = nil }
      let run = try recurrent.run(x.batch(order.places(of: batch)), initialState: state)
      state = run.finalState
      return try head.predict(run.outputs, mask: nil).output
    }
  }
}

extension PieceOrder {
  /// - Throws: `ShapeError` when there are not as many pieces as the order has places, or other targets than inputs.
  fileprivate func check(_ x: Tensor<some RealScalar>, _ target: some StepTargets) throws {
    guard x.rank == 3, let last = rows.map({ $0.sequence * pieces + $0.piece }).max(), last < x.shape[0] else {
      throw ShapeError("pieces to feed", expected: "[N · \(pieces), L, D]", received: x.shape)
    }
    guard target.sampleCount == x.shape[0], target.stepCount == x.shape[1] else {
      throw ShapeError(
        "targets of pieces", expected: "[\(x.shape[0]), \(x.shape[1]), …]",
        received: [target.sampleCount, target.stepCount])
    }
  }
}
