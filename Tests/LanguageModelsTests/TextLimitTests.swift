import Foundation
import Support
import Testing

@testable import LanguageModels

/// What is text, byte by byte, and how much of it.
@Suite struct TextLimits {
  private func message(_ bytes: [UInt8]) -> String {
    do throws(TextError) {
      _ = try TextFile(bytes, path: "t.txt")
      return "none"
    } catch { return error.description }
  }

  /// Tab, line feed, form feed and carriage return are text.
  @Test func everyControlCharacter() {
    for byte in UInt8(0)..<0x20 {
      let digits = (byte < 16 ? "0" : "1") + "0123456789ABCDEF".map(String.init)[Int(byte) % 16]
      let expected = "t.txt, line 1, column 2 (byte 2): expected text, received the control character 0x\(digits)"
      expect(message([0x61, byte, 0x62]) == ([9, 10, 12, 13].contains(byte) ? "none" : expected))
    }
    expectEqual(
      message([0x61, 0x7F]), "t.txt, line 1, column 2 (byte 2): expected text, received the control character 0x7F")
    expect(message([0x61, 0x7E]) == "none" && message([0x20, 0x21]) == "none")
  }

  /// The first byte, the last, behind line ends, behind characters of one to four bytes.
  @Test func whereTextBreaksOff() {
    let reason = ", which begins no character or leaves one unfinished"
    for (bytes, place, byte) in [
      ([0xFF], "line 1, column 1 (byte 1)", "FF"), ([0x61, 0xC3], "line 1, column 2 (byte 2)", "C3"),
      ([0x80, 0x61], "line 1, column 1 (byte 1)", "80"),
      (Array("aé€😀".utf8) + [0xBF], "line 1, column 11 (byte 11)", "BF"),
      (Array("a\nb\n".utf8) + [0xF0, 0x9F], "line 3, column 1 (byte 5)", "F0"),
      (Array("\n\nab".utf8) + [0xE2, 0x28], "line 3, column 3 (byte 5)", "E2"),
    ] as [([UInt8], String, String)] {
      expectEqual(message(bytes), "t.txt, \(place): expected UTF-8, received the byte 0x\(byte)\(reason)")
    }
  }

  @Test func marksAndLineEnds() throws {
    func text(_ text: String) throws -> String { try TextFile(Array(text.utf8), path: "t").text }
    try expect(text("\u{FEFF}a\u{FEFF}") == "a\u{FEFF}" && text("a\r\n\r\nb\rc") == "a\n\nb\rc")
    expectEqual(message(Array("\u{FEFF}".utf8)), "t.txt: expected text, received nothing but spaces and line ends")
    expectEqual(message(Array("\t\u{3000}\n".utf8)), "t.txt: expected text, received nothing but spaces and line ends")
    expectEqual(message([]), "t.txt: expected text, received an empty file")
  }

  /// 64 MiB are read, here zeros that take no place; one byte more is not.
  @Test func longFilesAreNotRead() throws {
    try withTemporaryPath { folder in
      func read(_ count: Int) -> String {
        let path = "\(folder)/\(count)"
        guard FileManager.default.createFile(atPath: path, contents: nil), truncate(path, count) == 0 else {
          return "not written"
        }
        do throws(TextError) {
          _ = try TextFile(reading: path)
          return "none"
        } catch { return error.description.replacing(folder + "/", with: "") }
      }
      expectEqual(
        read(67_108_864), "67108864, line 1, column 1 (byte 1): expected text, received the control character 0x00")
      expectEqual(read(67_108_865), "67108865: expected at most 67108864 bytes, received \"67108865\"")
      expectEqual(
        #expect(throws: TextError.self) { try TextFile(reading: folder) }?.description,
        "\(folder): expected a file that can be read, received \"it is a folder\"")
      let path = "\(folder)/a.txt"
      try Data("x y\n".utf8).write(to: URL(fileURLWithPath: path))
      try expect(TextFile(reading: path).text == "x y\n" && TextFile(reading: path).path == path)
    }
  }

  // MARK: Corpora

  private func corpus(_ text: String, _ unit: TextUnit = .word, vocabulary: Int = 9, rows: Int) throws -> Corpus {
    try Corpus(TextFile(Array(text.utf8), path: "t.txt"), by: unit, vocabulary: vocabulary, rows: rows)
  }

  /// The test has a tenth of the words, two at least; words without a place have the last number.
  @Test func theTestIsATenth() throws {
    func words(_ count: Int) -> String { (0..<count).map { "w\($0 % 3)" }.joined(separator: " ") }
    for (count, test) in [(6, 2), (19, 2), (29, 2), (30, 3), (39, 3), (40, 4)] {
      let own = try corpus(words(count), rows: 1)
      expect(own.test.rows.map(\.count) == [test] && own.training.rows.map(\.count) == [count - test], "\(count)")
    }
    let few = try corpus("a b a c a d a b", vocabulary: 2, rows: 2)
    expect(few.vocabulary.words == ["a", "‹?›"] && few.training.rows == [[0, 1, 0], [1, 0, 1]])
    expect(few.test.rows == [[0, 1]] && few.unit == .word && few.drawn == nil)
    let letters = try corpus("abab c", .character, rows: 1)
    expect(letters.unit == .character && letters.vocabulary.words == ["a", "b", " ", "c"])
    expect(letters.training.rows == [[0, 1, 0, 1]] && letters.test.rows == [[2, 3]])
  }

  /// Four words for two rows and two for the test; one row needs four, of two kinds.
  @Test func howMuchTextThereMustBe() throws {
    func message(_ text: String, rows: Int) -> String {
      do {
        _ = try corpus(text, rows: rows)
        return "none"
      } catch { return "\(error)" }
    }
    expect(message("a b c d", rows: 1) == "none" && message("a b c d e f", rows: 2) == "none")
    expectEqual(
      message("a b c", rows: 1), "t.txt: expected at least 4 words, two of them different, for 1 rows, received 3 words"
    )
    expectEqual(
      message("a a a a a", rows: 1),
      "t.txt: expected at least 4 words, two of them different, for 1 rows, received 5 words")
    expectEqual(
      message("a b c d e", rows: 2),
      "t.txt: expected at least 6 words, two of them different, for 2 rows, received 5 words")
    expect(message("…", rows: 3).hasSuffix("at least 8 words, two of them different, for 3 rows, received one word"))
  }

  /// Numbers above 255 take two bytes of the fingerprint, the lower one first.
  @Test func largeNumbersAreInTheFingerprint() throws {
    let words = (0..<300).map { "w\(1000 + $0)" }
    let own = try corpus(words.joined(separator: " "), vocabulary: 999, rows: 1)
    var print = Fingerprint()
    for word in own.vocabulary.words { print.add(word) }
    for word in own.training.rows[0] + own.test.rows[0] {
      print.add([UInt8(word % 256), UInt8(word / 256), 0])
    }
    expect(own.vocabulary.words == words && own.fingerprint == print.text)
  }

  /// Twenty rows of a test where nobody says how many.
  @Test func aDrawnTestHasTwentyRows() throws {
    let chain = GrammarChain(.travels(countries: 2, goOn: 0.3))
    let own = try Corpus(chain, sentences: 4, test: 9, rows: 3, seed: 5)
    expect(own.test.rows.count == 20 && own.training.rows.count == 3 && own.vocabulary.unknown == nil)
    let (nats, all) = (own.drawn?.nats ?? [], own.drawn?.sentences.flatMap(\.nats) ?? [])
    let L = all.count / 20
    expect(nats.count == 20 * (L - 1) && nats.prefix(L - 1) == all[1..<L] && nats.last == all[20 * L - 1])
    expectEqual(own.drawn?.meanNats, nats.reduce(0, +) / Double(nats.count))
  }

  // MARK: Grammars

  @Test func grammarsDifferInEveryPart() throws {
    let places: [(name: String, choices: [Grammar.Choice])] = [
      ("p", [.init("a", 0.5, next: "q"), .init("b", 0.5, next: "p")]), ("q", [.init("b", 1, next: "p")]),
    ]
    func grammar(
      _ places: [(name: String, choices: [Grammar.Choice])], words: [String] = ["a", "b", "c"],
      countries: [String] = ["a"], languages: [String] = ["b"]
    ) throws -> Grammar { try Grammar(places: places, words: words, countries: countries, languages: languages) }
    let own = try grammar(places)
    try expectEqual(own, grammar(places))
    try expect(own != grammar(places, words: ["a", "b", "d"]) && own != grammar(places, countries: ["c"]))
    try expect(own != grammar(places, languages: ["c"]) && own != grammar(places, countries: [], languages: []))
    var other = places
    other[0].choices[0] = .init("c", 0.5, next: "q")
    try expect(own != grammar(other))
    try expect(own != grammar(places.map { ($0.name == "q" ? "p" : "q", $0.choices) }))
    // The sum of the probabilities may be off by rounding.
    other = [("p", [.init("a", 1 + 0.5e-9, next: "p")])]
    #expect(throws: Never.self) { try grammar(other) }
    other = [("p", [.init("a", 1 - 2e-9, next: "p")])]
    #expect(throws: GrammarError.self) { try grammar(other) }
    #expect(throws: GrammarError("e is no word of the vocabulary")) { try grammar(places, countries: ["e"]) }
    expectEqual("\(GrammarError("x"))", "grammar: x")
  }

  /// Twelve countries, each with its language; all other words, in their order.
  @Test func theWordsOfAllCountries() {
    let own = Grammar.travels(countries: 12)
    expectEqual(
      own.countries,
      [
        "china", "france", "germany", "japan", "russia", "spain", "italy", "greece", "poland", "turkey", "hungary",
        "sweden",
      ])
    expectEqual(
      own.languages,
      [
        "chinese", "french", "german", "japanese", "russian", "spanish", "italian", "greek", "polish", "turkish",
        "hungarian", "swedish",
      ])
    let others = [
      "saw", "painted", "studied", "sold", "bought", "drew", "old", "small", "red", "rare", "quiet", "tall", "houses",
      "bridges", "gardens", "towers", "rivers", "boats", "books", "maps", "clocks", "chairs", "coins", "lamps",
    ]
    let first = ["he", "she", "was", "born", "in", ",", "and", "now", "speaks", "fluent", ".", "visited"]
    expectEqual(own.vocabulary, Vocabulary(first + own.countries + own.languages + others))
    expectEqual(
      own.places.map(\.name),
      [
        "subj", "was", "born", "in", "country", "choose", "verb", "where", "adj1", "adj2", "noun1", "noun2", "now",
        "subj2", "speaks", "fluent", "language", "dot",
      ])
    func next(_ place: String) -> [String] {
      own.places.first { $0.name == place }?.choices.map { "\($0.word) \($0.next)" } ?? []
    }
    expectEqual(
      next("verb"),
      [
        "visited where", "saw adj1", "painted adj1", "studied adj1", "sold adj2", "bought adj2", "drew adj2",
      ])
    expect(next("choose") == [", verb", "and now"] && next("dot") == [". subj"] && next("noun2")[5] == "lamps choose")
    expect(next("adj1")[3] == "rare noun1" && next("adj2")[5] == "tall noun2" && next("noun1")[1] == "bridges choose")
    expect(next("subj2") == ["same subject speaks"] && next("language") == ["language of the first country dot"])
    expect(next("where") == own.countries.map { "\($0) choose" } && next("country") == next("where"))
    expectEqual(Grammar.travels(), Grammar.travels(countries: 8, goOn: 0.8, visit: 0.3))
  }

  /// The words of a sentence and their prices, from the same generator.
  @Test func aSentenceWalksFromPlaceToPlace() throws {
    let grammar = Grammar.travels(countries: 3, goOn: 0.6, visit: 0.4)
    let chain = GrammarChain(grammar)
    var (own, plain) = (RandomGenerator(seed: 6), RandomGenerator(seed: 6))
    for _ in 0..<40 {
      let sentence = chain.draw(using: &own)
      var (words, nats, place) = ([String](), [Double](), "subj")
      var (country, countryPlace, languagePlace) = ("", 0, 0)
      repeat {
        let choices = try #require(grammar.places.first { $0.name == place }).choices
        let draw = plain.uniform()
        var sum = 0.0
        let choice = try #require(
          choices.first {
            sum += $0.probability
            return draw < sum
          })
        if place == "country" { (country, countryPlace) = (choice.word, words.count) }
        if place == "language" { languagePlace = words.count }
        let language = grammar.countries.firstIndex(of: country).map { grammar.languages[$0] }
        words.append(
          choice.word == Grammar.sameSubject ? words[0] : choice.word == Grammar.language ? language ?? "" : choice.word
        )
        nats.append(-log(choice.probability))
        place = choice.next
      } while place != "subj"
      expect(grammar.vocabulary.words(of: sentence.words) == words && sentence.nats == nats)
      expect(sentence.countryPlace == countryPlace && sentence.languagePlace == languagePlace)
      expect(sentence.distance == languagePlace - countryPlace && words.last == ".")
    }
    expectEqual(own, plain)
  }
}
