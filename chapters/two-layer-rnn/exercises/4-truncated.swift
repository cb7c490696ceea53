// two-layer-rnn/4 · Truncated backpropagation through time · compute, 25 minutes
// Goal: Follow a gradient back through the steps, and stop where it is cut.
//
// An RNN with one unit and one input: h_t = tanh(w x_t + u h_{t−1}), t = 1 … T. The loss is the last state, h_T.
// Answer with the gradients of w and u, following the loss back through the last k steps only (all of them where k ≥
// T). The states themselves are computed from the first step on.
//
// Check this file:  swift run exercises two-layer-rnn/4      A hint:  swift run exercises two-layer-rnn/4 --hint

import Foundation

func gradients(xs: [Double], w: Double, u: Double, h0: Double, k: Int) -> (dw: Double, du: Double) {
  var (dw, du) = (0.0, 0.0)
  // Forwards over all steps, then backwards over the last k.
  dw = 0
  du = 0
  return (dw, du)
}
