import Foundation
import StrictJSON

/// The exercises of a chapter, as its page shows them: task, code to begin with, hints, the last two folded.
///
/// `exercises/exercises.json` beside the chapter's program holds them; `swift run exercises --make` writes it. A
/// chapter without that file has no such section.
enum ExerciseSection {
  /// - Throws: `CaseError` with the file and the line of what cannot be read.
  static func blocks(beside source: URL, _ words: Words) throws(CaseError) -> [Block] {
    let file = source.deletingLastPathComponent().appending(path: "exercises/exercises.json")
    guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
    let exercises = try Node.root(of: [UInt8](data), file: file.path).list("the exercises of a chapter")
    guard !exercises.isEmpty else { return [] }
    var blocks: [Block] = [.heading(level: 2, id: "exercises", [.text(words.exercises)])]
    for exercise in exercises { blocks += try self.blocks(of: exercise, words) }
    return blocks
  }

  private static func blocks(of node: Node, _ words: Words) throws(CaseError) -> [Block] {
    let exercise = try node.object(["id", "title", "kind", "minutes", "goal", "file", "task", "starter", "hints"])
    func text(_ key: String) throws(CaseError) -> String { try exercise.required(key).string() }
    let id = try text("id")
    let minutes = try exercise.required("minutes").integer(in: 1...600)
    let kind = "\(try text("kind")), \(minutes)\(words.gap)\(words.minutes)"
    var blocks: [Block] = [
      .heading(level: 3, id: "exercise-" + id.replacing("/", with: "-"), [.text("\(id) · \(try text("title"))")]),
      .paragraph([.emphasis([.text(kind)]), .text(" · "), .text(try text("goal"))]),
    ]
    for paragraph in try text("task").split(separator: "\n\n") {
      blocks.append(.paragraph([.text(String(paragraph.replacing("\n", with: " ")))]))
    }
    blocks.append(.code(language: "", text: "swift run exercises \(id)"))
    blocks.append(.folded(summary: words.starter, [.code(language: "swift", text: try text("starter"))]))
    for (place, hint) in try exercise.required("hints").list("the hints of an exercise").enumerated() {
      let summary = "\(words.hint)\(words.gap)\(place + 1)"
      blocks.append(.folded(summary: summary, [.paragraph([.text(try hint.string())])]))
    }
    return blocks
  }
}

extension Source {
  /// Puts the exercises where the lesson ends: before the section on its sources, or at the end.
  ///
  /// A passage that the section begins within is cut in two.
  mutating func insert(exercises: [Block]) {
    guard !exercises.isEmpty else { return }
    for (index, cell) in cells.enumerated() {
      guard case .prose(let anchor, let blocks) = cell.content else { continue }
      let start = blocks.firstIndex { if case .heading(_, PageEntries.sourcesID, _) = $0 { true } else { false } }
      guard let start else { continue }
      let parts = [Array(blocks[..<start]), exercises, Array(blocks[start...])].filter { !$0.isEmpty }
      cells.replaceSubrange(
        index...index, with: parts.map { Cell(content: .prose(anchor: anchor, $0), lines: cell.lines) })
      return
    }
    let line = (cells.last?.lines.upperBound ?? 0) + 1
    cells.append(Cell(content: .prose(anchor: "exercises", exercises), lines: line...line))
  }
}
