import Files
import Foundation
import Notebook

/// The pages beside the chapters that book makes: notation, glossary, bibliography, and the overview for teachers.
struct CourseFolder {
  /// The pages by file name.
  let files: [(name: String, text: String)]

  /// - Parameter chapters: all chapters, or none where not all were run: then there is no overview.
  init(_ course: Course, chapters: [ChapterPage.Summary.Named], words: Words = .english) {
    let pages = CoursePages(course, words: words)
    let suffix = words.language == "en" ? "" : "." + words.language
    files =
      CoursePages.Page.allCases.map { (Self.named($0.file, suffix), pages.markdown($0)) }
      + (chapters.isEmpty ? [] : [(Self.named("README.md", suffix), Overview(chapters, words: words).markdown())])
  }

  private static func named(_ file: String, _ suffix: String) -> String { file.dropLast(3) + suffix + ".md" }

  func write(to folder: URL) throws {
    for file in files { try OutputFile(folder.appendingPathComponent(file.name).path).write(file.text) }
  }

  /// Where a committed page is another one.
  func differences(in folder: URL) -> [String] {
    files.compactMap { file in
      let place = "chapters/\(file.name)"
      guard let old = try? String(contentsOf: folder.appendingPathComponent(file.name), encoding: .utf8) else {
        return "\(place): expected a file, found none"
      }
      return PageComparison.difference(written: old, fresh: file.text).map { "\(place), \($0)" }
    }
  }

  /// The languages besides that of the sources for which `words.CODE.md` stands beside the chapters.
  static func languages(in folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("words.") && $0.hasSuffix(".md") }.map { String($0.dropFirst(6).dropLast(3)) }
      .filter { !$0.isEmpty }.sorted()
  }
}
