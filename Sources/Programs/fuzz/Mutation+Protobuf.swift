/// Fields of a protocol buffer as they stand in the bytes, each with its key.
struct ProtobufFields {
  struct Field {
    var number: UInt64
    /// 0 a number, 1 and 5 eight and four bytes, 2 a length and that many bytes.
    var wire: UInt64
    /// The number, or the bytes.
    var value: UInt64
    var bytes: [UInt8]
  }

  var fields: [Field] = []

  /// `nil` where the bytes are no message.
  init?(_ bytes: [UInt8]) {
    var place = 0
    while place < bytes.count {
      guard let key = Self.number(bytes, &place) else { return nil }
      var field = Field(number: key >> 3, wire: key & 7, value: 0, bytes: [])
      switch field.wire {
      case 0:
        guard let value = Self.number(bytes, &place) else { return nil }
        field.value = value
      case 1, 5, 2:
        var count = field.wire == 1 ? 8 : 4
        if field.wire == 2 {
          guard let length = Self.number(bytes, &place), length <= UInt64(bytes.count - place) else { return nil }
          count = Int(length)
        }
        guard count <= bytes.count - place else { return nil }
        field.bytes = Array(bytes[place..<place + count])
        place += count
      default: return nil
      }
      fields.append(field)
    }
  }

  /// The bytes of the message; all lengths are right.
  var bytes: [UInt8] {
    fields.flatMap { field -> [UInt8] in
      let key = Self.varint(field.number << 3 | field.wire)
      switch field.wire {
      case 0: return key + Self.varint(field.value)
      case 2: return key + Self.varint(UInt64(field.bytes.count)) + field.bytes
      default: return key + field.bytes
      }
    }
  }

  private static func number(_ bytes: [UInt8], _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  static func varint(_ number: UInt64) -> [UInt8] {
    var (rest, bytes) = (number, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

extension Mutator {
  private static let sizes: [UInt64] = [
    0, 1, 2, 3, 7, 8, 10, 11, 16, 127, 128, 65_536, 1 << 24, 1 << 31, 1 << 32, 1 << 61, UInt64(Int64.max), 1 << 63,
    .max,
  ]
  private static let words = [
    "", "LSTM", "GRU", "RNN", "Constant", "W", "B", "direction", "reverse", "\u{1B}[2J", "\u{202E}",
  ]

  /// Changes a field somewhere in a message; the lengths around it are set right again.
  mutating func changedMessage(_ bytes: [UInt8]) -> [UInt8] {
    guard var message = ProtobufFields(bytes), let place = message.fields.indices.randomElement(using: &generator)
    else {
      return changedBytes(bytes)
    }
    let field = message.fields[place]
    if field.wire == 2, ProtobufFields(field.bytes) != nil, chance(0.75) {
      message.fields[place].bytes = changedMessage(field.bytes)
      return message.bytes
    }
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: message.fields.remove(at: place)
    case 1: message.fields.insert(field, at: place)
    case 2:
      if let other = message.fields.indices.randomElement(using: &generator) { message.fields.swapAt(place, other) }
    case 3: if let other = pick(message.fields) { message.fields[place].number = other.number }
    case 4: message.fields[place].number = UInt64.random(in: 1...20, using: &generator)
    case 5: message.fields[place].bytes = Array((pick(Self.words) ?? "").utf8)
    default:
      if field.wire == 0 {
        message.fields[place].value = pick(Self.sizes) ?? 0
      } else {
        message.fields[place].bytes = changedBytes(field.bytes)
      }
    }
    return message.bytes
  }
}
