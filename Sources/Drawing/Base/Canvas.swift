import Formulas
import TextLayout

/// What a shape is painted with; every paint but `data` has a light and a dark form.
package enum Paint: Hashable, Sendable {
  case ink, soft, faint
  /// For words about what is not shown at the moment.
  case dim
  case hue(Hue)
  /// A pale wash of a hue for the inside of boxes.
  case tint(Hue)
  /// A colour that stands for a number and is the same on any page.
  case data(RGB)

  /// The letter of the paint's CSS class; nil for data, which is written where it is used.
  var code: String? {
    switch self {
    case .ink: "k"
    case .soft: "s"
    case .faint: "l"
    case .dim: "d"
    case .hue(let hue): "h\(hue.rawValue)"
    case .tint(let hue): "t\(hue.rawValue)"
    case .data: nil
    }
  }

  var light: String {
    switch self {
    case .ink: "#1f2328"
    case .soft: "#59636e"
    case .faint: "#c9d1d9"
    case .dim: "#6a727b"
    case .hue(let hue), .tint(let hue): hue.light
    case .data(let rgb): rgb.hex
    }
  }

  var dark: String {
    switch self {
    case .ink: "#e6edf3"
    case .soft: "#9da7b3"
    case .faint: "#3d444d"
    case .dim: "#8b939e"
    case .hue(let hue), .tint(let hue): hue.dark
    case .data(let rgb): rgb.hex
    }
  }

  /// In the order in which a style sheet lists them.
  static let styled: [Paint] = [.ink, .soft, .faint, .dim] + Hue.allCases.map(Paint.hue) + Hue.allCases.map(Paint.tint)
}

/// Collects the shapes of an SVG, in the order in which they are painted.
///
/// One user unit is one CSS pixel on a wide page. Most pictures are `Canvas.width` units wide, so that on a telephone
/// of 390 pixels the smallest text still has about eleven.
package struct Canvas {
  package static let width = 480.0
  package static let textSize = 15.0

  package var width = Canvas.width
  package var height = 0.0
  /// The mark of a number that changes on the page, by where it comes from; `nil` where it stays.
  package var live: ((NumberSource) -> String?)?
  private(set) var elements: [String] = []
  private(set) var fills: Set<Paint> = []
  private(set) var strokes: Set<Paint> = []

  private mutating func fill(_ paint: Paint?) -> String {
    guard let paint else { return " fill=\"none\"" }
    guard let code = paint.code else { return " fill=\"\(paint.light)\"" }
    fills.insert(paint)
    return " class=\"f\(code)\""
  }

  private mutating func painted(fill: Paint?, stroke: Paint?, width: Double, dashed: Bool = false) -> String {
    var attributes = self.fill(fill)
    guard let stroke else { return attributes }
    if let code = stroke.code {
      strokes.insert(stroke)
      attributes =
        attributes.hasSuffix("none\"") || !attributes.contains("class")
        ? attributes + " class=\"s\(code)\"" : String(attributes.dropLast()) + " s\(code)\""
    } else {
      attributes += " stroke=\"\(stroke.light)\""
    }
    if width != 1 { attributes += " stroke-width=\"\(NumberText.coordinate(width))\"" }
    return attributes + (dashed ? " stroke-dasharray=\"5 4\"" : "")
  }

  package mutating func rect(
    x: Double, y: Double, width: Double, height: Double, fill: Paint? = nil, stroke: Paint? = nil,
    strokeWidth: Double = 1, radius: Double = 0, dashed: Bool = false
  ) {
    let corner = radius > 0 ? " rx=\"\(NumberText.coordinate(radius))\"" : ""
    elements.append(
      "<rect x=\"\(NumberText.coordinate(x))\" y=\"\(NumberText.coordinate(y))\""
        + " width=\"\(NumberText.coordinate(max(width, 0)))\" height=\"\(NumberText.coordinate(max(height, 0)))\"\(corner)"
        + painted(fill: fill, stroke: stroke, width: strokeWidth, dashed: dashed) + "/>")
  }

  mutating func circle(x: Double, y: Double, radius: Double, fill: Paint? = nil, stroke: Paint? = nil) {
    elements.append(
      "<circle cx=\"\(NumberText.coordinate(x))\" cy=\"\(NumberText.coordinate(y))\""
        + " r=\"\(NumberText.coordinate(radius))\"" + painted(fill: fill, stroke: stroke, width: 1.5) + "/>")
  }

  /// A line through points; fewer than two draw nothing.
  mutating func line(_ points: [(x: Double, y: Double)], stroke: Paint, width: Double = 1.5, dashed: Bool = false) {
    guard points.count > 1 else { return }
    path(Self.data(points), stroke: stroke, width: width, dashed: dashed)
  }

  mutating func polygon(_ points: [(x: Double, y: Double)], fill: Paint) {
    guard points.count > 2 else { return }
    path(Self.data(points) + "z", fill: fill)
  }

  mutating func path(
    _ data: String, fill: Paint? = nil, stroke: Paint? = nil, width: Double = 1.5, dashed: Bool = false,
    crisp: Bool = false
  ) {
    let edges = crisp ? " shape-rendering=\"crispEdges\"" : ""
    elements.append(
      "<path d=\"\(data)\"" + painted(fill: fill, stroke: stroke, width: width, dashed: dashed) + edges + "/>")
  }

  /// Path data through points, relative to nothing.
  static func data(_ points: [(x: Double, y: Double)]) -> String {
    points.enumerated().map { index, point in
      (index == 0 ? "M" : index == 1 ? "L" : " ") + NumberText.coordinate(point.x) + " "
        + NumberText.coordinate(point.y)
    }.joined()
  }

  /// A text whose baseline stands at `y`.
  package mutating func text(
    _ markup: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = Canvas.textSize,
    paint: Paint = .ink, bold: Bool = false, rotated: Bool = false, source: NumberSource? = nil
  ) {
    let (px, py) = (NumberText.coordinate(x), NumberText.coordinate(y))
    var attributes = " x=\"\(px)\" y=\"\(py)\"" + fill(paint)
    if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
    if size != Canvas.textSize { attributes += " font-size=\"\(NumberText.coordinate(size))\"" }
    if bold { attributes += " font-weight=\"600\"" }
    if rotated { attributes += " transform=\"rotate(-90 \(px) \(py))\"" }
    if let mark = source.flatMap({ live?($0) }) { attributes += " data-live=\"\(mark)\"" }
    elements.append("<text\(attributes)>\(Self.spans(Label(markup), size: size))</text>")
  }

  /// Draws a part of the picture as one group of the SVG.
  mutating func group(_ attributes: String, _ content: (inout Canvas) -> Void) {
    elements.append("<g\(attributes)>")
    content(&self)
    elements.append("</g>")
  }

  /// Subscripts as shifted spans, each of which undoes its shift in the next one, since not every viewer knows
  /// `baseline-shift`.
  private static func spans(_ label: Label, size: Double) -> String {
    var result = ""
    var shift = 0.0
    for run in label.runs {
      let wanted = run.level == .base ? 0 : run.level == .sub ? 0.28 * size : -0.36 * size
      let escaped = xmlEscaped(run.text)
      let move = wanted == shift ? "" : " dy=\"\(NumberText.coordinate(wanted - shift))\""
      let small = run.level == .base ? "" : " font-size=\"\(NumberText.coordinate(0.72 * size))\""
      result += move.isEmpty && small.isEmpty ? escaped : "<tspan\(move)\(small)>\(escaped)</tspan>"
      shift = wanted
    }
    return result
  }

  /// An arrow's head with its tip at a point, in direction (dx, dy) of length one.
  mutating func arrowhead(x: Double, y: Double, dx: Double, dy: Double, paint: Paint, size: Double = 7) {
    let (backX, backY) = (x - dx * size, y - dy * size)
    let half = size * 0.5
    polygon([(x, y), (backX - dy * half, backY + dx * half), (backX + dy * half, backY - dx * half)], fill: paint)
  }
}

/// Text made safe inside a picture, which has no lines to break.
func xmlEscaped(_ text: String) -> String {
  markupEscaped(String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }))
}
