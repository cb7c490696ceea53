//: kind compute
//: title Truncated backpropagation through time
//: goal Follow a gradient back through the steps, and stop where it is cut.
//: minutes 25
//: hint Run forwards first and keep every state. Then go back from the last step with a number dh, which begins as 1.
//: hint At step t: dz = dh (1 − h_t²); the step adds dz·h_{t−1} to the gradient of u and dz·x_t to that of w; then dh = dz·u.
//: hint `for t in (max(0, xs.count - k)..<xs.count).reversed()` visits the last k steps, the last one first.
//: answer dw: dw = Σ dz_t x_t over the last k steps
//: answer du: du = Σ dz_t h_{t−1} over the last k steps
//: case xs [5]; w = 0.7; u = 1.3; h0 = 0.25; k = 3
//: case xs [7]; w = -0.6; u = 0.9; h0 = -0.4; k = 5
//: case xs [3]; w = 0.8; u = -1.1; h0 = 0.3; k = 8
//: fault nothing is cut: the gradient goes back to the first step
//: - let first = max(0, xs.count - k)
//: + let first = 0
//: fault one step too few is followed back
//: - let first = max(0, xs.count - k)
//: + let first = max(0, xs.count - k + 1)
//: fault tanh's slope is missing
//: - let dz = dh * (1 - hs[t + 1] * hs[t + 1])
//: + let dz = dh
//: fault the slope is computed from the state before the step
//: - let dz = dh * (1 - hs[t + 1] * hs[t + 1])
//: + let dz = dh * (1 - hs[t] * hs[t])
//: fault the gradient is not multiplied by u on its way back
//: - dh = dz * u
//: + dh = dz
//: fault du uses the state after the step
//: - du += dz * hs[t]
//: + du += dz * hs[t + 1]
//: fault only the last step visited counts, the others are overwritten
//: - du += dz * hs[t]
//: + du = dz * hs[t]
//: - dw += dz * xs[t]
//: + dw = dz * xs[t]
// An RNN with one unit and one input: h_t = tanh(w x_t + u h_{t−1}), t = 1 … T. The loss is the last state, h_T.
// Answer with the gradients of w and u, following the loss back through the last k steps only (all of them where k ≥
// T). The states themselves are computed from the first step on.

import Foundation

func gradients(xs: [Double], w: Double, u: Double, h0: Double, k: Int) -> (dw: Double, du: Double) {
  var (dw, du) = (0.0, 0.0)
  // SOLUTION
  var hs = [h0]
  for x in xs { hs.append(tanh(w * x + u * hs[hs.count - 1])) }
  var dh = 1.0
  let first = max(0, xs.count - k)
  for t in (first..<xs.count).reversed() {
    let dz = dh * (1 - hs[t + 1] * hs[t + 1])
    dw += dz * xs[t]
    du += dz * hs[t]
    dh = dz * u
  }
  // STARTER
  //> // Forwards over all steps, then backwards over the last k.
  //> dw = 0
  //> du = 0
  // END
  return (dw, du)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = gradients(
    xs: input.vector("xs"), w: input.number("w"), u: input.number("u"), h0: input.number("h0"), k: input.integer("k"))
  answer["dw"] = result.dw
  answer["du"] = result.du
}
