import Foundation
import Notebook
import Support
import Testing

@testable import book

/// Pages of chapters as a run would give them.
enum PreparedPages {
  static func page(
    _ name: String, _ language: String? = nil, number: Int, title: String, minutes: Int? = 30,
    requires: [String]? = nil,
    question: String? = nil, rows: String = "", html: String = "", files: [String: String] = [:]
  ) -> ChapterPage {
    let optional =
      (minutes.map { "\"minutes\": \($0), " } ?? "") + (question.map { "\"question\": \"\($0)\", " } ?? "")
      + (requires.map { "\"requires\": [\($0.map { "\"\($0)\"" }.joined(separator: ", "))], " } ?? "")
    let json = """
      {"number": \(number), "title": "\(title)", "summary": "About \(name) & more.", "language": "\(language ?? "en")",
       \(optional)"comparisons": [\(rows)]}
      """
    return ChapterPage(name: name, language: language, exitCode: 0, complaints: "", files: files) { file in
      file.hasSuffix("json") ? json : "<body><!-- navigation -->\(html)<!-- navigation --></body>"
    }
  }

  static func row(_ title: String, _ kind: String, holds: Bool = true) -> String {
    """
    {"title": "\(title)", "kind": "\(kind)", "count": "2", "largest": "-1e-7", "tolerance": "1e-13",
     "verdict": "\(holds ? "holds" : "fails")", "holds": \(holds)}
    """
  }

  /// Three lessons; the first and the last have a page in Chinese, too.
  static let all: [ChapterPage] = [
    page(
      "late", number: 3, title: "Late <3>", minutes: 0, requires: ["simple-rnn", "none"], question: "",
      rows: row("h <1>", "computed") + "," + row("c", "documented", holds: false)),
    page(
      "simple-rnn", number: 1, title: "Simple", question: "Why?", rows: row("d", "range"),
      html: "<a href=\"late.html#x\">a</a> <a class=\"course\" data-place=\"glossary.html#k\">k</a> "
        + "<section class=\"live\" id=\"live-2\" aria-label=\"Turn\">", files: ["figures/1.svg": "<svg>1</svg>"]),
    page(
      "simple-rnn", "zh", number: 1, title: "简单", question: "为什么？",
      html: "<a href=\"middle.html\">m</a> <a href=\"late.html\">l</a>",
      files: ["figures.zh/1.svg": "<svg>中</svg>"]),
    page("middle", number: 2, title: "Middle", minutes: nil, requires: [], files: ["figures/1.svg": "<svg>2</svg>"]),
    page("late", "zh", number: 3, title: "后来", requires: ["simple-rnn"], question: "?"),
    ChapterPage(name: "broken", language: nil, exitCode: 1, complaints: "", files: [:]) { _ in "" },
  ]
}

/// A whole site in two languages, down to the last byte, as digests.
@Suite struct WholeSiteTests {
  /// Of a page without its style sheet.
  private func pageDigest(_ text: String) -> String {
    digest(text.replacing(/<style>[\s\S]*?<\/style>/, with: ""))
  }

  private var files: [(name: String, text: String)] { Site(PreparedPages.all).files() }

  @Test func everyPageOfTheSiteIsThere() {
    let names = """
      index.html simple-rnn.html middle.html late.html
      notation.html glossary.html bibliography.html comparisons.html
      simple-rnn.svg middle.svg
      index.zh.html simple-rnn.zh.html late.zh.html
      notation.zh.html glossary.zh.html bibliography.zh.html comparisons.zh.html
      simple-rnn.zh.svg
      """
    expectEqual(files.map(\.name), names.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  @Test func everyPageOfTheSiteIsAsItWas() throws {
    let files = files
    try compareDigests(files.map { pageDigest($0.text) }, with: Self.known, keepingIn: "whole-site") { place, folder in
      let file = folder.appending(path: files[place].name)
      try Data(files[place].text.utf8).write(to: file)
      return file
    }
  }

  private static let known = """
    3gem2346i7jqe 3066xrdd88b6u 35rmc59oicfvm 2xj1adm0c8rqq 1ialrys3ttnqu 3seyeh7g2kmxl 1n4sywil0lzo1
    1n6jx2zodaiu3 3hbre1fsshj0r 2si1sjpm6ktqe urz3ge94vgsq 1v29md6bwvpcd 15190noffna2f 1278b30wr60uo
    2ducpsm4oajsg vvlhniehp7l4 3ae6tt6zpjd6y 3b0s2pelygdz7
    """

  /// Links of a Chinese page lead to Chinese pages where there are some, and each page to itself in the other language.
  @Test func linksKeepTheLanguage() throws {
    let pages = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.text) })
    func links(_ name: String) throws -> [String] {
      try #require(pages[name]).matches(of: /href="([^"#]*)/).map { String($0.1) }.filter { $0.hasSuffix("html") }
    }
    let above = ["index.zh.html", "simple-rnn.html", "middle.html"]
    try expectEqual(links("simple-rnn.zh.html"), above + ["middle.html", "late.zh.html"] + above)
    try expectEqual(
      links("middle.html"),
      [
        "simple-rnn.html", "index.html", "late.html", "simple-rnn.html", "index.html", "late.html",
      ])
    try expectEqual(links("notation.html"), ["index.html", "notation.zh.html"])
    try expectEqual(links("notation.zh.html"), ["index.zh.html", "notation.html"])
    let start = try links("index.zh.html")
    expectEqual(
      start,
      [
        "index.html", "simple-rnn.zh.html", "middle.html", "late.zh.html", "simple-rnn.zh.html", "notation.zh.html",
        "glossary.zh.html", "bibliography.zh.html", "comparisons.zh.html",
      ], "\(start)")
    let late = try #require(pages["late.zh.html"])
    expect(late.contains("<a hreflang=\"en\" lang=\"en\" href=\"late.html\">English</a>"))
    try expect(#require(pages["late.html"]).contains("<a hreflang=\"zh\" lang=\"zh\" href=\"late.zh.html\">中文</a>"))
  }

  @Test func comparisonsOfAllChaptersAreCounted() throws {
    let page = try #require(files.first { $0.name == "comparisons.html" }).text
    expect(page.contains("3 comparisons: 1 of two computations, 1 with numbers that sources printed, 1 with ranges."))
    expect(page.contains("<p class=\"bad\">1 do not hold. (3)</p>"))
    expect(
      page.contains(
        "<tr><th class=\"group\" colspan=\"5\" scope=\"rowgroup\"><a href=\"late.html#all-comparisons\">Late &lt;3&gt;</a></th></tr>\n"
          + "<tr><td>h &lt;1&gt;</td><td class=\"right\">2</td><td class=\"right\">−1e−7</td><td class=\"right\">1e−13</td>"
          + "<td class=\"good\">holds</td></tr>\n<tr><td>c</td>"), "\(page)")
    expect(page.contains("<td class=\"bad\">fails</td></tr>\n</tbody>"))
    let good = Site([PreparedPages.all[1]]).files().first { $0.name == "comparisons.html" }?.text
    expectEqual(good?.contains("<p class=\"good\">All comparisons hold. (1)</p>"), true)
  }

  @Test func aSiteOfNothingHasItsStart() throws {
    let files = Site([]).files()
    expectEqual(
      files.map(\.name), ["index.html", "notation.html", "glossary.html", "bibliography.html", "comparisons.html"])
    expect(!files[0].text.contains("<figure>") && files[0].text.contains("<h1>Unrolled</h1>"))
    expect(!files[0].text.contains("<nav class=\"pages\""))
  }

  // MARK: The overview for teachers

  @Test func theOverviewIsWhole() throws {
    func overview(_ pages: [ChapterPage], _ words: Words = .english) -> String {
      Overview(pages.compactMap { page in page.summary.map { (page.name, $0) } }, words: words).markdown()
    }
    let (late, simple, middle) = (PreparedPages.all[0], PreparedPages.all[1], PreparedPages.all[3])
    let text = overview([simple, middle, late])
    expect(text.contains("|  | lesson | question | minutes | read before |\n|---:|---|---|---:|---|\n"))
    expect(text.contains("\n| 1 | [Simple](simple-rnn/README.md) | Why? | 30 |  |\n"))
    expect(text.contains("\n| 2 | [Middle](middle/README.md) | About middle & more. |  |  |\n"))
    expect(
      text.contains(
        "\n| 3 | [Late \\<3>](late/README.md) | About late & more. |  | [Simple](simple-rnn/README.md), [none](none/README.md) |\n"
      ))
    expect(!text.contains("All lessons together") && text.hasSuffix("keep the notice.\n"))
    expect(overview([simple]).contains("All lessons together take about 30 minutes to read."))
    let chinese = overview([PreparedPages.all[2], PreparedPages.all[4], middle], .table("zh"))
    expect(chinese.contains("[简单](simple-rnn/README.zh.md)") && chinese.contains("[Middle](middle/README.md)"))
    expect(chinese.contains("(NOTATION.zh.md)") && text.contains("(NOTATION.md)") && text.contains("(../LICENSE)"))
    expectEqual(pageDigest(text), "1w751bk9efrvn", "\(pageDigest(text))")
    expect(
      chinese.contains("、") == false && text.split(separator: "\n").allSatisfy { $0.count <= 126 || $0.hasPrefix("|") })
  }

  /// Pages of chapters for an overview: in a language as far as they are translated, in the order of their numbers.
  @Test func anOverviewNeedsAllChapters() {
    let names = ["late", "middle", "simple-rnn"]
    expectEqual(overview(PreparedPages.all, names, nil).map(\.name), ["simple-rnn", "middle", "late"])
    expectEqual(overview(PreparedPages.all, names, "zh").map(\.summary.title), ["简单", "Middle", "后来"])
    expect(overview(PreparedPages.all, names + ["broken"], nil).isEmpty)
    expect(overview(PreparedPages.all, names + ["absent"], nil).isEmpty)
  }
}
