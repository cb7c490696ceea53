/// One value of a JSON document, with the place it was read from.
///
/// Numbers keep their place, so that a message can quote them as they were written. Members of an object keep their
/// order, and no key occurs twice (`JSONReader` refuses that).
public struct JSON: Sendable {
  public enum Value: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])
  }

  public struct Member: Sendable {
    public let key: String
    public let value: JSON
  }

  public let value: Value
  /// The bytes of the document that hold this value.
  public let range: Range<Int>

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

/// Text that is not JSON: what was expected and what was found, at which line and column (both from 1, columns in bytes).
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  public let line: Int
  public let column: Int
  public let message: String

  public var description: String { "line \(line), column \(column): \(message)" }
}

/// A JSON text and the value it holds.
public struct JSONDocument: Sendable {
  public let bytes: [UInt8]
  public let root: JSON

  /// Reads one JSON value that fills the whole text (RFC 8259, and no more: no NaN, no comments, no repeated keys).
  ///
  /// - Parameters:
  ///   - maximumDepth: how many lists and objects may stand inside each other.
  ///   - readsNonFinite: takes the words with which programs write what JSON has no number for: `NaN`, `-Infinity`, `inf`.
  /// - Throws: `JSONError`; whatever the bytes, reading ends in a value or in this error.
  public init(_ bytes: [UInt8], maximumDepth: Int = 64, readsNonFinite: Bool = false) throws(JSONError) {
    self.bytes = bytes
    var reader = JSONReader(bytes, maximumDepth: maximumDepth, readsNonFinite: readsNonFinite)
    root = try reader.document()
  }

  /// The line and column (both from 1) of a byte.
  public func position(of offset: Int) -> (line: Int, column: Int) { JSONReader.position(of: offset, in: bytes) }

  /// The text of a value as it was written, shortened to fit a message.
  public func excerpt(_ value: JSON, limit: Int = 40) -> String {
    let text = String(decoding: bytes[value.range].prefix(limit), as: UTF8.self)
    let oneLine = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return value.range.count > limit ? oneLine + "…" : oneLine
  }
}
