import Options

/// A rectangle of text with the line on which its neighbours stand.
///
/// Plain mathematics is one line; matrices, cases and aligned equations are several, and a row sets them side by side:
///
///        ⎡0.76  0.68⎤
///     y = ⎢0.92  0.99⎥ + b
struct UnicodeBlock {
  var lines: [String]
  var baseline: Int

  var width: Int { lines.map(displayWidth).max() ?? 0 }

  init(_ line: String) {
    lines = [line]
    baseline = 0
  }

  private init(lines: [String], baseline: Int) {
    self.lines = lines
    self.baseline = baseline
  }

  init(_ node: MathNode) {
    switch node {
    case .row(let nodes): self = Self.row(nodes)
    case .table(let table, let rows): self = Self.table(table, rows)
    case .fenced(let open, let body, let close): self = UnicodeBlock(body).bracketed(open, close)
    case .scripts(let base, let sub, let primes, let sup) where UnicodeBlock(base).lines.count > 1:
      let scripts = UnicodeWriter.line(.scripts(base: .row([]), sub: sub, primes: primes, sup: sup))
      self = Self.beside([
        UnicodeBlock(base), UnicodeBlock(lines: [scripts], baseline: 0).lowered(for: UnicodeBlock(base)),
      ])
    default: self.init(UnicodeWriter.line(node))
    }
  }

  private var endsInSpace: Bool { lines.count == 1 && lines[0].hasSuffix(" ") }
  private var beginsWithSpace: Bool { lines.count == 1 && lines[0].hasPrefix(" ") }

  // MARK: Rows

  private static func row(_ nodes: [MathNode]) -> UnicodeBlock {
    var blocks: [UnicodeBlock] = []
    for (index, node) in nodes.enumerated() {
      let block = UnicodeBlock(node)
      if index > 0, !(blocks.last?.endsInSpace ?? true), !block.beginsWithSpace, UnicodeWriter.spaced(nodes, index) {
        blocks.append(UnicodeBlock(" "))
      }
      blocks.append(block)
    }
    return beside(blocks)
  }

  private static func beside(_ blocks: [UnicodeBlock]) -> UnicodeBlock {
    let above = blocks.map(\.baseline).max() ?? 0
    let below = blocks.map { $0.lines.count - $0.baseline }.max() ?? 1
    var lines = [String](repeating: "", count: above + below)
    for block in blocks {
      let width = block.width
      for index in lines.indices {
        let own = index - above + block.baseline
        lines[index] += Options.padded(block.lines.indices.contains(own) ? block.lines[own] : "", to: width)
      }
    }
    return UnicodeBlock(lines: lines, baseline: above)
  }

  /// Stands at the last line of its neighbour, as the subscript of a tall matrix does.
  private func lowered(for base: UnicodeBlock) -> UnicodeBlock {
    UnicodeBlock(lines: lines, baseline: base.baseline - (base.lines.count - 1))
  }

  // MARK: Tables

  private static func table(_ table: MathTable, _ rows: [[MathNode]]) -> UnicodeBlock {
    let cells = rows.map { $0.map { UnicodeBlock($0) } }
    let columns = cells.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      cells.compactMap { $0.indices.contains(column) ? $0[column].width : nil }.max() ?? 0
    }
    var lines: [String] = []
    for (index, row) in cells.enumerated() {
      var blocks: [UnicodeBlock] = []
      for (column, cell) in row.enumerated() {
        if column > 0 { blocks.append(UnicodeBlock(gap(table, column))) }
        blocks.append(cell.padded(to: widths[column], trailing: alignsRight(table, column)))
      }
      if index > 0, table.isAligned || table.isGathered, blocks.contains(where: { $0.lines.count > 1 }) {
        lines.append("")
      }
      lines += beside(blocks).lines
    }
    let (open, close) = table.brackets
    let block = UnicodeBlock(lines: lines, baseline: (lines.count - 1) / 2)
    return open.isEmpty && close.isEmpty ? block : block.bracketed(open, close)
  }

  private static func gap(_ table: MathTable, _ column: Int) -> String {
    table.isAligned ? (column.isMultiple(of: 2) ? "   " : " ") : "  "
  }

  /// Numbers in matrices and the left sides of equations stand at the right of their column.
  private static func alignsRight(_ table: MathTable, _ column: Int) -> Bool {
    table.isAligned ? column.isMultiple(of: 2) : table != .cases && !table.isGathered
  }

  private func padded(to width: Int, trailing: Bool) -> UnicodeBlock {
    let padded = lines.map { line in
      trailing
        ? String(repeating: " ", count: max(0, width - displayWidth(line))) + line : Options.padded(line, to: width)
    }
    return UnicodeBlock(lines: padded, baseline: baseline)
  }

  // MARK: Brackets

  /// Tall brackets are built of pieces: ⎡⎢⎣.
  private static let pieces: [String: [String]] = [
    "(": ["⎛", "⎜", "⎜", "⎝"], ")": ["⎞", "⎟", "⎟", "⎠"], "[": ["⎡", "⎢", "⎢", "⎣"], "]": ["⎤", "⎥", "⎥", "⎦"],
    "{": ["⎧", "⎪", "⎨", "⎩"], "}": ["⎫", "⎪", "⎬", "⎭"],
  ]

  private func bracketed(_ open: String, _ close: String) -> UnicodeBlock {
    guard lines.count > 1 else {
      return UnicodeBlock(open + (open == "{" ? " " : "") + lines[0] + close)
    }
    let width = width
    let rows = lines.indices.map { index in
      let end = close.isEmpty ? "" : bracket(close, index)
      return bracket(open, index) + (open == "{" ? " " : "") + Options.padded(lines[index], to: width) + end
    }
    return UnicodeBlock(lines: rows, baseline: baseline)
  }

  private func bracket(_ text: String, _ index: Int) -> String {
    guard let pieces = Self.pieces[text] else { return text }
    if index == 0 { return pieces[0] }
    if index == lines.count - 1 { return pieces[3] }
    return index == lines.count / 2 ? pieces[2] : pieces[1]
  }
}
