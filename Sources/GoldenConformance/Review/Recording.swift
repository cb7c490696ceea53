import Files
import Foundation

/// Numbers that a file of cases lacks or that come out otherwise today, written beside the file as `FILE.new`.
///
/// The file itself is never changed: `Pending` shows the difference and accepts or rejects it. Derived cases are
/// computed by the reference network in `Double`. All others are computed by the layers, to show the difference; their
/// numbers cannot be accepted.
public struct Recording: Sendable {
  /// A case whose numbers are new.
  public struct Change: Sendable {
    public let caseName: String
    /// `outputs`, `gradients.weights.kernel`: what the file has otherwise, or not at all.
    public let tensors: [String]
  }

  public let file: String
  public let changes: [Change]
  /// Cases that cannot be computed, and why.
  public let failures: [String]
  let text: [UInt8]

  public var newFile: String { Self.newFile(of: file) }

  static func newFile(of file: String) -> String { file + ".new" }

  /// Computes the cases of one file whose names `isAsked` admits.
  ///
  /// - Throws: `CaseErrors` when it is not a file of cases.
  public init(_ file: String, only isAsked: (String) -> Bool = { _ in true }) throws(CaseErrors) {
    self.file = file
    let draft = try Self.draft(of: file)
    let cases = try CaseFile(draft.text, file: file).cases
    let document = try JSONDocument(cases: draft.text, file: file)
    var splices = Splices()
    var changes: [Change] = []
    var failures: [String] = []
    for (place, golden) in cases.enumerated() where isAsked(golden.name) {
      let waiting = draft.wanted[golden.name] ?? []
      let results: TensorTable
      do {
        results = try golden.recordingImplementation.run(golden)
      } catch {
        failures.append("\(golden.shownName): \(error)")
        continue
      }
      let lines = Comparator(golden).compare(results).lines
      let names = lines.filter { $0.wrong > 0 || waiting.contains($0.tensor) }.map(\.tensor)
      guard !names.isEmpty, let json = document.root.at("cases[\(place)]") else { continue }
      for name in names {
        let result = waiting.contains(name) ? results[name] : results[name].map { golden.keepingRight($0, name) }
        golden.write(result, name, of: json, document, &splices)
      }
      changes.append(Change(caseName: golden.name, tensors: names))
    }
    self.changes = changes
    self.failures = failures
    let filled = try JSONDocument(cases: splices.applied(to: draft.text), file: file)
    let names = Set(changes.map(\.caseName))
    text = try Self.text(of: file, with: filled, where: cases.map { names.contains($0.name) })
  }

  /// The file with some of its cases as they are in another text; all others byte for byte.
  private static func text(
    of file: String, with other: JSONDocument, where isChanged: [Bool]
  ) throws(CaseErrors) -> [UInt8] {
    let own = try JSONDocument(cases: try Suite.bytes(of: file), file: file)
    var splices = Splices()
    for (place, pair) in zip(own.caseList, other.caseList).enumerated() where isChanged[place] {
      splices.replace(pair.0.range, with: String(decoding: other.bytes[pair.1.range], as: UTF8.self))
    }
    return splices.applied(to: own.bytes)
  }

  /// The file with all places filled that the formulas have numbers for.
  private static func draft(of file: String) throws(CaseErrors) -> Draft {
    let bytes = try Suite.bytes(of: file)
    let all = try Draft(bytes, file: file)
    var absent: [String: Set<String>] = [:]
    for golden in try CaseFile(all.text, file: file).cases {
      guard let waiting = all.wanted[golden.name] else { continue }
      if let given = try? golden.recordingImplementation.run(golden).names {
        absent[golden.name] = waiting.subtracting(given)
      }
    }
    return absent.values.allSatisfy(\.isEmpty) ? all : try Draft(bytes, file: file, without: absent)
  }

  /// Writes `FILE.new`, whole or not at all, and never over another file.
  ///
  /// - Throws: `ReviewError` when that file is there already with other numbers, `FileError` when it cannot be written.
  public func write() throws {
    if let pending = FileManager.default.contents(atPath: newFile) {
      guard [UInt8](pending) == text else {
        throw ReviewError("\(newFile): expected no file, received numbers that wait for review: --review them first")
      }
      return
    }
    try OutputFile(newFile).create(text)
  }
}

extension Case {
  /// What computes the numbers that are recorded.
  var recordingImplementation: any Implementation {
    kind == .derived ? ReferenceImplementation() : LayersImplementation(scalar: nil)
  }

  /// The key path of a result in the JSON of its case.
  func place(of name: String) -> String {
    if case .fit = task { return "expected_training.\(name)" }
    return name.hasPrefix("gradients.") ? "expected_\(name)" : "expected.\(name)"
  }

  /// The new numbers, and the old ones where those are right within the tolerance: only real differences are recorded.
  fileprivate func keepingRight(_ new: NumericTensor, _ name: String) -> NumericTensor {
    guard let old = expectedTensor(name), old.shape == new.shape,
      let bound = name.hasPrefix("gradients.") ? tolerance.gradients : tolerance.values
    else { return new }
    var kept = new
    for (k, value) in old.values.enumerated() {
      let place = old.indices?[k] ?? k
      if bound.allows(got: new.values[place], want: value) { kept.values[place] = value }
    }
    return kept
  }

  fileprivate func write(
    _ tensor: NumericTensor?, _ name: String, of json: JSON, _ document: JSONDocument, _ splices: inout Splices
  ) {
    guard var tensor, let old = json.at(place(of: name)) else { return }
    if let kept = expectedTensor(name)?.indices {
      tensor = NumericTensor(shape: tensor.shape, values: kept.map { tensor.values[$0] }, indices: kept)
    }
    let pad = document.indentation(at: old.range.lowerBound)
    if case .array = old.value {
      let numbers = tensor.values.map { GoldenText.number($0, .float64) }
      splices.replace(old.range, with: GoldenText.list(numbers, width: 8, pad: pad))
    } else {
      splices.replace(old.range, with: GoldenText.tensor(tensor, dtype, pad: pad))
    }
  }

  /// An expected tensor under its name among the results.
  func expectedTensor(_ name: String) -> NumericTensor? {
    switch task {
    case .run(let run):
      name.hasPrefix("gradients.") ? run.expectedGradients[String(name.dropFirst(10))] : run.expected[name]
    case .fit(let fit): fit.expected[name]
    }
  }
}
