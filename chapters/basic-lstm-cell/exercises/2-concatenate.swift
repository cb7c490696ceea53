// basic-lstm-cell/2 · One kernel of eight matrices · compute, 15 minutes
// Goal: Build TensorFlow's kernel from the matrices of the equations.
//
// The cell's equations have four matrices that meet x [D, H] and four that meet h [H, H]. TensorFlow's BasicLSTMCell
// joins [x, h] and multiplies it by one kernel [D + H, 4H], whose blocks stand in the order i, c̃, f, o (TensorFlow's
// code writes j for c̃). Build that kernel.
//
// Check this file:  swift run exercises basic-lstm-cell/2      A hint:  swift run exercises basic-lstm-cell/2 --hint

func kernel(
  Wix: [[Double]], Wcx: [[Double]], Wfx: [[Double]], Wox: [[Double]], Wih: [[Double]], Wch: [[Double]], Wfh: [[Double]],
  Woh: [[Double]]
) -> [[Double]] {
  // The rows that meet x, and below them the rows that meet h.
  return []
}
