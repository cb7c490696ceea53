//: kind compute
//: title Truncated back-propagation through time
//: goal Follow a gradient back through the steps, and stop where it is cut.
//: minutes 25
//: hint Run forwards first and keep every state. Then go back from the last step with a number dh, which begins as 1.
//: hint At step t: da = dh (1 − h_t²); the step adds da·h_{t−1} to the gradient of w_h and da·x_t to that of w_x; then dh = da·w_h.
//: hint `for t in (max(0, xs.count - k)..<xs.count).reversed()` visits the last k steps, the last one first.
//: answer dw_x: dw_x = Σ da_t x_t over the last k steps
//: answer dw_h: dw_h = Σ da_t h_{t−1} over the last k steps
//: case xs [5]; w_x = 0.7; w_h = 1.3; h0 = 0.25; k = 3
//: case xs [7]; w_x = -0.6; w_h = 0.9; h0 = -0.4; k = 5
//: case xs [3]; w_x = 0.8; w_h = -1.1; h0 = 0.3; k = 8
//: fault nothing is cut: the gradient goes back to the first step
//: - let first = max(0, xs.count - k)
//: + let first = 0
//: fault one step too few is followed back
//: - let first = max(0, xs.count - k)
//: + let first = max(0, xs.count - k + 1)
//: fault tanh's slope is missing
//: - let da = dh * (1 - hs[t + 1] * hs[t + 1])
//: + let da = dh
//: fault the slope is computed from the state before the step
//: - let da = dh * (1 - hs[t + 1] * hs[t + 1])
//: + let da = dh * (1 - hs[t] * hs[t])
//: fault the gradient is not multiplied by w_h on its way back
//: - dh = da * w_h
//: + dh = da
//: fault dw_h uses the state after the step
//: - dw_h += da * hs[t]
//: + dw_h += da * hs[t + 1]
//: fault only the last step visited counts, the others are overwritten
//: - dw_h += da * hs[t]
//: + dw_h = da * hs[t]
//: - dw_x += da * xs[t]
//: + dw_x = da * xs[t]
// An RNN with one unit and one input: h_t = tanh(w_x x_t + w_h h_{t−1}), t = 1 … T. The loss is the last state, h_T.
// Answer with the gradients of w_x and w_h, following the loss back through the last k steps only (all of them where k
// ≥ T): the terms of the steps before are left out of the sums. The states themselves are computed from the first step
// on.

import Foundation

func gradients(xs: [Double], w_x: Double, w_h: Double, h0: Double, k: Int) -> (dw_x: Double, dw_h: Double) {
  var (dw_x, dw_h) = (0.0, 0.0)
  // SOLUTION
  var hs = [h0]
  for x in xs { hs.append(tanh(w_x * x + w_h * hs[hs.count - 1])) }
  var dh = 1.0
  let first = max(0, xs.count - k)
  for t in (first..<xs.count).reversed() {
    let da = dh * (1 - hs[t + 1] * hs[t + 1])
    dw_x += da * xs[t]
    dw_h += da * hs[t]
    dh = da * w_h
  }
  // STARTER
  //> // Forwards over all steps, then backwards over the last k.
  //> dw_x = 0
  //> dw_h = 0
  // END
  return (dw_x, dw_h)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = gradients(
    xs: input.vector("xs"), w_x: input.number("w_x"), w_h: input.number("w_h"), h0: input.number("h0"),
    k: input.integer("k"))
  answer["dw_x"] = result.dw_x
  answer["dw_h"] = result.dw_h
}
