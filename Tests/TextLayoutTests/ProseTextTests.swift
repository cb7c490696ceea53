import Support
import Testing

@testable import TextLayout

/// What of a text is for people to translate.
@Suite struct ProseTextTests {
  @Test(arguments: [
    ("a gate", true), ("ab", true), ("门控", true), ("éa", true), ("e\u{301}a\u{301}", true), ("\u{1C5}o", false),
    ("", false), ("a", false),
    ("x 1 y", false), ("a1b", false), ("12.5 − 3", false), ("i, f, g", false), ("$hidden$", false),
    ("the $h_t$", true), ("$a$ and $b$", true), ("`code`", false), ("`a` is", true), (#"\sigma"#, false),
    (#"\sigma is"#, true), (#"\(1)"#, false), (#"\(12) of \(3)"#, true), ("_{hidden}", false), ("x^abc", false),
    ("W_hidden", false), ("tanh", false), ("relu exp", false), ("tanhs", true), ("text", true), ("expect", true),
    ("tanh is", true), ("a_b cd", true), ("$ab", true), ("`ab", true),
  ])
  func textsHaveWordsOrNot(text: String, hasWords: Bool) {
    expectEqual(ProseText(text).hasWords, hasWords)
  }

  @Test(arguments: [
    ("two words", true), ("don’t", true), ("a-b cd", true), ("1 step", false), ("ab, cd", false), ("x", false),
    ("`code`", false),
  ])
  func phrasesAreWordsAlone(text: String, isPhrase: Bool) {
    expectEqual(ProseText(text).isPhrase, isPhrase)
  }

  @Test func valuesStandApartFromWords() {
    let text: ProseText = "In \(3) of \("ten") steps, \(0.5)"
    expect(text.text == "In 3 of ten steps, 0.5" && text.words == #"In \(1) of \(2) steps, \(3)"#)
    expectEqual(text.values, ["3", "ten", "0.5"])
    expect(ProseText("a \\(1)").values.isEmpty && ProseText("plain").words == "plain")
  }
}
