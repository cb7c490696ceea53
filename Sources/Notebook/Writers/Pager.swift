import Foundation

/// Holds what a chapter prints, and hands it to the reader's pager when it is longer than the window.
///
/// `PAGER` names the program (`less -R` without it); empty or `cat` is none. What fits the window is printed as it is.
@MainActor final class Pager {
  /// The program, or nil where nothing is to be paged: in a pipe, with `--no-pager`, or where the reader wants none.
  static func command(isInteractive: Bool, isWanted: Bool, environment: [String: String]) -> String? {
    guard isInteractive, isWanted else { return nil }
    let command = environment["PAGER"] ?? "less -R"
    return command.isEmpty || command == "cat" ? nil : command
  }

  /// The rows of the window; 24 where it does not say.
  static var rows: Int {
    var window = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_row > 0 ? Int(window.ws_row) : 24
  }

  private let command: String
  private let rows: Int
  private let print: (String) -> Void
  private var held = ""

  init(_ command: String, rows: Int, print: @escaping (String) -> Void) {
    (self.command, self.rows, self.print) = (command, rows, print)
  }

  func hold(_ text: String) { held += text }

  /// Prints what is held as it is.
  func release() {
    if !held.isEmpty { print(held) }
    held = ""
  }

  /// Shows what is held, and waits until the reader has closed the pager. Where the pager cannot run, it is printed.
  func show() {
    guard held.lines.count > rows else { return release() }
    // A reader who closes the pager early ends no program.
    signal(SIGPIPE, SIG_IGN)
    fflush(nil)
    guard let pipe = popen(command, "w") else { return release() }
    fputs(held, pipe)
    // The shell's answer where there is no such program.
    if pclose(pipe) >> 8 == 127 { release() }
    held = ""
  }
}
