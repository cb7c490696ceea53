/// The LaTeX commands that mathematics text knows, as data: name and Unicode character in turn.
enum LatexCommands {
  static let letters = table(
    """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν
    xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
    ell ℓ hbar ℏ imath ı jmath ȷ
    """)
  /// Set upright: capital Greek and signs that act as letters.
  static let uprightLetters = table(
    """
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    infty ∞ partial ∂ nabla ∇ emptyset ∅ varnothing ∅ R ℝ N ℕ Z ℤ Q ℚ C ℂ Re ℜ Im ℑ aleph ℵ
    """)
  static let binary = table(
    """
    odot ⊙ otimes ⊗ oplus ⊕ ominus ⊖ cdot ⋅ times × pm ± mp ∓ div ÷ ast ∗ star ⋆ circ ∘ bullet ∙ cup ∪ cap ∩ setminus ∖
    land ∧ wedge ∧ lor ∨ vee ∨
    """)
  static let relations = table(
    """
    le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ lt < gt > approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ coloneqq ≔
    in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ mid ∣ parallel ∥ perp ⊥
    to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ iff ⟺
    mapsto ↦ longrightarrow ⟶ longleftarrow ⟵ uparrow ↑ downarrow ↓ hookrightarrow ↪ rightsquigarrow ⇝
    """)
  static let ordinary = table(
    """
    dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ prime ′ intercal ⊺ top ⊤ bot ⊥ forall ∀ exists ∃ neg ¬ lnot ¬ angle ∠
    _ _ % % & & # # $ $ degree ° checkmark ✓
    """)
  static let large = table("sum ∑ prod ∏ coprod ∐ int ∫ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigodot ⨀")
  static let openings = table("{ { lbrace { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖")
  static let closings = table("} } rbrace } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖")
  static let bars = table("| ‖ vert | Vert ‖")
  static let functions: Set<String> = [
    "tanh", "sinh", "cosh", "sin", "cos", "tan", "arctan", "exp", "log", "ln", "det", "dim", "arg", "deg", "ker",
  ]
  static let limitFunctions: Set<String> = ["max", "min", "lim", "sup", "inf"]
  /// Commands that only change size or style; the tree does without them.
  static let ignored: Set<String> = [
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg", "bigl", "bigr",
    "Bigl",
    "Bigr", "biggl", "biggr", "Biggl", "Biggr", "nonumber", "notag", "hline",
  ]
  static let spaces: [String: MathSpace] = [
    "!": .negative, ",": .thin, ":": .medium, ">": .medium, ";": .thick, " ": .word, "quad": .quad, "qquad": .qquad,
  ]

  /// The node of a command that takes no argument.
  static func node(_ name: String) -> MathNode? {
    let latex = "\\" + name
    if let text = letters[name] { return .identifier(text: text, latex: latex, upright: false) }
    if let text = uprightLetters[name] { return .identifier(text: text, latex: latex, upright: true) }
    if let space = spaces[name] { return .space(space) }
    if functions.contains(name) { return .function(text: name, latex: latex, limits: false) }
    if limitFunctions.contains(name) { return .function(text: name, latex: latex, limits: true) }
    let kinds: [([String: String], MathSign.Kind)] = [
      (binary, .binary), (relations, .relation), (ordinary, .ordinary), (large, .large), (openings, .opening),
      (closings, .closing), (bars, .ordinary),
    ]
    for (signs, kind) in kinds {
      if let text = signs[name] { return .sign(MathSign(text, latex, kind)) }
    }
    return nil
  }

  /// The node of a character that is written as itself.
  static func node(_ character: Character) -> MathNode {
    switch character {
    case "+": .sign(.plus)
    case "-", "−": .sign(.minus)
    case "*": .sign(MathSign("∗", "*", .binary))
    case "=", "<", ">": .sign(MathSign(String(character), nil, .relation))
    case ":": .sign(MathSign(":", nil, .relation))
    case ",", ";": .sign(MathSign(String(character), nil, .punctuation))
    case "(", "[": .sign(MathSign(String(character), nil, .opening))
    case ")", "]": .sign(MathSign(String(character), nil, .closing))
    case "|", "/", "!", "?", ".", "…", "⋯", "⋮", "′", "⊺", "⊤", "\"", "`":
      .sign(MathSign(String(character), nil, .ordinary))
    case "∂", "∇", "∞": .identifier(text: String(character), latex: String(character), upright: true)
    case "∑", "∏", "∫": .sign(MathSign(String(character), nil, .large))
    case "·", "⋅", "⊙", "⊗", "⊕", "×", "±", "∗", "∘", "•": .sign(MathSign(String(character), nil, .binary))
    case _ where character.isLetter: .letter(String(character))
    case _ where character.isMathSymbol: .sign(MathSign(String(character), nil, .relation))
    default: .sign(MathSign(String(character), nil, .ordinary))
    }
  }

  private static func table(_ text: String) -> [String: String] {
    let words = text.split { $0 == " " || $0 == "\n" }.map(String.init)
    var table: [String: String] = [:]
    for index in stride(from: 0, to: words.count - 1, by: 2) { table[words[index]] = words[index + 1] }
    return table
  }
}

/// The alphabets of `\mathbb`, `\mathbf` and `\mathcal`, which Unicode has as letters of their own.
enum MathAlphabet: String {
  case mathbb, mathbf, boldsymbol, bm, mathcal

  private static let doubleStruck: [Character: String] = [
    "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ",
  ]
  private static let script: [Character: String] = [
    "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ", "o": "ℴ",
  ]

  func letter(_ character: Character) -> String {
    switch self {
    case .mathbb: Self.doubleStruck[character] ?? shifted(character, capitals: 0x1D538, small: 0x1D552, digits: 0x1D7D8)
    case .mathcal: Self.script[character] ?? shifted(character, capitals: 0x1D49C, small: 0x1D4B6, digits: nil)
    case .mathbf, .boldsymbol, .bm: shifted(character, capitals: 0x1D400, small: 0x1D41A, digits: 0x1D7CE)
    }
  }

  /// The character as far from the alphabet's own beginning as it is from A, a or 0.
  private func shifted(_ character: Character, capitals: UInt32, small: UInt32, digits: UInt32?) -> String {
    guard let code = character.asciiValue.map(UInt32.init) else { return String(character) }
    let target: UInt32? =
      switch character {
      case "A"..."Z": capitals + code - 0x41
      case "a"..."z": small + code - 0x61
      case "0"..."9": digits.map { $0 + code - 0x30 }
      default: nil
      }
    return target.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? String(character)
  }
}
