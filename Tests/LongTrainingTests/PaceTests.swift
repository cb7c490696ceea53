import Foundation
import Support
import Testing

@testable import LongTraining

@Suite struct Paces {
  @Test func aLineSaysHowFastAndHowLong() throws {
    var pace = Pace(total: 1000, done: 200, unit: "words")
    let young = pace.line("epoch 1", done: 201)
    expect(young == nil)
    usleep(150_000)
    let later = pace.line("epoch 1", done: 500)
    let line = try #require(later)
    let match = try #require(line.wholeMatch(of: /epoch 1, (\d+) words\/s, (\d+) s left/))
    // 300 words in 0.15 s or, on a busy machine, more.
    try expect(#require(Int(match.1)) <= 2000)
  }

  /// 25 of 75 were done before; the rate is of those since then.
  @Test func theTimeThatIsLeftFollowsFromTheRate() {
    let start = ContinuousClock.now
    var pace = Pace(total: 75, done: 25, unit: "words", at: start)
    expect(pace.line("a", done: 26, at: start + .milliseconds(100)) == nil)
    expectEqual(pace.line("b", done: 45, at: start + .seconds(2)), "b, 10 words/s, 3 s left")
    expect(pace.line("c", done: 46, at: start + .milliseconds(2100)) == nil)
    // 40 in 5 s; 10 are left, which is 1.25 s.
    expectEqual(pace.line("d", done: 65, at: start + .seconds(5)), "d, 8 words/s, 2 s left")
    expectEqual(pace.line("e", done: 25, at: start + .seconds(10)), "e, 0 words/s, 500 s left")
  }

  /// Parts of a second count; what is not told was not done before, and all that is done leaves nothing.
  @Test func partsOfASecondCount() {
    let start = ContinuousClock.now
    var pace = Pace(total: 40, unit: "steps", at: start)
    expectEqual(pace.line("a", done: 31, at: start + .milliseconds(2500)), "a, 12 steps/s, 1 s left")
    expectEqual(pace.line("b", done: 40, at: start + .milliseconds(2601)), "b, 15 steps/s, 0 s left")
    expect(pace.line("c", done: 40, at: start + .milliseconds(2701)) == nil)
    expectEqual(pace.line("d", done: 8, at: start + .milliseconds(2702)), "d, 2 steps/s, 11 s left")
    // What is not shown is not put together.
    var count = 0
    func text() -> String {
      count += 1
      return "e"
    }
    expect(pace.line(text(), done: 9, at: start + .milliseconds(2750)) == nil && count == 0)
    expect(pace.line(text(), done: 9, at: start + .seconds(3)) == "e, 3 steps/s, 11 s left" && count == 1)
  }

  @Test func aFingerprintTellsTextsApart() {
    func print(_ texts: [String]) -> Fingerprint {
      var print = Fingerprint()
      for text in texts { print.add(text) }
      return print
    }
    expect(print(["ab", "c"]) != print(["a", "bc"]) && print(["ab", "c"]) == print(["ab", "c"]))
    var bytes = Fingerprint()
    bytes.add([UInt8(ascii: "a")])
    // FNV-1a of "a".
    expectEqual(bytes.text, "af63dc4c8601ec8c")
  }
}
