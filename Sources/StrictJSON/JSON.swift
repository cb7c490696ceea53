/// One value of a JSON document, with the place it was read from.
///
/// Numbers keep their place, so that a message can quote them as they were written. Members of an object keep their
/// order, and no key occurs twice (`JSONReader` refuses that). A value takes 32 bytes, a number in a list of numbers 8.
public struct JSON: Sendable {
  public enum Value: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array(JSONArray)
    case object([Member])
  }

  public struct Member: Sendable {
    public let key: String
    public let value: JSON
  }

  public let value: Value
  private let lowerBound, upperBound: UInt32

  /// - Precondition: `range` lies within the first `JSONDocument.maximumCount` bytes of a document.
  init(value: Value, range: Range<Int>) {
    self.value = value
    (lowerBound, upperBound) = (UInt32(range.lowerBound), UInt32(range.upperBound))
  }

  /// The bytes of the document that hold this value.
  public var range: Range<Int> { Int(lowerBound)..<Int(upperBound) }

  /// The member of an object under `key`; nil for any other value.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }

  package var isTrue: Bool {
    if case .bool(true) = value { return true }
    return false
  }

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

  public var message: String { escapingControls("expected \(expected), found \(found)") }
  public var description: String { "line \(line), column \(column): \(message)" }
}

/// A JSON text and the value it holds.
public struct JSONDocument: Sendable {
  /// The most bytes that a text may have: a place in it takes 32 bits.
  public static let maximumCount = Int(UInt32.max)

  public let bytes: [UInt8]
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
    self.bytes = bytes
    var reader = JSONReader(bytes, maximumDepth: maximumDepth, readsNonFinite: readsNonFinite)
    root = try reader.document()
    lines = LineIndex(bytes)
  }

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

/// A text as a terminal may show it: control characters are escaped, so that nothing from a file acts on the terminal;
/// so are those that change the direction of the writing, which would show a line in another order.
package func escapingControls(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: \.isControl) else { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if scalar.isControl {
      shown += JSONValue.escape(scalar)
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}

/// A text from a file in a message: in quotes, control characters escaped, cut after `limit` letters.
package func quotedEscapingControls(_ text: String, limit: Int) -> String {
  let isLong = text.unicodeScalars.count > limit
  return "\"" + escapingControls(String(text.unicodeScalars.prefix(limit))) + (isLong ? "…" : "") + "\""
}
