import ChapterSupport
import Foundation
import LanguageModels
import TextLayout

/// What is noted after an epoch, besides the perplexity.
nonisolated struct EpochNote: Sendable {
  /// The share of language words that were predicted; nil for a text of one's own.
  let accuracy: Double?
  /// For each unit the least share of the country in its memory, see `CountryProbe`.
  let shares: [Double]
}

/// A training that runs, or has come to its end.
typealias Training<Cell: StandardCell<Float>> = TrainingThread<Cell, EpochNote>

/// Starts a training on a thread of its own.
///
/// - Parameter file: where the training is kept after every epoch.
nonisolated func start<Cell: StandardCell<Float>>(
  _ training: LanguageTraining<Cell>, on corpus: Corpus, epochs: Int, probe: CountryProbe?, savingTo file: String? = nil
) -> Training<Cell> {
  TrainingThread(training, on: corpus, epochs: epochs) { now in
    if let file { try now.save(to: file, corpus: corpus) }
    return EpochNote(
      accuracy: now.lastTest.flatMap { languageAccuracy($0, corpus)?.share },
      shares: try probe.map { try $0.leastShares($0.memories(of: now.model)) } ?? [])
  }
}

/// The three networks of the experiment after their training.
struct Trained {
  let carried, reset: Training<LSTMCell<Float>>.Outcome
  let simple: Training<SimpleRNNCell<Float>>.Outcome
}

/// Trains all three side by side, and saves the first where the command line asks for it. A text of one's own has the
/// first alone.
func trainAll(from beginning: LanguageTraining<LSTMCell<Float>>, line: Int) throws -> Trained {
  // Each training has one thread; several at once leave no core idle.
  let threads = Threads.count
  Threads.count = 1
  defer { Threads.count = threads }
  let (words, others) = (corpus.vocabulary.count, isGrammar ? epochCount : 0)
  let carried = start(beginning, on: corpus, epochs: epochCount, probe: probe, savingTo: page[save])
  let reset = start(
    LanguageTraining<LSTMCell<Float>>(alone, words: words), on: corpus, epochs: others, probe: nil)
  let simple = start(
    LanguageTraining<SimpleRNNCell<Float>>(settings, words: words), on: corpus, epochs: others, probe: nil)
  wait(for: [carried, reset, simple], words: page[rows] * page[stepCount], interrupt, line: line)
  let trained = Trained(
    carried: try carried.outcome(), reset: try reset.outcome(), simple: try simple.outcome())
  if let file = page[save] { try trained.carried.training.save(to: file, corpus: corpus) }
  return trained
}

/// The share of language words that are the most probable ones, of those that stand so many words after their country.
nonisolated func languageAccuracy(
  _ scores: WordScores, _ corpus: Corpus, distances: ClosedRange<Int> = 1...1_000_000
) -> (share: Double, count: Int)? {
  guard let drawn = corpus.drawn else { return nil }
  return scores.accuracy { distances.contains(drawn.distances[$0]) }
}

/// The mean cross-entropy of some words of the test, chosen by themselves and the word before.
func meanNats(of scores: WordScores, _ known: Vocabulary, _ isAsked: (_ word: String, _ before: String) -> Bool)
  -> Double
{
  let asked = scores.targets.indices.dropFirst().filter { place in
    place % scores.length > 0 && isAsked(known.words[scores.targets[place]], known.words[scores.targets[place - 1]])
  }
  return asked.reduce(0) { $0 + Double(scores.nats[$1]) } / Double(max(asked.count, 1))
}

/// The distances by which the reference groups the language words.
nonisolated let distanceGroups: [(name: String, key: String, words: ClosedRange<Int>)] = [
  ("6", "6-6", 6...6), ("10", "7-10", 7...10), ("14", "11-14", 11...14), ("18", "15-18", 15...18),
  ("26", "19-26", 19...26), ("38", "27-38", 27...38), ("39+", "39+", 39...1_000_000),
]

/// Some words and what the network says after them, up to the end of a sentence or so many words or signs.
nonisolated func continuation(
  of beginning: [String], by model: LanguageModel<LSTMCell<Float>>, _ corpus: Corpus, _ sampling: Sampling, count: Int,
  seed: UInt64
) throws -> String {
  var generator = RandomGenerator(seed: seed + 77)
  let known = corpus.vocabulary
  let ends = corpus.unit == .word ? [".", "!", "?"].filter { known.words.contains($0) }.compactMap { known[$0] } : []
  let drawn = try model.continuation(
    of: known.numbers(of: beginning), count: count, until: Set(ends), sampling, using: &generator)
  let text = corpus.unit.text(of: beginning + known.words(of: drawn))
  return text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
    .joined(separator: "\n")
}

/// Shows on a terminal how far all trainings together are, until they are over; Ctrl-C stops them.
@MainActor func wait(for trainings: [any RunningTraining], words: Int, _ interrupt: Interrupt, line: Int) {
  let total = trainings.reduce(0) { $0 + $1.progress.total }
  let done = trainings.reduce(0) { $0 + $1.progress.done }
  var pace = Pace(total: total * words, done: done * words, unit: "words")
  while true {
    let now = trainings.map(\.progress)
    if interrupt.isRequested { for training in trainings { training.stop() } }
    if now.allSatisfy(\.isOver) { return }
    let count = now.reduce(0) { $0 + $1.done }
    let what = "epoch \(now[0].epoch + 1), perplexity \(String(format: "%.3f", exp(now[0].meanLoss)))"
    if let text = pace.line(what, done: count * words) { page.progress(text, count, of: total, line: line) }
    usleep(20_000)
  }
}

extension Notebook {
  /// A training beside those of PyTorch: its perplexities, and the shares of languages named rightly.
  func compare(
    _ name: String, _ nats: [Double], _ shares: [Double], _ run: ExperimentStatistics.Run?, line: Int
  ) {
    guard let run else { return }
    let reason = "ten seeds of PyTorch, and 4 standard deviations around their mean"
    let known = [1, 5, 10, 15].filter { $0 <= nats.count }
    range(
      "\(name): perplexity after some epochs", of: known.map { exp(nats[$0 - 1]) },
      in: known.map { run.figure("test_perplexity_at_epoch", at: $0)?.range() ?? 0...0 },
      axes: [Axis("epoch", known.map(String.init))], because: reason, line: line)
    range(
      "\(name): languages named rightly, by distance", of: shares,
      in: distanceGroups.map {
        run.figure("language_accuracy_by_distance", under: $0.key)?.range().clamped(to: 0...1) ?? 0...0
      },
      axes: [Axis("words", distanceGroups.map(\.key))], because: reason, line: line)
  }
}

/// The LSTM whose state is not carried, beside PyTorch's two seeds.
func compareNotCarried(line: Int) {
  guard let carried = torch[0], let known = torch[1]?.figure("test_perplexity_at_epoch", at: 15),
    let spread = carried.figure("test_perplexity_at_epoch", at: 15)?.deviation
  else { return }
  let width = 4 * spread * (1 / Double(known.seeds) + 1).squareRoot()
  let most = carried.figure("language_accuracy_by_distance", under: "39+")?.least ?? 1
  page.range(
    "LSTM, state not carried: perplexity at the end, and languages after 39 words and more",
    of: curve(resetTraining.testNats.suffix(1)) + shares(tests[1]).suffix(1),
    in: [known.mean - width...known.mean + width, 0...most], axes: [Axis("number", ["perplexity", "languages"])],
    because:
      "the mean of two seeds of PyTorch, with the spread of ten whose state is carried; and all those ten had more",
    line: line)
}

/// What a training on a text of one's own came to.
func showOwnText(line: Int) {
  let names = corpus.unit.plural
  page.result(
    """
    \(corpus.training.rows.count * corpus.training.rows[0].count) \(names) to learn from, \(corpus.test.targetCount) to be tested on, \
    \(corpus.vocabulary.count) different
    """, line: line)
  page.table(
    "Perplexity", columns: ["epoch", "in training", "on the test"],
    rows: zip(training.trainingNats, training.testNats).enumerated().map { epoch, nats in
      ["\(epoch + 1)", page.text(exp(nats.0), decimals: 3), page.text(exp(nats.1), decimals: 3)]
    } + [["now", "", page.text(tests[0]?.perplexity ?? .nan, decimals: 3)]], line: line)
}
