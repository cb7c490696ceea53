import Foundation
import StrictJSON

extension Catalogue {
  /// The pages that are made from the masters, by their paths from the folder of the repository.
  public var pages: [(path: String, text: String)] {
    chapters.flatMap { chapter in
      [
        ("chapters/\(chapter)/exercises/README.md", page(of: chapter)),
        ("chapters/\(chapter)/exercises/exercises.json", json(of: chapter)),
      ]
    } + [("chapters/SOLUTIONS.md", solutions)] + (guide.map { [("chapters/EXERCISES.md", $0)] } ?? [])
  }

  /// The page that says how exercises work: people write it, and its table of chapters is put in here; nil where there
  /// is no such page.
  private var guide: String? {
    let head = "| chapter | exercises |"
    guard let data = FileManager.default.contents(atPath: root.appending(path: "chapters/EXERCISES.md").path) else {
      return nil
    }
    var lines = String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
    guard let first = lines.firstIndex(of: head) else { return nil }
    let end = lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
    lines[first..<end] =
      [head, "|---|---|"]
      + chapters.map { "| [\($0)](\($0)/README.md) | [\(all($0).count)](\($0)/exercises/README.md) |" }
    return lines.joined(separator: "\n")
  }

  private func all(_ chapter: String) -> [Exercise] { exercises.filter { $0.chapter == chapter } }

  /// The page of a chapter's exercises: task, starter code, hints folded.
  func page(of chapter: String) -> String {
    let parts = all(chapter).map { exercise in
      let hints = exercise.hints.enumerated().map { index, hint in
        "<details><summary>Hint \(index + 1)</summary>\n\n\(hint)\n\n</details>"
      }
      return """
        ## \(exercise.id) · \(exercise.title)

        *\(exercise.kind.rawValue), \(exercise.minutes) minutes.* \(exercise.goal)

        \(exercise.task.joined(separator: "\n"))

        File: [`\(exercise.fileName)`](\(exercise.fileName)). Check it with `swift run exercises \(exercise.id)`.

        ```swift
        \(exercise.starterCode.joined(separator: "\n"))
        ```

        \(hints.joined(separator: "\n\n"))

        """
    }
    return """
      # Exercises: \(chapter)

      [The chapter](../README.md) · [how exercises work](../../EXERCISES.md) · [solutions](../../SOLUTIONS.md#\(chapter))

      \(parts.joined(separator: "\n"))
      """
  }

  /// All solutions, each folded.
  var solutions: String {
    let parts = chapters.map { chapter in
      let solutions = all(chapter).map { exercise in
        """
        <details><summary>\(exercise.id) · \(exercise.title)</summary>

        ```swift
        \(exercise.solutionCode.joined(separator: "\n"))
        ```

        </details>
        """
      }
      return "## \(chapter)\n\n\(solutions.joined(separator: "\n\n"))\n"
    }
    return "# Solutions\n\nTry first; each one is folded. [How exercises work](EXERCISES.md).\n\n"
      + parts.joined(separator: "\n")
  }

  /// What a page needs of a chapter's exercises.
  func json(of chapter: String) -> String {
    JSONValue.array(
      all(chapter).map { exercise in
        .object([
          ("id", .string(exercise.id)), ("title", .string(exercise.title)), ("kind", .string(exercise.kind.rawValue)),
          ("minutes", .integer(exercise.minutes)), ("goal", .string(exercise.goal)),
          ("file", .string(exercise.fileName)), ("task", .string(exercise.task.joined(separator: "\n"))),
          ("starter", .string(exercise.starterCode.joined(separator: "\n"))), ("hints", .strings(exercise.hints)),
        ])
      }
    ).text(.indented) + "\n"
  }
}
