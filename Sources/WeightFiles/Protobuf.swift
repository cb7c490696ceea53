/// The wire format of protocol buffers: fields of a message, read and written.
///
/// | Wire type | Value                                       |
/// |-----------|---------------------------------------------|
/// | 0         | a number, seven bits a byte, low bits first |
/// | 1, 5      | 8 or 4 bytes, little-endian                 |
/// | 2         | a length and that many bytes                |
///
/// Source: Protocol Buffers, "Encoding".
struct ProtobufMessage {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed(UInt64, size: Int)
  }

  private(set) var fields: [(number: Int, value: Value)] = []

  /// `nil` where the bytes are no message.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      guard let key = Self.number(&rest), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
      let number = Int(key >> 3)
      switch key & 7 {
      case 0:
        guard let value = Self.number(&rest) else { return nil }
        fields.append((number, .number(value)))
      case 2:
        guard let length = Self.number(&rest), length <= UInt64(rest.count) else { return nil }
        fields.append((number, .bytes(rest.prefix(Int(length)))))
        rest = rest.dropFirst(Int(length))
      case 1, 5:
        let size = key & 7 == 1 ? 8 : 4
        guard rest.count >= size else { return nil }
        let value = rest.prefix(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        fields.append((number, .fixed(value, size: size)))
        rest = rest.dropFirst(size)
      default: return nil
      }
    }
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      if shift < 64 { value |= UInt64(byte & 0x7F) << UInt64(shift) }
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// The parts of a field that is a message or bytes.
  func parts(_ number: Int) -> [ArraySlice<UInt8>] {
    fields.compactMap { field in
      if field.number == number, case .bytes(let bytes) = field.value { bytes } else { nil }
    }
  }

  func text(_ number: Int) -> String? { parts(number).last.map { String(decoding: $0, as: UTF8.self) } }
  func texts(_ number: Int) -> [String] { parts(number).map { String(decoding: $0, as: UTF8.self) } }

  /// Whole numbers, each in a field of its own or packed.
  func integers(_ number: Int) -> [Int64]? {
    var found: [Int64] = []
    for field in fields where field.number == number {
      switch field.value {
      case .number(let value): found.append(Int64(bitPattern: value))
      case .bytes(var packed):
        while !packed.isEmpty {
          guard let value = Self.number(&packed) else { return nil }
          found.append(Int64(bitPattern: value))
        }
      case .fixed: return nil
      }
    }
    return found
  }

  /// Numbers of 4 or 8 bytes as their bytes, each in a field of its own or packed.
  func fixedBytes(_ number: Int, size: Int) -> [UInt8] {
    fields.filter { $0.number == number }.flatMap { field -> [UInt8] in
      switch field.value {
      case .bytes(let packed): Array(packed)
      case .fixed(let value, size: size): (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
      default: []
      }
    }
  }

  func floats(_ number: Int) -> [Float] {
    let bytes = fixedBytes(number, size: 4)
    return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { place in
      Float(bitPattern: bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}

/// A message being written, field by field.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func number(_ field: Int, _ value: Int) {
    key(field, 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func text(_ field: Int, _ text: String) { data(field, Array(text.utf8)) }

  mutating func data(_ field: Int, _ data: [UInt8]) {
    key(field, 2)
    varint(UInt64(data.count))
    bytes += data
  }

  mutating func float(_ field: Int, _ value: Float) {
    key(field, 5)
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
  }

  mutating func message(_ field: Int, _ fill: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    fill(&inner)
    data(field, inner.bytes)
  }

  private mutating func key(_ field: Int, _ wireType: UInt64) { varint(UInt64(field) << 3 | wireType) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
