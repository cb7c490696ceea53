/// A recursive-descent reader over bytes; its depth is bounded, so no text can exhaust the stack.
struct JSONReader {
  private let bytes: [UInt8]
  private let maximumDepth: Int
  private let readsNonFinite: Bool
  private var offset = 0
  private var depth = 0

  init(_ bytes: [UInt8], maximumDepth: Int, readsNonFinite: Bool) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.readsNonFinite = readsNonFinite
  }

  mutating func document() throws(JSONError) -> JSON {
    let root = try value()
    skipSpace()
    guard offset == bytes.count else { throw error("expected the end of the text, found \(here)") }
    return root
  }

  // MARK: Values

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    let start = offset
    let value: JSON.Value
    guard let byte = peek else { throw error("expected a value, found \(here)") }
    switch byte {
    case UInt8(ascii: "{"): value = try nested { (reader) throws(JSONError) in try reader.object() }
    case UInt8(ascii: "["): value = try nested { (reader) throws(JSONError) in try reader.array() }
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = .number(try number())
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): value = try word()
    default: throw error("expected a value, found \(here)")
    }
    return JSON(value: value, range: start..<offset)
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(JSONError) -> JSON.Value
  ) throws(JSONError) -> JSON.Value {
    guard depth < maximumDepth else { throw error("expected at most \(maximumDepth) nested lists and objects") }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  private mutating func array() throws(JSONError) -> JSON.Value {
    offset += 1
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take(",") { continue }
      if take("]") { return .array(elements) }
      throw error("expected , or ] in a list, found \(here)")
    }
  }

  private mutating func object() throws(JSONError) -> JSON.Value {
    offset += 1
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      let start = offset
      guard peek == UInt8(ascii: "\"") else { throw error("expected a key in quotation marks, found \(here)") }
      let key = try string()
      guard keys.insert(key).inserted else { throw error("expected a key once, found \"\(key)\" again", at: start) }
      skipSpace()
      guard take(":") else { throw error("expected : after the key \"\(key)\", found \(here)") }
      members.append(JSON.Member(key: key, value: try value()))
      skipSpace()
      if take(",") { continue }
      if take("}") { return .object(members) }
      throw error("expected , or } in an object, found \(here)")
    }
  }

  private mutating func word() throws(JSONError) -> JSON.Value {
    let start = offset
    while let byte = peek, isLetter(byte) { offset += 1 }
    switch String(decoding: bytes[start..<offset].prefix(20), as: UTF8.self) {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case let other where readsNonFinite && ["nan", "inf", "infinity"].contains(other.lowercased()):
      return .number(other.lowercased() == "nan" ? .nan : .infinity)
    case let other: throw error("expected a value, found the word \(other)", at: start)
    }
  }

  // MARK: Numbers

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`; a number too large for `Double` reads as infinity.
  private mutating func number() throws(JSONError) -> Double {
    let start = offset
    _ = take("-")
    if readsNonFinite, let byte = peek, isLetter(byte), case .number(let number) = try word() { return -number }
    if !take("0") { try digits("a digit after -") }
    if take(".") { try digits("a digit after the decimal point") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits("a digit in the exponent")
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let number = Double(text) else { throw error("expected a number, found \(text.prefix(40))", at: start) }
    return number
  }

  private mutating func digits(_ expected: String) throws(JSONError) {
    let start = offset
    while let byte = peek, isDigit(byte) { offset += 1 }
    guard offset > start else { throw error("expected \(expected), found \(here)") }
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while let byte = peek {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error("expected UTF-8 in a string, found other bytes", at: start)
        }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: Array(String(try escape()).utf8))
      case 0..<0x20: throw error("expected no control character in a string, found byte \(byte)", at: offset - 1)
      default: content.append(byte)
      }
    }
    throw error("expected \" at the end of the string, found the end of the text")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = offset - 1
    let byte = peek
    if byte != nil { offset += 1 }
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(start)
    default: throw error("expected one of \" \\ / b f n r t u after \\", at: start)
    }
  }

  /// `\uXXXX`, or two of them that make a surrogate pair.
  private mutating func unicodeEscape(_ start: Int) throws(JSONError) -> Unicode.Scalar {
    let unit = try hexUnit(start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00, take("\\"), take("u") {
      let low = try hexUnit(start)
      if (0xDC00..<0xE000).contains(low), let pair = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) {
        return pair
      }
    }
    throw error("expected a whole surrogate pair", at: start)
  }

  private mutating func hexUnit(_ start: Int) throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("expected four hexadecimal digits after \\u", at: start)
      }
      unit = unit * 16 + UInt32(digit)
      offset += 1
    }
    return unit
  }

  // MARK: Bytes

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: scalar) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  // MARK: Messages

  private var here: String {
    guard let byte = peek else { return "the end of the text" }
    return (0x21...0x7E).contains(byte) ? "\(Character(Unicode.Scalar(byte)))" : "byte \(byte)"
  }

  private func error(_ message: String, at place: Int? = nil) -> JSONError {
    let position = Self.position(of: place ?? offset, in: bytes)
    return JSONError(line: position.line, column: position.column, message: message)
  }

  static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return (line, column)
  }
}
