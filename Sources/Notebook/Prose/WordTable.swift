import TextLayout

/// Texts of one language by the words of the source.
///
/// A text is found by its words with places for values, then as it stands, then by a row whose places `\(1)`, `\(2)`
/// stand for any text: of several such rows the one with most letters of its own. Values are texts, too. The engine's
/// own rows are found by their words alone.
struct WordTable: Sendable {
  private var rows: [String: String] = [:]
  private var patterns: [Pattern] = []
  private var own: [String: String] = [:]
  /// Whether texts are marked in place of being translated.
  private let marks: Bool

  /// - Parameter own: rows of the engine.
  init(own: [String: String] = [:]) {
    marks = false
    self.own = own
  }

  private init(marks: Bool) { self.marks = marks }

  /// Puts each text between ⟦ and ⟧: what stands outside on a page cannot be translated.
  static let marked = WordTable(marks: true)

  /// Whether every text stays as it is.
  var isEmpty: Bool { rows.isEmpty && own.isEmpty && !marks }

  /// Takes over rows, also in the place of others.
  mutating func add(_ others: [String: String]) {
    rows.merge(others) { $1 }
    patterns = rows.keys.compactMap(Pattern.init).sorted { ($1.length, $0.words) < ($0.length, $1.words) }
  }

  mutating func add(_ others: WordTable) {
    own.merge(others.own) { $1 }
    add(others.rows)
  }

  /// The text in this language; nil where there is none. Values that have none are added to `missing`.
  func text(_ original: ProseText, missing: inout [String]) -> String? {
    func filled(_ words: String, _ values: [String]) -> String {
      guard words.utf8.contains(UInt8(ascii: "\\")) || !values.isEmpty else { return words }
      let values = values.map { value -> String in
        if let text = text(ProseText(value), missing: &missing) { return text }
        if ProseText(value).isPhrase, !missing.contains(value) { missing.append(value) }
        return value
      }
      return words.replacing(ProseText.place) { place in
        Int(place.1).flatMap { values.indices.contains($0 - 1) ? values[$0 - 1] : nil } ?? String(place.0)
      }
    }
    if marks { return original.hasWords ? "⟦\(original.text)⟧" : filled(original.words, original.values) }
    if let words = rows[original.words] ?? own[original.words] { return filled(words, original.values) }
    if !original.hasWords {
      return original.values.isEmpty ? original.text : filled(original.words, original.values)
    }
    if let text = rows[original.text] ?? own[original.text] { return text }
    for pattern in patterns {
      if let values = pattern.values(in: original.text) { return filled(rows[pattern.words] ?? "", values) }
    }
    return nil
  }

  func text(_ original: ProseText) -> String? {
    var missing: [String] = []
    return text(original, missing: &missing)
  }

  /// A row with places: the words between them.
  private struct Pattern {
    let words: String
    let parts: [Substring]
    let places: [Int]
    let length: Int

    init?(_ words: String) {
      let matches = words.matches(of: ProseText.place)
      places = matches.compactMap { Int($0.1) }
      guard !matches.isEmpty, Set(places) == Set(1...matches.count) else { return nil }
      var parts: [Substring] = []
      var start = words.startIndex
      for match in matches {
        parts.append(words[start..<match.range.lowerBound])
        start = match.range.upperBound
      }
      self.parts = parts + [words[start...]]
      self.words = words
      length = self.parts.reduce(0) { $0 + $1.count }
      guard length > 0, ProseText(words).hasWords else { return nil }
    }

    /// What stands at the places of a text of this form, in the order of their numbers; nil for another form.
    func values(in text: String) -> [String]? {
      guard text.hasPrefix(parts[0]), text.hasSuffix(parts[parts.count - 1]),
        text.count >= parts[0].count + parts[parts.count - 1].count
      else { return nil }
      var rest = text.dropFirst(parts[0].count).dropLast(parts[parts.count - 1].count)
      var found: [String] = []
      for part in parts[1..<(parts.count - 1)] {
        guard let place = rest.firstRange(of: part) else { return nil }
        found.append(String(rest[..<place.lowerBound]))
        rest = rest[place.upperBound...]
      }
      found.append(String(rest))
      return (1...places.count).map { number in places.firstIndex(of: number).map { found[$0] } ?? "" }
    }
  }
}

extension ProseText {
  /// `\(1)`, `\(2)`: where a value stands.
  static var place: Regex<(Substring, Substring)> { /\\\(([0-9]+)\)/ }
}
