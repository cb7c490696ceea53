/// Boxes, operations, wires and words on a grid of terminal cells. The same grid, at 9.3 × 18 units a cell, is the SVG.
///
/// Wires end on the border of a box or in the middle of an operation; both writers cut them there.
struct Diagram: Sendable {
  struct Point: Hashable, Sendable {
    var x: Int
    var y: Int

    init(_ x: Int, _ y: Int) { (self.x, self.y) = (x, y) }
  }

  struct Box: Sendable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
    var hue: Hue?
    var isFilled: Bool
    var isActive: Bool
  }

  /// A small circle with a sign in it.
  struct Operation: Sendable {
    var sign: String
    var at: Point
    var hue: Hue?
    var isActive: Bool
  }

  struct Wire: Sendable {
    var points: [Point]
    var hue: Hue?
    var hasArrow: Bool
    /// A dot where the wire leaves another one.
    var branches: Bool
    var isActive: Bool
  }

  struct Words: Sendable {
    var markup: String
    var at: Point
    var anchor: Anchor
    /// In the middle of the border before `at`: the middle of a box of an even number of columns.
    var isBetween = false
    var hue: Hue?
    var isBold: Bool
    var isSoft: Bool
    var isActive: Bool
  }

  /// The frame around what happens in one step, crossed by wires.
  var frame: Box?
  var boxes: [Box] = []
  var operations: [Operation] = []
  var wires: [Wire] = []
  var words: [Words] = []
  var width: Int
  var height: Int

  init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  // MARK: Building

  mutating func box(
    _ label: String, x: Int, y: Int, width: Int, height: Int = 3, hue: Hue? = nil, active: Bool = true
  ) {
    boxes.append(Box(x: x, y: y, width: width, height: height, hue: hue, isFilled: true, isActive: active))
    text(label, x + width / 2, y + height / 2, .middle, hue: hue, bold: true, active: active)
    if width % 2 == 0, !label.isEmpty { words[words.count - 1].isBetween = true }
  }

  mutating func operation(_ sign: String, _ x: Int, _ y: Int, hue: Hue? = nil, active: Bool = true) {
    operations.append(Operation(sign: sign, at: Point(x, y), hue: hue, isActive: active))
  }

  /// A wire through points that lie right of, left of, above or below each other.
  mutating func wire(
    _ points: (Int, Int)..., hue: Hue? = nil, arrow: Bool = true, branches: Bool = false, active: Bool = true
  ) {
    let points = points.map { Point($0.0, $0.1) }
    wires.append(Wire(points: points, hue: hue, hasArrow: arrow, branches: branches, isActive: active))
  }

  mutating func text(
    _ markup: String, _ x: Int, _ y: Int, _ anchor: Anchor = .start, hue: Hue? = nil, bold: Bool = false,
    soft: Bool = false, active: Bool = true
  ) {
    guard !markup.isEmpty else { return }
    words.append(
      Words(
        markup: markup, at: Point(x, y), anchor: anchor, hue: hue, isBold: bold, isSoft: soft, isActive: active))
  }
}
