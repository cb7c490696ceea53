import Foundation
import Training

/// How the next word is drawn from its probabilities.
///
///     p_k = e^(z_k / τ) / Σ_j e^(z_j / τ)
///
/// | Temperature τ | What it does                                       |
/// |---------------|----------------------------------------------------|
/// | 0             | always the most probable word, the first of equals |
/// | below 1       | likely words become more likely                    |
/// | 1             | the model's own probabilities                      |
/// | above 1       | all words become more alike                        |
public struct Sampling: Equatable, Sendable {
  public var temperature: Double

  /// - Parameter temperature: at least 0.
  public init(temperature: Double = 1) {
    precondition(temperature >= 0, "a temperature below 0")
    self.temperature = temperature
  }

  /// The probabilities of all words, from their logits.
  public func probabilities<Scalar: RealScalar>(_ logits: [Scalar]) -> [Double] {
    let z = logits.map { Double($0) }
    guard let largest = z.max() else { return [] }
    if temperature == 0 {
      let best = z.firstIndex(of: largest)
      return z.indices.map { $0 == best ? 1 : 0 }
    }
    let powers = z.map { exp(($0 - largest) / temperature) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// A word drawn with these probabilities. The same generator draws the same word.
  public func draw<Scalar: RealScalar>(_ logits: [Scalar], using generator: inout RandomGenerator) -> Int {
    let p = probabilities(logits)
    guard temperature > 0 else { return p.firstIndex(of: 1) ?? 0 }
    let place = generator.uniform()
    var sum = 0.0
    for (word, share) in p.enumerated() {
      sum += share
      if place < sum { return word }
    }
    // Rounding may leave a little above the last sum.
    return p.lastIndex { $0 > 0 } ?? 0
  }
}

extension LanguageModel {
  /// Reads `beginning`, then draws words and reads each of them, until one of `ends` or `count` words have come.
  ///
  /// - Parameter beginning: at least one word.
  /// - Returns: the drawn words.
  public func continuation(
    of beginning: [Int], count: Int, until ends: Set<Int> = [], _ sampling: Sampling,
    using generator: inout RandomGenerator
  ) throws -> [Int] {
    guard !beginning.isEmpty else {
      throw ShapeError("words to continue", expected: "at least one", received: [0])
    }
    var (drawn, words, state) = ([Int](), beginning, Cell.State?.none)
    while drawn.count < count {
      let (logits, run) = try run(Indices([words]), from: state)
      state = run.finalState
      let word = sampling.draw(Array(logits.scalars.suffix(self.words)), using: &generator)
      drawn.append(word)
      if ends.contains(word) { break }
      words = [word]
    }
    return drawn
  }
}
