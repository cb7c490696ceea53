/// Turns a formula into mathematics text.
struct FormulaWriter: Sendable {
  /// How tightly a piece of mathematics holds together; a looser one within a tighter one needs brackets.
  enum Strength: Int, Comparable, Sendable {
    case sum, product, scripted, atom
    static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
  }

  struct Piece: Sendable {
    let node: MathNode
    let strength: Strength
    init(_ node: MathNode, _ strength: Strength = .atom) {
      self.node = node
      self.strength = strength
    }
  }

  /// What is written in place of a formula (its name, its numbers), or nil to write what it is made of.
  let leaf: @Sendable (Formula) -> Piece?

  /// Names for whatever has one.
  static let symbols = FormulaWriter { $0.node.name.map { Piece($0.node) } }

  func write(_ formula: Formula) -> MathNode { piece(formula).node }

  /// The right side of a definition: its body, even though it has a name.
  func writeBody(of formula: Formula) -> MathNode {
    guard case .definition = formula.node.content else { return write(formula) }
    return write(formula.node.operands[0])
  }

  private func piece(_ formula: Formula) -> Piece {
    if let leaf = leaf(formula) { return leaf }
    switch formula.node.content {
    case .constant(let value): return Self.constant(value, NumberStyle.exact, vectorsAreRows: false)
    case .symbol: return Piece(formula.node.name?.node ?? .row([]))
    case .definition: return piece(formula.node.operands[0])
    case .operation(let operation): return piece(operation, formula.node.operands)
    }
  }

  /// A value in numbers; a negative number binds as loosely as a sum.
  static func constant(
    _ value: MathValue, _ style: NumberStyle, vectorsAreRows: Bool, of formula: Formula? = nil
  ) -> Piece {
    let isNegative = value.shape.isEmpty && (value.number ?? 0) < 0
    return Piece(style.node(value, vectorsAreRows: vectorsAreRows, of: formula), isNegative ? .sum : .atom)
  }

  private func piece(_ operation: Operation, _ operands: [Formula]) -> Piece {
    switch operation {
    case .add, .subtract: return sum(operation, operands)
    case .total: return total(operands)
    case .negate: return Piece(.row([.sign(.minus), bracketed(operands[0], below: .product)]), .sum)
    case .matrixProduct, .hadamard, .scale: return product(operation, operands)
    case .divide: return Piece(.fraction(write(operands[0]), write(operands[1])), .scripted)
    case .function(.sqrt): return Piece(.root(write(operands[0]), index: nil))
    case .function(let function): return call(function.symbol, operands)
    case .softmax: return call(ElementFunction.named("softmax"), operands)
    case .sum: return call(ElementFunction.named("sum"), operands)
    case .mean: return call(ElementFunction.named("mean"), operands)
    case .square: return raised(operands[0], to: .number("2"))
    case .transpose: return raised(operands[0], to: .sign(MathSign("⊺", #"\intercal"#, .ordinary)))
    case .concatenate: return Piece(Self.brackets("[", list(operands), "]"))
    case .stack: return Piece(.table(.bmatrix, rows: operands.map { [write($0)] }))
    case .elements(let range): return slice(operands[0], Self.range(range))
    case .row(let index): return slice(operands[0], [.number("\(index)")])
    case .columns(let range): return slice(operands[0], [.colon] + .comma + Self.range(range))
    case .rows(let range): return slice(operands[0], Self.range(range) + .comma + [.colon])
    case .part(let index, let count):
      let split = MathNode.scripts(
        base: ElementFunction.named("split"), sub: .number("\(count)"), primes: 0, sup: nil)
      let call = call(split, operands).node.items
      let last = MathNode.scripts(base: call[call.count - 1], sub: .number("\(index + 1)"), primes: 0, sup: nil)
      return Piece(.row(call.dropLast() + [last]))
    case .onEveryRow:
      let ones = MathNode.identifier(text: "𝟏", latex: #"\mathbf{1}"#, upright: true)
      return Piece(.row([ones, .space(.thin)] + bracketed(operands[0], below: .product).items), .product)
    }
  }

  // MARK: Operators

  private func sum(_ operation: Operation, _ operands: [Formula]) -> Piece {
    let left = write(operands[0])
    let rightPiece = piece(operands[1])
    let isNegative = rightPiece.node.items.first == .sign(.minus)
    let needsBrackets = rightPiece.strength == .sum && (operation == .subtract || isNegative)
    let right = needsBrackets ? Self.brackets("(", rightPiece.node, ")") : rightPiece.node
    return Piece(.row(left.items + [.sign(operation == .add ? .plus : .minus)] + right.items), .sum)
  }

  /// The terms of a long sum: the first two, dots, and the last.
  private func total(_ operands: [Formula]) -> Piece {
    let dots = MathNode.sign(MathSign("⋯", #"\cdots"#, .ordinary))
    var nodes: [MathNode] = []
    for (index, operand) in operands.enumerated() where operands.count <= 4 || index <= 2 || index == operands.count - 1
    {
      if index > 0 { nodes.append(.sign(.plus)) }
      let isElided = operands.count > 4 && index == 2
      nodes += isElided ? [dots] : bracketed(operand, below: .product).items
    }
    return Piece(.row(nodes), operands.count == 1 ? .product : .sum)
  }

  private func product(_ operation: Operation, _ operands: [Formula]) -> Piece {
    let left = factor(operands[0], of: operation, isRight: false)
    let right = factor(operands[1], of: operation, isRight: true)
    var nodes = left.items
    if operation == .hadamard {
      nodes.append(.sign(.odot))
    } else if nodes.last?.endsInNumber == true && right.items.first?.beginsWithNumber == true {
      nodes.append(.sign(.dot))
    } else if right.items.first == .sign(MathSign("(", nil, .opening)) {
      // Apart from its neighbour, since W(x) would be a function of x.
      nodes.append(.space(.thin))
    }
    return Piece(.row(nodes + right.items), .product)
  }

  /// Products of one kind follow one another without brackets from the left; other kinds within them are bracketed.
  private func factor(_ formula: Formula, of operation: Operation, isRight: Bool) -> MathNode {
    let piece = piece(formula)
    let isOtherProduct = piece.strength == .product && (isRight || Operation.of(formula) != operation)
    return piece.strength == .sum || isOtherProduct ? Self.brackets("(", piece.node, ")") : piece.node
  }

  private func raised(_ formula: Formula, to exponent: MathNode) -> Piece {
    let base = bracketed(formula, below: .atom)
    if case .scripts(let inner, let sub, let primes, nil) = base {
      return Piece(.scripts(base: inner, sub: sub, primes: primes, sup: exponent), .scripted)
    }
    if case .row(let nodes) = base, let last = nodes.last {
      return Piece(.row(nodes.dropLast() + [.scripts(base: last, sub: nil, primes: 0, sup: exponent)]), .scripted)
    }
    return Piece(.scripts(base: base, sub: nil, primes: 0, sup: exponent), .scripted)
  }

  private func call(_ function: MathNode, _ operands: [Formula]) -> Piece {
    Piece(.row([function] + Self.brackets("(", list(operands), ")").items))
  }

  // MARK: Brackets and lists

  private func bracketed(_ formula: Formula, below strength: Strength) -> MathNode {
    let piece = piece(formula)
    return piece.strength < strength ? Self.brackets("(", piece.node, ")") : piece.node
  }

  /// Brackets that grow only where there is something tall between them.
  private static func brackets(_ open: String, _ node: MathNode, _ close: String) -> MathNode {
    if node.isTall { return .row([.fenced(open: open, node, close: close)]) }
    return .row([.sign(MathSign(open, nil, .opening))] + node.items + [.sign(MathSign(close, nil, .closing))])
  }

  private func list(_ operands: [Formula]) -> MathNode {
    var nodes: [MathNode] = []
    for (index, operand) in operands.enumerated() {
      if index > 0 { nodes.append(.sign(.comma)) }
      nodes += write(operand).items
    }
    return .joined(nodes)
  }

  /// `W[:, 0:13]`, as in numpy.
  private func slice(_ formula: Formula, _ indices: [MathNode]) -> Piece {
    Piece(.row(bracketed(formula, below: .atom).items + Self.brackets("[", .row(indices), "]").items))
  }

  private static func range(_ range: Range<Int>) -> [MathNode] {
    [.number("\(range.lowerBound)"), .colon, .number("\(range.upperBound)")]
  }
}

extension Operation {
  /// The operation that is written for a formula, if it is one without a name.
  fileprivate static func of(_ formula: Formula) -> Operation? {
    guard case .operation(let operation) = formula.node.content else { return nil }
    return operation
  }
}

extension [MathNode] {
  fileprivate static var comma: [MathNode] { [.sign(.comma)] }
}

extension MathNode {
  fileprivate static let colon = MathNode.sign(MathSign(":", "{:}", .ordinary))

  fileprivate var beginsWithNumber: Bool {
    switch self {
    case .number: true
    case .sign(let sign): sign.text == "−" || sign.kind == .opening
    default: false
    }
  }

  fileprivate var endsInNumber: Bool {
    switch self {
    case .number: true
    case .sign(let sign): sign.kind == .closing
    case .scripts(let base, _, _, _): base.endsInNumber
    default: false
    }
  }
}

extension Formula: CustomStringConvertible {
  /// How the formula is written within others: its name if it has one, else all of it.
  public var mathText: MathText { MathText(FormulaWriter.symbols.write(self)) }

  /// The definition as an equation, `i_t = σ(…)`; without a name just the formula.
  public var equation: MathText { equation(with: .symbols) }

  /// The equation with some of the definitions within it written out.
  public func equation(expanding definitions: Formula...) -> MathText {
    let expanded = Set(definitions)
    return equation(
      with: FormulaWriter { formula in
        if case .definition = formula.node.content, expanded.contains(formula) { return nil }
        return FormulaWriter.symbols.leaf(formula)
      })
  }

  private func equation(with writer: FormulaWriter) -> MathText {
    let right = writer.writeBody(of: self)
    guard case .definition = node.content, let name = node.name else { return MathText(right) }
    return MathText(.row([name.node, .sign(.equals)] + right.items))
  }

  /// The formula in plain text.
  public var description: String { mathText.unicode }

  /// Every symbol and definition in the formula, each once, in the order in which they are read.
  public var symbols: [Formula] {
    var found: [Formula] = []
    var seen: Set<Formula> = []
    var pending = [self]
    while let formula = pending.popLast() {
      guard seen.insert(formula).inserted else { continue }
      if formula.node.name != nil { found.append(formula) }
      pending += formula.node.operands.reversed()
    }
    return found
  }
}

/// Several definitions below one another, their signs of equality in one column.
public func equations(_ definitions: Formula...) -> MathText {
  MathText(
    .table(
      .aligned,
      rows: definitions.map { definition in
        let equation = definition.equation.node.items
        guard let sign = equation.firstIndex(of: .sign(.equals)) else { return [.row([]), .row(equation)] }
        return [.joined(Array(equation[..<sign])), .row(Array(equation[sign...]))]
      }))
}
