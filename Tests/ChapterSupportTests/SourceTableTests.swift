import Options
import Support
import Testing
import TextLayout

@testable import ChapterSupport
@testable import Notebook
@testable import PrintedNumbers

/// The tables of what documents printed: own entries in their order, then those of others, and all that is said of
/// each.
@MainActor @Suite struct SourceTableTests {
  private static let units = Option.integer("units", default: 1, in: 1...9, "units")

  private func tables(_ words: [String] = []) throws -> [Table] {
    let page = try Notebook(
      Log(name: "mnist", number: 1, title: "Demo", summary: "", language: "en"), parameters: [Self.units],
      file: "/none/mnist/main.swift", arguments: words,
      terminal: Terminal(columns: 80, hasColour: false, isInteractive: false)
    ) { _ in }
    page.documented("D49", computed: [28, 28], line: 1)
    page.compare("gates", hand: [0.5], layer: [0.5], tolerance: 0, line: 1)
    page.compare("more", hand: [1.0, 2], layer: [1.0, 3], tolerance: 0, line: 1)
    page.sources(
      [
        "D14": .text("first *guest*"), "D49": .text("told"), "D50": .shown(by: "gates", "more"), "D51": .text("x"),
        "D52": .text("x"), "D53": .text("x"), "D54": .text("x"), "D12": .text("second guest"), "D49": .text("again"),
      ], line: 1)
    return page.log.items.compactMap { if case .output(.table(let table)) = $0 { table } else { nil } }
  }

  private func rows(_ tables: [Table]) -> [[String]] { tables.flatMap(\.rows).map { $0.map { plainText($0) } } }

  @Test func everyEntryHasWhatThePageSaysOfIt() throws {
    let found = try tables()
    let rows = rows(found)
    expectEqual(rows.map { $0[0] }, ["D49", "D50", "D51", "D52", "D53", "D54", "D12", "D14"])
    expect(found.allSatisfy { $0.columns.map { plainText($0) } == ["", "what was printed", "on this page"] })
    expectEqual(rows[0], ["D49", "MNIST rows as a sequence, line 16", "2 values, all hold; told; again"])
    expectEqual(rows[1][2], "“gates”: 1 value, all hold; “more”: 2 values, not all hold")
    expect(rows[6][2] == "second guest" && rows[7][2] == "first guest")
    let last = try #require(found.last)
    expect(last.rows.count == 2 && plainText(last.title).hasSuffix(", rnn/1_math_structure_of_rnn.py"))
    expectEqual(plainText(found[0].title), "LSTM on MNIST: data layout and timeline, 000_c7b8f30fcfa20812.txt")
  }

  @Test func withOtherParametersPrintedNumbersDoNotApply() throws {
    try expectEqual(rows(tables(["--units", "2"]))[0][2], "does not apply; told; again")
  }
}
