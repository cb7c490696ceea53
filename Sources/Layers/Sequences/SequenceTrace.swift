/// Every value of every step of a sequence, and the gradient of a loss with respect to each.
///
/// | Part        | What it is                                                                                       |
/// |-------------|--------------------------------------------------------------------------------------------------|
/// | `values`    | named as in `RecurrentCell.values(of:)`, each `[B, T, H]`, steps in the order of reading          |
/// | `gradients` | the same names: over all paths from that value to the loss, those through later steps included |
public struct SequenceTrace<Scalar: RealScalar>: Sendable {
  public var values: NamedValues<Scalar>
  public var gradients: NamedValues<Scalar>
}

extension Recurrent {
  /// Goes through a sequence with the plain cell, forward and backward, and keeps everything it computes.
  ///
  /// `outputs` is the gradient of every output, `[B, T, H]`, in the order of `SequenceRun.outputs`, and `finalState`
  /// that of the last state; nil is zero.
  ///
  /// - Throws: `ShapeError` when `x`, a state or the gradient does not fit.
  public func trace(
    _ x: Tensor<Scalar>, initialState: Cell.State? = nil, outputs: Tensor<Scalar>? = nil, finalState: Cell.State? = nil
  ) throws -> SequenceTrace<Scalar> {
    let run = try plainRun(x, initialState: initialState)
    let (B, T) = (x.shape[0], x.shape[1])
    try outputs?.requireShape([B, T, cell.outputSize], "gradient of the outputs")
    let none = Tensor<Scalar>.zeros([B, cell.outputSize])
    var ds = finalState ?? cell.zeroState(batchSize: B)
    var gradients: [NamedValues<Scalar>] = []
    for t in (0..<T).reversed() {
      let dy = outputs?.step(t) ?? none
      gradients.insert(cell.valueGradients(output: dy, state: ds, cache: run.caches[t]), at: 0)
      // Only the gradient of the state is needed; that of the weights comes from `backward`.
      var unused = parameters.zeros
      ds = cell.backward(output: dy, state: ds, cache: run.caches[t], accumulating: &unused).state
    }
    return SequenceTrace(
      values: Self.series(run.caches.map { cell.values(of: $0) }), gradients: Self.series(gradients))
  }

  /// The tensors of every step as one for each name.
  private static func series(
    _ steps: [NamedValues<Scalar>]
  ) -> NamedValues<Scalar> {
    (steps.first ?? []).enumerated().map { place, first in
      let own = steps.map { $0[place].values }
      return (first.name, .sequence(own, batchSize: first.values.shape[0], features: first.values.columns))
    }
  }
}

extension Bidirectional {
  /// Both directions' values, by default under `forward/…` and `backward/…`, each in the order of its own reading.
  ///
  /// `outputs` are the gradients of the two unmerged outputs, as `backward` takes them.
  public func trace(
    _ x: Tensor<Scalar>, run: Run, initial: (ForwardCell.State?, BackwardCell.State?),
    outputs: (Tensor<Scalar>, Tensor<Scalar>), final: (ForwardCell.State?, BackwardCell.State?) = (nil, nil),
    named prefixes: (String, String) = ("forward/", "backward/")
  ) throws -> SequenceTrace<Scalar> {
    let dF = returnSequences ? outputs.0 : try run.forward.gradientOfLastStep(outputs.0)
    let dB = returnSequences ? outputs.1.timeReversed : try run.backward.gradientOfLastStep(outputs.1)
    let forward = try forwardLayer.trace(x, initialState: initial.0, outputs: dF, finalState: final.0)
    let backward = try backwardLayer.trace(x, initialState: initial.1, outputs: dB, finalState: final.1)
    return forward.named(prefixes.0).joined(with: backward.named(prefixes.1))
  }
}

extension SequenceTrace {
  fileprivate func named(_ prefix: String) -> SequenceTrace {
    SequenceTrace(
      values: values.map { (prefix + $0.name, $0.values) }, gradients: gradients.map { (prefix + $0.name, $0.values) })
  }

  fileprivate func joined(with other: SequenceTrace) -> SequenceTrace {
    SequenceTrace(values: values + other.values, gradients: gradients + other.gradients)
  }
}
