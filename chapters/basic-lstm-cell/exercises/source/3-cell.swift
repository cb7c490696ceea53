//: kind compute
//: title BasicLSTMCell, with its forget bias
//: goal Write TensorFlow 1's cell: one product, the order i c̃ f o, and a bias that no file contains.
//: minutes 20
//: hint Join x and h to one vector, and multiply it by the kernel. There is one product for all four parts.
//: hint Blocks: i, c̃, f, o. The forget bias is added to the sums of f, before the logistic function.
//: hint c = σ(a_f + forgetBias)·c + σ(a_i)·tanh(a_c̃); h = σ(a_o)·tanh(c).
//: answer c [unit]: c_t = σ(a_f + forgetBias) ⊙ c_{t−1} + σ(a_i) ⊙ tanh(a_c̃)
//: answer h [unit]: h_t = σ(a_o) ⊙ tanh(c_t)
//: case x [2]; h [3]; c [3]; kernel [5, 12]; bias [12]; forgetBias = 1
//: case x [4]; h [2]; c [2]; kernel [6, 8]; bias [8]; forgetBias = 0.5
//: fault the forget bias is not added
//: - let f = sigmoid(a[2 * H + k] + forgetBias)
//: + let f = sigmoid(a[2 * H + k])
//: fault the forget bias is added to the input gate
//: - let i = sigmoid(a[k])
//: + let i = sigmoid(a[k] + forgetBias)
//: - let f = sigmoid(a[2 * H + k] + forgetBias)
//: + let f = sigmoid(a[2 * H + k])
//: fault the forget bias is added outside the logistic function
//: - let f = sigmoid(a[2 * H + k] + forgetBias)
//: + let f = sigmoid(a[2 * H + k]) + forgetBias
//: fault the forget bias is always 1, whatever the argument says
//: - let f = sigmoid(a[2 * H + k] + forgetBias)
//: + let f = sigmoid(a[2 * H + k] + 1)
//: fault the blocks are read in Keras' order i f c̃ o
//: - let candidate = tanh(a[H + k])
//: + let candidate = tanh(a[2 * H + k])
//: - let f = sigmoid(a[2 * H + k] + forgetBias)
//: + let f = sigmoid(a[H + k] + forgetBias)
//: fault h stands before x in the joined vector
//: - let joined = x + h
//: + let joined = h + x
//: fault the bias is missing
//: - let a = bias.indices.map { column in joined.indices.reduce(bias[column]) { $0 + joined[$1] * kernel[$1][column] } }
//: + let a = bias.indices.map { column in joined.indices.reduce(0.0) { $0 + joined[$1] * kernel[$1][column] } }
//: fault tanh is forgotten on c
//: - newH.append(tanh(newC[k]) * o)
//: + newH.append(newC[k] * o)
//: fault the candidate has the logistic function in place of tanh
//: - let candidate = tanh(a[H + k])
//: + let candidate = sigmoid(a[H + k])
// Write one call of BasicLSTMCell. [x, h] times kernel [D + H, 4H] plus bias [4H] gives four blocks of sums: a_i, a_c̃,
// a_f, a_o (TensorFlow's code writes j for c̃). Then c_t = σ(a_f + forgetBias) ⊙ c_{t−1} + σ(a_i) ⊙ tanh(a_c̃), and
// h_t = σ(a_o) ⊙ tanh(c_t).

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

func cell(x: [Double], h: [Double], c: [Double], kernel: [[Double]], bias: [Double], forgetBias: Double)
  -> (h: [Double], c: [Double])
{
  let H = h.count
  var newH: [Double] = []
  var newC: [Double] = []
  // SOLUTION
  let joined = x + h
  let a = bias.indices.map { column in joined.indices.reduce(bias[column]) { $0 + joined[$1] * kernel[$1][column] } }
  for k in 0..<H {
    let i = sigmoid(a[k])
    let candidate = tanh(a[H + k])
    let f = sigmoid(a[2 * H + k] + forgetBias)
    let o = sigmoid(a[3 * H + k])
    newC.append(c[k] * f + i * candidate)
    newH.append(tanh(newC[k]) * o)
  }
  // STARTER
  //> // Join x and h, multiply by the kernel, and write the gates of each of the H units.
  //> for k in 0..<H {
  //>   newC.append(c[k])
  //>   newH.append(h[k])
  //> }
  // END
  return (newH, newC)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = cell(
    x: input.vector("x"), h: input.vector("h"), c: input.vector("c"), kernel: input.matrix("kernel"),
    bias: input.vector("bias"), forgetBias: input.number("forgetBias"))
  answer["c"] = result.c
  answer["h"] = result.h
}
