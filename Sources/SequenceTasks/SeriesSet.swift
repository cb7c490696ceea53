/// Long series for training and for a test, drawn once: what a layer that keeps its state is trained on.
///
/// | Set           | Input                            | Target                                                      |
/// |---------------|----------------------------------|-------------------------------------------------------------|
/// | `firstBit`    | a 0 or 1, then zeros: `[N, T, 1]` | the first number at every step: `[N, T, 1]`                |
/// | `lagged(3)`   | four uniform series: `[N, T, 4]` | x1 two steps ago; x2 one step ago · x3 two steps ago; x4 three steps ago: `[N, T, 3]` |
/// | `lagged(1)`   | the first of them: `[N, T, 1]`   | x1 two steps ago: `[N, T, 1]`                               |
///
/// Source: A. Huet, "RNN with Keras", companion code, file 4: `sample_time_series_1`, `sample_time_series_roll`.
public struct SeriesSet: Equatable, Sendable {
  /// `[N, T, D]` and `[N, T, C]`.
  public let x, y, xTest, yTest: Tensor<Float>

  /// N, the series for training, and T, their steps.
  public var count: Int { x.shape[0] }
  public var steps: Int { x.shape[1] }

  /// Of the 2N series, N drawn ones begin with a 1; y[t] = x[0].
  public static func firstBit(count N: Int, steps T: Int, seed: UInt64) -> SeriesSet {
    var generator = RandomGenerator(seed: seed)
    let ones = Set(generator.permutation(2 * N).prefix(N))
    var (x, y) = (Tensor<Float>.zeros([2 * N, T, 1]), Tensor<Float>.zeros([2 * N, T, 1]))
    for n in 0..<2 * N where ones.contains(n) {
      x.scalars[n * T] = 1
      for t in 0..<T { y.scalars[n * T + t] = 1 }
    }
    return SeriesSet(x, y)
  }

  /// Uniform series and what they were some steps before. The series of a set are one long series that is cut, so the
  /// first steps of each ask for the last of the one before, which no network can know.
  ///
  /// - Parameter outputs: 1, or 3 for all.
  public static func lagged(count N: Int, steps T: Int, outputs: Int, seed: UInt64) -> SeriesSet {
    var generator = RandomGenerator(seed: seed)
    let length = 2 * N * T
    let series = (0..<4).map { _ in (0..<length).map { _ in Float(generator.uniform()) } }
    func before(_ k: Int, _ t: Int) -> Int { (t - k + length) % length }
    var (x, y): ([Float], [Float]) = ([], [])
    for t in 0..<length {
      let y1 = series[0][before(2, t)]
      if outputs == 1 {
        x.append(series[0][t])
        y.append(y1)
      } else {
        for k in 0..<4 { x.append(series[k][t]) }
        y += [y1, series[1][before(1, t)] * series[2][before(2, t)], series[3][before(3, t)]]
      }
    }
    return SeriesSet(
      Tensor(shape: [2 * N, T, outputs == 1 ? 1 : 4], scalars: x),
      Tensor(shape: [2 * N, T, outputs == 1 ? 1 : 3], scalars: y))
  }

  /// The first half is for training, the second for the test.
  private init(_ x: Tensor<Float>, _ y: Tensor<Float>) {
    let N = x.shape[0] / 2
    (self.x, self.y) = (x.slices(0..<N), y.slices(0..<N))
    (xTest, yTest) = (x.slices(N..<2 * N), y.slices(N..<2 * N))
  }
}
