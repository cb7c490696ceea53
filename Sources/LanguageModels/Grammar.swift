import Training

/// A grammar that draws sentences in which a late word depends on an early one, and whose entropy can be computed.
///
///     SUBJECT was born in COUNTRY { , visited COUNTRY | , VERB ADJECTIVE NOUN }*
///     and now SUBJECT speaks fluent LANGUAGE .
///
/// The second SUBJECT is the first one, and LANGUAGE belongs to the first COUNTRY. After the country and after every
/// clause comes another clause with probability `goOn`; a clause is a visit with probability `visit`. The kind of the
/// NOUN depends on the VERB two words before.
///
/// A sentence walks from place to place. At each one of the words is drawn, and leads to the next place; the last word
/// leads to the first place again.
public struct Grammar: Equatable, Sendable {
  /// A word that can stand at a place.
  public struct Choice: Equatable, Sendable {
    public let word: String
    public let probability: Double
    /// The place that comes next.
    public let next: String

    public init(_ word: String, _ probability: Double, next: String) {
      (self.word, self.probability, self.next) = (word, probability, next)
    }
  }

  /// The places in their order; a sentence begins at the first.
  public let places: [(name: String, choices: [Choice])]
  public let vocabulary: Vocabulary
  public let countries, languages: [String]

  /// In the place of a word: the word that was drawn at place `subj`, and the language of the country drawn at
  /// `country`.
  public static let sameSubject = "same subject"
  public static let language = "language of the first country"

  /// - Parameters:
  ///   - places: every `next` is the name of one; the probabilities of a place add up to 1.
  ///   - languages: as many as countries, in their order.
  /// - Throws: ``GrammarError`` for a table that is no grammar.
  public init(
    places: [(name: String, choices: [Choice])], words: [String], countries: [String], languages: [String]
  ) throws(GrammarError) {
    (self.places, self.countries, self.languages) = (places, countries, languages)
    vocabulary = Vocabulary(words)
    guard !places.isEmpty, countries.count == languages.count else {
      throw GrammarError("expected places, and a language for every country")
    }
    for (name, choices) in places {
      let sum = choices.reduce(0) { $0 + $1.probability }
      guard abs(sum - 1) < 1e-9 else {
        throw GrammarError("place \(name): expected probabilities of sum 1, not \(sum)")
      }
      for choice in choices {
        guard places.contains(where: { $0.name == choice.next }) else {
          throw GrammarError("place \(name): expected a place after \(choice.word), received \(choice.next)")
        }
        let isWord = vocabulary[choice.word] != nil || [Self.sameSubject, Self.language].contains(choice.word)
        guard isWord else { throw GrammarError("place \(name): \(choice.word) is no word of the vocabulary") }
      }
    }
    for word in countries + languages where vocabulary[word] == nil {
      throw GrammarError("\(word) is no word of the vocabulary")
    }
  }

  public static func == (a: Grammar, b: Grammar) -> Bool {
    a.places.map(\.name) == b.places.map(\.name) && a.places.map(\.choices) == b.places.map(\.choices)
      && a.vocabulary == b.vocabulary && a.countries == b.countries && a.languages == b.languages
  }
}

/// A table that is no grammar.
public struct GrammarError: Error, Equatable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = "grammar: " + description }
}

// MARK: The grammar of the lesson

extension Grammar {
  private static let lands = [
    ("china", "chinese"), ("france", "french"), ("germany", "german"), ("japan", "japanese"), ("russia", "russian"),
    ("spain", "spanish"), ("italy", "italian"), ("greece", "greek"), ("poland", "polish"), ("turkey", "turkish"),
    ("hungary", "hungarian"), ("sweden", "swedish"),
  ]
  private static let adjectives = [
    ("old", 0.3), ("small", 0.2), ("red", 0.2), ("rare", 0.1), ("quiet", 0.1), ("tall", 0.1),
  ]
  private static let large = [
    ("houses", 0.4), ("bridges", 0.2), ("gardens", 0.1), ("towers", 0.1), ("rivers", 0.1), ("boats", 0.1),
  ]
  private static let small = [
    ("books", 0.4), ("maps", 0.2), ("clocks", 0.1), ("chairs", 0.1), ("coins", 0.1), ("lamps", 0.1),
  ]
  private static let verbs = [
    ("saw", 0.3, "adj1"), ("painted", 0.2, "adj1"), ("studied", 0.2, "adj1"), ("sold", 0.1, "adj2"),
    ("bought", 0.1, "adj2"), ("drew", 0.1, "adj2"),
  ]

  /// The grammar of the lesson.
  ///
  /// - Parameters:
  ///   - countries: 1 to 12.
  ///   - goOn: the probability of another clause, from 0 to below 1.
  ///   - visit: the probability that a clause is a visit.
  public static func travels(countries: Int = 8, goOn: Double = 0.8, visit: Double = 0.3) -> Grammar {
    let lands = lands.prefix(countries)
    func one(_ word: String, _ next: String) -> [Choice] { [Choice(word, 1, next: next)] }
    func choices(_ words: [(String, Double)], _ next: String) -> [Choice] {
      words.map { Choice($0.0, $0.1, next: next) }
    }
    let anyCountry = choices(lands.map { ($0.0, 1 / Double(lands.count)) }, "choose")
    let places: [(name: String, choices: [Choice])] = [
      ("subj", choices([("he", 0.5), ("she", 0.5)], "was")), ("was", one("was", "born")), ("born", one("born", "in")),
      ("in", one("in", "country")), ("country", anyCountry),
      ("choose", [Choice(",", goOn, next: "verb"), Choice("and", 1 - goOn, next: "now")]),
      (
        "verb",
        [Choice("visited", visit, next: "where")]
          + verbs.map { Choice($0.0, (1 - visit) * $0.1, next: $0.2) }
      ),
      ("where", anyCountry), ("adj1", choices(adjectives, "noun1")), ("adj2", choices(adjectives, "noun2")),
      ("noun1", choices(large, "choose")), ("noun2", choices(small, "choose")), ("now", one("now", "subj2")),
      ("subj2", one(sameSubject, "speaks")), ("speaks", one("speaks", "fluent")),
      ("fluent", one("fluent", "language")), ("language", one(language, "dot")), ("dot", one(".", "subj")),
    ]
    let words =
      ["he", "she", "was", "born", "in", ",", "and", "now", "speaks", "fluent", ".", "visited"] + lands.map(\.0)
      + lands.map(\.1) + verbs.map(\.0) + adjectives.map(\.0) + large.map(\.0) + small.map(\.0)
    do {
      return try Grammar(places: places, words: words, countries: lands.map(\.0), languages: lands.map(\.1))
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
