import ChapterSupport

/// The cell of MXNet's example `bi-lstm-sort` as formulas: two products, and slices in, transform, forget, out.
struct SortCell {
  let a, i, c̃, f, o, c, h: Formula

  init(
    _ W_i2h: Formula, _ W_h2h: Formula, _ b_i2h: Formula, _ b_h2h: Formula, _ x: Formula, _ h₋: Formula, _ c₋: Formula
  ) {
    a = define("a_t", W_i2h • x + b_i2h + (W_h2h • h₋ + b_h2h))
    let slices = a.split(into: 4)
    i = define("i_t", sigmoid(slices[0]), .gate)
    c̃ = define(#"\tilde{c}_t"#, tanh(slices[1]), .gate)
    f = define("f_t", sigmoid(slices[2]), .gate)
    o = define("o_t", sigmoid(slices[3]), .gate)
    c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
    h = define("h_t", o ⊙ tanh(c), .state)
  }
}
