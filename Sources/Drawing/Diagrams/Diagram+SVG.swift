import TextLayout

extension Diagram {
  /// One cell of the grid.
  static let cell = (width: 9.3, height: 18.0)
  private static let radius = 11.0

  private func centre(_ point: Point) -> (x: Double, y: Double) {
    ((Double(point.x) + 0.5) * Self.cell.width, (Double(point.y) + 0.5) * Self.cell.height)
  }

  package func draw(on canvas: inout Canvas) {
    canvas.width = Double(width) * Self.cell.width
    canvas.height = Double(height) * Self.cell.height
    if let frame {
      let rect = rect(of: frame)
      canvas.rect(
        x: rect.x, y: rect.y, width: rect.width, height: rect.height, stroke: .faint, strokeWidth: 1.5, radius: 10)
    }
    // What is in the background first, so that nothing faint lies over the stage that is shown.
    for active in [false, true] {
      for wire in wires where wire.isActive == active { draw(wire, on: &canvas) }
      for box in boxes where box.isActive == active { draw(box, on: &canvas) }
      for operation in operations where operation.isActive == active { draw(operation, on: &canvas) }
    }
    for words in words { draw(words, on: &canvas) }
  }

  private func rect(of box: Box) -> (x: Double, y: Double, width: Double, height: Double) {
    let corner = centre(Point(box.x, box.y))
    return (
      corner.x, corner.y, Double(box.width - 1) * Self.cell.width, Double(box.height - 1) * Self.cell.height
    )
  }

  private func draw(_ box: Box, on canvas: inout Canvas) {
    let rect = rect(of: box)
    let stroke: Paint = box.isActive ? box.hue.map(Paint.hue) ?? .ink : .faint
    let fill: Paint? = box.isActive && box.isFilled ? box.hue.map(Paint.tint) : nil
    canvas.rect(
      x: rect.x, y: rect.y, width: rect.width, height: rect.height, fill: fill, stroke: stroke, strokeWidth: 1.5,
      radius: 5)
  }

  private func draw(_ operation: Operation, on canvas: inout Canvas) {
    let at = centre(operation.at)
    let paint: Paint = operation.isActive ? operation.hue.map(Paint.hue) ?? .ink : .faint
    canvas.circle(x: at.x, y: at.y, radius: radius(of: operation), stroke: paint)
    let size = operation.sign.count > 1 ? 14.0 : 17
    canvas.text(operation.sign, x: at.x, y: at.y + size * 0.34, anchor: .middle, size: size, paint: paint)
  }

  private func radius(of operation: Operation) -> Double {
    operation.sign.count > 2 ? 18.5 : operation.sign.count > 1 ? 12.5 : Self.radius
  }

  private func draw(_ words: Words, on canvas: inout Canvas) {
    var at = centre(words.at)
    if words.isBetween { at.x -= Self.cell.width / 2 }
    if words.anchor == .start { at.x -= Self.cell.width / 2 }
    if words.anchor == .end { at.x += Self.cell.width / 2 }
    let paint: Paint = !words.isActive ? .dim : words.isSoft ? .soft : words.hue.map(Paint.hue) ?? .ink
    canvas.text(
      words.markup, x: at.x, y: at.y + 5, anchor: words.anchor, paint: paint, bold: words.isBold, source: words.source)
  }

  private func draw(_ wire: Wire, on canvas: inout Canvas) {
    guard wire.points.count > 1 else { return }
    let paint: Paint = wire.isActive ? wire.hue.map(Paint.hue) ?? .ink : .faint
    var points = wire.points.map { centre($0) }
    let last = points.count - 1
    points[0] = shortened(points[0], towards: points[1], at: wire.points[0])
    points[last] = shortened(points[last], towards: points[last - 1], at: wire.points[last])
    let tip = points[last]
    let (dx, dy) = direction(from: points[last - 1], to: tip)
    if wire.hasArrow { points[last] = (tip.x - dx * 5, tip.y - dy * 5) }
    canvas.path(Self.rounded(points), stroke: paint, width: wire.isActive ? 1.75 : 1.5)
    if wire.hasArrow { canvas.arrowhead(x: tip.x, y: tip.y, dx: dx, dy: dy, paint: paint, size: 8) }
    if wire.branches { canvas.circle(x: points[0].x, y: points[0].y, radius: 3, fill: paint) }
  }

  /// A wire that ends in an operation ends at its circle.
  private func shortened(
    _ end: (x: Double, y: Double), towards other: (x: Double, y: Double), at point: Point
  ) -> (x: Double, y: Double) {
    guard let operation = operations.first(where: { $0.at == point }) else { return end }
    let (dx, dy) = direction(from: end, to: other)
    return (end.x + dx * radius(of: operation), end.y + dy * radius(of: operation))
  }

  private func direction(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) -> (Double, Double) {
    let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
    return length > 0 ? ((b.x - a.x) / length, (b.y - a.y) / length) : (1, 0)
  }

  /// A path whose corners are rounded.
  private static func rounded(_ points: [(x: Double, y: Double)]) -> String {
    let number = NumberText.coordinate
    var data = "M\(number(points[0].x)) \(number(points[0].y))"
    for index in 1..<points.count {
      let point = points[index]
      guard index + 1 < points.count else {
        data += "L\(number(point.x)) \(number(point.y))"
        break
      }
      let before = near(point, points[index - 1])
      let after = near(point, points[index + 1])
      data += "L\(number(before.x)) \(number(before.y))"
      data += "Q\(number(point.x)) \(number(point.y)) \(number(after.x)) \(number(after.y))"
    }
    return data
  }

  /// The point up to six units from a corner on the way to the next one.
  private static func near(_ corner: (x: Double, y: Double), _ next: (x: Double, y: Double)) -> (x: Double, y: Double) {
    let (dx, dy) = (next.x - corner.x, next.y - corner.y)
    let length = max((dx * dx + dy * dy).squareRoot(), 0.001)
    let share = min(6 / length, 0.5)
    return (corner.x + dx * share, corner.y + dy * share)
  }
}
