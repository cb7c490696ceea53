// What layers ask of an LSTM cell beside its equations.

extension LSTMCell {
  public func gates(of cache: Cache) -> NamedValues<Scalar> { cache.values.gates }
  public func values(of cache: Cache) -> NamedValues<Scalar> { cache.values.named }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: LSTMState<Scalar>, cache: Cache
  ) -> NamedValues<Scalar> {
    gradients(outputGradient, stateGradient, cache).named
  }

  /// With the usual activations.
  public var wholeSequence: WholeSequence<Self>? {
    options == LSTMOptions() ? WholeSequence(.lstm, gates: Self.kind.gates, weights: parameters) { $0 } : nil
  }

  public func converted<Other: RealScalar>(to type: Other.Type) -> any StandardCell<Other> {
    var cell = LSTMCell<Other>(inputSize: inputSize, units: units, options: options)
    cell.parameters = parameters.converted()
    return cell
  }
}
