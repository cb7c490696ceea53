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

extension FrameworkLayer: TracedLayer {
  func trace(_ x: Tensor<Stored.Scalar>, outputs: Tensor<Stored.Scalar>) throws -> SequenceTrace<Stored.Scalar> {
    try layer.trace(x, outputs: layer.returnSequences ? outputs : layer.run(x).gradientOfLastStep(outputs))
  }
}

extension FrameworkBidirectional: TracedLayer {
  func trace(_ x: Tensor<F.Scalar>, outputs: Tensor<F.Scalar>) throws -> SequenceTrace<F.Scalar> {
    let run = try layer.run(x)
    let outputs = layer.unmerge(outputs, run.forwardOutput, run.backwardOutput)
    return try layer.trace(x, run: run, initial: (nil, nil), outputs: outputs)
  }
}
