import Support
import Testing

@testable import Formulas

/// Every command and every sign by itself: what it is read as, how it is spaced, and its small letters.
@Suite struct CommandTests {
  /// Names, and the signs they stand for, in the same order.
  static let commands: [(names: String, signs: String)] = [
    (
      #"\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi "#
        + #"\pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \ell \hbar \imath "#
        + #"\jmath"#,
      "αβγδϵεζηθϑικλμνξπϖρϱσςτυϕφχψωℓℏıȷ"
    ),
    (
      #"\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega \infty \partial \nabla \emptyset "#
        + #"\varnothing \R \N \Z \Q \C \Re \Im \aleph"#,
      "ΓΔΘΛΞΠΣΥΦΨΩ∞∂∇∅∅ℝℕℤℚℂℜℑℵ"
    ),
    (
      #"\odot \otimes \oplus \ominus \cdot \times \pm \mp \div \ast \star \circ \bullet \cup \cap \setminus \land "#
        + #"\wedge \lor \vee"#,
      "⊙⊗⊕⊖⋅×±∓÷∗⋆∘∙∪∩∖∧∧∨∨"
    ),
    (
      #"\le \leq \ge \geq \ne \neq \ll \gg \lt \gt \approx \sim \simeq \cong \equiv \propto \coloneqq \in \notin \ni "#
        + #"\subset \subseteq \supset \supseteq \mid \parallel \perp \to \rightarrow \leftarrow \gets \leftrightarrow "#
        + #"\Rightarrow \Leftarrow \Leftrightarrow \implies \iff \mapsto \longrightarrow \longleftarrow \uparrow "#
        + #"\downarrow \hookrightarrow \rightsquigarrow"#,
      "≤≤≥≥≠≠≪≫<>≈∼≃≅≡∝≔∈∉∋⊂⊆⊃⊇∣∥⊥→→←←↔⇒⇐⇔⟹⟺↦⟶⟵↑↓↪⇝"
    ),
    (
      ##"\dots \ldots \cdots \vdots \ddots \prime \intercal \top \bot \forall \exists \neg \lnot \angle \_ \% \& \# "##
        + ##"\$ \degree \checkmark"##,
      "……⋯⋮⋱′⊺⊤⊥∀∃¬¬∠_%&#$°✓"
    ),
    (
      #"\sum \prod \coprod \int \bigcup \bigcap \bigoplus \bigotimes \bigodot"#,
      "∑∏∐∫⋃⋂⨁⨂⨀"
    ),
  ]

  @Test(arguments: commands.indices) func everyCommandHasItsSign(row: Int) throws {
    let (names, signs) = Self.commands[row]
    let found = try names.split(separator: " ").map { try MathText(latex: String($0)).node }
    expectEqual(found.map { UnicodeWriter.line($0) == "·" ? "⋅" : UnicodeWriter.line($0) }.joined(), signs)
    // What is written is the command again.
    expectEqual(found.map { LatexWriter.write($0) }.joined(separator: " "), names)
  }

  @Test func functionsAndSpacesHaveTheirNames() throws {
    for name in "tanh sinh cosh sin cos tan arctan exp log ln det dim arg deg ker".split(separator: " ").map(
      String.init)
    {
      try expectEqual(MathText(latex: "\\" + name).node, .function(text: name, latex: "\\" + name, limits: false))
    }
    for name in ["max", "min", "lim", "sup", "inf"] {
      try expectEqual(MathText(latex: "\\" + name).node, .function(text: name, latex: "\\" + name, limits: true))
    }
    let spaces: [(String, MathSpace, width: String, text: String)] = [
      (#"\!"#, .negative, "-0.1667", ""), (#"\,"#, .thin, "0.1667", " "), (#"\:"#, .medium, "0.2222", " "),
      (#"\>"#, .medium, "0.2222", " "), (#"\;"#, .thick, "0.2778", " "), (#"\ "#, .word, "0.25", " "),
      ("~", .word, "0.25", " "), (#"\quad"#, .quad, "1", "  "), (#"\qquad"#, .qquad, "2", "    "),
    ]
    for (latex, space, width, text) in spaces {
      try expect(MathText(latex: latex).node == .space(space) && space.width == width && space.text == text)
    }
    // Commands of size and style leave nothing.
    for name in [
      "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg", "bigl", "bigr",
      "Bigl",
      "Bigr", "biggl", "biggr", "Biggl", "Biggr", "nonumber", "notag", "hline",
    ] { try expectEqual(MathText(latex: "\\\(name) a").node, .letter("a"), "\(name)") }
  }

  /// What a character is by itself.
  @Test func everyCharacterHasItsKind() throws {
    let kinds: [(String, MathSign.Kind)] = [
      ("+-−*·⋅⊙⊗⊕×±∗∘•", .binary), ("=<>:≤∈→", .relation), (",;", .punctuation), ("([", .opening), (")]", .closing),
      ("|/!?.…⋯⋮′⊺⊤\"`§", .ordinary), ("∑∏∫", .large),
    ]
    for (characters, kind) in kinds {
      for character in characters {
        guard case .sign(let sign) = LatexCommands.node(character) else {
          Issue.record("\(character) is no sign")
          continue
        }
        expectEqual(sign.kind, kind, "\(character)")
      }
    }
    for character in "∂∇∞" {
      expectEqual(
        LatexCommands.node(character), .identifier(text: "\(character)", latex: "\(character)", upright: true))
    }
    for character in "aZéß门" { expectEqual(LatexCommands.node(character), .letter("\(character)")) }
    let (hyphen, star): (Character, Character) = ("-", "*")
    expect(LatexCommands.node(hyphen) == .sign(.minus) && LatexCommands.node("−" as Character) == .sign(.minus))
    expectEqual(LatexCommands.node(star), .sign(MathSign("∗", "*", .binary)))
  }

  @Test func alphabetsAreLettersOfTheirOwn() throws {
    let alphabets: [(String, String)] = [
      (#"\mathbb{RCHNPQZABYaz09}"#, "ℝℂℍℕℙℚℤ𝔸𝔹𝕐𝕒𝕫𝟘𝟡"), (#"\mathcal{BEFHILMRegoAZaz}"#, "ℬℰℱℋℐℒℳℛℯℊℴ𝒜𝒵𝒶𝓏"),
      (#"\mathbf{AZaz09}"#, "𝐀𝐙𝐚𝐳𝟎𝟗"), (#"\boldsymbol{x}"#, "𝐱"), (#"\bm{x}"#, "𝐱"), (#"\mathbf{\alpha}"#, "α"),
      (#"\mathcal{L1}"#, "ℒ1"), (#"\mathrm{d}"#, "d"), (#"\mathit{ab}"#, "ab"), (#"\operatorname{relu}"#, "relu"),
    ]
    for (latex, unicode) in alphabets {
      let text = try MathText(latex: latex)
      expect(text.unicode == unicode && LatexWriter.write(text.node) == latex, "\(latex)")
    }
    try expectEqual(MathText(latex: #"\mathrm{d}"#).node, .identifier(text: "d", latex: #"\mathrm{d}"#, upright: true))
    try expectEqual(MathText(latex: #"\mathit{d}"#).node, .identifier(text: "d", latex: #"\mathit{d}"#, upright: false))
    try expect(
      MathText(latex: #"\operatorname*{argmax}_k"#).mathML(display: false).contains("<munder><mi>argmax</mi>"))
  }

  @Test func whatIsReadInOtherWays() throws {
    let texts: [(String, String)] = [
      (#"\frac12"#, "1/2"), (#"\frac12 3"#, "1/2 3"), ("1.5.2", "1.5.2"), ("3.", "3."), ("12a", "12a"), ("{}_t", "ₜ"),
      (#"a \\[2pt] b"#, "a; b"), (#"a \\"#, "a"), (#"\stackrel{a}{b}"#, "b [a]"), (#"\underbrace{a}_b^c"#, "a [b] [c]"),
      (#"\dfrac{a}{b}\tfrac{c}{d}"#, "a/b c/d"), (#"x'^{2}"#, "x′²"), (#"x^{\prime\prime}"#, "x′′"),
      (#"\mbox{a}\textrm{b}\textit{c}\textbf{d}\texttt{e}"#, "abcde"), (#"\sqrt{ab}"#, "√(ab)"),
      (#"\left.a\right)"#, "a)"), (#"\overline{ab}"#, "a\u{305}b\u{305}"), (#"\vec{ab}"#, "vec(ab)"),
    ]
    for (latex, unicode) in texts { try expectEqual(MathText(latex: latex).unicode, unicode, "\(latex)") }
    let deep = String(repeating: "{", count: 50) + "a" + String(repeating: "}", count: 50)
    try expectEqual(MathText(latex: deep).node, .letter("a"))
    let error = #expect(throws: MathTextError.self) { try MathText(latex: "{\(deep)}") }
    expectEqual(error?.description.hasPrefix("nested deeper than 50 levels at character 51 of “"), true)
  }

  /// Every kind of nesting counts as one level.
  @Test(arguments: [(#"\left("#, #"\right)"#), (#"\begin{matrix}"#, #"\end{matrix}"#), (#"\sqrt{"#, "}")])
  func isNestedUpToFiftyLevels(open: String, close: String) throws {
    func nested(_ levels: Int) throws -> MathText {
      try MathText(latex: String(repeating: open, count: levels) + "a" + String(repeating: close, count: levels))
    }
    #expect(throws: Never.self) { try nested(50) }
    let error = #expect(throws: MathTextError.self) { try nested(51) }
    expectEqual(error?.description.hasPrefix("nested deeper than 50 levels"), true)
  }

  // MARK: Spaces

  /// Where a space stands in a line, and where not.
  @Test(arguments: [
    ("a+b", "a + b"), ("a=-b", "a = −b"), ("(-a)", "(−a)"), ("a(-b)", "a(−b)"), ("a,b;c", "a, b; c"), ("a,-b", "a, −b"),
    ("a-(b)", "a − (b)"), ("-(b)", "−(b)"), ("(a)(b)", "(a)(b)"), ("(a)b", "(a) b"), ("(a)2", "(a)2"), ("ab", "ab"),
    ("a_t b", "aₜ b"), ("a b_t", "a bₜ"), ("2a_t", "2 aₜ"), ("2(a)", "2(a)"), (#"\sum a"#, "∑ a"),
    (#"a\sum b"#, "a ∑ b"),
    (#"(\sum b)"#, "(∑ b)"), (#"\sum(a)"#, "∑ (a)"), (#"\sum_k(a)"#, "∑ₖ (a)"), (#"a\to b"#, "a → b"), ("a!b", "a!b"),
    (#"\tanh a"#, "tanh a"), (#"\tanh(a)"#, "tanh(a)"), (#"a\tanh b"#, "a tanh b"), (#"\partial L"#, "∂L"),
    (#"\infty a_t"#, "∞ aₜ"), (#"\left(a\right)b"#, "(a)b"), (#"\left(a\right)b_t"#, "(a) bₜ"),
    (#"\sum\left(a\right)"#, "∑ (a)"), (#"a\left(b\right)"#, "a(b)"), (#"(a)^2 b"#, "(a)² b"), ("[a]", "[a]"),
    ("a|b|", "a|b|"),
    ("a=|b|", "a = |b|"), ("a,(b)", "a, (b)"), ("+a", "+a"), ("a+-b", "a + −b"), (#"a\pm b"#, "a ± b"),
    (#"\mp b"#, "∓b"),
  ])
  func aLineHasItsSpaces(latex: String, unicode: String) throws {
    try expectEqual(MathText(latex: latex).unicode, unicode)
  }

  @Test func smallLettersAreThoseOfUnicode() {
    let low: [(String, String)] = [
      ("t", "ₜ"), ("t-1", "ₜ₋₁"), ("t−1", "ₜ₋₁"), ("0123456789", "₀₁₂₃₄₅₆₇₈₉"), ("k=0", "ₖ₌₀"), ("(n+1)", "₍ₙ₊₁₎"),
      ("i", "_i"),
      ("fx", "_fx"), ("i1", "_i1"), ("t,k", "_{t,k}"), ("a b", "_{a b}"), ("", "_"), (",", "_,"), ("×", "ₓ"),
    ]
    for (text, expected) in low { expectEqual(ScriptLetters.low(text), expected, "\(text)") }
    let high: [(String, String)] = [
      ("2", "²"), ("-1", "⁻¹"), ("d", "ᵈ"), ("T", "ᵀ"), ("⊤", "ᵀ"), ("7×13", "⁷ˣ¹³"), ("Q", "^Q"), ("aQ", "^{aQ}"),
      ("", "^{}"),
      ("q", "^q"), ("(n)", "⁽ⁿ⁾"), ("a b", "^{a b}"),
    ]
    for (text, expected) in high { expectEqual(ScriptLetters.high(text), expected, "\(text)") }
    let (from, to) = ("aehijklmnoprstuvxβγρϕφχ", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵩᵪ")
    expectEqual(String(from.compactMap { ScriptLetters.subscripts[$0] }), to)
    let (capitals, raised) = ("ABDEGHIJKLMNOPRTUVWβγδθϕφχ⊺⊤′", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵠᵡᵀᵀ′")
    expectEqual(String(capitals.compactMap { ScriptLetters.superscripts[$0] }), raised)
    let (small, lifted) = ("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
    expectEqual(String(small.compactMap { ScriptLetters.superscripts[$0] }), lifted)
  }

  // MARK: Blocks of lines

  @Test func blocksStandBesideEachOther() throws {
    func block(_ latex: String) throws -> [String] { try MathText(latex: latex).unicodeBlock }
    try expectEqual(
      block(#"a \begin{bmatrix}1\\2\\3\end{bmatrix}\begin{pmatrix}4\\5\end{pmatrix}"#),
      ["  ⎡1⎤", "a ⎢2⎥ ⎛4⎞", "  ⎣3⎦ ⎝5⎠"])
    try expectEqual(
      block(#"a &= \begin{bmatrix}1\\2\end{bmatrix} \\ b &= c"#), ["a = ⎡1⎤", "    ⎣2⎦", "", "b = c"])
    try expectEqual(block(#"a &= b & c &= d \\ ee &= f & g &= hh"#), [" a = b   c = d", "ee = f   g = hh"])
    try expectEqual(block(#"\begin{gathered} a \\ bb \end{gathered}"#), ["a", "bb"])
    try expectEqual(block(#"\left[\begin{matrix} a & b \\ cc & d \end{matrix}\right]"#), ["⎡ a  b⎤", "⎣cc  d⎦"])
    try expectEqual(block(#"\begin{matrix} a \\ b & c \end{matrix}"#), ["a", "b  c"])
    try expectEqual(block(#"\frac{a}{b} + c"#), ["a/b + c"])
    try expectEqual(block(#"\begin{Vmatrix} a \\ b \end{Vmatrix}_2"#), ["‖a‖", "‖b‖₂"])
  }

  /// Nesting is bounded; what stands side by side is not nested.
  @Test func pairsSideBySideAreNotNested() throws {
    for piece in [#"\left(x\right)"#, "{x}", #"\sqrt{x}"#, "x^{y}", #"\begin{matrix} x \end{matrix}"#] {
      let many = Array(repeating: piece, count: 200).joined(separator: "+")
      #expect(throws: Never.self) { _ = try LatexParser.parse(many) }
    }
  }
}
