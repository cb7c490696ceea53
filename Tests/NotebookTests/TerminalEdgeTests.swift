import Drawing
import Foundation
import Formulas
import Support
import Testing
import TextLayout

@testable import Notebook

/// Lines for a terminal: their width, their blank lines between, and what a pager is given.
@Suite struct TerminalEdgeTests {
  private func writer(_ columns: Int = 40, colour: Bool = false, code: Bool = false) -> TerminalWriter {
    TerminalWriter(
      terminal: Terminal(columns: columns, hasColour: colour, isInteractive: false), words: .english, showsCode: code)
  }

  private func comparison(_ title: String, _ actual: [Double] = [1], _ reason: String? = nil) -> Comparison {
    Comparison.of(
      title, kind: .computed(expected: nil, actual: nil), expected: Numbers(actual.map { _ in 1.0 }),
      actual: Numbers(actual), bounds: actual.map { _ in 0.5 }, axes: [], reason: reason)
  }

  @Test func aTitleHasEverythingBelowIt() throws {
    var log = Log(
      name: "a", number: 1, title: "A title of a page", summary: "What it says.", language: "en", minutes: 5)
    log.question = [.text("Why?")]
    log.goals = [[.text("one")], [.text("two")]]
    log.requires = [("b", "B"), ("c", "C")]
    var own = writer()
    expectEqual(
      own.title(log),
      [
        "A title of a page", "═════════════════", "Why?", "", "What it says.", "5 minutes · Read before: B, C", "",
        "Goals:", "• one", "• two",
      ])
    var narrow = writer(10)
    let bare = Log(name: "a", number: 1, title: "A title of a page", summary: "", language: "en")
    expectEqual(narrow.title(bare), ["A title of", "a page", "══════════"])
    expect(writer(100).width == 100 && writer(101).width == 100 && writer(99).width == 99)
  }

  /// A blank line stands between entries, but not between short results, and not before the first.
  @Test func shortResultsStandTogether() {
    var own = writer()
    func lines(_ item: Item) -> [String] { own.item(item) }
    expect(lines(.output(.result("a"))) == ["    a"] && lines(.output(.result("b"))) == ["    b"])
    expectEqual(lines(.output(.result("c\nd"))), ["", "    c", "    d"])
    expectEqual(lines(.output(.result("e"))), ["", "    e"])
    expectEqual(lines(.output(.value(name: nil, Numbers(2), decimals: 1))), ["    2"])
    expect(lines(.output(.note("n"))) == ["", "n"] && lines(.output(.note("m"))) == ["", "m"])
    expect(lines(.code("x", firstLine: 1, isOpen: true)).isEmpty && lines(.output(.live(nil))).isEmpty)
    expect(own.passing("gone") == ["", "    gone"] && own.passing(String(repeating: "x", count: 50))[0].count == 39)
    expectEqual(lines(.output(.value(name: nil, Numbers([[1], [2]]), decimals: 1))).first, "")
  }

  /// The first comparison shows its digits, those that follow take a line, and so do all in an appendix.
  @Test func comparisonsInARowTakeALine() {
    var own = writer(80)
    expectEqual(own.item(.output(.comparison(comparison("a")))).count, 5)
    expectEqual(own.item(.output(.comparison(comparison("b")))), ["", "    ✓ b: holds; at most 0.5"])
    expectEqual(own.item(.output(.comparison(comparison("c")))), ["    ✓ c: holds; at most 0.5"])
    expectEqual(own.item(.output(.comparison(comparison("d", [3]))))[1], "    ✗ d: fails")
    expectEqual(own.item(.output(.comparison(comparison("e")))).count, 2)
    _ = own.item(.prose([.rule]))
    expectEqual(own.item(.output(.comparison(comparison("f")))).count, 6)
    _ = own.item(.output(.note("n")))
    expectEqual(own.item(.output(.comparison(comparison("g")))).count, 6)
    _ = own.item(.prose([.heading(level: 2, id: "appendix-x", [])]))
    expectEqual(own.item(.output(.comparison(comparison("h")))), ["", "    ✓ h: holds; at most 0.5"])
  }

  @Test func aComparisonIsCutToItsWidth() {
    var own = writer(34)
    expectEqual(
      own.item(.output(.comparison(comparison("a", [1, 1.25, 1, 1], "since it is so")))),
      [
        "    ✓ a: holds", "      by hand            1", "      layer       1.000000", "      difference         0",
        "      largest difference 0.25; at", "      most 0.5: since it is so; 4", "      values",
      ])
    let lines = own.item(.output(.comparison(comparison("x", [1, 3, 1, 1]))))
    expect(lines.allSatisfy { $0.count <= 34 }, "\(lines)")
    expectEqual(lines.last?.hasPrefix("        "), true)
  }

  @Test func codeHasItsLineNumbers() {
    var own = writer(code: true)
    let text = Array(repeating: "x", count: 2).joined(separator: "\n")
    expectEqual(own.item(.code(text, firstLine: 9, isOpen: false)), [" 9 │ x", "10 │ x"])
    expect(own.code("x", firstLine: 8) == ["8 │ x"] && own.code("x", firstLine: 9) == [" 9 │ x"])
    expectEqual(writer(colour: true).swift("let a"), ["\u{1B}[35mlet\u{1B}[0m a"])
    expectEqual(writer(colour: true).swift("/* a\nb */").count, 2)
  }

  @Test func headingsAreUnderlinedToTheSecondLevel() {
    expect(writer().heading(2, "ab") == ["ab", "──"] && writer().heading(3, "ab") == ["ab"])
    expectEqual(writer(3).heading(1, "ab cd"), ["ab", "cd", "───"])
  }

  @Test func tablesGiveWayAtTheirWidestColumn() {
    func grid(_ width: Int, _ header: [String], _ rows: [[String]], _ alignments: [Alignment]) -> [String] {
      writer().grid(header, rows, alignments, width: width)
    }
    expectEqual(
      grid(20, ["a", "b"], [["1", "22"], ["333", ""]], [.left, .right]), ["a     b", "───  ──", "1    22", "333"])
    expectEqual(grid(20, ["", ""], [["1", "2"]], [.left, .centre]), ["1  2"])
    expectEqual(
      grid(11, ["x", "y"], [["aa bb cc", "dd ee"]], [.left, .left]),
      ["x     y", "────  ─────", "aa    dd ee", "bb", "cc"])
    expectEqual(grid(1, ["abcde"], [["fghij"]], [.left]), ["abcd", "e", "────", "fghi", "j"])
    expect(writer().columnWidths([["a"], ["bb", "c"]]) == [2, 1] && writer().columnWidths([]).isEmpty)
    expectEqual(grid(20, ["abc"], [["b"]], [.centre])[2], " b")
  }

  @Test func longRowsOfNumbersLeaveOutTheirMiddle() {
    func lines(_ numbers: some NumericArray, _ columns: Int, _ name: String? = "x") -> [String] {
      writer(columns).output(.value(name: name.flatMap { try? MathText(latex: $0) }, Numbers(numbers), decimals: 4))
    }
    let row = (1...12).map { Double($0) / 8 }
    expectEqual(lines(row, 40), ["    x = [0.1250  …  1.5000]  [12]"])
    expectEqual(lines(row, 60), ["    x = [0.1250  0.2500  0.3750  …  1.5000]  [12]"])
    expect(
      lines(1.5, 40, nil) == ["    1.5000"] && lines([[1.0], [2]], 40) == ["    x = [1]", "        [2]  [2, 1]"])
    expectEqual(lines([1.0, 2], 40, nil), ["    [1  2]"])
  }

  @Test func coloursEndWithTheirWord() throws {
    let own = TerminalWriter(
      terminal: Terminal(columns: 20, hasColour: true, isInteractive: false), words: .english, showsCode: false,
      symbols: [("h", .sky)])
    let h = try MathText(latex: "h")
    let lines = own.paragraph(
      [
        .text("a "), .emphasis([.text("b c")]), .text(" "), .strong([.code("d")]), .text(" "), .formula(h), .text(" e"),
        .link([.text("f")], url: "http://x"), .link([.text("g")], url: "#x"),
      ], width: 14)
    func applied(_ style: TextStyle, _ text: String) -> String { style.applied(to: text) }
    expectEqual(lines.count, 2)
    let text = lines.joined(separator: "\n")
    expect(
      text.contains(applied(.italic, "b c")) && text.contains(applied(TextStyle.bold.union(.code), "d")), "\(text)")
    expect(text.contains(applied(.hue(.sky), "h")) && text.contains(applied(.dim, "(http://x)")), "\(text)")
    expect(own.styled("a", .bold) == applied(.bold, "a") && writer().styled("a", .bold) == "a")
  }

  @MainActor @Test func aPagerGetsWhatIsLongerThanTheWindow() throws {
    var printed = ""
    let file = FileManager.default.temporaryDirectory.appending(path: "pager-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let pager = Pager("cat > '\(file.path)'", rows: 2) { printed += $0 }
    pager.hold("a\n")
    pager.hold("b\n")
    pager.show()
    expect(printed.isEmpty && (try? String(contentsOf: file, encoding: .utf8)) == "a\nb\n")
    pager.show()
    pager.hold("c\n")
    pager.show()
    expectEqual(printed, "c\n")
    pager.hold("d\n")
    pager.release()
    pager.release()
    expectEqual(printed, "c\nd\n")
    let fits = Pager("false", rows: 3) { printed += $0 }
    fits.hold("e\nf\n")
    fits.show()
    expect(printed == "c\nd\ne\nf\n" && Pager.rows >= 1)
  }
}
