import Foundation

/// What the window at the other end of standard output can show.
public struct Terminal: Sendable, Equatable {
  /// Columns of the window: 80 in a pipe, unless `COLUMNS` says otherwise.
  public var columns: Int
  /// Colour only on a terminal that has it, and not where `NO_COLOR` is set.
  public var hasColour: Bool
  /// Whether a person watches: progress bars belong here and nowhere else.
  public var isInteractive: Bool

  public init(columns: Int, hasColour: Bool, isInteractive: Bool) {
    self.columns = columns
    self.hasColour = hasColour
    self.isInteractive = isInteractive
  }

  /// Standard output as it is now.
  public static var standardOutput: Terminal {
    let environment = ProcessInfo.processInfo.environment
    let isInteractive = isatty(STDOUT_FILENO) == 1
    var window = winsize()
    let asked = isInteractive && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 ? Int(window.ws_col) : 0
    let columns = environment["COLUMNS"].flatMap { Int($0) } ?? (asked > 0 ? asked : 80)
    let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    return Terminal(
      columns: min(max(columns, 20), 400), hasColour: isInteractive && !isPlain, isInteractive: isInteractive)
  }
}
