import Formulas
import Foundation
import Notebook

// What a chapter asks of a formula. A formula that cannot be computed (a symbol without a value, shapes that do not
// fit) ends the chapter with exit code 2 and the line of the chapter that asked.

@MainActor extension Notebook {
  /// Shows a formula as *symbols = numbers = result*.
  public func worked(
    _ formula: Formula, in evaluation: Evaluation, style: NumberStyle = NumberStyle(), line: Int = #line
  ) {
    self.formula(must(try formula.worked(in: evaluation, style: style), line: line), line: line)
  }

  /// The values of formulas and of everything in them.
  ///
  /// - Parameter bindings: values of open symbols.
  public func evaluation(
    of formulas: [Formula], _ bindings: [Formula: MathValue] = [:], line: Int = #line
  ) -> Evaluation {
    must(try Evaluation(of: formulas, bindings), line: line)
  }

  /// The value of a formula.
  ///
  /// - Parameter bindings: values of open symbols.
  public func value(_ formula: Formula, _ bindings: [Formula: MathValue] = [:], line: Int = #line) -> Tensor<Double> {
    Tensor(must(try formula.evaluate(bindings), line: line))
  }

  /// The value of a formula of an evaluation.
  public func value(_ formula: Formula, in evaluation: Evaluation, line: Int = #line) -> Tensor<Double> {
    Tensor(must(try evaluation[formula], line: line))
  }

  /// The values of one formula at every step, one below the other: `[T, …]`.
  public func values(
    _ formula: Formula, at steps: [Recurrence.Step], in evaluation: Evaluation, line: Int = #line
  ) -> Tensor<Double> {
    .stacked(steps.map { value($0[formula], in: evaluation, line: line) })
  }
}

@MainActor extension Notebook {
  /// The gradients of a loss with respect to everything in it, by the chain rule.
  ///
  /// - Parameter bindings: values of open symbols.
  public func gradients(
    of loss: Formula, _ bindings: [Formula: MathValue] = [:], line: Int = #line
  ) -> Gradients {
    must(try loss.gradients(bindings), line: line)
  }

  /// The gradients of a loss that is evaluated already.
  public func gradients(of loss: Formula, in evaluation: Evaluation, line: Int = #line) -> Gradients {
    must(try evaluation.gradients(of: loss), line: line)
  }

  /// ∂loss/∂formula.
  public func gradient(_ formula: Formula, _ gradients: Gradients, line: Int = #line) -> Tensor<Double> {
    Tensor(must(try gradients[formula], line: line))
  }

  /// ∂loss/∂symbol without any derivation: (L(w + ε) − L(w − ε)) / 2ε for every element; see
  /// `Formula.centralDifferences`.
  public func centralDifferences(of loss: Formula, _ symbol: Formula, line: Int = #line) -> Tensor<Double> {
    Tensor(must(try loss.centralDifferences(symbol), line: line))
  }

  /// How far central differences of this loss may be from its gradient, from step, curve and rounding.
  ///
  ///     D(ε) = L′ + ε²·L‴/6 + …        so   |D(2ε) − D(ε)| ≈ 3 · the error from the curve
  ///     the error from rounding        ≈    some 2⁻⁵³·|L| / ε, and part of that difference
  ///     bound = 2·|D(2ε) − D(ε)| + 4·2⁻⁵³·|L| / ε
  ///
  /// It is the largest over all elements, at least 1e-9, and rounded up to a power of ten: a page need not show how
  /// much of the last digits a machine rounds.
  public func differenceTolerance(of loss: Formula, _ symbol: Formula, line: Int = #line) -> Tolerance {
    let step = 1e-5
    let near = must(try loss.centralDifferences(symbol, step: step), line: line).elements
    let far = must(try loss.centralDifferences(symbol, step: 2 * step), line: line).elements
    let curve = zip(near, far).map { ($0 - $1).magnitude }.max() ?? 0
    let rounding = 4 * 0x1p-53 * value(loss, line: line).scalars[0].magnitude / step
    return Tolerance(absolute: pow(10, max(-9, log10(2 * curve + rounding).rounded(.up))))
  }
}
