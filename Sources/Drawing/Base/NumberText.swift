import Foundation

/// Numbers as text, the same everywhere: no locale, halves rounded away from zero.
enum NumberText {
  /// `value` with `digits` digits after the point; `–` when it is no number.
  static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    let scale = pow(10, Double(digits))
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 1e15 else { return scientific(value) }
    var text = String(Int(scaled))
    if digits > 0 {
      text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
      text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
    }
    return value < 0 && scaled > 0 ? "−" + text : text
  }

  /// A short text of about `significant` digits, without zeros that say nothing: `0.25`, `1200`, `3.1e−5`.
  static func short(_ value: Double, significant: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : fixed(value, digits: 0) }
    let exponent = Int(log10(abs(value)).rounded(.down))
    guard (-4..<7).contains(exponent) else { return scientific(value) }
    return trimmed(fixed(value, digits: max(0, significant - 1 - exponent)))
  }

  private static func scientific(_ value: Double) -> String {
    var exponent = Int(log10(abs(value)).rounded(.down))
    var mantissa = value / pow(10, Double(exponent))
    if abs(mantissa) >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    guard mantissa.isFinite else { return value < 0 ? "−0" : "0" }
    return trimmed(fixed(mantissa, digits: 1)) + "e" + (exponent < 0 ? "−" : "") + String(abs(exponent))
  }

  /// Without zeros at the end of a fraction.
  static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let end = text.lastIndex { $0 != "0" } ?? text.startIndex
    return String(text[end] == "." ? text[..<end] : text[...end])
  }

  /// A coordinate of an SVG: two digits after the point, a plain minus; zero for what is no number.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    return trimmed(fixed(min(max(value, -1e6), 1e6), digits: 2)).replacingOccurrences(of: "−", with: "-")
  }
}
