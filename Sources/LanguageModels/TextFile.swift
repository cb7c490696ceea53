import Files
import TextLayout

/// A file of text to learn from, read strictly: UTF-8, no control characters but tabs and line ends, not empty.
public struct TextFile: Equatable, Sendable {
  public let path: String
  /// The whole text, without a byte order mark; line ends are `\n`.
  public let text: String

  /// Longer files are not read: a model of this size learns nothing more from them.
  static let longest = 64 << 20

  /// - Throws: ``TextError`` naming the file, the place, what was expected and what was received.
  public init(reading path: String) throws(TextError) {
    let bytes: [UInt8]
    do {
      bytes = try InputFile(path).bytes(atMost: Self.longest)
    } catch {
      throw TextError(path: error.path, place: nil, expected: error.expected, received: "\"\(error.reason)\"")
    }
    try self.init(bytes, path: path)
  }

  init(_ bytes: [UInt8], path: String) throws(TextError) {
    self.path = path
    guard !bytes.isEmpty else {
      throw TextError(path: path, place: nil, expected: "text", received: "an empty file")
    }
    if let place = bytes.firstIndex(where: { $0 < 0x20 && !Self.allowed.contains($0) || $0 == 0x7F }) {
      throw TextError(
        path: path, place: TextPlace(place, in: bytes), expected: "text",
        received: "the control character 0x" + Self.hex(bytes[place]))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let place = Self.firstInvalid(bytes)
      throw TextError(
        path: path, place: TextPlace(place, in: bytes), expected: "UTF-8",
        received: "the byte 0x\(Self.hex(bytes[place])), which begins no character or leaves one unfinished")
    }
    let lines = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
    self.text = lines.replacing("\r\n", with: "\n")
    guard self.text.contains(where: { !$0.isWhitespace }) else {
      throw TextError(path: path, place: nil, expected: "text", received: "nothing but spaces and line ends")
    }
  }

  /// Tab, line feed, form feed, carriage return.
  private static let allowed: [UInt8] = [9, 10, 12, 13]

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// Where the longest valid beginning ends.
  private static func firstInvalid(_ bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var place = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { place += UTF8.width(scalar) }
    return min(place, bytes.count - 1)
  }
}

/// A place in a file, counted from 1.
public struct TextPlace: Equatable, Sendable, CustomStringConvertible {
  public let line: Int
  /// The byte in its line, and in the file.
  public let column, byte: Int

  init(_ offset: Int, in bytes: [UInt8]) {
    let before = bytes[..<offset]
    line = before.count { $0 == UInt8(ascii: "\n") } + 1
    column = offset - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
    byte = offset + 1
  }

  public var description: String { "line \(line), column \(column) (byte \(byte))" }
}

/// A text that cannot be learned from: the file, the place, what was expected and what was received.
public struct TextError: Error, Equatable, CustomStringConvertible {
  public let path: String
  public let place: TextPlace?
  public let expected: String
  public let received: String

  public init(path: String, place: TextPlace?, expected: String, received: String) {
    (self.path, self.place, self.expected, self.received) = (path, place, expected, received)
  }

  public var description: String {
    "\(printable(path))\(place.map { ", \($0)" } ?? ""): expected \(expected), received \(received)"
  }
}
