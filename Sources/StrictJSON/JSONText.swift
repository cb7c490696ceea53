/// A text that has been checked: it holds one value of JSON. All values of a document read from it.
final class JSONText: Sendable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The string with its quotation marks at `range`.
  func string(_ range: Range<Int>) -> String {
    do { return try JSONReader.string(of: bytes, at: range.lowerBound) } catch {
      preconditionFailure("a text that was checked holds no wrong string: \(error)")
    }
  }

  /// The number at `range`, infinity when it is too large for `Double`.
  func number(_ range: Range<Int>) -> Double {
    let text = String(decoding: bytes[range], as: UTF8.self)
    if let number = Double(text) { return number }
    let word = text.first == "-" ? String(text.dropFirst()) : text
    guard let number = Self.nonFinite(word) else {
      preconditionFailure("a text that was checked holds no wrong number: \(text)")
    }
    return text.first == "-" ? -number : number
  }

  /// The words with which programs write what JSON has no number for.
  static func nonFinite(_ word: String) -> Double? {
    switch word.lowercased() {
    case "nan": .nan
    case "inf", "infinity": .infinity
    default: nil
    }
  }

  // MARK: Places

  /// Behind the white space at `offset`.
  func afterSpace(_ offset: Int) -> Int {
    var offset = offset
    while isSpace(bytes[offset]) { offset += 1 }
    return offset
  }

  /// Behind the value that begins at `offset`, whose brackets and quotation marks are known to match.
  func afterValue(_ offset: Int) -> Int {
    let bytes = bytes
    var offset = offset
    var depth = 0
    repeat {
      switch bytes[offset] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "\""):
        offset += 1
        while bytes[offset] != UInt8(ascii: "\"") { offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1 }
      case UInt8(ascii: ","), UInt8(ascii: ":"): break
      case let byte where isSpace(byte): break
      default:
        while offset + 1 < bytes.count, isWithinWord(bytes[offset + 1]) { offset += 1 }
      }
      offset += 1
    } while depth > 0
    return offset
  }
}

/// Whether a byte is what JSON calls white space.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

/// Whether a number or a word goes on with a byte.
private func isWithinWord(_ byte: UInt8) -> Bool {
  !isSpace(byte) && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "]") && byte != UInt8(ascii: "}")
}
