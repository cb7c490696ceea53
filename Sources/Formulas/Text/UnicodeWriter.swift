/// Writes a tree of mathematics as one line of plain text.
enum UnicodeWriter {
  /// `compact` leaves out the spaces around signs, as in subscripts.
  static func line(_ node: MathNode, compact: Bool = false) -> String {
    switch node {
    case .identifier(let text, _, _), .number(let text), .function(let text, _, _), .words(let text): text
    case .sign(let sign): sign.kind == .binary && sign.text == "⋅" ? "·" : sign.text
    case .space(let space): compact ? "" : space.text
    case .row(let nodes): row(nodes, compact: compact)
    case .scripts(let base, let sub, let primes, let sup): scripts(base, sub, primes, sup)
    case .fraction(let top, let bottom): "\(operand(top))/\(operand(bottom))"
    case .root(let radicand, let index): root(radicand, index)
    case .accent(let accent, let base): accented(accent, line(base, compact: true))
    case .stacked(let base, let over, let under, _): stacked(base, over, under, compact)
    case .fenced(let open, let body, let close): open + (open == "{" ? " " : "") + line(body, compact: compact) + close
    case .table(let table, let rows): tableLine(table, rows)
    case .sourced(let number, _): line(number, compact: compact)
    }
  }

  // MARK: Rows

  private static func row(_ nodes: [MathNode], compact: Bool) -> String {
    var text = ""
    for (index, node) in nodes.enumerated() {
      let piece = line(node, compact: compact)
      if index > 0, !piece.isEmpty, !text.isEmpty, !compact, !text.hasSuffix(" "), !piece.hasPrefix(" "),
        spaced(nodes, index)
      {
        text += " "
      }
      text += piece
    }
    return text
  }

  /// Whether a space stands before node `index` of the row.
  static func spaced(_ nodes: [MathNode], _ index: Int) -> Bool {
    let before = nodes[index - 1]
    let after = nodes[index]
    if let sign = after.ownSign {
      switch sign.kind {
      case .binary: return isPrefix(nodes, index) ? before.isOperator || before.isPunctuation : true
      case .relation: return true
      case .punctuation, .closing: return false
      case .opening, .ordinary:
        return before.isOperator && !isPrefix(nodes, index - 1) || before.isPunctuation || before.isLargeOperator
      case .large: return !before.opens
      }
    }
    if let sign = before.ownSign {
      switch sign.kind {
      case .binary: return !isPrefix(nodes, index - 1)
      case .relation, .punctuation, .large: return true
      case .closing: return after.isWide || after.isIdentifier
      case .opening, .ordinary: return false
      }
    }
    if case .fenced = after { return before.isLargeOperator }
    if case .fenced = before { return after.isWide }
    // ∂L, Δw: a sign that acts on the symbol stands close to it.
    if case .identifier(let text, _, true) = before, ["∂", "∇", "Δ"].contains(text) { return false }
    return before.isWide || after.isWide
  }

  /// Whether the sign at `index` acts on what follows only: the minus of −x.
  static func isPrefix(_ nodes: [MathNode], _ index: Int) -> Bool {
    guard case .sign(let sign) = nodes[index], "+−±∓".contains(sign.text) else { return false }
    guard index > 0 else { return true }
    return nodes[index - 1].isOperator || nodes[index - 1].opens || nodes[index - 1].isPunctuation
  }

  // MARK: Scripts

  private static func scripts(_ base: MathNode, _ sub: MathNode?, _ primes: Int, _ sup: MathNode?) -> String {
    var text = operand(base) + String(repeating: "′", count: primes)
    if let sub { text += ScriptLetters.low(line(sub, compact: true)) }
    if let sup { text += ScriptLetters.high(line(sup, compact: true)) }
    return text
  }

  /// In brackets unless it is one thing.
  private static func operand(_ node: MathNode) -> String {
    let text = line(node)
    if case .row(let nodes) = node, nodes.count > 1, text.contains(" ") { return "(\(text))" }
    if case .fraction = node { return "(\(text))" }
    return text
  }

  private static func root(_ radicand: MathNode, _ index: MathNode?) -> String {
    let mark = index.map { ScriptLetters.high(line($0, compact: true)) } ?? ""
    let text = line(radicand)
    return mark + "√" + (text.count == 1 ? text : "(\(text))")
  }

  private static func accented(_ accent: MathAccent, _ text: String) -> String {
    switch accent {
    case .overline, .underline: text.map { String($0) + accent.combining }.joined()
    default: text.count == 1 ? text + accent.combining : "\(accent.rawValue)(\(text))"
    }
  }

  private static func stacked(_ base: MathNode, _ over: MathNode?, _ under: MathNode?, _ compact: Bool) -> String {
    var text = line(base, compact: compact)
    if let under { text += " [\(line(under))]" }
    if let over { text += " [\(line(over))]" }
    return text
  }

  private static func tableLine(_ table: MathTable, _ rows: [[MathNode]]) -> String {
    let separator = table.isAligned ? " " : table == .cases ? " " : "  "
    let lines = rows.map { row in
      row.map { line($0) }.filter { !$0.isEmpty }.joined(separator: separator)
    }
    // An equation goes on where a row begins with “=”.
    let body = lines.filter { !$0.isEmpty }.reduce("") { text, line in
      text.isEmpty ? line : text + (line.hasPrefix("=") ? " " : "; ") + line
    }
    let (open, close) = table.brackets
    return open + (open == "{" ? " " : "") + body + close
  }
}

/// The letters and signs that Unicode has small and low, or small and high.
public enum ScriptLetters {
  /// The small low letter of a letter.
  public static let subscripts = pairs(
    "0123456789+-−=×()aehijklmnoprstuvxβγρϕφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌ₓ₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵩᵪ")
  /// The small high letter of a letter.
  public static let superscripts = pairs(
    "0123456789+-−=×()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθϕφχ⊺⊤′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼ˣ⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵠᵡᵀᵀ′")

  /// A text set low: numbers and counters such as t in small letters where Unicode has them, else `_fx` or `_{…}`.
  ///
  /// Names of gates and of inputs are never small, since Unicode has i and x so, and not f and c: `W_ix` beside `W_fx`.
  public static func low(_ text: String) -> String {
    let letters = text.filter(\.isLetter)
    guard letters.allSatisfy({ "tkn".contains($0) }) else { return small(text, [:], "_") }
    return small(text, subscripts, "_")
  }

  /// A text set high: in small letters where Unicode has them all, else `^d` or `^{…}`.
  public static func high(_ text: String) -> String { small(text, superscripts, "^") }

  private static func small(_ text: String, _ letters: [Character: Character], _ mark: String) -> String {
    let mapped = text.compactMap { letters[$0] }
    if mapped.count == text.count, !text.isEmpty { return String(mapped) }
    // A name needs no braces to be read: W_fx.
    let isName = mark == "_" && text.allSatisfy { $0.isLetter || $0.isNumber }
    return text.count == 1 || isName ? mark + text : "\(mark){\(text)}"
  }

  private static func pairs(_ from: String, _ to: String) -> [Character: Character] {
    Dictionary(zip(from, to)) { first, _ in first }
  }
}

extension MathNode {
  /// Whether a neighbour needs a space beside it: `Wₓ xₜ`, `tanh x`, but `2x`.
  fileprivate var isWide: Bool {
    switch self {
    case .scripts, .accent, .fraction, .root, .table, .stacked, .function: true
    case .identifier(let text, _, _): text.count > 1
    case .number, .sign, .words, .space, .fenced: false
    case .row(let nodes): nodes.contains(where: \.isWide)
    case .sourced(let number, _): number.isWide
    }
  }

  fileprivate var isIdentifier: Bool {
    if case .identifier = self { return true }
    return false
  }

  /// The sign that a node is, with or without scripts: `)` and `)²`.
  var ownSign: MathSign? {
    switch self {
    case .sign(let sign): sign
    case .scripts(let base, _, _, _): base.ownSign
    default: nil
    }
  }

  fileprivate var opens: Bool {
    if case .sign(let sign) = self { return sign.kind == .opening }
    return false
  }

  fileprivate var isPunctuation: Bool {
    if case .sign(let sign) = self { return sign.kind == .punctuation }
    return false
  }

  /// ∑ with or without its limits.
  var isLargeOperator: Bool {
    switch self {
    case .sign(let sign): sign.kind == .large
    case .scripts(let base, _, _, _): base.isLargeOperator
    default: false
    }
  }
}
