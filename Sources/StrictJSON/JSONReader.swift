/// Checks a text from beginning to end, and keeps nothing of it.
///
/// A recursive descent over bytes; its depth is bounded, so no text can exhaust the stack.
struct JSONReader {
  private let bytes: [UInt8]
  private let maximumDepth: Int
  private let readsNonFinite: Bool
  private let mostMembers: Int
  private var offset = 0
  private var depth = 0

  /// The most members of one object: their keys are held in memory, so that none occurs twice.
  static let mostMembers = 1 << 20

  init(_ bytes: [UInt8], maximumDepth: Int, readsNonFinite: Bool, mostMembers: Int = Self.mostMembers) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.readsNonFinite = readsNonFinite
    self.mostMembers = mostMembers
  }

  /// The bytes of the one value that the text holds.
  mutating func document() throws(JSONError) -> Range<Int> {
    guard bytes.count <= JSONDocument.maximumCount else {
      throw error("a text of at most \(JSONDocument.maximumCount) bytes", found: "\(bytes.count)")
    }
    skipSpace()
    let start = offset
    try value()
    let end = offset
    skipSpace()
    guard offset == bytes.count else { throw error("the end of the text") }
    return start..<end
  }

  // MARK: Values

  private mutating func value() throws(JSONError) {
    skipSpace()
    guard let byte = peek else { throw error("a value") }
    switch byte {
    case UInt8(ascii: "{"): try nested { (reader) throws(JSONError) in try reader.object() }
    case UInt8(ascii: "["): try nested { (reader) throws(JSONError) in try reader.array() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): try word()
    default: throw error("a value")
    }
  }

  private mutating func nested(_ read: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
    guard depth < maximumDepth else {
      throw error("at most \(maximumDepth) nested lists and objects", found: "one more")
    }
    depth += 1
    defer { depth -= 1 }
    try read(&self)
  }

  private mutating func array() throws(JSONError) {
    offset += 1
    skipSpace()
    if take("]") { return }
    while true {
      try value()
      skipSpace()
      if take(",") { continue }
      if take("]") { return }
      throw error(", or ] in a list")
    }
  }

  private mutating func object() throws(JSONError) {
    offset += 1
    var keys = KeyTable()
    skipSpace()
    if take("}") { return }
    while true {
      skipSpace()
      let start = offset
      guard peek == UInt8(ascii: "\"") else { throw error("a key in quotation marks") }
      let key = try string()
      guard keys.insert(key, at: start, in: bytes) else {
        throw error("a key once", found: "\"\(key)\" again", at: start)
      }
      guard keys.count <= mostMembers else {
        throw error("at most \(mostMembers) members in an object", found: "one more", at: start)
      }
      skipSpace()
      guard take(":") else { throw error(": after the key \"\(key)\"") }
      try value()
      skipSpace()
      if take(",") { continue }
      if take("}") { return }
      throw error(", or } in an object")
    }
  }

  private mutating func word() throws(JSONError) {
    let start = offset
    while let byte = peek, isLetter(byte) { offset += 1 }
    switch String(decoding: bytes[start..<offset].prefix(20), as: UTF8.self) {
    case "true", "false", "null": break
    case let other where readsNonFinite && JSONText.nonFinite(other) != nil: break
    case let other: throw error("a value", found: "the word \(other)", at: start)
    }
  }

  // MARK: Numbers

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
  private mutating func number() throws(JSONError) {
    if take("-"), readsNonFinite, let byte = peek, isLetter(byte) {
      let word = String(decoding: bytes[offset...].prefix { isLetter($0) }.prefix(20), as: UTF8.self)
      guard JSONText.nonFinite(word) != nil else { throw error("a value", found: "the word -\(word)", at: offset - 1) }
      offset += word.utf8.count
      return
    }
    if !take("0") { try digits("a digit after -") }
    if take(".") { try digits("a digit after the decimal point") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits("a digit in the exponent")
    }
  }

  private mutating func digits(_ expected: String) throws(JSONError) {
    let start = offset
    while let byte = peek, isDigit(byte) { offset += 1 }
    guard offset > start else { throw error(expected) }
  }

  // MARK: Strings

  /// The string that begins at a byte of a text that has been checked.
  static func string(of bytes: [UInt8], at offset: Int) throws(JSONError) -> String {
    var reader = JSONReader(bytes, maximumDepth: 0, readsNonFinite: false)
    reader.offset = offset
    return try reader.string()
  }

  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    // Most strings hold no escape: their bytes are taken as they stand.
    var content: [UInt8] = []
    var plain = offset
    while let byte = peek {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        let rest = bytes[plain..<offset - 1]
        let text =
          content.isEmpty ? String(validating: rest, as: UTF8.self) : String(validating: content + rest, as: UTF8.self)
        guard let text else { throw error("UTF-8 in a string", found: "other bytes", at: start) }
        return text
      case UInt8(ascii: "\\"):
        content += bytes[plain..<offset - 1]
        content += Array(String(try escape()).utf8)
        plain = offset
      case 0..<0x20: throw error("no control character in a string", found: "byte \(byte)", at: offset - 1)
      default: break
      }
    }
    throw error("\" at the end of the string")
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
    default:
      offset = start + 1
      throw error("one of \" \\ / b f n r t u after \\", found: here, at: start)
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
    throw error("a whole surrogate pair", found: "half of one", at: start)
  }

  private mutating func hexUnit(_ start: Int) throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits after \\u", found: here, at: start)
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
    while let byte = peek, isSpace(byte) { offset += 1 }
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

  /// - Parameter found: what stands there instead; nil takes the byte at the place that was reached.
  private func error(_ expected: String, found: String? = nil, at place: Int? = nil) -> JSONError {
    let offset = place ?? offset
    let position = LineIndex(bytes).position(of: offset, in: bytes)
    return JSONError(
      offset: offset, line: position.line, column: position.column, expected: expected, found: found ?? here)
  }
}
