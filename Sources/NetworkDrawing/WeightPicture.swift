import Drawing
import TextLayout

extension Picture {
  /// A matrix of weights and the stretches of rows and columns that belong to one gate or one input.
  public struct WeightMatrix: Sendable {
    /// What a framework calls it: `kernel`, `weight\_ih\_l0`.
    public var name: String
    /// Stretches of rows from the top with their counts: `x` 7, `h` 13; or the gates.
    public var rows: [HeatMapBlock]
    /// Stretches of columns from the left with their counts.
    public var columns: [HeatMapBlock]
    /// What stands for the shape: nil for rows × columns; else for tensors that have one axis, or three.
    public var shape: String?
    /// Gates lie along the rows, not along the columns, and give the fields their names and colours.
    public var gatesAreRows: Bool

    /// - Parameter gatesAreRows: nil for the axis that has more blocks.
    public init(
      _ name: String, rows: [HeatMapBlock], columns: [HeatMapBlock], shape: String? = nil, gatesAreRows: Bool? = nil
    ) {
      self.name = name
      self.shape = shape
      self.rows = rows.filter { $0.count > 0 }
      self.columns = columns.filter { $0.count > 0 }
      self.gatesAreRows = gatesAreRows ?? (self.rows.count > self.columns.count)
    }

    var height: Int { rows.reduce(0) { $0 + $1.count } }
    var width: Int { columns.reduce(0) { $0 + $1.count } }
  }

  /// How frameworks lay out weights: matrices in proportion, cut into the blocks they are joined of.
  ///
  ///     let gates = [HeatMapBlock("i", count: 13, hue: .blue), HeatMapBlock("f", count: 13, hue: .orange), …]
  ///     Picture.weightLayout(title: "TensorFlow 1: 20 × 52", matrices: [
  ///       .init(
  ///         "kernel", rows: [.init("x", count: 7, hue: .sky), .init("h", count: 13, hue: .yellow)],
  ///         columns: gates)])
  public static func weightLayout(title: String, matrices: [WeightMatrix], alternative: String? = nil) -> Picture {
    let shown = matrices.filter { !$0.rows.isEmpty && !$0.columns.isEmpty }
    guard !shown.isEmpty else { return note(title: title, "There is nothing to draw: no matrices with elements.") }
    let drawing = WeightPicture(matrices: shown)
    return Picture(title: title, alternative: alternative, content: drawing)
  }
}

struct WeightPicture: PictureContent {
  var matrices: [Picture.WeightMatrix]

  func worded(_ words: Wording) -> WeightPicture {
    func blocks(_ blocks: [HeatMapBlock]) -> [HeatMapBlock] {
      blocks.map { HeatMapBlock(words(ProseText($0.name)), count: $0.count, hue: $0.hue) }
    }
    var picture = self
    for index in matrices.indices {
      picture.matrices[index].name = words(ProseText(matrices[index].name))
      picture.matrices[index].rows = blocks(matrices[index].rows)
      picture.matrices[index].columns = blocks(matrices[index].columns)
    }
    return picture
  }

  private func shape(_ matrix: Picture.WeightMatrix) -> String {
    matrix.shape ?? "\(matrix.height) × \(matrix.width)"
  }

  func summary(_ words: Wording) -> String {
    let list = matrices.map { matrix -> String in
      let list = { (blocks: [HeatMapBlock]) in
        blocks.map { ($0.name.isEmpty ? "" : Label($0.name).plain + " ") + "\($0.count)" }.joined(separator: ", ")
      }
      let (name, rows, columns) = (Label(matrix.name).plain, list(matrix.rows), list(matrix.columns))
      return words("\(name), \(shape(matrix)): rows \(rows); columns \(columns)")
    }
    return words("Weight layout. \(list.joined(separator: ". ")).")
  }

  /// Lengths of stretches in the picture: in proportion, none too small for its name.
  private func lengths(_ blocks: [HeatMapBlock], least: Double, room: Double) -> [Double] {
    let longest = Double(matrices.map { max($0.width, $0.height) }.max() ?? 1)
    // Small matrices are not blown up, so that those of several pictures are alike.
    let scale = min(312 / longest, 20)
    let lengths = blocks.map { max(Double($0.count) * scale, least) }
    let sum = lengths.reduce(0, +)
    return sum > room ? lengths.map { $0 * room / sum } : lengths
  }

  private func leftMargin(_ matrix: Picture.WeightMatrix) -> Double {
    guard matrix.rows.count > 1, !matrix.gatesAreRows else { return 0 }
    return (matrix.rows.map { Label($0.name).ems * 14 }.max() ?? 0) + 8
  }

  func draw(on canvas: inout Canvas) {
    var (x, y, bottom) = (2.0, 4.0, 4.0)
    for matrix in matrices {
      let margin = min(leftMargin(matrix), 120)
      let widths = lengths(matrix.columns, least: 40, room: canvas.width - margin - 4)
      let heights = lengths(matrix.rows, least: 26, room: 2000)
      let caption = max(Label(matrix.name).ems * 14, Label(shape(matrix)).ems * 13)
      let width = max(margin + widths.reduce(0, +), caption)
      if x > 2, x + width > canvas.width - 2 {
        x = 2
        y = bottom + 14
      }
      canvas.text(matrix.name, x: x, y: y + 14, size: 14, bold: true)
      canvas.text(shape(matrix), x: x, y: y + 32, size: 13, paint: .soft)
      draw(matrix, x: x + margin, y: y + 40, widths: widths, heights: heights, on: &canvas)
      bottom = max(bottom, y + 40 + heights.reduce(0, +))
      x += width + 20
    }
    canvas.height = bottom + 4
  }

  private func draw(
    _ matrix: Picture.WeightMatrix, x: Double, y: Double, widths: [Double], heights: [Double],
    on canvas: inout Canvas
  ) {
    var top = y
    for (rowIndex, (row, height)) in zip(matrix.rows, heights).enumerated() {
      var left = x
      for (columnIndex, (column, width)) in zip(matrix.columns, widths).enumerated() {
        let block = matrix.gatesAreRows ? row : column
        let hue = block.hue ?? .number(matrix.gatesAreRows ? rowIndex : columnIndex)
        canvas.rect(
          x: left, y: top, width: width - 2, height: height - 2, fill: .tint(hue), stroke: .hue(hue),
          strokeWidth: 1.5)
        let size = min(15, (width - 4) / (Label(block.name).ems + 0.01))
        canvas.text(
          block.name, x: left + width / 2 - 1, y: top + height / 2 + 4, anchor: .middle, size: size,
          paint: .hue(hue))
        left += width
      }
      if matrix.rows.count > 1, !matrix.gatesAreRows {
        canvas.text(
          row.name, x: x - 8, y: top + height / 2 + 4, anchor: .end, size: 14, paint: row.hue.map(Paint.hue) ?? .ink)
      }
      top += height
    }
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    matrices.flatMap { matrix -> [StyledLine] in
      let head = clipped("\(Label(matrix.name).plain) [\(shape(matrix))]", to: columns)
      let names = matrix.rows.map { "\(Label($0.name).plain) \($0.count) " }
      let hasNames = matrix.rows.count > 1 && !matrix.gatesAreRows
      let margin = hasNames ? min(names.map { displayWidth($0) }.max() ?? 0, columns / 2) : 0
      let lines = zip(matrix.rows, names).enumerated().map { rowIndex, pair in
        let (row, name) = pair
        var line = StyledLine(
          hasNames ? aligned(clipped(name, to: margin), to: margin, .end) : "", row.hue.map { .hue($0) } ?? .plain)
        line.append("│", .soft)
        for (columnIndex, column) in matrix.columns.enumerated() {
          let block = matrix.gatesAreRows ? row : column
          let hue = block.hue ?? .number(matrix.gatesAreRows ? rowIndex : columnIndex)
          line.append(" \(Label(block.name).plain) \(block.count) ", .hue(hue))
          line.append("│", .soft)
        }
        return line.clipped(to: columns)
      }
      return [StyledLine(head, TextStyle(bold: true))] + lines
    }
  }
}
