//: kind compute
//: title One step of the GRU
//: goal Put the reset gate in its place, before the recurrent product.
//: minutes 20
//: hint z and r are complete before the candidate begins: the candidate needs r ⊙ h.
//: hint The candidate's block of W_h meets r ⊙ h in place of h. `times` takes a vector and the columns of a block.
//: hint newH[k] = z[k]·h[k] + (1 − z[k])·candidate[k].
//: answer h [unit]: h_t = z ⊙ h_{t−1} + (1 − z) ⊙ h̃, with h̃ = tanh(x W_hx + (r ⊙ h_{t−1}) W_hh + b_h)
//: case x [2]; h [3]; W_x [2, 9]; W_h [3, 9]; b [9]
//: case x [3]; h [2]; W_x [3, 6]; W_h [2, 6]; b [6]
//: case x [4]; h [5]; W_x [4, 15]; W_h [5, 15]; b [15]
//: fault z and 1 − z are exchanged
//: - next.append(z[k] * h[k] + (1 - z[k]) * candidate)
//: + next.append((1 - z[k]) * h[k] + z[k] * candidate)
//: fault the reset gate acts after the product, as in PyTorch, not before it
//: - let product = times(zip(r, h).map { $0 * $1 }, W_h, 2 * H)
//: + let product = zip(r, times(h, W_h, 2 * H)).map { $0 * $1 }
//: fault the reset gate is not applied
//: - let product = times(zip(r, h).map { $0 * $1 }, W_h, 2 * H)
//: + let product = times(h, W_h, 2 * H)
//: fault the blocks of z and r are exchanged
//: - let z = gate(0)
//: + let z = gate(H)
//: - let r = gate(H)
//: + let r = gate(0)
//: fault the candidate has the logistic function in place of tanh
//: - let candidate = tanh(fromInput[k] + product[k] + b[2 * H + k])
//: + let candidate = sigmoid(fromInput[k] + product[k] + b[2 * H + k])
//: fault the candidate's bias is missing
//: - let candidate = tanh(fromInput[k] + product[k] + b[2 * H + k])
//: + let candidate = tanh(fromInput[k] + product[k])
//: fault the bias of z is used for r too
//: - for k in 0..<H { values.append(sigmoid(fromInput[k] + fromState[k] + b[first + k])) }
//: + for k in 0..<H { values.append(sigmoid(fromInput[k] + fromState[k] + b[k])) }
//: fault the candidate uses z in place of the reset gate
//: - let product = times(zip(r, h).map { $0 * $1 }, W_h, 2 * H)
//: + let product = times(zip(z, h).map { $0 * $1 }, W_h, 2 * H)
// W_x [D, 3H], W_h [H, 3H] and b [3H] hold three blocks side by side: z, r and the candidate h̃. The gates z and r are
// the logistic function of x W_x + h W_h + b in their blocks. The candidate is tanh(x W_x + (r ⊙ h) W_h + b) in its
// block: r acts before the product. Answer with h_t = z ⊙ h_{t−1} + (1 − z) ⊙ h̃.

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// A row vector times as many columns of M as the state has units, from column `first` on.
func times(_ v: [Double], _ M: [[Double]], _ first: Int) -> [Double] {
  let units = M[0].count / 3
  return (first..<first + units).map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> [Double] {
  let H = h.count
  var next: [Double] = []
  // SOLUTION
  func gate(_ first: Int) -> [Double] {
    let (fromInput, fromState) = (times(x, W_x, first), times(h, W_h, first))
    var values: [Double] = []
    for k in 0..<H { values.append(sigmoid(fromInput[k] + fromState[k] + b[first + k])) }
    return values
  }
  let z = gate(0)
  let r = gate(H)
  let fromInput = times(x, W_x, 2 * H)
  let product = times(zip(r, h).map { $0 * $1 }, W_h, 2 * H)
  for k in 0..<H {
    let candidate = tanh(fromInput[k] + product[k] + b[2 * H + k])
    next.append(z[k] * h[k] + (1 - z[k]) * candidate)
  }
  // STARTER
  //> // `times(x, W_x, H)` is x times the block of r. Write z, r, the candidate and the new state.
  //> for k in 0..<H { next.append(h[k]) }
  // END
  return next
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["h"] = step(
    x: input.vector("x"), h: input.vector("h"), W_x: input.matrix("W_x"), W_h: input.matrix("W_h"), b: input.vector("b")
  )
}
