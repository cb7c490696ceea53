import Formulas
import TextLayout

/// Boxes, operations, wires and words on a grid of terminal cells. The same grid, at 9.3 × 18 units a cell, is the SVG.
///
/// Wires end on the border of a box or in the middle of an operation; both writers cut them there.
package struct Diagram: Sendable {
  package struct Point: Hashable, Sendable {
    package var x: Int
    package var y: Int

    package init(_ x: Int, _ y: Int) { (self.x, self.y) = (x, y) }
  }

  package struct Box: Sendable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int
    package var hue: Hue?
    package var isFilled: Bool
    package var isActive: Bool
  }

  /// A small circle with a sign in it.
  package struct Operation: Sendable {
    package var sign: String
    package var at: Point
    package var hue: Hue?
    package var isActive: Bool
  }

  package struct Wire: Sendable {
    package var points: [Point]
    package var hue: Hue?
    package var hasArrow: Bool
    /// A dot where the wire leaves another one.
    package var branches: Bool
    package var isActive: Bool
  }

  package struct Words: Sendable {
    package var markup: String
    package var at: Point
    package var anchor: Anchor
    /// In the middle of the border before `at`: the middle of a box of an even number of columns.
    package var isBetween = false
    package var hue: Hue?
    package var isBold: Bool
    package var isSoft: Bool
    package var isActive: Bool
    /// Where the words come from, when they are a number.
    package var source: NumberSource?
  }

  /// The frame around what happens in one step, crossed by wires.
  package var frame: Box?
  package var boxes: [Box] = []
  package var operations: [Operation] = []
  package var wires: [Wire] = []
  package var words: [Words] = []
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  // MARK: Building

  /// Draws the frame.
  package mutating func frame(x: Int, y: Int, width: Int, height: Int) {
    frame = Box(x: x, y: y, width: width, height: height, hue: nil, isFilled: false, isActive: true)
  }

  package mutating func box(
    _ label: String, x: Int, y: Int, width: Int, height: Int = 3, hue: Hue? = nil, active: Bool = true
  ) {
    boxes.append(Box(x: x, y: y, width: width, height: height, hue: hue, isFilled: true, isActive: active))
    text(label, x + width / 2, y + height / 2, .middle, hue: hue, bold: true, active: active)
    if width % 2 == 0, !label.isEmpty { words[words.count - 1].isBetween = true }
  }

  package mutating func operation(_ sign: String, _ x: Int, _ y: Int, hue: Hue? = nil, active: Bool = true) {
    operations.append(Operation(sign: sign, at: Point(x, y), hue: hue, isActive: active))
  }

  /// A wire through points that lie right of, left of, above or below each other.
  package mutating func wire(
    _ points: (Int, Int)..., hue: Hue? = nil, arrow: Bool = true, branches: Bool = false, active: Bool = true
  ) {
    let points = points.map { Point($0.0, $0.1) }
    wires.append(Wire(points: points, hue: hue, hasArrow: arrow, branches: branches, isActive: active))
  }

  package mutating func text(
    _ markup: String, _ x: Int, _ y: Int, _ anchor: Anchor = .start, hue: Hue? = nil, bold: Bool = false,
    soft: Bool = false, active: Bool = true, source: NumberSource? = nil
  ) {
    guard !markup.isEmpty else { return }
    words.append(
      Words(
        markup: markup, at: Point(x, y), anchor: anchor, hue: hue, isBold: bold, isSoft: soft, isActive: active,
        source: source))
  }
}
