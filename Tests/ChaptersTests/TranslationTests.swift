import Foundation
import Support
import TextLayout
import Testing

@testable import book

// Pages in other languages. In the language `en-XA` every text that a translation can replace stands between ⟦ and ⟧.

/// The texts of a page outside all marks, without code and formulas.
private func untranslatable(_ html: String) -> [String] {
  let prose = html.removing(from: "<style", through: "</style>").removing(from: "<script", through: "</script>")
    .removing(from: #"<pre class="code""#, through: "</pre>").removing(from: "<code>", through: "</code>")
    .replacing(from: "<math", through: "</math>") { math in
      // Words within a formula are words, too; a name such as Keras and a subscript are not.
      math.holds("<mtext")
        ? math.matches(of: /<mtext[^>]*>([^<]*)<\/mtext>/).map { String($0.1) }.filter { $0.contains(/\b[a-z]{3}/) }
          .joined(separator: " ") : ""
    }
  return outsideOfMarks(Array(prose.utf8)).map {
    String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }.filter { ProseText($0).hasWords }
}

/// The texts outside all marks; a tag ends one. Byte by byte, since a page has a million.
private func outsideOfMarks(_ page: [UInt8]) -> [ArraySlice<UInt8>] {
  let (begin, end) = (Array("⟦".utf8), Array("⟧".utf8))
  var (texts, depth, place) = ([[] as ArraySlice<UInt8>], 0, 0)
  while place < page.count {
    let rest = page[place...]
    if rest.starts(with: begin) || rest.starts(with: end) {
      depth += rest.starts(with: begin) ? 1 : -1
      place += begin.count
    } else if page[place] == UInt8(ascii: "<") {
      let next = (rest.firstIndex(of: UInt8(ascii: ">")) ?? page.count - 1) + 1
      // Subscripts of a picture belong to their letter.
      if !["<tspan", "</tspan"].contains(where: { rest.starts(with: $0.utf8) }) {
        texts.append([])
      } else if depth == 0 {
        texts[texts.count - 1].append(UInt8(ascii: "_"))
      }
      place = next
    } else {
      if depth == 0 { texts[texts.count - 1].append(page[place]) }
      place += 1
    }
  }
  return texts
}

@Test func textOutsideMarksIsFound() {
  let page =
    "<style>one</style><p>⟦One <em>two</em>⟧ three</p><code>four</code><math><mi>five</mi><mtext>six</mtext></math>"
    + "<p>⟦a⟧ 7 x</p><script>let me = 1 < 2</script><text>an <tspan>inner</tspan> one</text><pre class=\"code\">a b</pre>"
  expectEqual(untranslatable(page), ["three", "six", "an _inner_ one"])
}

private let chapters = repository.appendingPathComponent("chapters")

@Suite(.lane(.pages)) struct TranslationTests {
  /// Whatever a chapter shows in words is found by a translation: prose, titles, cells, labels of pictures, exercises.
  @Test(arguments: (try? ChapterPage.names(in: chapters)) ?? [])
  func everyTextOfAChapterCanBeTranslated(name: String) async throws {
    let page = ChapterPage(try await ChapterRun.of(name), language: "en-XA")
    expectEqual(page.exitCode, 0, "\(page.complaints)")
    expect(page.html.contains("⟦"))
    for text in untranslatable(page.html) { Issue.record("chapter-\(name): “\(text)” cannot be translated") }
  }
}
