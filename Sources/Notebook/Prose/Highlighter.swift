/// What a stretch of Swift is, for its colour.
enum TokenKind: String, Sendable { case plain, keyword, type, string, number, comment, attribute }

struct Token: Equatable, Sendable {
  var kind: TokenKind
  var text: String
}

/// Splits Swift source into coloured stretches; joined again they are the source, byte for byte.
///
/// It knows nested comments, raw and multi-line strings and interpolations, because the weaver counts braces with it.
struct Highlighter {
  private let bytes: [UInt8]
  private var index = 0
  private var tokens: [Token] = []

  static func tokens(_ source: String) -> [Token] {
    var highlighter = Highlighter(bytes: Array(source.utf8))
    highlighter.run()
    return highlighter.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run() {
    while index < bytes.count {
      let start = index
      let kind = next()
      index = min(max(index, start + 1), bytes.count)
      let text = String(decoding: bytes[start..<index], as: UTF8.self)
      if kind == .plain, tokens.last?.kind == .plain {
        tokens[tokens.count - 1].text += text
      } else {
        tokens.append(Token(kind: kind, text: text))
      }
    }
  }

  private func byte(_ offset: Int = 0) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
  private func letter(_ character: Unicode.Scalar, _ offset: Int = 0) -> Bool {
    byte(offset) == UInt8(ascii: character)
  }

  private mutating func next() -> TokenKind {
    if letter("/"), letter("/", 1) { return lineComment() }
    if letter("/"), letter("*", 1) { return blockComment() }
    if letter("\"") { return string(hashes: 0) }
    if letter("#") { return hash() }
    if letter("@"), isNameStart(byte(1)) { return attribute() }
    if isDigit(byte()) { return number() }
    if isNameStart(byte()) { return name() }
    index += 1
    return .plain
  }

  private mutating func lineComment() -> TokenKind {
    while index < bytes.count, !letter("\n") { index += 1 }
    return .comment
  }

  private mutating func blockComment() -> TokenKind {
    var depth = 0
    repeat {
      if letter("/"), letter("*", 1) {
        depth += 1
        index += 2
      } else if letter("*"), letter("/", 1) {
        depth -= 1
        index += 2
      } else {
        index += 1
      }
    } while depth > 0 && index < bytes.count
    return .comment
  }

  private mutating func hash() -> TokenKind {
    var hashes = 0
    while letter("#", hashes) { hashes += 1 }
    guard letter("\"", hashes) else {
      index += hashes
      while isName(byte()) { index += 1 }
      return .attribute
    }
    index += hashes
    return string(hashes: hashes)
  }

  private mutating func string(hashes: Int) -> TokenKind {
    let quotes = letter("\"", 1) && letter("\"", 2) ? 3 : 1
    index += quotes
    while index < bytes.count {
      if quotes == 1, letter("\n") { break }
      if letter("\\"), hasHashes(hashes, at: 1) {
        index += 1 + hashes
        if letter("(") { interpolation() } else { index += 1 }
      } else if (0..<quotes).allSatisfy({ letter("\"", $0) }), hasHashes(hashes, at: quotes) {
        index += quotes + hashes
        break
      } else {
        index += 1
      }
    }
    return .string
  }

  private func hasHashes(_ count: Int, at offset: Int) -> Bool { (0..<count).allSatisfy { letter("#", offset + $0) } }

  /// Skips `(…)` within a string, strings inside it included.
  private mutating func interpolation() {
    var depth = 0
    repeat {
      if letter("(") { depth += 1 }
      if letter(")") { depth -= 1 }
      if letter("\"") { _ = string(hashes: 0) } else { index += 1 }
    } while depth > 0 && index < bytes.count
  }

  private mutating func attribute() -> TokenKind {
    index += 1
    while isName(byte()) { index += 1 }
    return .attribute
  }

  private mutating func number() -> TokenKind {
    while isName(byte()) || (letter(".") && isDigit(byte(1))) || ((letter("-") || letter("+")) && endsWithExponent()) {
      index += 1
    }
    return .number
  }

  private func endsWithExponent() -> Bool {
    index > 0 && (bytes[index - 1] | 0x20) == UInt8(ascii: "e") && isDigit(byte(1))
  }

  private mutating func name() -> TokenKind {
    let start = index
    let isMember = start > 0 && bytes[start - 1] == UInt8(ascii: ".")
    while isName(byte()) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if !isMember, Self.keywords.contains(text) { return .keyword }
    let first = bytes[start]
    // A capital that stands alone is a dimension or a matrix, not a type.
    return first >= 65 && first <= 90 && index - start > 1 && text.contains(where: \.isLowercase) ? .type : .plain
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
  private func isNameStart(_ byte: UInt8) -> Bool {
    byte == 95 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 128
  }
  private func isName(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

  private static let keywords: Set<String> = [
    "actor", "as", "associatedtype", "await", "async", "break", "case", "catch", "class", "continue", "default",
    "defer", "do",
    "else", "enum", "extension", "fallthrough", "false", "fileprivate", "final", "for", "func", "guard", "if", "import",
    "in",
    "init", "inout", "internal", "is", "lazy", "let", "mutating", "nil", "nonisolated", "operator", "override",
    "private",
    "protocol", "public", "repeat", "return", "self", "Self", "some", "any", "static", "struct", "subscript", "super",
    "switch", "throw", "throws", "true", "try", "typealias", "unowned", "var", "weak", "where", "while",
  ]
}
