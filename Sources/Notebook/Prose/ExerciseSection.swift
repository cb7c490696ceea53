import Foundation
import StrictJSON
import TextLayout

/// The exercises of a chapter, as its page shows them: task, code to begin with, hints, the last two folded.
///
/// `exercises/exercises.json` beside the chapter's program holds them; `swift run exercises --make` writes it. A
/// chapter without that file has no such section.
struct ExerciseSection {
  struct Exercise {
    var id: String
    var title: String
    var kind: String
    var minutes: Int
    var goal: String
    var paragraphs: [String]
    var starter: String
    var hints: [String]
  }

  let exercises: [Exercise]

  /// - Throws: `CaseError` with the file and the line of what cannot be read.
  static func read(beside source: URL) throws(CaseError) -> ExerciseSection {
    let file = source.deletingLastPathComponent().appending(path: "exercises/exercises.json")
    guard let data = FileManager.default.contents(atPath: file.path) else { return ExerciseSection(exercises: []) }
    var exercises: [Exercise] = []
    for node in try Node.root(of: [UInt8](data), file: file.path).list("the exercises of a chapter") {
      exercises.append(try Exercise(node))
    }
    return ExerciseSection(exercises: exercises)
  }

  /// The section; `translated` gives each text in the language of the page.
  func blocks(_ words: Words, translated: Wording) -> [Block] {
    guard !exercises.isEmpty else { return [] }
    func inlines(_ text: String) -> [Inline] { Self.inlines(translated(ProseText(text))) }
    func block(_ paragraph: String) -> [Block] {
      let lines = paragraph.components(separatedBy: "\n- ")
      let first = lines[0].hasPrefix("- ") ? String(lines[0].dropFirst(2)) : ""
      let items = (first.isEmpty ? [] : [first]) + lines.dropFirst()
      func text(_ line: String) -> Block { .paragraph(inlines(line.replacing("\n", with: " "))) }
      return (first.isEmpty ? [text(lines[0])] : [])
        + (items.isEmpty ? [] : [.list(start: nil, items: items.map { [text($0)] })])
    }
    var blocks: [Block] = [.heading(level: 2, id: "exercises", [.text(words("Exercises"))])]
    for exercise in exercises {
      let title = words("\(exercise.id) · \(translated(ProseText(exercise.title)))")
      let kind = translated(ProseText(exercise.kind)) + words.comma + words.minutes(exercise.minutes)
      blocks += [
        .heading(level: 3, id: "exercise-" + exercise.id.replacing("/", with: "-"), [.text(title)]),
        .paragraph([.emphasis([.text(kind)]), .text(" · ")] + inlines(exercise.goal)),
      ]
      blocks += exercise.paragraphs.flatMap(block)
      blocks.append(.code(language: "", text: "swift run exercises \(exercise.id)"))
      blocks.append(
        .folded(summary: words("Code to begin with"), [.code(language: "swift", text: exercise.starter)]))
      for (place, hint) in exercise.hints.enumerated() {
        blocks.append(.folded(summary: words("Hint \(place + 1)"), [.paragraph(inlines(hint))]))
      }
    }
    return blocks
  }

  /// Plain words, with code between backticks.
  private static func inlines(_ text: String) -> [Inline] {
    let parts = text.components(separatedBy: "`")
    guard parts.count % 2 == 1 else { return [.text(text)] }
    return parts.enumerated().filter { !$0.element.isEmpty }.map {
      $0.offset % 2 == 0 ? .text($0.element) : .code($0.element)
    }
  }
}

extension ExerciseSection.Exercise {
  fileprivate init(_ node: Node) throws(CaseError) {
    let members = try node.object(["id", "title", "kind", "minutes", "goal", "file", "task", "starter", "hints"])
    func text(_ key: String) throws(CaseError) -> String { try members.required(key).string() }
    (id, title, kind) = (try text("id"), try text("title"), try text("kind"))
    minutes = try members.required("minutes").integer(in: 1...600)
    (goal, starter) = (try text("goal"), try text("starter"))
    paragraphs = try text("task").split(separator: "\n\n").map(String.init)
    hints = []
    for hint in try members.required("hints").list("the hints of an exercise") { hints.append(try hint.string()) }
  }
}

extension Source {
  /// Puts the exercises where the lesson ends: before its appendix or the section on its sources, or at the end.
  ///
  /// A passage that the section begins within is cut in two.
  mutating func insert(exercises: [Block]) {
    guard !exercises.isEmpty else { return }
    for (index, cell) in cells.enumerated() {
      guard case .prose(let anchor, let blocks) = cell.content else { continue }
      guard let start = blocks.firstIndex(where: PageEntries.isAnnex) else { continue }
      let parts = [Array(blocks[..<start]), exercises, Array(blocks[start...])].filter { !$0.isEmpty }
      cells.replaceSubrange(
        index...index, with: parts.map { Cell(content: .prose(anchor: anchor, $0), lines: cell.lines) })
      return
    }
    let line = (cells.last?.lines.upperBound ?? 0) + 1
    cells.append(Cell(content: .prose(anchor: "exercises", exercises), lines: line...line))
  }
}
