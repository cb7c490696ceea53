import Formulas
import Notebook

@MainActor extension Notebook {
  /// Shows a formula as *symbols = numbers = result*.
  public func worked(
    _ formula: Formula, in evaluation: Evaluation, style: NumberStyle = NumberStyle(), line: Int = #line
  ) {
    self.formula(must(try formula.worked(in: evaluation, style: style), line: line), line: line)
  }

  /// The value of a formula; a failure ends the chapter with its message.
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
  /// ∂loss/∂formula.
  public func gradient(_ formula: Formula, _ gradients: Gradients, line: Int = #line) -> Tensor<Double> {
    Tensor(must(try gradients[formula], line: line))
  }
}
