// lstm/2 · One step of the LSTM · compute, 20 minutes
// Goal: Cut one product into four parts, and write the two lines of the memory.
//
// One product makes all four parts: a = x W_x + h W_h + b has 4H numbers, in the blocks i, f, c̃, o. Then i, f and o
// are the logistic function of their blocks, and c̃ is tanh of its block; c_t = f ⊙ c_{t−1} + i ⊙ c̃; h_t = o ⊙
// tanh(c_t). Answer with h_t and c_t, H numbers each.
//
// Check this file:  swift run exercises lstm/2      A hint:  swift run exercises lstm/2 --hint

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// A row vector times a matrix.
func times(_ v: [Double], _ M: [[Double]]) -> [Double] {
  M[0].indices.map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h h0: [Double], c c0: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double])
  -> (h: [Double], c: [Double])
{
  let H = h0.count
  var h: [Double] = []
  var c: [Double] = []
  // Write a, its four parts, and the new c and h of each of the H units.
  for k in 0..<H {
    c.append(c0[k])
    h.append(h0[k])
  }
  return (h, c)
}
