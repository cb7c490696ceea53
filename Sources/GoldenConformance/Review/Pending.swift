import Files
import Foundation
import TextLayout

/// A file of cases and the `FILE.new` beside it: which numbers differ, and what is done with them.
public struct Pending: Sendable {
  /// One case that has other numbers in the new file.
  public struct Item: Sendable {
    public let golden: Case
    public let differences: [TensorDifference]
    /// Why its numbers cannot be accepted from here; nil when they can.
    public let refusal: String?
    let oldRange: Range<Int>
    let newRange: Range<Int>
  }

  public let file: String
  public private(set) var items: [Item] = []
  private var old: [UInt8]
  private var new: [UInt8]

  public var newFile: String { Recording.newFile(of: file) }

  /// - Throws: `CaseErrors` when one of the two is not a file of cases, `ReviewError` when they hold different cases.
  public init(_ file: String) throws {
    self.file = file
    (old, new) = (try Suite.bytes(of: file), try Suite.bytes(of: Recording.newFile(of: file)))
    try read()
  }

  /// Every `FILE.new` at the paths, by the name of its `FILE`.
  public static func files(at paths: [String]) throws(CaseErrors) -> [String] {
    var found: [String] = []
    for path in paths {
      let path = path.hasSuffix(".json.new") ? String(path.dropLast(4)) : path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CaseErrors([CaseError(file: path, expected: "a file or folder of cases", found: "nothing")])
      }
      if isFolder.boolValue {
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        found += names.filter { $0.hasSuffix(".json.new") }.sorted().map { "\(base)/\($0.dropLast(4))" }
      } else if FileManager.default.fileExists(atPath: Recording.newFile(of: path)) {
        found.append(path)
      }
    }
    return found
  }

  private mutating func read() throws {
    let (before, after) = (try JSONDocument(cases: old, file: file), try JSONDocument(cases: new, file: newFile))
    // A case that still waits for its numbers may stand beside those that have new ones.
    let draft = try Draft(new, file: newFile)
    let cases = try CaseFile(draft.text, file: newFile).cases
    let (left, right) = (before.caseList, after.caseList)
    guard left.count == right.count, before.between(left) == after.between(right) else { throw stale("other text") }
    items = []
    for (place, golden) in cases.enumerated() {
      let (a, b) = (left[place], right[place])
      guard old[a.range] != new[b.range] else { continue }
      guard before.fixedMembers(a) == after.fixedMembers(b), draft.wanted[golden.name] == nil else {
        throw stale("case \"\(golden.shownName)\" with something else")
      }
      items.append(
        Item(
          golden: golden, differences: TensorDifference.all(golden, old: a, in: before), refusal: golden.refusal,
          oldRange: a.range, newRange: b.range))
    }
  }

  private func stale(_ found: String) -> ReviewError {
    ReviewError(
      "\(newFile): expected the cases of \(file) with other numbers alone, received \(found): record it again")
  }

  // MARK: Decisions

  /// Puts the new numbers of some cases into the file.
  ///
  /// - Throws: `ReviewError` for a case whose numbers are not made here, `FileError` when the file cannot be written.
  public mutating func accept(_ names: Set<String>) throws {
    let chosen = items.filter { names.contains($0.golden.name) }
    for item in chosen {
      if let refusal = item.refusal { throw ReviewError("case \"\(item.golden.shownName)\": \(refusal)") }
    }
    var splices = Splices()
    for item in chosen {
      splices.replace(item.oldRange, with: String(decoding: new[item.newRange], as: UTF8.self))
    }
    let text = splices.applied(to: old)
    try OutputFile(file).write(text)
    old = text
    try settle()
  }

  /// Takes the new numbers of some cases out of the new file.
  public mutating func reject(_ names: Set<String>) throws {
    var splices = Splices()
    for item in items where names.contains(item.golden.name) {
      splices.replace(item.newRange, with: String(decoding: old[item.oldRange], as: UTF8.self))
    }
    new = splices.applied(to: new)
    if new != old { try OutputFile(newFile).write(new) }
    try settle()
  }

  /// Removes the new file once it holds nothing new.
  private mutating func settle() throws {
    guard new == old else { return try read() }
    items = []
    try FileManager.default.removeItem(atPath: newFile)
  }
}

extension Case {
  /// Who makes the numbers of the case, when that is not this program.
  fileprivate var refusal: String? {
    switch kind {
    case .derived:
      // Numbers that were changed in the new file by hand, or recorded from an older case.
      let outcome = Outcome(self, by: recordingImplementation)
      return outcome.agrees ? nil : "expected the numbers of the formulas, received others: record them again"
    case .reference:
      return "expected a derived case, received a reference one: \(script ?? "the framework that its source names") "
        + "makes its numbers, run that again"
    case .documented:
      let place = [source.title, source.file, source.line.map { "line \($0)" }].compactMap { $0 }
      return "expected a derived case, received a documented one: its numbers are printed in "
        + "\(printable(place.joined(separator: ", "))), correct the file by hand"
    }
  }
}

extension JSONDocument {
  var caseList: [JSON] {
    guard case .array(let cases)? = root["cases"]?.value else { return [] }
    return Array(cases)
  }

  /// The bytes before, between and after some values.
  fileprivate func between(_ values: [JSON]) -> [[UInt8]] {
    let edges = [0] + values.flatMap { [$0.range.lowerBound, $0.range.upperBound] } + [bytes.count]
    return stride(from: 0, to: edges.count, by: 2).map { Array(bytes[edges[$0]..<edges[$0 + 1]]) }
  }

  /// Every member of a case but its expected numbers, as text.
  fileprivate func fixedMembers(_ golden: JSON) -> [[UInt8]] {
    guard case .object(let members) = golden.value else { return [] }
    return members.filter { !$0.key.hasPrefix("expected") }
      .map { Array($0.key.utf8) + Array(bytes[$0.value.range]) }
  }
}
