// language-model/3 · Cut the gradient, carry the state · compute, 25 minutes
// Goal: Write truncated back-propagation for one unit.
//
// One unit reads the numbers x: h_t = tanh(x_t + w_h h_{t−1}), and 0 stands before the first step. The loss is the sum
// of g_t h_t. The sequence is read in blocks of k steps; the last block may be shorter. The state goes on from block to
// block, and the gradient ends at the beginning of each. Answer with all h, and with the gradient of w_h, the sum of
// those of all blocks.
//
// Check this file:  swift run exercises language-model/3      A hint:  swift run exercises language-model/3 --hint

import Foundation

func truncated(x: [Double], g: [Double], w_h: Double, k: Int) -> (h: [Double], gradient: Double) {
  var h: [Double] = []
  var gradient = 0.0
  // Forward through all steps, then backwards, with a cut between two blocks.
  h = x.map { tanh($0) }
  gradient = 0
  return (h, gradient)
}
