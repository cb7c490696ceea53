import Formulas
import TextLayout

/// A short text with subscripts, superscripts and Greek letters: `h_{t-1}`, `W_{ix}`, `x^2`, `\tilde{c}_t`.
package struct Label: Equatable, Sendable {
  enum Level: Sendable { case base, sub, sup }
  struct Run: Equatable, Sendable {
    var text: String
    var level: Level
  }

  private(set) var runs: [Run] = []

  package init(_ markup: String) {
    var rest = Substring(markup)
    while let character = rest.popFirst() {
      switch character {
      case "_" where !rest.isEmpty: append(Self.group(&rest), .sub)
      case "^" where !rest.isEmpty: append(Self.group(&rest), .sup)
      case "\\": append(Self.command(&rest), .base)
      default: append(String(character), .base)
      }
    }
  }

  private mutating func append(_ text: String, _ level: Level) {
    let text = level == .base ? text : text.replacingOccurrences(of: "-", with: "−")
    if runs.last?.level == level {
      runs[runs.count - 1].text += text
    } else if !text.isEmpty {
      runs.append(Run(text: text, level: level))
    }
  }

  /// What `_` or `^` applies to: a group in braces, a command or one character.
  private static func group(_ rest: inout Substring) -> String {
    switch rest.popFirst() {
    case "{":
      var text = ""
      while let character = rest.popFirst(), character != "}" {
        text += character == "\\" ? command(&rest) : String(character)
      }
      return text
    case "\\": return command(&rest)
    case let character?: return String(character)
    case nil: return ""
    }
  }

  private static func command(_ rest: inout Substring) -> String {
    let name = String(rest.prefix { $0.isASCII && $0.isLetter })
    guard !name.isEmpty else { return rest.popFirst().map(String.init) ?? "\\" }
    rest = rest.dropFirst(name.count)
    if let accent = ["tilde": "\u{303}", "hat": "\u{302}", "bar": "\u{304}"][name] { return group(&rest) + accent }
    return signs[name] ?? name
  }

  private static let signs = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "theta": "θ", "lambda": "λ",
    "mu": "μ", "sigma": "σ", "tau": "τ", "phi": "φ", "odot": "⊙", "times": "×", "cdot": "·", "to": "→", "infty": "∞",
    "partial": "∂", "sum": "∑",
  ]

  /// The label on a terminal: small letters where Unicode has them all, else `W_fc` or `_{…}`.
  package var plain: String {
    runs.map { run in
      switch run.level {
      case .base: run.text
      case .sub: ScriptLetters.low(run.text)
      case .sup: ScriptLetters.high(run.text)
      }
    }.joined()
  }

  /// An upper estimate of the width in ems in any common sans-serif font.
  package var ems: Double {
    runs.reduce(0) {
      $0 + Double(displayWidth($1.text)) * ($1.level == .base ? Self.emPerColumn : 0.72 * Self.emPerColumn)
    }
  }

  /// DejaVu Sans, the widest of the usual fonts, needs 0.6 em for a common letter and 0.64 for a digit.
  static let emPerColumn = 0.62
}
