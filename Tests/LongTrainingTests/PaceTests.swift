import Foundation
import Testing

@testable import LongTraining

@Suite struct Paces {
  @Test func aLineSaysHowFastAndHowLong() throws {
    var pace = Pace(total: 1000, done: 200, unit: "words")
    let young = pace.line("epoch 1", done: 201)
    #expect(young == nil)
    usleep(150_000)
    let later = pace.line("epoch 1", done: 500)
    let line = try #require(later)
    let match = try #require(line.wholeMatch(of: /epoch 1, (\d+) words\/s, (\d+) s left/))
    // 300 words in 0.15 s or, on a busy machine, more.
    #expect(try #require(Int(match.1)) <= 2000)
  }

  @Test func aFingerprintTellsTextsApart() {
    func print(_ texts: [String]) -> Fingerprint {
      var print = Fingerprint()
      for text in texts { print.add(text) }
      return print
    }
    #expect(print(["ab", "c"]) != print(["a", "bc"]) && print(["ab", "c"]) == print(["ab", "c"]))
    var bytes = Fingerprint()
    bytes.add([UInt8(ascii: "a")])
    // FNV-1a of "a".
    #expect(bytes.text == "af63dc4c8601ec8c")
  }
}
