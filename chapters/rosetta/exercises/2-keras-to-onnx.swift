// rosetta/2 · From Keras to ONNX · compute, 15 minutes
// Goal: Transpose a kernel and bring its blocks into another order.
//
// Keras stores an LSTM's kernel as [D, 4H] with the blocks i, f, g, o in its columns. ONNX stores it as [4H, D] with
// the blocks i, o, f, g in its rows. Convert the one into the other.
//
// Check this file:  swift run exercises rosetta/2      A hint:  swift run exercises rosetta/2 --hint

func onnxW(_ kernel: [[Double]]) -> [[Double]] {
  let H = kernel[0].count / 4
  // There are four blocks of H units each.
  return Array(kernel.prefix(H))
}
