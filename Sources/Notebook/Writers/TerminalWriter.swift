import Drawing
import TextLayout

/// Writes the entries of a log as lines for a terminal, one entry at a time, while the chapter runs.
struct TerminalWriter {
  let terminal: Terminal
  let words: Words
  let showsCode: Bool
  let colours: SymbolColours
  private var followsShort = false
  /// Comparisons after another one, and all behind the lesson, take a line each.
  private var followsComparison = false
  private var isInAnnex = false
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
  var width: Int { min(terminal.columns, 100) }

  mutating func title(_ log: Log) -> [String] {
    var lines = styled(wrapped(log.title, width: width), .bold)
    lines.append(styled(String(repeating: "═", count: min(displayWidth(log.title), width)), .dim))
    if !log.question.isEmpty { lines += paragraph(log.question, width: width) + [""] }
    if !log.summary.isEmpty { lines += wrapped(log.summary, width: width) }
    let about = log.about(words, before: log.requires.map(\.title))
    lines += wrapped(about.joined(separator: " · "), width: width).filter { !$0.isEmpty }
    if !log.goals.isEmpty {
      lines += ["", words("Goals:")]
      lines += blocks([.list(start: nil, items: log.goals.map { [.paragraph($0)] })], margin: "")
    }
    hasWritten = true
    return lines
  }

  mutating func item(_ item: Item) -> [String] {
    switch item {
    case .output(.live): return []
    case .prose(let blocks):
      followsComparison = false
      if blocks.contains(where: PageEntries.isAnnex) { isInAnnex = true }
      return spaced(self.blocks(blocks, margin: ""))
    case .code(let text, let firstLine, _):
      return showsCode ? spaced(code(text, firstLine: firstLine)) : []
    case .output(.comparison(let comparison)) where !comparison.isFailure && (followsComparison || isInAnnex):
      followsComparison = true
      return spaced(line(ComparisonView(comparison, words)), isShort: true)
    case .output(let output):
      let lines = self.output(output)
      followsComparison = if case .comparison = output { true } else { false }
      return spaced(lines, isShort: isShort(output, lines))
    }
  }

  /// A line that stands on the terminal only, not in the log.
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

// MARK: - Style

extension TerminalWriter {
  func styled(_ text: String, _ style: TextStyle) -> String { terminal.hasColour ? style.applied(to: text) : text }

  func styled(_ lines: [String], _ style: TextStyle) -> [String] { lines.map { styled($0, style) } }
}

extension String {
  package var lines: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
