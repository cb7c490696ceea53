import Foundation
import Notebook

/// What a page says apart from its numbers: headings, prose, code, the titles of its tables, and where a picture
/// stands.
///
/// Two trainings differ from machine to machine in more than last digits, and their times do always. The page of a
/// chapter that trains for long is compared by its outline, with a short run: nothing that stands in the source can
/// change without the page.
///
/// Left out are tables, results, formulas, quotations, comparisons and what pictures are said to show. Numbers in
/// titles count as equal, and so does the remark that digits are generated. An output between two pieces of code cuts
/// them apart, so where code is cut does not matter.
enum PageOutline {
  /// Of a page in the Markdown that `MarkdownWriter` writes.
  static func lines(_ markdown: String) -> [String] {
    var lines: [String] = []
    var fence: String?
    for line in markdown.lines {
      if let open = fence {
        if line == "```" { fence = nil } else if open == "```swift", !line.isEmpty { lines.append(line) }
      } else if line.hasPrefix("```") {
        fence = line
      } else if line.hasPrefix("![") {
        lines.append("a picture")
      } else if !line.isEmpty, !leftOut.contains(where: line.hasPrefix) {
        lines.append(withoutNumbers(line.replacing(" (generated digits)", with: "")))
      }
    }
    return lines
  }

  /// The first line that differs, or nil where there is none.
  static func difference(written: String, fresh: String) -> String? {
    let (a, b) = (lines(written), lines(fresh))
    guard let place = (0..<max(a.count, b.count)).first(where: { $0 >= a.count || $0 >= b.count || a[$0] != b[$0] })
    else { return nil }
    func text(_ lines: [String]) -> String { place < lines.count ? "“\(lines[place])”" : "the end" }
    return "expected \(text(a)), received \(text(b))"
  }

  /// How lines begin that hold numbers, or fold code.
  private static let leftOut = [
    "|", ">", "✓ ", "✗ ", "– ", "- ✓", "- ✗", "- –", "<details>", "<summary>", "</details>",
  ]

  private static func withoutNumbers(_ line: String) -> String {
    line.split(omittingEmptySubsequences: false) { $0.isASCII && ($0.isNumber || ".,".contains($0)) }
      .reduce(into: "") { text, part in
        if !text.hasSuffix("#"), !text.isEmpty { text += "#" }
        text += part
      }
  }
}

extension ChapterPage {
  /// Where the committed page in `folder` has another outline than this run.
  func outlineDifferences(in folder: URL) -> [String] {
    let written = Self.pageFiles(folder, language)
    let file = "README\(suffix).md"
    let place = "chapters/\(name)/\(file)"
    guard let old = written[file] else { return ["\(place): expected a file, found none"] }
    let missing = Set(files.keys).symmetricDifference(written.keys).sorted().map {
      "chapters/\(name)/\($0): expected on both pages, found on one"
    }
    return (PageOutline.difference(written: old, fresh: files[file] ?? "").map { ["\(place): \($0)"] } ?? [])
      + missing
  }
}
