// rosetta/3 · From PyTorch's biases to TensorFlow's · compute, 15 minutes
// Goal: Carry biases between cells that have two, one, and one more that no file contains.
//
// PyTorch's LSTM has two biases, bias_ih and bias_hh, with the blocks i, f, g, o. TensorFlow 1's BasicLSTMCell has
// one, with the blocks i, g, f, o, and adds forgetBias to f at every call by itself. Answer with the bias that gives
// the same cell.
//
// Check this file:  swift run exercises rosetta/3      A hint:  swift run exercises rosetta/3 --hint

func bias(ih: [Double], hh: [Double], forgetBias: Double) -> [Double] {
  let H = ih.count / 4
  // Four blocks of H numbers each.
  return Array(ih[0..<H])
}
