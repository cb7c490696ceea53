// gradients/3 · A memory that fades too fast · find, 10 minutes
// Goal: Tell the value of a gate from its slope.
//
// One unit of an LSTM: only the road of the memory counts. `sums[t]` is what goes into the forget gate at step t, and
// `end` the gradient of the last memory. The program goes back and should give the gradient of the memory at every
// step. It has one mistake: with gates that are nearly open almost nothing arrives. Mend it.
//
// Check this file:  swift run exercises gradients/3      A hint:  swift run exercises gradients/3 --hint

import Foundation

func gradients(sums: [Double], end: Double) -> [Double] {
  var dc = [Double](repeating: 0, count: sums.count)
  dc[sums.count - 1] = end
  for t in (1..<sums.count).reversed() {
    let f = 1 / (1 + exp(-sums[t]))
    dc[t - 1] = dc[t] * f * (1 - f)
  }
  return dc
}
