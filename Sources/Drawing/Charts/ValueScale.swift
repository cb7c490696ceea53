import Formulas
import TextLayout

/// How numbers become colours in a heat map.
public enum HeatMapScale: Equatable, Sendable {
  /// From 0 to 1, dark to bright: gates and probabilities.
  case unit
  /// Around zero, blue for negative and orange for positive, as far as the largest magnitude.
  case signed
  /// As `signed`, but as far as a given magnitude, so that several pictures can be compared.
  case symmetric(Double)
  /// From `least` to `greatest`, dark to bright.
  case range(Double, Double)
  /// `signed` where a value is negative, else from 0 to the largest value.
  case automatic
}

/// A scale with its ends, ready to colour numbers.
struct ValueScale: Sendable {
  let least: Double
  let greatest: Double
  let isSigned: Bool
  var ramp: ColourRamp { isSigned ? .diverging : .sequential }

  init(_ scale: HeatMapScale, values: some Sequence<Double>) {
    let finite = values.filter(\.isFinite)
    let largest = finite.reduce(0) { max($0, abs($1)) }
    switch scale {
    case .unit: self.init(0, 1, false)
    case .signed: self.init(symmetric: largest)
    case .symmetric(let limit): self.init(symmetric: abs(limit))
    case .range(let a, let b): self.init(a, b, false)
    case .automatic:
      if finite.contains(where: { $0 < 0 }) {
        self.init(symmetric: largest)
      } else {
        self.init(0, largest, false)
      }
    }
  }

  private init(symmetric limit: Double) { self.init(-limit, limit, true) }

  private init(_ least: Double, _ greatest: Double, _ isSigned: Bool) {
    // Constant data still needs two different ends.
    let isUsable = least.isFinite && greatest.isFinite && (greatest - least).isFinite && least < greatest
    self.least = isUsable ? least : isSigned ? -1 : 0
    self.greatest = isUsable ? greatest : 1
    self.isSigned = isSigned
  }

  /// Where a value stands between the ends, 0…1; NaN for what is no number.
  func fraction(_ value: Double) -> Double {
    value.isNaN ? .nan : min(max((value - least) / (greatest - least), 0), 1)
  }

  /// The scale as a page has it that colours numbers anew.
  var liveScale: NumberSource.Scale {
    NumberSource.Scale(
      least: least, greatest: greatest, colours: (0..<64).map { ramp.colour(Double($0) / 63).hex })
  }

  func colour(_ value: Double) -> RGB { ramp.colour(fraction(value)) }

  /// The sign of a value where there are no colours: four shades, and for negative values four signs of their own.
  func shade(_ value: Double) -> Character {
    guard !value.isNaN else { return "?" }
    if isSigned {
      let level = Int(((fraction(value) - 0.5) * 8).rounded())
      return Self.signedShades[min(max(level + 4, 0), 8)]
    }
    return Self.shades[Int((fraction(value) * 4).rounded())]
  }

  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]
  private static let signedShades: [Character] = ["#", "%", "=", "-", "·", "░", "▒", "▓", "█"]

  /// The key to the colours or shades on a terminal.
  func legend(colour: Bool) -> StyledLine {
    let ends = (NumberText.short(least), NumberText.short(greatest))
    guard colour else {
      let signs = isSigned ? Self.signedShades : Self.shades
      return StyledLine("\(ends.0) ", .soft) + StyledLine(String(signs)) + StyledLine(" \(ends.1)", .soft)
    }
    var line = StyledLine("\(ends.0) ", .soft)
    for step in 0..<16 {
      line.append(" ", TextStyle(background: ramp.colour(Double(step) / 15).terminalCode))
    }
    line.append(" \(ends.1)", .soft)
    return line
  }

  /// The key to the colours on a canvas: a bar of 160 units with its ends, at the left `x`.
  func drawLegend(on canvas: inout Canvas, x: Double, y: Double) {
    let ends = (NumberText.short(least), NumberText.short(greatest))
    let start = x + Label(ends.0).ems * 13 + 6
    for step in 0..<32 {
      canvas.rect(
        x: start + Double(step) * 4, y: y - 11, width: step == 31 ? 4 : 4.5, height: 12,
        fill: .data(ramp.colour(Double(step) / 31)))
    }
    canvas.text(ends.0, x: start - 6, y: y, anchor: .end, size: 13, paint: .soft)
    canvas.text(ends.1, x: start + 134, y: y, size: 13, paint: .soft)
  }
}
