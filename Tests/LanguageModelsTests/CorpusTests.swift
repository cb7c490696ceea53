import Foundation
import Support
import Testing

@testable import LanguageModels

/// What a corpus is made of, word by word.
@Suite struct Corpora {
  private static let chain = GrammarChain(.travels(countries: 2, goOn: 0.4))

  /// One generator draws the sentences to learn from, then those of the test; it begins at the seed and a constant.
  @Test(arguments: [3, .max] as [UInt64]) func aSeedDrawsTheTrainingAndThenTheTest(seed: UInt64) throws {
    let corpus = try Corpus(Self.chain, sentences: 7, test: 5, rows: 2, testRows: 3, seed: seed)
    var generator = RandomGenerator(seed: seed &+ 0x7E57_0000)
    let training = (0..<7).flatMap { _ in Self.chain.draw(using: &generator).words }
    let test = (0..<5).map { _ in Self.chain.draw(using: &generator) }
    try expectEqual(corpus.training.rows, WordRows(training, rows: 2).rows)
    try expectEqual(corpus.test.rows, WordRows(test.flatMap(\.words), rows: 3).rows)
    expect(corpus.drawn?.sentences == test && corpus.unit == .word)
    expectEqual(corpus.vocabulary, Self.chain.grammar.vocabulary)
    let other = try Corpus(Self.chain, sentences: 7, test: 5, rows: 2, testRows: 3, seed: seed &- 1)
    expect(other.training.rows != corpus.training.rows && other.fingerprint != corpus.fingerprint)
  }

  /// FNV-1a of every word and a zero, then of the numbers of all rows, three bytes each, the lowest first.
  @Test func theFingerprintIsOfTheWordsAndOfAllRows() throws {
    let file = try TextFile(Array("a b a c a b b a d a".utf8), path: "t.txt")
    let corpus = try Corpus(file, by: .word, vocabulary: 9, rows: 2)
    expectEqual(corpus.vocabulary.words, ["a", "b", "c", "d"])
    expect(corpus.training.rows == [[0, 1, 0, 2], [0, 1, 1, 0]] && corpus.test.rows == [[3, 0]])
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let numbers: [UInt8] = [0, 1, 0, 2, 0, 1, 1, 0, 3, 0].flatMap { [$0, 0, 0] }
    for byte in Array("a\0b\0c\0d\0".utf8) + numbers { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    expectEqual(corpus.fingerprint, String(hash, radix: 16))
  }

  /// Seven words in rows of three or two, each without its first; a language word knows the way from its country.
  @Test func whatAGrammarKnowsStandsInTheOrderOfTheRows() {
    let sentences = [
      DrawnSentence(words: [5, 6, 7, 8], nats: [0.5, 1, 1.5, 2], countryPlace: 1, languagePlace: 3),
      DrawnSentence(words: [1, 2, 3], nats: [3, 4, 5], countryPlace: 0, languagePlace: 1),
    ]
    expect(sentences.map(\.country) == [6, 1] && sentences.map(\.distance) == [2, 1])
    let two = DrawnTest(sentences, rows: 2)
    expect(two.nats == [1, 1.5, 3, 4] && two.distances == [0, 0, 0, 1] && two.meanNats == 2.375)
    let three = DrawnTest(sentences, rows: 3)
    expect(three.nats == [1, 2, 4] && three.distances == [0, 2, 1])
    expectEqual(DrawnTest([], rows: 2).meanNats, 0)
    #expect(throws: ShapeError("text for 3 rows", expected: "at least 6 words", received: [0])) {
      try Corpus(Self.chain, sentences: 7, test: 0, rows: 2, testRows: 3, seed: 1)
    }
  }

  @Test func whatIsTooShortSaysWhatThereIs() throws {
    func message(_ text: String, _ unit: TextUnit, rows: Int) -> String {
      do {
        _ = try Corpus(TextFile(Array(text.utf8), path: "t.txt"), by: unit, vocabulary: 9, rows: rows)
        return "none"
      } catch { return "\(error)" }
    }
    expectEqual(
      message("one two three", .word, rows: 2),
      "t.txt: expected at least 6 words, two of them different, for 2 rows, received 3 words")
    expectEqual(
      message("a", .character, rows: 1),
      "t.txt: expected at least 4 characters, two of them different, for 1 rows, received one character")
    expect(message("a b c d e", .word, rows: 2).hasSuffix("received 5 words"))
    expectEqual(message("a b c d e f", .word, rows: 2), "none")
  }

  // MARK: Grammars

  static let tables: [(places: [(name: String, choices: [Grammar.Choice])], languages: [String], message: String)] = [
    ([], [], "grammar: expected places, and a language for every country"),
    ([("p", [.init("a", 1, next: "p")])], ["a"], "grammar: expected places, and a language for every country"),
    (
      [("p", [.init("a", 0.25, next: "p"), .init("b", 0.5, next: "p")])], ["a", "b"],
      "grammar: place p: expected probabilities of sum 1, not 0.75"
    ),
    (
      [("p", [.init("a", 1, next: "q")])], ["a", "b"], "grammar: place p: expected a place after a, received q"
    ),
    ([("p", [.init("c", 1, next: "p")])], ["a", "b"], "grammar: place p: c is no word of the vocabulary"),
    ([("p", [.init("a", 1, next: "p")])], ["a", "d"], "grammar: d is no word of the vocabulary"),
  ]

  @Test(arguments: tables.indices) func aTableIsRefused(row: Int) {
    let (places, languages, message) = Self.tables[row]
    let error = #expect(throws: GrammarError.self) {
      try Grammar(places: places, words: ["a", "b"], countries: ["b", "a"], languages: languages)
    }
    expectEqual(error?.description, message)
  }

  // MARK: Words

  /// A sign that ends something stands at the word before it; all others have a space.
  @Test func signsThatEndSomethingHaveNoSpaceBefore() {
    for sign in [".", ",", ";", ":", "!", "?", ")", "]", "}", "…"] {
      expectEqual(TextUnit.word.text(of: ["a", sign, "b"]), "a\(sign) b")
    }
    for sign in ["(", "[", "{", "-", "‘", "..", "'"] {
      expectEqual(TextUnit.word.text(of: ["a", sign, "b"]), "a \(sign) b")
    }
    expect(TextUnit.word.text(of: []) == "" && TextUnit.word.text(of: [".", "a"]) == ". a")
    expect(TextUnit.word.plural == "words" && TextUnit.character.plural == "characters")
  }

  @Test func anApostropheBelongsToAWordOnlyInsideOfIt() {
    expectEqual(TextUnit.word.pieces(of: "'tis o' X’ it's’9"), ["'", "tis", "o", "'", "x", "’", "it's’9"])
  }

  @Test func equallyFrequentWordsStandByTheirBytes() {
    expectEqual(Vocabulary(of: ["é", "z", "e", "Z", "z"], atMost: 4).words, ["z", "Z", "e", "é"])
    let three = Vocabulary(of: ["é", "z", "e", "Z", "z"], atMost: 3)
    expect(three.words == ["z", "Z", "‹?›"] && three.unknown == 2 && three["é"] == 2 && three.count == 3)
    expectEqual(Vocabulary(["a", "b", "a"])["a"], 0)
  }

  // MARK: Scores and samples

  @Test func scoresAreMeans() {
    let scores = WordScores(
      rows: 2, length: 2, nats: [1, 2, 3, 6], predicted: [1, 2, 3, 4], targets: [1, 0, 3, 0])
    expect(scores.meanNats == 3 && abs(scores.perplexity - exp(3)) < 1e-14)
    let late = scores.accuracy { $0 >= 1 }
    expect(late.share == 1.0 / 3 && late.count == 3)
    let none = scores.accuracy { _ in false }
    expect(none.share.isNaN && none.count == 0)
    expectEqual(WordScores(rows: 0, length: 0, nats: [], predicted: [], targets: []).meanNats, 0)
  }

  @Test func samplingAtTheEndsOfItsRange() {
    expect(Sampling().temperature == 1 && Sampling().probabilities([Double]()) == [])
    expectEqual(Sampling(temperature: 0).probabilities([1.0, 3, 3]), [0, 1, 0])
    var generator = RandomGenerator(seed: 1)
    // The most probable word draws no number.
    let before = generator
    expectEqual(Sampling(temperature: 0).draw([1.0, 3, 3], using: &generator), 1)
    var untouched = before
    expectEqual(generator.uniform(), untouched.uniform())
    // The word is the first whose sum of probabilities is above the drawn number.
    for _ in 0..<50 {
      var copy = generator
      let place = copy.uniform()
      expectEqual(Sampling().draw([0.0, 0, 0, 0], using: &generator), Int(place * 4))
    }
  }

  @Test func settingsThatNobodyGives() {
    expectEqual(
      LanguageSettings(),
      LanguageSettings(
        embedding: 32, units: 64, steps: 20, carriesState: true, learningRate: 0.01,
        schedule: .afterwards(keep: 9, 0.8), clipNorm: 1, seed: 1))
  }
}
