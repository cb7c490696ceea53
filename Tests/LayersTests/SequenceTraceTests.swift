import Support
import Testing

@testable import Layers

/// Values of steps and their gradients: they are those that the outputs and the weights' gradients are made of.
@Suite struct SequenceTraceTests {
  private var generator = RandomGenerator(seed: 5)

  private mutating func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -1, 1, using: &generator) }

  /// B = 2, T = 5, D = 3, H = 4. The gradient of a bias is the sum of the gradients of its gate's sums, and h is the
  /// output.
  private mutating func check<Cell: StandardCell<Double>>(_ cell: Cell) throws {
    let sums = Cell.kind.gates.map { "pre_\($0)" }
    for goBackwards in [false, true] {
      let layer = Recurrent(cell, returnSequences: true, goBackwards: goBackwards)
      let x = tensor(2, 5, 3)
      let dy = tensor(2, 5, cell.outputSize)
      let initial = Cell.State(tensors: cell.zeroState(batchSize: 2).tensors.map { tensor(2, $0.columns) })
      let final = Cell.State(tensors: cell.zeroState(batchSize: 2).tensors.map { tensor(2, $0.columns) })
      let trace = try layer.trace(x, initialState: initial, outputs: dy, finalState: final)
      let run = try layer.run(x, initialState: initial)
      let values = Dictionary(uniqueKeysWithValues: trace.values.map { ($0.name, $0.values) })
      let gradients = Dictionary(uniqueKeysWithValues: trace.gradients.map { ($0.name, $0.values) })
      expectEqual(trace.values.map(\.name), trace.gradients.map(\.name))
      // Both ways add the same numbers, at most 40 of size 1, in different orders.
      let rounding = 1e-14
      try expect(#require(values["h"]).largestDifference(from: run.outputs) < rounding)
      for (t, gates) in layer.gates(of: run).enumerated() {
        for (name, gate) in gates {
          try expect(#require(values[name]).step(t).largestDifference(from: gate) < rounding)
        }
      }
      let gradient = try layer.backward(outputs: dy, finalState: final, run: run)
      let expected = try #require(Cell.cellWeights(of: gradient.parameters).bias).split(into: sums.count)
      for (name, expected) in zip(sums, expected) {
        // Without a sum of its own a coupled gate's bias has no effect.
        let own = gradients[name].map { $0.reshaped([10, 4]).sumOfRows() } ?? .zeros([4])
        expect(own.largestDifference(from: expected) < rounding * 10, "\(name)")
      }
    }
  }

  @Test(arguments: SampleCell.all) mutating func valuesAndTheirGradients(_ sample: SampleCell) throws {
    try check(try sample.cell(D: 3, H: 4, scale: 1, using: &generator))
  }

  @Test mutating func gradientsThatDoNotFitAreRefused() throws {
    let layer = Recurrent(SimpleRNNCell<Double>(inputSize: 3, units: 4))
    let x = tensor(2, 5, 3)
    #expect(throws: ShapeError.self) { try layer.trace(x, outputs: .zeros([2, 4, 4])) }
    #expect(throws: ShapeError.self) { try layer.trace(.zeros([2, 5, 2])) }
  }
}
