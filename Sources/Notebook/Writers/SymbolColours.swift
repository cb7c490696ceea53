import Drawing
import Formulas
import TextLayout

/// Finds a page's symbols in mathematics that is written as plain text, so that they keep their colours on a terminal,
/// too.
struct SymbolColours {
  private struct Symbol {
    let name: [Character]
    let style: TextStyle
    /// `W_x` is that one matrix, `h` is h at every step.
    let isIndexed: Bool
  }

  private let symbols: [Symbol]

  init(_ symbols: [(name: String, hue: Hue)]) {
    self.symbols = symbols.compactMap { symbol in
      guard let text = try? MathText(latex: symbol.name) else { return nil }
      return Symbol(
        name: Array(text.unicode), style: .hue(symbol.hue), isIndexed: symbol.name.contains("_"))
    }.sorted { $0.name.count > $1.name.count }
  }

  /// The style of each character; nil where it belongs to no symbol.
  func styles(_ text: [Character]) -> [TextStyle?] {
    var styles = [TextStyle?](repeating: nil, count: text.count)
    guard !symbols.isEmpty else { return styles }
    var index = 0
    while index < text.count {
      let found = symbols.lazy.compactMap { symbol in end(of: symbol, in: text, at: index).map { ($0, symbol.style) } }
        .first
      guard let (end, style) = found else {
        index += 1
        continue
      }
      for place in index..<end { styles[place] = style }
      index = end
    }
    return styles
  }

  /// Where a symbol that begins at `start` ends with its index; nil where another name stands.
  private func end(of symbol: Symbol, in text: [Character], at start: Int) -> Int? {
    guard start + symbol.name.count <= text.count, Array(text[start..<start + symbol.name.count]) == symbol.name,
      start == 0 || !isPartOfName(text[start - 1])
    else { return nil }
    let nameEnd = start + symbol.name.count
    let end = endOfIndex(text, nameEnd)
    if symbol.isIndexed, end > nameEnd { return nil }
    return end < text.count && isPartOfName(text[end]) ? nil : end
  }

  private func endOfIndex(_ text: [Character], _ start: Int) -> Int {
    var end = start
    while end < text.count, Self.small.contains(text[end]) { end += 1 }
    guard end == start, end + 1 < text.count, text[end] == "_" else { return end }
    end += 1
    if text[end] == "{" { return (text[end...].firstIndex(of: "}") ?? end) + 1 }
    while end < text.count, text[end].isLetter || text[end].isNumber { end += 1 }
    return end
  }

  private func isPartOfName(_ character: Character) -> Bool {
    character.isLetter && !"σδε".contains(character) || character == "_" || character == "′"
      || Self.small.contains(character)
  }

  private static let small = Set(ScriptLetters.subscripts.values)
}
