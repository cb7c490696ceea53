import Formulas

/// Finds symbols in a title that is written as plain words, such as “the gradient of W_x” or “h, every step”.
///
/// A letter with an underscore is a symbol with its subscript; a letter of networks that stands alone is one, too.
/// Words such as `return_sequences` stay as they are.
enum TitleMath {
  static func parts(_ title: String) -> [Inline] {
    if title.contains("$") {
      var parser = InlineParser(title)
      let parts = parser.read()
      if parser.problems.isEmpty { return parts }
    }
    let characters = Array(title)
    var parts: [Inline] = []
    var text = ""
    var index = 0
    while index < characters.count {
      if let (formula, end) = symbol(characters, index) {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.formula(formula))
        index = end
      } else {
        text.append(characters[index])
        index += 1
      }
    }
    return parts + (text.isEmpty ? [] : [.text(text)])
  }

  private static let alone: Set<Character> = ["h", "c", "x", "y", "i", "f", "o", "z", "r", "W", "b", "L"]

  private static let digits = [Character: Character](uniqueKeysWithValues: zip("₀₁₂₃₄₅₆₇₈₉", "0123456789"))

  /// The symbol that begins at `start`, and where it ends.
  private static func symbol(_ text: [Character], _ start: Int) -> (MathText, end: Int)? {
    guard text[start].isLetter, start == 0 || !isWord(text[start - 1]) else { return nil }
    var end = start + 1
    var letter = String(text[start])
    // A prime belongs to its letter: `W'_x`, `h′`.
    if end < text.count, "'′".contains(text[end]), end + 1 == text.count || !text[end + 1].isLetter {
      letter += "'"
      end += 1
    }
    if end < text.count, text[end] == "_" {
      let subscriptStart = end + 1
      if subscriptStart < text.count, text[subscriptStart] == "{" {
        guard let close = text[subscriptStart...].firstIndex(of: "}") else { return nil }
        end = close + 1
        return read("\(letter)_\(String(text[subscriptStart..<end]))", end)
      }
      end = subscriptStart
      while end < text.count, text[end].isLetter || text[end].isNumber { end += 1 }
      guard end > subscriptStart, end == text.count || text[end] != "_" else { return nil }
      return read("\(letter)_{\(String(text[subscriptStart..<end]))}", end)
    }
    guard alone.contains(text[start]) else { return nil }
    // `h₁` has its index as small digits.
    let index = text[end...].prefix { digits[$0] != nil }.compactMap { digits[$0] }
    end += index.count
    let isAlone = end == text.count || !isWord(text[end]) && !"'’-".contains(text[end])
    return isAlone ? read(index.isEmpty ? letter : "\(letter)_{\(String(index))}", end) : nil
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "-" || character == "."
  }

  private static func read(_ latex: String, _ end: Int) -> (MathText, end: Int)? {
    (try? MathText(latex: latex)).map { ($0, end) }
  }
}
