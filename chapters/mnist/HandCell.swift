import ChapterSupport

// The network of this chapter as equations, for each kind of cell.

/// A cell as equations: what the page shows, what goes from step to step, and the gates in the order of the layer.
struct HandCell {
  let equations, gates: [Formula]
  let h: Formula
  let states: [(Formula, Formula)]
  let W_h: Formula
  /// How the sums are cut, in LaTeX, after so many equations.
  var cuts: [(after: Int, latex: String)] = []
}

func handCell(_ kind: Layers.CellKind, _ weights: NamedTensors<Float>) -> HandCell {
  let W_x = symbol("W_x", .weight, weights["0/kernel"])
  let W_h = symbol("W_h", .weight, weights["0/recurrent_kernel"])
  let b = symbol("b", .weight, weights["0/bias"])
  switch kind {
  case .lstm: return lstmByHand(W_x, W_h, b)
  case .gru: return gruByHand(W_x, W_h, b, symbol("b_h", .weight, weights["0/recurrent_bias"]))
  case .simpleRNN:
    let h = define("h_t", tanh(x • W_x + h₋ • W_h + b), .state)
    return HandCell(equations: [h], gates: [], h: h, states: [(h₋, h)], W_h: W_h)
  }
}

/// Equal parts of sums, each with a name.
private func parts(_ names: [String], of sums: Formula) -> [Formula] {
  zip(names, sums.split(into: names.count)).map { define($0, $1) }
}

private func lstmByHand(_ W_x: Formula, _ W_h: Formula, _ b: Formula) -> HandCell {
  let a = define("a_t", x • W_x + h₋ • W_h + b)
  let part = parts(["a_i", "a_f", #"a_{\tilde{c}}"#, "a_o"], of: a)
  let i = define("i_t", sigmoid(part[0]), .gate)
  let f = define("f_t", sigmoid(part[1]), .gate)
  let c̃ = define(#"\tilde{c}_t"#, tanh(part[2]), .gate)
  let o = define("o_t", sigmoid(part[3]), .gate)
  let c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
  let h = define("h_t", o ⊙ tanh(c), .state)
  return HandCell(
    equations: [a, i, f, c̃, o, c, h], gates: [i, f, c̃, o], h: h, states: [(h₋, h), (c₋, c)], W_h: W_h,
    cuts: [(1, #"[a_i, a_f, a_{\tilde{c}}, a_o] = \mathrm{split}(a_t, 4)"#)])
}

private func gruByHand(_ W_x: Formula, _ W_h: Formula, _ b: Formula, _ b_h: Formula) -> HandCell {
  let a = define("a_t", x • W_x + b)
  let u = define("u_t", h₋ • W_h + b_h)
  let (fromX, fromH) = (
    parts(["a_z", "a_r", #"a_{\tilde{h}}"#], of: a), parts(["u_z", "u_r", #"u_{\tilde{h}}"#], of: u)
  )
  let z = define("z_t", sigmoid(fromX[0] + fromH[0]), .gate)
  let r = define("r_t", sigmoid(fromX[1] + fromH[1]), .gate)
  let h̃ = define(#"\tilde{h}_t"#, tanh(fromX[2] + r ⊙ fromH[2]), .gate)
  let h = define("h_t", z ⊙ h₋ + (1 - z) ⊙ h̃, .state)
  return HandCell(
    equations: [a, u, z, r, h̃, h], gates: [z, r, h̃], h: h, states: [(h₋, h)], W_h: W_h,
    cuts: [
      (
        2,
        #"[a_z, a_r, a_{\tilde{h}}] = \mathrm{split}(a_t, 3), \quad [u_z, u_r, u_{\tilde{h}}] = \mathrm{split}(u_t, 3)"#
      )
    ])
}

/// The equations of a cell, and how its sums are cut.
func showEquations(_ cell: HandCell, line: Int = #line) {
  for (place, equation) in cell.equations.enumerated() {
    for cut in cell.cuts where cut.after == place { page.formula(latex: cut.latex, line: line) }
    page.formula(equation, line: line)
  }
}

/// The dense layer on top of a state, and the softmax.
func output(_ h: Formula, _ weights: NamedTensors<Float>, time: String = "") -> (
  W: Formula, logits: Formula, p: Formula
) {
  let W = symbol("W_y", .weight, weights["1/kernel"])
  let logits = define(#"\hat{a}"# + time, h • W + symbol("b_y", .weight, weights["1/bias"]), .output)
  return (W, logits, define("p" + time, softmax(logits), .output))
}

/// The probabilities after the last row as bars, which follow the picture where the page is live.
func lastAnswer(_ answer: Formula) -> Picture {
  let p = page.value(answer, in: onTheWay).scalars
  return .barChart(
    title: titled("The answer after the last row"),
    bars: (0...9).map { .init("\($0)", p[$0]).following(answer, element: $0) }, range: 0...1)
}

/// A part of the cell by the layer's letter for it.
func partName(_ letter: String) -> String {
  switch letter {
  case "h": "hidden state h"
  case "g": page[cell] == .gru ? "candidate h̃" : "candidate c̃"
  default: "gate \(letter)"
  }
}
