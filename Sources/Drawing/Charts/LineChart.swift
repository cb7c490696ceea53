import Formulas
import Foundation
import TextLayout

extension Picture {
  /// One line of a chart.
  public struct Series: Sendable {
    /// Its label in the legend.
    public var name: String
    /// Points from left to right; a point that is not finite leaves a gap.
    public var points: [(x: Double, y: Double)]
    /// A dashed line, for what is a reference rather than a result.
    public var isDashed: Bool
    /// Where the heights of the points come from, one for each, when they may change on the page.
    var sources: [NumberSource] = []

    /// A line through points.
    public init(_ name: String, points: [(x: Double, y: Double)], isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.isDashed = isDashed
    }

    /// Numbers at x = `first`, `first` + 1, …: a loss after each epoch.
    public init(_ name: String, _ values: [Double], first: Double = 1, isDashed: Bool = false) {
      let points = values.enumerated().map { (x: first + Double($0.offset), y: $0.element) }
      self.init(name, points: points, isDashed: isDashed)
    }

    /// The same line, which follows an element of formulas on a page with live places: one formula for each point.
    public func following(_ formulas: [Formula], element: Int = 0) -> Series {
      var line = self
      line.sources = formulas.map { NumberSource($0, element: element, form: .together, decimals: 4) }
      return line
    }

    /// A function, evaluated at `samples` places.
    public init(
      _ name: String, function: (Double) -> Double, over range: ClosedRange<Double>, samples: Int = 241,
      isDashed: Bool = false
    ) {
      let count = max(samples, 2)
      let width = range.upperBound - range.lowerBound
      let points = (0..<count).map { index in
        let x = range.lowerBound + width * Double(index) / Double(count - 1)
        return (x: x, y: function(x))
      }
      self.init(name, points: points, isDashed: isDashed)
    }
  }

  /// A range around lines: between the smallest and the largest of many runs.
  public struct Band: Sendable {
    public var name: String
    public var points: [(x: Double, low: Double, high: Double)]

    public init(_ name: String, points: [(x: Double, low: Double, high: Double)]) {
      self.name = name
      self.points = points
    }

    /// Ranges at x = `first`, `first` + 1, …; as many as the shorter list has.
    public init(_ name: String, low: [Double], high: [Double], first: Double = 1) {
      let points = zip(low, high).enumerated().map {
        (x: first + Double($0.offset), low: $0.element.0, high: $0.element.1)
      }
      self.init(name, points: points)
    }
  }

  /// Lines over a common axis: functions, losses, accuracies.
  ///
  /// - Parameters:
  ///   - series: the lines, up to six told apart by colour; in a terminal without colour by their dots.
  ///   - band: a range behind the lines.
  ///   - x: what runs to the right.
  ///   - y: what runs upwards; a loss over orders of magnitude needs `isLogarithmic`.
  ///   - alternative: nil writes one with the range of each line.
  public static func lineChart(
    title: String, series: [Series], band: Band? = nil, x: Axis = Axis(), y: Axis = Axis(), alternative: String? = nil
  ) -> Picture {
    let chart = LineChart(series: series, band: band, x: x, y: y)
    guard chart.hasPoints else { return note(title: title, "There is nothing to draw: no finite values.") }
    return Picture(title: title, alternative: alternative, content: chart)
  }
}

/// Lines and a band, with their axes.
struct LineChart: PictureContent {
  var series: [Picture.Series]
  var band: Picture.Band?
  var x: Picture.Axis
  var y: Picture.Axis

  var xs: [Double] { series.flatMap { $0.points.map(\.x) } + (band?.points.map(\.x) ?? []) }
  var ys: [Double] {
    series.flatMap { $0.points.map(\.y) } + (band?.points.flatMap { [$0.low, $0.high] } ?? [])
  }

  var hasPoints: Bool {
    AxisScale(x, values: xs, ticks: 5, tight: true) != nil && AxisScale(y, values: ys, ticks: 5, tight: false) != nil
  }

  func worded(_ words: Wording) -> LineChart {
    var chart = self
    for index in series.indices { chart.series[index].name = words(ProseText(series[index].name)) }
    chart.band?.name = words(ProseText(band?.name ?? ""))
    (chart.x.name, chart.y.name) = (words(ProseText(x.name)), words(ProseText(y.name)))
    return chart
  }

  func summary(_ words: Wording) -> String {
    let lines = series.map { line -> String in
      let shown = line.points.map(\.y).filter { AxisScale.canShow($0, logarithmic: y.isLogarithmic) }
      guard let first = shown.first, let last = shown.last, let low = shown.min(), let high = shown.max() else {
        return words("\(Label(line.name).plain): no finite values")
      }
      let number = { NumberText.short($0) }
      return words(
        "\(Label(line.name).plain): from \(number(first)) to \(number(last)), between \(number(low)) and \(number(high))"
      )
    }
    let range = band.map { [words("The shaded range: \(Label($0.name).plain)")] } ?? []
    let list = (lines + range).joined(separator: "; ")
    return x.name.isEmpty
      ? words("Line chart. \(list).") : words("Line chart over \(Label(x.name).plain). \(list).")
  }

  func draw(on canvas: inout Canvas) {
    guard let across = AxisScale(x, values: xs, ticks: 5, tight: true),
      let up = AxisScale(y, values: ys, ticks: 5, tight: false)
    else { return }
    let legend = Legend(entries: legendEntries)
    let tickWidth = up.ticks.map { Label($0.text).ems * 13 }.max() ?? 0
    var frame = Frame(x: tickWidth + 12, y: 12 + legend.height(width: canvas.width), width: 0, height: 230)
    if !y.name.isEmpty { frame.y += 20 }
    frame.width = canvas.width - frame.x - 16
    canvas.height = frame.y + frame.height + (x.name.isEmpty ? 28 : 50)
    legend.draw(on: &canvas, y: 4)
    drawAxes(across, up, frame, on: &canvas)
    drawBand(across, up, frame, on: &canvas)
    for (index, line) in series.enumerated() {
      if let attributes = liveAttributes(line, across, up, frame, canvas) {
        canvas.group(attributes) {
          $0.line(
            line.points.compactMap { point in
              across.position(point.x).flatMap { x in up.position(point.y).map { frame.point((x, $0)) } }
            }, stroke: .hue(.number(index)), width: 2.2, dashed: line.isDashed)
        }
        continue
      }
      for stretch in Self.stretches(line.points, across, up) {
        let points = stretch.map { frame.point($0) }
        if points.count == 1 {
          canvas.circle(x: points[0].x, y: points[0].y, radius: 3, fill: .hue(.number(index)))
        }
        canvas.line(points, stroke: .hue(.number(index)), width: 2.2, dashed: line.isDashed)
      }
    }
  }

  /// The marks of a line that follows on the page: its points from left to right, and the scale of the heights. Nil
  /// where it stays.
  private func liveAttributes(
    _ line: Picture.Series, _ across: AxisScale, _ up: AxisScale, _ frame: Frame, _ canvas: Canvas
  ) -> String? {
    let marks = line.sources.compactMap { canvas.live?($0) }
    let xs = line.points.compactMap { across.position($0.x) }.map { NumberText.coordinate(frame.point(($0, 0)).x) }
    guard !marks.isEmpty, marks.count == line.points.count, xs.count == marks.count else { return nil }
    let scale = [up.low, up.high, frame.y, frame.height].map(NumberText.exact).joined(separator: " ")
    let kind = up.isLogarithmic ? "logarithm" : "number"
    return " data-xs=\"\(xs.joined(separator: " "))\" data-scale=\"\(scale) \(kind)\" "
      + "data-live=\"\(marks.joined(separator: ";"))\""
  }

  private func drawAxes(_ across: AxisScale, _ up: AxisScale, _ frame: Frame, on canvas: inout Canvas) {
    for tick in up.ticks {
      let y = frame.point((0, tick.position)).y
      canvas.line([(frame.x, y), (frame.x + frame.width, y)], stroke: .faint, width: 1)
      canvas.text(tick.text, x: frame.x - 6, y: y + 4.5, anchor: .end, size: 13, paint: .soft)
    }
    let bottom = frame.y + frame.height
    for tick in across.ticks {
      let x = frame.point((tick.position, 0)).x
      canvas.line([(x, bottom), (x, bottom + 5)], stroke: .soft, width: 1)
      let half = Label(tick.text).ems * 13 / 2
      canvas.text(
        tick.text, x: min(x, canvas.width - 2 - half), y: bottom + 19, anchor: .middle, size: 13, paint: .soft)
    }
    canvas.line([(frame.x, bottom), (frame.x + frame.width, bottom)], stroke: .soft, width: 1)
    if !x.name.isEmpty {
      canvas.text(x.name, x: frame.x + frame.width / 2, y: bottom + 42, anchor: .middle, size: 14, paint: .soft)
    }
    if !y.name.isEmpty { canvas.text(y.name, x: 2, y: frame.y - 14, size: 14, paint: .soft) }
  }

  private func drawBand(_ across: AxisScale, _ up: AxisScale, _ frame: Frame, on canvas: inout Canvas) {
    guard let band else { return }
    for part in Self.rangeStretches(band.points, across, up) {
      let upper = part.map { frame.point(($0.x, $0.high)) }
      let lower = part.reversed().map { frame.point(($0.x, $0.low)) }
      canvas.polygon(upper + lower, fill: .tint(.sky))
    }
  }

  var legendEntries: [Legend.Entry] {
    let lines = series.enumerated().map { index, line in
      Legend.Entry(name: line.name, paint: .hue(.number(index)), mark: line.isDashed ? .dashes : .line)
    }
    let named = lines + (band.map { [Legend.Entry(name: $0.name, paint: .tint(.sky), mark: .box)] } ?? [])
    return named.filter { !$0.name.isEmpty }
  }

  /// Positions in the frame, broken where a point cannot be shown and where the line leaves the frame.
  static func stretches(
    _ points: [(x: Double, y: Double)], _ across: AxisScale, _ up: AxisScale
  ) -> [[(x: Double, y: Double)]] {
    let frame = -1e-9...1 + 1e-9
    var parts: [[(x: Double, y: Double)]] = [[]]
    var previous: (x: Double, y: Double)?
    for point in points {
      guard let x = across.position(point.x), let y = up.position(point.y), frame.contains(x) else {
        parts.append([])
        previous = nil
        continue
      }
      if let before = previous, frame.contains(before.y) != frame.contains(y) {
        // One end is inside: the line is cut where it meets the edge.
        let edge = max(before.y, y) > 1 + 1e-9 ? 1.0 : 0
        let fraction = (edge - before.y) / (y - before.y)
        parts[parts.count - 1].append((before.x + (x - before.x) * fraction, edge))
      }
      if frame.contains(y) { parts[parts.count - 1].append((x, y)) } else { parts.append([]) }
      previous = (x, y)
    }
    return parts.filter { !$0.isEmpty }
  }

  static func rangeStretches(
    _ points: [(x: Double, low: Double, high: Double)], _ across: AxisScale, _ up: AxisScale
  ) -> [[(x: Double, low: Double, high: Double)]] {
    var parts: [[(x: Double, low: Double, high: Double)]] = [[]]
    for point in points {
      if let x = across.position(point.x), let low = up.position(point.low), let high = up.position(point.high),
        (-1e-9...1 + 1e-9).contains(x)
      {
        parts[parts.count - 1].append((x, min(max(low, 0), 1), min(max(high, 0), 1)))
      } else if parts.last?.isEmpty == false {
        parts.append([])
      }
    }
    return parts.filter { !$0.isEmpty }
  }
}

/// The rectangle in which data is drawn; its point (0, 0) is at the left below.
struct Frame {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  func point(_ position: (x: Double, y: Double)) -> (x: Double, y: Double) {
    (x + position.x * width, y + (1 - position.y) * height)
  }
}
