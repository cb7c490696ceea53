import Support
import Testing
import TextLayout

@Suite struct StyledLineTests {
  private static let line = StyledLine("ab ", TextStyle(foreground: .palette(32))) + StyledLine("中文  ")

  @Test func widthsAreThoseOfTheTerminal() {
    expectEqual(Self.line.width, 9)
    expectEqual(Self.line.clipped(to: 6).rendered(colour: false), "ab 中…")
    expectEqual(Self.line.clipped(to: 9), Self.line)
  }

  @Test func coloursAddNoWordAndSpacesAtTheEndGo() {
    expectEqual(Self.line.rendered(colour: false), "ab 中文")
    expectEqual(Self.line.rendered(colour: true), "\u{1B}[38;5;32mab \u{1B}[0m中文")
    // A background is seen, so its spaces stay.
    let shaded = StyledLine("  ", TextStyle(background: 7))
    expect(shaded.rendered(colour: true) == "\u{1B}[48;5;7m  \u{1B}[0m" && shaded.rendered(colour: false) == "")
  }

  @Test func aTextCannotMoveTheCursor() {
    expectEqual(StyledLine("a\u{1B}[2Jb\r").rendered(colour: false), "a[2Jb")
  }

  @Test func stylesAddUp() {
    let both = TextStyle.bold.union(TextStyle(foreground: .basic(6))).union(.italic)
    expectEqual(both.applied(to: "x"), "\u{1B}[1;3;36mx\u{1B}[0m")
    expect(TextStyle.plain.applied(to: "x") == "x" && TextStyle.bold.applied(to: "") == "")
    // The later colour is the one that is seen.
    expectEqual(TextStyle(foreground: .basic(1)).union(TextStyle(foreground: .basic(2))).foreground, .basic(2))
  }

  @Test(arguments: [(Anchor.start, "ab   "), (.middle, " ab  "), (.end, "   ab")])
  func textsKeepToTheirSide(anchor: Anchor, text: String) {
    expect(aligned("ab", to: 5, anchor) == text && aligned("abcdef", to: 5, anchor) == "abcdef")
  }
}
