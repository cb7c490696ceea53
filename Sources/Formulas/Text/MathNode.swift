/// One node of a piece of mathematics. The tree keeps what is written, not what it means: `W_x x_t` is a row of two
/// symbols.
indirect enum MathNode: Equatable, Sendable {
  /// A letter or a word that stands for something: `x`, `\sigma`, `\mathbb{R}`; `upright` for words and numbers of
  /// sets.
  case identifier(text: String, latex: String, upright: Bool)
  case number(String)
  case sign(MathSign)
  /// A function name such as `\tanh`; `limits` for those whose subscript stands below (`\max`).
  case function(text: String, latex: String, limits: Bool)
  /// Words within mathematics: `\text{if } x > 0`.
  case words(String)
  case space(MathSpace)
  case row([MathNode])
  case scripts(base: MathNode, sub: MathNode?, primes: Int, sup: MathNode?)
  case fraction(MathNode, MathNode)
  case root(MathNode, index: MathNode?)
  case accent(MathAccent, MathNode)
  /// A note set above or below: `\overset`, `\underset`, `\underbrace`.
  case stacked(base: MathNode, over: MathNode?, under: MathNode?, latex: String)
  /// `\left( … \right)`: delimiters that grow with what they hold; an empty string is no delimiter.
  case fenced(open: String, MathNode, close: String)
  case table(MathTable, rows: [[MathNode]])
  /// A number, and where it comes from.
  case sourced(MathNode, NumberSource)

  static func letter(_ text: String) -> MathNode { .identifier(text: text, latex: text, upright: false) }

  /// The node's children as a row: a node that is no row is a row of one.
  var items: [MathNode] {
    if case .row(let nodes) = self { return nodes }
    return [self]
  }

  /// Whether it is taller than a letter with scripts.
  var isTall: Bool {
    switch self {
    case .table, .fraction: true
    case .row(let nodes): nodes.contains(where: \.isTall)
    case .scripts(let base, _, _, _): base.isTall
    case .fenced(_, let body, _), .sourced(let body, _): body.isTall
    default: false
    }
  }

  /// A row of one is that one.
  static func joined(_ nodes: [MathNode]) -> MathNode { nodes.count == 1 ? nodes[0] : .row(nodes) }
}

/// An operator, relation, bracket or other sign with the spacing that its kind brings.
struct MathSign: Equatable, Sendable {
  enum Kind: Sendable { case binary, relation, punctuation, opening, closing, ordinary, large }
  let text: String
  let latex: String
  let kind: Kind

  init(_ text: String, _ latex: String? = nil, _ kind: Kind) {
    self.text = text
    self.latex = latex ?? text
    self.kind = kind
  }

  static let plus = MathSign("+", nil, .binary)
  static let minus = MathSign("−", "-", .binary)
  static let equals = MathSign("=", nil, .relation)
  static let odot = MathSign("⊙", #"\odot"#, .binary)
  static let dot = MathSign("⋅", #"\cdot"#, .binary)
  static let times = MathSign("×", #"\times"#, .binary)
  static let comma = MathSign(",", nil, .punctuation)
}

enum MathSpace: String, Sendable {
  case negative = #"\!"#
  case thin = #"\,"#
  case medium = #"\:"#
  case thick = #"\;"#
  case word = #"\ "#
  case quad = #"\quad"#
  case qquad = #"\qquad"#

  /// The width in ems.
  var width: String {
    switch self {
    case .negative: "-0.1667"
    case .thin: "0.1667"
    case .medium: "0.2222"
    case .thick: "0.2778"
    case .word: "0.25"
    case .quad: "1"
    case .qquad: "2"
    }
  }

  var text: String {
    switch self {
    case .negative: ""
    case .thin, .medium, .thick, .word: " "
    case .quad: "  "
    case .qquad: "    "
    }
  }
}

enum MathAccent: String, CaseIterable, Sendable {
  case tilde, widetilde, hat, widehat, bar, overline, vec, dot, ddot, underline

  /// The Unicode character that combines with the letter before it.
  var combining: String {
    switch self {
    case .tilde, .widetilde: "\u{0303}"
    case .hat, .widehat: "\u{0302}"
    case .bar: "\u{0304}"
    case .overline: "\u{0305}"
    case .vec: "\u{20D7}"
    case .dot: "\u{0307}"
    case .ddot: "\u{0308}"
    case .underline: "\u{0332}"
    }
  }

  /// The sign that MathML sets above (or below) its base.
  var sign: String {
    switch self {
    case .tilde, .widetilde: "~"
    case .hat, .widehat: "^"
    case .bar, .overline: "¯"
    case .vec: "→"
    case .dot: "˙"
    case .ddot: "¨"
    case .underline: "_"
    }
  }

  var stretches: Bool { [.widetilde, .widehat, .overline, .underline].contains(self) }
}

/// The environments whose content is rows and columns.
enum MathTable: String, CaseIterable, Sendable {
  case matrix, pmatrix, bmatrix, Bmatrix, vmatrix, Vmatrix, smallmatrix, array, cases
  case aligned, align, alignStar = "align*", split, gathered, gather, gatherStar = "gather*"

  var brackets: (open: String, close: String) {
    switch self {
    case .pmatrix: ("(", ")")
    case .bmatrix: ("[", "]")
    case .Bmatrix: ("{", "}")
    case .vmatrix: ("|", "|")
    case .Vmatrix: ("‖", "‖")
    case .cases: ("{", "")
    default: ("", "")
    }
  }

  /// Equations below one another, with alternating right and left columns that meet at the sign of equality.
  var isAligned: Bool { [.aligned, .align, .alignStar, .split].contains(self) }
  var isGathered: Bool { [.gathered, .gather, .gatherStar].contains(self) }
}
