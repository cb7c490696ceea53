import Foundation
import Notebook
import TextLayout

/// The site's first page: what this is, the lessons in their order, and three ways in.
struct StartPage {
  let chapters: [(page: ChapterPage, summary: ChapterPage.Summary)]
  let words: Words

  static let summary: ProseText =
    "Recurrent networks computed by hand, beside the layers of a library. Every page is a program that ran."

  func body() -> String {
    """
    <header>
    <h1>Unrolled</h1>
    <p class="question">\(text(Self.summary))</p>
    <p>\(text("You see each number of a network: first from the formulas, then from the layer that a library would use, then from the documents and frameworks that others wrote. Where the three differ, the page says so."))</p>
    </header>
    <main id="main">
    \(hero())
    <section>
    <h2 id="lessons">\(text("The lessons"))</h2>
    <ol class="lessons">
    \(chapters.map(lesson).joined(separator: "\n"))
    </ol>
    <p>\(links("All of them use [one notation](notation.html). Terms stand in the [glossary](glossary.html), sources in the [bibliography](bibliography.html), and [all comparisons](comparisons.html) on a page of their own."))</p>
    </section>
    <section>
    <h2 id="ways">\(text("Three ways in"))</h2>
    <dl class="glossary">
    \(ways())
    </dl>
    </section>
    </main>
    """
  }

  /// The pictures that stand beside the pages, by file name.
  func pictures(_ language: String?) -> [(name: String, text: String)] {
    chapters.filter { $0.page.language == language }.compactMap { page, _ in
      page.firstFigure.map { (picture(page), $0) }
    }
  }

  private func picture(_ page: ChapterPage) -> String {
    page.language.map { "\(page.name).\($0).svg" } ?? "\(page.name).svg"
  }

  /// The first picture of the lesson on memory, or of the first that has one.
  private func hero() -> String {
    let named = chapters.first { $0.page.name == "simple-rnn" && $0.page.firstFigure != nil }
    guard let chapter = named ?? chapters.first(where: { $0.page.firstFigure != nil }) else { return "" }
    let caption = text(
      "A recurrent network reads a sequence step by step, with the same weights at every step.")
    return "<figure><img src=\"\(picture(chapter.page))\" alt=\"\(text("A recurrent network, step by step"))\"/>"
      + "<figcaption>\(caption)</figcaption></figure>"
  }

  private func lesson(_ page: ChapterPage, _ summary: ChapterPage.Summary) -> String {
    let before = (summary.requires ?? []).map { name in
      let title = chapters.first { $0.page.name == name }?.summary.title ?? name
      return "<a href=\"\(name).html\">\(HTMLWriter.escaped(title))</a>"
    }
    let facts =
      (summary.minutes.map { $0 > 0 ? [words.minutes($0)] : [] } ?? [])
      + (before.isEmpty ? [] : [words.readBefore(before)])
      + (page.livePlace.map { [words.inTheBrowser("<a href=\"\(page.name).html#\($0.id)\">\($0.title)</a>")] } ?? [])
    let about = facts.isEmpty ? "" : "<br><span class=\"facts\">\(facts.joined(separator: " · "))</span>"
    let picture = page.firstFigure == nil ? "" : "<img src=\"\(picture(page))\" alt=\"\" loading=\"lazy\"/>"
    return "<li>\(picture)<a href=\"\(page.name).html\">\(HTMLWriter.escaped(summary.title))</a><br>"
      + "\(HTMLWriter.escaped(summary.asks))\(about)</li>"
  }

  private func ways() -> String {
    let all: [(who: ProseText, how: ProseText)] = [
      (
        "You study",
        "Begin with the first lesson and take them in order. Each one asks a question, shows a picture, computes one step by hand, and lets you change the sizes: `swift run chapter-lstm --units 1`."
      ),
      (
        "You teach",
        "Every lesson says what it needs, how long it takes and what students can do afterwards. Pages print black on white, without code. `chapters/README.md` says what to hand out and how to grade."
      ),
      (
        "You port networks",
        "The lesson on frameworks has the orders of gates, the shapes and the two biases of Keras, TensorFlow 1, PyTorch, ONNX and MXNet side by side. `swift run conformance` checks your own code, `swift run convert-weights` rewrites weights."
      ),
    ]
    return all.map { "<dt>\(text($0.who))</dt>\n<dd>\(links($0.how))</dd>" }.joined(separator: "\n")
  }

  private func text(_ text: ProseText) -> String { HTMLWriter.escaped(words(text)) }

  /// Words with `[links](page.html)` and code in backticks.
  private func links(_ text: ProseText) -> String {
    self.text(text).replacing(/\[([^\]]*)\]\(([a-z.]*)\)/) { "<a href=\"\($0.2)\">\($0.1)</a>" }
      .replacing(/`([^`]*)`/) { "<code>\($0.1)</code>" }
  }
}

extension ChapterPage {
  /// The first picture of the page.
  var firstFigure: String? { files["figures\(suffix)/1.svg"] }

  /// The first place of the page whose numbers a reader may change: its id, and its title as it stands in HTML.
  var livePlace: (id: String, title: String)? {
    html.firstMatch(of: /<section class="live" id="([^"]*)" aria-label="([^"]*)">/).map {
      (String($0.output.1), String($0.output.2))
    }
  }
}

extension ChapterPage.Summary {
  /// A chapter with its folder.
  typealias Named = (name: String, summary: ChapterPage.Summary)

  /// The question, or what the chapter says of itself.
  var asks: String { question.flatMap { $0.isEmpty ? nil : $0 } ?? summary }
}
