import Support
import Testing
import TextLayout

@Test(arguments: [
  ("abc", 3), ("长短期记忆", 10), ("h\u{0303}", 1), ("é", 1), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("ｆ", 2), ("ﾊ", 1),
  ("x₁ ⊙ σ", 6),
  ("한글", 4), ("かな", 4), ("\u{1B}", 0), ("👍🏽", 2), ("⣿", 1), ("█", 1), ("", 0),
])
func widthsAreThoseOfATerminal(text: String, width: Int) {
  expectEqual(displayWidth(text), width)
}

@Test func linesBreakAtSpacesAndBetweenWideCharacters() {
  expectEqual(wrapped("the gate is open", width: 8), ["the gate", "is open"])
  expectEqual(wrapped("the gate is open", width: 8, hanging: 2), ["the gate", "  is", "  open"])
  expectEqual(wrapped("门是开的。门", width: 8), ["门是开", "的。门"])
  expectEqual(wrapped("LSTM有门", width: 6), ["LSTM有", "门"])
  expectEqual(wrapped("abcdefghij", width: 4), ["abcd", "efgh", "ij"])
  expectEqual(wrapped("", width: 4), [""])
  expectEqual(wrapped("  a   b ", width: 4), ["a b"])
}
