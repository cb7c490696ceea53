import TextLayout

/// A rectangle of text with the line on which its neighbours stand.
///
/// Plain mathematics is one line; matrices, cases and aligned equations are several, and a row sets them side by side:
///
///         ⎡0.76  0.68⎤
///     y = ⎢0.92  0.99⎥ + b
///         ⎣0.66  0.52⎦
struct UnicodeBlock {
  /// All of one width.
  let lines: [String]
  let width: Int
  let baseline: Int

  init(_ line: String) { self.init(lines: [line], width: displayWidth(line), baseline: 0) }

  private init(lines: [String], width: Int, baseline: Int) {
    self.lines = lines
    self.width = width
    self.baseline = baseline
  }

  init(_ node: MathNode) {
    switch node {
    case .row(let nodes): self = Self.row(nodes)
    case .table(let table, let rows): self = Self.table(table, rows)
    case .fenced(let open, let body, let close): self = UnicodeBlock(body).bracketed(open, close)
    case .scripts(let base, let sub, let primes, let sup):
      let tall = UnicodeBlock(base)
      let small = UnicodeWriter.line(.scripts(base: .row([]), sub: sub, primes: primes, sup: sup))
      self = tall.lines.count == 1 ? UnicodeBlock(UnicodeWriter.line(node)) : tall.with(scripts: small)
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
      let blank = spaces(block.width)
      for index in lines.indices {
        let own = index - above + block.baseline
        lines[index] += block.lines.indices.contains(own) ? block.lines[own] : blank
      }
    }
    return UnicodeBlock(lines: lines, width: blocks.reduce(0) { $0 + $1.width }, baseline: above)
  }

  /// Scripts stand at the last line of a tall matrix.
  private func with(scripts: String) -> UnicodeBlock {
    let last = baseline - (lines.count - 1)
    return Self.beside([self, UnicodeBlock(lines: [scripts], width: displayWidth(scripts), baseline: last)])
  }

  // MARK: Tables

  private static func table(_ table: MathTable, _ rows: [[MathNode]]) -> UnicodeBlock {
    let cells = rows.map { $0.map { UnicodeBlock($0) } }
    let columns = cells.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      cells.compactMap { $0.indices.contains(column) ? $0[column].width : nil }.max() ?? 0
    }
    var rows: [UnicodeBlock] = []
    for row in cells {
      var blocks: [UnicodeBlock] = []
      for (column, cell) in row.enumerated() {
        if column > 0 { blocks.append(UnicodeBlock(gap(table, column))) }
        blocks.append(cell.padded(to: widths[column], trailing: alignsRight(table, column)))
      }
      let block = beside(blocks)
      // A tall equation stands apart from its neighbours on both sides.
      if let before = rows.last, table.isAligned || table.isGathered, max(before.lines.count, block.lines.count) > 1 {
        rows.append(UnicodeBlock(""))
      }
      rows.append(block)
    }
    let width = rows.map(\.width).max() ?? 0
    let lines = rows.flatMap { $0.padded(to: width, trailing: false).lines }
    let (open, close) = table.brackets
    let block = UnicodeBlock(lines: lines, width: width, baseline: (lines.count - 1) / 2)
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
    guard width > self.width else { return self }
    let blank = spaces(width - self.width)
    return UnicodeBlock(lines: lines.map { trailing ? blank + $0 : $0 + blank }, width: width, baseline: baseline)
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
    let margin = open == "{" ? " " : ""
    let rows = lines.indices.map { bracket(open, $0) + margin + lines[$0] + bracket(close, $0) }
    return UnicodeBlock(lines: rows, width: width + open.count + margin.count + close.count, baseline: baseline)
  }

  private func bracket(_ text: String, _ index: Int) -> String {
    guard let pieces = Self.pieces[text] else { return text }
    if index == 0 { return pieces[0] }
    if index == lines.count - 1 { return pieces[3] }
    return index == lines.count / 2 ? pieces[2] : pieces[1]
  }
}
