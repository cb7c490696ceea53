import Files
import Foundation
import Notebook
import TextLayout

/// The chapters as a site: a start page, each chapter's page with its neighbours, the pages of the course, and all
/// comparisons.
struct Site {
  private let pages: [(page: ChapterPage, summary: ChapterPage.Summary)]
  private let course: Course
  private let words: Words

  /// Chapters stand in the order of their numbers; those without a page of their own are left out.
  init(_ pages: [ChapterPage], _ course: Course = Course()) {
    self.course = course
    self.pages = pages.compactMap { page in page.summary.map { (page, $0) } }
      .sorted { ($0.summary.number, $0.page.name) < ($1.summary.number, $1.page.name) }
    words = Words.table(self.pages.first?.summary.language ?? "en")
  }

  /// The site's files by name.
  func files() -> [(name: String, text: String)] {
    let start = StartPage(chapters: pages, words: words)
    let course = CoursePages(self.course)
    return [("index.html", document("Unrolled", words.book, start.body()))]
      + pages.indices.map { index in (pages[index].page.name + ".html", chapter(index)) }
      + CoursePages.Page.allCases.map { page in
        (page.file.site, document(page.title, page.summary, framed(page.title, page.summary, course.html(page))))
      }
      + [("comparisons.html", document(words.comparisons, summary, framed(words.comparisons, summary, comparisons())))]
      + start.pictures()
  }

  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files() { try OutputFile(folder.appendingPathComponent(file.name).path).write(file.text) }
  }

  /// A chapter's page between the links to its neighbours: above the title and at its end.
  private func chapter(_ index: Int) -> String {
    let page = HTMLWriter.onSite(pages[index].page.html)
    let parts = page.components(separatedBy: HTMLWriter.navigationMark)
    let links = links(index)
    let above = "<nav class=\"pages\" aria-label=\"\(words.chapters)\">\(links)</nav>"
    return parts.enumerated().reduce("") { text, part in
      text + (part.offset == 0 ? "" : part.offset == 1 ? above : "<footer class=\"pages\">\(links)</footer>")
        + part.element
    }
  }

  private func links(_ index: Int) -> String {
    func link(_ other: Int, _ relation: String, _ before: String, _ after: String) -> String {
      guard pages.indices.contains(other) else { return "<span></span>" }
      let title = HTMLWriter.escaped(pages[other].summary.title)
      return "<a rel=\"\(relation)\" href=\"\(pages[other].page.name).html\">\(before)\(title)\(after)</a>"
    }
    return link(index - 1, "prev", "← ", "") + "<a href=\"index.html\">\(words.chapters)</a>"
      + link(index + 1, "next", "", " →")
  }

  private func document(_ title: String, _ description: String, _ body: String) -> String {
    HTMLWriter.document(title: title, description: description, words: words, body: body)
  }

  /// A page that is no chapter.
  private func framed(_ title: String, _ summary: String, _ body: String) -> String {
    """
    <nav class="pages" aria-label="\(words.chapters)"><a href="index.html">\(words.chapters)</a></nav>
    <header>
    <h1>\(HTMLWriter.escaped(title))</h1>
    <p>\(HTMLWriter.escaped(summary))</p>
    </header>
    <main id="main">
    \(body)
    </main>
    """
  }

  /// How many comparisons there are of each kind.
  private var summary: String {
    let all = pages.flatMap(\.summary.comparisons)
    func count(_ kind: String) -> Int { all.filter { $0.kind == kind }.count }
    return
      "\(all.count) comparisons: \(count("computed")) of two computations, \(count("documented")) with numbers that "
      + "sources printed, \(count("range")) with ranges."
  }

  private func comparisons() -> String {
    let head = [words.quantity, words.values, words.largestDifference, words.tolerance, words.verdict]
    let headings = head.enumerated().map { "<th scope=\"col\"\(Self.side($0))>\($1)</th>" }.joined()
    let all = pages.flatMap(\.summary.comparisons)
    let failing = all.filter { !$0.holds }.count
    let conclusion = failing == 0 ? words.allHold : "\(words.fails): \(failing)"
    return """
      <p class="\(failing == 0 ? "good" : "bad")">\(conclusion) (\(all.count))</p>
      <div class="scroll" tabindex="0"><table>
      <thead><tr>\(headings)</tr></thead>
      \(pages.map { group($0.page, $0.summary) }.joined(separator: "\n"))
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
