import Foundation

/// How numbers are written: the same in every output, with a point whatever the user's locale.
enum NumberText {
  /// Fixed decimals for everyday sizes, powers of ten for the others, no decimals for whole numbers.
  static func text(_ value: Double, decimals: Int) -> String { texts([value], decimals: decimals)[0] }

  /// Numbers that stand together are written alike, and none that is not zero looks like zero.
  ///
  /// - Parameter all: the numbers that decide the form, where only some of them are shown: how much room a page has changes none.
  static func texts(_ values: [Double], of all: [Double]? = nil, decimals: Int) -> [String] {
    let finite = (all ?? values).filter(\.isFinite)
    let largest = finite.map(abs).max() ?? 0
    let isWhole = finite.allSatisfy { $0 == $0.rounded() } && largest < 1e9
    let isScientific = !isWhole && (largest >= 1e6 || largest < pow(10, -Double(decimals)) * 5)
    return values.map { value in
      if !value.isFinite { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
      if isWhole { return String(Int(value)) }
      if isScientific { return small(value, digits: max(decimals, 2)) }
      let text = String(format: "%.\(decimals)f", value)
      if text.contains(where: { $0 >= "1" && $0 <= "9" }) { return text }
      // As formulas write it: beside plain numbers a power of ten needs few digits. The zero of a negative sign must not read -0.0000.
      return value != 0 ? small(value, digits: 3) : text.hasPrefix("-") ? String(text.dropFirst()) : text
    }
  }

  /// A difference or a tolerance: `0`, `0.5`, or few digits and a power of ten.
  static func small(_ value: Double, digits: Int = 2) -> String {
    if value == 0 { return "0" }
    if !value.isFinite { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    if digits == 2, (0.1..<10).contains(abs(value)) {
      let text = String(format: "%.2f", value)
      return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    }
    let text = String(format: "%.\(digits - 1)e", value)
    let parts = text.split(separator: "e")
    var mantissa = String(parts[0])
    while mantissa.contains("."), mantissa.hasSuffix("0") || mantissa.hasSuffix(".") { mantissa.removeLast() }
    return mantissa + "e" + String(Int(parts[1]) ?? 0)
  }

  /// All digits of a number, for programs that read.
  static func exact(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  /// Long rows and tall matrices keep their ends: the indices that are shown, `nil` for the gap.
  static func elided(_ count: Int, most: Int) -> [Int?] {
    guard count > most, most >= 3 else { return (0..<count).map { $0 } }
    let tail = most / 3
    return (0..<most - tail - 1).map { $0 } + [nil] + (count - tail..<count).map { $0 }
  }
}
