/// One line of terminal text: stretches, each with its style.
public struct StyledLine: Equatable, Sendable {
  public private(set) var spans: [(text: String, style: TextStyle)] = []

  public init(_ text: String = "", _ style: TextStyle = .plain) { append(text, style) }

  public mutating func append(_ text: String, _ style: TextStyle = .plain) {
    guard !text.isEmpty else { return }
    if let last = spans.last, last.style == style {
      spans[spans.count - 1].text += text
    } else {
      spans.append((text, style))
    }
  }

  public static func + (line: StyledLine, other: StyledLine) -> StyledLine {
    var sum = line
    for span in other.spans { sum.append(span.text, span.style) }
    return sum
  }

  public static func == (a: StyledLine, b: StyledLine) -> Bool {
    a.spans.elementsEqual(b.spans) { $0.text == $1.text && $0.style == $1.style }
  }

  public var width: Int { spans.reduce(0) { $0 + displayWidth($1.text) } }

  /// The line without what stands beyond `columns`.
  public func clipped(to columns: Int) -> StyledLine {
    guard width > columns else { return self }
    var line = StyledLine()
    for span in spans {
      let free = columns - line.width
      guard free > 0 else { break }
      line.append(TextLayout.clipped(span.text, to: free), span.style)
    }
    return line
  }

  /// The line as it goes to the terminal, without invisible spaces at its end.
  public func rendered(colour: Bool) -> String {
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
      return colour ? style.applied(to: text) : text
    }.joined()
  }
}

/// The text without control characters, which could move the cursor.
private func withoutControls(_ text: String) -> String {
  text.allSatisfy { displayWidth($0) > 0 }
    ? text : String(text.filter { $0.unicodeScalars.first?.properties.generalCategory != .control })
}
