import Formulas
import TextLayout

/// A character with the style that it has on a terminal with colour.
typealias StyledCharacter = (character: Character, style: TextStyle)

extension TerminalWriter {
  func blocks(_ blocks: [Block], margin: String) -> [String] {
    blocks.enumerated().flatMap { index, block in
      (index == 0 ? [] : [""]) + self.block(block, margin: margin)
    }
  }

  private func block(_ block: Block, margin: String) -> [String] {
    let inner = width - displayWidth(margin)
    switch block {
    case .heading(let level, _, let parts): return heading(level, plainText(parts)).map { margin + $0 }
    case .paragraph(let parts): return paragraph(parts, width: inner).map { margin + $0 }
    case .formula(let formula): return self.formula(formula).map { margin + $0 }
    case .code(let language, let text):
      return (language == "swift" ? swift(text) : text.lines).map { margin + "    " + $0 }
    case .quote(let blocks): return self.blocks(blocks, margin: margin + styled("│ ", .dim))
    case .folded(let summary, _): return [margin + styled("▸ " + summary, .dim)]
    case .rule: return [margin + styled(String(repeating: "─", count: inner), .dim)]
    case .list(let start, let items):
      return items.enumerated().flatMap { index, item -> [String] in
        let mark = start.map { "\($0 + index). " } ?? "• "
        let lines = self.blocks(item, margin: margin + spaces(mark.count))
        let first = (lines.first ?? "").dropFirst(margin.count + mark.count)
        return [margin + mark + first] + lines.dropFirst()
      }
    case .table(let header, let alignments, let rows):
      return grid(
        header.map(plainText), rows.map { $0.map(plainText) }, alignments, width: inner
      ).map { margin + $0 }
    }
  }

  func formula(_ formula: MathText) -> [String] {
    fittedFormula(formula.unicodeBlock, width: width - 4).map { $0.isEmpty ? "" : "    " + coloured($0) }
  }

  /// Mathematics with its symbols in their colours.
  func coloured(_ text: String) -> String {
    guard terminal.hasColour else { return text }
    let characters = Array(text)
    var line = StyledLine()
    for (character, style) in zip(characters, colours.styles(characters)) {
      line.append(String(character), style ?? .plain)
    }
    return line.spans.map { $0.style.applied(to: $0.text) }.joined()
  }

  func heading(_ level: Int, _ text: String) -> [String] {
    let lines = styled(wrapped(text, width: width), .bold)
    guard level <= 2 else { return lines }
    return lines + [styled(String(repeating: "─", count: min(displayWidth(text), width)), .dim)]
  }

  /// Wraps first and colours then, since a colour has no width.
  func paragraph(_ parts: [Inline], width: Int) -> [String] {
    let characters = styles(parts, .plain)
    let lines = wrapped(String(characters.map(\.character)), width: width)
    guard terminal.hasColour else { return lines.map { $0.replacing(String(Self.hardSpace), with: " ") } }
    var next = 0
    return lines.map { text in
      var line = StyledLine()
      var current = TextStyle.plain
      for character in text {
        while character != " ", next < characters.count, characters[next].character != character { next += 1 }
        if next < characters.count, characters[next].character == character {
          current = characters[next].style
          next += 1
        }
        line.append(character == Self.hardSpace ? " " : String(character), current)
      }
      return line.spans.map { $0.style.applied(to: $0.text) }.joined()
    }
  }

  /// A short formula stays on one line.
  private func unbroken(_ formula: MathText) -> String {
    let text = formula.unicode
    return displayWidth(text) <= 30 ? text.replacing(" ", with: String(Self.hardSpace)) : text
  }

  private static let hardSpace: Character = "\u{A0}"

  private func mathematics(_ text: [Character], _ style: TextStyle) -> [StyledCharacter] {
    zip(text, colours.styles(text)).map { character, own in (character, own.map(style.union) ?? style) }
  }

  private func styles(_ parts: [Inline], _ style: TextStyle) -> [StyledCharacter] {
    parts.flatMap { part -> [StyledCharacter] in
      switch part {
      case .text(let text): text.map { ($0, style) }
      case .formula(let formula): mathematics(Array(unbroken(formula)), style)
      case .code(let text): text.map { ($0, style.union(.code)) }
      case .emphasis(let parts): styles(parts, style.union(.italic))
      case .strong(let parts): styles(parts, style.union(.bold))
      case .link(let parts, let url):
        // An address on the page means nothing here; one on the web can be typed.
        styles(parts, style) + (url.hasPrefix("http") ? " (\(url))".map { ($0, style.union(.dim)) } : [])
      }
    }
  }
}
