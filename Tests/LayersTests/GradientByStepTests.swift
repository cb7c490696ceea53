import Support
import Testing

@testable import Layers

/// How gradients change from step to step: lengths, and Jacobians of single steps.
@Suite struct GradientByStepTests {
  private var generator = RandomGenerator(seed: 7)

  private mutating func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -1, 1, using: &generator) }

  @Test func lengthsOverAllSamples() {
    // Two samples, three steps, two features.
    let x = Tensor<Float>(shape: [2, 3, 2], scalars: [3, 0, 1, 2, 0, 0, 0, 4, 2, 0, 0, 0])
    expectEqual(x.stepNorms, [5, 3, 0])
  }

  /// The product of the Jacobians carries a gradient from the last step to each step before: what `trace` finds by
  /// going back.
  private mutating func check<Cell: StandardCell<Double>>(_ cell: Cell, goBackwards: Bool) throws {
    let layer = Recurrent(cell, goBackwards: goBackwards)
    let x = tensor(1, 4, 3)
    let start = Cell.State(tensors: cell.zeroState(batchSize: 1).tensors.map { tensor(1, $0.columns) })
    let end = Cell.State(tensors: cell.zeroState(batchSize: 1).tensors.map { tensor(1, $0.columns) })
    let jacobians = try layer.stateJacobians(x, initialState: start)
    expectEqual(jacobians.count, 4)
    var gradient = Tensor.concatenated(end.tensors)
    for jacobian in jacobians.reversed() { gradient = matmul(gradient, jacobian) }
    let run = try layer.run(x, initialState: start)
    let none = Tensor<Double>.zeros([1, 4, cell.outputSize])
    let back = try layer.backward(outputs: none, finalState: end, run: run)
    // Products of four matrices with numbers below 1, in another order.
    expect(gradient.largestDifference(from: Tensor.concatenated(back.initialState.tensors)) < 1e-14)
  }

  @Test(arguments: SampleCell.all) mutating func productsOfJacobians(_ sample: SampleCell) throws {
    let cell = try sample.cell(D: 3, H: 4, scale: 1, using: &generator)
    try check(cell, goBackwards: false)
    try check(cell, goBackwards: true)
  }

  /// ∂h_t/∂h_{t−1} of a simple network is Rᵀ with each row times 1 − h².
  @Test mutating func jacobianOfASimpleNetwork() throws {
    let weights = RecurrentWeights(kernel: tensor(3, 4), recurrentKernel: tensor(4, 4), bias: tensor(4))
    let layer = Recurrent(try SimpleRNNCell(parameters: weights), returnSequences: true)
    let x = tensor(1, 2, 3)
    let h = try layer(x)
    let jacobian = try layer.stateJacobians(x)[1]
    for k in 0..<4 {
      for j in 0..<4 {
        let expected = weights.recurrentKernel[j, k] * (1 - h[0, 1, k] * h[0, 1, k])
        expect(abs(jacobian[k, j] - expected) < 1e-15)
      }
    }
  }

  @Test mutating func normsOfATrace() throws {
    let cell = LSTMCell<Double>(inputSize: 3, units: 4)
    let layer = Recurrent(cell)
    var outputs = Tensor<Double>.zeros([2, 3, 4])
    for place in 8..<12 { outputs.scalars[place] = 1 }
    let trace = try layer.trace(tensor(2, 3, 3), outputs: outputs)
    let norms = try #require(trace.gradientNorms(of: "h"))
    // Without weights nothing goes back over h: only the last step of the first sample has a gradient.
    expectEqual(norms, [0, 0, 2])
    // Over c half of it goes back at each step: all gates are 1/2.
    let memory = try #require(trace.gradientNorms(of: "c"))
    expect(memory[0] == memory[2] / 4 && memory[2] > 0)
    expect(trace.gradientNorms(of: "z") == nil)
  }

  @Test func twoSamplesHaveNoJacobian() {
    let layer = Recurrent(SimpleRNNCell<Double>(inputSize: 3, units: 4))
    #expect(throws: ShapeError.self) { try layer.stateJacobians(.zeros([2, 3, 3])) }
  }
}
