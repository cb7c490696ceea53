/// A value on its way into a case: it knows its file and its key path, so that every complaint names both.
package struct Node {
  /// The file that is being read.
  package final class Source: Sendable {
    package let file: String
    package let document: JSONDocument

    package init(file: String, document: JSONDocument) {
      self.file = file
      self.document = document
    }
  }

  package let source: Source
  package let json: JSON
  package let path: String
  package let caseName: String?

  package init(source: Source, json: JSON, path: String, caseName: String?) {
    (self.source, self.json, self.path, self.caseName) = (source, json, path, caseName)
  }

  /// The value that fills a file; `file` is its name in messages.
  ///
  /// - Throws: `CaseError` with the place where the bytes are no JSON.
  package static func root(of bytes: [UInt8], file: String) throws(CaseError) -> Node {
    let document: JSONDocument
    do { document = try JSONDocument(bytes) } catch { throw CaseError(file: file, error) }
    return Node(source: Source(file: file, document: document), json: document.root, path: "", caseName: nil)
  }

  package func with(_ json: JSON, _ path: String) -> Node {
    Node(source: source, json: json, path: path, caseName: caseName)
  }

  package func named(_ name: String) -> Node { Node(source: source, json: json, path: path, caseName: name) }

  // MARK: Complaints

  package func error(expected: String, found: String) -> CaseError {
    let position = source.document.position(of: json.range.lowerBound)
    return CaseError(
      file: source.file, line: position.line, column: position.column, caseName: caseName, keyPath: path,
      expected: expected, found: found)
  }

  package func error(expected: String) -> CaseError {
    error(expected: expected, found: source.document.excerpt(json))
  }

  // MARK: Plain values

  package func string() throws(CaseError) -> String {
    guard case .string(let text) = json.value else { throw error(expected: "a string") }
    return text
  }

  /// One of the names of an enumeration.
  package func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type, what: String
  ) throws(CaseError) -> Choice where Choice.RawValue == String {
    guard case .string(let text) = json.value, let choice = Choice(rawValue: text) else {
      throw error(expected: "\(what) (one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")))")
    }
    return choice
  }

  package func bool() throws(CaseError) -> Bool {
    guard case .bool(let flag) = json.value else { throw error(expected: "true or false") }
    return flag
  }

  /// A flag that ONNX writes as a number.
  package func zeroOrOne() throws(CaseError) -> Bool {
    guard case .number(let number) = json.value, number == 0 || number == 1 else { throw error(expected: "0 or 1") }
    return number == 1
  }

  package func number(atLeast least: Double? = nil, above: Double? = nil, below: Double? = nil) throws(CaseError)
    -> Double
  {
    guard case .number(let number) = json.value, number.isFinite else { throw error(expected: "a finite number") }
    if let least, number < least { throw error(expected: "a number of at least \(least)") }
    if let above, number <= above { throw error(expected: "a number greater than \(above)") }
    if let below, number >= below { throw error(expected: "a number less than \(below)") }
    return number
  }

  package func integer(in range: ClosedRange<Int>) throws(CaseError) -> Int {
    guard case .number(let number) = json.value, let integer = Int(exactly: number), range.contains(integer) else {
      throw error(expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// The text of the value on one line; outside of strings JSON may break anywhere.
  package var line: String {
    String(decoding: source.document.bytes[json.range].filter { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }

  package var isNull: Bool { json.isNull }

  // MARK: Lists and objects

  package func list(_ what: String = "a list") throws(CaseError) -> NodeList {
    guard case .array(let elements) = json.value else { throw error(expected: what) }
    return NodeList(owner: self, elements: elements)
  }

  /// The members of an object, in their order.
  package func members() throws(CaseError) -> NodeMembers {
    guard case .object(let members) = json.value else { throw error(expected: "an object") }
    return NodeMembers(owner: self, members: members)
  }

  /// The members of an object whose keys are all known; absent ones are left for `Members.required` to complain of.
  package func object(_ known: [String]) throws(CaseError) -> Members {
    var found: [String: Node] = [:]
    for (key, value) in try members() {
      guard known.contains(key) else {
        throw value.error(
          expected: known.isEmpty ? "no key here" : "one of the keys \(known.joined(separator: ", "))",
          found: "the unknown key \"\(key)\"")
      }
      found[key] = value
    }
    return Members(owner: self, found: found)
  }
}

/// The elements of a list, made one after another: a long list takes no memory.
package struct NodeList: Sequence {
  fileprivate let owner: Node
  fileprivate let elements: JSONArray

  package var count: Int { elements.count }
  package var isEmpty: Bool { elements.isEmpty }

  package func makeIterator() -> AnyIterator<Node> {
    var rest = elements.makeIterator()
    var place = -1
    return AnyIterator {
      place += 1
      return rest.next().map { owner.with($0, "\(owner.path)[\(place)]") }
    }
  }
}

/// The members of an object, made one after another: many members take no memory.
package struct NodeMembers: Sequence {
  fileprivate let owner: Node
  fileprivate let members: JSONObject

  package func makeIterator() -> AnyIterator<(key: String, value: Node)> {
    let path = owner.path
    var rest = members.makeIterator()
    return AnyIterator {
      rest.next().map { ($0.key, owner.with($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)")) }
    }
  }
}

/// The members of an object by key.
package struct Members {
  package let owner: Node
  package let found: [String: Node]

  package subscript(key: String) -> Node? { found[key] }

  package func required(_ key: String) throws(CaseError) -> Node {
    guard let node = found[key] else { throw owner.error(expected: "the key \"\(key)\"", found: "none") }
    return node
  }

  package func bool(_ key: String, default value: Bool) throws(CaseError) -> Bool { try found[key]?.bool() ?? value }
}
