// simple-rnn/3 · Unrolled over time · compute, 10 minutes
// Goal: Carry a state through a loop, and keep every step's output.
//
// xs has T rows, one a step; h0 is the state before the first. Answer with T rows: the state after each step. The step
// itself is given.
//
// Check this file:  swift run exercises simple-rnn/3      A hint:  swift run exercises simple-rnn/3 --hint

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
  // Write the loop over the steps here.
  return hs
}
