import Formulas
import TextLayout

extension Picture {
  /// A named number of a bar chart.
  public struct Bar: Sendable {
    public var name: String
    public var value: Double
    /// Nil takes the chart's common colour; another one makes a bar stand out.
    public var hue: Hue?
    /// What is written at the end of the bar; nil writes the number itself.
    public var text: String?
    /// Where the number comes from, when it may change on the page.
    var source: NumberSource?

    public init(_ name: String, _ value: Double, hue: Hue? = nil, text: String? = nil) {
      self.name = name
      self.value = value
      self.hue = hue
      self.text = text
    }

    /// The same bar, which follows an element of a formula on a page with live places.
    public func following(_ formula: Formula, element: Int) -> Bar {
      var bar = self
      bar.source = NumberSource(formula, element: element, form: .plainest, decimals: 3)
      return bar
    }
  }

  /// Numbers as bars from a common zero, one below another: probabilities, totals for each operation.
  ///
  /// - Parameters:
  ///   - unit: written after each number that has no text of its own, such as `ms`.
  ///   - range: what the axis reaches at least. Bars whose numbers may change need one that begins with 0.
  public static func barChart(
    title: String, bars: [Bar], unit: String = "", range: ClosedRange<Double> = 0...0, alternative: String? = nil
  ) -> Picture {
    let chart = BarChart(bars: bars, unit: unit, range: range)
    guard bars.contains(where: { chart.isShown($0) }) else {
      return note(title: title, "There is nothing to draw: no finite values.")
    }
    return Picture(title: title, alternative: alternative, content: chart)
  }
}

struct BarChart: PictureContent {
  var bars: [Picture.Bar]
  var unit: String
  var range: ClosedRange<Double>

  func isShown(_ bar: Picture.Bar) -> Bool { AxisScale.canShow(bar.value, logarithmic: false) }

  private func number(_ bar: Picture.Bar) -> String {
    if let source = bar.source { return NumberText.plainest(bar.value, decimals: source.decimals) }
    return bar.text ?? NumberText.short(bar.value) + (unit.isEmpty ? "" : " " + unit)
  }

  func worded(_ words: Wording) -> BarChart {
    var chart = self
    chart.unit = words(ProseText(unit))
    for index in bars.indices {
      chart.bars[index].name = words(ProseText(bars[index].name))
      chart.bars[index].text = bars[index].text.map { words(ProseText($0)) }
    }
    return chart
  }

  func summary(_ words: Wording) -> String {
    let list = bars.map { "\(Label($0.name).plain): \(Label(number($0)).plain)" }.joined(separator: ", ")
    return words("Bars: \(list).")
  }

  private var shown: [Double] { bars.filter(isShown).map(\.value) }
  /// The ends of the axis, which always has the zero on it.
  private var low: Double { min(shown.min() ?? 0, range.lowerBound, 0) }
  private var high: Double { max(shown.max() ?? 0, range.upperBound, 0) }

  /// A bar's ends along the axis, 0…1; a number that cannot be shown has no length.
  private func ends(_ bar: Picture.Bar) -> (from: Double, to: Double) {
    let range = high - low
    guard range > 0 else { return (0, 0) }
    let value = isShown(bar) ? bar.value : 0
    return ((min(value, 0) - low) / range, (max(value, 0) - low) / range)
  }

  func draw(on canvas: inout Canvas) {
    let names = bars.map { Label($0.name).ems * 14 }.max() ?? 0
    // A number that changes may be as long as this one.
    let numbers = bars.map { Label($0.source == nil ? number($0) : "0.00e−00").ems * 13 }.max() ?? 0
    let left = min(names, 0.4 * canvas.width) + 10
    let right = canvas.width - min(numbers, 0.3 * canvas.width) - 10
    let (step, thickness) = (25.0, 17.0)
    canvas.height = Double(bars.count) * step + 8
    for (index, bar) in bars.enumerated() {
      let y = 4 + Double(index) * step
      let ends = ends(bar)
      let x = left + ends.from * (right - left)
      let width = (ends.to - ends.from) * (right - left)
      let paint = Paint.hue(bar.hue ?? .blue)
      func draw(on canvas: inout Canvas) {
        canvas.rect(x: x, y: y + 3, width: max(width, 0.8), height: thickness, fill: paint)
        canvas.text(bar.name, x: left - 8, y: y + 16.5, anchor: .end, size: 14)
        canvas.text(number(bar), x: x + width + 6, y: y + 16, size: 13, paint: .soft, source: bar.source)
      }
      if low == 0, let mark = bar.source.flatMap({ canvas.live?($0) }) {
        let axis = "\(NumberText.coordinate(left)) \(NumberText.exact((right - left) / high))"
        canvas.group(" data-bar=\"\(axis)\" data-live=\"\(mark)\"", draw)
      } else {
        draw(on: &canvas)
      }
    }
    let zero = left - low / max(high - low, .leastNormalMagnitude) * (right - left)
    canvas.line([(zero, 4), (zero, canvas.height - 4)], stroke: .soft, width: 1)
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let names = min(bars.map { displayWidth(Label($0.name).plain) }.max() ?? 0, columns / 3)
    let numbers = min(bars.map { displayWidth(Label(number($0)).plain) }.max() ?? 0, columns / 3)
    let room = min(max(columns - names - numbers - 2, 1), 60)
    return bars.map { bar in
      let ends = ends(bar)
      let name = aligned(clipped(Label(bar.name).plain, to: names), to: names, .end)
      var line = StyledLine(name + " ")
      let start = Int((ends.from * Double(room)).rounded())
      let eighths = Int(((ends.to - ends.from) * Double(8 * room)).rounded())
      let blocks = Self.blocks(eighths: min(eighths, 8 * (room - start)))
      line.append(spaces(start))
      line.append(blocks, .hue(bar.hue ?? .blue))
      line.append(" " + clipped(Label(number(bar)).plain, to: numbers), .soft)
      return line
    }
  }

  /// A bar of so many eighths of a character.
  static func blocks(eighths: Int) -> String {
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: max(eighths, 0) / 8) + parts[max(eighths, 0) % 8]
  }
}
