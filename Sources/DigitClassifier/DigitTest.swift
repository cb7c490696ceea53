import Training

/// What a classifier made of pictures whose digits are known.
///
/// | Tensor          | Shape     |
/// |-----------------|-----------|
/// | `logits`        | `[N, 10]` |
/// | `probabilities` | `[N, 10]` |
public struct DigitTest: Equatable, Sendable {
  public let logits: Tensor<Float>
  public let labels: [Int]
  /// softmax(logits)
  public let probabilities: Tensor<Float>
  /// The digit with the largest logit.
  public let predicted: [Int]

  public init(logits: Tensor<Float>, labels: [Int]) {
    self.logits = logits
    self.labels = labels
    probabilities = softmax(logits)
    predicted = largestOfRows(logits)
  }

  public var rightCount: Int { labels.indices.count { labels[$0] == predicted[$0] } }
  public var accuracy: Double { Double(rightCount) / Double(max(labels.count, 1)) }

  /// Row: the true digit; column: what it was taken for.
  public var confusion: [[Int]] {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
    for (label, found) in zip(labels, predicted) { counts[label][found] += 1 }
    return counts
  }

  /// How likely the classifier took the picture's own digit to be.
  public func confidence(_ picture: Int) -> Float { probabilities.scalars[picture * 10 + labels[picture]] }

  /// The pictures it got wrong, the most wrong first: those to whose own digit it gave the least probability.
  public var mostWrong: [Int] {
    labels.indices.filter { labels[$0] != predicted[$0] }
      .sorted { (confidence($0), $0) < (confidence($1), $1) }
  }
}
