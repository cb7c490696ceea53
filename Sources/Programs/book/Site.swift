import Files
import Foundation
import Notebook
import TextLayout

/// The chapters as a site: a start page, each chapter's page with its neighbours, the pages of the course, and all
/// comparisons; once for each language.
///
/// A page of another language has its code in its name, `lstm.zh.html`. A chapter without a translation stands in the
/// lists of every language, with its page in the language of its source.
struct Site {
  private let editions: [Edition]

  /// Chapters stand in the order of their numbers; those without a page of their own are left out.
  ///
  /// - Parameter chapters: the folder whose `words.CODE.md` translate what chapters share; nil for none.
  init(_ pages: [ChapterPage], _ course: Course = Course(), chapters: URL? = nil) {
    let all = pages.compactMap { page in page.summary.map { (page: page, summary: $0) } }
      .sorted { ($0.summary.number, $0.page.name) < ($1.summary.number, $1.page.name) }
    let own = all.filter { $0.page.language == nil }
    let languages = Set(all.compactMap(\.page.language)).sorted()
    let names = Set(all.map { Edition.file($0.page.name, $0.page.language) })
    editions = ([nil] + languages.map(Optional.some)).map { language in
      Edition(
        language: language, languages: languages,
        chapters: own.map { chapter in
          all.first { $0.page.name == chapter.page.name && $0.page.language == language } ?? chapter
        }, chapterFiles: names, course: course,
        words: Words.table(language ?? own.first?.summary.language ?? "en", in: chapters))
    }
  }

  /// The site's files by name.
  func files() -> [(name: String, text: String)] { editions.flatMap { $0.files() } }

  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files() { try OutputFile(folder.appendingPathComponent(file.name).path).write(file.text) }
  }
}
