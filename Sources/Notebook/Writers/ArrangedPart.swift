/// A piece of a page that knows how it stands beside others on a wide screen: text to the left, what it shows to the
/// right, and pictures and tables that follow each other side by side.
enum ArrangedPart {
  case heading(String)
  case text(String)
  /// A picture, a table or comparisons.
  case shown(String)
  /// The folded code at the end of a section.
  case fold(String)
  /// Formulas, open code and all else, which keep the place of the text.
  case other(String)

  fileprivate var html: String {
    switch self {
    case .heading(let html), .text(let html), .shown(let html), .fold(let html), .other(let html): html
    }
  }

  fileprivate var isShown: Bool { if case .shown = self { true } else { false } }
}

extension [ArrangedPart] {
  mutating func add(_ entry: PageEntries.Entry, _ html: String) {
    switch entry {
    case .item(.prose(let blocks)):
      if case .heading? = blocks.first { append(.heading(html)) } else { append(.text(html)) }
    case .comparisons, .item(.output(.picture)), .item(.output(.table)), .item(.output(.comparison)):
      append(.shown(html))
    case .item(.code(_, _, false)): append(.fold(html))
    default: append(.other(html))
    }
  }

  var html: String {
    var parts: [ArrangedPart] = []
    var rest = self[...]
    while let part = rest.popFirst() {
      guard part.isShown else {
        parts.append(part)
        continue
      }
      let run = [part] + rest.prefix { $0.isShown }
      rest = rest.dropFirst(run.count - 1)
      if run.count > 1 {
        parts.append(.other("<div class=\"row\">\n\(run.map(\.html).joined(separator: "\n"))\n</div>"))
      } else if case .text(let text)? = parts.last, rest.first.map(\.endsText) ?? true {
        // No text follows that it could stand beside.
        parts[parts.count - 1] = .other("<div class=\"row\">\n<div>\(text)</div>\n\(part.html)\n</div>")
      } else {
        parts.append(.other("<div class=\"aside\">\n\(part.html)\n</div>"))
      }
    }
    return parts.map { part in
      if case .text(let html) = part { "<div class=\"text\">\n\(html)\n</div>" } else { part.html }
    }.joined(separator: "\n")
  }
}

extension ArrangedPart {
  /// Whether nothing follows that a picture could stand beside.
  fileprivate var endsText: Bool {
    switch self {
    case .heading, .fold: true
    case .text, .shown, .other: false
    }
  }
}
