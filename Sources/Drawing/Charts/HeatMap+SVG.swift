import Formulas
import TextLayout

extension HeatMap {
  private struct Layout {
    var left: Double
    var top: Double
    var cellWidth: Double
    var cellHeight: Double
    /// Where a gap stands before a column or row: the first of each block but the first.
    var columnBreaks: [Int]
    var rowBreaks: [Int]

    /// Room for the outlines of two blocks.
    static let gap = 5.0

    func x(_ column: Int) -> Double {
      left + Double(column) * cellWidth + Self.gap * Double(columnBreaks.count { $0 <= column })
    }

    func y(_ row: Int) -> Double {
      top + Double(row) * cellHeight + Self.gap * Double(rowBreaks.count { $0 <= row })
    }

    /// The rectangle of some columns and rows, without the gaps around it.
    func rect(_ columns: Range<Int>, _ rows: Range<Int>) -> (x: Double, y: Double, width: Double, height: Double) {
      let (x, y) = (x(columns.lowerBound), y(rows.lowerBound))
      return (
        x, y, self.x(columns.upperBound - 1) + cellWidth - x, self.y(rows.upperBound - 1) + cellHeight - y
      )
    }
  }

  func draw(on canvas: inout Canvas) {
    let layout = layout(in: canvas.width)
    if let attributes = liveAttributes(canvas, layout) {
      canvas.group(attributes) { drawCells(on: &$0, layout) }
    } else {
      drawCells(on: &canvas, layout)
    }
    drawBlocks(on: &canvas, layout)
    drawNames(on: &canvas, layout)
    let titles = columnTitle.isEmpty ? 0.0 : 20
    let matrix = layout.rect(0..<columnCount, 0..<rowCount)
    canvas.height =
      max(matrix.y + matrix.height, Label(rowTitle).ems * 14 + 6) + (columnNames.isEmpty ? 6 : 22) + titles + 26
    scale.drawLegend(on: &canvas, x: layout.left, y: canvas.height - 8)
  }

  private func layout(in width: Double) -> Layout {
    let names = (rowNames + rowBlocks.map(\.name)).map { Label($0).ems * 13 }.max() ?? 0
    let left = max(names + (rowBlocks.isEmpty ? 8 : 16), 8) + (rowTitle.isEmpty ? 0 : 20)
    let columnBreaks = Self.ranges(columnBlocks, limit: columnCount).dropFirst().map(\.range.lowerBound)
    let rowBreaks = Self.ranges(rowBlocks, limit: rowCount).dropFirst().map(\.range.lowerBound)
    // The last name may be wider than its column, and so may the name of a block.
    let right = max(6, (columnNames.last.map { Label($0).ems * 13 } ?? 0) / 2)
    let available = width - left - right - Layout.gap * Double(columnBreaks.count)
    let widest = values.joined().map { Label(number($0)).ems * 13 + 6 }.max() ?? 0
    let columnName = columnNames.map { Label($0).ems * 13 + 8 }.max() ?? 0
    let cellWidth = min(available / Double(columnCount), digits == nil ? 36 : max(widest, columnName, 44))
    let height = digits == nil ? min(max(260 / Double(rowCount), 6), 22) : 24
    let top = columnBlocks.isEmpty ? 6.0 : 34
    return Layout(
      left: left, top: top, cellWidth: cellWidth, cellHeight: height, columnBreaks: columnBreaks, rowBreaks: rowBreaks)
  }

  /// All fields of one colour in one path, so that a large matrix stays a small file.
  private func drawCells(on canvas: inout Canvas, _ layout: Layout) {
    var order: [RGB] = []
    var paths: [RGB: String] = [:]
    for (row, numbers) in values.enumerated() {
      for (column, value) in numbers.enumerated() {
        let colour = scale.colour(value)
        if paths[colour] == nil { order.append(colour) }
        let x = NumberText.coordinate(layout.x(column))
        let y = NumberText.coordinate(layout.y(row))
        let (w, h) = (NumberText.coordinate(layout.cellWidth), NumberText.coordinate(layout.cellHeight))
        paths[colour, default: ""] += "M\(x) \(y)h\(w)v\(h)h-\(w)z"
      }
    }
    for colour in order {
      if let path = paths[colour] { canvas.path(path, fill: .data(colour), crisp: true) }
    }
    guard digits != nil else { return }
    for (row, numbers) in values.enumerated() {
      for (column, value) in numbers.enumerated() {
        canvas.text(
          number(value), x: layout.x(column) + layout.cellWidth / 2, y: layout.y(row) + layout.cellHeight / 2 + 4.5,
          anchor: .middle, size: 13,
          paint: .data(scale.colour(value).contrasting))
      }
    }
  }

  /// The marks of a map whose fields change on the page: its grid, and where the numbers of each row come from. Nil
  /// where they stay, and where the fields have gaps or numbers in them.
  private func liveAttributes(_ canvas: Canvas, _ layout: Layout) -> String? {
    guard digits == nil, !sources.isEmpty, layout.columnBreaks.isEmpty, layout.rowBreaks.isEmpty else { return nil }
    let form = NumberSource.Form.colour(scale.liveScale)
    let marks = sources.compactMap { canvas.live?(NumberSource($0, form: form, decimals: 0)) }
    guard marks.count == rowCount else { return nil }
    let grid = [layout.left, layout.top, layout.cellWidth, layout.cellHeight].map(NumberText.coordinate)
    return " data-grid=\"\(grid.joined(separator: " ")) \(columnCount)\" data-live=\"\(marks.joined(separator: ";"))\""
  }

  private func drawBlocks(on canvas: inout Canvas, _ layout: Layout) {
    for block in Self.ranges(columnBlocks, limit: columnCount) {
      let rect = layout.rect(block.range, 0..<rowCount)
      outline(rect, block.hue, on: &canvas)
      canvas.rect(x: rect.x, y: rect.y - 8, width: rect.width, height: 5, fill: .hue(block.hue))
      canvas.text(
        block.name, x: rect.x + rect.width / 2, y: rect.y - 14, anchor: .middle, paint: .hue(block.hue), bold: true)
    }
    for block in Self.ranges(rowBlocks, limit: rowCount) {
      let rect = layout.rect(0..<columnCount, block.range)
      outline(rect, block.hue, on: &canvas)
      canvas.rect(x: rect.x - 8, y: rect.y, width: 5, height: rect.height, fill: .hue(block.hue))
      canvas.text(
        block.name, x: rect.x - 12, y: rect.y + rect.height / 2 + 5, anchor: .end, size: 13, paint: .hue(block.hue),
        bold: true)
    }
  }

  private func outline(
    _ rect: (x: Double, y: Double, width: Double, height: Double), _ hue: Hue, on canvas: inout Canvas
  ) {
    canvas.rect(
      x: rect.x - 1, y: rect.y - 1, width: rect.width + 2, height: rect.height + 2, stroke: .hue(hue), strokeWidth: 1.5)
  }

  private func drawNames(on canvas: inout Canvas, _ layout: Layout) {
    let matrix = layout.rect(0..<columnCount, 0..<rowCount)
    let bottom = matrix.y + matrix.height
    let rowStride = Self.stride(needed: 16, cell: layout.cellHeight)
    for row in Swift.stride(from: 0, to: rowNames.count, by: rowStride) where rowBlocks.isEmpty {
      canvas.text(
        rowNames[row], x: layout.left - 6, y: layout.y(row) + layout.cellHeight / 2 + 4.5, anchor: .end, size: 13,
        paint: .soft)
    }
    let widest = columnNames.map { Label($0).ems * 13 + 8 }.max() ?? 0
    let columnStride = Self.stride(needed: widest, cell: layout.cellWidth)
    for column in Swift.stride(from: 0, to: columnNames.count, by: columnStride) {
      canvas.text(
        columnNames[column], x: layout.x(column) + layout.cellWidth / 2, y: bottom + 17, anchor: .middle, size: 13,
        paint: .soft)
    }
    if !columnTitle.isEmpty {
      // In the middle of the matrix, or where a long title still ends inside of the picture.
      let half = Label(columnTitle).ems * 7
      let middle = max(min(matrix.x + matrix.width / 2, canvas.width - half), min(half, canvas.width / 2))
      canvas.text(
        columnTitle, x: middle, y: bottom + (columnNames.isEmpty ? 18 : 37), anchor: .middle, size: 14, paint: .soft)
    }
    if !rowTitle.isEmpty {
      canvas.text(
        rowTitle, x: 14, y: max(matrix.y + matrix.height / 2, Label(rowTitle).ems * 7 + 2), anchor: .middle, size: 14,
        paint: .soft, rotated: true)
    }
  }

  /// Every how many fields a name fits.
  static func stride(needed: Double, cell: Double) -> Int { max(1, Int((needed / max(cell, 0.01)).rounded(.up))) }
}
