//: kind compute
//: title From PyTorch's biases to TensorFlow's
//: goal Carry biases between cells that have two, one, and one more that no file contains.
//: minutes 15
//: hint PyTorch adds both biases at every step, so their sum does the same.
//: hint TensorFlow 1 adds forgetBias to f at every call. The stored bias of f must be smaller by that.
//: hint The order changes from i, f, g, o to i, g, f, o.
//: answer bias [place]: b_ih + b_hh in the blocks i, g, f, o, with forgetBias taken from f
//: case ih [8]; hh [8]; forgetBias = 1
//: case ih [12]; hh [12]; forgetBias = 0.6
//: fault only the first bias is used
//: - let sum = ih.indices.map { ih[$0] + hh[$0] }
//: + let sum = ih
//: fault only the second bias is used
//: - let sum = ih.indices.map { ih[$0] + hh[$0] }
//: + let sum = hh
//: fault the forget bias is not taken away, so that TensorFlow adds it once too often
//: - let f = sum[H..<2 * H].map { $0 - forgetBias }
//: + let f = Array(sum[H..<2 * H])
//: fault the forget bias is added where it must be taken away
//: - let f = sum[H..<2 * H].map { $0 - forgetBias }
//: + let f = sum[H..<2 * H].map { $0 + forgetBias }
//: fault the blocks stay in the order i f g o
//: - return i + g + f + o
//: + return i + f + g + o
//: fault the forget bias is always taken as 1
//: - let f = sum[H..<2 * H].map { $0 - forgetBias }
//: + let f = sum[H..<2 * H].map { $0 - 1 }
// PyTorch's LSTM has two biases, bias_ih and bias_hh, with the blocks i, f, g, o. TensorFlow 1's BasicLSTMCell has
// one, with the blocks i, g, f, o, and adds forgetBias to f at every call by itself. Answer with the bias that gives
// the same cell.

func bias(ih: [Double], hh: [Double], forgetBias: Double) -> [Double] {
  let H = ih.count / 4
  // SOLUTION
  let sum = ih.indices.map { ih[$0] + hh[$0] }
  let i = Array(sum[0..<H])
  let f = sum[H..<2 * H].map { $0 - forgetBias }
  let g = Array(sum[2 * H..<3 * H])
  let o = Array(sum[3 * H..<4 * H])
  return i + g + f + o
  // STARTER
  //> // Four blocks of H numbers each.
  //> return Array(ih[0..<H])
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["bias"] = bias(ih: input.vector("ih"), hh: input.vector("hh"), forgetBias: input.number("forgetBias"))
}
