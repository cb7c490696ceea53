import Foundation
import StrictJSON
import Support
import Testing

@testable import Notebook

/// The exercises of a chapter on its page: before the section on sources, with code and hints folded.
@Suite struct ExerciseSectionTests {
  private let json = #"""
    [{"id": "demo/1", "title": "A sum", "kind": "compute", "minutes": 5, "goal": "Add.", "file": "1-sum.swift",
      "task": "Add a\nand b.\n\nThen c.", "starter": "let sum = 0", "hints": ["Begin with a."]}]
    """#

  private func blocks(_ json: String?) throws -> [Block] {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "exercises"), withIntermediateDirectories: true)
      let file = folder.appending(path: "exercises/exercises.json")
      try json?.write(to: file, atomically: true, encoding: .utf8)
      return try ExerciseSection.read(beside: folder.appending(path: "main.swift")).blocks(.english) { $0.text }
    }
  }

  @Test func anExerciseIsATaskWithCodeAndHintsToOpen() throws {
    try expectEqual(
      blocks(json),
      [
        .heading(level: 2, id: "exercises", [.text("Exercises")]),
        .heading(level: 3, id: "exercise-demo-1", [.text("demo/1 · A sum")]),
        .paragraph([.emphasis([.text("compute, 5 minutes")]), .text(" · "), .text("Add.")]),
        .paragraph([.text("Add a and b.")]), .paragraph([.text("Then c.")]),
        .code(language: "", text: "swift run exercises demo/1"),
        .folded(summary: "Code to begin with", [.code(language: "swift", text: "let sum = 0")]),
        .folded(summary: "Hint 1", [.paragraph([.text("Begin with a.")])]),
      ])
  }

  @Test func aChapterWithoutExercisesHasNoSection() throws {
    try expect(blocks(nil) == [] && blocks("[]") == [])
  }

  @Test func aFileThatCannotBeReadIsNamed() {
    let error = #expect(throws: CaseError.self) { try blocks(#"[{"id": 7}]"#) }
    expectEqual(error?.file.hasSuffix("exercises/exercises.json"), true)
    expect(error?.expected == "a text" || error?.description.contains("[0].id") == true, "\(error as Any)")
  }

  @Test func theyStandBeforeTheSources() {
    let exercises: [Block] = [.heading(level: 2, id: "exercises", [.text("Exercises")])]
    func headings(_ text: String) -> [String] {
      var source = Source(text)
      source.insert(exercises: exercises)
      return source.cells.flatMap { cell -> [String] in
        guard case .prose(_, let blocks) = cell.content else { return ["code"] }
        return blocks.compactMap { if case .heading(_, let id, _) = $0 { id } else { nil } }
      }
    }
    expectEqual(
      headings("//: ## Try\n\nlet a = 1\n\n//: ## Against the sources\n\nlet b = 2"),
      ["try", "code", "exercises", "against-the-sources", "code"])
    expectEqual(headings("//: ## Try\n//:\n//: ## Against the sources"), ["try", "exercises", "against-the-sources"])
    expectEqual(
      headings("//: ## Try\n//:\n//: ## Appendix: more\n\nlet b = 2"), ["try", "exercises", "appendix-more", "code"])
    expectEqual(headings("//: ## Try\n\nlet a = 1"), ["try", "code", "exercises"])
  }
}
