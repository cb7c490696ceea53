import Foundation
import Training

/// What a model says of every word of some rows, read from their beginning with the state carried through.
///
/// All lists go row by row: entry `row·length + place` belongs to the word after place `place` of that row.
public struct WordScores: Equatable, Sendable {
  public let rows: Int
  /// How many words of a row are predicted.
  public let length: Int
  /// −log p(word), in nats.
  public let nats: [Float]
  /// The most probable word, the first of equal ones.
  public let predicted: [Int]
  /// The word that came.
  public let targets: [Int]

  /// The mean cross-entropy of a word, in nats.
  public var meanNats: Double { nats.reduce(0) { $0 + Double($1) } / Double(max(nats.count, 1)) }
  public var perplexity: Double { Foundation.exp(meanNats) }

  /// The share of right predictions, and their number, among the words for which `isAsked` holds.
  public func accuracy(where isAsked: (_ place: Int) -> Bool) -> (share: Double, count: Int) {
    var (asked, right) = (0, 0)
    for place in targets.indices where isAsked(place) {
      asked += 1
      if predicted[place] == targets[place] { right += 1 }
    }
    return (asked == 0 ? .nan : Double(right) / Double(asked), asked)
  }
}

extension LanguageModel where Cell.Scalar == Float {
  /// Reads rows from the zero state and scores every word.
  ///
  /// - Parameters:
  ///   - T: how many steps go through the network at once; the result does not depend on it.
  ///   - carry: whether the state goes on from one such block to the next.
  public func scores(of rows: WordRows, steps T: Int = 64, carry: Bool = true) throws -> WordScores {
    let (B, L) = (rows.rows.count, rows.length)
    var nats = [Float](repeating: 0, count: B * L)
    var (predicted, targets) = ([Int](repeating: 0, count: B * L), [Int](repeating: 0, count: B * L))
    var state: Cell.State?
    for k in 0..<rows.blockCount(steps: T) {
      let (inputs, wanted) = rows.block(k, steps: T)
      let (logits, run) = try run(inputs, from: carry ? state : nil)
      state = run.finalState
      for b in 0..<B {
        for t in 0..<inputs.steps {
          let (row, place) = (b * inputs.steps + t, b * L + k * T + t)
          (nats[place], predicted[place]) = score(logits, row: row, target: wanted.values[row])
          targets[place] = wanted.values[row]
        }
      }
    }
    return WordScores(rows: B, length: L, nats: nats, predicted: predicted, targets: targets)
  }

  private func score(_ logits: Tensor<Float>, row: Int, target: Int) -> (nats: Float, best: Int) {
    let V = logits.columns
    return logits.scalars.withUnsafeBufferPointer { all in
      let z = UnsafeBufferPointer(rebasing: all[row * V..<(row + 1) * V])
      var best = 0
      for j in 1..<max(V, 1) where z[j] > z[best] { best = j }
      var sum: Float = 0
      for j in 0..<V { sum += Foundation.exp(z[j] - z[best]) }
      return (Foundation.log(sum) - (z[target] - z[best]), best)
    }
  }
}
