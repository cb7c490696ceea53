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
  if let code = character.asciiValue { return code >= 32 && code < 127 ? 1 : 0 }
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
