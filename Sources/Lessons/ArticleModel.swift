import Training

/// STUB until Article lands.
public struct ArticleModel: Sendable {
  public static let lstm = ArticleModel()
  public struct EpochRange { public var epoch: Int; public var least, greatest: Double }
  public func samples(features D: Int, targets M: Int) -> (Tensor<Double>, Tensor<Double>) {
    func rep(_ s: [Double], _ n: Int) -> Tensor<Double> {
      Tensor(
        shape: [256, s.count, n], scalars: (0..<256).flatMap { _ in s.flatMap { [Double](repeating: $0, count: n) } })
    }
    return (rep([1, 0, 0, 0, 0, 0], D), rep([0.7, 0.6, 0.5, 0.3, 0.8, 0.2], M))
  }
  public func lossRange() throws -> [EpochRange] {
    [
      .init(epoch: 1, least: 0.042118608951568604, greatest: 0.04789865389466286),
      .init(epoch: 5, least: 0.0398, greatest: 0.0445),
    ]
  }
}
