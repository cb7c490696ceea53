import Dispatch
import Support
import Testing

@testable import Timeline

/// What a record says of its spans, exactly.
@Suite struct RecordTests {
  /// Times count from the recorder's beginning: a span ends no later than the time that all took.
  @Test func noSpanEndsBehindTheRecord() {
    let before = DispatchTime.now().uptimeNanoseconds
    let recorder = Recorder()
    recorder.span("a", category: "x") { recorder.span("b", category: "y") {} }
    let all = Int(DispatchTime.now().uptimeNanoseconds - before)
    let events = recorder.trace().events
    expect(events.allSatisfy { $0.start >= 0 && $0.duration >= 0 && $0.end <= all })
  }

  /// Openings from 1, closings from 0.
  @Test func spansAreNumberedAsTheyOpenAndClose() {
    let recorder = Recorder()
    let (first, second, third) = (recorder.open(), recorder.open(), recorder.open())
    recorder.close(third, "third", category: "x")
    recorder.close(first, "first", category: "x")
    recorder.close(second, "second", category: "x")
    let events = recorder.trace().events
    expectEqual(events.map(\.name), ["first", "second", "third"])
    expect(events.map(\.opening) == [1, 2, 3] && events.map(\.closing) == [1, 2, 0])
    // The second closed behind the first, so it does not lie in it.
    expectEqual(recorder.trace().parents, [nil, nil, 1])
  }

  private func event(
    _ name: String, thread: Int = 0, _ opening: Int, _ closing: Int, _ duration: Int = 7,
    _ arguments: [Trace.Argument] = []
  ) -> Trace.Event {
    Trace.Event(
      name: name, category: "c", thread: thread, opening: opening, closing: closing, start: 5, duration: duration,
      arguments: arguments)
  }

  /// Threads 3 and 1 in the order of their numbers; no main thread where none ran. Every kind of argument.
  @Test func theFileHasTheThreadsThatRan() {
    let trace = Trace([
      event("b", thread: 3, 1, 1, 2000, [.init("n", .number(-4))]), event("a", thread: 1, 2, 0, 1),
      event("c", thread: 3, 3, 2, 0, [.init("s", .shapes([])), .init("t", .text(""))]),
    ])
    let expected = [
      #"{"displayTimeUnit":"ns","traceEvents":["#,
      #"{"args":{"name":"unrolled"},"name":"process_name","ph":"M","pid":1,"tid":1},"#,
      #"{"args":{"name":"thread1"},"name":"thread_name","ph":"M","pid":1,"tid":2},"#,
      #"{"args":{"name":"thread3"},"name":"thread_name","ph":"M","pid":1,"tid":4},"#,
      #"{"args":{},"cat":"c","dur":0.001,"name":"a","ph":"X","pid":1,"tid":2,"ts":0.005},"#,
      #"{"args":{"n":-4},"cat":"c","dur":2,"name":"b","ph":"X","pid":1,"tid":4,"ts":0.005},"#,
      #"{"args":{"s":[],"t":""},"cat":"c","dur":0,"name":"c","ph":"X","pid":1,"tid":4,"ts":0.005}]}"#,
    ].joined()
    expectEqual(trace.chromeTrace().filter { !$0.isWhitespace }, expected)
  }

  /// Spans that opened and closed one after the other lie in none; one that closed later holds those opened after it.
  @Test func parentsFollowFromOpeningsAndClosings() {
    let trace = Trace([
      event("a", 1, 0), event("b", 2, 3), event("c", 3, 1), event("d", 4, 2), event("e", 5, 4),
      event("f", thread: 1, 6, 9), event("g", thread: 1, 7, 8), event("h", thread: 2, 8, 5),
    ])
    expectEqual(trace.parents, [nil, nil, 1, 1, nil, nil, 5, nil])
    expect(trace.depths == [0, 0, 1, 1, 0, 0, 1, 0] && trace.ownTimes == [7, -7, 7, 7, 7, 0, 7, 7])
  }

  /// A number alone counts as flops; what is not counted has no part in count, time or flops.
  @Test func totalsAddUpNumbersAlone() {
    let trace = Trace([
      event("a", 1, 0, 3, [.init("flops", .number(5))]), event("a", 2, 1, 4, [.init("flops", .text("6"))]),
      event("a", 3, 2, 5, [.init("other", .number(8)), .init("flops", .number(9))]), event("b", 4, 3, 20),
    ])
    let totals = trace.totals()
    expect(totals.map(\.name) == ["b", "a"] && totals.map(\.count) == [1, 3])
    expect(totals.map(\.ownTime) == [20, 12] && totals.map(\.flops) == [0, 14])
    let late = trace.totals { $0.duration > 3 }
    expect(late.map(\.count) == [1, 2] && late.map(\.ownTime) == [20, 9] && late.map(\.flops) == [0, 9])
  }
}
