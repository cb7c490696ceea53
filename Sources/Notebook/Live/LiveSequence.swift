import Formulas

/// A sequence that a reader makes in a browser, and a cell that reads it step by step.
///
///     let rows = LiveSequence(
///       of: lstm, reading: x, steps: steps, of: [p, i, f], editor: .pad, precision: .half)
///
/// The page carries the equations of one step. What it shows of `steps`, the same equations at every step, follows.
public struct LiveSequence: Sendable {
  /// With what a reader makes the sequence.
  public enum Editor: Sendable {
    /// A picture, drawn with mouse, finger or keys: a step is a row of it, numbers from 0 to 1.
    case pad
    /// A word for each step, one of these; its input has 1 at the word's place and 0 elsewhere.
    case words([String])
  }

  /// How the page carries large tensors.
  public enum Precision: Sendable {
    case double
    /// In 16 bits each. The formulas must hold numbers that are rounded to them, see `MathValue.roundedToHalf`.
    case half
  }

  let recurrence: Recurrence
  let steps: [Recurrence.Step]
  let formulas: [Formula]
  var editor: Editor
  let precision: Precision
  let compared: Int

  /// - Parameters:
  ///   - recurrence: the equations with `t`.
  ///   - steps: the same at every step of the sequence that the page shows.
  ///   - formulas: what the page shows of a step; a reader hears the greatest element of the first at the last step.
  ///   - compared: how many elements of each the page carries, to compare its own with them.
  public init(
    _ recurrence: Recurrence, steps: [Recurrence.Step], showing formulas: [Formula], editor: Editor,
    precision: Precision = .double, comparing compared: Int = .max
  ) {
    (self.recurrence, self.steps, self.formulas) = (recurrence, steps, formulas)
    (self.editor, self.precision, self.compared) = (editor, precision, compared)
  }

  /// The graph of one step, with the values of the first.
  func graph(in evaluation: Evaluation) throws -> FormulaGraph {
    guard let first = steps.first else { throw FormulaError("a live sequence has no steps") }
    let inputs = [recurrence.input] + recurrence.states.map(\.previous)
    var bindings: [Formula: MathValue] = [:]
    for input in inputs { bindings[input] = try evaluation[first[input]] }
    let roots = formulas + recurrence.states.map(\.next)
    return try FormulaGraph(of: roots, changing: inputs, in: Evaluation(of: roots, bindings))
  }

  /// The inputs at all steps.
  var inputs: [Formula] { steps.map { $0[recurrence.input] } }

  /// Each formula of a step, by what it is with `t` and its step from 0.
  var places: [Formula: (formula: Formula, step: Int)] {
    var places: [Formula: (formula: Formula, step: Int)] = [:]
    for (index, step) in steps.enumerated() {
      for formula in formulas + recurrence.states.map(\.next) { places[step[formula]] = (formula, index) }
    }
    return places
  }
}

extension MathValue {
  /// The same value with every number rounded to one that 16 bits hold.
  public var roundedToHalf: MathValue {
    MathValue(elements.map(HalfPrecision.rounded)).withShape(shape)
  }

  private func withShape(_ shape: [Int]) -> MathValue { (try? MathValue(shape: shape, elements: elements)) ?? self }
}

/// Numbers of 16 bits: a sign, 5 bits of exponent, 10 of fraction.
enum HalfPrecision {
  static func rounded(_ number: Double) -> Double { value(bits(number)) }

  /// The bits of the nearest such number; the largest for what is beyond it.
  static func bits(_ number: Double) -> UInt16 {
    let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
    let size = min(number.magnitude, 65504)
    guard size > 0 else { return sign }
    // Below 2⁻¹⁴ the steps stay equal.
    let exponent = max(Int(size.exponent), -14)
    let steps = Int((size / Double(sign: .plus, exponent: exponent - 10, significand: 1)).rounded(.toNearestOrEven))
    // A fraction that rounds up to two raises the exponent by itself.
    return sign | UInt16((exponent + 14) * 1024 + steps)
  }

  static func value(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let size =
      exponent == 0
      ? fraction / 0x1p24 : Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    return bits >> 15 == 1 ? -size : size
  }
}
