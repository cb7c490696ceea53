import ChapterSupport

/// The slope of the sum of a state's last step along that state at every step, by the formulas: `[T, H]`.
func slopes(
  along state: Formula, _ recurrence: Recurrence, _ sequence: Tensor<Double>, units H: Int, line: Int = #line
) -> Tensor<Double> {
  let zeros = recurrence.states.map { _ in MathValue.zeros(H) }
  let steps = recurrence.unrolled(
    over: (0..<sequence.rows).map { MathValue(sequence.slice($0)) }, from: zeros, firstStep: 1)
  let gradients = page.gradients(of: sum(steps[sequence.rows - 1][state]), line: line)
  return .stacked(steps.map { page.gradient($0[state], gradients, line: line) })
}

/// ∂L/∂K for each step's own copy of the kernel; L is the sum of h over the steps.
func gradientsOfCopies(
  _ copies: [Formula], bias: Formula, _ sequence: Tensor<Double>, units H: Int, line: Int = #line
) -> [Tensor<Double>] {
  let zero = Formula(.zeros(H))
  var (h, c) = (zero, zero)
  var losses: [Formula] = []
  for (step, copy) in copies.enumerated() {
    let x = Formula(MathValue(sequence.slice(step)))
    let cell = CellFormulas(concatenate(x, h), copy, bias, c, forgetBias: 1)
    (h, c) = (cell.h, cell.c)
    losses.append(sum(cell.h))
  }
  let gradients = page.gradients(of: sum(losses), line: line)
  return copies.map { page.gradient($0, gradients, line: line) }
}
