import Layers

extension CaseRunner {
  mutating func tensorflow(_ cell: TensorFlowCell) throws {
    // dynamic_rnn: beyond a sample's length the outputs are zero and the state stops.
    let options = SequenceOptions(zeroOutputForMask: true)
    // `AnyCell` has no kernels for whole sequences: TensorFlow's cases test the step, as its cells compute step by
    // step.
    try sequence(AnyCell(try weights.tensorflow(cell)), options, cell.slots, weights)
  }
}
