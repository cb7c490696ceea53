import ChapterSupport

/// The cell of MXNet's example `bi-lstm-sort` as formulas: two products, and slices in, transform, forget, out.
struct SortCell {
  var gates, inGate, inTransform, forgetGate, outGate, c, h: Formula

  init(
    _ W_i2h: Formula, _ W_h2h: Formula, _ b_i2h: Formula, _ b_h2h: Formula, _ x: Formula, _ h₋: Formula, _ c₋: Formula
  ) {
    gates = define(#"\mathrm{gates}_t"#, W_i2h • x + b_i2h + (W_h2h • h₋ + b_h2h))
    let slices = gates.split(into: 4)
    inGate = define("i_t", sigmoid(slices[0]), .gate)
    inTransform = define("j_t", tanh(slices[1]), .gate)
    forgetGate = define("f_t", sigmoid(slices[2]), .gate)
    outGate = define("o_t", sigmoid(slices[3]), .gate)
    c = define("c_t", forgetGate ⊙ c₋ + inGate ⊙ inTransform, .state)
    h = define("h_t", outGate ⊙ tanh(c), .state)
  }
}
