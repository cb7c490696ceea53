/// Words with values between them, which a translation may put in other places.
///
/// A literal keeps both apart: `"In the last \(count) steps"` has the words `In the last \(1) steps`, the values in
/// their order.
public struct ProseText: ExpressibleByStringInterpolation, Sendable {
  /// What the page shows in the source's own language.
  let text: String
  /// The words, with `\(1)`, `\(2)` and so on where the values stand.
  let words: String
  let values: [String]

  public init(_ text: String) { (self.text, words, values) = (text, text, []) }

  public init(stringLiteral text: String) { self.init(text) }

  public init(stringInterpolation parts: StringInterpolation) {
    (text, words, values) = (parts.text, parts.words, parts.values)
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    fileprivate var words = ""
    fileprivate var values: [String] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) {
      text += literal
      words += literal
    }

    public mutating func appendInterpolation(_ value: some Any) {
      values.append("\(value)")
      text += values[values.count - 1]
      words += "\\(\(values.count))"
    }
  }
}

extension Translation {
  /// `\(1)`, `\(2)`: where a value stands.
  static var place: Regex<(Substring, Substring)> { /\\\(([0-9]+)\)/ }

  /// A short text in this language, or nil where there is none.
  func text(_ original: ProseText) -> String? { words[original.words].map { filled($0, original.values) } }

  /// Markdown that a run shows, in this language: the passage whose name is the longest beginning of its words.
  ///
  /// Where there is none the original follows a note to the reader.
  func prose(_ original: ProseText, note: String, line: Int) -> (markdown: String, problems: [String]) {
    let words = Self.onOneLine(original.words)
    let beginning = passagesOfRun.keys.filter(words.hasPrefix).max { $0.count < $1.count }
    guard let beginning, let passage = passagesOfRun[beginning] else {
      let name = words.count > 40 ? words.prefix(40) + "…" : words + "…"
      return (
        "*\(note)*\n\n" + original.text, ["prose.\(language).md: no passage “\(name)” (line \(line) of the source)"]
      )
    }
    let unknown = passage.matches(of: Self.place).filter { value($0.1, original.values) == nil }
    return (
      filled(passage, original.values),
      unknown.map {
        "prose.\(language).md, “\(beginning)…”: expected one of \(original.values.count) values, received \($0.0)"
      }
    )
  }

  private func filled(_ text: String, _ values: [String]) -> String {
    text.replacing(Self.place) { place in
      // Values are words at times, too.
      value(place.1, values).map { words[$0] ?? $0 } ?? String(place.0)
    }
  }

  private func value(_ number: Substring, _ values: [String]) -> String? {
    guard let number = Int(number), values.indices.contains(number - 1) else { return nil }
    return values[number - 1]
  }
}
