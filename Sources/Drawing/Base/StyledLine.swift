import TextLayout

/// How a stretch of terminal text looks.
struct TextStyle: Equatable, Sendable {
  /// Codes among a terminal's 256 colours.
  var foreground: Int?
  var background: Int?
  var bold = false
  var faint = false

  static let plain = TextStyle()
  static func hue(_ hue: Hue, bold: Bool = false) -> TextStyle { TextStyle(foreground: hue.terminalCode, bold: bold) }
  static let soft = TextStyle(faint: true)

  fileprivate var escape: String {
    var codes: [String] = []
    if bold { codes.append("1") }
    if faint { codes.append("2") }
    if let foreground { codes.append("38;5;\(foreground)") }
    if let background { codes.append("48;5;\(background)") }
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }
}

/// One line of a terminal picture.
struct StyledLine: Equatable, Sendable {
  private(set) var spans: [(text: String, style: TextStyle)] = []

  init(_ text: String = "", _ style: TextStyle = .plain) { append(text, style) }

  mutating func append(_ text: String, _ style: TextStyle = .plain) {
    guard !text.isEmpty else { return }
    if let last = spans.last, last.style == style {
      spans[spans.count - 1].text += text
    } else {
      spans.append((text, style))
    }
  }

  static func + (line: StyledLine, other: StyledLine) -> StyledLine {
    var sum = line
    for span in other.spans { sum.append(span.text, span.style) }
    return sum
  }

  static func == (a: StyledLine, b: StyledLine) -> Bool {
    a.spans.elementsEqual(b.spans) { $0.text == $1.text && $0.style == $1.style }
  }

  var width: Int { spans.reduce(0) { $0 + displayWidth($1.text) } }

  /// The line without what stands beyond `columns`.
  func clipped(to columns: Int) -> StyledLine {
    guard width > columns else { return self }
    var line = StyledLine()
    for span in spans {
      let free = columns - line.width
      guard free > 0 else { break }
      line.append(TextLayout.clipped(span.text, to: free), span.style)
    }
    return line
  }

  /// The line as it goes to the terminal, without spaces at its end that nobody sees.
  func rendered(colour: Bool) -> String {
    var spans = spans
    while let last = spans.last, last.style.background == nil || !colour {
      let kept = last.text.reversed().drop { $0 == " " }.reversed()
      spans.removeLast()
      if !kept.isEmpty {
        spans.append((String(kept), last.style))
        break
      }
    }
    return spans.map { text, style in
      let text = withoutControls(text)
      return colour && style != .plain ? style.escape + text + "\u{1B}[0m" : text
    }.joined()
  }
}

/// A caller's text must not move the cursor.
private func withoutControls(_ text: String) -> String {
  text.allSatisfy { displayWidth($0) > 0 }
    ? text : String(text.filter { $0.unicodeScalars.first?.properties.generalCategory != .control })
}

/// A text moved to the right edge or the middle of `width` columns.
func aligned(_ text: String, to width: Int, _ anchor: Anchor) -> String {
  let free = max(width - displayWidth(text), 0)
  return switch anchor {
  case .start: padded(text, to: width)
  case .middle: spaces(free / 2) + text + spaces(free - free / 2)
  case .end: spaces(free) + text
  }
}
