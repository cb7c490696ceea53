import TextLayout

/// Names beside marks of their colours, in as many rows as the width asks for.
struct Legend {
  enum Mark { case line, dashes, box }
  struct Entry {
    var name: String
    var paint: Paint
    var mark: Mark
  }

  let entries: [Entry]
  private static let size = 14.0
  private static let rowHeight = 22.0

  /// Each entry's place, and the height of all.
  private func places(width: Double) -> [(x: Double, row: Int)] {
    var places: [(x: Double, row: Int)] = []
    var (x, row) = (2.0, 0)
    for entry in entries {
      let needed = 30 + Label(entry.name).ems * Self.size
      if x > 2, x + needed > width {
        x = 2
        row += 1
      }
      places.append((x, row))
      x += needed + 16
    }
    return places
  }

  func height(width: Double) -> Double {
    (places(width: width).last.map { Double($0.row + 1) } ?? 0) * Self.rowHeight
  }

  func draw(on canvas: inout Canvas, y top: Double) {
    for (entry, place) in zip(entries, places(width: canvas.width)) {
      let middle = top + Double(place.row) * Self.rowHeight + 9
      switch entry.mark {
      case .line, .dashes:
        let ends = [(x: place.x, y: middle), (x: place.x + 22, y: middle)]
        canvas.line(ends, stroke: entry.paint, width: 2.5, dashed: entry.mark == .dashes)
      case .box: canvas.rect(x: place.x + 4, y: middle - 6, width: 14, height: 12, fill: entry.paint)
      }
      canvas.text(entry.name, x: place.x + 28, y: middle + 5, size: Self.size)
    }
  }

  /// Entries one after another in lines of at most `columns`; `sign` gives the mark of each.
  func text(columns: Int, sign: (Int, Entry) -> (String, TextStyle)) -> [StyledLine] {
    var lines: [StyledLine] = []
    var line = StyledLine()
    for (index, entry) in entries.enumerated() {
      let (mark, style) = sign(index, entry)
      let name = clipped(Label(entry.name).plain, to: columns - displayWidth(mark) - 1)
      let needed = displayWidth(mark) + 1 + displayWidth(name)
      if line.width > 0, line.width + 3 + needed > columns {
        lines.append(line)
        line = StyledLine()
      }
      if line.width > 0 { line.append("   ") }
      line.append(mark, style)
      line.append(" " + name)
    }
    return line.width > 0 ? lines + [line] : lines
  }
}
