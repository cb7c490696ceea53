/// How a stretch of terminal text looks.
public struct TextStyle: Hashable, Sendable {
  /// A terminal colour.
  public enum Colour: Hashable, Sendable {
    /// One of the eight basic colours, 0 … 7: they follow the light or dark scheme that the user has chosen.
    case basic(Int)
    /// One of the 256 colours of the palette, the same in every scheme.
    case palette(Int)
  }

  public var foreground: Colour?
  public var background: Colour?
  public var bold: Bool
  public var faint: Bool
  public var italic: Bool

  public init(
    foreground: Colour? = nil, background: Colour? = nil, bold: Bool = false, faint: Bool = false, italic: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.faint = faint
    self.italic = italic
  }

  /// Colours by their codes in the palette of 256.
  public init(foreground: Int? = nil, background: Int?) {
    self.init(foreground: foreground.map(Colour.palette), background: background.map(Colour.palette))
  }

  public static let plain = TextStyle()
  public static let bold = TextStyle(bold: true)
  public static let soft = TextStyle(faint: true)
  public static let italic = TextStyle(italic: true)

  /// Both styles together; where both have a colour, `other`'s.
  public func union(_ other: TextStyle) -> TextStyle {
    TextStyle(
      foreground: other.foreground ?? foreground, background: other.background ?? background,
      bold: bold || other.bold, faint: faint || other.faint, italic: italic || other.italic)
  }

  /// The escape sequence that begins the style; nothing for plain text.
  public var begin: String {
    var codes: [String] = []
    if bold { codes.append("1") }
    if faint { codes.append("2") }
    if italic { codes.append("3") }
    if let foreground { codes.append(Self.code(foreground, 30)) }
    if let background { codes.append(Self.code(background, 40)) }
    return codes.isEmpty ? "" : "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  /// The escape sequence that ends the style; nothing for plain text.
  public var end: String { self == .plain ? "" : "\u{1B}[0m" }

  /// A text between the two escape sequences.
  public func applied(to text: String) -> String { text.isEmpty ? "" : begin + text + end }

  private static func code(_ colour: Colour, _ base: Int) -> String {
    switch colour {
    case .basic(let index): String(base + index)
    case .palette(let index): "\(base + 8);5;\(index)"
    }
  }
}
