import ChapterSupport

/// The slope of the sum of a state's last step along that state at every step, by the formulas: `[T, H]`.
func slopes(along state: Formula, _ recurrence: Recurrence, _ sequence: Tensor<Double>, units H: Int) throws -> Tensor<
  Double
> {
  let zeros = recurrence.states.map { _ in MathValue.zeros(H) }
  let steps = recurrence.unrolled(
    over: (0..<sequence.rows).map { MathValue(sequence.slice($0)) }, from: zeros, firstStep: 1)
  let gradients = try sum(steps[sequence.rows - 1][state]).gradients()
  return .stacked(try steps.map { Tensor(try gradients[$0[state]]) })
}

/// ∂L/∂K for each step's own copy of the kernel; L is the sum of h over the steps.
func gradientsOfCopies(_ copies: [Formula], bias: Formula, _ sequence: Tensor<Double>, units H: Int) throws -> [Tensor<
  Double
>] {
  let zero = Formula(.zeros(H))
  var (h, c) = (zero, zero)
  var losses: [Formula] = []
  for (step, copy) in copies.enumerated() {
    let x = Formula(MathValue(sequence.slice(step)))
    let cell = CellFormulas(concatenate(x, h), copy, bias, c, forgetBias: 1)
    (h, c) = (cell.h, cell.c)
    losses.append(sum(cell.h))
  }
  let gradients = try sum(losses).gradients()
  return try copies.map { Tensor(try gradients[$0]) }
}
