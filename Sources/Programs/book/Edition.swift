import Foundation
import Notebook
import TextLayout

/// The site in one language.
struct Edition {
  /// Nil for the language of the sources.
  let language: String?
  /// The other languages of the site.
  let languages: [String]
  let chapters: [(page: ChapterPage, summary: ChapterPage.Summary)]
  /// All pages of chapters, in whatever language.
  let chapterFiles: Set<String>
  let course: Course
  let words: Words

  /// The file of a page, `lstm.html` or `lstm.zh.html`.
  static func file(_ name: String, _ language: String?) -> String {
    language.map { "\(name).\($0).html" } ?? "\(name).html"
  }

  func files() -> [(name: String, text: String)] {
    let start = StartPage(chapters: chapters, words: words)
    let pages = CoursePages(course, words: words)
    return [page("index", "Unrolled", words(StartPage.summary), start.body())]
      + chapters.filter { $0.page.language == language }.map { (file($0.page.name), chapter($0.page)) }
      + CoursePages.Page.allCases.map { kind in
        let (title, summary) = (kind.title(words), kind.summary(words))
        return page(kind.rawValue, title, summary, framed(title, summary, pages.html(kind)))
      }
      + [
        page(
          "comparisons", words.comparisons, summary,
          framed(words.comparisons, summary, comparisons()))
      ]
      + start.pictures(language)
  }

  private func file(_ name: String) -> String { Self.file(name, language) }

  /// The page that a link of this edition leads to: in its language where there is one.
  private func place(_ name: String) -> String {
    let isChapter = chapterFiles.contains(Self.file(name, nil))
    return isChapter && !chapterFiles.contains(file(name)) ? Self.file(name, nil) : file(name)
  }

  /// A whole page; links within the text lead to pages of this language, those above it to the other languages, too.
  private func page(_ name: String, _ title: String, _ description: String, _ body: String)
    -> (name: String, text: String)
  {
    let text = HTMLWriter.document(
      title: title, description: description, words: words, body: navigation(name) + localised(body))
    return (file(name), text)
  }

  private func localised(_ html: String) -> String {
    guard language != nil else { return html }
    return html.replacing(/href="([a-z][a-z0-9-]*)\.html/) { "href=\"\(place(String($0.1)))" }
  }

  /// A chapter's page between the links to its neighbours: above the title and at its end.
  private func chapter(_ page: ChapterPage) -> String {
    let parts = localised(HTMLWriter.onSite(page.html)).components(separatedBy: HTMLWriter.navigationMark)
    let links = neighbours(page.name)
    let above = "<nav class=\"pages\" aria-label=\"\(words.chapters)\">\(links)</nav>"
    return parts.enumerated().reduce("") { text, part in
      text + (part.offset == 0 ? "" : part.offset == 1 ? above : "<footer class=\"pages\">\(links)</footer>")
        + part.element
    }
  }

  private func neighbours(_ name: String) -> String {
    let index = chapters.firstIndex { $0.page.name == name } ?? 0
    func link(_ other: Int, _ relation: String, _ before: String, _ after: String) -> String {
      guard chapters.indices.contains(other) else { return "<span></span>" }
      let title = HTMLWriter.escaped(chapters[other].summary.title)
      return "<a rel=\"\(relation)\" href=\"\(place(chapters[other].page.name))\">\(before)\(title)\(after)</a>"
    }
    return link(index - 1, "prev", "← ", "") + "<a href=\"\(file("index"))\">\(words.chapters)</a>"
      + switches(name) + link(index + 1, "next", "", " →")
  }

  /// Links to the same page in the other languages.
  private func switches(_ name: String) -> String {
    ([nil] + languages.map(Optional.some)).filter { $0 != language }.map { other -> String in
      let file = Self.file(name, other)
      let isThere = !chapterFiles.contains(Self.file(name, nil)) || chapterFiles.contains(file)
      let code = HTMLWriter.escaped(other ?? "en")
      return isThere
        ? "<a hreflang=\"\(code)\" lang=\"\(code)\" href=\"\(file)\">\(Words.name(of: other ?? "en"))</a>" : ""
    }.joined()
  }

  private func navigation(_ name: String) -> String {
    let start = name == "index" ? "" : "<a href=\"\(file("index"))\">\(words.chapters)</a>"
    let links = start + switches(name)
    return links.isEmpty ? "" : "<nav class=\"pages\" aria-label=\"\(words.chapters)\">\(links)</nav>\n"
  }

  /// What stands on a page that is no chapter.
  private func framed(_ title: String, _ summary: String, _ body: String) -> String {
    """
    <header>
    <h1>\(HTMLWriter.escaped(title))</h1>
    <p>\(HTMLWriter.escaped(summary))</p>
    </header>
    <main id="main">
    \(body)
    </main>
    """
  }
}

// MARK: - All comparisons

extension Edition {
  /// How many comparisons there are of each kind.
  private var summary: String {
    let all = chapters.flatMap(\.summary.comparisons)
    func count(_ kind: String) -> Int { all.filter { $0.kind == kind }.count }
    let (computed, documented, range) = (count("computed"), count("documented"), count("range"))
    return words(
      "\(all.count) comparisons: \(computed) of two computations, \(documented) with numbers that sources printed, \(range) with ranges."
    )
  }

  private func comparisons() -> String {
    let head = [words.quantity, words.values, words.largestDifference, words.tolerance, words.verdict]
    let headings = head.enumerated().map { "<th scope=\"col\"\(Self.side($0))>\($1)</th>" }.joined()
    let all = chapters.flatMap(\.summary.comparisons)
    let failing = all.filter { !$0.holds }.count
    let conclusion = failing == 0 ? words.allHold : words("\(failing) do not hold.")
    return """
      <p class="\(failing == 0 ? "good" : "bad")">\(conclusion) (\(all.count))</p>
      <div class="scroll" tabindex="0"><table>
      <thead><tr>\(headings)</tr></thead>
      \(chapters.map { group($0.page, $0.summary) }.joined(separator: "\n"))
      </table></div>
      """
  }

  /// The comparisons of a chapter below its title.
  private func group(_ page: ChapterPage, _ summary: ChapterPage.Summary) -> String {
    let title = HTMLWriter.escaped(summary.title)
    let link = "<a href=\"\(page.name).html#\(HTMLWriter.comparisonsID)\">\(title)</a>"
    let rows = summary.comparisons.map { row in
      // JSON has the plain minus.
      let numbers = [row.largest, row.tolerance].map(NumberText.typographic)
      let cells = ([row.title, row.count] + numbers).enumerated().map {
        "<td\(Self.side($0))>\(HTMLWriter.escaped($1))</td>"
      }
      let verdict = "<td class=\"\(row.holds ? "good" : "bad")\">\(HTMLWriter.escaped(row.verdict))</td>"
      return "<tr>" + cells.joined() + verdict + "</tr>"
    }
    let heading = "<tr><th class=\"group\" colspan=\"5\" scope=\"rowgroup\">\(link)</th></tr>"
    return (["<tbody>", heading] + rows + ["</tbody>"]).joined(separator: "\n")
  }

  /// Numbers stand to the right.
  private static func side(_ column: Int) -> String { (1...3).contains(column) ? " class=\"right\"" : "" }
}
