/// A piece of a page that knows how it stands beside others on a wide screen: text to the left, what it shows to the
/// right, and pictures and tables that follow each other side by side.
enum ArrangedPart {
  case heading(String)
  case text(String)
  /// A picture or a table.
  case shown(String)
  /// Comparisons, which stand below what was shown before them.
  case check(String)
  /// The folded code at the end of a section.
  case fold(String)
  case formula(String)
  /// Open code and all else, which keep the place of the text.
  case other(String)

  fileprivate var html: String {
    switch self {
    case .heading(let html), .text(let html), .shown(let html), .check(let html), .fold(let html), .formula(let html),
      .other(let html):
      html
    }
  }

  fileprivate var isShown: Bool {
    switch self {
    case .shown, .check: true
    case .heading, .text, .fold, .formula, .other: false
    }
  }

  fileprivate var isFormula: Bool { if case .formula = self { true } else { false } }

  /// Whether a formula is shown with its numbers, in several lines.
  fileprivate var isTall: Bool { isFormula && html.hasPrefix("<div class=\"formula tall") }

  /// About how many characters of text are as high as this; nothing stands beside a picture but text and formulas.
  fileprivate var length: Int? {
    switch self {
    case .text(let html): html.split(separator: "<").reduce(0) { $0 + $1.drop { $0 != ">" }.count }
    case .formula: isTall ? 500 : 100
    case .heading, .shown, .check, .fold, .other: nil
    }
  }
}

extension [ArrangedPart] {
  mutating func add(_ entry: PageEntries.Entry, _ html: String) {
    switch entry {
    case .item(.prose(let blocks)):
      if case .heading? = blocks.first { append(.heading(html)) } else { append(.text(html)) }
    case .item(.output(.table(let table))) where table.isWide: append(.other(html))
    case .item(.output(.picture)), .item(.output(.table)): append(.shown(html))
    case .comparisons, .item(.output(.comparison)): append(.check(html))
    case .item(.code(_, _, false)): append(.fold(html))
    case .item(.output(.formula)): append(.formula(html))
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
      let cells = run.cells
      if cells.count > 1 {
        parts.append(.row(cells))
      } else {
        parts.place(cells[0], before: rest)
      }
    }
    return parts.map { part in
      if case .text(let html) = part { "<div class=\"text\">\n\(html)\n</div>" } else { part.html }
    }.joined(separator: "\n")
  }

  /// How many stand side by side: comparisons stand below what comes before them.
  fileprivate var cellCount: Int { indices.count { if case .check = self[$0], $0 > 0 { false } else { true } } }

  /// Pictures and tables, each with the comparisons below it.
  private var cells: [String] {
    var cells: [[String]] = []
    for part in self {
      if case .check = part, !cells.isEmpty {
        cells[cells.count - 1].append(part.html)
      } else {
        cells.append([part.html])
      }
    }
    return cells.map { $0.count == 1 ? $0[0] : "<div>\n\($0.joined(separator: "\n"))\n</div>" }
  }

  /// Puts what is shown beside the text or the formulas before it, or, where more follows than comes before, beside
  /// that.
  private mutating func place(_ cell: String, before rest: ArraySlice<ArrangedPart>) {
    let after = rest.freeLength
    let formulas = self[(lastIndex { !$0.isFormula } ?? startIndex - 1) + 1..<endIndex]
    if case .text(let text)? = last, last?.length ?? 0 > after {
      self[count - 1] = .row(["<div>\(text)</div>", cell])
    } else if formulas.contains(where: \.isTall), formulas.count <= 2 {
      // One that floats could not stand beside formulas that are as high as it is.
      removeLast(formulas.count)
      append(.row(["<div>\n\(formulas.map(\.html).joined(separator: "\n"))\n</div>", cell]))
    } else {
      append(.other("<div class=\"aside\">\n\(cell)\n</div>"))
    }
  }
}

extension ArraySlice<ArrangedPart> {
  /// How much text and formulas follow that something before them can stand beside: up to the next picture or table,
  /// which may itself take the last text.
  fileprivate var freeLength: Int {
    let following = prefix { $0.length != nil }
    let all = following.compactMap(\.length).reduce(0, +)
    let shown = dropFirst(following.count).prefix { $0.isShown }
    guard !shown.isEmpty, case .text? = following.last, let last = following.last?.length else { return all }
    let isTaken = Array(shown).cellCount == 1 && last > dropFirst(following.count + shown.count).freeLength
    return isTaken ? all - last : all
  }
}

extension ArrangedPart {
  /// Side by side.
  fileprivate static func row(_ cells: [String]) -> ArrangedPart {
    .other("<div class=\"row\">\n\(cells.joined(separator: "\n"))\n</div>")
  }
}

extension Table {
  /// Whether half of a wide screen is too narrow: by what cannot be broken over lines, in characters.
  var isWide: Bool {
    let widths = alignments.indices.map { column in
      // Numbers stand at the right, and on one line.
      let cells = rows.map { alignments[column] == .right ? plainText($0[column]).count : longestWord($0[column]) }
      return max(cells.max() ?? 0, longestWord(columns[column]))
    }
    // Three for the space beside each column.
    return widths.reduce(0) { $0 + $1 + 3 } > 72
  }
}

/// A formula is one word.
private func longestWord(_ parts: [Inline]) -> Int {
  let words = parts.flatMap { part -> [Int] in
    if case .formula = part { [part.plain.count] } else { part.plain.split(separator: " ").map(\.count) }
  }
  return words.max() ?? 0
}
