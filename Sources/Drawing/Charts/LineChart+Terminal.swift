import TextLayout

extension LineChart {
  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let width = min(columns, 100)
    guard let up = AxisScale(y, values: ys, ticks: 4, tight: false) else { return [] }
    let margin = min(up.ticks.map { displayWidth($0.text) }.max() ?? 0, width / 3) + 1
    let plot = width - margin - 1
    guard let across = AxisScale(x, values: xs, ticks: max(2, plot / 14), tight: true) else { return [] }
    let grid = self.grid(columns: plot, rows: min(max(plot / 5, 6), 14), across, up, colour: colour)
    var lines = legend(columns: columns, colour: colour)
    if !y.name.isEmpty { lines.append(StyledLine(clipped(Label(y.name).plain, to: width), .soft)) }
    for row in 0..<grid.rows {
      let tick = up.ticks.last { Self.row(of: $0.position, rows: grid.rows) == row }
      let text = aligned(clipped(tick?.text ?? "", to: margin - 1), to: margin - 1, .end)
      lines.append(StyledLine(text + (tick == nil ? " │" : " ┤"), .soft) + grid.row(row))
    }
    return lines + axis(across, margin: margin, plot: plot)
  }

  private static func row(of position: Double, rows: Int) -> Int {
    min(max(Int(((1 - position) * Double(rows * 4 - 1)).rounded()) / 4, 0), rows - 1)
  }

  private func grid(columns: Int, rows: Int, _ across: AxisScale, _ up: AxisScale, colour: Bool) -> BrailleGrid {
    var grid = BrailleGrid(columns: columns, rows: rows)
    let (right, bottom) = (Double(grid.dotsAcross - 1), Double(grid.dotsDown - 1))
    func dot(_ point: (x: Double, y: Double)) -> (x: Int, y: Int) {
      (Int((min(max(point.x, 0), 1) * right).rounded()), Int(((1 - point.y) * bottom).rounded()))
    }
    for part in Self.rangeStretches(band?.points ?? [], across, up) {
      for (a, b) in zip(part, part.dropFirst() + part.suffix(1)) {
        let (low, high) = ((dot((a.x, a.low)), dot((b.x, b.low))), (dot((a.x, a.high)), dot((b.x, b.high))))
        for x in low.0.x...max(low.1.x, low.0.x) where x % 2 == 0 {
          let steps = max(low.1.x - low.0.x, 1)
          let along = { (from: Int, to: Int) in from + (to - from) * (x - low.0.x) / steps }
          let (top, floor) = (along(high.0.y, high.1.y), along(low.0.y, low.1.y))
          for y in min(top, floor)...max(top, floor) where (y + x / 2) % 2 == 0 { grid.set(x: x, y: y, .soft) }
        }
      }
    }
    for (index, line) in series.enumerated() {
      for stretch in Self.stretches(line.points, across, up) {
        let dots = stretch.map(dot)
        for (a, b) in zip(dots, dots.dropFirst() + (dots.count == 1 ? [dots[0]] : [])) {
          grid.line(from: a, to: b, .hue(.number(index))) { Self.shows($0, index, line.isDashed, colour: colour) }
        }
      }
    }
    return grid
  }

  /// Which columns of dots a line has: all; or, where colours cannot tell lines apart, a pattern of its own.
  private static func shows(_ x: Int, _ index: Int, _ isDashed: Bool, colour: Bool) -> Bool {
    let pattern = colour ? (isDashed ? 2 : 0) : index % 4
    return switch pattern {
    case 1: x % 4 < 2
    case 2: x % 6 < 4
    case 3: x % 4 == 0
    default: true
    }
  }

  private func legend(columns: Int, colour: Bool) -> [StyledLine] {
    var marks: [(String, TextStyle)] = []
    for (index, line) in series.enumerated() where !line.name.isEmpty {
      var sample = BrailleGrid(columns: 4, rows: 1)
      sample.line(from: (0, 2), to: (7, 2), .hue(.number(index))) {
        Self.shows($0, index, line.isDashed, colour: colour)
      }
      marks.append((sample.row(0).spans.map(\.text).joined(), .hue(.number(index))))
    }
    return Legend(entries: legendEntries).text(columns: columns) { index, _ in
      index < marks.count ? marks[index] : ("⡑⢌⡑", .soft)
    }
  }

  /// The line below and its numbers, none over another.
  private func axis(_ across: AxisScale, margin: Int, plot: Int) -> [StyledLine] {
    var line = Array(repeating: Character("─"), count: plot)
    var numbers = ""
    for tick in across.ticks {
      let column = min(max(Int((tick.position * Double(2 * plot - 1)).rounded()) / 2, 0), plot - 1)
      let width = displayWidth(tick.text)
      let start = min(max(column - width / 2, 0), plot - width)
      guard start >= 0, numbers.isEmpty || start > displayWidth(numbers) else { continue }
      line[column] = "┬"
      numbers += spaces(start - displayWidth(numbers)) + tick.text
    }
    var lines = [
      StyledLine(spaces(margin) + "└" + String(line), .soft), StyledLine(spaces(margin + 1) + numbers, .soft),
    ]
    if !x.name.isEmpty {
      let name = clipped(Label(x.name).plain, to: plot)
      lines.append(StyledLine(spaces(margin + 1) + aligned(name, to: plot, .middle), .soft))
    }
    return lines
  }
}
