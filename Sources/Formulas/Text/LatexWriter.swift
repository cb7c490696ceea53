/// Writes a tree of mathematics as LaTeX.
enum LatexWriter {
  /// `compact` leaves out the spaces around signs, as in subscripts and names.
  static func write(_ node: MathNode, compact: Bool = false) -> String {
    switch node {
    case .identifier(_, let latex, _), .function(_, let latex, _): latex
    case .number(let text): text
    case .sign(let sign): sign.latex
    case .words(let text): "\\text{\(escaped(text))}"
    case .space(let space): space.rawValue
    case .row(let nodes): row(nodes, compact: compact)
    case .scripts(let base, let sub, let primes, let sup): scripts(base, sub, primes, sup)
    case .fraction(let top, let bottom): "\\frac{\(write(top))}{\(write(bottom))}"
    case .root(let radicand, nil): "\\sqrt{\(write(radicand))}"
    case .root(let radicand, let index?): "\\sqrt[\(write(index))]{\(write(radicand))}"
    case .accent(let accent, let base): "\\\(accent.rawValue){\(write(base, compact: compact))}"
    case .stacked(let base, let over, let under, let latex): stacked(base, over, under, latex)
    case .fenced(let open, let body, let close): "\\left\(delimiter(open)) \(write(body)) \\right\(delimiter(close))"
    case .table(let table, let rows): environment(table, rows)
    case .sourced(let number, _): write(number, compact: compact)
    }
  }

  private static func row(_ nodes: [MathNode], compact: Bool) -> String {
    var text = ""
    for (index, node) in nodes.enumerated() {
      let piece = write(node, compact: compact)
      if !text.isEmpty && !piece.isEmpty && needsSpace(text, piece, nodes, index, compact) { text += " " }
      text += piece
    }
    return text
  }

  private static func needsSpace(
    _ left: String, _ right: String, _ nodes: [MathNode], _ index: Int, _ compact: Bool
  ) -> Bool {
    if right.first?.isLetter == true && endsInCommand(left) { return true }
    if compact || UnicodeWriter.isPrefix(nodes, index - 1) { return false }
    let before = nodes[index - 1]
    // `0{:}3` is a range of indices.
    if [before.ownSign, nodes[index].ownSign].contains(where: { $0?.latex == "{:}" }) { return false }
    if before.ownSign?.kind == .opening { return false }
    switch nodes[index].ownSign?.kind {
    case .opening: return before.isOperator
    case .closing, .punctuation: return false
    default: return true
    }
  }

  /// Whether a letter set next to the text would lengthen the name of its last command.
  private static func endsInCommand(_ text: String) -> Bool {
    guard text.last?.isLetter == true, let backslash = text.lastIndex(of: "\\") else { return false }
    return text[text.index(after: backslash)...].allSatisfy(\.isLetter)
  }

  private static func scripts(_ base: MathNode, _ sub: MathNode?, _ primes: Int, _ sup: MathNode?) -> String {
    var text = write(base, compact: true)
    switch base {
    case .row, .scripts, .fraction: text = "{\(text)}"
    default: break
    }
    text += String(repeating: "'", count: primes)
    let (below, above) = (sub.map { "_" + argument($0) } ?? "", sup.map { "^" + argument($0) } ?? "")
    // A prime is a superscript of its own: a second one must follow it at once, h'^2_3.
    return text + (primes > 0 ? above + below : below + above)
  }

  /// One letter or digit as it is, all else in braces.
  private static func argument(_ node: MathNode) -> String {
    let text = write(node, compact: true)
    return text.count == 1 ? text : "{\(text)}"
  }

  private static func stacked(_ base: MathNode, _ over: MathNode?, _ under: MathNode?, _ latex: String) -> String {
    switch latex {
    case "underset": "\\underset{\(write(under ?? .row([])))}{\(write(base))}"
    case "overset", "stackrel": "\\\(latex){\(write(over ?? .row([])))}{\(write(base))}"
    default:
      "\\\(latex){\(write(base))}" + (under.map { "_{\(write($0))}" } ?? "") + (over.map { "^{\(write($0))}" } ?? "")
    }
  }

  private static func environment(_ table: MathTable, _ rows: [[MathNode]]) -> String {
    let columns = table == .array ? "{\(String(repeating: "c", count: rows.map(\.count).max() ?? 1))}" : ""
    let body = rows.map { $0.map { write($0) }.joined(separator: " & ") }.joined(separator: " \\\\ ")
    return "\\begin{\(table.rawValue)}\(columns) \(body) \\end{\(table.rawValue)}"
  }

  private static func delimiter(_ text: String) -> String {
    switch text {
    case "": "."
    case "{", "}": "\\" + text
    case "‖": "\\|"
    case "⟨": "\\langle "
    case "⟩": "\\rangle "
    case "⌊": "\\lfloor "
    case "⌋": "\\rfloor "
    case "⌈": "\\lceil "
    case "⌉": "\\rceil "
    default: text
    }
  }

  private static func escaped(_ text: String) -> String {
    text.map { "_%&#${}".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

extension MathNode {
  var isOperator: Bool {
    if case .sign(let sign) = self { return sign.kind == .binary || sign.kind == .relation }
    return false
  }
}
