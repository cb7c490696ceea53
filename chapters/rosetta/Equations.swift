import ChapterSupport

/// The equations of an LSTM, from the four sums before the gates' functions.
struct LSTMEquations {
  let i, f, g, o, c, h: Formula

  /// - Parameters:
  ///   - sums: one a gate, `[B, H]`, in any order.
  ///   - order: which gate each of them is taken for.
  init(_ sums: [Formula], _ order: [Gate], forgetBias: Double = 0) {
    func sum(_ gate: Gate) -> Formula { sums[order.firstIndex(of: gate) ?? 0] }
    i = define("i_t", sigmoid(sum(.i)), .gate)
    f = define("f_t", sigmoid(forgetBias == 0 ? sum(.f) : sum(.f) + Formula(forgetBias)), .gate)
    g = define("g_t", tanh(sum(.g)), .gate)
    o = define("o_t", sigmoid(sum(.o)), .gate)
    c = define("c_t", f ⊙ c₋ + i ⊙ g, .state)
    h = define("h_t", o ⊙ tanh(c), .state)
  }
}

/// The equations of a GRU, from the sums before the gates' functions.
struct GRUEquations {
  let z, r, g, h: Formula

  /// - Parameters:
  ///   - candidate: the candidate's sum, which needs r.
  ///   - keeps: false where z is taken for the share of the new, as some papers have it.
  init(z zSum: Formula, r rSum: Formula, keeps: Bool = true, candidate: (Formula) -> Formula) {
    z = define("z_t", sigmoid(zSum), .gate)
    r = define("r_t", sigmoid(rSum), .gate)
    g = define("g_t", tanh(candidate(r)), .gate)
    h = define("h_t", keeps ? z ⊙ h₋ + (1 - z) ⊙ g : (1 - z) ⊙ h₋ + z ⊙ g, .state)
  }

  /// The reset gate after the product: sums of x and of h, `[B, 3H]` each, whose blocks are taken for `order`.
  static func after(_ fromInput: Formula, _ fromState: Formula, _ order: [Gate], keeps: Bool = true) -> GRUEquations {
    let (a, s) = (fromInput.split(into: 3), fromState.split(into: 3))
    let (z, r, g) = places(order)
    return GRUEquations(z: a[z] + s[z], r: a[r] + s[r], keeps: keeps) { reset in a[g] + reset ⊙ s[g] }
  }

  /// The reset gate before it: three blocks of R, and what is added to every row.
  static func before(_ fromInput: Formula, _ R: [Formula], _ order: [Gate]) -> GRUEquations {
    let a = fromInput.split(into: 3)
    let (z, r, g) = places(order)
    return GRUEquations(z: a[z] + h₋ • R[z], r: a[r] + h₋ • R[r]) { reset in a[g] + (reset ⊙ h₋) • R[g] }
  }

  static func places(_ order: [Gate]) -> (z: Int, r: Int, g: Int) {
    (order.firstIndex(of: .z) ?? 0, order.firstIndex(of: .r) ?? 0, order.firstIndex(of: .g) ?? 0)
  }
}

/// A state at every step, `[T, B, H]`, by the formulas.
func byHand(_ h: Formula, states: [(Formula, Formula)], from initial: [Tensor<Double>], _ own: NamedWeights) -> Tensor<
  Double
> {
  let recurrence = Recurrence(input: x, states: states)
  let steps = recurrence.unrolled(
    over: (0..<own.x.shape[0]).map { MathValue(own.x.slice($0)) }, from: initial.map { MathValue($0) }, firstStep: 1)
  let all = page.evaluation(of: steps.map { $0[h] })
  return page.values(h, at: steps, in: all)
}

func byHand(_ cell: LSTMEquations, _ own: NamedWeights = lstm) -> Tensor<Double> {
  byHand(cell.h, states: [(h₋, cell.h), (c₋, cell.c)], from: [own.h0, own.c0], own)
}

func byHand(_ cell: GRUEquations, _ own: NamedWeights) -> Tensor<Double> {
  byHand(cell.h, states: [(h₋, cell.h)], from: [own.h0], own)
}

func byHand(simple sum: Formula) -> Tensor<Double> {
  let h = define("h_t", tanh(sum), .state)
  return byHand(h, states: [(h₋, h)], from: [simple.h0], simple)
}
