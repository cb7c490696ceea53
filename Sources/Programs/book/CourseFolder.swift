import Files
import Foundation
import Notebook

/// The pages beside the chapters that book makes: notation, glossary, bibliography, and the overview for teachers.
struct CourseFolder {
  /// The pages by file name.
  let files: [(name: String, text: String)]

  /// - Parameter chapters: all chapters, or none where not all were run: then there is no overview.
  init(_ course: Course, chapters: [ChapterPage.Summary.Named]) {
    let pages = CoursePages(course)
    files =
      CoursePages.Page.allCases.map { ($0.file.markdown, pages.markdown($0)) }
      + (chapters.isEmpty ? [] : [("README.md", Overview(chapters).markdown())])
  }

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
}
