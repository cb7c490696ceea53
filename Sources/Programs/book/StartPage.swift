import Foundation
import Notebook

/// The site's first page: what this is, the lessons in their order, and three ways in.
struct StartPage {
  let chapters: [(page: ChapterPage, summary: ChapterPage.Summary)]
  let words: Words

  func body() -> String {
    """
    <header>
    <h1>Unrolled</h1>
    <p class="question">\(HTMLWriter.escaped(words.book))</p>
    <p>You see each number of a network: first from the formulas, then from the layer that a library would use, then from the
    documents and frameworks that others wrote. Where the three differ, the page says so.</p>
    </header>
    <main id="main">
    \(hero())
    <section>
    <h2 id="lessons">The lessons</h2>
    <ol class="lessons">
    \(chapters.map(lesson).joined(separator: "\n"))
    </ol>
    <p>All of them use <a href="notation.html">one notation</a>. Terms stand in the <a href="glossary.html">glossary</a>,
    sources in the <a href="bibliography.html">bibliography</a>, and
    <a href="comparisons.html">all comparisons</a> on a page of their own.</p>
    </section>
    <section>
    <h2 id="ways">Three ways in</h2>
    \(Self.ways)
    </section>
    </main>
    """
  }

  /// The pictures that stand beside the pages, by file name.
  func pictures() -> [(name: String, text: String)] {
    chapters.compactMap { page, _ in page.firstFigure.map { ("\(page.name).svg", $0) } }
  }

  /// The first picture of the lesson on memory, or of the first that has one.
  private func hero() -> String {
    let named = chapters.first { $0.page.name == "simple-rnn" && $0.page.firstFigure != nil }
    guard let chapter = named ?? chapters.first(where: { $0.page.firstFigure != nil }) else { return "" }
    return "<figure><img src=\"\(chapter.page.name).svg\" alt=\"A recurrent network, step by step\"/>"
      + "<figcaption>A recurrent network reads a sequence step by step, with the same weights at every step.</figcaption></figure>"
  }

  private func lesson(_ page: ChapterPage, _ summary: ChapterPage.Summary) -> String {
    let before = (summary.requires ?? []).map { name in
      let title = chapters.first { $0.page.name == name }?.summary.title ?? name
      return "<a href=\"\(name).html\">\(HTMLWriter.escaped(title))</a>"
    }
    let facts =
      (summary.minutes.map { $0 > 0 ? ["\($0)\(words.gap)\(words.minutes)"] : [] } ?? [])
      + (before.isEmpty ? [] : ["\(words.readBefore): \(before.joined(separator: ", "))"])
    let about = facts.isEmpty ? "" : "<br><span class=\"facts\">\(facts.joined(separator: " · "))</span>"
    let picture = page.firstFigure == nil ? "" : "<img src=\"\(page.name).svg\" alt=\"\" loading=\"lazy\"/>"
    return "<li>\(picture)<a href=\"\(page.name).html\">\(HTMLWriter.escaped(summary.title))</a><br>"
      + "\(HTMLWriter.escaped(summary.asks))\(about)</li>"
  }

  private static let ways = """
    <dl class="glossary">
    <dt>You study</dt>
    <dd>Begin with the first lesson and take them in order. Each one asks a question, shows a picture, computes one step by
    hand, and lets you change the sizes: <code>swift run chapter-lstm --units 1</code>.</dd>
    <dt>You teach</dt>
    <dd>Every lesson says what it needs, how long it takes and what students can do afterwards. Pages print black on white,
    without code. <code>chapters/README.md</code> says what to hand out and how to grade.</dd>
    <dt>You port networks</dt>
    <dd>The lesson on frameworks has the orders of gates, the shapes and the two biases of Keras, TensorFlow 1, PyTorch, ONNX
    and MXNet side by side. <code>swift run conformance</code> checks your own code, <code>swift run convert-weights</code>
    rewrites weights.</dd>
    </dl>
    """
}

extension ChapterPage {
  /// The first picture of the page.
  var firstFigure: String? { files["figures/1.svg"] }
}

extension ChapterPage.Summary {
  /// A chapter with its folder.
  typealias Named = (name: String, summary: ChapterPage.Summary)

  /// The question, or what the chapter says of itself.
  var asks: String { question.flatMap { $0.isEmpty ? nil : $0 } ?? summary }
}
