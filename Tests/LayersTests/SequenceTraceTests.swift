import Testing

@testable import Layers

/// Values of steps and their gradients: they are those that the outputs and the weights' gradients are made of.
@Suite struct SequenceTraceTests {
  private var generator = RandomGenerator(seed: 5)

  private mutating func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -1, 1, using: &generator) }

  private mutating func weights(gates: Int, state: Int = 4) -> RecurrentWeights<Double> {
    RecurrentWeights(
      kernel: tensor(3, gates * 4), recurrentKernel: tensor(state, gates * 4), bias: tensor(gates * 4),
      recurrentBias: tensor(gates * 4))
  }

  /// B = 2, T = 5, D = 3, H = 4. The gradient of a bias is the sum of the gradients of its gate's sums, and h is the
  /// output.
  private mutating func check<Cell: RecurrentCell>(
    _ cell: Cell, sums: [String], bias: (Cell.Parameters) -> Tensor<Double>?
  ) throws where Cell.Scalar == Double {
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
      #expect(trace.values.map(\.name) == trace.gradients.map(\.name))
      // Both ways add the same numbers, at most 40 of size 1, in different orders.
      let rounding = 1e-14
      #expect(try #require(values["h"]).largestDifference(from: run.outputs) < rounding)
      for (t, gates) in layer.gates(of: run).enumerated() {
        for (name, gate) in gates {
          #expect(try #require(values[name]).step(t).largestDifference(from: gate) < rounding)
        }
      }
      let gradient = try layer.backward(outputs: dy, finalState: final, run: run)
      let expected = try #require(bias(gradient.parameters)).split(into: sums.count)
      for (name, expected) in zip(sums, expected) {
        // Without a sum of its own a coupled gate's bias has no effect.
        let own = gradients[name].map { $0.reshaped([10, 4]).sumOfRows() } ?? .zeros([4])
        #expect(own.largestDifference(from: expected) < rounding * 10, "\(name)")
      }
    }
  }

  @Test(arguments: [
    LSTMOptions(), LSTMOptions(forgetBias: 0.75), LSTMOptions(clip: 0.5), LSTMOptions(cellClip: 0.25),
    LSTMOptions(inputForget: true), LSTMOptions(activation: .relu, projectionClip: 0.2),
  ])
  mutating func lstm(options: LSTMOptions) throws {
    let sums = ["pre_i", "pre_f", "pre_g", "pre_o"]
    let plain = try LSTMCell(parameters: .init(weights(gates: 4)), options: options)
    try check(plain, sums: sums) { $0.weights.bias }
    let peepholes = LSTMCell.Parameters(weights(gates: 4, state: 2), peepholes: tensor(3, 4), projection: tensor(4, 2))
    try check(try LSTMCell(parameters: peepholes, options: options), sums: sums) { $0.weights.bias }
  }

  @Test(arguments: [true, false], [nil, 0.5])
  mutating func gru(resetAfter: Bool, clip: Double?) throws {
    let cell = try GRUCell(parameters: weights(gates: 3), options: .init(resetAfter: resetAfter, clip: clip))
    try check(cell, sums: ["pre_z", "pre_r", "pre_g"]) { $0.bias }
  }

  @Test mutating func simpleRNN() throws {
    try check(try SimpleRNNCell(parameters: weights(gates: 1)), sums: ["pre_h"]) { $0.bias }
  }

  @Test mutating func gradientsThatDoNotFitAreRefused() throws {
    let layer = Recurrent(try SimpleRNNCell(parameters: weights(gates: 1)))
    let x = tensor(2, 5, 3)
    #expect(throws: ShapeError.self) { try layer.trace(x, outputs: .zeros([2, 4, 4])) }
    #expect(throws: ShapeError.self) { try layer.trace(.zeros([2, 5, 2])) }
  }
}
