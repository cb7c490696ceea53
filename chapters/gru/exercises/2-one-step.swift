// gru/2 · One step of the GRU · compute, 20 minutes
// Goal: Put the reset gate in its place, before the recurrent product.
//
// W_x [D, 3H], W_h [H, 3H] and b [3H] hold three blocks side by side: z, r and the candidate h̃. The gates z and r are
// the logistic function of x W_x + h W_h + b in their blocks. The candidate is tanh(x W_x + (r ⊙ h) W_h + b) in its
// block: r acts before the product. Answer with h_t = z ⊙ h_{t−1} + (1 − z) ⊙ h̃.
//
// Check this file:  swift run exercises gru/2      A hint:  swift run exercises gru/2 --hint

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
  // `times(x, W_x, H)` is x times the block of r. Write z, r, the candidate and the new state.
  for k in 0..<H { next.append(h[k]) }
  return next
}
