import Foundation
import Support
import TextLayout
import Testing

@testable import book

// Pages in other languages. In the language `en-XA` every text that a translation can replace stands between ⟦ and ⟧.

/// The texts of a page outside all marks, without code and formulas.
private func untranslatable(_ html: String) -> [String] {
  let prose = html.replacing(
    /<(?:style|script)\b[\s\S]*?<\/(?:style|script)>|<pre class="code"[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/, with: ""
  )
  .replacing(/<math[\s\S]*?<\/math>/) { math in
    // Words within a formula are words, too; a name such as Keras and a subscript are not.
    math.0.matches(of: /<mtext[^>]*>([^<]*)<\/mtext>/).map { String($0.1) }.filter { $0.contains(/\b[a-z]{3}/) }
      .joined(separator: " ")
  }
  var outside: [String] = [""]
  var depth = 0
  // Subscripts of a picture belong to their letter.
  for character in prose.replacing(/<\/?tspan[^>]*>/, with: "_").replacing(/<[^>]*>/, with: "\u{0}") {
    switch character {
    case "⟦": depth += 1
    case "⟧": depth -= 1
    case "\u{0}": outside.append("")
    default: if depth == 0 { outside[outside.count - 1].append(character) }
    }
  }
  return outside.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { ProseText($0).hasWords }
}

@Test func textOutsideMarksIsFound() {
  let page =
    "<p>⟦One <em>two</em>⟧ three</p><code>four</code><math><mi>five</mi><mtext>six</mtext></math><p>⟦a⟧ 7 x</p>"
  #expect(untranslatable(page) == ["three", "six"])
}

private let chapters = repository.appendingPathComponent("chapters")

@Suite(.lane(.pages)) struct TranslationTests {
  /// Whatever a chapter shows in words is found by a translation: prose, titles, cells, labels of pictures, exercises.
  @Test(arguments: (try? ChapterPage.names(in: chapters)) ?? [])
  func everyTextOfAChapterCanBeTranslated(name: String) async throws {
    let page = ChapterPage(try await ChapterRun.of(name), language: "en-XA")
    #expect(page.exitCode == 0, "\(page.complaints)")
    #expect(page.html.contains("⟦"))
    for text in untranslatable(page.html) { Issue.record("chapter-\(name): “\(text)” cannot be translated") }
  }
}
