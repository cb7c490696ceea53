/// Writes a tree of mathematics as MathML Core.
struct MathMLWriter {
  /// The CSS class or colour of a symbol.
  let colours: (String) -> String?
  /// The mark of a number that changes on the page, by where it comes from.
  var live: (NumberSource) -> String? = { _ in nil }

  func write(_ node: MathNode) -> String {
    if let style = style(of: node) { return content(node, style) }
    return content(node, "")
  }

  private func content(_ node: MathNode, _ style: String) -> String {
    switch node {
    case .identifier(let text, _, let upright):
      // Browsers take an italic letter from another font than the digits: from the block of mathematical letters. So it
      // stays an ordinary one (`normal`), and the page's style sheet slants it.
      if text.count > 1 { return element("mi", style, escaped(text)) }
      return upright
        ? element("mtext", style, escaped(text)) : element("mi", style + " mathvariant=\"normal\"", escaped(text))
    case .number(let text): return element("mn", style, escaped(text))
    case .sign(let sign): return self.sign(sign)
    case .function(let text, _, _): return element("mi", style, escaped(text))
    case .words(let text): return element("mtext", "", escaped(text.replacing(" ", with: "\u{00A0}")))
    case .space(let space): return "<mspace width=\"\(space.width)em\"/>"
    case .row(let nodes): return row(nodes)
    case .scripts(let base, let sub, let primes, let sup):
      return scripts(base, sub, primes, sup, style, isSymbol: !node.symbolNames.isEmpty)
    case .fraction(let top, let bottom): return element("mfrac", "", write(top) + write(bottom))
    case .root(let radicand, nil): return root(radicand)
    case .root(let radicand, let index?): return element("mroot", "", write(radicand) + write(index))
    case .accent(let accent, let base): return self.accent(accent, base, style)
    case .stacked(let base, let over, let under, let latex): return stacked(base, over, under, latex)
    case .fenced(let open, let body, let close):
      if body.isTall, let pair = Self.drawn(open, close) {
        return element("mtable", pair, element("mtr", "", element("mtd", "", write(body))))
      }
      return fenced(open, write(body), close)
    case .table(let table, let rows): return self.table(table, rows)
    case .sourced(let number, let source):
      return live(source).map { element("mrow", " data-live=\"\($0)\"", write(number)) } ?? write(number)
    }
  }

  // MARK: Rows

  private func row(_ nodes: [MathNode]) -> String {
    var text = ""
    for (index, node) in nodes.enumerated() {
      if case .sign(let sign) = node, sign.kind == .binary, index == 0 || nodes[index - 1].precedesPrefix {
        text += "<mo form=\"prefix\">\(escaped(sign.text))</mo>"
      } else {
        text += write(node)
      }
      // The name of a function is applied to what follows; without brackets a thin space parts them.
      if node.isFunction, index + 1 < nodes.count {
        text += "<mo>\u{2061}</mo>"
        if !nodes[index + 1].beginsWithBracket { text += "<mspace width=\"0.1667em\"/>" }
      }
    }
    return element("mrow", "", text)
  }

  private func sign(_ sign: MathSign) -> String {
    switch sign.kind {
    case .opening: "<mo form=\"prefix\" stretchy=\"false\">\(escaped(sign.text))</mo>"
    case .closing: "<mo form=\"postfix\" stretchy=\"false\">\(escaped(sign.text))</mo>"
    case .ordinary where "|‖∣".contains(sign.text):
      "<mo form=\"infix\" lspace=\"0\" rspace=\"0\" stretchy=\"false\">\(escaped(sign.text))</mo>"
    case .ordinary where "…⋯⋮⋱⊺⊤′∀∃".contains(sign.text): "<mtext>\(escaped(sign.text))</mtext>"
    case .relation where "→←↔↑↓⇒⇐⇔⟶⟵↦".contains(sign.text): "<mo stretchy=\"false\">\(escaped(sign.text))</mo>"
    default: "<mo>\(escaped(sign.text))</mo>"
    }
  }

  private func fenced(_ open: String, _ body: String, _ close: String) -> String {
    let left = open.isEmpty ? "" : "<mo form=\"prefix\" stretchy=\"true\">\(escaped(open))</mo>"
    let right = close.isEmpty ? "" : "<mo form=\"postfix\" stretchy=\"true\">\(escaped(close))</mo>"
    return element("mrow", "", left + body + right)
  }

  /// The class of a pair that the page's style sheet draws as borders. A bracket that grows needs a font for
  /// mathematics, which many systems lack; there it would stay as small as a letter.
  private static func drawn(_ open: String, _ close: String) -> String? {
    switch (open, close) {
    case ("[", "]"): " class=\"brackets\""
    case ("(", ")"): " class=\"parentheses\""
    default: nil
    }
  }

  // MARK: Scripts and accents

  private func scripts(
    _ base: MathNode, _ sub: MathNode?, _ primes: Int, _ sup: MathNode?, _ style: String, isSymbol: Bool
  ) -> String {
    // A prime is high and small by itself; in a superscript it would be too small to be seen.
    let marks = "<mo class=\"prime\" lspace=\"0\" rspace=\"0\">\(String(repeating: "′", count: primes))</mo>"
    // Firefox sets a lone letter small only in a row.
    let over = sup.map { element("mrow", "", write($0)) }
    // The colour of a symbol is that of its base and its subscript; the base alone may be another symbol (h and h′).
    let bare = isSymbol ? uncoloured.write(base) : write(base)
    let isWhole = sub == nil && over == nil
    let inner = primes == 0 ? bare : element("mrow", isWhole ? style : "", bare + marks)
    let under = sub.map { element("mrow", "", uncoloured.write($0)) }
    let limits = base.takesLimits
    switch (under, over) {
    case (let under?, let over?): return element(limits ? "munderover" : "msubsup", style, inner + under + over)
    case (let under?, nil): return element(limits ? "munder" : "msub", style, inner + under)
    case (nil, let over?): return element(limits ? "mover" : "msup", style, inner + over)
    case (nil, nil): return inner
    }
  }

  private var uncoloured: MathMLWriter { MathMLWriter { _ in nil } }

  private func accent(_ accent: MathAccent, _ base: MathNode, _ style: String) -> String {
    let inner = uncoloured.write(base)
    let sign = "<mo stretchy=\"\(accent.stretches)\">\(escaped(accent.sign))</mo>"
    return accent == .underline
      ? element("munder", style + " accentunder=\"true\"", inner + sign)
      : element("mover", style + " accent=\"true\"", inner + sign)
  }

  private func stacked(_ base: MathNode, _ over: MathNode?, _ under: MathNode?, _ latex: String) -> String {
    var text = write(base)
    if latex == "overbrace" { text = element("mover", "", text + "<mo stretchy=\"true\">⏞</mo>") }
    if latex == "underbrace" { text = element("munder", "", text + "<mo stretchy=\"true\">⏟</mo>") }
    if let under { text = element("munder", "", text + write(under)) }
    if let over { text = element("mover", "", text + write(over)) }
    return text
  }

  /// A root whose bar the page's style sheet draws: without a font for mathematics, a browser draws it through the
  /// letter below.
  private func root(_ radicand: MathNode) -> String {
    let cell = element("mtr", "", element("mtd", "", write(radicand)))
    return element("mrow", "", "<mo lspace=\"0\" rspace=\"0\">√</mo>" + element("mtable", " class=\"radicand\"", cell))
  }

  // MARK: Tables

  private func table(_ table: MathTable, _ rows: [[MathNode]]) -> String {
    let body = rows.map { row in
      let cells = row.enumerated().map { column, cell in element("mtd", cellStyle(table, column), write(cell)) }
      return element("mtr", "", cells.joined())
    }
    let display = table.isAligned || table.isGathered ? " displaystyle=\"true\"" : ""
    let (open, close) = table.brackets
    if let pair = Self.drawn(open, close) { return element("mtable", pair + display, body.joined()) }
    let grid = element("mtable", display, body.joined())
    return open.isEmpty && close.isEmpty ? grid : fenced(open, grid, close)
  }

  /// MathML Core leaves the alignment of columns to CSS.
  private func cellStyle(_ table: MathTable, _ column: Int) -> String {
    if table.isAligned {
      let isLeftSide = column.isMultiple(of: 2)
      let gap = isLeftSide && column > 0 ? "2em" : "0"
      // Chromium moves mathematics within a cell for the value of its own name only.
      let side = isLeftSide ? "right;text-align:-webkit-right" : "left"
      return " style=\"text-align:\(side);padding:0.25em 0 0.25em \(gap)\""
    }
    return table == .cases ? " style=\"text-align:left\"" : ""
  }

  // MARK: Elements

  private func style(of node: MathNode) -> String? {
    for name in node.symbolNames {
      guard let answer = colours(name) else { continue }
      let isColour = answer.hasPrefix("#") || answer.hasPrefix("var(")
      return isColour ? " style=\"color:\(escaped(answer))\"" : " class=\"\(escaped(answer))\""
    }
    return nil
  }

  private func element(_ name: String, _ attributes: String, _ content: String) -> String {
    "<\(name)\(attributes)>\(content)</\(name)>"
  }

  private func escaped(_ text: String) -> String { markupEscaped(text) }
}

extension MathNode {
  /// The names by which a symbol may be known, the fullest first: `h'_{t-1}`, then `h'`.
  var symbolNames: [String] {
    switch self {
    case .identifier(_, let latex, _): return [latex]
    case .accent: return [LatexWriter.write(self, compact: true)]
    case .scripts(let base, let sub, let primes, let sup):
      switch base {
      case .identifier, .accent: break
      default: return []
      }
      let bare = MathNode.scripts(base: base, sub: nil, primes: primes, sup: nil)
      let indexed = MathNode.scripts(base: base, sub: sub, primes: primes, sup: nil)
      let names = (sup == nil ? [] : [self]) + (sub == nil ? [] : [indexed]) + [bare]
      return names.map { LatexWriter.write($0, compact: true) }
    default: return []
    }
  }

  fileprivate var isFunction: Bool {
    switch self {
    case .function: true
    case .scripts(let base, _, _, _): base.isFunction
    default: false
    }
  }

  /// Functions and large operators whose subscript stands below them.
  fileprivate var takesLimits: Bool {
    switch self {
    case .function(_, _, let limits): limits
    case .sign(let sign): sign.kind == .large && sign.text != "∫"
    default: false
    }
  }

  fileprivate var beginsWithBracket: Bool {
    switch self {
    case .fenced: true
    case .sign(let sign): sign.kind == .opening
    default: false
    }
  }

  /// After these a plus or minus belongs to what follows it.
  fileprivate var precedesPrefix: Bool {
    guard case .sign(let sign) = self else { return false }
    return [.binary, .relation, .opening, .punctuation, .large].contains(sign.kind)
  }
}
