import Foundation
import Support
import Testing
import Timeline

/// A record of an outer span with two inner ones, and of one on a thread of its own.
private func record() async throws -> Trace {
  let recorder = Recorder()
  recorder.span("outer", category: "a") {
    recorder.span("inner", category: "b", [.init("flops", .number(6)), .init("inputs", .shapes([[2, 3], [3]]))]) {}
    recorder.span("inner", category: "b", [.init("flops", .number(7))]) { _ = usleep(300) }
  }
  await withCheckedContinuation { continuation in
    let thread = Thread {
      recorder.span("else\"where", category: "c") { _ = usleep(200) }
      continuation.resume()
    }
    thread.start()
  }
  return recorder.trace()
}

@Suite struct Traces {
  @Test func spansNestAsTheCallsDo() async throws {
    let trace = try await record()
    expectEqual(trace.events.map(\.name), ["outer", "inner", "inner", "else\"where"])
    expectEqual(trace.parents, [nil, 0, 0, nil])
    expectEqual(trace.depths, [0, 1, 1, 0])
    expectEqual(trace.events.map(\.thread), [0, 0, 0, 1])
  }

  @Test func ownTimesAddUpToTheOutermostSpans() async throws {
    let trace = try await record()
    expectEqual(trace.ownTimes.reduce(0, +), trace.events[0].duration + trace.events[3].duration)
    expect(trace.ownTimes.allSatisfy { $0 >= 0 })
  }

  @Test func totalsTakeTheEventsOfOneNameTogether() async throws {
    let trace = try await record()
    let totals = trace.totals(where: { $0.category == "b" })
    expectEqual(totals.map(\.name), ["inner"])
    expectEqual(totals[0].count, 2)
    expectEqual(totals[0].flops, 13)
    expectEqual(totals[0].ownTime, trace.events[1].duration + trace.events[2].duration)
    let all = trace.totals()
    expectEqual(all.count, 3)
    expectEqual(all.map(\.ownTime), all.map(\.ownTime).sorted(by: >))
  }

  @Test func theChromeFileHoldsEveryEvent() async throws {
    let trace = try await record()
    let file = try #require(JSONSerialization.jsonObject(with: Data(trace.chromeTrace().utf8)) as? [String: Any])
    let events = try #require(file["traceEvents"] as? [[String: Any]])
    let complete = events.filter { $0["ph"] as? String == "X" }
    expectEqual(complete.count, 4)
    expectEqual(complete.compactMap { $0["name"] as? String }, trace.events.map(\.name))
    expectEqual(complete.compactMap { $0["tid"] as? Int }, [1, 1, 1, 2])
    let titles = events.filter { $0["name"] as? String == "thread_name" }
    expectEqual(titles.compactMap { $0["tid"] as? Int }, [1, 2])
    expectEqual(titles.compactMap { ($0["args"] as? [String: String])?["name"] }, ["main", "thread 1"])
    let starts = try complete.map { try #require($0["ts"] as? Double) }
    expectEqual(starts, trace.events.map { Double($0.start) / 1000 })
    let arguments = try #require(complete[1]["args"] as? [String: Any])
    expect(arguments["inputs"] as? [[Int]] == [[2, 3], [3]])
    expect(arguments["flops"] as? Int == 6)
    let names = events.filter { $0["ph"] as? String == "M" }
    expectEqual(names.compactMap { $0["name"] as? String }, ["process_name", "thread_name", "thread_name"])
  }

  /// Three deep, and a second span after the deepest: each lies in the innermost one that is open.
  @Test func spansLieInTheInnermostOpenOne() {
    let recorder = Recorder()
    recorder.span("a", category: "x") {
      recorder.span("b", category: "x") {
        recorder.span("c", category: "x") {}
        recorder.span("d", category: "x") {}
      }
      recorder.span("e", category: "x") {}
    }
    recorder.span("f", category: "x") {}
    let trace = recorder.trace()
    expectEqual(trace.events.map(\.name), ["a", "b", "c", "d", "e", "f"])
    expect(trace.parents == [nil, 0, 1, 1, 0, nil] && trace.depths == [0, 1, 2, 2, 1, 0])
    expectEqual(trace.totals().map(\.count), [1, 1, 1, 1, 1, 1])
  }

  /// Two arguments of one name: the first counts, here and in the file.
  @Test func argumentsAreFoundByTheirNames() throws {
    let recorder = Recorder()
    recorder.span(
      "a", category: "x", [.init("n", .number(3)), .init("n", .number(5)), .init("t", .text("q\"\u{1B}"))]
    ) {}
    let event = try #require(recorder.trace().events.first)
    expect(event["n"] == .number(3) && event["t"] == .text("q\"\u{1B}") && event["m"] == nil)
    expect(event.arguments.count == 3 && event.end == event.start + event.duration && event.category == "x")
    expect(recorder.trace().chromeTrace().contains(#""t":"q\"\u001b""#))
  }

  /// A new thread often stands where an ended one stood in memory.
  @Test func noThreadGetsTheNumberOfAnEndedOne() {
    let recorder = Recorder()
    for number in 0..<30 {
      let ended = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        recorder.span("\(number)", category: "test") {}
        ended.signal()
      }
      ended.wait()
    }
    expectEqual(recorder.trace().events.map(\.thread).sorted(), Array(0..<30))
  }

  /// Each thread has its number, whatever it records; what comes later is not in a record that was taken.
  @Test func threadsAreCountedInTheOrderOfTheirFirstSpans() async {
    let recorder = Recorder()
    var threads: [Thread] = []
    for _ in 0..<2 {
      await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
        threads.append(
          Thread {
            recorder.span("first", category: "x") {}
            recorder.span("again", category: "x") {}
            done.resume()
          })
        threads[threads.count - 1].start()
      }
    }
    let trace = recorder.trace()
    expect(threads.count == 2 && trace.events.map(\.thread) == [0, 0, 1, 1])
    expect(trace.events.map(\.name) == ["first", "again", "first", "again"] && trace.parents == [nil, nil, nil, nil])
    recorder.close(recorder.open(), "here", category: "x")
    expect(recorder.trace().events.count == 5 && trace.events.count == 4)
  }

  /// What holds for times whatever the machine: a sleep takes no less than asked for, and a span lies inside its outer
  /// one and behind its elder sibling.
  @Test func timesStandInTheirOrder() throws {
    let recorder = Recorder()
    recorder.span("outer", category: "x") {
      recorder.span("first", category: "x") { _ = usleep(2000) }
      recorder.span("second", category: "x") { _ = usleep(1000) }
    }
    let events = recorder.trace().events
    try #require(events.map(\.name) == ["outer", "first", "second"])
    expect(events[1].duration >= 2_000_000 && events[2].duration >= 1_000_000)
    expect(0 <= events[0].start && events[0].start <= events[1].start && events[1].end <= events[2].start)
    expect(events[2].end <= events[0].end)
    // Counted from the recorder's beginning, not from that of the machine.
    let young = Recorder()
    young.span("now", category: "x") {}
    let old = Recorder()
    usleep(3000)
    old.span("later", category: "x") {}
    expect(young.trace().events[0].start >= 0 && old.trace().events[0].start >= 3_000_000)
  }

  /// What throws is recorded as well, and its error handed on; the value of what does not is handed on, too.
  @Test func aSpanHandsOnWhatItsBodyGives() {
    struct Stop: Error {}
    let recorder = Recorder()
    expectEqual(recorder.span("seven", category: "x") { 7 }, 7)
    #expect(throws: Stop.self) { try recorder.span("stop", category: "y", [.init("n", .number(4))]) { throw Stop() } }
    let events = recorder.trace().events
    expect(events.map(\.name) == ["seven", "stop"] && events.map(\.category) == ["x", "y"])
    expect(events[1]["n"] == .number(4) && events[0].arguments.isEmpty)
    let mark = recorder.open()
    recorder.span("inside", category: "x") {}
    recorder.close(mark, "by hand", category: "z")
    expectEqual(recorder.trace().events.map(\.name), ["seven", "stop", "by hand", "inside"])
    expectEqual(recorder.trace().parents, [nil, nil, nil, 2])
  }

  @Test func aRecordOfNothingIsEmpty() {
    let trace = Recorder().trace()
    expect(trace.events.isEmpty && trace.parents.isEmpty && trace.depths.isEmpty && trace.ownTimes.isEmpty)
    expect(trace.totals().isEmpty && trace == Trace([]))
    expect(
      trace.chromeTrace().filter { !$0.isWhitespace }.hasPrefix(
        #"{"displayTimeUnit":"ns","traceEvents":[{"args":{"name":"unrolled"}"#))
  }
}
