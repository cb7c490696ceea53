import Layers

extension CaseRunner {
  /// Layers of one kind on top of each other, each in one or two directions.
  mutating func multiLayer(_ plan: MultiLayerPlan<some RecurrentCell<Scalar>>) throws {
    let x = plan.axes.sequence(try x())
    let network = MultiLayerRNN(cells: plan.cells.map { $0.map(\.cell) }, reversed: plan.reversed)
    let cells = plan.cells.flatMap { $0 }
    let zero = cells[0].cell.zeroState(batchSize: x.shape[0])
    let names = zero.tensors.count == 2 ? ["h", "c"] : ["h"]
    let initial = states(names.map { input($0 + "0") }, plan.axes, like: zero, count: cells.count)
    let run = try network.forward(x, initialStates: initial, lengths: self.run.lengths)
    let directions = plan.cells[0].count
    give("outputs", plan.axes.outputs(run.outputs, directions: directions))
    giveStates(run.finalStates, names, plan.axes)
    guard wantsGradients || wantsSteps else { return }
    let outputs = cotangent("outputs").map { plan.axes.merged($0) } ?? .zeros(run.outputs.shape)
    let final = states(names.map { cotangent($0) }, plan.axes, like: zero, count: cells.count)
    let gradient = try network.backward(outputs: outputs, finalStates: final, run: run)
    if wantsSteps {
      for (l, layers) in network.layers.enumerated() {
        for (d, layer) in layers.enumerated() {
          let place = l * directions + d
          let trace = try layer.trace(
            network.input(of: l, x, run: run), initialState: initial?[place], outputs: gradient.outputs[l][d],
            finalState: final?[place])
          giveSteps(cells.count == 1 ? "" : plan.stepPrefixes[l][d], trace)
        }
      }
    }
    guard wantsGradients else { return }
    give("gradients.inputs.x", plan.axes.sequence(gradient.x))
    giveStates(gradient.initialStates, names.map { "gradients.inputs.\($0)0" }, plan.axes)
    let weights = gradient.parameters.flatMap { $0.map(\.named) }
    if plan.axes == .none {
      for (own, (_, store)) in zip(gradient.parameters.flatMap { $0 }, cells) { giveGradients(own, store: store) }
    } else {
      // The directions of an ONNX node share their tensors.
      for (k, weight) in weights[0].enumerated() {
        give("gradients.weights.\(weight.name)", .stacked(weights.map { $0[k].tensor }))
      }
    }
  }

  /// States of all layers and directions from tensors `[L·D, B, H]`, one for each name; nil where none is given.
  private func states<State: RecurrentState>(
    _ tensors: [Tensor<Scalar>?], _ axes: ONNXAxes, like zero: State, count: Int
  ) -> [State]? where State.Scalar == Scalar {
    guard tensors.contains(where: { $0 != nil }) else { return nil }
    let given = tensors.map { $0.map { axes.states($0) } }
    return (0..<count).map { place in
      State(tensors: zip(given, zero.tensors).map { $0?.slice(place) ?? $1 })
    }
  }

  private mutating func giveStates<State: RecurrentState>(
    _ states: [State], _ names: [String], _ axes: ONNXAxes
  ) where State.Scalar == Scalar {
    for (place, name) in names.enumerated() {
      give(name, axes.states(.stacked(states.map { $0.tensors[place] })))
    }
  }
}
