import Support
import Testing
import TextLayout

/// Every kind of the table at `printable`, the first and the last of each, and their neighbours.
@Suite struct PrintableTests {
  @Test(arguments: [
    ("\u{0}", #"\u0000"#), ("\u{8}\t\n\u{C}\r", #"\b\t\n\f\r"#), ("\u{B}", #"\u000b"#), ("\u{1B}[2J", #"\u001b[2J"#),
    ("\u{1F} ~", #"\u001f ~"#), ("\u{7F}", #"\u007f"#), ("\u{80}\u{9B}31m\u{9F}", #"\u0080\u009b31m\u009f"#),
    ("\u{A0}é", "\u{A0}é"), ("a\u{2028}b\u{2029}", #"a\u2028b\u2029"#),
    ("\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}\u{61C}", #"\u202a\u202e\u2066\u2069\u200e\u061c"#),
    ("\u{AD}\u{200B}\u{200D}\u{2060}\u{FEFF}", #"\u00ad\u200b\u200d\u2060\ufeff"#),
    ("\u{115F}\u{3164}\u{FE0F}\u{34F}", #"\u115f\u3164\ufe0f\u034f"#), ("\u{E0041}", #"\udb40\udc41"#),
    ("\u{E000}\u{10FFF}\u{10FF7F}", #"\ue000\ud803\udfff\udbff\udf7f"#), ("\u{378}\u{FFFF}", #"\u0378\uffff"#),
    ("", ""), ("a \"b\" \\n", "a \"b\" \\n"), ("门 🚪 h\u{303}ₜ ⊙ −…", "门 🚪 h\u{303}ₜ ⊙ −…"),
  ])
  func whatActsOrIsNotSeenIsEscaped(text: String, shown: String) {
    expectEqual(Array(printable(text).unicodeScalars), Array(shown.unicodeScalars))
    expect(printable(text).unicodeScalars.allSatisfy { !$0.needsEscape })
  }

  @Test func aQuotedTextIsCutAfterItsLimit() {
    expectEqual(quoted(""), "\"\"")
    expectEqual(quoted("a\u{1B}[2J\n"), #""a\u001b[2J\n""#)
    let long = String(repeating: "x", count: 80)
    expectEqual(quoted(long), "\"\(long)\"")
    expectEqual(quoted(long + "y"), "\"\(long)…\"")
    expectEqual(quoted("\n\nab", limit: 3), #""\n\na…""#)
    expectEqual(quoted("abc", limit: 3), "\"abc\"")
  }
}

/// A name comes back byte for byte, whatever it holds.
@Suite struct FileNameTests {
  @Test(arguments: [
    ([], ""), (Array("a/é门🚪.json".utf8), "a/é门🚪.json"), ([0x61, 0xFF, 0x62], "a\u{10FFFF}b"),
    ([0xC3], "\u{10FFC3}"), ([0xC3, 0x28], "\u{10FFC3}("), ([0xE9, 0x97, 0xC3, 0xA9], "\u{10FFE9}\u{10FF97}é"),
    // What stands for a byte is told from the same character in a name.
    (Array("\u{10FFFF}".utf8), "\u{10FFF4}\u{10FF8F}\u{10FFBF}\u{10FFBF}"),
    (Array("\u{10FF7F}".utf8), "\u{10FF7F}"),
  ])
  func everyNameHasAText(bytes: [UInt8], text: String) {
    expectEqual(FileName.text(of: bytes), text)
    expectEqual(FileName.bytes(of: text), bytes)
  }

  @Test func everyByteComesBackAndIsShown() {
    let bytes = (1...255).map { UInt8($0) } + [0xF0, 0x9F]
    expectEqual(FileName.bytes(of: FileName.text(of: bytes)), bytes)
    expectEqual(printable(FileName.text(of: [0x61, 0x80, 0xFF])), #"a\x80\xff"#)
  }
}
