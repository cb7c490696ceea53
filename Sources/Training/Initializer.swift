/// A rule for the first numbers of a weight.
///
/// | Case                 | Numbers                                           | Default of                      |
/// |----------------------|---------------------------------------------------|---------------------------------|
/// | `zeros`, `ones`      | 0, 1                                              | biases; scales                  |
/// | `constant(c)`        | c                                                 |                                 |
/// | `uniform(low, high)` | low ≤ x < high                                    | Keras' `Embedding`: −0.05, 0.05 |
/// | `normal(mean, σ)`    | normal                                            | Keras' `RandomNormal`: 0, 0.05  |
/// | `glorotUniform`      | −l ≤ x < l, l = √(6 / (fan in + fan out))         | Keras' and TensorFlow's kernels |
/// | `heUniform`          | −l ≤ x < l, l = √(6 / fan in)                     |                                 |
/// | `fanInUniform`       | −l ≤ x < l, l = 1 / √(fan in)                     | PyTorch's `Linear`              |
/// | `mxnetXavier(m)`     | −l ≤ x < l, l = √(m / fan in)                     | MXNet's examples: m = 2.34      |
/// | `orthogonal(gain)`   | orthonormal columns, or rows if fewer, times gain | Keras' recurrent kernels        |
///
/// A kernel `[D, H]` has fan in D and fan out H; of more axes all but the last two multiply both; a vector `[n]` has n
/// and n.
///
/// The same generator state gives the same numbers, always; they differ from those of the frameworks' own generators.
///
/// Source: Keras, `initializers/random_initializers.py`; Glorot & Bengio 2010, equation 16; He et al. 2015, "Delving
/// deep into rectifiers", equation 10; MXNet `initializer.py`, `Xavier(factor_type="in")`; Saxe, McClelland & Ganguli
/// 2014 for `orthogonal`.
public enum Initializer: Equatable, Sendable {
  case zeros
  case ones
  case constant(Double)
  case uniform(low: Double, high: Double)
  case normal(mean: Double, deviation: Double)
  case glorotUniform
  case heUniform
  case fanInUniform
  case mxnetXavier(magnitude: Double)
  case orthogonal(gain: Double)

  /// Orthonormal without a gain.
  public static let orthogonal = Initializer.orthogonal(gain: 1)

  /// PyTorch's recurrent layers: every weight and bias between −1/√H and 1/√H, H units.
  ///
  /// Source: PyTorch, `nn/modules/rnn.py`, `reset_parameters`.
  public static func pytorchRecurrent(units H: Int) -> Initializer {
    let limit = 1 / Double(max(H, 1)).squareRoot()
    return .uniform(low: -limit, high: limit)
  }

  /// A new weight of the given shape.
  public func callAsFunction<Scalar: RealScalar>(
    _ shape: [Int], as _: Scalar.Type = Scalar.self, using generator: inout RandomGenerator
  ) -> Tensor<Scalar> {
    let fan = Initializer.fan(shape)
    switch self {
    case .zeros: return .zeros(shape)
    case .ones: return Tensor(repeating: 1, shape: shape)
    case .constant(let value): return Tensor(repeating: Scalar(value), shape: shape)
    case .uniform(let low, let high): return numbers(shape) { generator.uniform(low, high) }
    case .normal(let mean, let deviation): return numbers(shape) { mean + deviation * generator.normal() }
    case .glorotUniform: return symmetric((6 / Double(fan.in + fan.out)).squareRoot(), shape, using: &generator)
    case .heUniform: return symmetric((6 / Double(fan.in)).squareRoot(), shape, using: &generator)
    case .fanInUniform: return symmetric(1 / Double(fan.in).squareRoot(), shape, using: &generator)
    case .mxnetXavier(let m): return symmetric((m / Double(fan.in)).squareRoot(), shape, using: &generator)
    case .orthogonal(let gain): return orthogonalMatrix(shape, using: &generator).converted() * Scalar(gain)
    }
  }

  /// How many inputs one output has, and how many outputs one input.
  static func fan(_ shape: [Int]) -> (in: Int, out: Int) {
    switch shape.count {
    case 0: return (1, 1)
    case 1: return (max(shape[0], 1), max(shape[0], 1))
    default:
      let field = shape.dropLast(2).reduce(1, *)
      return (max(field * shape[shape.count - 2], 1), max(field * shape[shape.count - 1], 1))
    }
  }

  private func symmetric<Scalar: RealScalar>(
    _ limit: Double, _ shape: [Int], using generator: inout RandomGenerator
  ) -> Tensor<Scalar> {
    numbers(shape) { generator.uniform(-limit, limit) }
  }

  private func numbers<Scalar: RealScalar>(_ shape: [Int], _ next: () -> Double) -> Tensor<Scalar> {
    Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in Scalar(next()) })
  }
}
