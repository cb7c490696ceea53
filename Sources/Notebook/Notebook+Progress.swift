// What a terminal shows while long work goes on. No page has it.

extension Notebook {
  /// Shows how far long work has come, on a terminal only; the next output takes its place. Call it as often as you
  /// like.
  public func progress(_ what: String, _ done: Int, of total: Int, line: Int = #line) {
    guard writer.terminal.isInteractive else { return }
    catchUp(line: line)
    print("\r\u{1B}[K" + ProgressLine(what: what, done: done, total: total).text(columns: writer.terminal.columns))
    progressIsShown = true
  }

  /// Says what long work has reached, on a terminal only: a line that stays above its progress. No page shows it.
  public func reached(_ what: String, line: Int = #line) {
    guard writer.terminal.isInteractive else { return }
    catchUp(line: line)
    pass(writer.passing(what))
  }

  /// Prints what is to be read before this line, ahead of work that takes long.
  public func catchUp(line: Int = #line) { onEachPage { append(editions[current].weaver.reach(line)) } }
}
