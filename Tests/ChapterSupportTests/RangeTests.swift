import Options
import Testing

@testable import ChapterSupport
@testable import Notebook

@MainActor @Suite struct RangeTests {
  private func page() throws -> Notebook {
    try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en", symbols: []), parameters: [],
      file: #filePath, arguments: [], terminal: Terminal(columns: 80, hasColour: false, isInteractive: false)
    ) { _ in }
  }

  @Test func numbersInsideHoldAndNumbersOutsideFail() throws {
    let page = try page()
    #expect(page.range("inside", of: [0.5, 1, -1], in: -1...1))
    #expect(!page.range("above", of: [0.5, 1.0001], in: -1...1))
    #expect(!page.range("below", of: [0.0009, 0.5], in: 0.001...2))
    #expect(!page.range("not a number", of: [0.5, .nan], in: -1...1))
    #expect(page.conclude() == 1)
  }

  /// Neither number lies in the range of the other.
  @Test func eachNumberHasItsOwnRange() throws {
    let page = try page()
    #expect(page.range("inside", of: [[0.5], [7.0]], in: [0...1, 6...8]))
    #expect(!page.range("swapped", of: [[0.5], [7.0]], in: [6...8, 0...1], names: ("moved", "own")))
    #expect(!page.range("one of them", of: [0.5, 8.5], in: [0...1, 6...8]))
    #expect(!page.range("not a number", of: [0.5, .nan], in: [0...1, 6...8]))
    let swapped = page.comparisons[1]
    #expect(swapped.expectedShape == [2, 1] && swapped.expected == [6, 1] && swapped.actual == [0.5, 7])
    #expect(swapped.kind == .computed(expected: "moved", actual: "own"))
  }
}
