//: kind find
//: title The reset gate after the product
//: goal Tell the two variants of the GRU apart by their biases.
//: minutes 15
//: hint With the reset gate after the product there are two biases: one with x, one with h. Where does the second stand?
//: hint r multiplies all that comes from the state: the product h W_h and its bias.
//: answer h [unit]: h_t = z ⊙ h_{t−1} + (1 − z) ⊙ tanh(x W_hx + b_h + r ⊙ (h_{t−1} W_hh + b′_h))
//: case x [2]; h [3]; W_x [2, 9]; W_h [3, 9]; b [9]; bRecurrent [9]
//: case x [3]; h [2]; W_x [3, 6]; W_h [2, 6]; b [6]; bRecurrent [6]
//: delivered the candidate's recurrent bias is not multiplied by r
//: - let candidate = tanh(fromInput[j] + r * fromState[j])
//: + let candidate = tanh(fromInput[j] + r * (fromState[j] - bRecurrent[j]) + bRecurrent[j])
//: fault the reset gate is not applied
//: - let candidate = tanh(fromInput[j] + r * fromState[j])
//: + let candidate = tanh(fromInput[j] + fromState[j])
//: fault the candidate's recurrent bias is missing
//: - let candidate = tanh(fromInput[j] + r * fromState[j])
//: + let candidate = tanh(fromInput[j] + r * (fromState[j] - bRecurrent[j]))
//: fault r multiplies the input's part too
//: - let candidate = tanh(fromInput[j] + r * fromState[j])
//: + let candidate = tanh(r * (fromInput[j] + fromState[j]))
//: fault z and 1 − z are exchanged
//: - next.append(z * h[k] + (1 - z) * candidate)
//: + next.append((1 - z) * h[k] + z * candidate)
// This GRU has its reset gate after the product, with two biases: b beside x W_x and b′ beside h W_h, both with the
// blocks z, r and candidate. Its candidate must be tanh(x W_x + b + r ⊙ (h W_h + b′)). One line has a mistake. Mend it.

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// v M + b for a row vector v.
func affine(_ v: [Double], _ M: [[Double]], _ b: [Double]) -> [Double] {
  b.indices.map { k in v.indices.reduce(b[k]) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double], bRecurrent: [Double]) -> [Double] {
  let H = h.count
  let fromInput = affine(x, W_x, b)
  let fromState = affine(h, W_h, bRecurrent)
  var next: [Double] = []
  for k in 0..<H {
    let z = sigmoid(fromInput[k] + fromState[k])
    let r = sigmoid(fromInput[H + k] + fromState[H + k])
    let j = 2 * H + k
    let candidate = tanh(fromInput[j] + r * fromState[j])
    next.append(z * h[k] + (1 - z) * candidate)
  }
  return next
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["h"] = step(
    x: input.vector("x"), h: input.vector("h"), W_x: input.matrix("W_x"), W_h: input.matrix("W_h"),
    b: input.vector("b"),
    bRecurrent: input.vector("bRecurrent"))
}
