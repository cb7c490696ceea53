import Foundation
import TextLayout

/// A chapter's prose in another language: `prose.zh.md` beside `main.swift`.
///
/// A line `<!-- the-gates -->` begins the passage that replaces the prose cell of that anchor: the cell's heading as it
/// stands in links, and for further cells under the same heading a number (`the-gates-2`). Before the first heading the
/// section is called `start`. What `prose(_:)` shows is named by its first words and `…`, as in `<!-- In the last \(1)
/// steps… -->`, and `\(1)`, `\(2)` and so on stand for its values, in their order in the source. The passages `title`
/// and `summary` replace those of the page. The two columns of the table under `words` translate everything else that
/// is words: titles, cells, labels of pictures, results, values, exercises, parameters. The left column stands as the
/// page shows it in the source's language; `\(1)`, `\(2)` in it stand for any text. `chapters/words.zh.md` has such a
/// table for what all chapters share. Code and numbers are shared.
///
/// The language `en-XA` needs no file: it puts every text that can be translated between ⟦ and ⟧.
struct Translation: Sendable {
  let language: String
  private(set) var title: String?
  private(set) var summary: String?
  private(set) var passages: [String: [Block]] = [:]
  private(set) var words = WordTable()
  /// Whether it only marks what can be translated.
  private(set) var isMarking = false
  /// Markdown that `prose(_:)` shows, by the beginning of the words that it replaces.
  private(set) var passagesOfRun: [String: String] = [:]
  private(set) var problems: [String] = []

  init(language: String, _ text: String) {
    self.language = language
    var names = UniqueNames()
    for (anchor, line, text) in Self.sections(text) {
      let isOfRun = anchor.hasSuffix("…")
      // Where a value will stand, any number can be read instead of it.
      let readable = isOfRun || anchor == "words" ? text.replacing(ProseText.place, with: "1") : text
      let (blocks, found) = MarkdownParser.read(readable, names: &names)
      problems += found.map { "prose.\(language).md, line \(line + $0.line): \($0.message)" }
      switch anchor {
      case "title": title = String(trimmed(text))
      case "summary": summary = String(trimmed(text))
      case "words": words.add(Self.rows(text))
      case _ where isOfRun:
        if passagesOfRun.updateValue(text, forKey: Self.onOneLine(anchor.dropLast())) != nil { repeated(anchor, line) }
      default: if passages.updateValue(blocks, forKey: anchor) != nil { repeated(anchor, line) }
      }
    }
  }

  /// Marks every text.
  private init(marking language: String) {
    (self.language, words, isMarking) = (language, .marked, true)
  }

  /// The language that marks what can be translated.
  static let marking = "en-XA"

  /// Rows of other tables, where this one has none of the same.
  mutating func addBelow(_ other: WordTable) {
    guard !isMarking else { return }
    var all = other
    all.add(words)
    words = all
  }

  private mutating func repeated(_ anchor: String, _ line: Int) {
    problems.append("prose.\(language).md, line \(line): a second passage “\(anchor)”")
  }

  static func onOneLine(_ text: some StringProtocol) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The languages whose prose stands beside a source.
  static func languages(beside source: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: source.deletingLastPathComponent().path)) ?? []
    return names.filter { $0.hasPrefix("prose.") && $0.hasSuffix(".md") }
      .map { String($0.dropFirst(6).dropLast(3)) }.filter { !$0.isEmpty }.sorted()
  }

  static func read(_ language: String, beside source: URL) -> Translation? {
    if language == marking { return Translation(marking: language) }
    let url = source.deletingLastPathComponent().appendingPathComponent("prose.\(language).md")
    return (try? String(contentsOf: url, encoding: .utf8)).map { Translation(language: language, $0) }
  }

  private static func sections(_ text: String) -> [(anchor: String, line: Int, text: String)] {
    var sections: [(anchor: String, line: Int, text: String)] = []
    for (index, line) in text.lines.enumerated() {
      if line.hasPrefix("<!-- "), line.hasSuffix(" -->"), line.count > 9 {
        sections.append((String(line.dropFirst(5).dropLast(4)), index + 1, ""))
      } else if !sections.isEmpty {
        sections[sections.count - 1].text += line + "\n"
      }
    }
    return sections
  }

  /// The rows below the line under the headings, as they are written.
  static func rows(_ text: String) -> [String: String] {
    let rows = text.lines.map { trimmed($0) }.filter { $0.hasPrefix("|") }.map(MarkdownParser.tableCells)
    var words: [String: String] = [:]
    for row in rows.dropFirst(2) where row.count == 2 { words[row[0]] = row[1] }
    return words
  }
}

extension Source {
  /// The same cells with prose in another language. Headings keep their names, so that links hold in every language.
  func translated(_ translation: Translation, note: String) -> Source {
    var result = self
    var unused = Set(translation.passages.keys)
    for (index, cell) in cells.enumerated() {
      guard case .prose(let anchor, let blocks) = cell.content else { continue }
      if translation.isMarking {
        result.cells[index].content = .prose(anchor: anchor, blocks.map(\.marked))
        continue
      }
      guard let passage = translation.passages[anchor] else {
        result.problems.append(
          "prose.\(translation.language).md: no passage “\(anchor)” (line \(cell.lines.lowerBound) of the source)")
        result.cells[index].content = .prose(anchor: anchor, [.paragraph([.emphasis([.text(note)])])] + blocks)
        continue
      }
      unused.remove(anchor)
      var ids = blocks.compactMap { if case .heading(_, let id, _) = $0 { id } else { nil } }[...]
      let renamed = passage.map { block -> Block in
        guard case .heading(let level, _, let title) = block, let id = ids.popFirst() else { return block }
        return .heading(level: level, id: id, title)
      }
      result.cells[index].content = .prose(anchor: anchor, renamed)
    }
    result.problems += translation.problems
    result.problems += unused.sorted().map { "prose.\(translation.language).md: no place for the passage “\($0)”" }
    return result
  }
}

extension Block {
  /// The same with marks around its words.
  var marked: Block {
    func marked(_ parts: [Inline]) -> [Inline] {
      ProseText(plainText(parts)).hasWords ? [.text("⟦")] + parts + [.text("⟧")] : parts
    }
    switch self {
    case .heading(let level, let id, let parts): return .heading(level: level, id: id, marked(parts))
    case .paragraph(let parts): return .paragraph(marked(parts))
    case .quote(let blocks): return .quote(blocks.map(\.marked))
    case .folded(let summary, let blocks): return .folded(summary: "⟦\(summary)⟧", blocks.map(\.marked))
    case .list(let start, let items): return .list(start: start, items: items.map { $0.map(\.marked) })
    case .table(let header, let alignments, let rows):
      return .table(header: header.map(marked), alignments: alignments, rows: rows.map { $0.map(marked) })
    case .code, .formula, .rule: return self
    }
  }
}
