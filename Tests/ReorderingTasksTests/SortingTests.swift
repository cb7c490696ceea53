import Foundation
import PrintedNumbers
import ReorderingTasks
import Support
import Testing

@Suite struct SortingTests {
  @Test func labelsAreTheNumbersInOrder() {
    var generator = RandomGenerator(seed: 1)
    let (x, labels) = Sorting(numbers: 4, length: 6).draw(50, using: &generator, Double.self)
    expect(x.shape == [50, 6] && Set(x.scalars) == [1, 2, 3, 4])
    for b in 0..<50 {
      let row = x.scalars[b * 6..<(b + 1) * 6].map { Int($0) }
      expectEqual(Array(labels.values[b * 6..<(b + 1) * 6]), row.sorted())
    }
  }

  /// Against counting over all sequences of four numbers from 1 to 3.
  @Test func boundsAgreeWithCounting() throws {
    let task = Sorting(numbers: 3, length: 4)
    let all = (0..<81).map { number in [number % 3, number / 3 % 3, number / 9 % 3, number / 27].map { $0 + 1 } }
    func counted(_ k: Int, seen: Int) -> (accuracy: Double, entropy: Double) {
      let groups = Dictionary(grouping: all) { $0.prefix(seen).sorted() }
      var (right, entropy) = (0.0, 0.0)
      for (_, group) in groups {
        let counts = Dictionary(grouping: group) { $0.sorted()[k] }.values.map { Double($0.count) }
        right += counts.max() ?? 0
        for count in counts { entropy -= count * log(count / Double(group.count)) }
      }
      return (right / 81, entropy / 81)
    }
    let (bound, guess) = (try #require(task.boundOfOneDirection()), task.boundOfGuessing())
    for k in 0..<4 {
      let (own, blind) = (counted(k, seen: k + 1), counted(k, seen: 0))
      // Sums of at most 81 terms below 1.
      expect(abs(bound.accuracies[k] - own.accuracy) < 1e-14 && abs(bound.crossEntropies[k] - own.entropy) < 1e-14)
      expect(abs(guess.accuracies[k] - blind.accuracy) < 1e-14)
      expect(abs(guess.crossEntropies[k] - blind.entropy) < 1e-14)
    }
    expect(abs(task.probabilities(ofAnswer: 1, seen: [3, 1]).reduce(0, +) - 1) < 1e-15)
    expectEqual(task.probabilities(ofAnswer: 3, seen: [2, 2, 3, 1]), [0, 0, 1])
  }

  @Test func boundsAreThoseOfTheGoldenFile() throws {
    let numbers = try #require(try LessonNumbers.load("sort_causal_bounds"))
    var checked = 0
    for golden in try numbers["bounds"].list() where try golden.keys().contains("tolerance") {
      let task = Sorting(
        numbers: Int(try golden["numbers"].number()), length: Int(try golden["length"].number()))
      let tolerance = try golden["tolerance"].number()
      let bound = try #require(task.boundOfOneDirection())
      for (own, wanted) in zip(bound.accuracies, try golden["accuracy_by_position"].numbers()) {
        expect(abs(own - wanted) < tolerance)
      }
      for (own, wanted) in zip(bound.crossEntropies, try golden["nll_by_position"].numbers()) {
        expect(abs(own - wanted) < tolerance)
      }
      expect(abs(bound.perplexity - (try golden["perplexity"].number())) < tolerance)
      expect(abs(task.boundOfGuessing().perplexity - (try golden["seen_nothing"]["perplexity"].number())) < 1e-9)
      checked += 1
    }
    expect(checked >= 2)
    expect(Sorting(numbers: 900).boundOfOneDirection() == nil)
  }
}

@Suite struct SortingExperimentTests {
  /// 600 batches of ten numbers: PyTorch's seeds are at 0.98 by then, and one direction cannot pass 0.633.
  @Test func twoDirectionsLearnWhatOneCannot() throws {
    var experiment = SortingExperiment(Sorting(numbers: 10), embedding: 8, units: 16, batches: 400)
    experiment.interval = 200
    experiment.testSize = 500
    let both = try experiment.run(seed: 1)
    expectEqual(both.curve.map(\.batch), [0, 200, 400])
    expect(both.end.accuracy > 0.9, "\(both.end)")
    try expectEqual(experiment.run(seed: 1).curve, both.curve)
    experiment.isBidirectional = false
    let one = try experiment.run(seed: 1)
    // 500 test sequences: the share varies by some 0.01.
    expect((0.5...0.66).contains(one.end.accuracy), "\(one.end)")
    expect(one.end.accuracies[4] > 0.9)
  }

  @Test func aRunThatIsStoppedKeepsWhatItLearned() throws {
    var experiment = SortingExperiment(Sorting(numbers: 5, length: 3), embedding: 3, units: 4, batches: 50)
    experiment.testSize = 20
    let result = try experiment.run(seed: 2) { batch, _ in batch < 7 }
    expectEqual(result.curve.map(\.batch), [0, 7])
    expect(result.model.parameters != experiment.network(seed: 2).parameters)
  }

  @Test func theNetworkBeginsAsTheExample() {
    let model = SortingExperiment(Sorting(numbers: 6), embedding: 5, units: 3, batches: 1).network(seed: 3)
    for (name, tensor) in model.parameters.named {
      if name.hasSuffix("bias") {
        expect(tensor.scalars.allSatisfy { $0 == 0 }, "\(name)")
      } else {
        let fanIn = name.hasSuffix("embeddings") ? 5 : tensor.shape[0]
        let limit = Float((2.34 / Double(fanIn)).squareRoot())
        let greatest = tensor.scalars.map(abs).max() ?? 0
        expect(greatest <= limit && greatest > 0.8 * limit, "\(name)")
      }
    }
    expectEqual(model.parameters.named.count { $0.name.hasSuffix("recurrent_bias") }, 2)
  }
}

@Suite struct ReversalTests {
  @Test func labelsAreTheSymbolsBackwards() {
    var generator = RandomGenerator(seed: 4)
    let batch = Reversal(symbols: 7, length: 3).draw(4, using: &generator, Double.self)
    for b in 0..<4 {
      let row = batch.x.scalars[b * 3..<(b + 1) * 3].map { Int($0) }
      expectEqual(Array(batch.labels.values[b * 3..<(b + 1) * 3]), row.reversed())
      expectEqual(batch.previous.scalars[b * 3..<(b + 1) * 3].map { Int($0) }, [7, row[2], row[1]])
    }
  }

  @Test func attentionLearnsShortSequencesAtOnce() throws {
    var experiment = ReversalExperiment(Reversal(symbols: 4, length: 3), attention: .dot, updates: 200)
    experiment.testSize = 100
    let result = try experiment.run(seed: 5)
    expect(result.end.accuracy > 0.95, "\(result.end)")
    expect(abs(result.shares(ofOffset: -2...2).reduce(0, +) - 1) < 1e-12)
    try expectEqual(experiment.run(seed: 5).curve, result.curve)
    let stopped = try experiment.run(seed: 5) { update, _ in update < 3 }
    expectEqual(stopped.curve.map(\.update), [0, 3])
  }
}
