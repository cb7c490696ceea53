import TextLayout

/// How stretches of a chapter stand out on a terminal with colour: basic colours, since those follow the user's own
/// light or dark scheme. A symbol has the colour that pictures give it (`TextStyle.hue`).
extension TextStyle {
  static let dim = soft
  static let code = TextStyle(foreground: .basic(6))
  static let good = TextStyle(foreground: .basic(2))
  static let bad = TextStyle(foreground: .basic(1), bold: true)
  static let warning = TextStyle(foreground: .basic(3))

  /// The style of a piece of Swift; nil for plain text.
  static func of(_ kind: TokenKind) -> TextStyle? {
    switch kind {
    case .plain: nil
    case .keyword, .attribute: TextStyle(foreground: .basic(5))
    case .type: .code
    case .string: .good
    case .number: .warning
    case .comment: .dim
    }
  }
}
