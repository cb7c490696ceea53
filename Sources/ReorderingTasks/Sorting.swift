@_exported import SequenceTasks

/// Put numbers in order: x_0 … x_{T−1} are drawn from 1 … V, repeats allowed, and answer k is the k-th smallest.
///
/// | Tensor | Shape    | What it is                                               |
/// |--------|----------|----------------------------------------------------------|
/// | `x`    | `[B, T]` | whole numbers from 1 to V; 0 is left for padding         |
/// | labels | `B·T`    | the same numbers in ascending order, sample by sample    |
///
/// Source: MXNet, `example/bi-lstm-sort/gen_data.py`, with V = 900 and T = 5.
public struct Sorting: Equatable, Sendable {
  /// V
  public let numbers: Int
  /// T
  public let length: Int

  public init(numbers: Int, length: Int = 5) {
    precondition(numbers > 0 && length > 0, "sorting needs numbers and steps, not \(numbers) and \(length)")
    self.numbers = numbers
    self.length = length
  }

  /// The names that the network can give: 0 for padding, and the numbers.
  public var symbols: Int { numbers + 1 }

  /// `B` sequences and their sorted forms.
  public func draw<Scalar: RealScalar>(
    _ B: Int, using generator: inout RandomGenerator, _: Scalar.Type = Scalar.self
  ) -> (x: Tensor<Scalar>, labels: Labels) {
    let rows = (0..<B).map { _ in (0..<length).map { _ in 1 + generator.index(below: numbers) } }
    return (
      Tensor(shape: [B, length], scalars: rows.flatMap { $0.map { Scalar($0) } }), Labels(rows.map { $0.sorted() })
    )
  }

  /// The probabilities of 1 … V to be the k-th smallest (k from 0) of all T numbers, when `seen` are some of them.
  ///
  /// Let r numbers be unseen and n of the seen ones be at most v. The k-th smallest is at most v when more than k
  /// numbers are, so when at least k + 1 − n of the unseen ones are:
  ///
  ///     P(answer ≤ v) = Σ_{m ≥ k+1−n} C(r, m) (v/V)^m (1 − v/V)^{r−m}
  public func probabilities(ofAnswer k: Int, seen: [Int]) -> [Double] {
    let tails = tails(unseen: length - seen.count)
    var (before, result) = (0.0, [Double]())
    for v in 1...numbers {
      let atMost = tails[v][max(k + 1 - seen.count { $0 <= v }, 0)]
      result.append(atMost - before)
      before = atMost
    }
    return result
  }

  /// `tails[v][j]`: the probability that at least j of r unseen numbers are at most v; j up to T + 1.
  func tails(unseen r: Int) -> [[Double]] {
    (0...numbers).map { v in
      let share = Double(v) / Double(numbers)
      var tail = [Double](repeating: 0, count: length + 2)
      for m in (0...r).reversed() { tail[m] = tail[m + 1] + binomial(r, m) * power(share, m) * power(1 - share, r - m) }
      return tail
    }
  }
}

func binomial(_ n: Int, _ k: Int) -> Double {
  (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
}
