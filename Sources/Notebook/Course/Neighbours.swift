import Foundation

/// The chapters of a folder, by what their sources say of themselves: folder, number, title.
struct ChapterList {
  struct Entry: Equatable, Sendable {
    var name: String
    var number: Int
    var title: String
    /// Whether it has a page in the language of the list.
    var isTranslated = false
  }

  let entries: [Entry]

  /// Reads title and number from each `main.swift` of the folder, in another language the title of its translation.
  init(in folder: URL, language: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    entries = names.sorted().compactMap { name in
      let source = folder.appendingPathComponent("\(name)/main.swift")
      guard let text = try? String(contentsOf: source, encoding: .utf8),
        let start = text.firstMatch(of: /\sNotebook\(\s*"([^"]+)"/)
      else { return nil }
      let number = text[start.range.upperBound...].firstMatch(of: /number: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
      let translation = Translation.languages(beside: source).contains(language)
      return Entry(
        name: name, number: number,
        title: translation ? Translation.read(language, beside: source)?.title ?? String(start.1) : String(start.1),
        isTranslated: translation)
    }.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
  }

  subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The chapters before and after a chapter.
  func neighbours(of name: String) -> (before: Entry?, after: Entry?) {
    guard let place = entries.firstIndex(where: { $0.name == name }) else { return (nil, nil) }
    return (place > 0 ? entries[place - 1] : nil, place + 1 < entries.count ? entries[place + 1] : nil)
  }
}
