/// What ran from when to when: spans of time, nested as the calls were.
public struct Trace: Equatable, Sendable {
  /// Something to know about a span, by name.
  public struct Argument: Equatable, Sendable {
    public enum Value: Equatable, Sendable {
      case text(String)
      case number(Int)
      /// Shapes of tensors, one list of lengths each.
      case shapes([[Int]])
    }

    public let name: String
    public let value: Value

    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// One span. Times are in nanoseconds; `start` counts from the beginning of the record.
  public struct Event: Equatable, Sendable {
    public let name: String
    /// The kind of work, such as `forward`.
    public let category: String
    /// Counted from 0 in the order in which the threads appeared.
    public let thread: Int
    /// The place among all spans in the order in which they were opened, and in that in which they were closed.
    let opening, closing: Int
    public let start: Int
    public let duration: Int
    public let arguments: [Argument]

    public var end: Int { start + duration }

    public subscript(_ argument: String) -> Argument.Value? { arguments.first { $0.name == argument }?.value }
  }

  /// Thread by thread; on a thread in the order in which spans were opened, so that an outer one stands before its
  /// inner ones.
  public let events: [Event]
  /// For every event the place of the one it lies in, if there is one.
  public let parents: [Int?]

  public init(_ events: [Event]) {
    let events = events.sorted { ($0.thread, $0.opening) < ($1.thread, $1.opening) }
    var open: [Int] = []
    parents = events.indices.map { index in
      let event = events[index]
      // What was closed before this one was opened was closed before it was closed: counted, since a clock may stand
      // still.
      open.removeAll { events[$0].thread != event.thread || events[$0].closing < event.closing }
      defer { open.append(index) }
      return open.last
    }
    self.events = events
  }

  /// How many spans an event lies in.
  public var depths: [Int] {
    var depths: [Int] = []
    for parent in parents { depths.append(parent.map { depths[$0] + 1 } ?? 0) }
    return depths
  }

  /// The time of every event without that of the spans inside of it. Over all events it adds up to the time of the
  /// outermost ones.
  public var ownTimes: [Int] {
    var own = events.map(\.duration)
    for (index, parent) in parents.enumerated() {
      if let parent { own[parent] -= events[index].duration }
    }
    return own
  }

  /// Events of one name taken together.
  public struct Total: Equatable, Sendable {
    public let name: String
    public var count = 0
    /// Nanoseconds, without those of spans inside.
    public var ownTime = 0
    /// The sum of the events' argument `flops`.
    public var flops = 0
  }

  /// One entry a name, the longest own time first; of equal times the name that appeared first.
  public func totals(where isCounted: (Event) -> Bool = { _ in true }) -> [Total] {
    var totals: [Total] = []
    var places: [String: Int] = [:]
    for (event, ownTime) in zip(events, ownTimes) where isCounted(event) {
      let place = places[event.name] ?? totals.count
      if place == totals.count {
        places[event.name] = place
        totals.append(Total(name: event.name))
      }
      totals[place].count += 1
      totals[place].ownTime += ownTime
      if case .number(let flops)? = event["flops"] { totals[place].flops += flops }
    }
    return totals.enumerated().sorted { ($1.element.ownTime, $0.offset) < ($0.element.ownTime, $1.offset) }.map(
      \.element)
  }
}
