extension HeatMap {
  private struct Layout {
    var left: Double
    var top: Double
    var cellWidth: Double
    var cellHeight: Double
    var bottom: Double
  }

  func draw(on canvas: inout Canvas) {
    let layout = layout(in: canvas.width)
    drawCells(on: &canvas, layout)
    drawBlocks(on: &canvas, layout)
    drawNames(on: &canvas, layout)
    let titles = columnTitle.isEmpty ? 0.0 : 20
    canvas.height = layout.bottom + (columnNames.isEmpty ? 6 : 22) + titles + 26
    scale.drawLegend(on: &canvas, x: layout.left, y: canvas.height - 8)
  }

  private func layout(in width: Double) -> Layout {
    let names = (rowNames + rowBlocks.map(\.name)).map { Label($0).ems * 13 }.max() ?? 0
    let left = max(names + (rowBlocks.isEmpty ? 8 : 16), 8) + (rowTitle.isEmpty ? 0 : 20)
    let available = width - left - 6
    let widest = values.joined().map { Label(number($0)).ems * 13 + 6 }.max() ?? 0
    let cellWidth = min(available / Double(columnCount), digits == nil ? 36 : max(widest, 44))
    let height = digits == nil ? min(max(260 / Double(rowCount), 6), 22) : 24
    let top = columnBlocks.isEmpty ? 6.0 : 34
    return Layout(
      left: left, top: top, cellWidth: cellWidth, cellHeight: height, bottom: top + height * Double(rowCount))
  }

  /// All fields of one colour in one path, so that a large matrix stays a small file.
  private func drawCells(on canvas: inout Canvas, _ layout: Layout) {
    var order: [RGB] = []
    var paths: [RGB: String] = [:]
    for (row, numbers) in values.enumerated() {
      for (column, value) in numbers.enumerated() {
        let colour = scale.colour(value)
        if paths[colour] == nil { order.append(colour) }
        let x = NumberText.coordinate(layout.left + Double(column) * layout.cellWidth)
        let y = NumberText.coordinate(layout.top + Double(row) * layout.cellHeight)
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
          number(value), x: layout.left + (Double(column) + 0.5) * layout.cellWidth,
          y: layout.top + (Double(row) + 0.5) * layout.cellHeight + 4.5, anchor: .middle, size: 13,
          paint: .data(scale.colour(value).contrasting))
      }
    }
  }

  private func drawBlocks(on canvas: inout Canvas, _ layout: Layout) {
    let right = layout.left + Double(columnCount) * layout.cellWidth
    for (block, range) in Self.ranges(columnBlocks, limit: columnCount) {
      let x = layout.left + Double(range.lowerBound) * layout.cellWidth
      let width = Double(range.count) * layout.cellWidth
      canvas.rect(
        x: x + 1, y: layout.top, width: width - 2, height: layout.bottom - layout.top, stroke: .hue(block.hue),
        strokeWidth: 2)
      canvas.rect(x: x + 1, y: layout.top - 8, width: width - 2, height: 5, fill: .hue(block.hue))
      canvas.text(
        block.name, x: x + width / 2, y: layout.top - 14, anchor: .middle, paint: .hue(block.hue), bold: true)
    }
    for (block, range) in Self.ranges(rowBlocks, limit: rowCount) {
      let y = layout.top + Double(range.lowerBound) * layout.cellHeight
      let height = Double(range.count) * layout.cellHeight
      canvas.rect(
        x: layout.left, y: y + 1, width: right - layout.left, height: height - 2, stroke: .hue(block.hue),
        strokeWidth: 2)
      canvas.rect(x: layout.left - 8, y: y + 1, width: 5, height: height - 2, fill: .hue(block.hue))
      canvas.text(
        block.name, x: layout.left - 12, y: y + height / 2 + 5, anchor: .end, size: 13, paint: .hue(block.hue),
        bold: true)
    }
  }

  private func drawNames(on canvas: inout Canvas, _ layout: Layout) {
    let rowStride = Self.stride(needed: 16, cell: layout.cellHeight)
    for row in Swift.stride(from: 0, to: rowNames.count, by: rowStride) where rowBlocks.isEmpty {
      canvas.text(
        rowNames[row], x: layout.left - 6, y: layout.top + (Double(row) + 0.5) * layout.cellHeight + 4.5, anchor: .end,
        size: 13, paint: .soft)
    }
    let widest = columnNames.map { Label($0).ems * 13 + 8 }.max() ?? 0
    let columnStride = Self.stride(needed: widest, cell: layout.cellWidth)
    for column in Swift.stride(from: 0, to: columnNames.count, by: columnStride) {
      canvas.text(
        columnNames[column], x: layout.left + (Double(column) + 0.5) * layout.cellWidth, y: layout.bottom + 17,
        anchor: .middle, size: 13, paint: .soft)
    }
    let middle = layout.left + Double(columnCount) * layout.cellWidth / 2
    if !columnTitle.isEmpty {
      canvas.text(
        columnTitle, x: middle, y: layout.bottom + (columnNames.isEmpty ? 18 : 37), anchor: .middle, size: 14,
        paint: .soft)
    }
    if !rowTitle.isEmpty {
      canvas.text(
        rowTitle, x: 14, y: (layout.top + layout.bottom) / 2, anchor: .middle, size: 14, paint: .soft, rotated: true)
    }
  }

  /// Every how many fields a name fits.
  static func stride(needed: Double, cell: Double) -> Int { max(1, Int((needed / max(cell, 0.01)).rounded(.up))) }
}
