import Tensors

/// How the bytes of an input hang together, so that a mutation gets past the first check of its reader.
enum Form: Sendable {
  case bytes, json
  /// Eight bytes of length, a header of JSON, data.
  case safetensors
  /// Plain, or as a gzip file whose checksum is right.
  case gzip
  /// Messages within messages, each with its length.
  case protobuf
  /// Members with their lengths and checksums.
  case zip
}

/// Changes inputs at random, the same way for the same seed.
struct Mutator {
  var generator: RandomGenerator
  let corpus: [[UInt8]]
  let form: Form

  /// One of the corpus with one to four changes.
  mutating func next() -> [UInt8] {
    var bytes = pick(corpus) ?? []
    for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes = changed(bytes) }
    if form == .gzip, chance(0.5) {
      bytes = gzip(bytes)
      if chance(0.5) { bytes = changedBytes(bytes) }
    }
    return bytes
  }

  private mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
    if chance(0.2) { return changedBytes(bytes) }
    switch form {
    case .bytes, .gzip: return changedBytes(bytes)
    case .json: return changedJSON(bytes)
    case .safetensors: return changedHeader(bytes)
    case .protobuf: return changedMessage(bytes)
    case .zip: return changedMember(bytes)
    }
  }

  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

  mutating func pick<Elements: RandomAccessCollection>(_ elements: Elements) -> Elements.Element? {
    elements.randomElement(using: &generator)
  }
}

// MARK: Bytes

extension Mutator {
  private static let numbers: [UInt8] = [
    0, 1, 7, 8, 9, 10, 13, 27, 31, 34, 44, 58, 91, 92, 93, 123, 125, 127, 128, 254, 255,
  ]

  mutating func changedBytes(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let piece = range(in: bytes.count, longest: 64)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0:
      if let place = bytes.indices.randomElement(using: &generator) {
        bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      }
    case 1: if let place = bytes.indices.randomElement(using: &generator) { bytes[place] = pick(Self.numbers) ?? 0 }
    case 2: bytes.removeSubrange(piece)
    case 3: bytes.insert(contentsOf: bytes[piece], at: piece.lowerBound)
    case 4: bytes = Array(bytes[..<piece.lowerBound])
    case 5:
      for place in piece { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
    case 6:
      let value = pick([0, 255] as [UInt8]) ?? 0
      for place in piece { bytes[place] = value }
    default:
      let other = pick(corpus) ?? []
      let tail = range(in: other.count, longest: other.count)
      bytes = Array(bytes[..<piece.lowerBound]) + other[tail]
    }
    return bytes
  }

  private mutating func range(in count: Int, longest: Int) -> Range<Int> {
    let start = Int.random(in: 0...count, using: &generator)
    let length = Int.random(in: 0...min(longest, count - start), using: &generator)
    return start..<start + length
  }
}

// MARK: JSON

extension Mutator {
  private static let values: [String] = [
    "null", "true", "false", "0", "1", "2", "3", "-1", "-0.0", "0.5", "1e308", "-1e308", "1e999", "1e-320", "65536",
    "65537",
    "16777216", "16777217", "2147483648", "4294967296", "9007199254740993", "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615", "1e19", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
    "\"\\u001b[2J\"",
    "\"\u{202E}\"", "[]", "{}", "[[]]", "[null]", "{\"\": {}}", "[0]", "[1, 1]", "[1, 2, 3]", "[16777216, 16777216]",
    "[0, 2305843009213693952]", "NaN", "-Infinity", "\"float64\"", "\"lstm\"", "\"gru\"", "\"stack\"",
  ]

  private mutating func changedJSON(_ bytes: [UInt8]) -> [UInt8] {
    let tokens = JSONTokens(bytes).ranges
    guard let token = pick(tokens) else { return bytes }
    var changed = bytes
    switch Int.random(in: 0..<6, using: &generator) {
    case 0, 1, 2: changed.replaceSubrange(token, with: Array((pick(Self.values) ?? "0").utf8))
    case 3:
      // Another value of the same text in its place.
      guard let other = pick(tokens) else { return bytes }
      changed.replaceSubrange(token, with: bytes[other])
    case 4:
      // A value out of another input.
      let source = pick(corpus) ?? []
      guard let other = pick(JSONTokens(source).ranges) else { return bytes }
      changed.replaceSubrange(token, with: source[other])
    default:
      let depth = pick([1, 8, 63, 64, 65, 1000]) ?? 1
      changed.replaceSubrange(token, with: Array(repeating: UInt8(ascii: "["), count: depth) + bytes[token])
    }
    return changed
  }
}

/// The ranges of all values and keys of a text: scalars, and whole lists and objects.
struct JSONTokens {
  private(set) var ranges: [Range<Int>] = []

  init(_ bytes: [UInt8]) {
    var open: [Int] = []
    var place = 0
    while place < bytes.count {
      let start = place
      switch bytes[place] {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open.append(place)
        place += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        place += 1
        if let begin = open.popLast() { ranges.append(begin..<place) }
      case UInt8(ascii: "\""):
        place += 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
          place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        place = min(place + 1, bytes.count)
        ranges.append(start..<place)
      case let byte where Self.isPartOfScalar(byte):
        while place < bytes.count, Self.isPartOfScalar(bytes[place]) { place += 1 }
        ranges.append(start..<place)
      default: place += 1
      }
    }
  }

  private static func isPartOfScalar(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2B
      || byte == 0x2D
      || byte == 0x2E
  }
}

// MARK: Safetensors

extension Mutator {
  /// Changes the header as JSON; mostly its length is set right again.
  private mutating func changedHeader(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 8 else { return changedBytes(bytes) }
    let length = bytes[..<8].reversed().reduce(0) { ($0 << 8 | Int($1)) & 0xFFFF_FFFF }
    guard length <= bytes.count - 8 else { return changedBytes(bytes) }
    let header = changedJSON(Array(bytes[8..<8 + length]))
    var stated = UInt64(header.count)
    if chance(0.1) { stated = pick([0, 1, UInt64(Int.max), .max, stated + 1, stated &- 1, 1 << 40]) ?? 0 }
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: stated >> (8 * UInt64($0))) }
    return prefix + header + bytes[(8 + length)...]
  }
}

// MARK: Archives

extension Mutator {
  /// Changes a member, its name or the order; lengths and checksums are set right again.
  private mutating func changedMember(_ bytes: [UInt8]) -> [UInt8] {
    guard var archive = Zip(bytes), let place = archive.members.indices.randomElement(using: &generator) else {
      return changedBytes(bytes)
    }
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: archive.members.remove(at: place)
    case 1: archive.members.append(archive.members[place])
    case 2: archive.members[place].name = pick(["kernel.npy", "a/W.npy", "", "\u{1B}[2J.npy", "x.txt"]) ?? ""
    case 3: return bytes + changedBytes(Array(bytes.suffix(22)))
    default:
      // Mostly the header, which says type and shape.
      let head = archive.members[place].data.prefix(128)
      archive.members[place].data = changedBytes(Array(head)) + archive.members[place].data.dropFirst(head.count)
    }
    return archive.bytes
  }
}
