import Files
import Foundation
import Notebook
import TextLayout

/// The chapters as a site: a start page with all comparisons, and each chapter's page with its neighbours.
struct Site {
  private let pages: [(page: ChapterPage, summary: ChapterPage.Summary)]
  private let words: Words

  /// Chapters stand in the order of their numbers; those without a page of their own are left out.
  init(_ pages: [ChapterPage]) {
    self.pages = pages.compactMap { page in page.summary.map { (page, $0) } }
      .sorted { ($0.summary.number, $0.page.name) < ($1.summary.number, $1.page.name) }
    words = Words.table(self.pages.first?.summary.language ?? "en")
  }

  /// The site's files by name.
  func files() -> [(name: String, text: String)] {
    [("index.html", start())]
      + pages.indices.map { index in
        (
          pages[index].page.name + ".html",
          pages[index].page.html.replacing(HTMLWriter.navigationMark, with: navigation(index))
        )
      }
  }

  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files() { try OutputFile(folder.appendingPathComponent(file.name).path).write(file.text) }
  }

  private func navigation(_ index: Int) -> String {
    func link(_ other: Int, _ relation: String, _ before: String, _ after: String) -> String {
      guard pages.indices.contains(other) else { return "<span></span>" }
      let title = HTMLWriter.escaped(pages[other].summary.title)
      return "<a rel=\"\(relation)\" href=\"\(pages[other].page.name).html\">\(before)\(title)\(after)</a>"
    }
    return "<nav class=\"pages\" aria-label=\"\(words.contents)\">\(link(index - 1, "prev", "← ", ""))"
      + "<a href=\"index.html\">\(words.contents)</a>\(link(index + 1, "next", "", " →"))</nav>"
  }

  private func start() -> String {
    let chapters = pages.map { page, summary in
      "<li><a href=\"\(page.name).html\">\(HTMLWriter.escaped(summary.title))</a><br>\(HTMLWriter.escaped(summary.summary))</li>"
    }
    let body = """
      <header>
      <h1>Unrolled</h1>
      <p>\(words.book)</p>
      </header>
      <main>
      <nav class="contents" aria-label="\(words.contents)">
      <p>\(words.contents)</p>
      <ol>
      \(chapters.joined(separator: "\n"))
      </ol>
      </nav>
      <section>
      <h2 id="\(HTMLWriter.comparisonsID)">\(words.comparisons)</h2>
      \(comparisons())
      </section>
      </main>
      """
    return HTMLWriter.document(title: "Unrolled", language: words.language, body: body)
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
