import TextLayout

/// Dots of a terminal, two by four in each character.
struct BrailleGrid {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var styles: [TextStyle]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (max(columns, 1), max(rows, 1))
    dots = Array(repeating: 0, count: self.columns * self.rows)
    styles = Array(repeating: .plain, count: self.columns * self.rows)
  }

  var dotsAcross: Int { 2 * columns }
  var dotsDown: Int { 4 * rows }

  /// The bit of each dot in a braille character. Source: the Unicode Standard, block Braille Patterns, U+2800.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot; the last one to come gives its character the colour. Outside of the grid nothing happens.
  mutating func set(x: Int, y: Int, _ style: TextStyle) {
    guard (0..<dotsAcross).contains(x), (0..<dotsDown).contains(y) else { return }
    let index = y / 4 * columns + x / 2
    dots[index] |= Self.bits[y % 4][x % 2]
    styles[index] = style
  }

  /// Dots along a straight line; `shows` says of the how-manieth column whether it has a dot.
  mutating func line(
    from a: (x: Int, y: Int), to b: (x: Int, y: Int), _ style: TextStyle, shows: (Int) -> Bool = { _ in true }
  ) {
    let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
    for step in 0...steps {
      let x = a.x + (b.x - a.x) * step / steps
      // Rounded in integers, so that every machine sets the same dot.
      let y = a.y + (2 * (b.y - a.y) * step + (b.y >= a.y ? steps : -steps)) / (2 * steps)
      if shows(x) { set(x: x, y: y, style) }
    }
  }

  /// The characters of a row, where nothing is drawn a space.
  func row(_ row: Int) -> StyledLine {
    var line = StyledLine()
    for index in row * columns..<(row + 1) * columns {
      let code = 0x2800 + UInt32(dots[index])
      let sign = dots[index] == 0 ? " " : Unicode.Scalar(code).map { String(Character($0)) } ?? " "
      line.append(sign, dots[index] == 0 ? .plain : styles[index])
    }
    return line
  }
}
