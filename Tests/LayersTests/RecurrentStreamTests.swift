import Support
import Testing

@testable import Layers

@Suite struct RecurrentStreamTests {
  /// Pieces of a sequence have the bits of the whole, whatever computes the cell.
  @Test(arguments: SampleCell.all) func piecesAreTheWhole(_ sample: SampleCell) throws {
    var generator = RandomGenerator(seed: 31)
    let cell = try sample.cell(using: &generator)
    let x = Tensor<Double>.uniform([2, 7, 3], -0.9, 0.9, using: &generator)
    try check(cell, x)
  }

  private func check<Cell: RecurrentCell<Double>>(_ cell: Cell, _ x: Tensor<Double>) throws {
    let layer = Recurrent(cell, returnSequences: true)
    let whole = try layer.run(x)
    var stream = try layer.stream(batchSize: 2)
    var outputs: [Tensor<Double>] = []
    for (first, count) in [(0, 1), (1, 1), (2, 3), (5, 2)] {
      let y = try stream.next(x.steps(first..<first + count))
      outputs += (0..<count).map { y.step($0) }
      expectEqual(stream.state, whole.states[first + count - 1])
    }
    expectEqual(.sequence(outputs, batchSize: 2, features: cell.outputSize), whole.outputs)
    var ofLast = try Recurrent(cell).stream(batchSize: 2, initialState: whole.states[2])
    try expectEqual(ofLast.next(x.steps(3..<7)), whole.lastOutput)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let layer = LSTM(LSTMCell<Float>(inputSize: 3, units: 5), goBackwards: true)
    #expect(throws: StreamError()) { try layer.stream(batchSize: 1) }
    var stream = try LSTM(LSTMCell<Float>(inputSize: 3, units: 5)).stream(batchSize: 1)
    #expect(throws: ShapeError.self) { try stream.next(.zeros([1, 1, 4])) }
    #expect(throws: ShapeError.self) { try stream.next(.zeros([2, 1, 3])) }
  }

  /// After a step of its own as at first; and a state from outside is checked again.
  @Test func laterStepsAreCheckedToo() throws {
    var stream = try LSTM(LSTMCell<Float>(inputSize: 3, units: 5)).stream(batchSize: 2)
    _ = try stream.next(.zeros([2, 1, 3]))
    #expect(throws: ShapeError.self) { try stream.next(.zeros([1, 1, 3])) }
    #expect(throws: ShapeError.self) { try stream.next(.zeros([2, 0, 3])) }
    stream.state = LSTMState(h: .zeros([2, 5]), c: .zeros([2, 4]))
    #expect(throws: ShapeError.self) { try stream.next(.zeros([2, 1, 3])) }
  }
}
