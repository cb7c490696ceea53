// sort/2 · Two readers side by side · compute, 15 minutes
// Goal: Run one unit from each end, and put both states of a place together.
//
// A reader has one unit: h = tanh(w_x x + w_h h + b), and begins with h = 0. The first reader, w_x[0], w_h[0], b[0],
// reads x from the left; the second one, w_x[1], w_h[1], b[1], from the right. Give for each place both states, that
// from the left first.
//
// Check this file:  swift run exercises sort/2      A hint:  swift run exercises sort/2 --hint

import Foundation

func bothDirections(_ x: [Double], w_x: [Double], w_h: [Double], b: [Double]) -> [[Double]] {
  return x.map { _ in [0, 0] }  // Two loops: one from the left, one from the right.
}
