import Layers

extension CaseRunner {
  /// Gives what a cell computed under `gates.PREFIX…`; gates that the kernels gave already stay as they are.
  mutating func giveSteps(_ prefix: String, _ trace: SequenceTrace<Scalar>) {
    for (name, values) in trace.values where results["gates.\(prefix)\(name)"] == nil {
      give("gates.\(prefix)\(name)", values)
    }
    for (name, gradient) in trace.gradients { give("gradients.gates.\(prefix)\(name)", gradient) }
  }
}

/// A layer that can be followed step by step.
protocol TracedLayer<Scalar>: Layer {
  /// What it computes on the way from `x`, and the gradient of each value from that of its output.
  func trace(_ x: Tensor<Scalar>, outputs: Tensor<Scalar>) throws -> SequenceTrace<Scalar>
}

extension Dense: TracedLayer {}

extension TimeDistributed: TracedLayer where Inner: TracedLayer {
  /// A dense layer takes all steps at once.
  func trace(_ x: Tensor<Inner.Scalar>, outputs: Tensor<Inner.Scalar>) throws -> SequenceTrace<Inner.Scalar> {
    try layer.trace(x, outputs: outputs)
  }
}

extension Recurrent: TracedLayer {
  func trace(_ x: Tensor<Scalar>, outputs: Tensor<Scalar>) throws -> SequenceTrace<Scalar> {
    let outputs = returnSequences ? outputs : try run(x).gradientOfLastStep(outputs)
    return try trace(x, initialState: nil, outputs: outputs)
  }
}

extension Bidirectional: TracedLayer {
  func trace(_ x: Tensor<Scalar>, outputs: Tensor<Scalar>) throws -> SequenceTrace<Scalar> {
    let run = try run(x)
    let outputs = unmerge(outputs, run.forwardOutput, run.backwardOutput)
    return try trace(x, run: run, initial: (nil, nil), outputs: outputs)
  }
}
