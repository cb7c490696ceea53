import Support
import Testing

@testable import Timeline

/// A record made by hand, and every number that follows from it.
@Suite struct ChromeTraceTests {
  private static func event(
    _ name: String, thread: Int = 0, _ opening: Int, _ closing: Int, start: Int, _ duration: Int,
    _ arguments: [Trace.Argument] = []
  ) -> Trace.Event {
    Trace.Event(
      name: name, category: "c", thread: thread, opening: opening, closing: closing, start: start, duration: duration,
      arguments: arguments)
  }

  /// `a` holds `b` and `d`, `b` holds `c`; `e` runs on another thread. In the order in which they were closed.
  private static let trace = Trace([
    event("c", 3, 0, start: 30, 5, [.init("flops", .number(2))]), event("e", thread: 1, 5, 1, start: 25, 400),
    event("b", 2, 2, start: 20, 40, [.init("flops", .number(7))]), event("d", 4, 3, start: 70, 20),
    event("a", 1, 4, start: 10, 100),
  ])

  @Test func eventsStandByThreadAndOpening() {
    expectEqual(Self.trace.events.map(\.name), ["a", "b", "c", "d", "e"])
    expect(Self.trace.parents == [nil, 0, 1, 0, nil] && Self.trace.depths == [0, 1, 2, 1, 0])
    expect(Self.trace.ownTimes == [40, 35, 5, 20, 400] && Self.trace.events.map(\.end) == [110, 60, 35, 90, 425])
  }

  /// The longest own time first; of equal ones the name that appeared first.
  @Test func totalsAreSortedByOwnTime() {
    expectEqual(Self.trace.totals().map(\.name), ["e", "a", "b", "d", "c"])
    expectEqual(Self.trace.totals().map(\.flops), [0, 0, 7, 0, 2])
    let equal = Trace([
      Self.event("y", 1, 0, start: 0, 3), Self.event("x", 2, 1, start: 3, 3), Self.event("y", 3, 2, start: 6, 0),
      Self.event("z", 4, 3, start: 6, 3),
    ])
    expect(equal.totals().map(\.name) == ["y", "x", "z"] && equal.totals().map(\.count) == [2, 1, 1])
    expectEqual(equal.totals { $0.name != "y" }.map(\.ownTime), [3, 3])
  }

  /// Times in microseconds, threads from 1, members by their names.
  @Test func theFileIsThisText() {
    let trace = Trace([
      Self.event(
        "inner", 2, 0, start: 2500, 1250, [.init("shape", .shapes([[2, 3], [4]])), .init("note", .text("x"))]),
      Self.event("outer", 1, 1, start: 1000, 4000), Self.event("other", thread: 1, 3, 2, start: 7001, 2),
    ])
    let own = trace.chromeTrace(process: "demo")
    let expected = [
      #"{"displayTimeUnit":"ns","traceEvents":["#,
      #"{"args":{"name":"demo"},"name":"process_name","ph":"M","pid":1,"tid":1},"#,
      #"{"args":{"name":"main"},"name":"thread_name","ph":"M","pid":1,"tid":1},"#,
      #"{"args":{"name":"thread 1"},"name":"thread_name","ph":"M","pid":1,"tid":2},"#,
      #"{"args":{},"cat":"c","dur":4,"name":"outer","ph":"X","pid":1,"tid":1,"ts":1},"#,
      #"{"args":{"shape":[[2,3],[4]],"note":"x"},"cat":"c","dur":1.25,"name":"inner","ph":"X","pid":1,"tid":1,"#,
      #""ts":2.5},{"args":{},"cat":"c","dur":0.002,"name":"other","ph":"X","pid":1,"tid":2,"ts":7.001}]}"#,
    ].joined()
    expectEqual(own.filter { !$0.isWhitespace }, expected.filter { !$0.isWhitespace })
    expect(trace.chromeTrace().contains(#""name":"unrolled""#))
  }
}
