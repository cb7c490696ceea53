import Support
import Testing

@testable import Layers

/// Every value of one step of one unit, from numbers written out.
@Suite struct CellValueTests {
  private func σ(_ x: Double) -> Double { sigmoid(Tensor([x])).scalars[0] }
  private func th(_ x: Double) -> Double { Layers.tanh(Tensor([x])).scalars[0] }

  private func expectValues(
    _ found: NamedValues<Double>, _ wanted: [(String, Double)], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectEqual(found.map(\.name), wanted.map(\.0), sourceLocation: sourceLocation)
    for (own, other) in zip(found, wanted) {
      expect(abs(own.values.scalars[0] - other.1) < 1e-15, "\(other.0)", sourceLocation: sourceLocation)
    }
  }

  /// x = 2, h = 0.5, c = −1: sums from kernels, recurrent kernels, two biases and peepholes.
  @Test(arguments: [false, true]) func everyValueOfAnLSTM(isExtended: Bool) throws {
    let weights = RecurrentWeights<Double>(
      kernel: Tensor([[0.1, -0.2, 0.3, 0.4]]), recurrentKernel: Tensor([[0.5, 0.6, -0.7, 0.8]]),
      bias: Tensor([0.01, 0.02, 0.03, 0.04]), recurrentBias: Tensor([0.05, 0.06, 0.07, 0.08]))
    let (x, state) = (Tensor<Double>([[2]]), LSTMState<Double>(h: Tensor([[0.5]]), c: Tensor([[-1]])))
    let p = isExtended ? [0.3, -0.4, 0.9] : [0, 0, 0]
    let zi = 0.2 + 0.25 + 0.06 - p[0]
    let zf = -0.4 + 0.3 + 0.08 - p[1] + (isExtended ? 0.5 : 0)
    let zg = 0.6 - 0.35 + 0.1
    let (i, f, g) = (σ(zi), σ(zf), th(zg))
    let c = -f + i * g
    let zo = 0.8 + 0.4 + 0.12 + p[2] * c
    let (o, tanhC) = (σ(zo), th(c))
    let wanted = [
      ("pre_i", zi), ("i", i), ("pre_f", zf), ("f", f), ("pre_g", zg), ("g", g), ("c", c), ("pre_o", zo), ("o", o),
      ("tanh_c", tanhC), ("h", o * tanhC),
    ]
    if isExtended {
      let cell = try ExtendedLSTMCell(
        parameters: .init(weights, peepholes: Tensor([[0.3], [-0.4], [0.9]])), options: .init(forgetBias: 0.5))
      let step = cell.forward(x, state)
      expectValues(cell.values(of: step.cache), wanted)
      expect(step.state.h == step.output && abs(step.state.c.scalars[0] - c) < 1e-15)
      expectEqual(cell.gates(of: step.cache).map(\.name), ["i", "f", "g", "o"])
    } else {
      let cell = try LSTMCell(parameters: weights)
      let step = cell.forward(x, state)
      expectValues(cell.values(of: step.cache), wanted)
      expectValues(cell.gates(of: step.cache), [("i", i), ("f", f), ("g", g), ("o", o)])
      expect(step.state.h == step.output && abs(step.state.c.scalars[0] - c) < 1e-15)
    }
  }

  @Test(arguments: [true, false]) func everyValueOfAGRU(resetAfter: Bool) throws {
    let weights = RecurrentWeights<Double>(
      kernel: Tensor([[0.1, -0.2, 0.3]]), recurrentKernel: Tensor([[0.5, 0.6, -0.7]]),
      bias: Tensor([0.01, 0.02, 0.03]),
      recurrentBias: Tensor([0.05, 0.06, 0.07]))
    let cell = try GRUCell(parameters: weights, options: .init(resetAfter: resetAfter))
    let step = cell.forward(Tensor([[2]]), HiddenState(h: Tensor([[0.5]])))
    let (zz, zr) = (0.2 + 0.01 + 0.25 + 0.05, -0.4 + 0.02 + 0.3 + 0.06)
    let (z, r) = (σ(zz), σ(zr))
    let zg = 0.6 + 0.03 + (resetAfter ? r * (-0.35 + 0.07) : r * 0.5 * -0.7 + 0.07)
    let g = th(zg)
    expectValues(
      cell.values(of: step.cache),
      [
        ("pre_z", zz), ("z", z), ("pre_r", zr), ("r", r), ("pre_g", zg), ("g", g), ("h", z * 0.5 + (1 - z) * g),
      ])
    expectValues(cell.gates(of: step.cache), [("z", z), ("r", r), ("g", g)])
  }

  @Test func everyValueOfASimpleNetwork() throws {
    let cell = try SimpleRNNCell<Double>(
      parameters: RecurrentWeights(
        kernel: Tensor([[0.5]]), recurrentKernel: Tensor([[-0.25]]), bias: Tensor([0.125]), recurrentBias: Tensor([0.5])
      ))
    let step = cell.forward(Tensor([[3]]), HiddenState(h: Tensor([[2]])))
    expectValues(cell.values(of: step.cache), [("pre_h", 1.625), ("h", th(1.625))])
    expect(cell.gates(of: step.cache).isEmpty && step.state.h == step.output)
    // dy + ds goes back through 1 − h².
    let d = cell.valueGradients(output: Tensor([[2]]), state: HiddenState(h: Tensor([[3]])), cache: step.cache)
    expect(d[1].values.scalars == [5] && abs(d[0].values.scalars[0] - 5 * (1 - th(1.625) * th(1.625))) < 1e-15)
  }

  /// Two cells within a step: values and gradients under their numbers, states one after the other.
  @Test func everyValueOfAStack() throws {
    var cells = Cells()
    let (below, above) = (try cells.lstm(3, 2), try cells.gru(2, 4, resetAfter: true))
    let stack = try StackedCells<Double>([below, above])
    let x = cells.tensor(2, 3)
    let state = TensorState<Double>(tensors: [cells.tensor(2, 2), cells.tensor(2, 2), cells.tensor(2, 4)])
    let step = stack.forward(x, state)
    let first = below.forward(x, LSTMState(h: state.tensors[0], c: state.tensors[1]))
    let second = above.forward(first.output, HiddenState(h: state.tensors[2]))
    expect(step.output == second.output && step.state.tensors == first.state.tensors + second.state.tensors)
    let values =
      below.values(of: first.cache).map { ("0/" + $0.name, $0.values) }
      + above.values(of: second.cache).map { ("1/" + $0.name, $0.values) }
    expectEqual(stack.values(of: step.cache).map(\.name), values.map(\.0))
    expectEqual(stack.values(of: step.cache).map(\.values), values.map(\.1))
    let (dy, ds) = (cells.tensor(2, 4), [cells.tensor(2, 2), cells.tensor(2, 2), cells.tensor(2, 4)])
    var (ga, gb) = (above.parameters.zeros, below.parameters.zeros)
    let up = above.backward(output: dy, state: HiddenState(h: ds[2]), cache: second.cache, accumulating: &ga)
    let low = below.backward(
      output: up.x, state: LSTMState(h: ds[0], c: ds[1]), cache: first.cache, accumulating: &gb)
    var gradient = stack.parameters.zeros
    let back = stack.backward(
      output: dy, state: TensorState(tensors: ds), cache: step.cache, accumulating: &gradient)
    expect(back.x == low.x && back.state.tensors == low.state.tensors + up.state.tensors)
    expectEqual(gradient.tensors, gb.named.map(\.tensor) + ga.named.map(\.tensor))
    let wanted =
      below.valueGradients(output: up.x, state: LSTMState(h: ds[0], c: ds[1]), cache: first.cache)
      + above.valueGradients(output: dy, state: HiddenState(h: ds[2]), cache: second.cache)
    let own = stack.valueGradients(output: dy, state: TensorState(tensors: ds), cache: step.cache)
    expect(own.map(\.name) == values.map(\.0) && own.map(\.values) == wanted.map(\.values))
    expect(
      stack.inputSize == 3 && stack.outputSize == 4
        && stack.zeroState(batchSize: 5).tensors.map(\.shape) == [[5, 2], [5, 2], [5, 4]])
    let any = AnyCell<Double>(AnyCell<Double>(below))
    expect(any.base is LSTMCell<Double> && any.inputSize == 3 && any.outputSize == 2)
    expectEqual(
      any.gates(of: any.forward(x, TensorState(tensors: Array(state.tensors.prefix(2)))).cache).map(\.name),
      [
        "i", "f", "g", "o",
      ])
    let none = try StackedCells<Double>([])
    expect(none.inputSize == 0 && none.outputSize == 0 && none.parameters.names.isEmpty)
  }
}
