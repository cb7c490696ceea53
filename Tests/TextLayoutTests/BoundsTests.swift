import Foundation
import Support
import Testing

@testable import TextLayout

/// The first and the last of each range and their neighbours, and texts that fit exactly.
@Suite struct BoundsTests {
  /// Each range of wide characters: its ends take two columns, what stands beside them one.
  @Test(
    arguments: [
      (0x10FF, 1), (0x1100, 2), (0x115F, 2), (0x1160, 1), (0x2E7F, 1), (0x2E80, 2), (0x303E, 2), (0x303F, 1),
      (0x3040, 1), (0x3041, 2), (0x33FF, 2), (0x3400, 2), (0x4DBF, 2), (0x4DC0, 1), (0x4DFF, 1), (0x4E00, 2),
      (0x9FFF, 2), (0xA000, 2), (0xA4CF, 2), (0xA4D0, 1), (0xA95F, 1), (0xA960, 2), (0xA97C, 2), (0xA984, 1),
      (0xABF0, 1), (0xAC00, 2), (0xD7A3, 2), (0xD7A4, 1), (0xF8FF, 1), (0xF900, 2), (0xFAFF, 2), (0xFB00, 1),
      (0xFE10, 2), (0xFE19, 2), (0xFE1A, 1), (0xFE30, 2), (0xFE6F, 2), (0xFE70, 1), (0xFF00, 1), (0xFF01, 2),
      (0xFF60, 2), (0xFF61, 1), (0xFFDF, 1), (0xFFE0, 2), (0xFFE6, 2), (0xFFE7, 1), (0x16FDF, 1), (0x16FE0, 2),
      (0x18DFF, 2), (0x18E00, 1), (0x1AFEF, 1), (0x1AFF0, 2), (0x1B2FF, 2), (0x1B300, 1), (0x1FFFF, 1), (0x20000, 2),
      (0x2FFFD, 2), (0x2FFFE, 1), (0x30000, 2), (0x3FFFD, 2), (0x3FFFE, 1), (0x231A, 2), (0x1F600, 2), (0x2764, 1),
      (0x300, 0), (0x200B, 0), (0x20DD, 0), (0x9F, 0), (0x20, 1), (0x7E, 1),
    ] as [(UInt32, Int)])
  func widthsAtTheEndsOfRanges(value: UInt32, width: Int) throws {
    let scalar = try #require(Unicode.Scalar(value))
    expect(displayWidth(Character(scalar)) == width && displayWidth(String(scalar)) == width)
  }

  @Test func textsAreCutToFit() {
    let cuts: [(String, Int, String)] = [
      ("abc", 3, "abc"), ("abc", 2, "a…"), ("abc", 1, "…"), ("abc", 0, ""), ("abc", -1, ""), ("", 0, ""),
      ("中文", 4, "中文"), ("中文", 3, "中…"), ("中文", 2, "…"), ("a中", 2, "a…"), ("h\u{303}i", 2, "h\u{303}i"),
    ]
    for (text, width, expected) in cuts { expectEqual(clipped(text, to: width), expected, "\(text) \(width)") }
    expect(padded("中", to: 4) == "中  " && padded("abc", to: 2) == "abc" && spaces(-1) == "" && spaces(2) == "  ")
    expect(aligned("ab", to: 6, .middle) == "  ab  " && aligned("中", to: 3, .end) == " 中")
    expect(withoutTrailingSpaces(" a b  ") == " a b" && withoutTrailingSpaces("  ") == "")
  }

  @Test func linesFitExactly() {
    expect(wrapped("ab cd", width: 5) == ["ab cd"] && wrapped("ab cd", width: 4) == ["ab", "cd"])
    expect(wrapped("abcde", width: 5) == ["abcde"] && wrapped("abcdef", width: 5) == ["abcde", "f"])
    expectEqual(wrapped("a bcdefg", width: 4), ["a", "bcde", "fg"])
    // A margin takes at most half of the line.
    expectEqual(wrapped("ab cd", width: 4, hanging: 9), ["ab", "  cd"])
    expectEqual(wrapped("abcd efgh", width: 4, hanging: 3), ["abcd", "  ef", "  gh"])
    expect(wrapped("a\tb\nc", width: 9) == ["a b c"] && wrapped("中 文", width: 5) == ["中 文"])
  }

  // MARK: Lines with styles

  @Test func spansOfOneStyleAreOne() {
    var line = StyledLine("a", .bold)
    line.append("b", .bold)
    line.append("", .soft)
    line.append("c")
    expect(line.spans.map(\.text) == ["ab", "c"] && line.spans.map(\.style) == [.bold, .plain])
    expect(line == StyledLine("ab", .bold) + StyledLine("c") && line != StyledLine("abc") && line.width == 3)
    expect(StyledLine().spans.isEmpty && StyledLine("a", .bold) != StyledLine("a", .soft))
    expect(line != StyledLine("ab", .bold) && StyledLine("ab", .bold) + StyledLine("d") != line)
  }

  @Test func aLineIsCutInItsSpan() {
    let line = StyledLine("abc", .bold) + StyledLine("def", .soft) + StyledLine("g")
    expect(line.clipped(to: 7) == line && line.clipped(to: 6) == StyledLine("abc", .bold) + StyledLine("def", .soft))
    expectEqual(line.clipped(to: 5), StyledLine("abc", .bold) + StyledLine("d…", .soft))
    expectEqual(line.clipped(to: 4), StyledLine("abc", .bold) + StyledLine("…", .soft))
    expect(line.clipped(to: 3) == StyledLine("abc", .bold) && line.clipped(to: 2) == StyledLine("a…", .bold))
    expectEqual(line.clipped(to: 0), StyledLine())
  }

  @Test func onlySpacesThatAreNotSeenAreLeftOut() {
    let shaded = TextStyle(background: 7)
    let line = StyledLine("a ", .bold) + StyledLine("  ", shaded) + StyledLine("  ")
    expectEqual(line.rendered(colour: true), "\u{1B}[1ma \u{1B}[0m\u{1B}[48;5;7m  \u{1B}[0m")
    expect(line.rendered(colour: false) == "a" && StyledLine("   ").rendered(colour: true) == "")
    expectEqual((StyledLine("  x") + StyledLine(" ", .bold)).rendered(colour: true), "  x")
  }

  @Test func stylesHaveTheirCodes() {
    let codes: [(TextStyle, String)] = [
      (.plain, ""), (.bold, "1"), (.soft, "2"), (.italic, "3"), (TextStyle(foreground: .basic(4)), "34"),
      (TextStyle(foreground: .palette(200)), "38;5;200"), (TextStyle(background: .basic(3)), "43"),
      (TextStyle(background: .palette(17)), "48;5;17"), (TextStyle(foreground: 9, background: 8), "38;5;9;48;5;8"),
      (
        TextStyle(foreground: .basic(1), background: .basic(2), bold: true, faint: true, italic: true),
        "1;2;3;31;42"
      ),
    ]
    for (style, code) in codes {
      expect(style.begin == (code.isEmpty ? "" : "\u{1B}[\(code)m") && style.end == (code.isEmpty ? "" : "\u{1B}[0m"))
    }
    expect(TextStyle(foreground: nil, background: nil) == .plain && TextStyle.soft.union(.plain) == .soft)
    let first = TextStyle(foreground: .basic(1), background: .basic(2))
    expectEqual(first.union(.bold), TextStyle(foreground: .basic(1), background: .basic(2), bold: true))
    expect(
      TextStyle.plain.union(TextStyle(faint: true)).faint
        && first.union(TextStyle(background: 9)).background == .palette(9))
  }

  // MARK: Numbers

  @Test(
    arguments: [
      (0.0001, "0.0001"), (0.00009, "9e−5"), (9_999_999, "9999999"), (1e7, "1e7"), (1000, "1000"), (0.1, "0.1"),
      (99.95, "100"), (123.456, "123"), (12.3456, "12.3"), (-0.0, "0"),
    ] as [(Double, String)])
  func shortNumbersAtTheirBounds(value: Double, text: String) { expectEqual(NumberText.short(value), text) }

  @Test func formsChangeAtTheirBounds() {
    expect(NumberText.short(0.25, significant: 1) == "0.2" && NumberText.short(1.23456, significant: 5) == "1.2346")
    expectEqual(NumberText.fixed(999_999_999_999_999, digits: 0), "999999999999999")
    expect(NumberText.fixed(1e15, digits: 3) == "1e15" && NumberText.fixed(-1e15, digits: 0) == "−1e15")
    expect(NumberText.fixed(1.5, digits: -1) == "2" && NumberText.fixed(-0.5, digits: 0) == "0")
    expect(
      NumberText.texts([999_999_999], decimals: 2) == ["999999999"] && NumberText.texts([1e9], decimals: 4) == ["1e9"])
    expect(
      NumberText.texts([0.0005], decimals: 4) == ["0.0005"] && NumberText.texts([0.00049], decimals: 4) == ["4.9e−4"])
    expectEqual(NumberText.texts([999_999.5], decimals: 1), ["999999.5"])
    expect(NumberText.texts([1_000_000.5], decimals: 1) == ["1e6"] && NumberText.text(0.125, decimals: 2) == "0.12")
    expectEqual(NumberText.texts([-5, .infinity], decimals: 2), ["−5", "∞"])
    for (value, text) in [
      (0.1, "0.1"), (9.99, "9.99"), (9.999, "10"), (10, "1e1"), (0.0999, "1e−1"), (-3.14159, "−3.14"),
    ] as [(Double, String)] { expectEqual(NumberText.small(value), text, "\(value)") }
    expect(NumberText.small(0.5, digits: 3) == "5e−1" && NumberText.small(0.12345, digits: 4) == "1.235e−1")
    for (value, decimals, text) in [
      (0.000_049_999_9, 4, "5.00e−5"), (0.000_051_234_5, 4, "0.0001"), (12_345_678.9, 0, "1e7"),
      (9_999_998.5, 0, "9999998"), (1.0 / 3, 10, "0.3333333333"), (1e-12 / 3, 7, "3.3333333e−13"),
      (1e-12 / 3, 1, "3.3e−13"), (0.000_041_234_567, 6, "4.12e−5"), (0.000_051_234_567, 6, "0.000051"),
      (0.125, 3, "0.125"), (0.1875, 3, "0.188"),
    ] as [(Double, Int, String)] { expectEqual(NumberText.plainest(value, decimals: decimals), text, "\(value)") }
    expect(
      NumberText.exact(9_999_999_999_999_998) == "9999999999999998" && NumberText.exact(1e16) == "1e+16")
    expect(NumberText.exact(0.5) == "0.5" && NumberText.full(2) == "2" && NumberText.full(.nan) == "NaN")
    for (value, text) in [
      (0.004, "0"), (0.005, "0.01"), (0.1, "0.1"), (-0.25, "-0.25"), (1e6, "1000000"), (2e6, "1000000"), (10.5, "10.5"),
      (-.infinity, "0"), (0.994, "0.99"), (1.09, "1.09"), (1.9, "1.9"),
    ] as [(Double, String)] { expectEqual(NumberText.coordinate(value), text, "\(value)") }
  }

  /// After each of these a hyphen before a digit is a minus sign.
  @Test func minusSignsStandAfterTheirSigns() {
    for sign in "([{,;:=<>≤≥≈±|/·×⊙“‘ \t" {
      expectEqual(NumberText.sentence("a\(sign)-1"), "a\(sign)−1", "\(sign)")
    }
    for sign in "a1)]}.!?\"'+*" { expectEqual(NumberText.sentence("\(sign)-1"), "\(sign)-1", "\(sign)") }
    expectEqual(NumberText.sentence("1.e-5 a.e-5 .e-5 E-5 2E-5"), "1.e−5 a.e-5 .e-5 E-5 2E−5")
    expect(NumberText.sentence("(-∞, -x)") == "(−∞, -x)" && NumberText.sentence("1 -") == "1 -")
  }
}

/// The window of a process of its own.
@Suite(.lane(.exits)) struct WindowTests {
  /// The window of a process whose output is no terminal: 80 columns, or what `COLUMNS` says, within 20 … 400.
  @Test func theWindowIsBounded() async {
    await #expect(processExitsWith: .success) {
      let sizes: [(String?, Int)] = [
        (nil, 80), ("100", 100), ("19", 20), ("20", 20), ("400", 400), ("401", 400), ("x", 80),
      ]
      for (words, columns) in sizes {
        if let words { setenv("COLUMNS", words, 1) } else { unsetenv("COLUMNS") }
        let terminal = Terminal.standardOutput
        guard terminal.columns == columns || isatty(STDOUT_FILENO) == 1 else { exit(1) }
        guard terminal.hasColour == false || terminal.isInteractive else { exit(2) }
      }
      exit(0)
    }
  }
}
