//: kind compute
//: title BasicLSTMCell, with its forget bias
//: goal Write TensorFlow 1's cell: one product, the order i j f o, and a bias that no file contains.
//: minutes 20
//: hint Join x and h to one vector, and multiply it by the kernel. There is one product for all four gates.
//: hint Blocks: i, j, f, o. The forget bias is added to the sums of f, before the logistic function.
//: hint c = c·σ(f + forgetBias) + σ(i)·tanh(j); h = tanh(c)·σ(o).
//: answer c [unit]: c_t = c_{t−1} ⊙ σ(f + forgetBias) + σ(i) ⊙ tanh(j)
//: answer h [unit]: h_t = tanh(c_t) ⊙ σ(o)
//: case x [2]; h [3]; c [3]; kernel [5, 12]; bias [12]; forgetBias = 1
//: case x [4]; h [2]; c [2]; kernel [6, 8]; bias [8]; forgetBias = 0.5
//: fault the forget bias is not added
//: - let f = sigmoid(z[2 * H + k] + forgetBias)
//: + let f = sigmoid(z[2 * H + k])
//: fault the forget bias is added to the input gate
//: - let i = sigmoid(z[k])
//: + let i = sigmoid(z[k] + forgetBias)
//: - let f = sigmoid(z[2 * H + k] + forgetBias)
//: + let f = sigmoid(z[2 * H + k])
//: fault the forget bias is added outside the logistic function
//: - let f = sigmoid(z[2 * H + k] + forgetBias)
//: + let f = sigmoid(z[2 * H + k]) + forgetBias
//: fault the forget bias is always 1, whatever the argument says
//: - let f = sigmoid(z[2 * H + k] + forgetBias)
//: + let f = sigmoid(z[2 * H + k] + 1)
//: fault the blocks are read in Keras' order i f j o
//: - let j = tanh(z[H + k])
//: + let j = tanh(z[2 * H + k])
//: - let f = sigmoid(z[2 * H + k] + forgetBias)
//: + let f = sigmoid(z[H + k] + forgetBias)
//: fault h stands before x in the joined vector
//: - let joined = x + h
//: + let joined = h + x
//: fault the bias is missing
//: - let z = bias.indices.map { column in joined.indices.reduce(bias[column]) { $0 + joined[$1] * kernel[$1][column] } }
//: + let z = bias.indices.map { column in joined.indices.reduce(0.0) { $0 + joined[$1] * kernel[$1][column] } }
//: fault tanh is forgotten on c
//: - newH.append(tanh(newC[k]) * o)
//: + newH.append(newC[k] * o)
//: fault j has the logistic function in place of tanh
//: - let j = tanh(z[H + k])
//: + let j = sigmoid(z[H + k])
// Write one call of BasicLSTMCell. [x, h] times kernel [D + H, 4H] plus bias [4H] gives four blocks i, j, f, o. Then
// c_t = c_{t−1} ⊙ σ(f + forgetBias) + σ(i) ⊙ tanh(j), and h_t = tanh(c_t) ⊙ σ(o).

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
  let z = bias.indices.map { column in joined.indices.reduce(bias[column]) { $0 + joined[$1] * kernel[$1][column] } }
  for k in 0..<H {
    let i = sigmoid(z[k])
    let j = tanh(z[H + k])
    let f = sigmoid(z[2 * H + k] + forgetBias)
    let o = sigmoid(z[3 * H + k])
    newC.append(c[k] * f + i * j)
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
