//: kind compute
//: title One kernel of eight matrices
//: goal Build TensorFlow's kernel from the matrices of the equations.
//: minutes 15
//: hint A row of the kernel is a row of all four matrices side by side: `Wix[d] + Wcx[d] + Wfx[d] + Wox[d]`.
//: hint First the D rows that meet x, below them the H rows that meet h.
//: answer kernel [row, column]: [[W_ix, W_cx, W_fx, W_ox], [W_ih, W_ch, W_fh, W_oh]]
//: case Wix [2, 3]; Wcx [2, 3]; Wfx [2, 3]; Wox [2, 3]; Wih [3, 3]; Wch [3, 3]; Wfh [3, 3]; Woh [3, 3]
//: case Wix [4, 2]; Wcx [4, 2]; Wfx [4, 2]; Wox [4, 2]; Wih [2, 2]; Wch [2, 2]; Wfh [2, 2]; Woh [2, 2]
//: fault the blocks stand in Keras' order i f c̃ o, but TensorFlow 1 has i c̃ f o
//: - let above = Wix.indices.map { Wix[$0] + Wcx[$0] + Wfx[$0] + Wox[$0] }
//: + let above = Wix.indices.map { Wix[$0] + Wfx[$0] + Wcx[$0] + Wox[$0] }
//: - let below = Wih.indices.map { Wih[$0] + Wch[$0] + Wfh[$0] + Woh[$0] }
//: + let below = Wih.indices.map { Wih[$0] + Wfh[$0] + Wch[$0] + Woh[$0] }
//: fault the rows of h stand above those of x
//: - return above + below
//: + return below + above
//: fault the blocks of the lower part stand in another order than those of the upper one
//: - let below = Wih.indices.map { Wih[$0] + Wch[$0] + Wfh[$0] + Woh[$0] }
//: + let below = Wih.indices.map { Wih[$0] + Wfh[$0] + Wch[$0] + Woh[$0] }
//: fault the matrices stand below each other in place of side by side
//: - return above + below
//: + return Wix + Wcx + Wfx + Wox + Wih + Wch + Wfh + Woh
//: fault the rows that meet h are missing
//: - return above + below
//: + return above
// The cell's equations have four matrices that meet x [D, H] and four that meet h [H, H]. TensorFlow's BasicLSTMCell
// joins [x, h] and multiplies it by one kernel [D + H, 4H], whose blocks stand in the order i, c̃, f, o (TensorFlow's
// code writes j for c̃). Build that kernel.

func kernel(
  Wix: [[Double]], Wcx: [[Double]], Wfx: [[Double]], Wox: [[Double]], Wih: [[Double]], Wch: [[Double]], Wfh: [[Double]],
  Woh: [[Double]]
) -> [[Double]] {
  // SOLUTION
  let above = Wix.indices.map { Wix[$0] + Wcx[$0] + Wfx[$0] + Wox[$0] }
  let below = Wih.indices.map { Wih[$0] + Wch[$0] + Wfh[$0] + Woh[$0] }
  return above + below
  // STARTER
  //> // The rows that meet x, and below them the rows that meet h.
  //> return []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["kernel"] = kernel(
    Wix: input.matrix("Wix"), Wcx: input.matrix("Wcx"), Wfx: input.matrix("Wfx"), Wox: input.matrix("Wox"),
    Wih: input.matrix("Wih"), Wch: input.matrix("Wch"), Wfh: input.matrix("Wfh"), Woh: input.matrix("Woh"))
}
