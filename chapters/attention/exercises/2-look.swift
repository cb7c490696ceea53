// attention/2 · Look back · compute, 20 minutes
// Goal: Compare, share, mix: one query over all states, with a mask.
//
// A query q looks at the states h[0], h[1], …, of which those with used[j] = 1 count. Compute the weights by the scaled
// dot product, and the weighted mean of the states.
//
// Check this file:  swift run exercises attention/2      A hint:  swift run exercises attention/2 --hint

import Foundation

func look(_ q: [Double], at h: [[Double]], used: [Int]) -> (weights: [Double], mean: [Double]) {
  return (h.map { _ in 0 }, q.map { _ in 0 })  // Compare, share, mix.
}
