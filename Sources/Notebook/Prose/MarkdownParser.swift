import TextLayout
import Formulas

/// Reads the Markdown that chapters are written in.
///
/// Blocks: `#` headings, paragraphs, `-`, `*` and `1.` lists (nested by indentation), `|` tables, fenced code, `$$`
/// formulas, `>` quotations, `---` rules. Running text: see `InlineParser`. There is no HTML: what looks like it stays
/// text.
struct MarkdownParser {
  /// What could not be read, with the line (counted from 1) within the text.
  private(set) var problems: [(line: Int, message: String)] = []
  private var names: UniqueNames
  private let lines: [Substring]
  private var index = 0

  /// Deeper nesting than any reader follows; it also bounds the recursion.
  private static let deepest = 8

  private init(lines: [Substring], names: UniqueNames) {
    self.lines = lines
    self.names = names
  }

  /// Reads a text; `names` keeps the headings of one page apart.
  static func read(
    _ text: String, names: inout UniqueNames
  ) -> (blocks: [Block], problems: [(line: Int, message: String)]) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var parser = MarkdownParser(lines: lines, names: names)
    let blocks = parser.blocks(depth: 0)
    names = parser.names
    return (blocks, parser.problems)
  }

  private mutating func nested(_ lines: [Substring], depth: Int) -> [Block] {
    guard depth < Self.deepest else { return [.paragraph([.text(lines.joined(separator: " "))])] }
    var inner = MarkdownParser(lines: lines, names: names)
    let blocks = inner.blocks(depth: depth + 1)
    names = inner.names
    problems += inner.problems.map { (line: $0.line + index - lines.count, message: $0.message) }
    return blocks
  }

  private mutating func blocks(depth: Int) -> [Block] {
    var blocks: [Block] = []
    while index < lines.count {
      let line = trimmed(lines[index])
      if line.isEmpty {
        index += 1
      } else if let block = heading(line) ?? fence(line) ?? formula(line) ?? rule(line) {
        blocks.append(block)
      } else if line.hasPrefix(">") {
        blocks.append(quote(depth))
      } else if listMarker(lines[index]) != nil {
        blocks.append(list(depth))
      } else if line.hasPrefix("|"), index + 1 < lines.count, let alignments = tableRule(trimmed(lines[index + 1])) {
        blocks.append(table(alignments))
      } else {
        blocks.append(paragraph())
      }
    }
    return blocks
  }

  private mutating func inlines(_ text: some StringProtocol, line: Int) -> [Inline] {
    var parser = InlineParser(String(text))
    let parts = parser.read()
    problems += parser.problems.map { (line: line + 1, message: $0) }
    return parts
  }

  private mutating func heading(_ line: Substring) -> Block? {
    let level = line.prefix { $0 == "#" }.count
    guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
    let parts = inlines(trimmed(line.dropFirst(level)), line: index)
    index += 1
    return .heading(level: level, id: names.claim(slug(plainText(parts))), parts)
  }

  private mutating func rule(_ line: Substring) -> Block? {
    guard line.count >= 3, line.allSatisfy({ $0 == "-" }) || line.allSatisfy({ $0 == "*" }) else { return nil }
    index += 1
    return .rule
  }

  private mutating func fence(_ line: Substring) -> Block? {
    guard line.hasPrefix("```") else { return nil }
    let start = index
    // A longer fence may have shorter ones within.
    let fence = String(line.prefix { $0 == "`" })
    let margin = lines[index].prefix { $0 == " " }.count
    var text: [Substring] = []
    index += 1
    while index < lines.count, !trimmed(lines[index]).hasPrefix(fence) {
      text.append(lines[index].dropFirst(min(margin, lines[index].prefix { $0 == " " }.count)))
      index += 1
    }
    if index == lines.count { problems.append((start + 1, "a \(fence) that nothing closes")) }
    index += 1
    return .code(language: String(trimmed(line.dropFirst(fence.count))), text: text.joined(separator: "\n"))
  }

  private mutating func formula(_ line: Substring) -> Block? {
    guard line.hasPrefix("$$") else { return nil }
    let start = index
    var latex = String(line.dropFirst(2))
    index += 1
    while !latex.hasSuffix("$$"), index < lines.count {
      latex += "\n" + trimmed(lines[index])
      index += 1
    }
    guard latex.hasSuffix("$$") else {
      problems.append((start + 1, "a $$ that nothing closes"))
      return .code(language: "", text: latex)
    }
    latex = String(trimmed(latex.dropLast(2)))
    do {
      return .formula(try MathText(latex: latex))
    } catch {
      problems.append((start + 1, "\(error)"))
      return .code(language: "", text: latex)
    }
  }

  private mutating func quote(_ depth: Int) -> Block {
    var inner: [Substring] = []
    while index < lines.count, trimmed(lines[index]).hasPrefix(">") {
      let text = trimmed(lines[index]).dropFirst()
      inner.append(text.first == " " ? text.dropFirst() : text)
      index += 1
    }
    return .quote(nested(inner, depth: depth))
  }

  private mutating func paragraph() -> Block {
    let start = index
    var text: [Substring] = []
    while index < lines.count, !trimmed(lines[index]).isEmpty, index == start || !beginsBlock(lines[index]) {
      text.append(trimmed(lines[index]))
      index += 1
    }
    return .paragraph(inlines(joinedLines(text), line: start))
  }

  private func beginsBlock(_ line: Substring) -> Bool {
    let text = trimmed(line)
    let hashes = text.prefix { $0 == "#" }.count
    return (1...6).contains(hashes) && text.dropFirst(hashes).first == " " || text.hasPrefix("```")
      || text.hasPrefix("$$") || text.hasPrefix(">") || text.hasPrefix("|") || listMarker(line) != nil
  }
}

// MARK: - Lists and tables

extension MarkdownParser {
  /// The indentation of a list item's mark, the width of mark and space, and its number where it has one.
  private func listMarker(_ line: Substring) -> (indentation: Int, width: Int, number: Int?)? {
    let indentation = line.prefix { $0 == " " }.count
    let text = line.dropFirst(indentation)
    if let mark = text.first, mark == "-" || mark == "*", text.dropFirst().first == " " { return (indentation, 2, nil) }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, digits.count < 5, text.dropFirst(digits.count).hasPrefix(". ") else { return nil }
    return (indentation, digits.count + 2, Int(digits))
  }

  private mutating func list(_ depth: Int) -> Block {
    guard let first = listMarker(lines[index]) else { return paragraph() }
    var items: [[Block]] = []
    while index < lines.count, let mark = listMarker(lines[index]), mark.indentation == first.indentation,
      (mark.number == nil) == (first.number == nil)
    {
      let margin = mark.indentation + mark.width
      var inner = [lines[index].dropFirst(margin)]
      index += 1
      while index < lines.count {
        let indentation = lines[index].prefix { $0 == " " }.count
        let isBlank = trimmed(lines[index]).isEmpty
        let continues = isBlank ? nextIsIndented(atLeast: margin) : indentation > mark.indentation
        let isLazy = !isBlank && !beginsBlock(lines[index]) && !(inner.last.map { trimmed($0).isEmpty } ?? true)
        guard continues || isLazy else { break }
        inner.append(lines[index].dropFirst(min(indentation, margin)))
        index += 1
      }
      items.append(nested(inner, depth: depth))
      while index + 1 < lines.count, trimmed(lines[index]).isEmpty, listMarker(lines[index + 1]) != nil { index += 1 }
    }
    return .list(start: first.number, items: items)
  }

  private func nextIsIndented(atLeast margin: Int) -> Bool {
    let next = lines[index...].first { !trimmed($0).isEmpty }
    return next.map { $0.prefix { $0 == " " }.count >= margin } ?? false
  }

  private func tableRule(_ line: Substring) -> [Alignment]? {
    let cells = Self.tableCells(line)
    guard line.hasPrefix("|"), !cells.isEmpty,
      cells.allSatisfy({ $0.contains("-") && $0.allSatisfy { "-:".contains($0) } })
    else { return nil }
    return cells.map { $0.hasSuffix(":") ? ($0.hasPrefix(":") ? .centre : .right) : .left }
  }

  private mutating func table(_ alignments: [Alignment]) -> Block {
    func fitted(_ cells: [[Inline]]) -> [[Inline]] {
      Array((cells + Array(repeating: [], count: max(alignments.count - cells.count, 0))).prefix(alignments.count))
    }
    let header = fitted(Self.tableCells(trimmed(lines[index])).map { inlines($0, line: index) })
    index += 2
    var rows: [[[Inline]]] = []
    while index < lines.count, trimmed(lines[index]).hasPrefix("|") {
      rows.append(fitted(Self.tableCells(trimmed(lines[index])).map { inlines($0, line: index) }))
      index += 1
    }
    return .table(header: header, alignments: alignments, rows: rows)
  }

  /// The cells between the bars; a bar within code or a formula, or after a backslash, belongs to its cell.
  static func tableCells(_ line: Substring) -> [String] {
    var cells: [String] = []
    var cell = ""
    var quote: Character?
    var isEscaped = false
    for character in line.dropFirst() {
      if isEscaped {
        if character != "|" { cell.append("\\") }
        cell.append(character)
        isEscaped = false
        continue
      }
      if character == "\\" {
        isEscaped = true
      } else if character == "|", quote == nil {
        cells.append(String(trimmed(Substring(cell))))
        cell = ""
      } else {
        if character == quote { quote = nil } else if quote == nil, "`$".contains(character) { quote = character }
        cell.append(character)
      }
    }
    if !trimmed(Substring(cell)).isEmpty { cells.append(String(trimmed(Substring(cell)))) }
    return cells
  }
}

/// Lines of one paragraph as one text: a space where a line ended, but none between East Asian characters.
func joinedLines(_ lines: [Substring]) -> String {
  lines.reduce(into: "") { text, line in
    let isWide = text.last.map { displayWidth($0) == 2 } ?? false
    let meetsWide = line.first.map { displayWidth($0) == 2 } ?? false
    text += (text.isEmpty || (isWide && meetsWide) ? "" : " ") + line
  }
}

func trimmed(_ text: some StringProtocol) -> Substring {
  var text = Substring(text)
  while let last = text.last, last.isWhitespace { text.removeLast() }
  return text.drop(while: \.isWhitespace)
}
