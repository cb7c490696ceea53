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

/// The side or the middle that a text keeps to.
public enum Anchor: String, Sendable { case start, middle, end }

/// A text padded to `width` columns: spaces after it, on both sides, or before it. A longer text stays as it is.
public func aligned(_ text: String, to width: Int, _ anchor: Anchor) -> String {
  let free = max(width - displayWidth(text), 0)
  return switch anchor {
  case .start: padded(text, to: width)
  case .middle: spaces(free / 2) + text + spaces(free - free / 2)
  case .end: spaces(free) + text
  }
}

/// A text without the spaces at its end.
public func withoutTrailingSpaces(_ text: String) -> String {
  String(text.reversed().drop { $0 == " " }.reversed())
}
