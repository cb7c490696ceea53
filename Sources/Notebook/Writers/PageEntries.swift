import Formulas
import TextLayout

/// What a page shows, joined as readers want it: the folded code of a section at its end, comparisons in a row as one
/// table, and appendices and sources apart from the lesson.
struct PageEntries {
  enum Entry {
    case item(Item)
    /// Comparisons that follow each other and hold.
    case comparisons([Comparison])
  }

  /// A section that stands folded behind the lesson: an appendix, or the sources.
  struct Annex {
    var heading: Block
    var entries: [Entry]

    /// On its fold.
    func summary(_ words: Words) -> String {
      PageEntries.isSources(heading) ? words.everySource : words("Open the appendix")
    }
  }

  private(set) var lesson: [Entry] = []
  private(set) var annexes: [Annex] = []

  /// Whether a heading ends the lesson. It is that of an appendix, `## Appendix: the other cells`, or of the sources.
  static func isAnnex(_ block: Block) -> Bool {
    if case .heading(2, let id, _) = block { isSources(block) || id.hasPrefix("appendix-") } else { false }
  }

  private static func isSources(_ block: Block) -> Bool {
    if case .heading(_, "against-the-sources", _) = block { true } else { false }
  }

  init(_ items: [Item]) {
    var heading: Block?
    var section: [Item] = []
    func end() {
      if let heading {
        annexes.append(Annex(heading: heading, entries: Self.entries(section, isCompact: true)))
      } else {
        lesson = Self.entries(section, isCompact: false)
      }
      section = []
    }
    for item in items {
      var blocks = item.blocks[...]
      guard blocks.contains(where: Self.isAnnex) else {
        section.append(item)
        continue
      }
      while let place = blocks.firstIndex(where: Self.isAnnex) {
        if place > blocks.startIndex { section.append(.prose(Array(blocks[..<place]))) }
        end()
        heading = blocks[place]
        blocks = blocks[(place + 1)...]
      }
      if !blocks.isEmpty { section.append(.prose(Array(blocks))) }
    }
    end()
  }

  private static func entries(_ items: [Item], isCompact: Bool) -> [Entry] {
    var entries: [Entry] = []
    var folded = FoldedCode()
    for item in items {
      switch (item, entries.last) {
      case (.code(let text, let firstLine, false), _): folded.add(text, firstLine)
      case (.prose(let blocks), _), (.output(.prose(let blocks)), _):
        for part in sections(blocks) {
          if case .heading? = part.first { folded.end(&entries) }
          entries.append(.item(.prose(part)))
        }
      case (.code(let text, _, true), .item(.code(let before, let firstLine, true))?):
        entries[entries.count - 1] = .item(.code(before + "\n\n" + text, firstLine: firstLine, isOpen: true))
      case (.output(.comparison(let comparison)), .comparisons(let others)?) where !comparison.isFailure:
        entries[entries.count - 1] = .comparisons(others + [comparison])
      case (.output(.comparison(let comparison)), _) where !comparison.isFailure:
        entries.append(.comparisons([comparison]))
      default: entries.append(.item(item))
      }
    }
    folded.end(&entries)
    // A comparison by itself shows its digits.
    return isCompact
      ? entries
      : entries.map { entry in
        if case .comparisons(let all) = entry, all.count == 1 { return .item(.output(.comparison(all[0]))) }
        return entry
      }
  }

  /// Blocks with each heading apart.
  private static func sections(_ blocks: [Block]) -> [[Block]] {
    var parts: [[Block]] = [[]]
    for block in blocks {
      if case .heading = block { parts += [[block], []] } else { parts[parts.count - 1].append(block) }
    }
    return parts.filter { !$0.isEmpty }
  }

  /// The folded code of a section: one fold at its end, so that none stands between two sentences.
  private struct FoldedCode {
    private var text = ""
    private var firstLine = 0

    mutating func add(_ code: String, _ line: Int) {
      if text.isEmpty { firstLine = line }
      text += (text.isEmpty ? "" : "\n\n") + code
    }

    mutating func end(_ entries: inout [Entry]) {
      if !text.isEmpty { entries.append(.item(.code(text, firstLine: firstLine, isOpen: false))) }
      text = ""
    }
  }
}

extension Item {
  fileprivate var blocks: [Block] {
    switch self {
    case .prose(let blocks), .output(.prose(let blocks)): blocks
    default: []
    }
  }
}

extension Words {
  /// What comparisons that hold come to, in a line.
  func hold(_ comparisons: [Comparison]) -> String {
    let largest = comparisons.filter { !$0.isRange }.compactMap(\.largest?.difference).max()
    let count = comparisons.count
    guard let largest else { return count == 1 ? self("✓ 1 comparison holds") : self("✓ \(count) comparisons hold") }
    let difference = NumberText.small(largest)
    return count == 1
      ? self("✓ 1 comparison holds; largest difference \(difference)")
      : self("✓ \(count) comparisons hold; largest difference \(difference)")
  }

  /// Comparisons that hold, a line each.
  func table(_ comparisons: [Comparison]) -> Table {
    Table(
      title: [],
      columns: ["", quantity, value, largestDifference, tolerance].map { $0.isEmpty ? [] : [.text($0)] },
      rows: comparisons.map { comparison in
        let view = ComparisonView(comparison, self)
        return [
          [.text(view.sign)], view.titleParts, [.text(view.short)], [.text(ComparisonView.largest(comparison))],
          [.text(ComparisonView.criterion(comparison, self))],
        ]
      })
  }
}
