/// A piece of mathematics as a tree, read from LaTeX and written as LaTeX, Unicode text or MathML Core.
///
///     let text = try MathText(latex: #"h_t = o_t \odot \tanh(c_t)"#)
///     text.unicode                                     // hₜ = oₜ ⊙ tanh(cₜ)
///     text.mathML(display: true) { $0 == "o_t" ? "gate-o" : nil }
///
public struct MathText: Equatable, Sendable {
  /// The LaTeX of the text: as it was given, or as a formula writes itself.
  public var latex: String { source ?? LatexWriter.write(node) }
  private let source: String?
  let node: MathNode

  /// Reads LaTeX mathematics (without the surrounding dollars).
  ///
  /// - Throws: `MathTextError` naming the command that is unknown or the brace that is open, and where.
  public init(latex: String) throws {
    source = latex
    node = try LatexParser.parse(latex)
  }

  init(_ node: MathNode) {
    self.node = node
    source = nil
  }

  /// One line of plain text, with Unicode subscripts and superscripts where every character has one, else `_{…}`.
  public var unicode: String { UnicodeWriter.line(node) }

  /// Plain text on as many lines as the mathematics needs: matrices, cases and aligned equations keep their rows.
  public var unicodeBlock: [String] {
    UnicodeBlock(node).lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// A `<math>` element in MathML Core.
  ///
  /// - Parameters:
  ///   - display: `true` for a formula on its own line, `false` for one in running text.
  ///   - colours: the CSS class of a symbol, or its colour when the answer begins with `#` or `var(`; `nil` leaves it
  ///     plain. It is asked with the whole name first (`W_{ix}`, `h_{t-1}`, `\tilde{c}_t`), then without the subscript
  ///     (`W`, `h`, `\tilde{c}`). Subscripts by themselves are not symbols.
  ///   - live: the mark of a number that changes on the page, by where it comes from; `nil` where it stays.
  public func mathML(
    display: Bool, colours: (String) -> String? = { _ in nil }, live: @escaping (NumberSource) -> String? = { _ in nil }
  ) -> String {
    let attribute = display ? " display=\"block\"" : ""
    let content = withoutActuallyEscaping(colours) { MathMLWriter(colours: $0, live: live).write(node) }
    return "<math\(attribute)>\(content)</math>"
  }
}

/// What is wrong with a piece of LaTeX, and at which character (counted from 1).
public struct MathTextError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, as “a closing brace is missing”.
  public let message: String
  /// The character where it was noticed, from 1.
  public let position: Int
  /// The whole text.
  public let latex: String
  public var description: String { "\(message) at character \(position) of “\(latex)”" }
}
