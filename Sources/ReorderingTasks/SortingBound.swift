import Foundation

/// The best that any model can do at sorting which has seen only some of the numbers, position by position.
///
/// No network does better, however large it is and however long it is trained: where two inputs look the same to the
/// model and have different answers, it can only give the more probable one.
public struct SortingBound: Equatable, Sendable {
  /// The greatest possible share of right answers for the k-th smallest number, k = 0 … T−1.
  public let accuracies: [Double]
  /// The least possible mean cross-entropy there, in nats.
  public let crossEntropies: [Double]

  public init(accuracies: [Double], crossEntropies: [Double]) {
    self.accuracies = accuracies
    self.crossEntropies = crossEntropies
  }

  public var accuracy: Double { accuracies.reduce(0, +) / Double(accuracies.count) }
  /// e to the mean cross-entropy: between how many equally probable answers the model hesitates.
  public var perplexity: Double { Foundation.exp(crossEntropies.reduce(0, +) / Double(crossEntropies.count)) }
}

extension Sorting {
  /// The bound for a model that reads from the left and answers at once: at step k it has seen x_0 … x_k.
  ///
  /// Exact: a sum over all multisets of k + 1 numbers, each with its probability. Of V = 30 and T = 5 the fourth step
  /// has 40,920 of them; nil where they are too many, as for V = 900. At the last step everything is seen.
  public func boundOfOneDirection() -> SortingBound? {
    // Multisets of T − 1 numbers, and V answers for each.
    let work = binomial(numbers + length - 2, length - 1) * Double(numbers)
    return work > 1e9 ? nil : bound { step in step + 1 }
  }

  /// The bound for a model that sees no number at all.
  public func boundOfGuessing() -> SortingBound { bound { _ in 0 } }

  private func bound(seen: (Int) -> Int) -> SortingBound {
    var (accuracies, entropies) = ([Double](), [Double]())
    for k in 0..<length {
      let size = seen(k)
      if size == length {
        accuracies.append(1)
        entropies.append(0)
        continue
      }
      var sum = MultisetSum(task: self, answer: k, size: size)
      sum.add(from: 1, left: size, weight: factorial(size) / power(Double(numbers), size))
      accuracies.append(sum.accuracy)
      entropies.append(sum.entropy)
    }
    return SortingBound(accuracies: accuracies, crossEntropies: entropies)
  }

  private func factorial(_ n: Int) -> Double { (0..<n).reduce(1) { $0 * Double($1 + 1) } }
}

/// Goes through all multisets of seen numbers in ascending order and adds up what the best answer gets right.
private struct MultisetSum {
  let numbers, answer: Int
  /// `tails[v][j]`, see `Sorting.tails`.
  let tails: [[Double]]
  /// `counts[v]`: how many of the seen numbers are v.
  var counts: [Int]
  var (accuracy, entropy) = (0.0, 0.0)

  init(task: Sorting, answer: Int, size: Int) {
    numbers = task.numbers
    self.answer = answer
    tails = task.tails(unseen: task.length - size)
    counts = [Int](repeating: 0, count: task.numbers + 1)
  }

  /// Chooses how often each number from `first` on is seen, `left` in all.
  ///
  /// - Parameter weight: size! / V^size divided by the factorial of every count so far: in the end the probability of
  ///   the multiset.
  mutating func add(from first: Int, left: Int, weight: Double) {
    if left == 0 { return take(weight) }
    for v in first...numbers {
      var weight = weight
      for count in 1...left {
        weight /= Double(count)
        counts[v] = count
        if count == left {
          take(weight)
        } else if v < numbers {
          add(from: v + 1, left: left - count, weight: weight)
        }
      }
      counts[v] = 0
    }
  }

  private mutating func take(_ weight: Double) {
    var (seen, before, greatest, entropy) = (0, 0.0, 0.0, 0.0)
    for v in 1...numbers {
      seen += counts[v]
      let atMost = tails[v][max(answer + 1 - seen, 0)]
      let p = atMost - before
      before = atMost
      greatest = max(greatest, p)
      if p > 1e-300 { entropy -= p * Foundation.log(p) }
    }
    accuracy += weight * greatest
    self.entropy += weight * entropy
  }
}
