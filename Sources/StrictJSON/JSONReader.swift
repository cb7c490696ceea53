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
    guard bytes.count <= JSONDocument.maximumCount else {
      throw error("a text of at most \(JSONDocument.maximumCount) bytes", found: "\(bytes.count)")
    }
    let root = try value()
    skipSpace()
    guard offset == bytes.count else { throw error("the end of the text") }
    return root
  }

  // MARK: Values

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    let start = offset
    let value: JSON.Value
    guard let byte = peek else { throw error("a value") }
    switch byte {
    case UInt8(ascii: "{"): value = try nested { (reader) throws(JSONError) in try reader.object() }
    case UInt8(ascii: "["): value = try nested { (reader) throws(JSONError) in try reader.array() }
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = .number(try number())
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): value = try word()
    default: throw error("a value")
    }
    return JSON(value: value, range: start..<offset)
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(JSONError) -> JSON.Value
  ) throws(JSONError) -> JSON.Value {
    guard depth < maximumDepth else {
      throw error("at most \(maximumDepth) nested lists and objects", found: "one more")
    }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  private mutating func array() throws(JSONError) -> JSON.Value {
    offset += 1
    if let numbers = try numbers() { return .array(numbers) }
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(JSONArray(elements)) }
    while true {
      elements.append(try value())
      if try endsList() { return .array(JSONArray(elements)) }
    }
  }

  /// The rest of a list that holds numbers and nothing else; nil, and nothing is read, for another list.
  private mutating func numbers() throws(JSONError) -> JSONArray? {
    let start = offset
    skipSpace()
    guard isAtNumber else {
      offset = start
      return nil
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(countOfNumbers())
    while true {
      skipSpace()
      guard isAtNumber else {
        if peek == nil || peek == UInt8(ascii: "]") { throw error("a value") }
        offset = start
        return nil
      }
      numbers.append(try number())
      if try endsList() { return JSONArray(numbers: numbers, of: bytes, from: start) }
    }
  }

  private var isAtNumber: Bool { peek.map { isDigit($0) || $0 == UInt8(ascii: "-") } ?? false }

  /// How many numbers stand before the next bracket, so that room is made once.
  private func countOfNumbers() -> Int {
    var count = 1
    var place = offset
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: ","): count += 1
      case UInt8(ascii: "]"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""): return count
      default: break
      }
      place += 1
    }
    return count
  }

  /// Reads what follows an element: a comma (false) or the end of the list (true).
  private mutating func endsList() throws(JSONError) -> Bool {
    skipSpace()
    if take(",") { return false }
    if take("]") { return true }
    throw error(", or ] in a list")
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
      guard peek == UInt8(ascii: "\"") else { throw error("a key in quotation marks") }
      let key = try string()
      guard keys.insert(key).inserted else { throw error("a key once", found: "\"\(key)\" again", at: start) }
      skipSpace()
      guard take(":") else { throw error(": after the key \"\(key)\"") }
      members.append(JSON.Member(key: key, value: try value()))
      skipSpace()
      if take(",") { continue }
      if take("}") { return .object(members) }
      throw error(", or } in an object")
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
    case let other: throw error("a value", found: "the word \(other)", at: start)
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
    guard let number = Double(text) else { throw error("a number", found: "\(text.prefix(40))", at: start) }
    return number
  }

  private mutating func digits(_ expected: String) throws(JSONError) {
    let start = offset
    while let byte = peek, isDigit(byte) { offset += 1 }
    guard offset > start else { throw error(expected) }
  }

  // MARK: Strings

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
