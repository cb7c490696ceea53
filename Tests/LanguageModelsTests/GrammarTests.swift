import Foundation
import PrintedNumbers
import Support
import Testing

@testable import LanguageModels

/// `golden/lessons/language_model_grammar.json`.
private struct GrammarFile {
  let name: String
  let grammar: Grammar
  let exact, byPlace, drawn: [(key: String, value: Double)]

  static func all() throws -> [GrammarFile] {
    let grammars = try #require(try LessonNumbers.load("language_model_grammar"))["grammars"]
    return try grammars.keys().map { try GrammarFile(name: $0, grammars[$0]) }
  }

  private init(name: String, _ file: LessonNumbers) throws {
    self.name = name
    func texts(_ key: String) throws -> [String] { try file[key].list().map { try $0.text() } }
    func numbers(_ object: LessonNumbers) throws -> [(key: String, value: Double)] {
      try object.keys().compactMap { key in (try? object[key].number()).map { (key, $0) } }
    }
    let places = try file["places"].list().map { place in
      let parts = try place.list()
      let choices = try parts[1].list().map { choice in
        let parts = try choice.list()
        return Grammar.Choice(try parts[0].text(), try parts[1].number(), next: try parts[2].text())
      }
      return (name: try parts[0].text(), choices: choices)
    }
    grammar = try Grammar(
      places: places, words: texts("vocabulary"), countries: texts("countries"), languages: texts("languages"))
    exact = try numbers(file["exact"])
    byPlace = try numbers(file["exact"]["bits_per_word_by_place"])
    drawn = try numbers(file["from_20000_drawn_sentences"])
  }
}

private func value(_ key: String, in list: [(key: String, value: Double)]) throws -> Double {
  try #require(list.first { $0.key == key }, "no \(key)").value
}

@Suite struct Grammars {
  @Test func theLessonsGrammarIsTheGoldenOne() throws {
    let file = try #require(GrammarFile.all().first { $0.name == "main" })
    let own = Grammar.travels()
    expectEqual(own.vocabulary, file.grammar.vocabulary)
    expect(own.countries == file.grammar.countries && own.languages == file.grammar.languages)
    expectEqual(own.places.map(\.name).sorted(), file.grammar.places.map(\.name).sorted())
    for (name, choices) in own.places {
      let golden = try #require(file.grammar.places.first { $0.name == name }).choices
      expect(choices.map(\.word) == golden.map(\.word) && choices.map(\.next) == golden.map(\.next))
      for (a, b) in zip(choices, golden) { expect(abs(a.probability - b.probability) < 1e-15, "\(name) \(a.word)") }
    }
  }

  /// From the file's own table, whatever its sizes.
  @Test func entropiesAreTheGoldenOnes() throws {
    for file in try GrammarFile.all() {
      let chain = GrammarChain(file.grammar)
      let bits = [
        "mean_words_per_sentence": chain.meanLength, "bits_per_word": chain.bits,
        "best_perplexity": exp2(chain.bits), "nats_per_word": chain.bits * log(2),
        "bits_per_sentence": chain.bitsOfSentence,
        "bits_per_word_without_long_memory": chain.bits(knowingSubject: false, knowingCountry: false),
        "bits_per_word_knowing_subject_but_not_country": chain.bits(knowingSubject: true, knowingCountry: false),
        "uniform_bits": log2(Double(file.grammar.vocabulary.count)), "unigram_bits": chain.bits(ofOrder: 1),
        "bigram_bits": chain.bits(ofOrder: 2), "trigram_bits": chain.bits(ofOrder: 3),
        "fourgram_bits": chain.bits(ofOrder: 4),
      ]
      for (key, own) in bits.sorted(by: { $0.key < $1.key }) {
        let golden = try value(key, in: file.exact)
        expect(abs(own - golden) <= 1e-12 * golden, "\(file.name) \(key): \(own), \(golden)")
        let power = key.replacing("bits_per_word", with: "perplexity").replacing("_bits", with: "_perplexity")
        if power != key, let golden = file.exact.first(where: { $0.key == power })?.value {
          expect(abs(exp2(own) - golden) <= 1e-12 * golden, "\(file.name) \(power)")
        }
      }
      expectEqual(chain.bitsByPlace.count, file.byPlace.count)
      for (place, own) in chain.bitsByPlace {
        let golden = try value(place, in: file.byPlace)
        expect(abs(own - golden) <= 1e-12 * golden, "\(place)")
      }
    }
  }

  /// Another draw: its own mean length, and the entropy as the mean of its surprises, in distribution.
  @Test func drawnSentencesAgree() throws {
    let file = try #require(GrammarFile.all().first)
    let chain = GrammarChain(.travels())
    var generator = RandomGenerator(seed: 5)
    let sentences = (0..<20_000).map { _ in chain.draw(using: &generator) }
    let words = Double(sentences.reduce(0) { $0 + $1.words.count })
    let bits = sentences.flatMap(\.nats).reduce(0, +) / log(2) / words
    // 20000 sentences of 27 words: the standard error of the mean length is 0.16, that of the bits 0.003.
    expect(abs(words / 20_000 - chain.meanLength) < 0.6)
    expect(abs(bits - chain.bits) < 0.012)
    try expect(abs(words / 20_000 - value("mean_words_per_sentence", in: file.drawn)) < 0.8)
    let grammar = chain.grammar
    for sentence in sentences.prefix(500) {
      let country = try #require(grammar.countries.firstIndex(of: grammar.vocabulary.words[sentence.country]))
      expectEqual(grammar.vocabulary.words[sentence.words[sentence.languagePlace]], grammar.languages[country])
      expectEqual(sentence.words[0], sentence.words[sentence.languagePlace - 3])
      expect(sentence.distance >= 6)
    }
    expectEqual(Set(sentences.prefix(500).map(\.country)).count, 8)
  }

  /// A bigram knows one word before, and so on; with all words of a sentence it is the grammar itself.
  @Test func distributions() throws {
    let chain = GrammarChain(.travels())
    let words = chain.grammar.vocabulary
    func p(_ word: String, after text: String) throws -> Double {
      let before = try words.numbers(of: TextUnit.word.pieces(of: text))
      return try #require(chain.distribution(after: before))[try #require(words[word])]
    }
    try expect(abs(p("chinese", after: "fluent") - 1 / 8) < 1e-12)
    try expect(abs(p("chinese", after: "born in china and now he speaks fluent") - 1) < 1e-12)
    try expect(abs(p("chinese", after: "visited china and now he speaks fluent") - 1 / 8) < 1e-12)
    try expect(abs(p("he", after: "and now") - 1 / 2) < 1e-12)
    try expect(abs(p("and", after: "china") - 0.2) < 1e-12)
    try expect(chain.distribution(after: words.numbers(of: ["in", "he"])) == nil)
    // The mean of the surprises of all bigrams is the bigram's entropy.
    let unigram = try #require(chain.distribution(after: []))
    let bits = unigram.indices.reduce(0.0) { sum, word in
      let following = chain.distribution(after: [word]) ?? []
      return following.reduce(sum) { $1 > 0 ? $0 - unigram[word] * $1 * log2($1) : $0 }
    }
    expect(abs(bits - chain.bits(ofOrder: 2)) < 1e-12)
  }

  /// Other sizes, by hand: a sentence has 1 + log₂ n bits, and for c = g / (1 − g) clauses their words.
  @Test(arguments: [(2, 0.5, 0.4), (12, 0.9, 0.1), (5, 0.0, 0.3)]) func otherSizes(n: Int, goOn: Double, visit: Double)
  {
    let chain = GrammarChain(.travels(countries: n, goOn: goOn, visit: visit))
    func h(_ p: Double) -> Double { GrammarChain.bits([p, 1 - p]) }
    let clauses = goOn / (1 - goOn)
    let verbs = GrammarChain.bits([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    let adjective = GrammarChain.bits([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    let noun = GrammarChain.bits([0.4, 0.2, 0.1, 0.1, 0.1, 0.1])
    let clause = h(visit) + visit * log2(Double(n)) + (1 - visit) * (verbs + adjective + noun)
    let sentence = 1 + log2(Double(n)) + (clauses + 1) * h(goOn) + clauses * clause
    expect(abs(chain.bitsOfSentence - sentence) < 1e-10)
    expect(abs(chain.meanLength - (12 + clauses * (3 * visit + 4 * (1 - visit)))) < 1e-10)
    expectEqual(chain.grammar.vocabulary.count, 36 + 2 * n)
  }

  @Test func aTableThatIsNoGrammar() {
    func error(_ places: [(name: String, choices: [Grammar.Choice])], _ words: [String] = ["a"]) -> GrammarError? {
      do throws(GrammarError) {
        _ = try Grammar(places: places, words: words, countries: [], languages: [])
        return nil
      } catch { return error }
    }
    expectEqual(error([("p", [.init("a", 0.5, next: "p")])])?.description.contains("sum 1, not 0.5"), true)
    expectEqual(error([("p", [.init("a", 1, next: "q")])])?.description.contains("a place after a, received q"), true)
    expectEqual(error([("p", [.init("b", 1, next: "p")])])?.description.contains("b is no word"), true)
    expect(error([("p", [.init("a", 1, next: "p")])]) == nil)
  }
}
