import TextLayout

/// How far long work has come, on one line of a terminal.
///
///     ━━━━━━━━──────────── training: epoch 2 of 3, loss 0.360, 11 s left 187/471
///
/// A line wider than the window could not be overwritten by the next one: the count goes first, then the bar, then
/// words.
struct ProgressLine {
  let what: String
  let done, total: Int

  func text(columns: Int) -> String {
    // The last column stays free: some terminals go to the next line once it is written. So do the two of `^C`.
    let room = columns - 7
    let long = "\(bar(20)) \(what) \(done)/\(total)"
    if displayWidth(long) <= room { return "    " + long }
    let left = min(room - displayWidth(what) - 1, 20)
    return "    " + (left >= 5 ? "\(bar(left)) \(what)" : clipped(what, to: room))
  }

  private func bar(_ width: Int) -> String {
    let share = total > 0 ? min(max(done, 0), total) * width / total : 0
    return String(repeating: "━", count: share) + String(repeating: "─", count: width - share)
  }
}
