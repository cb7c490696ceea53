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
