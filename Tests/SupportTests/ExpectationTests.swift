import Synchronization
import Testing

@testable import Support

/// The functions with which all other tests state what has to hold must fail themselves where it does not.
struct ExpectationTests {
  /// What an expectation that fails records: its words and its line.
  private func recorded(_ expectation: () -> Void) -> [(words: String, line: Int)] {
    let recorded = Mutex<[(words: String, line: Int)]>([])
    Recording.$record.withValue({ words, place in recorded.withLock { $0.append((words, place.line)) } }) {
      expectation()
    }
    return recorded.withLock { $0 }
  }

  @Test func whatHoldsRecordsNothing() {
    #expect(recorded { expect(2 < 3, "never read") }.isEmpty)
    #expect(recorded { expectEqual([1, 2], [1, 2]) }.isEmpty)
    #expect(recorded { expectEqual(nil as Int?, nil) }.isEmpty)
  }

  @Test func whatDoesNotHoldIsRecordedAtItsLine() {
    let line = #line
    let plain = recorded { expect(3 < 2) }
    let said = recorded { expect(3 < 2, "three and two") }
    let unequal = recorded { expectEqual(["a"], ["b"], "a list") }
    #expect(
      plain.map(\.words) == ["does not hold: let plain = recorded { expect(3 < 2) }"] && plain.map(\.line) == [line + 1]
    )
    #expect(said.map(\.words) == ["three and two"] && said.map(\.line) == [line + 2])
    #expect(unequal.map(\.words) == [#"a list: ["a"] is not ["b"]"#] && unequal.map(\.line) == [line + 3])
    #expect(recorded { expectEqual(Double.nan, .nan) }.count == 1, "not a number is equal to nothing")
  }

  @Test func aPlaceThatIsGivenIsTaken() {
    let place = SourceLocation(fileID: "A/B.swift", filePath: "B.swift", line: 7, column: 1)
    #expect(recorded { expect(false, sourceLocation: place) }.map(\.line) == [7])
    #expect(recorded { expectEqual(1, 2, sourceLocation: place) }.map(\.line) == [7])
  }

  @Test func withoutItsSourceAConditionIsSaidNotToHold() {
    let elsewhere = recorded { expect(false, filePath: "no such file.swift", line: 3) }
    #expect(elsewhere.map(\.words) == ["the condition does not hold"] && elsewhere.map(\.line) == [3])
    #expect(recorded { expect(false, line: 1_000_000) }.map(\.words) == ["the condition does not hold"])
  }

  @Test func ofLongTextsTheFirstLinesThatDifferAreShown() {
    #expect(difference("a\nb\nc", "a\nB\nc") == #"line 2 is "b", not "B""#)
    #expect(difference("a\nb", "a\nb\nc") == #"line 3 is the end, not "c""#)
    #expect(difference("a\nb\n", "a\nb") == #"line 3 is "", not the end"#)
    #expect(difference("one", "two\nlines") == #"line 1 is "one", not "two""#)
    #expect(difference("one", "two") == #""one" is not "two""#)
    let long = String(repeating: "x", count: 2001)
    #expect(difference(long, "y") == "\"\(long.dropLast(2))… (2003 letters) is not \"y\"")
  }
}
