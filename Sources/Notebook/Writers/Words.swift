import Foundation
import TextLayout

/// The engine's own words in one language; a chapter's words stand in its source and its translations.
///
/// A text is given in English, whole, and looked up in the language's rows: `words("largest difference \(number)")`.
package struct Words: Sendable {
  package let language: String
  let table: WordTable

  package static let english = Words(language: "en", table: WordTable())
  static let chinese = Words(language: "zh", table: WordTable(own: chineseRows))

  /// The words of a language, with those of `words.CODE.md` in the folder of the chapters; English where neither the
  /// engine nor that file knows it.
  package static func table(_ language: String, in chapters: URL? = nil) -> Words {
    if language == Translation.marking { return Words(language: language, table: .marked) }
    var table = language == "zh" ? chinese.table : WordTable()
    let file = chapters?.appendingPathComponent("words.\(language).md")
    if language != "en", let file, let text = try? String(contentsOf: file, encoding: .utf8) {
      table.add(Translation.rows(text))
    }
    return Words(language: language, table: table)
  }

  /// A text in this language, or as it is.
  package func callAsFunction(_ text: ProseText) -> String {
    table.isEmpty ? text.text : table.text(text) ?? text.text
  }

  /// What a language is called in itself.
  package static func name(of language: String) -> String {
    ["en": "English", "zh": "中文"][language] ?? language
  }

  /// The languages that a chapter's page is written in, besides that of its source.
  package static func languages(beside source: URL) -> [String] { Translation.languages(beside: source) }

  /// The pages beside the chapters, and what they are called in another language; none where there is no
  /// `words.CODE.md`.
  package static func coursePages(_ language: String, in chapters: URL) -> [(file: String, other: String)] {
    let file = chapters.appendingPathComponent("words.\(language).md").path
    guard FileManager.default.fileExists(atPath: file) else { return [] }
    return (["README"] + CoursePages.Page.allCases.map { $0.rawValue.uppercased() }).map {
      ("\($0).md", "\($0).\(language).md")
    }
  }

  /// Between facts on one line.
  package var semicolon: String { isChinese ? "；" : "; " }
  /// Between the items of a list.
  package var comma: String { isChinese ? "、" : ", " }
  private var isChinese: Bool { language.hasPrefix("zh") }

  /// A fact and what stands behind it, such as its reason.
  func fact(_ fact: String, _ rest: String?) -> String {
    rest.map { "\(fact)\(isChinese ? "：" : ": ")\($0)" } ?? fact
  }
}

// MARK: - Words that several writers use

extension Words {
  var byHand: String { self("by hand") }
  var layer: String { self("layer") }
  var printed: String { self("printed") }
  var computed: String { self("computed") }
  var difference: String { self("difference") }
  var holds: String { self("holds") }
  var fails: String { self("fails") }
  var doesNotApply: String { self("does not apply") }
  var range: String { self("range") }
  var value: String { self("value") }
  package var values: String { self("values") }
  package var quantity: String { self("quantity") }
  package var verdict: String { self("verdict") }
  package var largestDifference: String { self("largest difference") }
  package var tolerance: String { self("at most") }
  package var comparisons: String { self("All comparisons") }
  package var allHold: String { self("All comparisons hold.") }
  /// The page that lists all chapters.
  package var chapters: String { self("All chapters") }
  var parameters: String { self("Parameters") }
  /// On the fold of the section on sources.
  var everySource: String { self("Every number and every slip of the sources") }
  var untranslated: String { self("This passage is not translated yet.") }
  /// Of live places: the button that brings the printed numbers back, and what the page found on opening.
  var livePrinted: String { self("as printed") }
  var liveEqual: String { self("computed here: equal to the page within 1e−12") }
  var liveDiffers: String { self("computed here: not equal to the page") }
  var liveClear: String { self("clear") }
  var livePad: String {
    self(
      "Draw here, large and in the middle, with mouse or finger. Arrow keys move a pen, the space bar draws with it.")
  }
  /// Before what a preset holds.
  var liveHeld: String { self("held") }
  /// Before the answers to which a sequence leads.
  var liveLikeliest: String { self("likeliest") }

  package func minutes(_ count: Int) -> String { count == 1 ? self("1 minute") : self("\(count) minutes") }
  /// - Parameter list: titles of chapters, perhaps as links.
  package func readBefore(_ list: [String]) -> String { self("Read before: \(list.joined(separator: comma))") }
  /// - Parameter link: a place of a page whose numbers a reader may change.
  package func inTheBrowser(_ link: String) -> String { self("In the browser: \(link)") }
  func code(lines: Int) -> String { lines == 1 ? self("Code: 1 line") : self("Code: \(lines) lines") }
  func comparisons(_ count: Int) -> String { self("All comparisons: \(count)") }
}
