// What layers ask of an LSTM cell beside its equations.

extension LSTMCell {
  public func gates(of cache: Cache) -> NamedValues<Scalar> { cache.values.gates }
  public func values(of cache: Cache) -> NamedValues<Scalar> { cache.values.named }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache: Cache
  ) -> NamedValues<Scalar> {
    gradients(outputGradient, stateGradient, cache).named
  }

  /// With any activations but softmax.
  public var wholeSequence: WholeSequence<Self>? {
    let cell = options.kernelCell
    guard cell.isComputable else { return nil }
    return WholeSequence(cell, gates: Self.kind.gates, weights: parameters) { gradient, _ in gradient }
  }

  public func converted<Other: RealScalar>(to type: Other.Type) -> any StandardCell<Other> {
    var cell = LSTMCell<Other>(inputSize: inputSize, units: units, options: options)
    cell.parameters = parameters.converted()
    return cell
  }
}

extension LSTMOptions {
  /// The cell as the kernels know it.
  var kernelCell: SequenceCell {
    SequenceCell(
      .lstm, activation: activation, recurrentActivation: recurrentActivation, outputActivation: outputActivation)
  }
}
