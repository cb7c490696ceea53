import Formulas

/// A piece of prose as a tree, read from Markdown and written by every writer in its own way.
public indirect enum Block: Equatable, Sendable {
  /// `id` is what a link names, as `the-gates` for “The gates”.
  case heading(level: Int, id: String, [Inline])
  case paragraph([Inline])
  case list(start: Int?, items: [[Block]])
  case table(header: [[Inline]], alignments: [Alignment], rows: [[[Inline]]])
  case code(language: String, text: String)
  case formula(MathText)
  case quote([Block])
  /// Blocks that a reader opens: a hint, code to begin with.
  case folded(summary: String, [Block])
  case rule
}

/// A stretch of running text.
public indirect enum Inline: Equatable, Sendable {
  case text(String)
  case emphasis([Inline])
  case strong([Inline])
  case code(String)
  case link([Inline], url: String)
  case formula(MathText)
}

/// Where the text of a table's column stands.
public enum Alignment: Equatable, Sendable { case left, centre, right }

extension Inline {
  /// The words without their dress, as in a list of contents.
  var plain: String {
    switch self {
    case .text(let text), .code(let text): text
    case .emphasis(let parts), .strong(let parts), .link(let parts, _): plainText(parts)
    case .formula(let formula): formula.unicode
    }
  }
}

func plainText(_ parts: [Inline]) -> String { parts.map(\.plain).joined() }

/// A heading's name in links: lower-case letters and digits of any script, everything else a hyphen.
func slug(_ text: String) -> String {
  var result = ""
  for character in text.lowercased() {
    if character.isLetter || character.isNumber {
      result.append(character)
    } else if !result.hasSuffix("-"), !result.isEmpty {
      result.append("-")
    }
  }
  while result.hasSuffix("-") { result.removeLast() }
  return result.isEmpty ? "section" : result
}

/// Names that are taken get a number: `gates`, `gates-2`, `gates-3`.
struct UniqueNames {
  private var taken: Set<String> = []

  mutating func claim(_ name: String) -> String {
    var number = 1
    var candidate = name
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)-\(number)"
    }
    return candidate
  }
}
