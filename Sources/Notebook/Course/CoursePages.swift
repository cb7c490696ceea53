import Drawing
import Formulas
import TextLayout

/// The pages that are made from the course's data: notation, glossary, bibliography.
package struct CoursePages {
  package enum Page: String, CaseIterable, Sendable {
    case notation, glossary, bibliography

    package func title(_ words: Words) -> String {
      switch self {
      case .notation: words("Notation")
      case .glossary: words("Glossary")
      case .bibliography: words("Bibliography")
      }
    }

    package func summary(_ words: Words) -> String {
      switch self {
      case .notation: words("The letters of all chapters. Where one has a second meaning, its row says so.")
      case .glossary: words("Each term once, with the frameworks’ words for it.")
      case .bibliography:
        words("The documents that the chapters follow, the literature, and the frameworks’ own pages.")
      }
    }

    /// The file beside the chapters, in the language of their sources.
    package var file: String { rawValue.uppercased() + ".md" }
  }

  let course: Course
  private let words: Words
  private let html: HTMLWriter
  private let markdown: MarkdownWriter

  package init(_ course: Course, words: Words = .english) {
    (self.course, self.words) = (course, words)
    var log = Log(name: "", number: 0, title: "", summary: "", language: "en")
    log.symbols = course.colours
    html = HTMLWriter(log: log, words: words)
    markdown = MarkdownWriter(log: log, words: words, figures: "")
  }

  /// What stands in the `main` of a page of the site.
  package func html(_ page: Page) -> String {
    switch page {
    case .notation: html.blocks([notation])
    case .glossary:
      "<dl class=\"glossary\">\n"
        + (course.terms ?? []).map { term in
          let frameworks =
            term.frameworks.isEmpty ? "" : "<br><span class=\"facts\">\(text(worded(term.frameworks)))</span>"
          return "<dt id=\"\(HTMLWriter.escaped(term.id))\">\(text(worded(term.term)))</dt>"
            + "<dd>\(text(worded(term.text)))\(frameworks)</dd>"
        }.joined(separator: "\n") + "\n</dl>"
    case .bibliography:
      (course.shelves ?? []).map { shelf, works in
        "<h2 id=\"\(shelf.rawValue)\">\(text(shelf.title(words)))</h2>\n<dl class=\"glossary\">\n"
          + works.map { work in
            let title = HTMLWriter.escaped(work.title)
            let linked = work.url.map { "<a href=\"\(HTMLWriter.escaped($0))\">\(title)</a>" } ?? title
            let rest = [work.place, words(ProseText(work.note))].filter { !$0.isEmpty }.map(linkedAddresses).joined(
              separator: ". ")
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
          let (name, meaning) = (markdown.escaped(worded(term.term)), markdown.escaped(worded(term.text)))
          let frameworks = markdown.escaped(worded(term.frameworks))
          return "<a id=\"\(term.id)\"></a>**\(name)**: \(meaning)"
            + (frameworks.isEmpty ? "" : "\\\n" + words("*In frameworks:* \(frameworks)"))
        }.joined(separator: "\n\n")
      case .bibliography:
        (course.shelves ?? []).map { shelf, works in
          "## \(shelf.title(words))\n\n"
            + works.map { work in
              let title = markdown.escaped(work.title)
              let linked = work.url.map { "[\(title)](\($0))" } ?? title
              let rest = [markdown.escaped(work.place), words(ProseText(work.note))].filter { !$0.isEmpty }.joined(
                separator: ". ")
              return
                "<a id=\"\(work.key)\"></a>**\(markdown.escaped(work.short))**: \(markdown.escaped(work.by))\(linked)"
                + (rest.isEmpty ? "" : ". " + rest)
            }.joined(separator: "\n\n")
        }.joined(separator: "\n\n")
      }
    let overview = words.language == "en" ? "README.md" : "README.\(words.language).md"
    return "# \(page.title(words))\n\n\(page.summary(words)) [\(words.chapters)](\(overview)).\n\n\(body)\n"
  }

  private var notation: Block {
    let letters = course.letters ?? []
    let withSource = letters.contains { !$0.also.isEmpty }
    return .table(
      header: [words("letter"), words("meaning"), words("shape"), withSource ? words("elsewhere") : ""].map {
        [.text($0)]
      },
      alignments: [.left, .left, .left, .left],
      rows: letters.map { letter in
        let symbol = (try? MathText(latex: letter.symbol)).map(Inline.formula) ?? .code(letter.symbol)
        return [[symbol]] + [letter.meaning, letter.shape, letter.also].map { TitleMath.parts(worded($0)) }
      })
  }

  private func worded(_ text: String) -> String { words(ProseText(text)) }

  private func text(_ text: String) -> String { HTMLWriter.escaped(text) }

  /// Plain words with the addresses in them as links.
  private func linkedAddresses(_ words: String) -> String {
    HTMLWriter.escaped(words).replacing(/https:\/\/[^ <>"]*[^ <>".,]/) { "<a href=\"\($0.0)\">\($0.0)</a>" }
  }
}

extension Course.Shelf {
  func title(_ words: Words) -> String {
    switch self {
    case .documents: words("Documents")
    case .literature: words("Literature")
    case .frameworks: words("Frameworks")
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
