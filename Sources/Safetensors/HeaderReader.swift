/// Reads the JSON of a header, and no other JSON: objects of known keys, texts and lists of whole numbers.
///
/// It does not call itself, so no nesting can exhaust the stack, and it sees a name that stands twice, which Foundation's
/// reader hides.
struct HeaderReader {
  struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private let file: String
  /// The tensor whose entry is being read.
  private var tensor: String?

  init(_ bytes: ArraySlice<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.startIndex
  }

  /// `{` members `}` and, after it, nothing but white space.
  mutating func header() throws(SafetensorsError) -> (entries: [Entry], metadata: [String: String]) {
    guard bytes.first == UInt8(ascii: "{") else { throw found(insteadOf: "a header that begins with {") }
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var names: Set<String> = []
    try object { (reader, name) throws(SafetensorsError) in
      guard names.insert(name).inserted else { throw reader.twice(name) }
      if name == metadataKey {
        metadata = try reader.texts()
      } else {
        entries.append(try reader.entry(name))
      }
    }
    skipSpace()
    guard position == bytes.endIndex else { throw found(insteadOf: "the end of the header") }
    return (entries, metadata)
  }

  private mutating func texts() throws(SafetensorsError) -> [String: String] {
    var texts: [String: String] = [:]
    try object { (reader, key) throws(SafetensorsError) in
      guard texts[key] == nil else { throw reader.twice(key) }
      texts[key] = try reader.text()
    }
    return texts
  }

  private mutating func entry(_ name: String) throws(SafetensorsError) -> Entry {
    tensor = name
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try object { (reader, key) throws(SafetensorsError) in
      switch key {
      case "dtype" where type == nil:
        let word = try reader.text()
        type = ElementType(rawValue: word)
        let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
        if type == nil { throw reader.error("a dtype of \(known)", printable(word)) }
      case "shape" where shape == nil: shape = try reader.numbers()
      case "data_offsets" where offsets == nil: offsets = try reader.numbers()
      case "dtype", "shape", "data_offsets": throw reader.twice(key)
      default: throw reader.error("the keys dtype, shape and data_offsets", printable(key))
      }
    }
    guard let type else { throw error("a dtype", "none") }
    guard let shape else { throw error("a shape", "none") }
    guard let offsets, offsets.count == 2 else {
      throw error("data_offsets [begin, end]", offsets.map { "\($0.prefix(9))" } ?? "none")
    }
    tensor = nil
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }
}

// The grammar of JSON, as far as a header needs it.
extension HeaderReader {
  /// `{ "key": value, … }`; `value` reads what follows the colon.
  private mutating func object(
    _ value: (inout Self, String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try text()
      try expect(":")
      try value(&self, key)
    } while take(",")
    try expect("}")
  }

  /// `[number, …]`
  private mutating func numbers() throws(SafetensorsError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if take("]") { return numbers }
    repeat { numbers.append(try number()) } while take(",")
    try expect("]")
    return numbers
  }

  /// A whole number that is not negative, without a point, an exponent or leading zeros.
  private mutating func number() throws(SafetensorsError) -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    let word = String(decoding: digits.prefix(21), as: UTF8.self)
    guard let value = Int(word), digits.count == 1 || digits.first != 0x30 else {
      throw found(insteadOf: "a whole number of at most \(Int.max)")
    }
    position = digits.endIndex
    return value
  }

  /// `"…"` with the escapes of JSON.
  private mutating func text() throws(SafetensorsError) -> String {
    try expect("\"")
    var utf8: [UInt8] = []
    while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
      let byte = bytes[position]
      guard byte >= 0x20 else { throw found(insteadOf: "a text without control characters") }
      if byte == UInt8(ascii: "\\") {
        utf8 += UTF8.encode(try escapedScalar()).map(Array.init) ?? []
      } else {
        utf8.append(byte)
        position += 1
      }
    }
    guard let text = String(validating: utf8, as: UTF8.self) else { throw found(insteadOf: "a text in UTF-8") }
    try expect("\"")
    return text
  }

  private mutating func escapedScalar() throws(SafetensorsError) -> Unicode.Scalar {
    let simple: [UInt8: Unicode.Scalar] = [
      0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r", 0x74: "\t",
    ]
    if position + 1 < bytes.endIndex, let scalar = simple[bytes[position + 1]] {
      position += 2
      return scalar
    }
    let first = try escapedUnit()
    guard (0xD800..<0xDC00).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw found(insteadOf: "a character before this place") }
      return scalar
    }
    let second = try escapedUnit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw found(insteadOf: "the second half of a character before this place") }
    return scalar
  }

  /// `\u` and four hexadecimal digits: one unit of UTF-16.
  private mutating func escapedUnit() throws(SafetensorsError) -> UInt32 {
    let word = bytes[position...].prefix(6)
    let digits = word.dropFirst(2)
    guard word.starts(with: [0x5C, 0x75]), digits.count == 4, digits.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw found(insteadOf: "an escape of JSON") }
    position += 6
    return unit
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.endIndex, bytes[position] == character.value else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
    guard take(character) else { throw found(insteadOf: "'\(character)'") }
  }
}

// What is wrong, and where.
extension HeaderReader {
  private func found(insteadOf expected: String) -> SafetensorsError {
    let place = position - bytes.startIndex
    let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
    return error(expected + " at byte \(place) of the header", rest.isEmpty ? "its end" : printable(rest))
  }

  private func twice(_ name: String) -> SafetensorsError {
    error("every name once in the header", "\(printable(name)) twice")
  }

  private func error(_ expected: String, _ received: String) -> SafetensorsError {
    SafetensorsError(file: file, tensor: tensor, expected: expected, received: received)
  }
}
