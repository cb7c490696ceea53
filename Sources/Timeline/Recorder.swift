import Dispatch
import Foundation
import Synchronization

/// Records what ran from when to when, and on which thread.
///
///     let recorder = Recorder()
///     recorder.span("step 1", category: "forward") {
///       recorder.span("MatMul", category: "forward", [("flops", .number(7_340_032))]) { … }
///     }
///     try recorder.trace().chromeTrace().write(to: url, atomically: true, encoding: .utf8)
///
/// Spans nest as the calls do, and may be recorded from several threads. Who does not want a record does not have a
/// recorder: nothing is asked and nothing is measured in code that has none.
public final class Recorder: Sendable {
  /// A thread, kept and compared, and not used: kept, so that no later one gets its place in memory and its number.
  private struct KnownThread: @unchecked Sendable {
    let thread: Thread
  }

  private struct State {
    var events: [Trace.Event] = []
    var opened = 0
    /// Threads in the order in which they were first seen.
    var threads: [KnownThread] = []
  }

  private let state = Mutex(State())
  private let beginning = DispatchTime.now().uptimeNanoseconds

  public init() {}

  /// A span that is open: where it stands among the others, and since when.
  public struct Mark: Sendable {
    fileprivate let number: Int
    fileprivate let start: Int
  }

  public func open() -> Mark {
    let number = state.withLock { state in
      state.opened += 1
      return state.opened
    }
    return Mark(number: number, start: now)
  }

  /// Ends a span on the thread that opened it.
  public func close(_ mark: Mark, _ name: String, category: String, _ arguments: [Trace.Argument] = []) {
    let end = now
    let thread = KnownThread(thread: .current)
    state.withLock { state in
      let known = state.threads.firstIndex { $0.thread === thread.thread }
      if known == nil { state.threads.append(thread) }
      state.events.append(
        Trace.Event(
          name: name, category: category, thread: known ?? state.threads.count - 1, opening: mark.number,
          closing: state.events.count, start: mark.start, duration: end - mark.start, arguments: arguments))
    }
  }

  /// Records the time that `body` takes.
  public func span<Result>(
    _ name: String, category: String, _ arguments: [Trace.Argument] = [], _ body: () throws -> Result
  ) rethrows -> Result {
    let mark = open()
    defer { close(mark, name, category: category, arguments) }
    return try body()
  }

  /// What was recorded so far.
  public func trace() -> Trace { Trace(state.withLock(\.events)) }

  /// Nanoseconds since the recorder was made.
  private var now: Int { Int(DispatchTime.now().uptimeNanoseconds - beginning) }
}
