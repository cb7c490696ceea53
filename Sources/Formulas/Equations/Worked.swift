import TextLayout

/// How numbers are written in formulas, and how much of a large matrix is shown.
public struct NumberStyle: Sendable {
  /// Digits after the point. Numbers that need fewer, such as 0.5, have fewer.
  public var decimals: Int
  /// A matrix with more rows or columns shows its first ones, dots, and its last.
  public var greatestRows: Int
  public var greatestColumns: Int

  public init(decimals: Int = 4, greatestRows: Int = 4, greatestColumns: Int = 3) {
    self.decimals = min(max(decimals, 0), 17)
    self.greatestRows = max(greatestRows, 3)
    self.greatestColumns = max(greatestColumns, 3)
  }

  /// For numbers written into a formula by its author.
  static let exact = NumberStyle(decimals: 17)

  /// The number as plain text: `0.7311`, `0.5`, `−2`, `1.5e−7`.
  public func text(_ number: Double) -> String { NumberText.plainest(number, decimals: decimals) }

  func node(_ number: Double) -> MathNode {
    let parts = NumberText.ascii(text(number)).split(separator: "e")
    var nodes: [MathNode] = []
    var mantissa = String(parts[0])
    if mantissa.hasPrefix("-") {
      mantissa.removeFirst()
      nodes.append(.sign(.minus))
    }
    nodes.append(.number(mantissa))
    if parts.count == 2, let exponent = Int(parts[1]) {
      let power = (exponent < 0 ? [.sign(.minus)] : []) + [MathNode.number("\(exponent.magnitude)")]
      nodes += [.sign(.times), .scripts(base: .number("10"), sub: nil, primes: 0, sup: .joined(power))]
    }
    return .joined(nodes)
  }

  /// A value in brackets; a vector stands as a column or as a row. What is not shown whole has its shape below it.
  ///
  /// - Parameter formula: where the numbers of a vector or matrix come from.
  func node(_ value: MathValue, vectorsAreRows: Bool, of formula: Formula? = nil) -> MathNode {
    if value.shape.isEmpty { return node(value.elements[0]) }
    var (rows, columns) = value.rowsAndColumns
    if value.shape.count == 1 && !vectorsAreRows { (rows, columns) = (columns, rows) }
    let shownRows = Self.shown(rows, greatestRows)
    let shownColumns = Self.shown(columns, greatestColumns)
    let cells = shownRows.map { row in
      shownColumns.map { column in
        switch (row, column) {
        case (let row?, let column?): node(value.elements, row * columns + column, of: formula)
        case (_?, nil): Self.dots("⋯", #"\cdots"#)
        case (nil, _?): Self.dots("⋮", #"\vdots"#)
        case (nil, nil): Self.dots("⋱", #"\ddots"#)
        }
      }
    }
    let table = MathNode.table(.bmatrix, rows: cells)
    guard shownRows.count < rows || shownColumns.count < columns || (rows > greatestRows || columns > greatestColumns)
    else { return table }
    let shape = MathNode.row([.number("\(rows)"), .sign(.times), .number("\(columns)")])
    return .scripts(base: table, sub: shape, primes: 0, sup: nil)
  }

  private func node(_ elements: [Double], _ index: Int, of formula: Formula?) -> MathNode {
    let number = node(elements[index])
    guard let formula else { return number }
    return .sourced(number, NumberSource(formula, element: index, form: .plainest, decimals: decimals))
  }

  /// The indices that are shown; nil stands for the dots.
  private static func shown(_ count: Int, _ greatest: Int) -> [Int?] {
    if count <= greatest { return Array(0..<count) }
    return Array(0..<greatest - 2) + [nil, count - 1]
  }

  private static func dots(_ text: String, _ latex: String) -> MathNode { .sign(MathSign(text, latex, .ordinary)) }
}

/// A formula as *symbols = numbers = result*.
public struct Worked: Sendable {
  /// `i_t = σ(W_{ix} x_t + W_{ih} h_{t-1} + b_i)`
  public let symbols: MathText
  /// The right side with numbers put in for its symbols.
  public let numbers: MathText
  /// The value.
  public let result: MathText
  /// The three below one another, their signs of equality in one column.
  public let equation: MathText
  /// The symbols of the right side, each once, with their shapes: “13 × 7”, “a vector of 13”.
  public let shapes: [(symbol: MathText, shape: String)]
  public let value: MathValue
}

extension Formula {
  /// The formula worked out, to show beside its value.
  ///
  /// Vectors stand as rows, and as columns where the formula multiplies a matrix by a vector (`W • x`). Numbers that
  /// make a line too long for a page stand below one another, a term on each line.
  public func worked(_ bindings: [Formula: MathValue] = [:], style: NumberStyle = NumberStyle()) throws -> Worked {
    try worked(in: Evaluation(of: [self], bindings), style: style)
  }

  /// The formula worked out with values that were already computed.
  public func worked(in evaluation: Evaluation, style: NumberStyle = NumberStyle()) throws -> Worked {
    let value = try evaluation[self]
    let writer = WorkedWriter(evaluation: evaluation, style: style, definition: self)
    let (left, symbols) = (node.name?.node, FormulaWriter.symbols.writeBody(of: self))
    let isDefinition = left != nil && node.operands.count == 1
    let numbers = writer.numbers()
    var resultStyle = style
    // A row by itself has room for more.
    if value.shape.count == 1 { resultStyle.greatestColumns = max(style.greatestColumns, 5) }
    let result = resultStyle.node(value, vectorsAreRows: writer.vectorsAreRows, of: self)
    func equals(_ side: MathNode) -> MathNode { .row([.sign(.equals)] + side.items) }
    let inNumbers = numbers.lines.enumerated().map { $0 == 0 ? equals($1) : $1 }
    let lines = (isDefinition ? [equals(symbols)] : []) + inNumbers + [equals(result)]
    let head = isDefinition ? left ?? .row([]) : symbols
    let rows = lines.enumerated().map { [$0 == 0 ? head : .row([]), $1] }
    return Worked(
      symbols: equation, numbers: MathText(numbers), result: MathText(result),
      equation: MathText(.table(.aligned, rows: rows)), shapes: writer.shapes(), value: value)
  }
}

/// Writes a formula with numbers for its symbols.
private struct WorkedWriter: Sendable {
  let evaluation: Evaluation
  let style: NumberStyle
  /// The formula that is shown; its own name is not replaced by its value.
  let definition: Formula

  private var right: Formula {
    if case .definition = definition.node.content { return definition.node.operands[0] }
    return definition
  }

  /// The formulas of the right side, down to those that have names.
  private var parts: [Formula] {
    var found: [Formula] = []
    var seen: Set<Formula> = []
    var pending = [right]
    while let formula = pending.popLast() {
      guard seen.insert(formula).inserted else { continue }
      found.append(formula)
      if formula.node.name == nil { pending += formula.node.operands.reversed() }
    }
    return found
  }

  /// Whether vectors stand as rows: unless the right side multiplies a matrix by one.
  var vectorsAreRows: Bool {
    !parts.contains { formula in
      guard case .operation(.matrixProduct) = formula.node.content, formula.node.name == nil else { return false }
      return formula.node.operands.map { evaluation.value(ifComputed: $0)?.shape.count ?? 0 } == [2, 1]
    }
  }

  func numbers() -> MathNode {
    let isRow = vectorsAreRows
    let batchRows = batchRows()
    return FormulaWriter { formula in
      if let rows = batchRows[formula], let value = evaluation.value(ifComputed: formula) {
        let stretched = Arithmetic.stretched(value, to: [rows, value.elements.count])
        return FormulaWriter.Piece(style.node(stretched, vectorsAreRows: isRow))
      }
      var isConstant = false
      if case .constant(let value) = formula.node.content { isConstant = !value.shape.isEmpty }
      guard formula.node.name != nil || isConstant, let value = evaluation.value(ifComputed: formula) else {
        return nil
      }
      return FormulaWriter.constant(value, style, vectorsAreRows: isRow, of: formula)
    }.write(right)
  }

  /// The rows of a batch that a row is set on: in numbers it is shown on each of them.
  private func batchRows() -> [Formula: Int] {
    var rows: [Formula: Int] = [:]
    for formula in parts where formula.node.name == nil {
      guard let shape = evaluation.value(ifComputed: formula)?.shape, shape.count == 2 else { continue }
      for operand in formula.node.operands {
        if case .operation(.onEveryRow) = operand.node.content { rows[operand] = shape[0] }
      }
    }
    return rows
  }

  func shapes() -> [(symbol: MathText, shape: String)] {
    parts.filter { $0.node.name != nil }.compactMap { formula in
      evaluation.value(ifComputed: formula).map { (formula.mathText, $0.shapeText) }
    }
  }
}

extension MathNode {
  /// The columns of text that a line of numbers may take: what fits a page, and a terminal of 80 columns beside a left
  /// side.
  private static let greatestWidth = 60

  private var isTooWide: Bool { UnicodeBlock(self).width > Self.greatestWidth }

  /// What is too wide for a line on several: a sum is broken before its signs, also within brackets; a product, where
  /// it must be, before its last matrix.
  fileprivate var lines: [MathNode] {
    guard isTooWide, case .row(let nodes) = self else { return [self] }
    let signs = nodes.indices.filter { index in
      index > 0 && (nodes[index] == .sign(.plus) || nodes[index] == .sign(.minus))
        && !UnicodeWriter.isPrefix(nodes, index)
    }
    guard let first = signs.first else { return Self.lines(ofProduct: nodes.map(\.brokenWithin)) }
    var lines = MathNode.row(Array(nodes[..<first])).lines
    for (sign, end) in zip(signs, signs.dropFirst() + [nodes.count]) {
      let term = MathNode.row(Array(nodes[sign + 1..<end])).lines
      lines += term.enumerated().map { line, node in
        let start: [MathNode] = line == 0 ? [nodes[sign], .space(.thick)] : [.space(.quad)]
        return .row(start + node.items)
      }
    }
    return lines
  }

  /// Brackets with their content on several lines.
  private var brokenWithin: MathNode {
    guard case .fenced(let open, let body, let close) = self else { return self }
    let lines = body.lines
    guard lines.count > 1 else { return self }
    return .fenced(open: open, .table(.aligned, rows: lines.map { [.row([]), $0] }), close: close)
  }

  private static func lines(ofProduct nodes: [MathNode]) -> [MathNode] {
    let last = nodes.indices.dropFirst().last { nodes[$0].isTall && !nodes[$0 - 1].isName }
    guard MathNode.row(nodes).isTooWide, let last else { return [.row(nodes)] }
    let (before, after) = (Array(nodes[..<last]), Array(nodes[last...]))
    if let sign = before.last, sign.isOperator { return [.row(before.dropLast()), .row([sign] + after)] }
    return [.row(before), .row([.sign(.dot)] + after)]
  }

  /// A function that is applied to the brackets behind it.
  private var isName: Bool {
    switch self {
    case .function, .identifier: true
    case .scripts(let base, _, _, _): base.isName
    default: false
    }
  }
}
