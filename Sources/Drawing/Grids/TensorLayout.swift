import TextLayout

extension Picture {
  /// One element of a tensor: its name and the colour that follows it from stage to stage.
  public struct Element: Sendable {
    public var name: String
    public var hue: Hue

    public init(_ name: String, _ hue: Hue) {
      self.name = name
      self.hue = hue
    }
  }

  /// A rectangle of elements: one picture, one step, one block of weights.
  public struct Block: Sendable {
    /// Stands above the rectangle, such as `picture 0` or `t = 0`.
    public var name: String
    /// Rows of one length.
    public var rows: [[Element]]

    public init(_ name: String, _ rows: [[Element]]) {
      self.name = name
      self.rows = rows
    }
  }

  /// A tensor after one operation.
  public struct TensorStage: Sendable {
    /// The operation that makes it of the one before: `transpose 1, 0, 2`. Empty for the first.
    public var operation: String
    /// The tensor's name and shape, such as `x: [B, 28, 28]`.
    public var shape: String
    /// Its innermost matrices, the first axis from left to right.
    public var blocks: [Block]

    public init(operation: String = "", shape: String, blocks: [Block]) {
      self.operation = operation
      self.shape = shape
      self.blocks = blocks
    }
  }

  /// Where every element goes: the same named, coloured cells after each operation (transpose, reshape, split, …).
  public static func tensorLayout(title: String, stages: [TensorStage], alternative: String? = nil) -> Picture {
    let layout = TensorLayout(stages: stages)
    guard stages.contains(where: { $0.blocks.contains { !$0.rows.isEmpty } }) else {
      return note(title: title, "There is nothing to draw: no elements.")
    }
    return Picture(title: title, alternative: alternative, content: layout)
  }
}

struct TensorLayout: PictureContent {
  var stages: [Picture.TensorStage]

  func worded(_ words: Wording) -> TensorLayout {
    var layout = self
    for stage in stages.indices {
      layout.stages[stage].operation = words(ProseText(stages[stage].operation))
      layout.stages[stage].shape = words(ProseText(stages[stage].shape))
      for block in stages[stage].blocks.indices {
        layout.stages[stage].blocks[block] = Picture.Block(
          words(ProseText(stages[stage].blocks[block].name)),
          stages[stage].blocks[block].rows.map { $0.map { Picture.Element(words(ProseText($0.name)), $0.hue) } })
      }
    }
    return layout
  }

  func summary(_ words: Wording) -> String {
    let parts = stages.map { stage -> String in
      let blocks = stage.blocks.map { block in
        let rows = block.rows.map { $0.map { Label($0.name).plain }.joined(separator: " ") }
        let name = block.name.isEmpty ? "" : "\(Label(block.name).plain) = "
        return "\(name)[\(rows.joined(separator: " | "))]"
      }
      let layout = "\(Label(stage.shape).plain), \(blocks.joined(separator: ", "))"
      return stage.operation.isEmpty ? layout : words("after \(Label(stage.operation).plain): \(layout)")
    }
    return words("Tensor layout. \(parts.joined(separator: "; ")).")
  }

  private static let cellHeight = 24.0
  private static let gap = 16.0

  func draw(on canvas: inout Canvas) {
    var y = 4.0
    let names = stages.flatMap { $0.blocks.flatMap { $0.rows.flatMap { $0.map(\.name) } } }
    let cell = max((names.map { Label($0).ems * 14 }.max() ?? 0) + 8, 24)
    for (index, stage) in stages.enumerated() {
      if index > 0 {
        canvas.line([(20, y + 2), (20, y + 26)], stroke: .soft)
        canvas.arrowhead(x: 20, y: y + 30, dx: 0, dy: 1, paint: .soft)
        canvas.text(stage.operation, x: 32, y: y + 21, size: 14, paint: .soft)
        y += 38
      }
      canvas.text(stage.shape, x: 2, y: y + 14, bold: true)
      y += 24
      y = draw(stage.blocks, cell: cell, from: y, on: &canvas)
    }
    canvas.height = y + 2
  }

  /// Blocks side by side, in as many rows as the width asks for; returns where the next thing may stand.
  private func draw(_ blocks: [Picture.Block], cell: Double, from top: Double, on canvas: inout Canvas) -> Double {
    var (x, y, bottom) = (2.0, top, top)
    let hasNames = blocks.contains { !$0.name.isEmpty }
    for block in blocks {
      let columns = Double(block.rows.map(\.count).max() ?? 0)
      // A block wider than the picture has narrower cells.
      let cell = min(cell, (canvas.width - 4) / max(columns, 1))
      let width = max(columns * cell, Label(block.name).ems * 13)
      if x > 2, x + width > canvas.width - 2 {
        x = 2
        y = bottom + 4
      }
      canvas.text(block.name, x: x, y: y + 13, size: 13, paint: .soft)
      let inner = y + (hasNames ? 18 : 0)
      for (row, elements) in block.rows.enumerated() {
        for (column, element) in elements.enumerated() {
          let (left, upper) = (x + Double(column) * cell, inner + Double(row) * Self.cellHeight)
          canvas.rect(
            x: left, y: upper, width: cell - 1.5, height: Self.cellHeight - 1.5, fill: .tint(element.hue),
            stroke: .hue(element.hue))
          let size = min(14, (cell - 3) / (Label(element.name).ems + 0.01))
          canvas.text(
            element.name, x: left + cell / 2 - 0.75, y: upper + 16, anchor: .middle, size: size,
            paint: .hue(element.hue))
        }
      }
      bottom = max(bottom, inner + Double(block.rows.count) * Self.cellHeight)
      x += width + Self.gap
    }
    return bottom + 6
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    stages.flatMap { stage -> [StyledLine] in
      let operation =
        stage.operation.isEmpty ? [] : [StyledLine(clipped("  ↓ \(Label(stage.operation).plain)", to: columns), .soft)]
      let shape = StyledLine(clipped(Label(stage.shape).plain, to: columns), TextStyle(bold: true))
      return operation + [shape] + lines(stage.blocks, columns: columns)
    }
  }

  private func lines(_ blocks: [Picture.Block], columns: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    var part: [[StyledLine]] = []
    func width(_ block: [StyledLine]) -> Int { block.map(\.width).max() ?? 0 }
    func flush() {
      for row in 0..<(part.map(\.count).max() ?? 0) {
        lines.append(
          part.reduce(StyledLine()) { line, block in
            let cell = row < block.count ? block[row] : StyledLine()
            return line + cell + StyledLine(spaces(width(block) - cell.width + 2))
          })
      }
      part = []
    }
    for block in blocks.map({ Self.lines($0, columns: columns) }) {
      let used = part.reduce(0) { $0 + width($1) + 2 }
      if !part.isEmpty, used + width(block) + 2 > columns { flush() }
      part.append(block)
    }
    flush()
    return lines
  }

  /// A block with brackets; of a row that is too long as many cells as fit.
  private static func lines(_ block: Picture.Block, columns: Int) -> [StyledLine] {
    let cell = min(block.rows.joined().map { displayWidth(Label($0.name).plain) }.max() ?? 0, columns - 6)
    let room = max((columns - 5) / (cell + 1), 1)
    let name = block.name.isEmpty ? [] : [StyledLine(clipped(Label(block.name).plain, to: columns - 2), .soft)]
    return name
      + block.rows.map { row in
        var line = StyledLine("│", .soft)
        for (index, element) in row.prefix(room).enumerated() {
          if index > 0 { line.append(" ") }
          line.append(aligned(clipped(Label(element.name).plain, to: cell), to: cell, .middle), .hue(element.hue))
        }
        line.append(row.count > room ? "…│" : "│", .soft)
        return line
      }
  }
}
