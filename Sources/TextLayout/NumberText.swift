import Foundation

/// How numbers are written: the only formatter of numbers for pages, pictures and terminals.
///
/// Numbers for readers have a point, whatever the locale, the minus sign U+2212 (`−0.341`, `3.1e−5`), `∞` and `NaN`.
/// Numbers for programs (`exact`, `coordinate`) have the plain minus of ASCII. Decimals are rounded from the exact
/// binary value.
///
/// | to write | function | example |
/// |---|---|---|
/// | a number with a fixed count of decimals | `fixed` | `−0.500` |
/// | a number in few digits, for labels | `short` | `0.25`, `1200`, `3.1e−5` |
/// | numbers that stand together | `texts` | `0.1235`, `−12.5000` |
/// | a difference or a tolerance | `small` | `1e−13` |
/// | a number in a formula | `plainest` | `0.5`, `0.7311`, `1.23e−7` |
/// | every digit, for a reader | `full` | `−0.1234567890123` |
/// | every digit, for a program | `exact` | `-0.1234567890123` |
/// | a coordinate of an SVG | `coordinate` | `-12.25` |
public enum NumberText {
  /// The minus sign of numbers that people read, U+2212.
  public static let minus: Character = "−"

  /// A number with `digits` digits after the point. Zero has no sign; a number of 1e15 or more has a power of ten.
  public static func fixed(_ value: Double, digits: Int) -> String {
    if let word = word(for: value) { return word }
    guard abs(value) < 1e15 else { return scientific(value, digits: 2) }
    let text = decimals(value, digits)
    return isZero(text) ? unsigned(text) : text
  }

  /// About `significant` digits, without zeros at the end of a fraction.
  public static func short(_ value: Double, significant: Int = 3) -> String {
    if let word = word(for: value) { return word }
    if value == 0 { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    guard (-4..<7).contains(exponent) else { return scientific(value, digits: 2) }
    return trimmed(fixed(value, digits: max(0, significant - 1 - exponent)))
  }

  /// One number as `texts` writes it.
  public static func text(_ value: Double, decimals: Int) -> String { texts([value], decimals: decimals)[0] }

  /// Numbers that stand together, written alike: fixed decimals for everyday sizes, powers of ten for the others, no
  /// decimals where all are whole. None that is not zero looks like zero.
  ///
  /// - Parameter all: the numbers that decide the form, where only some of them are shown. So the form does not depend
  ///   on how much room a page has.
  public static func texts(_ values: [Double], of all: [Double]? = nil, decimals: Int) -> [String] {
    let finite = (all ?? values).filter(\.isFinite)
    let largest = finite.map(abs).max() ?? 0
    let isWhole = finite.allSatisfy { $0 == $0.rounded() } && largest < 1e9
    let isScientific = !isWhole && (largest >= 1e6 || largest < pow(10, -Double(decimals)) * 5)
    return values.map { value in
      if let word = word(for: value) { return word }
      if isWhole { return typographic(String(Int(value))) }
      if isScientific { return small(value, digits: max(decimals, 2)) }
      let text = fixed(value, digits: decimals)
      // Beside plain numbers a power of ten needs few digits.
      return isZero(text) && value != 0 ? small(value, digits: 3) : text
    }
  }

  /// A difference or a tolerance: `0`, `0.5`, or few digits and a power of ten.
  public static func small(_ value: Double, digits: Int = 2) -> String {
    if let word = word(for: value) { return word }
    if value == 0 { return "0" }
    if digits == 2, (0.1..<10).contains(abs(value)) { return trimmed(decimals(value, 2)) }
    return scientific(value, digits: digits)
  }

  /// A number in a formula: the shortest exact decimal where it has at most `decimals` digits after the point, else
  /// rounded; very small and very large numbers have a power of ten.
  public static func plainest(_ value: Double, decimals: Int) -> String {
    if let word = word(for: value) { return word }
    if value == 0 { return "0" }
    let shortest = exactParts(value)
    if shortest.fraction <= decimals { return typographic(shortest.text) }
    let isSmall = abs(value) < 0.5 * pow(10, Double(-min(decimals, 4)))
    guard isSmall || abs(value) >= 1e7 else { return self.decimals(value, decimals) }
    // Beside plain numbers a power of ten needs few digits to be told from another.
    return scientific(value, digits: 1 + (decimals <= 6 ? min(decimals, 2) : min(decimals, 16)), trims: false)
  }

  /// All digits of a number, for a reader.
  public static func full(_ value: Double) -> String { word(for: value) ?? typographic(exact(value)) }

  /// All digits of a number, for programs: plain ASCII.
  public static func exact(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e16 ? String(Int(value)) : "\(value)"
  }

  /// A coordinate of an SVG: at most two digits after the point, a plain minus; zero for what is no number.
  public static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((min(max(abs(value), 0), 1e6) * 100).rounded(.toNearestOrAwayFromZero))
    let (whole, rest) = (hundredths / 100, hundredths % 100)
    let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    return (value < 0 && hundredths > 0 ? "-" : "") + String(whole) + fraction
  }
}

// MARK: - Signs

extension NumberText {
  /// A number for a reader from one for a program: `-1e-5` becomes `−1e−5`.
  public static func typographic(_ number: String) -> String { number.replacing("-", with: String(minus)) }

  /// The text of a number for programs and for LaTeX from one for readers.
  public static func ascii(_ number: String) -> String { number.replacing(String(minus), with: "-") }

  /// A sentence whose numbers have the minus sign of readers: `from -0.5 to 1e-7` becomes `from −0.5 to 1e−7`.
  ///
  /// A hyphen is a minus sign before a digit, where it begins a word or stands behind the e of a power of ten. `lines
  /// 8-13`, `2016-04-25` and `--units` keep theirs.
  public static func sentence(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "-")) else { return text }
    let characters = Array(text)
    return String(
      characters.indices.map { index in isMinus(index, in: characters) ? minus : characters[index] })
  }

  private static func isMinus(_ index: Int, in text: [Character]) -> Bool {
    func isDigit(_ place: Int) -> Bool { text.indices.contains(place) && text[place].isASCII && text[place].isNumber }
    guard text[index] == "-", isDigit(index + 1) || index + 1 < text.count && text[index + 1] == "∞" else {
      return false
    }
    guard index > 0 else { return true }
    let before = text[index - 1]
    if before == "e" || before == "E" {
      return isDigit(index - 2) || index > 2 && text[index - 2] == "." && isDigit(index - 3)
    }
    return before.isWhitespace || "([{,;:=<>≤≥≈±|/·×⊙“‘".contains(before)
  }
}

// MARK: - Digits

extension NumberText {
  /// What stands for a value that is no finite number.
  private static func word(for value: Double) -> String? {
    value.isFinite ? nil : value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞"
  }

  private static func decimals(_ value: Double, _ digits: Int) -> String {
    typographic(String(format: "%.\(max(digits, 0))f", value))
  }

  /// One digit before the point and a power of ten, `digits` digits in all.
  private static func scientific(_ value: Double, digits: Int, trims: Bool = true) -> String {
    let parts = String(format: "%.\(max(digits, 1) - 1)e", value).split(separator: "e")
    let mantissa = trims ? trimmed(String(parts[0])) : String(parts[0])
    return typographic(mantissa + "e" + String(Int(parts[1]) ?? 0))
  }

  /// The shortest decimal that reads back as the number, without a needless `.0`, and how many digits its fraction has.
  private static func exactParts(_ value: Double) -> (text: String, fraction: Int) {
    let parts = "\(value)".split(separator: "e")
    let mantissa = trimmed(String(parts[0]))
    let fraction = mantissa.split(separator: ".").dropFirst().first?.count ?? 0
    return (mantissa + (parts.count > 1 ? "e" + String(Int(parts[1]) ?? 0) : ""), fraction)
  }

  /// Without zeros at the end of a fraction.
  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let end = text.lastIndex { $0 != "0" } ?? text.startIndex
    return String(text[end] == "." ? text[..<end] : text[...end])
  }

  private static func isZero(_ text: String) -> Bool { !text.contains { ("1"..."9").contains($0) } }
  private static func unsigned(_ text: String) -> String { text.hasPrefix("−") ? String(text.dropFirst()) : text }
}
