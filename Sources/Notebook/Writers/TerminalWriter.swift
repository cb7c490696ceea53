import TextLayout
import Drawing
import Formulas
import Options

/// Writes the entries of a log as lines for a terminal, one entry at a time, while the chapter runs.
struct TerminalWriter {
  let terminal: Terminal
  let words: Words
  let showsCode: Bool
  private let colours: SymbolColours
  private var followsShort = false
  private var hasWritten = false

  init(
    terminal: Terminal, words: Words, showsCode: Bool, symbols: [(name: String, hue: Hue)] = []
  ) {
    colours = SymbolColours(terminal.hasColour ? symbols : [])
    self.terminal = terminal
    self.words = words
    self.showsCode = showsCode
  }

  /// Longer lines are hard to read, however wide the window is.
  private var width: Int { min(terminal.columns, 100) }

  mutating func title(_ log: Log) -> [String] {
    var lines = styled(wrapped(log.title, width: width), .bold)
    lines.append(styled(String(repeating: "═", count: min(displayWidth(log.title), width)), .dim))
    if !log.summary.isEmpty { lines += wrapped(log.summary, width: width) }
    hasWritten = true
    return lines
  }

  mutating func item(_ item: Item) -> [String] {
    switch item {
    case .prose(let blocks):
      return spaced(self.blocks(blocks, margin: ""))
    case .code(let text, let firstLine):
      return showsCode ? spaced(code(text, firstLine: firstLine)) : []
    case .output(let output):
      let lines = self.output(output)
      return spaced(lines, isShort: isShort(output, lines))
    }
  }

  /// A line for whoever watches, which is no entry of the log.
  mutating func passing(_ text: String) -> [String] {
    spaced(["    " + clipped(text, to: terminal.columns - 5)], isShort: true)
  }

  /// The closing table and the sentence under it.
  mutating func end(_ log: Log) -> [String] {
    var lines = spaced(heading(2, words.comparisons))
    if !log.comparisons.isEmpty { lines += [""] + table(log.comparisonTable(words)) }
    let conclusion = wrapped(log.conclusion(words), width: width)
    return lines + [""] + styled(conclusion, log.holds ? .good : .bad)
  }

  private func isShort(_ output: Output, _ lines: [String]) -> Bool {
    switch output {
    case .value, .result: lines.count == 1
    case .comparison(let comparison): ComparisonView(comparison, words).brief != nil
    default: false
    }
  }

  /// Entries stand apart by a blank line; short results that follow each other do not.
  private mutating func spaced(_ lines: [String], isShort: Bool = false) -> [String] {
    guard !lines.isEmpty else { return [] }
    let gap = hasWritten && !(isShort && followsShort) ? [""] : []
    followsShort = isShort
    hasWritten = true
    return gap + lines
  }
}

// MARK: - Prose

extension TerminalWriter {
  private func blocks(_ blocks: [Block], margin: String) -> [String] {
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

  private func formula(_ formula: MathText) -> [String] {
    fittedFormula(formula.unicodeBlock, width: width - 4).map { $0.isEmpty ? "" : "    " + coloured($0) }
  }

  /// Mathematics with its symbols in their colours.
  private func coloured(_ text: String) -> String {
    guard terminal.hasColour else { return text }
    let characters = Array(text)
    var line = ""
    var current: Style?
    for (character, style) in zip(characters, colours.styles(characters)) {
      if style != current {
        line += Style.reset(current.map { [$0] } ?? []) + (style?.code ?? "")
        current = style
      }
      line.append(character)
    }
    return line + Style.reset(current.map { [$0] } ?? [])
  }

  private func heading(_ level: Int, _ text: String) -> [String] {
    let lines = styled(wrapped(text, width: width), .bold)
    guard level <= 2 else { return lines }
    return lines + [styled(String(repeating: "─", count: min(displayWidth(text), width)), .dim)]
  }

  /// Wraps first and colours then, since a colour has no width.
  private func paragraph(_ parts: [Inline], width: Int) -> [String] {
    let characters = styles(parts, [])
    var lines = wrapped(String(characters.map(\.character)), width: width)
    guard terminal.hasColour else { return lines.map { $0.replacing(Self.hardSpace, with: " ") } }
    var next = 0
    for index in lines.indices {
      var line = ""
      var current: Set<Style> = []
      for character in lines[index] {
        while character != " ", next < characters.count, characters[next].character != character { next += 1 }
        let style =
          next < characters.count && characters[next].character == character ? characters[next].style : current
        if style != current {
          line += Style.reset(current) + style.sorted().map(\.code).joined()
          current = style
        }
        line.append(character)
        if next < characters.count, characters[next].character == character { next += 1 }
      }
      lines[index] = line.replacing(Self.hardSpace, with: " ") + Style.reset(current)
    }
    return lines
  }

  /// A short formula stays on one line.
  private func unbroken(_ formula: MathText) -> String {
    let text = formula.unicode
    return displayWidth(text) <= 30 ? text.replacing(" ", with: Self.hardSpace) : text
  }

  private static let hardSpace = "\u{A0}"

  private func mathematics(_ text: [Character], _ style: Set<Style>) -> [(character: Character, style: Set<Style>)] {
    zip(text, colours.styles(text)).map { character, own in (character, own.map { style.union([$0]) } ?? style) }
  }

  private func styles(_ parts: [Inline], _ style: Set<Style>) -> [(character: Character, style: Set<Style>)] {
    parts.flatMap { part -> [(character: Character, style: Set<Style>)] in
      switch part {
      case .text(let text): text.map { ($0, style) }
      case .formula(let formula): mathematics(Array(unbroken(formula)), style)
      case .code(let text): text.map { ($0, style.union([.code])) }
      case .emphasis(let parts): styles(parts, style.union([.italic]))
      case .strong(let parts): styles(parts, style.union([.bold]))
      case .link(let parts, let url):
        // An address on the page means nothing here; one on the web can be typed.
        styles(parts, style) + (url.hasPrefix("http") ? " (\(url))".map { ($0, style.union([.dim])) } : [])
      }
    }
  }
}

// MARK: - Code, results and tables

extension TerminalWriter {
  private func code(_ text: String, firstLine: Int) -> [String] {
    let lines = swift(text)
    let digits = String(firstLine + lines.count).count
    return lines.enumerated().map { index, line in
      let number = String(firstLine + index)
      return styled(spaces(digits - number.count) + number + " │ ", .dim) + line
    }
  }

  private func swift(_ text: String) -> [String] {
    guard terminal.hasColour else { return text.lines }
    return Highlighter.tokens(text).map { token -> String in
      guard let style = Style.of(token.kind) else { return token.text }
      return token.text.lines.map { styled($0, style) }.joined(separator: "\n")
    }.joined().lines
  }

  private func output(_ output: Output) -> [String] {
    switch output {
    case .value(let name, let numbers, let decimals): value(name?.unicode, numbers, decimals)
    case .result(let text): text.lines.flatMap { wrapped($0, width: width - 4) }.map { "    " + $0 }
    case .prose(let blocks): self.blocks(blocks, margin: "")
    case .formula(let formula): self.formula(formula)
    case .table(let table):
      styled(wrapped(plainText(table.title), width: width), .bold).filter { !$0.isEmpty } + self.table(table)
    case .picture(let picture):
      styled(wrapped(picture.title, width: width), .bold)
        + picture.terminal(columns: width - 4, colour: terminal.hasColour).map { $0.isEmpty ? "" : "    " + $0 }
    case .comparison(let comparison): self.comparison(ComparisonView(comparison, words))
    case .note(let text): styled(wrapped(text, width: width), .warning)
    }
  }

  private func value(_ name: String?, _ numbers: Numbers, _ decimals: Int) -> [String] {
    let label = name.map { "    \($0) = " } ?? "    "
    let shown = coloured(label)
    // As many columns as fit: each number takes its digits, a sign, a point and a gap, and a power of ten some more.
    var fitting = max((width - displayWidth(label) - 12) / (decimals + 4), 3)
    var view = ValueGrid(numbers, decimals: decimals, mostColumns: fitting)
    if view.isSingle { return [shown + view.rows[0][0]] }
    var widths = columnWidths(view.rows)
    while fitting > 3, displayWidth(label) + 12 + widths.reduce(0, { $0 + $1 + 2 }) > width {
      fitting -= 1
      view = ValueGrid(numbers, decimals: decimals, mostColumns: fitting)
      widths = columnWidths(view.rows)
    }
    let margin = spaces(displayWidth(label))
    return view.rows.enumerated().map { index, row in
      let cells = zip(row, widths).map { spaces($1 - displayWidth($0)) + $0 }.joined(separator: "  ")
      let shape = index == view.rows.count - 1 ? view.shape.map { styled("  " + $0, .dim) } ?? "" : ""
      return (index == 0 ? shown : margin) + "[" + cells + "]" + shape
    }
  }

  private func comparison(_ view: ComparisonView) -> [String] {
    let style: Style = view.isFailure ? .bad : view.sign == "✓" ? .good : .dim
    if let brief = view.brief {
      let lines = wrapped("\(view.sign) \(view.fullTitle): \(brief)", width: width - 4, hanging: 2)
      return lines.map { "    " + styled($0, style) }
    }
    let title = view.fullTitle + ": " + view.verdict
    var lines = wrapped("\(view.sign) \(title)", width: width - 4, hanging: 2).map { "    " + styled($0, style) }
    let label = view.rows.map { displayWidth($0.label) }.max() ?? 0
    let widths = columnWidths(view.rows.map(\.cells))
    for row in view.rows {
      var cells = zip(row.cells, widths).map { spaces($1 - displayWidth($0)) + $0 }
      while cells.count > 1, 8 + label + cells.reduce(0, { $0 + displayWidth($1) + 2 }) > width { cells.removeLast() }
      lines.append("      " + padded(row.label, to: label) + "  " + cells.joined(separator: "  "))
    }
    lines += wrapped(view.facts, width: width - 6).map { "      " + styled($0, .dim) }
    if let divergence = view.divergence, view.isFailure {
      lines += wrapped(divergence, width: width - 6, hanging: 2).map { "      " + styled($0, .bad) }
    }
    return lines
  }

  private func columnWidths(_ rows: [[String]]) -> [Int] {
    (0..<(rows.map(\.count).max() ?? 0)).map { column in
      rows.map { column < $0.count ? displayWidth($0[column]) : 0 }.max() ?? 0
    }
  }

  private func table(_ table: Table) -> [String] {
    grid(table.columns.map(plainText), table.rows.map { $0.map(plainText) }, table.alignments, width: width)
  }

  /// A table with wrapped cells; where it is too wide, the widest columns give way.
  private func grid(_ header: [String], _ rows: [[String]], _ alignments: [Alignment], width: Int) -> [String] {
    var widths = columnWidths([header] + rows)
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width, let widest = widths.max(), widest > 4,
      let column = widths.firstIndex(of: widest)
    {
      widths[column] -= 1
    }
    func lines(_ row: [String]) -> [String] {
      let cells = zip(row, widths).map { $0.isEmpty ? [""] : wrapped($0, width: max($1, 1)) }
      return (0..<(cells.map(\.count).max() ?? 0)).map { line in
        let texts = cells.indices.map { column -> String in
          let text = line < cells[column].count ? cells[column][line] : ""
          let room = widths[column] - displayWidth(text)
          switch alignments[column] {
          case .left: return text + spaces(room)
          case .right: return spaces(room) + text
          case .centre: return spaces(room / 2) + text + spaces(room - room / 2)
          }
        }.joined(separator: "  ")
        return String(texts.reversed().drop { $0 == " " }.reversed())
      }
    }
    let hasHeader = header.contains { !$0.isEmpty }
    let rule = styled(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), .dim)
    return (hasHeader ? styled(lines(header), .bold) + [rule] : []) + rows.flatMap(lines)
  }
}

// MARK: - Style

/// How a stretch stands out on a terminal with colour.
enum Style: Int, Comparable {
  case bold, dim, italic, code, good, bad, warning, keyword, type, string, number
  case blue, orange, green, purple, yellow, sky

  static func < (a: Style, b: Style) -> Bool { a.rawValue < b.rawValue }

  /// Basic colours, since those follow the user's own light or dark scheme; a symbol has the colour that pictures give it.
  var code: String {
    let number =
      switch self {
      case .bold: "1"
      case .dim: "2"
      case .italic: "3"
      case .code, .type: "36"
      case .good, .string: "32"
      case .bad: "1;31"
      case .warning, .number: "33"
      case .keyword: "35"
      case .blue: Self.number(.blue)
      case .orange: Self.number(.orange)
      case .green: Self.number(.green)
      case .purple: Self.number(.purple)
      case .yellow: Self.number(.yellow)
      case .sky: Self.number(.sky)
      }
    return "\u{1B}[\(number)m"
  }

  private static func number(_ hue: Hue) -> String { "38;5;\(hue.terminalCode)" }

  static func hue(_ hue: Hue) -> Style {
    switch hue {
    case .blue: .blue
    case .orange: .orange
    case .green: .green
    case .purple: .purple
    case .yellow: .yellow
    case .sky: .sky
    }
  }

  static func reset(_ styles: Set<Style>) -> String { styles.isEmpty ? "" : "\u{1B}[0m" }

  static func of(_ kind: TokenKind) -> Style? {
    switch kind {
    case .plain: nil
    case .keyword, .attribute: .keyword
    case .type: .type
    case .string: .string
    case .number: .number
    case .comment: .dim
    }
  }
}

extension TerminalWriter {
  private func styled(_ text: String, _ style: Style) -> String {
    terminal.hasColour && !text.isEmpty ? style.code + text + Style.reset([style]) : text
  }

  private func styled(_ lines: [String], _ style: Style) -> [String] { lines.map { styled($0, style) } }
}

extension String {
  var lines: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
