import Foundation

/// A number as a document prints it: its digits tell how much of it is known.
///
/// | Printed      | `value`   | `halfUnit`  | Why                                                |
/// |--------------|-----------|-------------|----------------------------------------------------|
/// | `0.72903323` | 0.72903323 | 5·10⁻⁹     | half a unit of the last digit                      |
/// | `-0.80`      | −0.8      | 0.005       | a zero at the end is a digit                       |
/// | `1.5e-3`     | 0.0015    | 5·10⁻⁵      | the exponent moves the last digit                  |
/// | `13`         | 13        | 0           | a whole number without an exponent is meant exactly |
public struct PrintedNumber: Equatable, Sendable, CustomStringConvertible {
  public let digits: String
  public let value: Double
  public let halfUnit: Double

  /// Reads `-?digits(.digits)?(e±digits)?`; nil for any other text, and for what `Double` cannot hold.
  public init?(_ digits: String) {
    let parts = digits.lowercased().split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    let mantissa = parts[0].hasPrefix("-") ? parts[0].dropFirst() : parts[0]
    let halves = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) else { return nil }
    guard let value = Double(digits), value.isFinite else { return nil }
    let decimals = halves.count == 2 ? halves[1].count : 0
    let exponent = parts.count == 2 ? Int(parts[1]) : 0
    guard let exponent, abs(exponent) < 400, decimals < 400 else { return nil }
    self.digits = digits
    self.value = value
    let isWhole = halves.count == 1 && parts.count == 1
    // Read, not computed: 0.5 · 10⁻⁹ would be rounded twice.
    halfUnit = isWhole ? 0 : Double("5e\(exponent - decimals - 1)") ?? 0
  }

  public var description: String { digits }
}
