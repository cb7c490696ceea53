// gru/3 · The reset gate after the product · find, 15 minutes
// Goal: Tell the two variants of the GRU apart by their biases.
//
// This GRU has its reset gate after the product, with two biases: b beside x W_x and b′ beside h W_h, both with the
// blocks z, r and candidate. Its candidate must be tanh(x W_x + b + r ⊙ (h W_h + b′)). One line has a mistake. Mend it.
//
// Check this file:  swift run exercises gru/3      A hint:  swift run exercises gru/3 --hint

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// v M + b for a row vector v.
func affine(_ v: [Double], _ M: [[Double]], _ b: [Double]) -> [Double] {
  b.indices.map { k in v.indices.reduce(b[k]) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double], bRecurrent: [Double]) -> [Double] {
  let H = h.count
  let fromInput = affine(x, W_x, b)
  let fromState = affine(h, W_h, bRecurrent)
  var next: [Double] = []
  for k in 0..<H {
    let z = sigmoid(fromInput[k] + fromState[k])
    let r = sigmoid(fromInput[H + k] + fromState[H + k])
    let j = 2 * H + k
    let candidate = tanh(fromInput[j] + r * (fromState[j] - bRecurrent[j]) + bRecurrent[j])
    next.append(z * h[k] + (1 - z) * candidate)
  }
  return next
}
