// two-layer-rnn/4 · Truncated back-propagation through time · compute, 25 minutes
// Goal: Follow a gradient back through the steps, and stop where it is cut.
//
// An RNN with one unit and one input: h_t = tanh(w_x x_t + w_h h_{t−1}), t = 1 … T. The loss is the last state, h_T.
// Answer with the gradients of w_x and w_h, following the loss back through the last k steps only (all of them where k
// ≥ T): the terms of the steps before are left out of the sums. The states themselves are computed from the first step
// on.
//
// Check this file:  swift run exercises two-layer-rnn/4      A hint:  swift run exercises two-layer-rnn/4 --hint

import Foundation

func gradients(xs: [Double], w_x: Double, w_h: Double, h0: Double, k: Int) -> (dw_x: Double, dw_h: Double) {
  var (dw_x, dw_h) = (0.0, 0.0)
  // Forwards over all steps, then backwards over the last k.
  dw_x = 0
  dw_h = 0
  return (dw_x, dw_h)
}
