import Support
import Testing

@testable import Layers

/// Layers on top of each other, in one and two directions, beside the layers one by one.
@Suite struct MultiLayerTests {
  var cells = Cells()

  /// Two layers of two directions over samples of different lengths: outputs, states, gradients.
  @Test(arguments: [nil, [4, 2]] as [[Int]?]) mutating func twoDirections(lengths: [Int]?) throws {
    let own = [
      [try cells.lstm(3, 2), try cells.lstm(3, 2)], [try cells.lstm(4, 3), try cells.lstm(4, 3)],
    ]
    let network = MultiLayerRNN(cells: own)
    let x = cells.tensor(2, 4, 3)
    let states = [2, 2, 3, 3].map { LSTMState(h: cells.tensor(2, $0), c: cells.tensor(2, $0)) }
    let run = try network.forward(x, initialStates: states, lengths: lengths)
    let mask = lengths.map { SequenceMask(lengths: $0, steps: 4) }
    var y = x
    for layer in 0..<2 {
      let both = try (0..<2).map { direction in
        try Recurrent(
          own[layer][direction], returnSequences: true, goBackwards: direction == 1, zeroOutputForMask: true
        ).run(y, initialState: states[2 * layer + direction], mask: mask)
      }
      expectEqual(network.input(of: layer, x, run: run), y)
      expect(run.finalStates[2 * layer] == both[0].finalState && run.finalStates[2 * layer + 1] == both[1].finalState)
      y = .concatenated([both[0].outputs, both[1].outputs.timeReversed])
    }
    expect(run.outputs == y && run.outputs.shape == [2, 4, 6] && run.runs.map(\.count) == [2, 2])
    if lengths != nil { expectEqual(run.outputs.slice(1).slices(2..<4), .zeros([2, 6])) }
    let (dy, ds) = (
      cells.tensor(2, 4, 6), [2, 2, 3, 3].map { LSTMState(h: cells.tensor(2, $0), c: cells.tensor(2, $0)) }
    )
    try check(network, x, states, lengths, dy, ds)
  }

  private func check(
    _ network: MultiLayerRNN<LSTMCell<Double>>, _ x: Tensor<Double>, _ states: [LSTMState<Double>], _ lengths: [Int]?,
    _ dy: Tensor<Double>, _ ds: [LSTMState<Double>]
  ) throws {
    func loss(
      _ network: MultiLayerRNN<LSTMCell<Double>>, _ x: Tensor<Double>, _ states: [LSTMState<Double>]
    ) throws -> Double {
      let run = try network.forward(x, initialStates: states, lengths: lengths)
      return zip(run.finalStates, ds).reduce((run.outputs * dy).sum()) {
        $0 + ($1.0.h * $1.1.h).sum() + ($1.0.c * $1.1.c).sum()
      }
    }
    let run = try network.forward(x, initialStates: states, lengths: lengths)
    let own = try network.backward(outputs: dy, finalStates: ds, run: run)
    let dx = try centralDifferences(of: x) { try loss(network, $0, states) }
    expect(own.x.largestDifference(from: dx) < gradientTolerance && own.initialStates.count == 4)
    for place in 0..<4 {
      let dc = try centralDifferences(of: states[place].c) { c in
        var other = states
        other[place].c = c
        return try loss(network, x, other)
      }
      expect(own.initialStates[place].c.largestDifference(from: dc) < gradientTolerance)
      let (layer, direction) = (place / 2, place % 2)
      let dK = try centralDifferences(of: network.layers[layer][direction].cell.parameters.kernel) { kernel in
        var other = network
        other.layers[layer][direction].cell.parameters.kernel = kernel
        return try loss(other, x, states)
      }
      expect(own.parameters[layer][direction].kernel.largestDifference(from: dK) < gradientTolerance)
    }
    // The gradients of the outputs, in the order of reading; without those of the states they are the outputs' alone.
    expect(own.outputs[1][0] == dy.columns(0..<3) && own.outputs[1][1] == dy.columns(3..<6).timeReversed)
    let alone = try network.backward(outputs: dy, run: run)
    expect(alone.x != own.x && alone.outputs[1] == own.outputs[1] && alone.outputs.map(\.count) == [2, 2])
  }

  @Test mutating func theOnlyDirectionMayBeTheBackwardOne() throws {
    let cell = try cells.gru(3, 4, resetAfter: true)
    let x = cells.tensor(2, 5, 3)
    let run = try MultiLayerRNN(cells: [[cell]], reversed: true).forward(x)
    let plain = try Recurrent(cell, returnSequences: true, goBackwards: true).run(x)
    expect(run.outputs == plain.outputs.timeReversed && run.finalStates == [plain.finalState])
    try expectEqual(MultiLayerRNN(cells: [[cell]]).forward(x).outputs, Recurrent(cell).run(x).outputs)
  }

  /// Values of both directions under their names, from the outputs' gradients in the order of time or of the last ones.
  @Test(arguments: [true, false]) mutating func bothDirectionsAreTraced(returnSequences: Bool) throws {
    let layer = Bidirectional(
      forward: try cells.lstm(3, 2), backward: try cells.gru(3, 4, resetAfter: false), returnSequences: returnSequences)
    let x = cells.tensor(2, 5, 3)
    let initial = (LSTMState(h: cells.tensor(2, 2), c: cells.tensor(2, 2)), HiddenState(h: cells.tensor(2, 4)))
    let final = (LSTMState(h: cells.tensor(2, 2), c: cells.tensor(2, 2)), HiddenState(h: cells.tensor(2, 4)))
    let run = try layer.run(x, forwardState: initial.0, backwardState: initial.1)
    let dy = returnSequences ? (cells.tensor(2, 5, 2), cells.tensor(2, 5, 4)) : (cells.tensor(2, 2), cells.tensor(2, 4))
    let own = try layer.trace(x, run: run, initial: initial, outputs: dy, final: final)
    let names = ["pre_i", "i", "pre_f", "f", "pre_g", "g", "c", "pre_o", "o", "tanh_c", "h"].map { "forward/\($0)" }
    let others = ["pre_z", "z", "pre_r", "r", "pre_g", "g", "h"].map { "backward/\($0)" }
    expect(own.values.map(\.name) == names + others && own.gradients.map(\.name) == names + others)
    func all(_ last: Tensor<Double>) -> Tensor<Double> { returnSequences ? last : .lastStep(last, steps: 5) }
    let forward = try layer.forwardLayer.trace(
      x, initialState: initial.0, outputs: all(dy.0), finalState: final.0)
    let backward = try layer.backwardLayer.trace(
      x, initialState: initial.1, outputs: returnSequences ? dy.1.timeReversed : all(dy.1), finalState: final.1)
    expect(own.values.map(\.values) == (forward.values + backward.values).map(\.values))
    expect(own.gradients.map(\.values) == (forward.gradients + backward.gradients).map(\.values))
    let named = try layer.trace(x, run: run, initial: initial, outputs: dy, named: ("a_", "b_"))
    expect(named.values.first?.name == "a_pre_i" && named.gradients.last?.name == "b_h")
    // The gradients of the unmerged outputs and of the last states.
    let gradient = try layer.backward(
      forwardOutput: dy.0, backwardOutput: dy.1, forwardState: final.0, backwardState: final.1, run: run)
    let states = try layer.forwardLayer.backward(outputs: all(dy.0), finalState: final.0, run: run.forward)
    expect(gradient.forward.parameters == states.parameters && gradient.forward.initialState == states.initialState)
    expectEqual(gradient.x, gradient.forward.x + gradient.backward.x)
    expect(run.backwardOutput == (returnSequences ? run.backward.outputs.timeReversed : run.backward.lastOutput))
  }

  @Test func outputsAreMergedAndTakenApart() {
    let (a, b, dy) = (Tensor<Double>([[1, 2]]), Tensor<Double>([[4, 8]]), Tensor<Double>([[16, 32]]))
    func layer(_ mode: MergeMode) -> Bidirectional<SimpleRNNCell<Double>, SimpleRNNCell<Double>> {
      let cell = SimpleRNNCell<Double>(inputSize: 1, units: 2)
      return Bidirectional(forward: cell, backward: cell, mergeMode: mode)
    }
    expect(layer(.concat).merge(a, b) == Tensor([[1, 2, 4, 8]]) && layer(.sum).merge(a, b) == Tensor([[5, 10]]))
    expect(layer(.average).merge(a, b) == Tensor([[2.5, 5]]) && layer(.multiply).merge(a, b) == Tensor([[4, 16]]))
    expect(layer(.sum).unmerge(dy, a, b) == (dy, dy) && layer(.average).unmerge(dy, a, b) == (dy * 0.5, dy * 0.5))
    expect(layer(.multiply).unmerge(dy, a, b) == (Tensor([[64, 256]]), Tensor([[16, 64]])))
    let wide = Tensor<Double>([[1, 2, 3]])
    expect(layer(.concat).unmerge(wide, a, Tensor([[9]])) == (Tensor([[1, 2]]), Tensor([[3]])))
    let cell = SimpleRNNCell<Double>(inputSize: 1, units: 2)
    expectEqual(Bidirectional(forward: cell, backward: cell).mergeMode, .concat)
    expect(!Bidirectional(forward: cell, backward: cell).returnSequences)
  }
}
