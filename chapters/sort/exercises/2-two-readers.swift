// sort/2 · Two readers side by side · compute, 15 minutes
// Goal: Run one unit from each end, and put both states of a place together.
//
// A reader has one unit: h = tanh(w x + u h + b), and begins with h = 0. The first reader, w[0], u[0], b[0], reads x
// from the left; the second one, w[1], u[1], b[1], from the right. Give for each place both states, that from the left
// first.
//
// Check this file:  swift run exercises sort/2      A hint:  swift run exercises sort/2 --hint

import Foundation

func bothDirections(_ x: [Double], w: [Double], u: [Double], b: [Double]) -> [[Double]] {
  return x.map { _ in [0, 0] }  // Two loops: one from the left, one from the right.
}
