//: kind compute
//: title Unrolled over time
//: goal Carry a state through a loop, and keep every step's output.
//: minutes 10
//: hint One variable holds the state. Each turn of the loop replaces it.
//: hint Begin with `var h = h0`; in the loop `h = step(…)`, then append it to the list of outputs.
//: answer hs [step, unit]: h_t, the state after each step, from h_0 on
//: case xs [4, 2]; h0 [3]; W_x [2, 3]; W_h [3, 3]; b [3]
//: case xs [3, 4]; h0 [2]; W_x [4, 2]; W_h [2, 2]; b [2]
//: fault the state is not carried: every step begins with h0
//: - h = step(x: x, h: h, W_x: W_x, W_h: W_h, b: b)
//: + h = step(x: x, h: h0, W_x: W_x, W_h: W_h, b: b)
//: fault the initial state h0 is ignored: the first step begins with zeros
//: - var h = h0
//: + var h = h0.map { _ in 0.0 }
//: fault the sequence is read backwards
//: - for x in xs {
//: + for x in xs.reversed() {
//: fault the state before each step is kept, not the one after it
//: - h = step(x: x, h: h, W_x: W_x, W_h: W_h, b: b)
//: + defer { h = step(x: x, h: h, W_x: W_x, W_h: W_h, b: b) }
//: fault only the last state is returned, not that of every step
//: - return hs
//: + return [h]
// xs has T rows, one a step; h0 is the state before the first. Answer with T rows: the state after each step. The step
// itself is given.

import Foundation

/// h_t = tanh(x_t W_x + h_{t−1} W_h + b)
func step(x: [Double], h: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> [Double] {
  b.indices.map { k in
    let fromInput = x.indices.reduce(0.0) { $0 + x[$1] * W_x[$1][k] }
    return tanh(h.indices.reduce(fromInput) { $0 + h[$1] * W_h[$1][k] } + b[k])
  }
}

func unroll(xs: [[Double]], h0: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> [[Double]] {
  var hs: [[Double]] = []
  // SOLUTION
  var h = h0
  for x in xs {
    h = step(x: x, h: h, W_x: W_x, W_h: W_h, b: b)
    hs.append(h)
  }
  // STARTER
  //> // Write the loop over the steps here.
  // END
  return hs
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["hs"] = unroll(
    xs: input.matrix("xs"), h0: input.vector("h0"), W_x: input.matrix("W_x"), W_h: input.matrix("W_h"),
    b: input.vector("b"))
}
