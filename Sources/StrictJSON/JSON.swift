import TextLayout

/// One value of a JSON document: the place it was read from.
///
/// The text is checked as a whole when a document is read, and stays the only thing in memory: a value is its text and
/// takes 16 bytes. What stands in it is read when somebody asks, each time anew: a list or an object in time in
/// proportion to its text. Members of an object keep their order, and no key occurs twice.
public struct JSON: Sendable {
  public enum Value: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array(JSONArray)
    case object(JSONObject)
  }

  public struct Member: Sendable {
    public let key: String
    public let value: JSON
  }

  let text: JSONText
  private let lowerBound, upperBound: UInt32

  /// - Precondition: `range` lies within the first `JSONDocument.maximumCount` bytes of a text, and holds a value.
  init(_ text: JSONText, _ range: Range<Int>) {
    self.text = text
    (lowerBound, upperBound) = (UInt32(range.lowerBound), UInt32(range.upperBound))
  }

  /// The bytes of the document that hold this value.
  public var range: Range<Int> { Int(lowerBound)..<Int(upperBound) }

  /// What the value is: its elements or members, but not what stands in those.
  public var value: Value {
    switch first {
    case UInt8(ascii: "{"): .object(JSONObject(text, range))
    case UInt8(ascii: "["): .array(JSONArray(text, range))
    case UInt8(ascii: "\""): .string(text.string(range))
    case UInt8(ascii: "n") where range.count == 4: .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool(isTrue)
    default: .number(text.number(range))
    }
  }

  /// The member of an object under `key`; nil for any other value.
  public subscript(key: String) -> JSON? {
    guard first == UInt8(ascii: "{") else { return nil }
    return JSONObject(text, range).first { $0.key == key }?.value
  }

  package var isTrue: Bool { first == UInt8(ascii: "t") }

  package var isNull: Bool { first == UInt8(ascii: "n") && range.count == 4 }

  /// What a message calls a value of this kind.
  public var kindName: String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array(let elements): "a list of \(elements.count)"
    case .object: "an object"
    }
  }

  private var first: UInt8 { text.bytes[range.lowerBound] }
}

/// Text that is not JSON: what was expected and what was found, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The byte of the text, from 0.
  public let offset: Int
  /// Line and column, both from 1; columns count bytes.
  public let line: Int
  public let column: Int
  public let expected: String
  public let found: String

  public var message: String { printable("expected \(expected), found \(found)") }
  public var description: String { "line \(line), column \(column): \(message)" }
}

/// A JSON text and the value it holds.
public struct JSONDocument: Sendable {
  /// The most bytes that a text may have: a place in it takes 32 bits.
  public static let maximumCount = Int(UInt32.max)

  public let root: JSON
  private let lines: LineIndex

  /// Reads one JSON value that fills the whole text (RFC 8259, and no more: no NaN, no comments, no repeated keys).
  ///
  /// - Parameters:
  ///   - maximumDepth: how many lists and objects may stand inside each other.
  ///   - readsNonFinite: takes the words with which programs write what JSON has no number for: `NaN`, `-Infinity`,
  ///     `inf`.
  /// - Throws: `JSONError`; whatever the bytes, reading ends in a value or in this error.
  public init(_ bytes: [UInt8], maximumDepth: Int = 64, readsNonFinite: Bool = false) throws(JSONError) {
    var reader = JSONReader(bytes, maximumDepth: maximumDepth, readsNonFinite: readsNonFinite)
    root = JSON(JSONText(bytes), try reader.document())
    lines = LineIndex(bytes)
  }

  public var bytes: [UInt8] { root.text.bytes }

  /// The line and column (both from 1) of a byte.
  public func position(of offset: Int) -> (line: Int, column: Int) { lines.position(of: offset, in: bytes) }

  /// The text of a value as it was written, shortened to fit a message.
  public func excerpt(_ value: JSON, limit: Int = 40) -> String {
    let text = String(decoding: bytes[value.range].prefix(limit), as: UTF8.self)
    let oneLine = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return value.range.count > limit ? oneLine + "…" : oneLine
  }
}

/// Finds the line of a byte without counting from the beginning: every 4096 bytes the line is noted.
struct LineIndex: Sendable {
  fileprivate struct Mark {
    var line: Int
    /// Where that line begins.
    var start: Int
  }

  private static let distance = 4096
  private var marks: [Mark] = []

  init(_ bytes: [UInt8]) {
    marks.reserveCapacity(bytes.count / Self.distance + 1)
    var mark = Mark(line: 1, start: 0)
    for block in stride(from: 0, to: max(bytes.count, 1), by: Self.distance) {
      marks.append(mark)
      mark.advance(through: block..<min(block + Self.distance, bytes.count), of: bytes)
    }
  }

  /// The line and column (both from 1) of a byte.
  func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    let place = min(max(offset, 0), bytes.count)
    let block = min(place / Self.distance, marks.count - 1)
    var mark = marks[block]
    mark.advance(through: block * Self.distance..<place, of: bytes)
    return (mark.line, place - mark.start + 1)
  }
}

extension LineIndex.Mark {
  fileprivate mutating func advance(through range: Range<Int>, of bytes: [UInt8]) {
    for offset in range where bytes[offset] == 0x0A {
      line += 1
      start = offset + 1
    }
  }
}
