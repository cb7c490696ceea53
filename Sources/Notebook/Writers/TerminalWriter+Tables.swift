import TextLayout

extension TerminalWriter {
  func columnWidths(_ rows: [[String]]) -> [Int] {
    let count = rows.map(\.count).max() ?? 0
    return (0..<count).map { column in
      let widths = rows.filter { column < $0.count }.map { displayWidth($0[column]) }
      return widths.max() ?? 0
    }
  }

  func table(_ table: Table) -> [String] {
    grid(table.columns.map(plainText), table.rows.map { $0.map(plainText) }, table.alignments, width: width)
  }

  /// A table with wrapped cells; where it is too wide, the widest columns give way.
  func grid(_ header: [String], _ rows: [[String]], _ alignments: [Alignment], width: Int) -> [String] {
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
          return aligned(text, to: widths[column], alignments[column].anchor)
        }.joined(separator: "  ")
        return withoutTrailingSpaces(texts)
      }
    }
    let hasHeader = header.contains { !$0.isEmpty }
    let rule = styled(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), .dim)
    return (hasHeader ? styled(lines(header), .bold) + [rule] : []) + rows.flatMap(lines)
  }
}

extension Alignment {
  fileprivate var anchor: Anchor {
    switch self {
    case .left: .start
    case .right: .end
    case .centre: .middle
    }
  }
}
