//: kind compute
//: title One kernel of eight matrices
//: goal Build TensorFlow's kernel from the matrices of the equations.
//: minutes 15
//: hint A row of the kernel is a row of all four matrices side by side: `Wi[d] + Wj[d] + Wf[d] + Wo[d]`.
//: hint First the D rows that meet x, below them the H rows that meet h.
//: answer kernel [row, column]: [[W_i, W_j, W_f, W_o], [U_i, U_j, U_f, U_o]]
//: case Wi [2, 3]; Wj [2, 3]; Wf [2, 3]; Wo [2, 3]; Ui [3, 3]; Uj [3, 3]; Uf [3, 3]; Uo [3, 3]
//: case Wi [4, 2]; Wj [4, 2]; Wf [4, 2]; Wo [4, 2]; Ui [2, 2]; Uj [2, 2]; Uf [2, 2]; Uo [2, 2]
//: fault the blocks stand in Keras' order i f j o, but TensorFlow 1 has i j f o
//: - let above = Wi.indices.map { Wi[$0] + Wj[$0] + Wf[$0] + Wo[$0] }
//: + let above = Wi.indices.map { Wi[$0] + Wf[$0] + Wj[$0] + Wo[$0] }
//: - let below = Ui.indices.map { Ui[$0] + Uj[$0] + Uf[$0] + Uo[$0] }
//: + let below = Ui.indices.map { Ui[$0] + Uf[$0] + Uj[$0] + Uo[$0] }
//: fault the rows of h stand above those of x
//: - return above + below
//: + return below + above
//: fault the blocks of the lower part stand in another order than those of the upper one
//: - let below = Ui.indices.map { Ui[$0] + Uj[$0] + Uf[$0] + Uo[$0] }
//: + let below = Ui.indices.map { Ui[$0] + Uf[$0] + Uj[$0] + Uo[$0] }
//: fault the matrices stand below each other in place of side by side
//: - return above + below
//: + return Wi + Wj + Wf + Wo + Ui + Uj + Uf + Uo
//: fault the rows that meet h are missing
//: - return above + below
//: + return above
// The cell's equations have four matrices that meet x [D, H] and four that meet h [H, H]. TensorFlow's BasicLSTMCell
// joins [x, h] and multiplies it by one kernel [D + H, 4H], whose blocks stand in the order i, j, f, o. Build that
// kernel.

func kernel(
  Wi: [[Double]], Wj: [[Double]], Wf: [[Double]], Wo: [[Double]], Ui: [[Double]], Uj: [[Double]], Uf: [[Double]],
  Uo: [[Double]]
) -> [[Double]] {
  // SOLUTION
  let above = Wi.indices.map { Wi[$0] + Wj[$0] + Wf[$0] + Wo[$0] }
  let below = Ui.indices.map { Ui[$0] + Uj[$0] + Uf[$0] + Uo[$0] }
  return above + below
  // STARTER
  //> // The rows that meet x, and below them the rows that meet h.
  //> return []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["kernel"] = kernel(
    Wi: input.matrix("Wi"), Wj: input.matrix("Wj"), Wf: input.matrix("Wf"), Wo: input.matrix("Wo"),
    Ui: input.matrix("Ui"), Uj: input.matrix("Uj"), Uf: input.matrix("Uf"), Uo: input.matrix("Uo"))
}
