/// Sets a random part of the input to zero and scales the rest, so that the expected value stays: y = x ⊙ m / (1 −
/// rate).
///
/// The mask m is drawn from a seed that belongs to the value: the same seed gives the same mask, and a training loop
/// passes a new one at every step. `rate` 0 is the identity, and so is a layer without a seed (evaluation).
///
/// | Tensor | Shape      |
/// |--------|------------|
/// | `x`    | any        |
/// | output | as `x`     |
///
/// Source: Srivastava et al. 2014; `mx.sym.Dropout` on the cell's input in MXNet's `example/bi-lstm-sort/lstm.py`.
public struct Dropout<Scalar: RealScalar>: Layer {
  public let rate: Double
  public var seed: UInt64?
  public var parameters = NoParameters<Scalar>()

  /// A layer that sets the part `rate` to zero, in `0 ..< 1`.
  public init(rate: Double, seed: UInt64?) {
    precondition((0..<1).contains(rate), "a dropout rate lies in 0 ..< 1, not \(rate)")
    self.rate = rate
    self.seed = seed
  }

  public func forward(_ x: Tensor<Scalar>, mask: SequenceMask?) throws -> Forward<Scalar, Tensor<Scalar>?> {
    guard let seed, rate > 0 else { return Forward(output: x, mask: mask, cache: nil) }
    var generator = RandomGenerator(seed: seed)
    let scale = Scalar(1 / (1 - rate))
    let factors = Tensor(shape: x.shape, scalars: (0..<x.count).map { _ in generator.uniform() < rate ? 0 : scale })
    return Forward(output: x * factors, mask: mask, cache: factors)
  }

  public func backward(
    _ outputGradient: Tensor<Scalar>, cache factors: Tensor<Scalar>?
  ) throws -> Backward<NoParameters<Scalar>> {
    Backward(input: factors.map { outputGradient * $0 } ?? outputGradient, parameters: parameters)
  }

  public func convertedLayer<Other: RealScalar>(to type: Other.Type) -> any Layer<Other> {
    Dropout<Other>(rate: rate, seed: seed)
  }
}
