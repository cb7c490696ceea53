import Drawing
import Foundation
import Options
import Support
import Testing
import TextLayout

@testable import Notebook

/// What stands around a lesson: title, question, goals, neighbours and other languages; and what is wrong with a page.
@MainActor @Suite struct FrameTests {
  @Test func aPageKnowsItsPlaceInTheCourse() throws {
    let chapter = try CourseChapter()
    let page = try chapter.page(["--also", "zh"])
    let (english, chinese) = (page.editions[0].log, page.editions[1].log)
    expect(
      plainText(english.question) == "Why is it a|b?"
        && english.goals.map(plainText) == ["Compute h by hand", "Read Elman 1990"])
    expectEqual(english.requires.map { "\($0.name) \($0.title)" }, ["early Early & first", "late Late"])
    expect(english.before?.name == "early" && english.before?.title == "Early & first")
    expect(english.after?.name == "late" && english.after?.title == "Late")
    expect(english.otherLanguages == ["zh"] && chinese.otherLanguages == ["en"] && english.places.isEmpty)
    expectEqual(english.symbols.map { "\($0.name) \($0.hue)" }, ["h sky", "x blue", "z orange"])
    expect(english.language == "en" && chinese.language == "zh" && chinese.sourceLanguage == "en")
    expect(chinese.title == "中间" && chinese.summary == "本章摘要。" && english.title == "Middle")
    expect(chinese.requires.map(\.title) == ["早先", "Late"] && plainText(chinese.goals[0]) == "手算 h")
    expect(chinese.before?.title == "早先" && chinese.after?.title == "Late")
    let pages = ["README", "NOTATION", "GLOSSARY", "BIBLIOGRAPHY"].map { ("../\($0).md", "../\($0).zh.md") }
    let chapters = ["early", "middle"].map { ("../\($0)/README.md", "../\($0)/README.zh.md") }
    expectEqual(chinese.places, Dictionary(uniqueKeysWithValues: pages + chapters))
    expectEqual(
      english.parameters,
      [
        .init(
          name: "units", value: "13", fallback: "13", allowed: "a whole number from 1 to 512",
          help: "units of the layer")
      ])
    expect(chinese.parameters[0].help == "层的单元" && english.minutes == 45)
    expect(page.editions[0].problems.isEmpty && page.editions[0].complaints.isEmpty)
    let absent = [
      "Add `a`.", "Add a and b.", "Then c.", "Do it:", "once", "Begin.", "End.", "Two", "odd", "A ` alone.", "One.",
      "Read [@e90]", "a whole number from 1 to 512",
    ]
    expectEqual(page.editions[1].problems, absent.map { "prose.zh.md: no words for “\($0)”" })
  }

  @Test func aChapterThatIsNotThereCannotBeRequired() throws {
    let page = try CourseChapter().page(requires: ["none", "early"])
    expectEqual(page.log.requires.map(\.title), ["none", "Early & first"])
    expect(page.editions[0].problems == ["requires: expected a chapter, received \"none\""] && page.conclude() == 1)
  }

  /// A page that runs without its repository knows no chapters, so none can be missing.
  @Test func withoutChaptersNoneIsMissing() throws {
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), question: "Why $\\nosuch$?",
      requires: ["none"], parameters: [], file: "/none/demo/main.swift", arguments: [], terminal: .pipe
    ) { _ in }
    expect(page.log.requires.map(\.title) == ["none"] && page.log.before == nil && page.log.after == nil)
    expectEqual(page.editions[0].problems, [#"unknown command \nosuch at character 1 of “\nosuch”"#])
    guard case .output(.note(let text))? = page.log.items.first else {
      Issue.record("\(page.log.items)")
      return
    }
    expectEqual(
      text, "The source of this chapter is not at hand: its prose and its code cannot be shown. Results follow.")
    expect(page.log.items.count == 1 && page.log.question == [.text("Why "), .code("\\nosuch"), .text("?")])
  }

  @Test func otherParametersAreNoted() throws {
    let page = try CourseChapter().page(["--units", "14"])
    guard case .output(.note(let text))? = page.log.items.first else {
      Issue.record("\(page.log.items)")
      return
    }
    expectEqual(
      text,
      "This run has other than the default parameters, so numbers printed in the sources do not apply; everything else is compared."
    )
    expect(page.log.parameters.map(\.value) == ["14"] && page[CourseChapter.units] == 14 && !page.keepsDefaults)
    expect(page.isNamed(CourseChapter.units) && page.log.commandLine == "swift run chapter-middle --units 14")
    expect(page.command.name == "chapter-middle" && page.command.summary == "A summary." && page.log.items.count == 1)
    expectEqual(
      page.command.options.map(\.name),
      [
        "units", "html", "markdown", "json", "live", "code", "no-pager", "language", "also",
      ])
  }

  /// With `--help` nothing is shown and no file is looked at.
  @Test func helpShowsNoPage() throws {
    var printed = ""
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: "/none/demo/main.swift", arguments: ["--json", "/none/page", "--help"], terminal: .pipe
    ) { printed += $0 }
    expect(printed.isEmpty && page.log.items.isEmpty && page.arguments.asksForHelp && page.command.summary == "Demo")
  }

  // MARK: Mistakes of a page

  @Test func mistakesAreNamedWithTheirLine() throws {
    let chapter = try DemoChapter()
    defer { withExtendedLifetime(chapter) {} }
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: chapter.file.path, arguments: [], terminal: .pipe
    ) { _ in }
    page.show(#"\a"#, 1, line: 13)
    page.prose("Odd $\\b$.", line: 14)
    page.table(#"$\c$"#, columns: [#"$\d$"#], rows: [[#"$\e$"#]], line: 15)
    page.formula(latex: #"\f"#, line: 20)
    page.show("x", 1, line: 16)
    page.show("x", 1, line: 17)
    func unknown(_ line: Int, _ name: String) -> String {
      #"line \#(line): unknown command \\#(name) at character 1 of “\\#(name)”"#
    }
    expectEqual(
      page.editions[0].problems,
      [
        unknown(13, "a"), unknown(14, "b"), unknown(15, "c"), unknown(15, "d"), unknown(15, "e"), unknown(20, "f"),
      ])
    let inside = "shown inside a function without its caller's line; take `line: Int = #line` and hand it on"
    expectEqual(page.editions[0].complaints.suffix(2), ["line 16: \(inside)", "line 17: \(inside)"])
    expectEqual(page.conclude(), 1)
  }

  // MARK: What is shown

  /// The page's items since it began, without its source.
  private func items(_ words: [String] = [], _ show: (Notebook) -> Void) throws -> [Output] {
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [DemoChapter.units],
      file: "/none/demo/main.swift", arguments: words, terminal: .pipe
    ) { _ in }
    let first = page.log.items.count
    show(page)
    return page.log.items.dropFirst(first).compactMap { if case .output(let output) = $0 { output } else { nil } }
  }

  @Test func numbersHaveTheirDecimals() throws {
    let outputs = try items { page in
      page.show("", 1.5, line: 1)
      for decimals in [-1, 0, 17, 18] { page.show("x", 1, decimals: decimals, line: 1) }
      page.note("-1 note", line: 1)
      page.result("-2 result", line: 1)
    }
    let values = outputs.compactMap { output -> String? in
      switch output {
      case .value(let name, let numbers, let decimals): "\(name?.latex ?? "-") \(numbers.doubles) \(decimals)"
      case .note(let text), .result(let text): text
      default: nil
      }
    }
    expectEqual(values, ["- [1.5] 4", "x [1.0] 0", "x [1.0] 0", "x [1.0] 17", "x [1.0] 17", "−1 note", "−2 result"])
    try expectEqual(Notebook.text(of: 2.0 / 3), ["0.6667", "0.67"])
  }

  /// Both sides, their names, bounds and reasons reach the page; printed numbers count only with the defaults.
  @Test func comparisonsKeepWhatTheyWereGiven() throws {
    func comparisons(_ words: [String] = []) throws -> [Comparison] {
      try items(words) { page in
        page.compare("a", hand: [1.0, 2], layer: [1.0, 2.5], tolerance: 0.25, axes: ["unit"], because: "r", line: 1)
        page.compare(
          "b", ("left", [[4.0], [5]]), ("right", [[4.0], [5]]), tolerance: Tolerance(absolute: 1, relative: 0.5),
          axes: [Axis("row", ["p", "q"])], because: "s", line: 1)
        page.documented("D1", "c", printed: "0.5 and 7", computed: [0.55, 7.75], line: 1)
        page.documented("D2", "d", printed: "0.5", computed: 0.7, within: 0.25, because: "t", axes: ["x"], line: 1)
        page.documented("D3", "e", printed: "0.5 1", computed: [0.5], line: 1)
        page.range("f", of: [1.0, 3], in: 0...2, named: "n", key: "D4", axes: ["y"], because: "u", line: 1)
        page.range("g", of: [1.0, 3], in: 0...2, line: 1)
      }.compactMap { if case .comparison(let comparison) = $0 { comparison } else { nil } }
    }
    let all = try comparisons()
    expect(
      all.map(\.title) == ["a", "b", "c", "d", "e", "f", "g"]
        && all.map(\.reason) == ["r", "s", nil, "t", nil, "u", nil])
    expect(
      all.map(\.isFailure) == [true, false, true, false, true, true, true]
        && all.map { $0.axes.map(\.name) } == [["unit"], ["row"], [], ["x"], [], ["y"], []])
    expect(
      all[1].kind == .computed(expected: "left", actual: "right")
        && all[0].kind == .computed(expected: nil, actual: nil))
    expect(all[1].bounds == 3...3.5 && all[1].axes[0].places == ["p", "q"] && all[0].bounds == 0.25...0.25)
    expectEqual(all[2].kind, .documented(key: "D1", digits: ["0.5", "7"], decides: true))
    guard case .differs(let first) = all[2].verdict else {
      Issue.record("\(all[2].verdict)")
      return
    }
    // Half a unit of the last digit, and four units in the last place of a double.
    expect(first.index == 1 && first.bound == 0.5 + 4 * 7.0.ulp && all[2].bounds.lowerBound == 0.05 + 4 * 0.5.ulp)
    expect(all[3].kind == .documented(key: "D2", digits: ["0.5"], decides: false) && all[3].bounds == 0.25...0.25)
    expect(all[4].verdict == .shapesDiffer && all[4].expectedShape == [2] && all[3].expectedShape == [])
    expectEqual(all[5].kind, .range(key: "D4", name: "n", ranges: [0...2, 0...2]))
    let other = try comparisons(["--units", "14"])
    expectEqual(other.map { $0.verdict == .doesNotApply }, [false, false, true, true, true, true, false])
  }

  @Test func whatHoldsIsAnswered() throws {
    var answers: [Bool] = []
    _ = try items { page in
      answers = [
        page.compare("a", hand: 1, layer: 1, tolerance: 0), page.compare("a", hand: 1, layer: 2, tolerance: 0),
        page.documented("D", "a", printed: "1", computed: 1), page.documented("D", "a", printed: "1", computed: 2),
        page.range("a", of: 1, in: 0...1), page.range("a", of: 2, in: 0...1),
        page.compare("a", ("l", 1), ("r", 1), tolerance: 0), page.compare("a", ("l", 1), ("r", 2), tolerance: 0),
      ]
    }
    expectEqual(answers, [true, false, true, false, true, false, true, false])
  }
}

extension Notebook {
  /// A number as tables show it, with the usual digits and with two.
  fileprivate static func text(of value: Double) throws -> [String] {
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: "/none/demo/main.swift", arguments: [], terminal: .pipe
    ) { _ in }
    return [page.text(value), page.text(value, decimals: 2)]
  }
}
