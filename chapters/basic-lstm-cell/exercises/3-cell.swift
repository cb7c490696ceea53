// basic-lstm-cell/3 · BasicLSTMCell, with its forget bias · compute, 20 minutes
// Goal: Write TensorFlow 1's cell: one product, the order i c̃ f o, and a bias that no file contains.
//
// Write one call of BasicLSTMCell. [x, h] times kernel [D + H, 4H] plus bias [4H] gives four blocks of sums: a_i, a_c̃,
// a_f, a_o (TensorFlow's code writes j for c̃). Then c_t = σ(a_f + forgetBias) ⊙ c_{t−1} + σ(a_i) ⊙ tanh(a_c̃), and
// h_t = σ(a_o) ⊙ tanh(c_t).
//
// Check this file:  swift run exercises basic-lstm-cell/3      A hint:  swift run exercises basic-lstm-cell/3 --hint

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

func cell(x: [Double], h: [Double], c: [Double], kernel: [[Double]], bias: [Double], forgetBias: Double)
  -> (h: [Double], c: [Double])
{
  let H = h.count
  var newH: [Double] = []
  var newC: [Double] = []
  // Join x and h, multiply by the kernel, and write the gates of each of the H units.
  for k in 0..<H {
    newC.append(c[k])
    newH.append(h[k])
  }
  return (newH, newC)
}
