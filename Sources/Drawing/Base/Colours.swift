import TextLayout

/// The few colours that carry meaning, told apart by readers with any colour vision and readable on white and on black.
///
/// Source of the hues: Okabe and Ito, "Color Universal Design" (2008), darkened for a light page and lightened for a
/// dark one until text in them has a contrast of 4.5 : 1.
public enum Hue: Int, CaseIterable, Sendable {
  case blue, orange, green, purple, yellow, sky

  /// The colour on a light page, as `#rrggbb`.
  public var light: String { pair.light.hex }
  /// The colour on a dark page, as `#rrggbb`.
  public var dark: String { pair.dark.hex }

  private var pair: (light: RGB, dark: RGB) {
    switch self {
    case .blue: (RGB(0x0068A6), RGB(0x5FB4EA))
    case .orange: (RGB(0xB35200), RGB(0xF2A24A))
    case .green: (RGB(0x007858), RGB(0x3CC79A))
    case .purple: (RGB(0xA03C79), RGB(0xE69CC8))
    case .yellow: (RGB(0x7D6900), RGB(0xE3CE46))
    case .sky: (RGB(0x1F7899), RGB(0x9AD7F2))
    }
  }

  /// The colour among a terminal's 256, of middle brightness since the terminal may be light or dark.
  public var terminalCode: Int {
    switch self {
    case .blue: 32
    case .orange: 172
    case .green: 36
    case .purple: 169
    case .yellow: 142
    case .sky: 74
    }
  }

  /// The colour of series number `index`.
  package static func number(_ index: Int) -> Hue { allCases[index % allCases.count] }
}

extension TextStyle {
  /// Text on a terminal in the colour that pictures give to a symbol.
  public static func hue(_ hue: Hue, bold: Bool = false) -> TextStyle {
    TextStyle(foreground: .palette(hue.terminalCode), bold: bold)
  }
}

/// Red, green and blue, 0…255 each.
package struct RGB: Hashable, Sendable {
  var red: Int
  var green: Int
  var blue: Int

  init(red: Int, green: Int, blue: Int) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  init(_ hex: Int) { self.init(red: hex >> 16 & 255, green: hex >> 8 & 255, blue: hex & 255) }

  var hex: String {
    "#"
      + [red, green, blue].map { value in
        (value < 16 ? "0" : "") + String(value, radix: 16)
      }.joined()
  }

  /// Black or white, whichever is better read on this colour.
  var contrasting: RGB { 299 * red + 587 * green + 114 * blue > 140_000 ? RGB(0x111111) : RGB(0xFFFFFF) }

  /// The nearest of a terminal's 256 colours: the 6×6×6 cube or the grey ramp.
  var terminalCode: Int {
    let steps = [0, 95, 135, 175, 215, 255]
    func nearest(_ value: Int) -> Int {
      steps.indices.min { abs(steps[$0] - value) < abs(steps[$1] - value) } ?? 0
    }
    let (r, g, b) = (nearest(red), nearest(green), nearest(blue))
    let cube = RGB(red: steps[r], green: steps[g], blue: steps[b])
    let level = min(max(((red + green + blue) / 3 - 3) / 10, 0), 23)
    let grey = RGB(red: 8 + 10 * level, green: 8 + 10 * level, blue: 8 + 10 * level)
    return distance(to: grey) < distance(to: cube) ? 232 + level : 16 + 36 * r + 6 * g + b
  }

  private func distance(to other: RGB) -> Int {
    let (r, g, b) = (red - other.red, green - other.green, blue - other.blue)
    return r * r + g * g + b * b
  }

  /// The colour `fraction` of the way to another.
  func mixed(with other: RGB, _ fraction: Double) -> RGB {
    func mix(_ a: Int, _ b: Int) -> Int { Int((Double(a) + (Double(b) - Double(a)) * fraction).rounded()) }
    return RGB(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}

/// Colours for numbers: from 0 to 1 along a row of anchors.
struct ColourRamp: Sendable {
  let anchors: [RGB]

  /// Dark blue to yellow, rising in brightness. Source: viridis of matplotlib (Smith and van der Walt, 2015).
  static let sequential = ColourRamp(anchors: [0x440154, 0x3B528B, 0x21918C, 0x5EC962, 0xFDE725].map { RGB($0) })
  /// Blue for negative, near white for zero, orange for positive.
  static let diverging = ColourRamp(anchors: [0x0B4F8A, 0x6BAED6, 0xF5F5F2, 0xF0A35C, 0xA84A00].map { RGB($0) })
  /// Ink on paper, for pictures of digits.
  static let ink = ColourRamp(anchors: [0xF6F6F2, 0x14161A].map { RGB($0) })

  /// The colour of a fraction, in 64 steps so that equal colours can share one SVG path.
  func colour(_ fraction: Double) -> RGB {
    guard fraction.isFinite else { return RGB(0x808080) }
    let position = (min(max(fraction, 0), 1) * 63).rounded() / 63 * Double(anchors.count - 1)
    let index = min(Int(position), anchors.count - 2)
    return anchors[index].mixed(with: anchors[index + 1], position - Double(index))
  }
}
