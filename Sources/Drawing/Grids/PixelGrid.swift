import TextLayout

extension Picture {
  /// A grey picture: rows of numbers from 0, paper, to 1, ink.
  public struct PixelImage: Sendable {
    public var rows: [[Double]]
    public var caption: String
    /// A frame in this colour, for what should be noticed; nil has a plain one.
    public var frame: Hue?

    /// Rows of numbers; a shorter row is paper at its end.
    public init(rows: [[Double]], caption: String = "", frame: Hue? = nil) {
      self.rows = rows
      self.caption = caption
      self.frame = frame
    }

    /// Pixels one row after another, as in an MNIST file divided by 255; pixels beyond the last whole row are left out.
    public init(pixels: [Float], width: Int, caption: String = "", frame: Hue? = nil) {
      let height = width > 0 ? pixels.count / width : 0
      let rows = (0..<height).map { row in pixels[row * width..<(row + 1) * width].map(Double.init) }
      self.init(rows: rows, caption: caption, frame: frame)
    }

    var width: Int { rows.map(\.count).max() ?? 0 }

    /// The ink of a place, 0…1; what is outside or no number is paper.
    func ink(_ row: Int, _ column: Int) -> Double {
      guard rows.indices.contains(row), rows[row].indices.contains(column) else { return 0 }
      let value = rows[row][column]
      return value.isNaN ? 0 : min(max(value, 0), 1)
    }
  }

  /// Small grey pictures with captions, side by side: digits.
  ///
  /// - Parameter perRow: how many stand beside one another where there is room; on a terminal as many as fit.
  public static func pixelGrid(
    title: String, images: [PixelImage], perRow: Int = 5, alternative: String? = nil
  ) -> Picture {
    let images = images.filter { $0.width > 0 }
    guard !images.isEmpty else { return note(title: title, "There is nothing to draw: no pictures.") }
    return Picture(
      title: title, alternative: alternative, content: PixelGrid(images: images, perRow: min(max(perRow, 1), 12)))
  }
}

struct PixelGrid: PictureContent {
  var images: [Picture.PixelImage]
  let perRow: Int

  func worded(_ words: Wording) -> PixelGrid {
    var grid = self
    for index in images.indices { grid.images[index].caption = words(ProseText(images[index].caption)) }
    return grid
  }

  func summary(_ words: Wording) -> String {
    let captions = images.map { Label($0.caption).plain }.filter { !$0.isEmpty }.joined(separator: "; ")
    return switch (images.count, captions.isEmpty) {
    case (1, true): words("A grey picture.")
    case (1, false): words("A grey picture: \(captions).")
    case (_, true): words("\(images.count) grey pictures.")
    case (_, false): words("\(images.count) grey pictures: \(captions).")
    }
  }

  func draw(on canvas: inout Canvas) {
    let gap = 12.0
    let across = min(perRow, max(images.count, 3))
    let side = (canvas.width - 4 - gap * Double(across - 1)) / Double(across)
    let hasCaptions = images.contains { !$0.caption.isEmpty }
    var y = 2.0
    for start in stride(from: 0, to: images.count, by: across) {
      let row = images[start..<min(start + across, images.count)]
      let captions = row.map { wrapped(Label($0.caption).plain, width: max(Int(side / 8.1), 4)) }
      let height = row.map { side * Double($0.rows.count) / Double($0.width) }.max() ?? side
      for (index, image) in row.enumerated() {
        let x = 2 + Double(index) * (side + gap)
        draw(image, x: x, y: y, side: side, on: &canvas)
        for (line, words) in captions[index].enumerated() where !words.isEmpty {
          let text = words.replacingOccurrences(of: "_", with: #"\_"#).replacingOccurrences(of: "^", with: #"\^"#)
          canvas.text(text, x: x + side / 2, y: y + height + 16 + 16 * Double(line), anchor: .middle, size: 13)
        }
      }
      let lines = hasCaptions ? Double(captions.map(\.count).max() ?? 0) : 0
      y += height + 16 * lines + gap
    }
    canvas.height = y
  }

  /// One path for each shade of ink; pixels side by side with the same shade are one rectangle.
  private func draw(_ image: Picture.PixelImage, x: Double, y: Double, side: Double, on canvas: inout Canvas) {
    let columns = image.width
    let pixel = side / Double(columns)
    let height = pixel * Double(image.rows.count)
    canvas.rect(x: x, y: y, width: side, height: height, fill: .data(ColourRamp.ink.colour(0)))
    var paths = Array(repeating: "", count: 17)
    for row in image.rows.indices {
      var column = 0
      while column < columns {
        let level = Int((image.ink(row, column) * 16).rounded())
        let first = column
        while column < columns, Int((image.ink(row, column) * 16).rounded()) == level { column += 1 }
        guard level > 0 else { continue }
        let width = NumberText.coordinate(Double(column - first) * pixel)
        let (left, top) = (x + Double(first) * pixel, y + Double(row) * pixel)
        paths[level] +=
          "M\(NumberText.coordinate(left)) \(NumberText.coordinate(top))h\(width)v\(NumberText.coordinate(pixel))h-\(width)z"
      }
    }
    for (level, path) in paths.enumerated() where !path.isEmpty {
      canvas.path(path, fill: .data(ColourRamp.ink.colour(Double(level) / 16)), crisp: true)
    }
    canvas.rect(
      x: x, y: y, width: side, height: height, stroke: image.frame.map(Paint.hue) ?? .faint,
      strokeWidth: image.frame == nil ? 1 : 2.5)
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let widest = images.map(\.width).max() ?? 1
    // Pixels to a character; more than one where the terminal is narrow.
    let factor = (widest + columns - 1) / columns
    let cell = max((widest + factor - 1) / factor, 8)
    var lines: [StyledLine] = []
    for places in Self.evenRows(of: images.count, most: max(1, (columns + 2) / (cell + 2))) {
      let row = images[places]
      let pictures = row.map { Self.lines($0, factor: factor, colour: colour) }
      for line in 0..<(pictures.map(\.count).max() ?? 0) {
        lines.append(Self.side(by: pictures.map { line < $0.count ? $0[line] : StyledLine() }, cell: cell))
      }
      let captions = row.map { image in
        image.caption.isEmpty ? [] : wrapped(Label(image.caption).plain, width: cell)
      }
      for line in 0..<(captions.map(\.count).max() ?? 0) {
        lines.append(Self.side(by: captions.map { StyledLine(line < $0.count ? $0[line] : "") }, cell: cell))
      }
      if places.upperBound < images.count { lines.append(StyledLine()) }
    }
    return lines
  }

  /// As few rows as can be, no two of which differ by more than one: ten by threes are 3, 3, 2, 2, and none stands
  /// alone.
  static func evenRows(of count: Int, most: Int) -> [Range<Int>] {
    let rows = (count + most - 1) / most
    var start = 0
    return (0..<rows).map { row in
      let length = count / rows + (row < count % rows ? 1 : 0)
      defer { start += length }
      return start..<start + length
    }
  }

  private static func side(by parts: [StyledLine], cell: Int) -> StyledLine {
    parts.enumerated().reduce(StyledLine()) { line, part in
      let gap = StyledLine(part.offset + 1 < parts.count ? spaces(cell + 2 - part.element.width) : "")
      return line + part.element + gap
    }
  }

  /// Two rows of pixels in each line: by half blocks in colour, by their mean shade without.
  private static func lines(_ image: Picture.PixelImage, factor: Int, colour: Bool) -> [StyledLine] {
    func ink(_ row: Int, _ column: Int) -> Double {
      var sum = 0.0
      for y in row * factor..<(row + 1) * factor {
        for x in column * factor..<(column + 1) * factor { sum += image.ink(y, x) }
      }
      return sum / Double(factor * factor)
    }
    let shades: [String] = [" ", "░", "▒", "▓", "█"]
    let height = (image.rows.count + factor - 1) / factor
    return stride(from: 0, to: height, by: 2).map { row in
      var line = StyledLine()
      for column in 0..<(image.width + factor - 1) / factor {
        let (upper, lower) = (ink(row, column), ink(row + 1, column))
        if colour {
          let style = TextStyle(
            foreground: ColourRamp.ink.colour(upper).terminalCode, background: ColourRamp.ink.colour(lower).terminalCode
          )
          line.append("▀", style)
        } else {
          line.append(shades[Int(((upper + lower) * 2).rounded())])
        }
      }
      return line
    }
  }
}
