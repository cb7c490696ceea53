import TextLayout

extension Diagram {
  /// The diagram in box-drawing characters; where no colour fades the rest, heavy lines show the active part.
  package func lines(colour: Bool) -> [StyledLine] {
    let hasBackground = wires.contains { !$0.isActive }
    var page = Page(width: width, height: height, marksActive: !colour && hasBackground)
    if let frame { draw(frame, on: &page, style: .soft, active: false) }
    for active in [false, true] {
      for wire in wires where wire.isActive == active { draw(wire, on: &page) }
    }
    // Boxes and operations cover the wires that end in them; arrows stand before what is covered.
    for box in boxes { draw(box, on: &page, style: style(box.hue, box.isActive), active: box.isActive) }
    for operation in operations {
      let text = "(\(operation.sign))"
      let start = operation.at.x - displayWidth(text) / 2
      page.write(text, start, operation.at.y, style(operation.hue, operation.isActive))
    }
    for wire in wires where wire.hasArrow { drawArrow(wire, on: &page) }
    for words in words {
      let text = Label(words.markup).plain
      let width = displayWidth(text)
      let offset = words.anchor == .start ? 0 : words.anchor == .middle ? width / 2 : width - 1
      var style = words.isSoft ? TextStyle.soft : style(words.hue, words.isActive)
      style.bold = words.isBold && words.isActive
      page.write(text, words.at.x - offset, words.at.y, style)
    }
    return page.lines
  }

  private func style(_ hue: Hue?, _ isActive: Bool) -> TextStyle {
    isActive ? hue.map { .hue($0) } ?? .plain : .soft
  }

  private func draw(_ box: Box, on page: inout Page, style: TextStyle, active: Bool) {
    let (right, bottom) = (box.x + box.width - 1, box.y + box.height - 1)
    guard right > box.x, bottom > box.y else { return }
    page.clear(box)
    let corners = [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom), (box.x, box.y)]
    page.trace(corners.map { Point($0.0, $0.1) }, style, active: active, covers: box.isFilled)
  }

  private func draw(_ wire: Wire, on page: inout Page) {
    page.trace(wire.points, style(wire.hue, wire.isActive), active: wire.isActive, covers: false)
  }

  private func drawArrow(_ wire: Wire, on page: inout Page) {
    guard wire.points.count > 1 else { return }
    let tip = wire.points[wire.points.count - 1]
    let before = wire.points[wire.points.count - 2]
    let (dx, dy) = ((tip.x - before.x).signum(), (tip.y - before.y).signum())
    var at = tip
    while at != before, page.isCovered(at) { at = Point(at.x - dx, at.y - dy) }
    page.write(dx > 0 ? "▸" : dx < 0 ? "◂" : dy > 0 ? "▾" : "▴", at.x, at.y, style(wire.hue, wire.isActive))
  }
}

/// A page of terminal cells: lines as bits, which join where they meet, and characters over them.
private struct Page {
  let width: Int
  let height: Int
  private let marksActive: Bool
  private var cells: [Cell]

  private struct Cell {
    /// Bits: up 1, right 2, down 4, left 8.
    var lines: UInt8 = 0
    var isCrossing = false
    var isHeavy = false
    var character: Character?
    var isContinuation = false
    var style = TextStyle.plain
    var isCovered = false
  }

  init(width: Int, height: Int, marksActive: Bool) {
    (self.width, self.height, self.marksActive) = (width, height, marksActive)
    cells = Array(repeating: Cell(), count: width * height)
  }

  private func index(_ x: Int, _ y: Int) -> Int? {
    x >= 0 && x < width && y >= 0 && y < height ? y * width + x : nil
  }

  func isCovered(_ point: Diagram.Point) -> Bool { index(point.x, point.y).map { cells[$0].isCovered } ?? false }

  /// Empties the inside and border of a filled box.
  mutating func clear(_ box: Diagram.Box) {
    guard box.isFilled else { return }
    for y in box.y..<box.y + box.height {
      for x in box.x..<box.x + box.width {
        if let index = index(x, y) { cells[index] = Cell(isCovered: true) }
      }
    }
  }

  /// Lines through points, joined with the lines that begin or end on their way and crossing those that pass.
  mutating func trace(_ points: [Diagram.Point], _ style: TextStyle, active: Bool, covers: Bool) {
    var bits: [(at: Int, bits: UInt8)] = []
    func add(_ x: Int, _ y: Int, _ bit: UInt8) {
      guard let at = index(x, y) else { return }
      if let last = bits.lastIndex(where: { $0.at == at }) {
        bits[last].bits |= bit
      } else {
        bits.append((at, bit))
      }
    }
    for (a, b) in zip(points, points.dropFirst()) {
      let (dx, dy) = ((b.x - a.x).signum(), (b.y - a.y).signum())
      var (x, y) = (a.x, a.y)
      while x != b.x || y != b.y {
        add(x, y, dx > 0 ? 2 : dx < 0 ? 8 : dy > 0 ? 4 : 1)
        if dx != 0 { x += dx } else { y += dy }
        add(x, y, dx > 0 ? 8 : dx < 0 ? 2 : dy > 0 ? 1 : 4)
      }
    }
    for (at, bit) in bits {
      let old = cells[at].lines
      if (old == 5 && bit == 10) || (old == 10 && bit == 5) { cells[at].isCrossing = true }
      cells[at].lines |= bit
      cells[at].style = style
      cells[at].isHeavy = marksActive && active
      if covers { cells[at].isCovered = true }
    }
  }

  mutating func write(_ text: String, _ x: Int, _ y: Int, _ style: TextStyle) {
    var x = x
    for character in text {
      guard let index = index(x, y) else { return }
      let width = displayWidth(character)
      cells[index].character = character
      cells[index].isContinuation = false
      cells[index].style = style
      cells[index].isCovered = true
      if width == 2, let next = self.index(x + 1, y) { cells[next].isContinuation = true }
      x += max(width, 1)
    }
  }

  /// By the bits: nothing, ends and straight lines, corners, branches, crossing.
  private static let glyphs = (light: Array(" │─╰││╭├─╯─┴╮┤┬┼"), heavy: Array(" ┃━┗┃┃┏┣━┛━┻┓┫┳╋"))

  var lines: [StyledLine] {
    (0..<height).map { y in
      var line = StyledLine()
      for cell in cells[y * width..<(y + 1) * width] where !cell.isContinuation {
        let glyphs = cell.isHeavy ? Self.glyphs.heavy : Self.glyphs.light
        let glyph = glyphs[cell.isCrossing ? 5 : Int(cell.lines)]
        line.append(String(cell.character ?? glyph), cell.style)
      }
      return line
    }
  }
}
