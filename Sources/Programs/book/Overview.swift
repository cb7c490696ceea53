import Foundation
import Notebook
import TextLayout

/// `chapters/README.md`: the lessons in their order, and what a teacher needs to use them.
struct Overview {
  let chapters: [ChapterPage.Summary.Named]
  let words: Words

  init(_ chapters: [ChapterPage.Summary.Named], words: Words = .english) {
    (self.chapters, self.words) = (chapters, words)
  }

  func markdown() -> String {
    let isTimed = chapters.allSatisfy { ($0.summary.minutes ?? 0) > 0 }
    let minutes = isTimed ? chapters.reduce(0) { $0 + ($1.summary.minutes ?? 0) } : 0
    let rows = chapters.map { name, summary in
      let before = (summary.requires ?? []).map(link).joined(separator: words.comma)
      let time = summary.minutes.flatMap { $0 > 0 ? "\($0)" : nil } ?? ""
      return "| \(summary.number) | \(link(name)) | \(cell(summary.asks)) | \(time) | \(before) |"
    }
    let head = ["", words("lesson"), words("question"), words("minutes"), words("read before")]
    let parts: [String] =
      [
        "# " + words("The lessons"),
        words(
          "Each folder is one lesson: a page that reads from top to bottom, and the program that made it. The numbers in its formulas, tables and pictures are what the program computed."
        ), (["| \(head.joined(separator: " | ")) |", "|---:|---|---|---:|---|"] + rows).joined(separator: "\n"),
      ] + (minutes > 0 ? [words("All lessons together take about \(minutes) minutes to read.")] : []) + [
        localised(
          words(
            "The letters stand in [Notation](NOTATION.md), the terms in [Glossary](GLOSSARY.md), the sources in [Bibliography](BIBLIOGRAPHY.md)."
          )), "## " + words("For teachers"),
      ] + Self.advice.map { words($0) }
    return parts.map { wrapped($0) }.joined(separator: "\n\n") + "\n"
  }

  private static let advice: [ProseText] = [
    "**Who can follow.** Students who know matrices, derivatives and the chain rule. They need not know Swift: the code that stands open states an equation, a model or an experiment in the letters of the lesson, and can be skipped; the rest is folded at the end of each section.",
    "**A course.** Take the lessons in the order of the table, one a session. If you have only three sessions, take the simple recurrent network, the LSTM and the GRU.",
    "**Hand out.** `swift run book --html DIR` writes the lessons as a site of plain files: no server, no script, nothing from elsewhere. It can be put on any web space or on a stick. Print a lesson from the browser: folded code and the section on sources stay folded, and paper is always black on white. Open the fold of the sources first if they are to be printed, too.",
    "**Let them change numbers.** `swift run chapter-lstm --units 3 --seed 2` runs a lesson with other sizes; `--help` lists what can be changed, and *Try* at the end of a lesson says what should happen. Numbers that sources printed are compared only while all parameters have their defaults.",
    "**Exercises.** [Exercises](EXERCISES.md) has them for all lessons, [Solutions](SOLUTIONS.md) the answers; `swift run exercises` checks a student's answer and names the mistake.",
    "**Grade.** A student's implementation, in any language, can be checked by `swift run conformance`: it sends cases to a program and compares what comes back with real frameworks, number by number (`swift run conformance --help`).",
    "**Licence.** Text and code are under the licence in [LICENSE](../LICENSE): use, change and share them, and keep the notice.",
  ]

  /// Paragraphs in lines as wide as those of the repository's other pages; a table and a heading stay as they are.
  private func wrapped(_ part: String) -> String {
    part.hasPrefix("|") || part.hasPrefix("#") ? part : TextLayout.wrapped(part, width: 126).joined(separator: "\n")
  }

  /// Links to pages of the course in the language of this one.
  private func localised(_ text: String) -> String {
    words.language == "en" ? text : text.replacing(/\(([A-Z]+)\.md\)/) { "(\($0.1).\(words.language).md)" }
  }

  private func link(_ name: String) -> String {
    let chapter = chapters.first { $0.name == name }
    let isTranslated = words.language != "en" && chapter?.summary.language == words.language
    return "[\(cell(chapter?.summary.title ?? name))](\(name)/README\(isTranslated ? "." + words.language : "").md)"
  }

  /// Words in a cell of a table.
  private func cell(_ text: String) -> String {
    text.reduce(into: "") { $0 += "|_<*`".contains($1) ? "\\\($1)" : String($1) }
  }
}
