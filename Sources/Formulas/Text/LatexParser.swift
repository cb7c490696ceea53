/// Reads LaTeX mathematics into a tree, by recursive descent.
struct LatexParser {
  private let source: String
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  /// Deep enough for any formula a person writes, shallow enough for any stack.
  private static let greatestDepth = 50

  private init(_ source: String) {
    self.source = source
    characters = Array(source)
  }

  static func parse(_ source: String) throws -> MathNode {
    var parser = LatexParser(source)
    let rows = try parser.tableRows()
    if parser.position < parser.characters.count {
      throw parser.error("“\(parser.upcoming)” closes nothing")
    }
    return rows.count == 1 && rows[0].count == 1 ? rows[0][0] : .table(.aligned, rows: rows)
  }

  // MARK: Rows

  /// Rows of cells up to whatever closes them, which is left to read.
  private mutating func tableRows() throws -> [[MathNode]] {
    var rows: [[MathNode]] = [[]]
    while true {
      rows[rows.count - 1].append(try row())
      if take("&") { continue }
      guard take("\\\\") else { break }
      if peek == "[" { _ = try optionalArgument() }
      rows.append([])
    }
    // A `\\` after the last row begins no row.
    if rows.count > 1, rows[rows.count - 1] == [.row([])] { rows.removeLast() }
    return rows
  }

  private mutating func row(until closing: Character? = nil) throws -> MathNode {
    var nodes: [MathNode] = []
    while let next = peek {
      if next == "}" || next == "&" || next == closing { break }
      if starts("\\\\") || starts(command: "end") || starts(command: "right") { break }
      if next.isWhitespace || next == "~" {
        position += 1
        if next == "~" { nodes.append(.space(.word)) }
        continue
      }
      guard let node = try atom() else { continue }
      nodes.append(try withScripts(node))
    }
    return .joined(nodes)
  }

  /// The node with the subscript, superscript and primes that follow it.
  private mutating func withScripts(_ base: MathNode) throws -> MathNode {
    var sub: MathNode?
    var sup: MathNode?
    var primes = 0
    scripts: while true {
      skipSpaces()
      switch peek {
      case "_":
        if sub != nil { throw error("second subscript") }
        position += 1
        sub = try argument(of: "_")
      case "^":
        if sup != nil { throw error("second superscript") }
        position += 1
        sup = try argument(of: "^")
      case "'", "’":
        position += 1
        primes += 1
      default:
        break scripts
      }
    }
    // `^\prime` is the same as `'`.
    if let marks = sup?.items, !marks.isEmpty, marks.allSatisfy(\.isPrime) {
      primes += marks.count
      sup = nil
    }
    if sub == nil && sup == nil && primes == 0 { return base }
    if case .stacked(let inner, let over, let under, let latex) = base, latex.hasSuffix("brace"), primes == 0 {
      return .stacked(base: inner, over: sup ?? over, under: sub ?? under, latex: latex)
    }
    return .scripts(base: base, sub: sub, primes: primes, sup: sup)
  }

  // MARK: Atoms

  /// The next node, or nil when what stood there leaves none.
  private mutating func atom() throws -> MathNode? {
    guard let next = peek else { throw error("an argument is missing at the end") }
    switch next {
    case "{":
      return try argument(of: "{")
    case "\\":
      return try command()
    case "_", "^", "'", "’":
      return .row([])  // a script without a base: `{}_t`
    case "}", "&":
      throw error("an argument is missing before “\(next)”")
    case "#", "%", "$":
      throw error("“\(next)” must be written “\\\(next)”")
    case _ where next.isASCII && next.isNumber:
      return number()
    default:
      position += 1
      return LatexCommands.node(next)
    }
  }

  private mutating func number() -> MathNode {
    var text = ""
    while let next = peek {
      let follows = position + 1 < characters.count && characters[position + 1].isWholeNumber
      guard next.isWholeNumber || (next == "." && follows && !text.contains(".")) else { break }
      text.append(next)
      position += 1
    }
    return .number(text)
  }

  private mutating func command() throws -> MathNode? {
    let start = position
    let name = commandName()
    if let node = LatexCommands.node(name) { return node }
    if LatexCommands.ignored.contains(name) { return nil }
    if let accent = MathAccent(rawValue: name) { return .accent(accent, try argument(of: name)) }
    if let alphabet = MathAlphabet(rawValue: name) { return try letters(alphabet, name) }
    switch name {
    case "frac", "dfrac", "tfrac":
      return .fraction(try argument(of: name), try argument(of: name))
    case "sqrt":
      let index = peek == "[" ? try optionalArgument() : nil
      return .root(try argument(of: name), index: index)
    case "text", "textrm", "mbox", "textit", "textbf", "texttt":
      return .words(try plainArgument(of: name))
    case "mathrm", "mathit", "mathsf", "mathtt":
      let word = try plainArgument(of: name)
      return .identifier(text: word, latex: "\\\(name){\(word)}", upright: name != "mathit")
    case "operatorname":
      let limits = take("*")
      let word = try plainArgument(of: name)
      return .function(text: word, latex: "\\operatorname\(limits ? "*" : ""){\(word)}", limits: limits)
    case "overset", "stackrel":
      let over = try argument(of: name)
      return .stacked(base: try argument(of: name), over: over, under: nil, latex: name)
    case "underset":
      let under = try argument(of: name)
      return .stacked(base: try argument(of: name), over: nil, under: under, latex: name)
    case "overbrace", "underbrace":
      return .stacked(base: try argument(of: name), over: nil, under: nil, latex: name)
    case "left":
      return try fenced()
    case "begin":
      return try environment()
    default:
      position = start
      throw error(name.isEmpty ? "a lone backslash" : "unknown command \\\(name)")
    }
  }

  private mutating func letters(_ alphabet: MathAlphabet, _ name: String) throws -> MathNode {
    let content = try argument(of: name)
    let text = UnicodeWriter.line(content, compact: true).map(alphabet.letter).joined()
    return .identifier(text: text, latex: "\\\(name){\(LatexWriter.write(content, compact: true))}", upright: true)
  }

  private mutating func fenced() throws -> MathNode {
    depth += 1
    defer { depth -= 1 }
    try checkDepth()
    let open = try delimiter()
    let body = try row()
    guard take(command: "right") else { throw error("\\left\(open) has no \\right") }
    return .fenced(open: open, body, close: try delimiter())
  }

  private mutating func delimiter() throws -> String {
    skipSpaces()
    guard let next = peek else { throw error("a delimiter is missing at the end") }
    if next == "\\" {
      let name = commandName()
      let known = LatexCommands.openings[name] ?? LatexCommands.closings[name] ?? LatexCommands.bars[name]
      guard let known else { throw error("\\\(name) is no delimiter") }
      return known
    }
    position += 1
    guard "()[]|./<>".contains(next) else { throw error("“\(next)” is no delimiter") }
    return next == "." ? "" : next == "<" ? "⟨" : next == ">" ? "⟩" : String(next)
  }

  private mutating func environment() throws -> MathNode {
    let name = try plainArgument(of: "begin")
    guard let table = MathTable(rawValue: name) else { throw error("unknown environment \(name)") }
    if table == .array { _ = try plainArgument(of: name) }
    depth += 1
    defer { depth -= 1 }
    try checkDepth()
    let rows = try tableRows()
    guard take(command: "end") else { throw error("\\begin{\(name)} has no \\end") }
    let end = try plainArgument(of: "end")
    if end != name { throw error("\\begin{\(name)} is closed by \\end{\(end)}") }
    return .table(table, rows: rows)
  }

  // MARK: Arguments

  private mutating func argument(of owner: String) throws -> MathNode {
    depth += 1
    defer { depth -= 1 }
    try checkDepth()
    skipSpaces()
    guard take("{") else {
      // Without braces an argument is one digit: `\frac12`.
      if let digit = peek, digit.isWholeNumber {
        position += 1
        return .number(String(digit))
      }
      if let node = try atom() { return node }
      return try argument(of: owner)
    }
    let content = try row()
    guard take("}") else { throw error("an open “{” has no “}”") }
    return content
  }

  private mutating func optionalArgument() throws -> MathNode {
    _ = take("[")
    let content = try row(until: "]")
    guard take("]") else { throw error("an open “[” has no “]”") }
    return content
  }

  /// An argument taken letter by letter: `\text{if } `, `\begin{…}`.
  private mutating func plainArgument(of owner: String) throws -> String {
    skipSpaces()
    guard take("{") else { throw error("\\\(owner) needs an argument in braces") }
    var text = ""
    var open = 1
    while let next = peek {
      position += 1
      if next == "{" { open += 1 }
      if next == "}" { open -= 1 }
      if open == 0 { return text }
      if next == "\\", let escaped = peek, "_%&#${} ".contains(escaped) {
        text.append(escaped)
        position += 1
      } else {
        text.append(next)
      }
    }
    throw error("an open “{” has no “}”")
  }

  // MARK: Characters

  private var peek: Character? { position < characters.count ? characters[position] : nil }

  private var upcoming: String {
    peek == "\\" ? String(characters[position...].prefix(6)) : peek.map { String($0) } ?? ""
  }

  private mutating func skipSpaces() {
    while let next = peek, next.isWhitespace { position += 1 }
  }

  private mutating func commandName() -> String {
    position += 1
    var name = ""
    while let next = peek, next.isASCII, next.isLetter {
      name.append(next)
      position += 1
    }
    if name.isEmpty, let next = peek {
      name = next.isWhitespace ? " " : String(next)
      position += 1
    }
    return name
  }

  private func starts(_ text: String) -> Bool { characters[position...].starts(with: text) }

  private func starts(command: String) -> Bool {
    guard starts("\\" + command) else { return false }
    let after = position + 1 + command.count
    return after >= characters.count || !(characters[after].isASCII && characters[after].isLetter)
  }

  private mutating func take(_ text: String) -> Bool {
    guard starts(text) else { return false }
    position += text.count
    return true
  }

  private mutating func take(command: String) -> Bool {
    guard starts(command: command) else { return false }
    position += 1 + command.count
    return true
  }

  private func checkDepth() throws {
    if depth > Self.greatestDepth { throw error("nested deeper than \(Self.greatestDepth) levels") }
  }

  private func error(_ message: String) -> MathTextError {
    MathTextError(message: message, position: position + 1, latex: source)
  }
}

extension MathNode {
  fileprivate var isPrime: Bool {
    if case .sign(let sign) = self { return sign.text == "′" }
    return false
  }
}
