//: kind compute
//: title Cut the gradient, carry the state
//: goal Write truncated back-propagation for one unit.
//: minutes 25
//: hint First the way forward through all steps: the state is never set to zero. Keep all states.
//: hint Then backwards. At step t the slope along h_t is g[t], and what came back from step t + 1: (1 − h²) · w_h · slope.
//: hint At the last step of a block nothing comes back from the next step: set what is carried back to 0 there.
//: answer h [step]: h_t = tanh(x_t + w_h h_{t−1}), with h before the first step 0
//: answer gradient: the sum over all steps of slope_t (1 − h_t²) h_{t−1}, slopes cut between blocks
//: case x [7]; g [7]; w_h = 0.8; k = 3
//: case x [6]; g [6]; w_h = -1.1; k = 2
//: case x [5]; g [5]; w_h = 0.6; k = 5
//: fault the state is set to zero at each block: it is carried, only the gradient is cut
//: - var previous = 0.0
//: + var previous = 0.0; let steps = x.indices
//: - for t in x.indices {
//: + for t in steps { if t % k == 0 { previous = 0 }
//: fault the gradient is not cut between the blocks
//: - if (t + 1) % k == 0 { back = 0 }
//: + if t + 1 == x.count { back = 0 }
//: fault the gradient is cut at every step
//: - if (t + 1) % k == 0 { back = 0 }
//: + back = 0
//: fault the cut stands one step early
//: - if (t + 1) % k == 0 { back = 0 }
//: + if (t + 2) % k == 0 { back = 0 }
//: fault the slope of tanh is missing on the way to the step before
//: - back = slope * (1 - h[t] * h[t]) * w_h
//: + back = slope * w_h
//: fault the gradient has h of the step in place of h of the step before
//: - gradient += slope * (1 - h[t] * h[t]) * (t > 0 ? h[t - 1] : 0)
//: + gradient += slope * (1 - h[t] * h[t]) * h[t]
// One unit reads the numbers x: h_t = tanh(x_t + w_h h_{t−1}), and 0 stands before the first step. The loss is the sum
// of g_t h_t. The sequence is read in blocks of k steps; the last block may be shorter. The state goes on from block to
// block, and the gradient ends at the beginning of each. Answer with all h, and with the gradient of w_h, the sum of
// those of all blocks.

import Foundation

func truncated(x: [Double], g: [Double], w_h: Double, k: Int) -> (h: [Double], gradient: Double) {
  var h: [Double] = []
  var gradient = 0.0
  // SOLUTION
  var previous = 0.0
  for t in x.indices {
    previous = tanh(x[t] + w_h * previous)
    h.append(previous)
  }
  var back = 0.0
  for t in x.indices.reversed() {
    if (t + 1) % k == 0 { back = 0 }
    let slope = g[t] + back
    gradient += slope * (1 - h[t] * h[t]) * (t > 0 ? h[t - 1] : 0)
    back = slope * (1 - h[t] * h[t]) * w_h
  }
  // STARTER
  //> // Forward through all steps, then backwards, with a cut between two blocks.
  //> h = x.map { tanh($0) }
  //> gradient = 0
  // END
  return (h, gradient)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = truncated(x: input.vector("x"), g: input.vector("g"), w_h: input.number("w_h"), k: input.integer("k"))
  answer["h"] = result.h
  answer["gradient"] = result.gradient
}
