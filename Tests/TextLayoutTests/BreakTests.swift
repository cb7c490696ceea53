import Foundation
import Support
import Testing

@testable import TextLayout

/// Where lines may break, and what a terminal says of itself.
@Suite struct BreakTests {
  @Test func closingSignsStayAtTheirWord() {
    for sign in "，。、；：！？）】》」』”’,.;:!?)]}" {
      expectEqual(wrapped("中文\(sign)", width: 4), ["中", "文\(sign)"], "\(sign)")
    }
    for sign in "-+*/=%#" { expectEqual(wrapped("中文\(sign)", width: 4), ["中文", "\(sign)"], "\(sign)") }
  }

  @Test func openingSignsStayAtTheNext() {
    for sign in "（【《「『“‘([{" { expectEqual(wrapped("中\(sign)文", width: 4), ["中", "\(sign)文"], "\(sign)") }
    for sign in "）.,-" { expectEqual(wrapped("中\(sign)文", width: 4), ["中\(sign)", "文"], "\(sign)") }
    expect(wrapped("ab中", width: 3) == ["ab", "中"] && wrapped("中ab", width: 3) == ["中", "ab"])
  }

  @Test func marginsAndGapsAreCounted() {
    expect(
      wrapped("a b c d", width: 3) == ["a b", "c d"] && wrapped("a b c d", width: 3, hanging: 1) == ["a b", " c", " d"])
    expect(wrapped("abc", width: 1) == ["a", "b", "c"] && wrapped("中", width: 1) == ["中"])
    expect(wrapped("abcdefg", width: 4, hanging: 2) == ["abcd", "  ef", "  g"] && wrapped(" ", width: 3) == [""])
    expect(
      wrapped("a\r\nb", width: 9, hanging: -1) == ["a b"] && wrapped("ab c", width: 2, hanging: 5) == ["ab", " c"])
  }

  @Test func controlCharactersHaveNoWidth() {
    expect(displayWidth("\u{7F}") == 0 && displayWidth("a\u{7F}b") == 2 && displayWidth(" ~") == 2)
    expect(displayWidth("\u{1F}") == 0 && displayWidth("1\u{FE0F}") == 2 && displayWidth("1") == 1)
    expectEqual(StyledLine("\u{7F}a\u{300}").rendered(colour: false), "a\u{300}")
    // A mark without a letter is kept: only what moves the cursor goes.
    expectEqual(StyledLine("\u{200B}a\u{1B}").rendered(colour: false), "\u{200B}a")
  }

  @Test func oddColumnsOfAMiddleStandBehind() {
    expect(aligned("ab", to: 5, .middle) == " ab  " && aligned("a", to: 4, .middle) == " a  ")
    expect(aligned("abc", to: 3, .end) == "abc" && aligned("", to: 2, .end) == "  ")
  }
}

/// What standard output is, in processes of their own.
@Suite(.lane(.exits)) struct TerminalTests {
  /// The size of the window and its colours, on a terminal of 61 columns.
  @Test func aTerminalSaysItsColumnsAndColours() async {
    await #expect(processExitsWith: .exitCode(5)) {
      guard let terminal = PseudoTerminal() else { exit(1) }
      dup2(open(terminal.path, O_RDWR | O_NOCTTY), STDOUT_FILENO)
      var window = winsize(ws_row: 30, ws_col: 61, ws_xpixel: 0, ws_ypixel: 0)
      guard ioctl(STDOUT_FILENO, UInt(TIOCSWINSZ), &window) == 0 else { exit(2) }
      for name in ["COLUMNS", "NO_COLOR"] { unsetenv(name) }
      setenv("TERM", "xterm", 1)
      var found: [Terminal] = [.standardOutput]
      setenv("NO_COLOR", "", 1)
      found.append(.standardOutput)
      setenv("NO_COLOR", "1", 1)
      found.append(.standardOutput)
      unsetenv("NO_COLOR")
      setenv("TERM", "dumb", 1)
      setenv("COLUMNS", "50", 1)
      found.append(.standardOutput)
      unsetenv("COLUMNS")
      window.ws_col = 0
      guard ioctl(STDOUT_FILENO, UInt(TIOCSWINSZ), &window) == 0 else { exit(3) }
      found.append(.standardOutput)
      let expected = [(61, true), (61, true), (61, false), (50, false), (80, false)]
      for (index, (own, (columns, hasColour))) in zip(found, expected).enumerated() {
        guard own == Terminal(columns: columns, hasColour: hasColour, isInteractive: true) else {
          exit(10 + Int32(index))
        }
      }
      exit(5)
    }
  }

  @Test func aPipeIsNoTerminal() async throws {
    let result = await #expect(processExitsWith: .exitCode(5), observing: [\.standardOutputContent]) {
      unsetenv("COLUMNS")
      setenv("TERM", "xterm", 1)
      exit(Terminal.standardOutput == Terminal(columns: 80, hasColour: false, isInteractive: false) ? 5 : 1)
    }
    expect(result != nil)
  }
}
