import TextLayout

/// The words that a model knows, each with its number: 0, 1, 2, ….
///
/// | Made from                    | Order                                                     | Unknown word              |
/// |------------------------------|-----------------------------------------------------------|---------------------------|
/// | a list                       | that of the list                                          | none                      |
/// | a text, at most V words      | the most frequent first, equal ones by their UTF-8 bytes  | where words are left over |
///
/// A word may also be a character. Words that found no place share one number, the last: the unknown word.
public struct Vocabulary: Equatable, Sendable {
  /// Every word, at its number.
  public let words: [String]
  /// The number of all words that are not in the list; nil where all are.
  public let unknown: Int?
  private let numbers: [String: Int]

  /// How the unknown word is written.
  public static let unknownWord = "‹?›"

  /// A list of different words.
  public init(_ words: [String]) {
    self.init(words, unknown: nil)
  }

  /// The most frequent words of a text.
  ///
  /// - Parameter limit: V, with the unknown word; at least 2.
  public init(of text: [String], atMost limit: Int) {
    var counts: [String: Int] = [:]
    for word in text { counts[word, default: 0] += 1 }
    let sorted = counts.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }.map(\.key)
    let isWhole = sorted.count <= limit
    self.init(
      isWhole ? sorted : sorted.prefix(limit - 1) + [Self.unknownWord], unknown: isWhole ? nil : limit - 1)
  }

  private init(_ words: [String], unknown: Int?) {
    self.words = words
    self.unknown = unknown
    numbers = Dictionary(zip(words, words.indices)) { first, _ in first }
  }

  /// V, how many numbers there are.
  public var count: Int { words.count }

  /// The number of a word, or that of the unknown word; nil where there is neither.
  public subscript(word: String) -> Int? { numbers[word] ?? unknown }

  /// The numbers of words.
  ///
  /// - Throws: ``UnknownWord`` for a word without a number.
  public func numbers(of words: [String]) throws(UnknownWord) -> [Int] {
    var list: [Int] = []
    list.reserveCapacity(words.count)
    for word in words {
      guard let number = self[word] else { throw UnknownWord(word: word, count: count) }
      list.append(number)
    }
    return list
  }

  /// The words of numbers.
  public func words(of numbers: some Sequence<Int>) -> [String] { numbers.map { words[$0] } }
}

/// A word that a vocabulary does not have, and that has no unknown word either.
public struct UnknownWord: Error, Equatable, CustomStringConvertible {
  public let word: String
  public let count: Int
  public var description: String {
    "expected one of the \(count) words that the model has read, received \(quoted(word, limit: 40))"
  }
}
