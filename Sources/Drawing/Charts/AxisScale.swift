import Foundation
import TextLayout

extension Picture {
  /// One axis of a chart: what it is called, and how numbers lie along it.
  public struct Axis: Sendable {
    /// A label with its unit, such as `epoch`, `loss` or `t [ms]`.
    public var name: String
    /// Equal ratios take equal lengths; values of zero or below cannot be shown then and are left out.
    public var isLogarithmic: Bool
    /// The numbers at the ends; nil takes them from the data.
    public var range: ClosedRange<Double>?

    public init(_ name: String = "", isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil) {
      self.name = name
      self.isLogarithmic = isLogarithmic
      self.range = range
    }
  }
}

/// Where a number lies on an axis, from 0 at the low end to 1 at the high one.
struct AxisScale {
  struct Tick: Equatable {
    var position: Double
    var text: String
  }

  /// What lies at the ends: a number, or its logarithm to the base 10.
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  private(set) var ticks: [Tick] = []

  /// Nil when no value can be shown. `tight` ends the axis at the data, else at the next tick.
  init?(_ axis: Picture.Axis, values: [Double], ticks wanted: Int, tight: Bool) {
    isLogarithmic = axis.isLogarithmic
    let given = axis.range.map { [$0.lowerBound, $0.upperBound] } ?? []
    let shown = values.filter { Self.canShow($0, logarithmic: axis.isLogarithmic) }.map(
      Self.measure(axis.isLogarithmic))
    guard var low = shown.min(), var high = shown.max() else { return nil }
    let fixed = given.filter { Self.canShow($0, logarithmic: axis.isLogarithmic) }.map(Self.measure(axis.isLogarithmic))
    if let first = fixed.first, let last = fixed.last, first < last { (low, high) = (first, last) }
    // A constant has no range of its own: it lies in the middle.
    if high - low <= 1e-12 * max(abs(low), abs(high)) || high == low {
      let margin = axis.isLogarithmic ? 0.5 : max(abs(low) * 0.5, 1e-9)
      (low, high) = low == 0 && !axis.isLogarithmic ? (-1, 1) : (low - margin, high + margin)
    }
    let step = Self.step(for: (high - low) / Double(max(wanted, 2)), logarithmic: axis.isLogarithmic)
    if !tight && fixed.isEmpty && !(axis.isLogarithmic && high - low < 1) {
      (low, high) = ((low / step + 1e-9).rounded(.down) * step, (high / step - 1e-9).rounded(.up) * step)
    }
    (self.low, self.high) = (low, high)
    ticks = Self.ticks(low: low, high: high, step: step, logarithmic: axis.isLogarithmic)
  }

  /// Nil for a number that the axis cannot show, such as NaN or the logarithm of nothing.
  func position(_ value: Double) -> Double? {
    guard Self.canShow(value, logarithmic: isLogarithmic) else { return nil }
    return (Self.measure(isLogarithmic)(value) - low) / (high - low)
  }

  /// Differences of larger numbers than 1e150 would overflow in what follows.
  static func canShow(_ value: Double, logarithmic: Bool) -> Bool {
    value.isFinite && abs(value) < 1e150 && (!logarithmic || value > 1e-150)
  }

  private static func measure(_ logarithmic: Bool) -> (Double) -> Double { logarithmic ? { log10($0) } : { $0 } }

  /// 1, 2 or 5 times a power of ten; whole powers on a logarithmic axis.
  private static func step(for rough: Double, logarithmic: Bool) -> Double {
    if logarithmic { return max(1, rough.rounded(.up)) }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = rough / power
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10)
  }

  private static func ticks(low: Double, high: Double, step: Double, logarithmic: Bool) -> [Tick] {
    let slack = (high - low) * 1e-9
    let digits = logarithmic ? 0 : min(max(0, -Int(log10(step * 1.0001).rounded(.down))), 12)
    var ticks: [Tick] = []
    let first = (low / step - 1e-9).rounded(.up)
    for index in 0..<64 {
      let value = (first + Double(index)) * step
      guard value <= high + slack else { break }
      let text = logarithmic ? NumberText.short(pow(10, value)) : NumberText.tick(value, digits: digits, step: step)
      ticks.append(Tick(position: (value - low) / (high - low), text: text))
    }
    guard logarithmic, ticks.count < 2 else { return ticks }
    // Less than a decade: its ends say more than one power of ten.
    return [(0, low), (1, high)].map { Tick(position: $0, text: NumberText.short(pow(10, $1), significant: 2)) }
  }
}

extension NumberText {
  /// A number at an axis whose neighbours are `step` away.
  fileprivate static func tick(_ value: Double, digits: Int, step: Double) -> String {
    if abs(value) < step * 1e-6 { return "0" }
    return abs(value) >= 1e6 || step < 1e-5 ? short(value) : fixed(value, digits: digits)
  }
}
