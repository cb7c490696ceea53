/// How many columns a text takes on a terminal: East Asian wide characters and emoji take two, combining marks none.
///
/// A cluster is as wide as its first letter, so an accent, a skin tone or a joined emoji adds nothing. Source: Unicode
/// Standard Annex 11 (East Asian Width) and Annex 29 (grapheme clusters); ambiguous characters count as one.
public func displayWidth(_ text: some StringProtocol) -> Int {
  if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text.utf8.count }
  return text.reduce(0) { $0 + displayWidth($1) }
}

/// The columns of one character.
public func displayWidth(_ character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  switch first.properties.generalCategory {
  case .control, .format, .nonspacingMark, .enclosingMark: return 0
  default: break
  }
  // U+FE0F asks for the coloured picture of a sign that is narrow as text.
  let asksForPicture = character.unicodeScalars.dropFirst().contains { $0.value == 0xFE0F }
  return asksForPicture || isWide(first) ? 2 : 1
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case ..<0x1100: false
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x2FFFD, 0x30000...0x3FFFD:
    true
  default: scalar.properties.isEmojiPresentation
  }
}

/// A text made `width` columns wide with spaces after it; a longer one stays.
public func padded(_ text: String, to width: Int) -> String { text + spaces(width - displayWidth(text)) }

/// That many spaces; none for a count below one.
public func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

/// A text cut to `width` columns, with `…` where something is missing.
public func clipped(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width else { return text }
  guard width > 0 else { return "" }
  var kept = ""
  var used = 0
  for character in text {
    guard used + displayWidth(character) < width else { break }
    kept.append(character)
    used += displayWidth(character)
  }
  return kept + "…"
}

/// A text broken into lines of at most `width` columns; the lines after the first begin with `hanging` spaces.
///
/// Lines break at spaces and between East Asian characters, never before closing punctuation; a longer word is cut.
public func wrapped(_ text: String, width: Int, hanging: Int = 0) -> [String] {
  var lines: [String] = []
  var line = ""
  var used = 0
  let margin = spaces(min(hanging, width / 2))
  func breakLine() {
    lines.append(line)
    line = margin
    used = margin.count
  }
  for piece in breakable(text) {
    let isFirstOfLine = used == (lines.isEmpty ? 0 : margin.count)
    let gap = piece.hasSpaceBefore && !isFirstOfLine ? 1 : 0
    if used + gap + displayWidth(piece.text) > width, !isFirstOfLine {
      breakLine()
    } else {
      line += spaces(gap)
      used += gap
    }
    for character in piece.text {
      if used + displayWidth(character) > width, used > margin.count { breakLine() }
      line.append(character)
      used += displayWidth(character)
    }
  }
  if !line.isEmpty || lines.isEmpty { lines.append(line) }
  return lines
}

/// A stretch of text that stays on one line.
private struct Piece {
  var text: String
  var hasSpaceBefore: Bool
}

private func breakable(_ text: String) -> [Piece] {
  var pieces: [Piece] = []
  var followsSpace = true
  for character in text {
    if character == " " || character == "\t" || character.isNewline {
      followsSpace = true
      continue
    }
    if let last = pieces.last?.text.last, !followsSpace, !mayBreak(between: last, and: character) {
      pieces[pieces.count - 1].text.append(character)
    } else {
      pieces.append(Piece(text: String(character), hasSpaceBefore: followsSpace && !pieces.isEmpty))
    }
    followsSpace = false
  }
  return pieces
}

private func mayBreak(between a: Character, and b: Character) -> Bool {
  let closing = "，。、；：！？）】》」』”’,.;:!?)]}"
  let opening = "（【《「『“‘([{"
  guard displayWidth(a) == 2 || displayWidth(b) == 2 else { return false }
  return !closing.contains(b) && !opening.contains(a)
}
