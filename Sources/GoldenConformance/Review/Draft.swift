import Layers

/// A file some of whose cases wait for their numbers: `expected` is absent, or `null` stands where numbers belong.
///
///     {"name": "my_step", "kind": "derived", …, "expected": null, "tolerance": {"abs": 1e-12, "rel": 1e-11}}
///     "expected": {"outputs": null, "gates": {"i": null}}
///
/// `null` for the whole asks for all that the layer has, `null` in a place for what belongs there.
struct Draft {
  /// The file with zeros in all those places, which can be read as cases.
  let text: [UInt8]
  /// By the name of the case, what was filled in: `outputs`, `gradients.weights.kernel`.
  let wanted: [String: Set<String>]

  /// How many numbers the cases of a file may wait for; a file of cases is no place for more.
  static let maximumCount = 1 << 20

  /// - Parameter absent: by the name of a case, the tensors that cannot be computed: a request for all leaves them out.
  /// - Throws: `CaseErrors` when the text is not JSON, or a case that waits says too little to know its shapes.
  init(_ bytes: [UInt8], file: String, without absent: [String: Set<String>] = [:]) throws(CaseErrors) {
    let document = try JSONDocument(cases: bytes, file: file)
    let root = Node(source: Node.Source(file: file, document: document), json: document.root, path: "", caseName: nil)
    var splices = Splices()
    var wanted: [String: Set<String>] = [:]
    var room = Self.maximumCount
    do throws(CaseError) {
      for node in try root.cases() {
        let filled = try node.fillIn(&splices, without: absent[node.caseName ?? ""] ?? [], room: &room)
        if !filled.names.isEmpty { wanted[filled.caseName] = Set(filled.names) }
      }
    } catch {
      throw CaseErrors([error])
    }
    text = splices.applied(to: bytes)
    self.wanted = wanted
  }
}

extension JSONDocument {
  /// The text of a file of cases.
  init(cases bytes: [UInt8], file: String) throws(CaseErrors) {
    do { try self.init(bytes) } catch { throw CaseErrors([CaseError(file: file, error)]) }
  }
}

extension Node {
  /// The cases of a file, each under its name.
  func cases() throws(CaseError) -> [Node] {
    guard let list = try members().first(where: { $0.key == "cases" })?.value else {
      throw error(expected: "the key \"cases\"", found: "none")
    }
    var nodes: [Node] = []
    for node in try list.list("a list of cases") {
      guard let name = try node.members().first(where: { $0.key == "name" })?.value else {
        throw node.error(expected: "the key \"name\"", found: "none")
      }
      nodes.append(node.named(try name.string()))
    }
    return nodes
  }

  /// Puts zeros where a case waits for numbers; gives the case's name and the names of those tensors.
  fileprivate func fillIn(
    _ splices: inout Splices, without absent: Set<String>, room: inout Int
  ) throws(CaseError) -> (caseName: String, names: [String]) {
    let members = try members()
    func member(_ key: String) -> Node? { members.first { $0.key == key }?.value }
    let expected = member("expected")
    let gradients = member("expected_gradients")
    let waits = expected.map { $0.json.holdsNull } ?? (member("training") == nil)
    let name = caseName ?? ""
    guard waits || gradients?.json.holdsNull == true else { return (name, []) }
    try requireDerived(member("kind"))
    let tables = try zeros(member, without: absent, room: &room)
    var names: [String] = []
    let scalar = try member("dtype")?.choice(CaseScalar.self, what: "a scalar type") ?? .float64
    if let expected {
      names += try expected.fillNulls(from: tables.outputs, under: "", scalar, &splices)
    } else {
      // A new member stands before the tolerance, where the generators write it.
      guard let before = member("tolerance") else { throw error(expected: "the key \"tolerance\"", found: "none") }
      let start = source.document.keyStart(of: before.json)
      let pad = source.document.indentation(at: start)
      let object = GoldenText.object(tables.outputs.entries, scalar, pad: pad)
      splices.replace(start..<start, with: "\"expected\": \(object),\n\(pad)")
      names += tables.outputs.names
    }
    if let gradients {
      let own = try gradients.fillNulls(from: tables.gradients, under: "", scalar, &splices)
      names += own.map { "gradients.\($0)" }
    }
    return (name, names)
  }

  private func requireDerived(_ kind: Node?) throws(CaseError) {
    guard let kind else { throw error(expected: "the key \"kind\"", found: "none") }
    guard try kind.choice(Case.Kind.self, what: "a kind of case") == .derived else {
      throw kind.error(
        expected: "\"derived\" for a case whose numbers are still to be computed "
          + "(a documented number is copied from its source, a reference one made by a script)")
    }
  }

  /// Zeros in the shapes of all that the layer of this case can be asked for.
  ///
  /// - Parameter room: how many numbers the file may still wait for.
  private func zeros(
    _ member: (String) -> Node?, without absent: Set<String>, room: inout Int
  ) throws(CaseError) -> (outputs: TensorTable, gradients: TensorTable) {
    func required(_ key: String) throws(CaseError) -> Node {
      guard let node = member(key) else { throw error(expected: "the key \"\(key)\"", found: "none") }
      return node
    }
    let layout = try required("layout").choice(Framework.self, what: "a layout")
    let model = try Model(layout: layout, layer: try required("layer"), config: try required("config"))
    let inputs = try required("inputs").members()
    guard let x = inputs.first(where: { $0.key == "x" })?.value else {
      throw try required("inputs").error(expected: "the key \"x\"", found: "none")
    }
    let xTensor = try x.tensor(model.vocabulary.map { .index(below: $0) } ?? .real(.float64))
    let weights = try member("weights")?.members().map(\.key) ?? []
    let signature = try x.signature(of: model, x: xTensor.shape)
    let specs = signature.outputs + signature.weights.filter { weights.contains($0.name) } + signature.inputs
    let count = specs.numberCount
    guard count <= room else {
      throw error(
        expected: "cases that wait for at most \(Draft.maximumCount) numbers in one file",
        found: "\(count) for x of shape \(xTensor.shape)" + (room < Draft.maximumCount ? ", and others before" : ""))
    }
    room -= count
    let given = inputs.map(\.key)
    var (outputs, gradients) = (TensorTable(), TensorTable())
    // What a cell computes at a skipped step has no effect, and frameworks differ in it.
    let skips = given.contains("mask") || given.contains("lengths")
    for spec in signature.outputs where !absent.contains(spec.name) && !(skips && spec.name.hasPrefix("gates.")) {
      outputs[spec.name] = spec.zeros
    }
    for spec in signature.weights where weights.contains(spec.name) {
      gradients["weights.\(spec.name)"] = spec.zeros
    }
    for spec in signature.inputs where !["mask", "label"].contains(spec.name) {
      let key = String(spec.name.prefix { $0 != "[" })
      guard given.contains(key), spec.name != "x" || model.vocabulary == nil else { continue }
      gradients["inputs.\(spec.name)"] = spec.zeros
    }
    return (outputs, gradients)
  }

  /// Replaces every `null` by the tensors that belong there; gives their names.
  private func fillNulls(
    from table: TensorTable, under name: String, _ scalar: CaseScalar, _ splices: inout Splices
  ) throws(CaseError) -> [String] {
    if isNull {
      let own = table.entries.filter { name.isEmpty || $0.name.isAt(name) }
      guard !own.isEmpty else {
        throw error(expected: "a name of something that the layer gives", found: "\"\(name)\"")
      }
      let rest = own.map { TensorTable.Entry(name: String($0.name.dropFirst(name.count)), tensor: $0.tensor) }
      let pad = source.document.indentation(at: json.range.lowerBound)
      let text =
        name.isEmpty ? GoldenText.object(rest, scalar, pad: pad) : GoldenText.value(rest, scalar, pad: pad)
      splices.replace(json.range, with: text)
      return own.map(\.name)
    }
    var names: [String] = []
    switch json.value {
    case .object:
      for (key, value) in try members() where value.json.holdsNull {
        names += try value.fillNulls(from: table, under: name.isEmpty ? key : "\(name).\(key)", scalar, &splices)
      }
    case .array:
      for (place, value) in try list().enumerated() where value.json.holdsNull {
        names += try value.fillNulls(from: table, under: "\(name)[\(place)]", scalar, &splices)
      }
    default: break
    }
    return names
  }
}

extension TensorSpec {
  fileprivate var zeros: NumericTensor {
    NumericTensor(shape: shape, values: [Double](repeating: 0, count: shape.reduce(1, *)))
  }
}

extension String {
  /// The name itself, or one inside it: `gates.i` is at `gates`, `states[0]` at `states`.
  fileprivate func isAt(_ name: String) -> Bool { self == name || hasPrefix(name + ".") || hasPrefix(name + "[") }
}

extension JSON {
  /// A `null` stands here or somewhere inside.
  var holdsNull: Bool {
    switch value {
    case .null: true
    case .array(let elements): elements.contains { $0.holdsNull }
    case .object(let members): members.contains { $0.value.holdsNull }
    default: false
    }
  }

  /// The value under a tensor's name: `gates.i`, `states[1]`, `weights.0/kernel`.
  func at(_ name: String) -> JSON? {
    let rest = name.drop { $0 == "." }
    if rest.isEmpty { return self }
    if rest.first == "[" {
      let digits = rest.dropFirst().prefix { $0.isNumber }
      guard case .array(let elements) = value, let place = Int(digits), place < elements.count else { return nil }
      return elements[place].at(String(rest.dropFirst(digits.count + 2)))
    }
    let key = rest.prefix { $0 != "." && $0 != "[" }
    return self[String(key)]?.at(String(rest.dropFirst(key.count)))
  }
}

extension JSONDocument {
  /// The first byte of the key that stands before a member's value.
  func keyStart(of value: JSON) -> Int {
    guard let end = bytes[..<value.range.lowerBound].lastIndex(of: UInt8(ascii: "\"")) else {
      return value.range.lowerBound
    }
    return bytes[..<end].lastIndex(of: UInt8(ascii: "\"")) ?? end
  }
}
