import StrictJSON

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
  public func chromeTrace(process: String = "unrolled") -> String {
    let threads = Set(events.map(\.thread)).sorted()
    let names =
      [name("process_name", process, thread: 0)]
      + threads.map { name("thread_name", $0 == 0 ? "main" : "thread \($0)", thread: $0) }
    return JSONValue.object([("displayTimeUnit", "ns"), ("traceEvents", .array(names + events.map(\.json)))]).text()
  }

  /// An event that names a process or a thread.
  private func name(_ kind: String, _ text: String, thread: Int) -> JSONValue {
    .object([
      ("args", .object([("name", .string(text))])), ("name", .string(kind)), ("ph", "M"), ("pid", 1),
      ("tid", .integer(thread + 1)),
    ])
  }
}

extension Trace.Event {
  fileprivate var json: JSONValue {
    .object([
      ("args", .object(arguments.map { ($0.name, $0.value.json) })), ("cat", .string(category)),
      ("dur", .number(Double(duration) / 1000)), ("name", .string(name)), ("ph", "X"), ("pid", 1),
      ("tid", .integer(thread + 1)), ("ts", .number(Double(start) / 1000)),
    ])
  }
}

extension Trace.Argument.Value {
  fileprivate var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .number(let number): .integer(number)
    case .shapes(let shapes): .array(shapes.map(JSONValue.integers))
    }
  }
}
