/// Words with values between them, which a translation may put in other places.
///
/// A literal keeps both apart: `"In the last \(count) steps"` has the words `In the last \(1) steps`, the values in
/// their order.
public struct ProseText: ExpressibleByStringInterpolation, Sendable {
  /// What a page shows in the source's own language.
  public let text: String
  /// The words, with `\(1)`, `\(2)` and so on where the values stand.
  public let words: String
  public let values: [String]

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

extension ProseText {
  /// Whether there is anything to translate: two letters in a row outside formulas, functions, code and marks of
  /// labels.
  public var hasWords: Bool {
    // A regular expression takes a tenth of a millisecond, and what is in most texts is clear without.
    if let answer = Self.hasWordsBeforeMarks(words) { return answer }
    let bare = words.replacing(
      /\$[^$]*\$|`[^`]*`|\\\([0-9]+\)|\\[A-Za-z]+|[_^]\{[^}]*\}|[_^]\w+|\b(?:tanh|relu|exp)\b/, with: " ")
    return Self.hasTwoLetters(bare)
  }

  private static let functions = ["tanh", "relu", "exp"]

  /// Whether a text has words, where the letters before its first formula, code or mark say so, or where it has no two
  /// letters in a row at all; else nil.
  private static func hasWordsBeforeMarks(_ words: String) -> Bool? {
    let marks = "$`\\_^".utf8
    let lead = words[..<(words.utf8.firstIndex { marks.contains($0) } ?? words.endIndex)]
    let hasFunctions = functions.contains { words.contains($0) }
    if !hasFunctions, lead.endIndex == words.endIndex { return hasTwoLetters(words) }
    // A word of ASCII letters that is longer than the name of a function is none.
    let isWord = lead.utf8.split { !(97...122).contains($0 | 32) }.contains { $0.count > 4 }
    if isWord || !hasFunctions && hasTwoLetters(lead) { return true }
    return hasTwoLetters(words) ? nil : false
  }

  private static func hasTwoLetters(_ text: some StringProtocol) -> Bool {
    var isBehindLetter = false
    for character in text {
      let isLetter = [.uppercaseLetter, .lowercaseLetter, .otherLetter].contains(
        character.unicodeScalars.first?.properties.generalCategory)
      if isLetter, isBehindLetter { return true }
      isBehindLetter = isLetter
    }
    return false
  }

  /// Whether it is made of words alone, unlike a name in code, a quotation or a number with its unit.
  package var isPhrase: Bool { hasWords && words.wholeMatch(of: /\p{L}[\p{L} '’-]*/) != nil }
}

/// Puts a text into the words of another language, or of the source's own.
package typealias Wording = (ProseText) -> String
