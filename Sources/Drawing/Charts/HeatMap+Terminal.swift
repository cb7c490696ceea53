import TextLayout

extension HeatMap {
  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let names = (rowNames + rowBlocks.map(\.name)).map { displayWidth(Label($0).plain) }.max() ?? 0
    let margin = min(names, columns / 3) + (names > 0 ? 1 : 0)
    let cell = cellWidth(available: columns - margin)
    let perPanel = max(1, (columns - margin) / cell)
    var lines: [StyledLine] = []
    if !rowTitle.isEmpty || !columnTitle.isEmpty { lines.append(StyledLine(clipped(axes, to: columns), .soft)) }
    for start in Swift.stride(from: 0, to: columnCount, by: perPanel) {
      let range = start..<min(start + perPanel, columnCount)
      if columnCount > perPanel {
        lines.append(
          StyledLine(clipped("\(columnsName) \(range.lowerBound)–\(range.upperBound - 1)", to: columns), .soft))
      }
      lines += panel(range, margin: margin, cell: cell, colour: colour)
    }
    if digits == nil || colour { lines.append(scale.legend(colour: colour)) }
    return lines
  }

  private var axes: String {
    let down = rowTitle.isEmpty ? "" : "↓ \(Label(rowTitle).plain)"
    let across = columnTitle.isEmpty ? "" : "→ \(Label(columnTitle).plain)"
    return [down, across].filter { !$0.isEmpty }.joined(separator: "   ")
  }

  /// Columns of the terminal for one field: square fields where they fit, one column where they do not.
  private func cellWidth(available: Int) -> Int {
    if digits != nil {
      let numbers = (values.joined().map { displayWidth(number($0)) }.max() ?? 1) + 2
      // Wider where all names of the columns can be seen then.
      let names = (columnNames.map { displayWidth(Label($0).plain) }.max() ?? 0) + 1
      return min(names * columnCount <= available ? max(numbers, names) : numbers, available)
    }
    return max(1, min(rowCount > Self.tallest ? 1 : 2, available / columnCount))
  }

  /// With more rows than this, two share a line.
  private static let tallest = 24

  private func panel(_ range: Range<Int>, margin: Int, cell: Int, colour: Bool) -> [StyledLine] {
    var lines: [StyledLine] = []
    if !columnBlocks.isEmpty { lines.append(blockLine(range, margin: margin, cell: cell)) }
    let halves = colour && digits == nil && rowCount > Self.tallest
    for row in Swift.stride(from: 0, to: rowCount, by: halves ? 2 : 1) {
      var line = rowName(row, margin: margin)
      for column in range {
        if halves {
          let top = scale.colour(values[row][column]).terminalCode
          let bottom = row + 1 < rowCount ? scale.colour(values[row + 1][column]).terminalCode : nil
          line.append(String(repeating: "▀", count: cell), TextStyle(foreground: top, background: bottom))
        } else {
          appendCell(values[row][column], cell, colour, to: &line)
        }
      }
      lines.append(line)
    }
    if !columnNames.isEmpty, let names = nameLine(range, margin: margin, cell: cell) { lines.append(names) }
    return lines
  }

  private func appendCell(_ value: Double, _ cell: Int, _ colour: Bool, to line: inout StyledLine) {
    let fill = scale.colour(value)
    if digits != nil {
      let text = aligned(clipped(number(value), to: cell), to: cell, .middle)
      line.append(
        text, colour ? TextStyle(foreground: fill.contrasting.terminalCode, background: fill.terminalCode) : .plain)
    } else if colour {
      line.append(spaces(cell), TextStyle(background: fill.terminalCode))
    } else {
      line.append(String(repeating: String(scale.shade(value)), count: cell))
    }
  }

  private func rowName(_ row: Int, margin: Int) -> StyledLine {
    guard margin > 0 else { return StyledLine() }
    if let block = Self.ranges(rowBlocks, limit: rowCount).first(where: { $0.range.contains(row) }) {
      let name = row == block.range.lowerBound ? Label(block.name).plain : "│"
      return StyledLine(padded(clipped(name, to: margin - 1), to: margin), .hue(block.hue))
    }
    let name = rowNames.isEmpty ? "" : Label(rowNames[row]).plain
    return StyledLine(aligned(clipped(name, to: margin - 1), to: margin - 1, .end) + " ", .soft)
  }

  /// The blocks above the columns: `├ i ────┤├ f ────┤`.
  private func blockLine(_ range: Range<Int>, margin: Int, cell: Int) -> StyledLine {
    var line = StyledLine(spaces(margin))
    for block in Self.ranges(columnBlocks, limit: columnCount) {
      let shown = block.range.clamped(to: range)
      guard !shown.isEmpty else { continue }
      let width = shown.count * cell
      let name = " " + clipped(Label(block.name).plain, to: max(width - 4, 1)) + " "
      let free = width - 2 - displayWidth(name)
      let text =
        free >= 0
        ? "├" + name + String(repeating: "─", count: free) + "┤"
        : padded(clipped(Label(block.name).plain, to: width), to: width)
      line.append(text, .hue(block.hue))
    }
    return line
  }

  private func nameLine(_ range: Range<Int>, margin: Int, cell: Int) -> StyledLine? {
    let names = range.map { Label(columnNames[$0]).plain }
    let stride = Self.stride(needed: Double((names.map { displayWidth($0) }.max() ?? 0) + 1), cell: Double(cell))
    var text = spaces(margin)
    for index in Swift.stride(from: 0, to: names.count, by: stride) {
      let width = min(stride, names.count - index) * cell
      text += aligned(clipped(names[index], to: width), to: width, stride == 1 ? .middle : .start)
    }
    return StyledLine(text, .soft)
  }
}
