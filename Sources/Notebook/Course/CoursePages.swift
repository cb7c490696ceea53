import Drawing
import Formulas

/// The pages that are made from the course's data: notation, glossary, bibliography.
package struct CoursePages {
  package enum Page: String, CaseIterable, Sendable {
    case notation, glossary, bibliography

    package var title: String {
      switch self {
      case .notation: "Notation"
      case .glossary: "Glossary"
      case .bibliography: "Bibliography"
      }
    }

    package var summary: String {
      switch self {
      case .notation: "One letter, one meaning and one colour in all chapters."
      case .glossary: "Each term once, with the frameworks’ words for it."
      case .bibliography: "The documents that the chapters follow, the literature, and the frameworks’ own pages."
      }
    }

    /// The file on the site, and the one beside the chapters.
    package var file: (site: String, markdown: String) { ("\(rawValue).html", rawValue.uppercased() + ".md") }
  }

  let course: Course
  private let html: HTMLWriter
  private let markdown: MarkdownWriter

  package init(_ course: Course) {
    self.course = course
    var log = Log(name: "", number: 0, title: "", summary: "", language: "en")
    log.symbols = course.colours
    html = HTMLWriter(log: log, words: .english)
    markdown = MarkdownWriter(log: log, words: .english, figures: "")
  }

  /// What stands in the `main` of a page of the site.
  package func html(_ page: Page) -> String {
    switch page {
    case .notation: html.blocks([notation])
    case .glossary:
      "<dl class=\"glossary\">\n"
        + (course.terms ?? []).map { term in
          let frameworks = term.frameworks.isEmpty ? "" : "<br><span class=\"facts\">\(text(term.frameworks))</span>"
          return
            "<dt id=\"\(HTMLWriter.escaped(term.id))\">\(text(term.term))</dt><dd>\(text(term.text))\(frameworks)</dd>"
        }.joined(separator: "\n") + "\n</dl>"
    case .bibliography:
      (course.shelves ?? []).map { shelf, works in
        "<h2 id=\"\(shelf.rawValue)\">\(shelf.title)</h2>\n<dl class=\"glossary\">\n"
          + works.map { work in
            let title = HTMLWriter.escaped(work.title)
            let linked = work.url.map { "<a href=\"\(HTMLWriter.escaped($0))\">\(title)</a>" } ?? title
            let rest = [work.place, work.note].filter { !$0.isEmpty }.map(linkedAddresses).joined(separator: ". ")
            return "<dt id=\"\(HTMLWriter.escaped(work.key))\">\(HTMLWriter.escaped(work.short))</dt>"
              + "<dd>\(HTMLWriter.escaped(work.by))\(linked)\(rest.isEmpty ? "" : ". " + rest)</dd>"
          }.joined(separator: "\n") + "\n</dl>"
      }.joined(separator: "\n")
    }
  }

  /// The whole page beside the chapters.
  package func markdown(_ page: Page) -> String {
    let body =
      switch page {
      case .notation: markdown.blocks([notation])
      case .glossary:
        (course.terms ?? []).map { term in
          let frameworks = term.frameworks.isEmpty ? "" : "\\\n*In frameworks:* \(markdown.escaped(term.frameworks))"
          return
            "<a id=\"\(term.id)\"></a>**\(markdown.escaped(term.term))**: \(markdown.escaped(term.text))\(frameworks)"
        }.joined(separator: "\n\n")
      case .bibliography:
        (course.shelves ?? []).map { shelf, works in
          "## \(shelf.title)\n\n"
            + works.map { work in
              let title = markdown.escaped(work.title)
              let linked = work.url.map { "[\(title)](\($0))" } ?? title
              let rest = [markdown.escaped(work.place), work.note].filter { !$0.isEmpty }.joined(separator: ". ")
              return
                "<a id=\"\(work.key)\"></a>**\(markdown.escaped(work.short))**: \(markdown.escaped(work.by))\(linked)"
                + (rest.isEmpty ? "" : ". " + rest)
            }.joined(separator: "\n\n")
        }.joined(separator: "\n\n")
      }
    return "# \(page.title)\n\n\(page.summary) [All chapters](README.md).\n\n\(body)\n"
  }

  private var notation: Block {
    let letters = course.letters ?? []
    let withSource = letters.contains { !$0.also.isEmpty }
    return .table(
      header: ["letter", "meaning", "shape", withSource ? "elsewhere" : ""].map { [.text($0)] },
      alignments: [.left, .left, .left, .left],
      rows: letters.map { letter in
        let symbol = (try? MathText(latex: letter.symbol)).map(Inline.formula) ?? .code(letter.symbol)
        return [[symbol]] + [letter.meaning, letter.shape, letter.also].map(TitleMath.parts)
      })
  }

  private func text(_ text: String) -> String { HTMLWriter.escaped(text) }

  /// Plain words with the addresses in them as links.
  private func linkedAddresses(_ words: String) -> String {
    HTMLWriter.escaped(words).replacing(/https:\/\/[^ <>"]*[^ <>".,]/) { "<a href=\"\($0.0)\">\($0.0)</a>" }
  }
}

extension Course.Shelf {
  var title: String {
    switch self {
    case .documents: "Documents"
    case .literature: "Literature"
    case .frameworks: "Frameworks"
    }
  }
}

extension Course.Work {
  /// Authors and year before the title.
  fileprivate var by: String {
    let names = authors.joined(separator: ", ")
    return switch (names.isEmpty, year) {
    case (true, nil): ""
    case (true, let year?): "\(year). "
    case (false, nil): names + ". "
    case (false, let year?): "\(names) (\(year)). "
    }
  }
}
