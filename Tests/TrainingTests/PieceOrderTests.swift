import PrintedNumbers
import Support
import Testing

@testable import Training

/// Pieces of sequences in right and wrong orders.
@Suite struct PieceOrderTests {
  private func text(_ order: PieceOrder) -> String {
    (0..<order.batchCount).map { batch in
      (order.isReset(before: batch) ? "| " : "· ")
        + order.rows(of: batch).map { "\(["a", "b", "c", "d"][$0.sequence])\($0.piece)" }.joined(separator: " ")
    }.joined(separator: " ")
  }

  @Test func theOrdersOfTheTable() throws {
    expectEqual(
      text(try .aligned(sequences: 4, pieces: 3, batchSize: 2)), "| a0 b0 · a1 b1 · a2 b2 | c0 d0 · c1 d1 · c2 d2")
    expectEqual(
      text(try .sequenceBySequence(sequences: 4, pieces: 3, batchSize: 2)),
      "| a0 a1 · a2 b0 · b1 b2 | c0 c1 · c2 d0 · d1 d2")
    expectEqual(
      text(try .pieceByPiece(sequences: 4, pieces: 3, batchSize: 2)), "| a0 b0 · c0 d0 · a1 b1 | c1 d1 · a2 b2 · c2 d2")
  }

  @Test func placesAreThoseOfTheCutSequences() throws {
    let order = try PieceOrder.aligned(sequences: 4, pieces: 3, batchSize: 2)
    expectEqual((0..<6).map { Array(order.places(of: $0)) }, [[0, 3], [1, 4], [2, 5], [6, 9], [7, 10], [8, 11]])
    let x = Tensor<Double>(shape: [4, 6, 1], scalars: (0..<24).map(Double.init))
    let pieces = try x.pieces(of: 2)
    expect(pieces.shape == [12, 2, 1] && pieces.batch(order.places(of: 4)).scalars == [14, 15, 20, 21])
  }

  @Test func oneRowABatchNeedsNoOrder() throws {
    let order = try PieceOrder.sequenceBySequence(sequences: 3, pieces: 4, batchSize: 1)
    expect(order == (try .aligned(sequences: 3, pieces: 4, batchSize: 1)))
    expectEqual(order.rowsInPlace, [Bool](repeating: true, count: 12))
  }

  @Test func shufflingKeepsTheRows() throws {
    var generator = RandomGenerator(seed: 3)
    let order = try PieceOrder.aligned(sequences: 4, pieces: 3, batchSize: 2)
    let shuffled = order.shuffled(using: &generator)
    expect(shuffled != order && Set(shuffled.rows) == Set(order.rows) && shuffled.rows.count == 12)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    #expect(throws: ShapeError.self) { try PieceOrder.aligned(sequences: 5, pieces: 1, batchSize: 2) }
    #expect(throws: ShapeError.self) { try PieceOrder(rows: [], pieces: 1, batchSize: 1, resetEvery: nil) }
    let row = PieceOrder.Row(sequence: 0, piece: 3)
    #expect(throws: ShapeError.self) { try PieceOrder(rows: [row], pieces: 3, batchSize: 1, resetEvery: nil) }
    #expect(throws: ShapeError.self) { try PieceOrder(rows: [row], pieces: 4, batchSize: 1, resetEvery: 0) }
    #expect(throws: ShapeError.self) { try Tensor<Float>.zeros([2, 7, 1]).pieces(of: 2) }
    let order = try PieceOrder.aligned(sequences: 2, pieces: 3, batchSize: 2)
    let head = TimeDistributed(Dense<Double>(inputSize: 3, units: 1, activation: .linear))
    var training = TruncatedTraining(
      SequenceModel(LSTMCell<Double>(inputSize: 2, units: 3), head: head), optimizer: SGD())
    let loss: Loss<Double, Tensor<Double>> = { try meanSquaredError($0, $1, mask: $2) }
    #expect(throws: ShapeError.self) {
      try training.train(.zeros([5, 2, 2]), .zeros([5, 2, 1]), loss: loss, order: order)
    }
    #expect(throws: ShapeError.self) {
      try training.train(.zeros([6, 2, 2]), .zeros([6, 3, 1]), loss: loss, order: order)
    }
  }
}

/// The orders and trainings that real Keras ran: `golden/lessons/stateful_alignment.json`.
@Suite struct StatefulAlignmentTests {
  private let stored: LessonNumbers
  private let bound: (absolute: Double, relative: Double)
  private let x: Tensor<Double>
  private let cell: LSTMCell<Double>
  /// Sequences, pieces of each, steps of a piece, sequences of a batch.
  private let N, pieces, length, B: Int

  init() throws {
    stored = try #require(try LessonNumbers.load("stateful_alignment"))
    bound = try stored.tolerance()
    let given = stored["alignment"]
    x = try given["x"].tensor()
    func size(_ name: String) throws -> Int { Int(try given["sizes"][name].number()) }
    (N, length, B) = (try size("sequences"), try size("steps_of_a_piece"), try size("batch"))
    pieces = try size("steps") / length
    cell = try LSTMCell(
      parameters: RecurrentWeights(
        kernel: try given["weights"]["kernel"].tensor(),
        recurrentKernel: try given["weights"]["recurrent_kernel"].tensor(),
        bias: try given["weights"]["bias"].tensor()))
  }

  private func order(_ stored: LessonNumbers) throws -> PieceOrder {
    let numbers = try stored["rows"].numbers().map { Int($0) }
    let every = Int(try stored["reset_every_batches"].number())
    let rows = stride(from: 0, to: numbers.count, by: 2).map {
      PieceOrder.Row(sequence: numbers[$0], piece: numbers[$0 + 1])
    }
    return try PieceOrder(rows: rows, pieces: pieces, batchSize: B, resetEvery: every == 0 ? nil : every)
  }

  private func expectNear(_ found: [Double], _ expected: [Double], _ what: String) {
    expectEqual(found.count, expected.count)
    for (a, b) in zip(found, expected) { expect(abs(a - b) <= bound.absolute + bound.relative * abs(b), "\(what)") }
  }

  @Test func outputsOfRightAndWrongOrders() throws {
    // The head gives what it gets.
    let H = cell.outputSize
    let identity = Tensor<Double>((0..<H).map { row in (0..<H).map { row == $0 ? 1 : 0 } })
    let head = TimeDistributed(try Dense(kernel: identity, bias: nil, activation: .linear))
    let model = SequenceModel(cell, head: head)
    let ways = try stored["alignment"]["arrangements"].list()
    expectEqual(ways.count, 5)
    for way in ways {
      let order = try order(way)
      let outputs = try model.outputs(try x.pieces(of: length), order: order)
      let name = try way["name"].text()
      expectNear(outputs.flatMap(\.scalars), try way["outputs"].tensor().scalars, name)
      expectEqual(order.rowsInPlace.count { $0 }, Int(try way["rows_that_agree"].number()), "\(name)")
    }
    try expectEqual(order(ways[0]), PieceOrder.aligned(sequences: N, pieces: pieces, batchSize: B))
    try expectEqual(order(ways[2]), PieceOrder.sequenceBySequence(sequences: N, pieces: pieces, batchSize: B))
    try expectEqual(order(ways[3]), PieceOrder.pieceByPiece(sequences: N, pieces: pieces, batchSize: B))
  }

  @Test func trainingInRightAndWrongOrders() throws {
    let training = stored["training"]
    let y = try training["y"].tensor()
    for run in try training["runs"].list() {
      let head = TimeDistributed(
        try Dense(
          kernel: try training["dense"]["kernel"].tensor(), bias: try training["dense"]["bias"].tensor(),
          activation: .linear))
      var own = TruncatedTraining(
        SequenceModel(cell, head: head), optimizer: SGD(learningRate: try training["learning_rate"].number()))
      let (order, isStateful) = (try order(run), try run["stateful"].flag())
      var losses: [Double] = []
      for _ in 0..<Int(try training["epochs"].number()) {
        losses += try own.train(
          try x.pieces(of: length), try y.pieces(of: length), loss: { try meanSquaredError($0, $1, mask: $2) },
          order: order,
          keepsState: isStateful)
      }
      let name = try run["name"].text()
      expectNear(losses, try run["loss_per_batch"].numbers(), name)
      let names = ["kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias"]
      for (weight, tensor) in zip(names, own.model.parameters.named.map(\.tensor)) {
        expectNear(tensor.scalars, try run["final_weights"][weight].tensor().scalars, "\(name) \(weight)")
      }
    }
  }
}
