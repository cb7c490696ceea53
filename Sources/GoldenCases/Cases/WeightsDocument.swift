/// The weights that a JSON file holds: a case of the schema, or an object with the keys `weights`, `dtype` and
/// `layout`.
///
///     {"layout": "keras", "dtype": "float32", "weights": {"kernel": {"shape": [2, 3], "data": [ … ]}, … }}
public struct WeightsDocument: Sendable {
  public let scalar: CaseScalar
  public let weights: TensorTable

  /// Reads the bytes of a file; `file` is its name in messages.
  ///
  /// - Throws: `CaseError` naming the place, what was expected and what was found.
  public init(_ bytes: [UInt8], file: String) throws(CaseError) {
    var node = try Node.root(of: bytes, file: file)
    if let list = try node.members().first(where: { $0.key == "cases" })?.value {
      let cases = try list.list("a list of cases")
      let rest = cases.makeIterator()
      guard let first = rest.next(), rest.next() == nil else {
        throw list.error(expected: "one case", found: "\(cases.count)")
      }
      node = first
    }
    let members = try node.members()
    let dtype = members.first { $0.key == "dtype" }?.value
    let scalar = try dtype?.choice(CaseScalar.self, what: "a scalar type") ?? .float64
    guard let own = members.first(where: { $0.key == "weights" })?.value else {
      throw node.error(expected: "the key \"weights\"", found: "none")
    }
    var weights = TensorTable()
    for (name, tensor) in try own.members() { weights[name] = try tensor.tensor(.real(scalar)) }
    self.scalar = scalar
    self.weights = weights
  }

  /// The text of such a file: one tensor a line.
  public static func text(_ weights: TensorTable, scalar: CaseScalar, layout: String) -> String {
    let lines = weights.entries.map { entry in
      "  \(JSONValue.string(entry.name).text()): \(entry.tensor.json(scalar: scalar).text())"
    }
    return "{\"layout\": \(JSONValue.string(layout).text()), \"dtype\": \"\(scalar.rawValue)\", \"weights\": {\n"
      + lines.joined(separator: ",\n") + "\n}}\n"
  }
}

extension NumericTensor {
  /// A tensor whose numbers are the shortest decimals that read back in their own scalar type.
  func json(scalar: CaseScalar) -> JSONValue {
    let data = values.map { JSONValue.verbatim(scalar == .float32 ? "\(Float($0))" : "\($0)") }
    return .object([("shape", .integers(shape)), ("data", .array(data))])
  }
}
