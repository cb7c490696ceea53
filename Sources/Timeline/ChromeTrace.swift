import Foundation

extension Trace {
  /// The record in the Trace Event Format, which `chrome://tracing` and Perfetto load.
  ///
  /// | Field         | What it is                                                     |
  /// |---------------|----------------------------------------------------------------|
  /// | `ph`          | `X`, a complete event; `M`, the name of a process or thread    |
  /// | `ts`, `dur`   | start and duration in microseconds, to the nanosecond          |
  /// | `pid`, `tid`  | process and thread, counted from 1                             |
  /// | `cat`, `args` | the event's category and arguments                             |
  ///
  /// Source: "Trace Event Format", Google, sections JSON Object Format, Complete Events and Metadata Events.
  public func chromeTrace(process: String = "unrolled") throws -> Data {
    let threads = Set(events.map(\.thread)).sorted()
    let names =
      [ChromeEvent(naming: "process_name", process, thread: 0)]
      + threads.map { ChromeEvent(naming: "thread_name", $0 == 0 ? "main" : "thread \($0)", thread: $0) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(ChromeFile(displayTimeUnit: "ns", traceEvents: names + events.map(ChromeEvent.init)))
  }
}

private struct ChromeFile: Encodable {
  let displayTimeUnit: String
  let traceEvents: [ChromeEvent]
}

private struct ChromeEvent: Encodable {
  let name, ph: String
  let cat: String?
  let pid, tid: Int
  let ts, dur: Double?
  let args: [String: Trace.Argument.Value]

  init(_ event: Trace.Event) {
    (name, ph, cat) = (event.name, "X", event.category)
    (pid, tid) = (1, event.thread + 1)
    (ts, dur) = (Double(event.start) / 1000, Double(event.duration) / 1000)
    args = Dictionary(event.arguments.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  init(naming kind: String, _ text: String, thread: Int) {
    (name, ph, cat) = (kind, "M", nil)
    (pid, tid) = (1, thread + 1)
    (ts, dur) = (nil, nil)
    args = ["name": .text(text)]
  }
}

extension Trace.Argument.Value: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .shapes(let shapes): try container.encode(shapes)
    }
  }
}
