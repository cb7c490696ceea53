import StrictJSON
import TextLayout

/// Reads the header of a file: objects of known keys, strings and lists of whole numbers.
///
/// | Part           | JSON                                                             |
/// |----------------|------------------------------------------------------------------|
/// | `__metadata__` | an object of strings, or null                                    |
/// | a tensor       | an object of `dtype`, `shape` and `data_offsets`, and no others  |
/// | numbers        | whole, without sign, point and exponent                          |
struct HeaderReader {
  struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  private let document: JSONDocument
  private let file: String

  /// - Throws: `SafetensorsError` with the byte of the header where it is not JSON, or not an object.
  init(_ bytes: ArraySlice<UInt8>, file: String) throws(SafetensorsError) {
    self.file = file
    guard bytes.first == UInt8(ascii: "{") else {
      let start = String(decoding: bytes.prefix(16), as: UTF8.self)
      throw SafetensorsError(
        file: file, expected: "a header that begins with {", received: start.isEmpty ? "its end" : quoted(start))
    }
    do {
      document = try JSONDocument(Array(bytes), maximumDepth: 8)
    } catch {
      throw SafetensorsError(
        file: file, expected: "\(error.expected) at byte \(error.offset) of the header", received: error.found)
    }
  }

  /// The tensors in the order of the header, and the texts.
  func header() throws(SafetensorsError) -> (entries: [Entry], metadata: [String: String]) {
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    for member in try members(of: document.root, of: nil) {
      if member.key == metadataKey {
        metadata = try texts(member.value)
      } else {
        entries.append(try entry(member.key, member.value))
      }
    }
    return (entries, metadata)
  }

  private func texts(_ json: JSON) throws(SafetensorsError) -> [String: String] {
    // The format's own reader takes null for none.
    if case .null = json.value { return [:] }
    var texts: [String: String] = [:]
    for member in try members(of: json, of: nil) { texts[member.key] = try text(member.value, of: nil) }
    return texts
  }

  private func entry(_ name: String, _ json: JSON) throws(SafetensorsError) -> Entry {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    for member in try members(of: json, of: name) {
      switch member.key {
      case "dtype":
        let word = try text(member.value, of: name)
        type = ElementType(rawValue: word)
        let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
        if type == nil { throw error(name, "a dtype of \(known)", quoted(word)) }
      case "shape": shape = try numbers(member.value, of: name)
      case "data_offsets": offsets = try numbers(member.value, of: name)
      default: throw error(name, "the keys dtype, shape and data_offsets", quoted(member.key))
      }
    }
    guard let type else { throw error(name, "a dtype", "none") }
    guard let shape else { throw error(name, "a shape", "none") }
    guard let offsets, offsets.count == 2 else {
      throw error(name, "data_offsets [begin, end]", offsets.map { "\($0.prefix(9))" } ?? "none")
    }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  // MARK: Values

  private func members(of json: JSON, of tensor: String?) throws(SafetensorsError) -> JSONObject {
    guard case .object(let members) = json.value else { throw unexpected(json, tensor, "an object") }
    return members
  }

  private func text(_ json: JSON, of tensor: String?) throws(SafetensorsError) -> String {
    guard case .string(let text) = json.value else { throw unexpected(json, tensor, "a string") }
    return text
  }

  /// Whole numbers, read from their digits: a `Double` does not hold all of them.
  private func numbers(_ json: JSON, of tensor: String?) throws(SafetensorsError) -> [Int] {
    guard case .array(let elements) = json.value else { throw unexpected(json, tensor, "a list of whole numbers") }
    var numbers: [Int] = []
    for element in elements {
      let digits = document.bytes[element.range]
      guard digits.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(String(decoding: digits, as: UTF8.self))
      else { throw unexpected(element, tensor, "a whole number of at most \(Int.max)") }
      numbers.append(number)
    }
    return numbers
  }

  // MARK: Errors

  private func unexpected(_ json: JSON, _ tensor: String?, _ expected: String) -> SafetensorsError {
    error(tensor, "\(expected) at byte \(json.range.lowerBound) of the header", document.excerpt(json, limit: 16))
  }

  private func error(_ tensor: String?, _ expected: String, _ received: String) -> SafetensorsError {
    SafetensorsError(file: file, tensor: tensor, expected: expected, received: received)
  }
}
