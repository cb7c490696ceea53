/// Equations that are repeated at every step of a sequence.
///
/// ```swift
/// let lstm = Recurrence(input: x, states: [(h₋, h), (c₋, c)], outputs: [y])
/// let steps = lstm.unrolled(over: [[1, 1], [2, 3]], from: [.zeros(2), .zeros(2)])
/// try steps[1][i].evaluate()      // the input gate of step 1
/// steps[1][h₋] == steps[0][h]     // the state goes from step to step
/// ```
///
/// The equations are the same objects that the page shows with `t`; unrolling writes them again for each step, with
/// `x_0` for `x_t` and `h_0` for `h_{t-1}` at step 1. What does not depend on input or state (weights and their views)
/// is shared by all steps, so that its gradient is the sum over them.
public struct Recurrence: Sendable {
  /// The symbol of the input at a step, `x_t`.
  public let input: Formula
  /// For each state the symbol before the step and the formula after it, such as h₋ and h.
  public let states: [(previous: Formula, next: Formula)]
  /// Definitions that are no state, such as `y_t`.
  public let outputs: [Formula]

  /// - Parameters:
  ///   - input: the symbol `x_t`.
  ///   - states: the symbol of each state before the step, `h_{t-1}`, and the formula that it becomes, `h_t`.
  ///   - outputs: other definitions that are wanted at each step.
  public init(input: Formula, states: [(Formula, Formula)], outputs: [Formula] = []) {
    self.input = input
    self.states = states.map { (previous: $0.0, next: $0.1) }
    self.outputs = outputs
  }

  /// The equations at one step of a sequence.
  public struct Step: Sendable {
    /// The number of the step, counted as `unrolled(over:from:firstStep:)` was told.
    public let index: Int
    fileprivate let formulas: [Formula: Formula]

    /// What a generic formula is at this step; a weight is itself.
    public subscript(formula: Formula) -> Formula {
      formulas[formula] ?? formula.substituting(formulas, step: index).formula
    }
  }

  /// The equations at every step, for a sequence of values: T values give T steps.
  ///
  /// - Parameters:
  ///   - inputs: x₀, x₁, …
  ///   - initialStates: h₋₁ (and c₋₁ …), in the order of `states`; a state left out has no value.
  ///   - firstStep: the number of the first step; with 1 the inputs are x₁, x₂, … and the state before them is h₀.
  public func unrolled(
    over inputs: [MathValue], from initialStates: [MathValue], firstStep: Int = 0
  ) -> [Step] {
    let symbols = inputs.enumerated().map { step, value in Formula.symbol(like: input, at: firstStep + step, value) }
    let initial = states.enumerated().map { index, state in
      let value = initialStates.indices.contains(index) ? initialStates[index] : nil
      return Formula.symbol(like: state.previous, at: firstStep, value)
    }
    return unrolled(over: symbols, from: initial, firstStep: firstStep)
  }

  /// The equations at every step, for a sequence of formulas: the outputs of a layer below.
  public func unrolled(over inputs: [Formula], from initialStates: [Formula], firstStep: Int = 0) -> [Step] {
    var before = states.enumerated().map { index, state in
      initialStates.indices.contains(index) ? initialStates[index] : state.previous
    }
    return inputs.enumerated().map { index, x in
      var formulas = [input: x]
      for (state, value) in zip(states, before) { formulas[state.previous] = value }
      for formula in states.map(\.next) + outputs {
        formulas = formula.substituting(formulas, step: firstStep + index).formulas
      }
      let step = Step(index: firstStep + index, formulas: formulas)
      before = states.map { step[$0.next] }
      return step
    }
  }
}

extension Formula {
  /// A symbol with this one's role and its name at a step.
  fileprivate static func symbol(like formula: Formula, at step: Int, _ value: MathValue?) -> Formula {
    Formula(.symbol(value), name: formula.node.name?.at(step: step), role: formula.role)
  }

  /// The formula with some formulas replaced, and the replacements together with everything rebuilt on the way.
  fileprivate func substituting(
    _ replacements: [Formula: Formula], step: Int
  ) -> (formula: Formula, formulas: [Formula: Formula]) {
    var formulas = replacements
    for formula in Evaluation.sorted([self], Set(replacements.keys)) where formulas[formula] == nil {
      let operands = formula.node.operands.map { formulas[$0] ?? $0 }
      if operands == formula.node.operands { continue }
      let name = formula.node.name?.at(step: step)
      formulas[formula] = Formula(formula.node.content, operands, name: name, role: formula.role)
    }
    return (formulas[self] ?? self, formulas)
  }
}
