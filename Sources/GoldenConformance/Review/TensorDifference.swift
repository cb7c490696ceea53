/// The numbers of one expected tensor that are not the same before and after.
public struct TensorDifference: Sendable {
  public struct Element: Sendable {
    /// `sample 0, step 2, unit 1`.
    public let place: String
    /// nil where there was no number.
    public let old: Double?
    public let new: Double
    public let deviation: Deviation
  }

  public let tensor: String
  public let shape: [Int]
  /// How many numbers the tensor has, changed or not.
  public let count: Int
  /// Those that are not the same, the largest difference first.
  public let elements: [Element]

  /// What differs between the numbers of a case and those that stand in its older text.
  static func all(_ golden: Case, old: JSON, in document: JSONDocument) -> [TensorDifference] {
    let source = Node.Source(file: golden.file, document: document)
    return golden.expectedNames.compactMap { name in
      guard let new = golden.expectedTensor(name) else { return nil }
      let node = old.at(golden.place(of: name)).map {
        Node(source: source, json: $0, path: "", caseName: golden.name)
      }
      return TensorDifference(name, golden, new, old: node?.numbers)
    }
  }

  private init?(_ name: String, _ golden: Case, _ new: NumericTensor, old: NumericTensor?) {
    let comparable = old?.shape == new.shape && old?.values.count == new.values.count && old?.indices == new.indices
    let axes = golden.axes(of: name)
    let elements = new.values.enumerated().compactMap { place, value -> Element? in
      let before = comparable ? old?.values[place] : nil
      guard before != value else { return nil }
      let coordinates = new.coordinates(of: new.indices?[place] ?? place)
      return Element(
        place: zip(axes, coordinates).map { "\($0.rawValue) \($1)" }.joined(separator: ", "), old: before, new: value,
        deviation: before.map { Deviation(got: value, want: $0, scalar: golden.dtype) } ?? Deviation())
    }
    guard !elements.isEmpty else { return nil }
    self.elements = elements.enumerated().sorted {
      let (a, b) = ($0.element.deviation.absolute, $1.element.deviation.absolute)
      return a == b ? $0.offset < $1.offset : a > b
    }.map(\.element)
    tensor = name
    shape = new.shape
    count = new.values.count
  }
}

extension Node {
  /// A tensor or a plain list; nil for anything else, such as the `null` of a case that waits.
  fileprivate var numbers: NumericTensor? {
    if case .array = json.value { return try? vector() }
    return try? tensor(.real(.float64), sampled: true)
  }
}

extension Case {
  /// The names of all expected tensors, in the order of the file.
  var expectedNames: [String] {
    switch task {
    case .run(let run): run.expected.names + run.expectedGradients.names.map { "gradients.\($0)" }
    case .fit(let fit): fit.expected.names
    }
  }

  fileprivate func axes(of name: String) -> [TensorAxis] {
    if case .fit(let fit) = task { return fit.outputs.first { $0.name == name }?.axes ?? [] }
    let specs =
      signature.outputs
      + signature.inputs.map { $0.renamed("gradients.inputs.\($0.name)") }
      + signature.weights.map { $0.renamed("gradients.weights.\($0.name)") }
    return specs.first { $0.name == name }?.axes ?? []
  }
}

// MARK: Text

extension Pending.Item {
  /// The case, and tensor by tensor old beside new, at most `limit` numbers of each.
  public func text(limit: Int = 8) -> String {
    let kind = "\(golden.kind.rawValue), \(golden.dtype.rawValue), \(golden.layout.rawValue) \(golden.layer)"
    var lines = ["\(golden.shownName)  (\(kind))"]
    lines += differences.flatMap { $0.lines(limit: limit) }
    if differences.isEmpty { lines.append("  the same numbers, written otherwise") }
    if let refusal { lines.append("  cannot be accepted: \(refusal)") }
    guard golden.kind == .derived else { return lines.joined(separator: "\n") }
    switch Outcome(golden, by: LayersImplementation()).verdict {
    case .compared(let comparison) where comparison.agrees: lines.append("  the layers give the new numbers too")
    case .compared(let comparison): lines.append("  the layers differ: \(comparison.first?.text ?? "")")
    case .failed(let reason), .unsupported(let reason): lines.append("  the layers cannot compute it: \(reason)")
    }
    if let script = golden.script {
      lines.append("  note: \(script) makes this case; change it too, or the next run brings the old numbers back")
    }
    return lines.joined(separator: "\n")
  }
}

extension TensorDifference {
  fileprivate func lines(limit: Int) -> [String] {
    let isNew = elements.allSatisfy { $0.old == nil }
    let what = isNew ? "\(count) new numbers" : "\(elements.count) of \(count) numbers differ, largest difference first"
    let rows =
      [isNew ? ["", "new"] : ["", "old", "new", "absolute", "relative", "ulp"]]
      + elements.prefix(limit).map { isNew ? [$0.place, "\($0.new)"] : $0.row }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }
      return "    " + cells.joined(separator: "  ")
    }
    let rest = elements.count - min(limit, elements.count)
    return ["  \(tensor) \(shape): \(what)"] + table + (rest > 0 ? ["    … and \(rest) more"] : [])
  }
}

extension TensorDifference.Element {
  fileprivate var row: [String] {
    guard let old else { return [place, "none", "\(new)", "", "", ""] }
    return [place, "\(old)", "\(new)"] + [deviation.absolute, deviation.relative, deviation.ulps].map(short)
  }
}
