import Foundation
import TextLayout

/// One line, or a few, of text for an outcome.
extension Outcome {
  /// `agrees  keras_lstm_f32  largest difference 6.0e-08 absolute, 1.2e-06 relative, 3 ulp`, or the first divergence.
  public var text: String {
    switch verdict {
    case .unsupported(let reason): return "not supported \(golden.shownName)\n    \(reason)"
    case .failed(let reason): return "fails     \(golden.shownName)\n    \(reason)"
    case .compared(let comparison): return comparison.text(of: golden)
    }
  }
}

extension CaseComparison {
  /// The verdict on a case in one line, or the first divergence in four.
  func text(of golden: Case) -> String {
    let numbers =
      "largest difference \(short(largest.absolute)) absolute, \(short(largest.relative)) relative, "
      + "\(short(largest.ulps)) ulp"
    guard let first else { return "agrees    \(golden.shownName)  \(numbers)" }
    let wrong = lines.filter { $0.wrong > 0 }.map { "\($0.tensor) (\($0.wrong) of \($0.elements))" }
    return """
      disagrees \(golden.shownName)  (\(printable(golden.file)), \(golden.keyPath))
          first: \(first.text)
          wrong: \(wrong.joined(separator: ", "))
          \(numbers)
      """
  }
}

extension Divergence {
  /// `outputs at sample 0, step 2, unit 1: expected 0.5, received 0.25, difference 0.25, tolerance 1e-06`.
  public var text: String {
    switch problem {
    case .value(let want, let got, let deviation, let bound):
      let tolerance = bound.absolute + bound.relative * want.magnitude
      return "\(location): expected \(want), received \(got), difference \(short(deviation.absolute)), "
        + "tolerance \(short(tolerance))"
    case .shape(let want, let got): return "\(location): expected shape \(want), received \(got)"
    case .count(let want, let got): return "\(location): expected \(want) numbers, received \(got)"
    case .missing: return "\(location): expected a tensor, received none"
    }
  }
}

/// A number in two significant digits, as a difference is read.
func short(_ number: Double) -> String {
  if number == 0 { return "0" }
  if number.isNaN { return "NaN" }
  if number >= 1, number < 1e6, number == number.rounded() { return String(Int(number)) }
  return String(format: "%.1e", number)
}
