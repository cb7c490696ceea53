import Foundation
import Notebook

/// The page of a chapter that trains for long, beside a short run.
///
/// Two trainings differ from machine to machine in more than last digits, and their times do always. So `book --check`
/// and the tests run such a chapter shortly, and compare
///
/// - sections that show nothing of the training, and their pictures, as whole pages are: words exactly, numbers nearly;
/// - the other sections by their outline: headings, prose, code, the titles of tables, and where a picture stands.
///
/// Nothing that stands in the source can change without the page.
///
/// An outline leaves out tables, results, formulas, quotations, comparisons and what pictures are said to show. Numbers
/// in titles count as equal, and so does the remark that digits are generated. An output between two pieces of code
/// cuts them apart, so where code is cut does not matter.
struct PageOutline {
  /// The headings of the sections that show the training.
  var trained: [String] = []
  /// How a sentence begins that depends on the training: on the page, and in the short run. The code shows both.
  var sentences: [String: String] = [:]

  /// Sections that name the run itself: what stands above the first heading, and these.
  private static let ofTheRun = ["", "All comparisons", "Parameters"]

  /// Where two pages in the Markdown that `MarkdownWriter` writes differ.
  func differences(written: String, fresh: String) -> [String] {
    let (old, new) = (Section.all(written), Section.all(fresh))
    let titles = old.map(\.title)
    guard titles == new.map(\.title) else {
      let place = zip(titles + [""], new.map(\.title) + [""]).first { $0 != $1 }
      return ["expected the section “\(place?.0 ?? "")”, received “\(place?.1 ?? "")”"]
    }
    let absent = trained.filter { !titles.contains($0) }.map { "expected the section “\($0)”, found none" }
    return absent
      + zip(old, new).compactMap { old, new in
        guard isOutlined(old) else {
          return PageComparison.difference(written: old.text, fresh: new.text).map { "“\(old.title)”, \($0)" }
        }
        return difference(old, new).map { "“\(old.title)”: \($0)" }
      }
  }

  /// The pictures of the sections that are compared as whole pages, by their paths.
  func pictures(_ markdown: String) -> [String] {
    Section.all(markdown).filter { !isOutlined($0) }.flatMap(\.lines).compactMap { line in
      guard line.hasPrefix("!["), line.hasSuffix(")"), let place = line.range(of: "](", options: .backwards) else {
        return nil
      }
      return String(line[place.upperBound...].dropLast())
    }
  }

  private func isOutlined(_ section: Section) -> Bool {
    trained.contains(section.title) || Self.ofTheRun.contains(section.title)
  }

  // MARK: Sections

  /// A heading and what stands below it, up to the next one.
  struct Section {
    /// Empty above the first heading below the page's title.
    var title: String
    var lines: [String]

    var text: String { lines.joined(separator: "\n") }

    static func all(_ markdown: String) -> [Section] {
      var (sections, isCode) = ([Section(title: "", lines: [])], false)
      for line in markdown.lines {
        if line.hasPrefix("```") { isCode.toggle() }
        if !isCode, line.hasPrefix("## ") || line.hasPrefix("### ") {
          sections.append(Section(title: String(line.drop { $0 == "#" }.dropFirst()), lines: []))
        }
        sections[sections.count - 1].lines.append(String(line))
      }
      return sections
    }
  }

  // MARK: Outlines

  /// The first line of two outlines that differs, or nil where there is none.
  private func difference(_ written: Section, _ fresh: Section) -> String? {
    let (a, b) = (lines(written), lines(fresh))
    let place = (0..<max(a.count, b.count)).first { place in
      guard place < a.count, place < b.count else { return true }
      return a[place] != b[place]
        && !sentences.contains { a[place].hasPrefix($0.key) && b[place].hasPrefix($0.value) }
    }
    guard let place else { return nil }
    func text(_ lines: [String]) -> String { place < lines.count ? "“\(lines[place])”" : "the end" }
    return "expected \(text(a)), received \(text(b))"
  }

  func lines(_ section: Section) -> [String] {
    var lines: [String] = []
    var fence: String?
    for line in section.lines {
      if let open = fence {
        if line == "```" { fence = nil } else if open == "```swift", !line.isEmpty { lines.append(line) }
      } else if line.hasPrefix("```") {
        fence = line
      } else if line.hasPrefix("![") {
        lines.append("a picture")
      } else if !line.isEmpty, !Self.leftOut.contains(where: line.hasPrefix) {
        lines.append(Self.withoutNumbers(line.replacing(" (generated digits)", with: "")))
      }
    }
    return lines
  }

  /// How lines begin that hold numbers, or fold code.
  private static let leftOut = [
    "|", ">", "✓ ", "✗ ", "– ", "- ✓", "- ✗", "- –", "<details>", "<summary>", "</details>",
  ]

  private static func withoutNumbers(_ line: String) -> String {
    line.replacing(/[0-9.,]+(?:e−?[0-9]+)?/, with: "#")
  }
}

/// A short run of a chapter that trains for long, and what of its page may differ from the committed one.
struct QuickRun {
  var arguments: [String]
  var outline: PageOutline
}

extension ChapterPage {
  /// Chapters that train for long. On data that is not in this repository trains `mnist`.
  static let quickRuns: [String: QuickRun] = [
    "attention": QuickRun(
      arguments: ["--updates", "60"],
      outline: PageOutline(
        trained: ["The experiment", "Where it looks", "A short way"],
        sentences: ["With attention the network writes": "With other parameters than the lesson's own"])),
    "gradients": QuickRun(
      arguments: ["--quick"], outline: PageOutline(trained: ["A training that explodes", "Over a hundred steps"])),
    "language-model": QuickRun(
      arguments: ["--quick"],
      outline: PageOutline(trained: ["The experiment", "Who holds the country?", "Let it speak"])),
    "mnist": QuickRun(
      arguments: ["--data", "generated", "--pictures", "300", "--epochs", "1"],
      outline: PageOutline(trained: [
        "A first look", "The wrong way", "With the transposition", "The same training on the wrong layout",
        "One picture by hand", "What it learned", "The way back",
        "Appendix: one training step, operation by operation", "Against the sources",
      ])),
    "sort": QuickRun(
      arguments: ["--quick"],
      outline: PageOutline(
        trained: [
          "The experiment", "What it says when it cannot know", "The surprise: the table is in order",
        ], sentences: ["The order of the numbers was in the examples": "So the table is not in order"])),
    "stateful": QuickRun(
      arguments: ["--quick"], outline: PageOutline(trained: ["The experiment", "Against the sources"])),
  ]

  /// Where the committed page in `folder` is another one than that of this short run.
  func outlineDifferences(in folder: URL) -> [String] {
    let outline = Self.quickRuns[name]?.outline ?? PageOutline()
    let written = Self.pageFiles(folder, language)
    let file = "README\(suffix).md"
    func place(_ path: String) -> String { "chapters/\(name)/\(path)" }
    guard let old = written[file] else { return ["\(place(file)): expected a file, found none"] }
    let missing = Set(files.keys).symmetricDifference(written.keys).sorted().map {
      "\(place($0)): expected on both pages, found on one"
    }
    let pictures = outline.pictures(old).compactMap { path in
      PageComparison.difference(written: written[path] ?? "", fresh: files[path] ?? "").map { "\(place(path)), \($0)" }
    }
    return outline.differences(written: old, fresh: files[file] ?? "").map { "\(place(file)): \($0)" } + missing
      + pictures
  }
}
