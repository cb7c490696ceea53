import Training

extension Stack {
  /// What the recurrent layer at the bottom does with sequences: its gates after their activation, then its outputs, at
  /// every step.
  ///
  /// | Tensor       | Shape       |
  /// |--------------|-------------|
  /// | `x`          | `[B, T, D]` |
  /// | each `values`| `[T, B, H]` |
  ///
  /// - Throws: `ShapeError` when `x` does not fit the layer.
  public func gateActivity(_ x: Tensor<Scalar>) throws -> [(name: String, values: Tensor<Scalar>)] {
    switch layers.first?.base {
    case let lstm as LSTM<Scalar>: try lstm.activity(x)
    case let gru as GRU<Scalar>: try gru.activity(x)
    case let rnn as SimpleRNN<Scalar>: try rnn.activity(x)
    default: []
    }
  }
}

extension Recurrent {
  fileprivate func activity(_ x: Tensor<Scalar>) throws -> [(name: String, values: Tensor<Scalar>)] {
    let run = try run(x)
    let steps = gates(of: run)
    let gates = (steps.first ?? []).indices.map { gate in
      (name: steps[0][gate].name, values: Tensor.stacked(steps.map { $0[gate].values }))
    }
    return gates + [("h", run.outputs.timeMajor)]
  }
}
