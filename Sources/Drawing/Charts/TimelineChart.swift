import TextLayout

extension Picture {
  /// What ran from when to when.
  public struct Span: Sendable {
    /// Written into the bar where there is room.
    public var name: String
    public var start: Double
    public var end: Double
    /// Spans of one category have one colour: the kind of an operation.
    public var category: String
    /// A part that only holds others, such as a step: drawn pale, with no colour of its own.
    public var isGroup: Bool

    public init(
      _ name: String, from start: Double, to end: Double, category: String? = nil, isGroup: Bool = false
    ) {
      self.name = name
      self.start = start
      self.end = end
      self.category = category ?? name
      self.isGroup = isGroup
    }
  }

  /// The spans of one thread. A span inside of another one stands below it.
  public struct Lane: Sendable {
    public var name: String
    public var spans: [Span]

    public init(_ name: String, _ spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// Bars along the time, a lane for each thread, nested as the calls were.
  ///
  /// The six categories with the longest total of their own time, that is without the spans inside, have colours, the
  /// rest is grey. Neighbours too short to be
  /// seen apart become one bar.
  ///
  /// - Parameter unit: of the times, written at the axis, such as `µs`.
  public static func timeline(title: String, lanes: [Lane], unit: String, alternative: String? = nil) -> Picture {
    guard let timeline = TimelineChart(lanes: lanes, unit: unit) else {
      return note(title: title, "There is nothing to draw: no spans with finite times.")
    }
    return Picture(title: title, alternative: alternative, content: timeline)
  }
}

/// The picture of spans along the time. What records them is `Recorder`, in the module `Timeline`.
struct TimelineChart: PictureContent {
  struct Bar {
    var span: Picture.Span
    /// How many spans of its lane it lies in.
    var depth: Int
    /// Its time without that of the spans inside of it.
    var ownTime: Double
  }

  private(set) var lanes: [(name: String, bars: [Bar])]
  let unit: String
  /// Below the axis, and in the legend for what has no colour of its own.
  private(set) var axisName: String
  private(set) var restName = "other"
  let start: Double
  let end: Double
  /// From the longest total time on; time inside of inner spans counts for those.
  private(set) var categories: [(name: String, total: Double)]

  init?(lanes: [Picture.Lane], unit: String) {
    let isShown = { (span: Picture.Span) in
      AxisScale.canShow(span.start, logarithmic: false) && AxisScale.canShow(span.end, logarithmic: false)
        && span.start <= span.end
    }
    self.lanes = lanes.map { ($0.name, Self.nested($0.spans.filter(isShown))) }
    self.unit = unit
    axisName = "time [\(unit)]"
    let bars = self.lanes.flatMap(\.bars)
    guard let start = bars.map(\.span.start).min(), let end = bars.map(\.span.end).max() else { return nil }
    (self.start, self.end) = (start, end > start ? end : start + max(abs(start), 1))
    categories = Self.totals(bars)
  }

  /// Spans with their depth: each lies in those that began before and have not ended.
  private static func nested(_ spans: [Picture.Span]) -> [Bar] {
    let ordered = spans.enumerated().sorted { a, b in
      (a.element.start, -a.element.end, a.offset) < (b.element.start, -b.element.end, b.offset)
    }
    var bars: [Bar] = []
    var open: [Int] = []
    for (_, span) in ordered {
      while let last = open.last, bars[last].span.end <= span.start { open.removeLast() }
      if let parent = open.last { bars[parent].ownTime -= min(span.end, bars[parent].span.end) - span.start }
      bars.append(Bar(span: span, depth: min(open.count, 7), ownTime: span.end - span.start))
      open.append(bars.count - 1)
    }
    return bars
  }

  private static func totals(_ bars: [Bar]) -> [(name: String, total: Double)] {
    var order: [String] = []
    var totals: [String: Double] = [:]
    for bar in bars where !bar.span.isGroup {
      if totals[bar.span.category] == nil { order.append(bar.span.category) }
      totals[bar.span.category, default: 0] += bar.ownTime
    }
    return order.enumerated().map { (offset: $0.offset, name: $0.element, total: totals[$0.element] ?? 0) }
      .sorted { ($1.total, $0.offset) < ($0.total, $1.offset) }.map { ($0.name, $0.total) }
  }

  func worded(_ words: Wording) -> TimelineChart {
    var chart = self
    for lane in lanes.indices {
      chart.lanes[lane].name = words(ProseText(lanes[lane].name))
      for bar in lanes[lane].bars.indices {
        chart.lanes[lane].bars[bar].span.name = words(ProseText(lanes[lane].bars[bar].span.name))
        chart.lanes[lane].bars[bar].span.category = words(ProseText(lanes[lane].bars[bar].span.category))
      }
    }
    for index in categories.indices { chart.categories[index].name = words(ProseText(categories[index].name)) }
    chart.axisName = words("time [\(unit)]")
    chart.restName = words("other")
    return chart
  }

  func summary(_ words: Wording) -> String {
    let totals = categories.prefix(6).map { "\(Label($0.name).plain) \(NumberText.short($0.total)) \(unit)" }
      .joined(separator: ", ")
    let time = NumberText.short(end - start)
    return lanes.count == 1
      ? words("Timeline of 1 lane over \(time) \(unit). Totals: \(totals).")
      : words("Timeline of \(lanes.count) lanes over \(time) \(unit). Totals: \(totals).")
  }

  func hue(_ category: String) -> Hue? {
    categories.prefix(Hue.allCases.count).firstIndex { $0.name == category }.map(Hue.number)
  }

  func rows(_ bars: [Bar]) -> Int { (bars.map(\.depth).max() ?? 0) + 1 }

  var legend: Legend {
    let named = categories.prefix(Hue.allCases.count).enumerated().map {
      Legend.Entry(name: $0.element.name, paint: .hue(.number($0.offset)), mark: .box)
    }
    let rest = categories.count > named.count ? [Legend.Entry(name: restName, paint: .soft, mark: .box)] : []
    return Legend(entries: named + rest)
  }

  func draw(on canvas: inout Canvas) {
    guard let scale = AxisScale(.init(), values: [start, end], ticks: 5, tight: true) else { return }
    let height = 20.0
    let frame = (x: 4.0, width: canvas.width - 20)
    legend.draw(on: &canvas, y: 4)
    var y = legend.height(width: canvas.width) + 10
    for lane in lanes {
      canvas.text(lane.name, x: frame.x, y: y + 13, size: 14, paint: .soft)
      y += 20
      draw(lane.bars, scale, frame, y: y, height: height, on: &canvas)
      y += Double(rows(lane.bars)) * height + 8
    }
    canvas.line([(frame.x, y), (frame.x + frame.width, y)], stroke: .soft, width: 1)
    for tick in scale.ticks {
      let x = frame.x + tick.position * frame.width
      canvas.line([(x, y), (x, y + 5)], stroke: .soft, width: 1)
      let half = Label(tick.text).ems * 13 / 2
      canvas.text(
        tick.text, x: min(max(x, half), canvas.width - half), y: y + 19, anchor: .middle, size: 13, paint: .soft)
    }
    canvas.text(axisName, x: frame.x + frame.width / 2, y: y + 40, anchor: .middle, size: 14, paint: .soft)
    canvas.height = y + 48
  }

  private func draw(
    _ bars: [Bar], _ scale: AxisScale, _ frame: (x: Double, width: Double), y: Double, height: Double,
    on canvas: inout Canvas
  ) {
    // What was drawn last on each depth, so that thousands of short bars do not become thousands of elements.
    var drawnTo = Array(repeating: -1.0, count: rows(bars))
    for bar in bars {
      guard let from = scale.position(bar.span.start), let to = scale.position(bar.span.end) else { continue }
      let (x, right) = (frame.x + from * frame.width, frame.x + to * frame.width)
      guard right > drawnTo[bar.depth] + 0.25 || right - x > 0.5 else { continue }
      drawnTo[bar.depth] = max(right, x + 0.5)
      let top = y + Double(bar.depth) * height
      let isGroup = bar.span.isGroup
      let hue = isGroup ? nil : hue(bar.span.category)
      let gap = right - x > 3 ? 0.6 : 0
      let width = max(right - x - gap, 0.5)
      // A bar with its name is pale, one too short for it is full of colour.
      let hasName = right - x > Label(bar.span.name).ems * 12 + 6
      canvas.rect(
        x: x, y: top, width: width, height: hasName ? 4 : height - 3,
        fill: hue.map(Paint.hue) ?? (isGroup ? .faint : .soft))
      guard hasName else { continue }
      canvas.rect(x: x, y: top + 4, width: width, height: height - 7, fill: hue.map(Paint.tint) ?? .faint)
      canvas.text(bar.span.name, x: (x + right) / 2, y: top + 14.5, anchor: .middle, size: 12)
    }
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let width = min(columns, 120)
    let letters = Self.letters
    var lines = legend.text(columns: columns) { index, _ in
      index < letters.count ? (colour ? "██" : "\(letters[index])", .hue(.number(index))) : (colour ? "██" : "x", .soft)
    }
    for lane in lanes {
      lines.append(StyledLine(clipped(Label(lane.name).plain, to: columns), .soft))
      for depth in 0..<rows(lane.bars) {
        lines.append(row(lane.bars.filter { $0.depth == depth }, width: width, colour: colour))
      }
    }
    let (from, to) = ("\(NumberText.short(start)) \(unit)", "\(NumberText.short(end)) \(unit)")
    return lines + [
      StyledLine(clipped(from + spaces(width - displayWidth(from) - displayWidth(to)) + to, to: width), .soft)
    ]
  }

  private static let letters = Array("ABCDEF")

  /// The bars of one depth as a line: letters or colours for kinds of work, a ruled line with its name for a part that
  /// holds others.
  private func row(_ bars: [Bar], width: Int, colour: Bool) -> StyledLine {
    var cells = Array(repeating: (sign: " ", style: TextStyle.plain), count: width)
    var isFree = Array(repeating: true, count: width)
    for bar in bars {
      let place = { (time: Double) in (time - start) / (end - start) * Double(width) }
      let first = min(Int(place(bar.span.start)), width - 1)
      let last = max(first, min(Int(place(bar.span.end).rounded(.up)) - 1, width - 1))
      let signs = bar.span.isGroup ? groupSigns(bar.span.name, last - first + 1) : []
      let category = categories.firstIndex { $0.name == bar.span.category } ?? 0
      for column in first...last where isFree[column] {
        isFree[column] = false
        if bar.span.isGroup {
          cells[column] = (signs[column - first], .soft)
        } else if category < Self.letters.count {
          cells[column] = (colour ? "█" : String(Self.letters[category]), .hue(.number(category)))
        } else {
          cells[column] = (colour ? "█" : "x", .soft)
        }
      }
    }
    return cells.reduce(into: StyledLine()) { line, cell in line.append(cell.sign, cell.style) }
  }

  /// `╶─ forward ─╴`, without the name where there is no room.
  private func groupSigns(_ name: String, _ width: Int) -> [String] {
    let name = Label(name).plain
    var signs = Array(repeating: "─", count: width)
    if width > 3 { (signs[0], signs[width - 1]) = ("╶", "╴") }
    let free = width - name.count - 4
    if free >= 0, displayWidth(name) == name.count {
      for (offset, letter) in " \(name) ".enumerated() { signs[1 + free / 2 + offset] = String(letter) }
    }
    return signs
  }
}
