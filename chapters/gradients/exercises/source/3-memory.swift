//: kind find
//: title A memory that fades too fast
//: goal Tell the value of a gate from its slope.
//: minutes 10
//: hint Compare with c_t = f_t ⊙ c_{t−1} + i_t ⊙ c̃_t. By what is c_{t−1} multiplied?
//: hint The slope f (1 − f) belongs to the way into the gate, not past it.
//: answer dc [step]: dc_{t−1} = dc_t · f_t
//: case sums [5] in -2 4; end = 0.8
//: case sums [9] in 0 6; end = -1.3
//: delivered the gradient is multiplied by the slope of the gate, not by its value
//: - dc[t - 1] = dc[t] * f
//: + dc[t - 1] = dc[t] * f * (1 - f)
//: fault the gate's sum is not put through the logistic function
//: - let f = 1 / (1 + exp(-sums[t]))
//: + let f = sums[t]
//: fault the gate is that of the step before
//: - let f = 1 / (1 + exp(-sums[t]))
//: + let f = 1 / (1 + exp(-sums[t - 1]))
//: fault the gate is the wrong way round: 1 − f is what is forgotten
//: - let f = 1 / (1 + exp(-sums[t]))
//: + let f = 1 / (1 + exp(sums[t]))
//: fault the tanh of the output is put on the memory's road
//: - dc[t - 1] = dc[t] * f
//: + dc[t - 1] = dc[t] * f * (1 - tanh(dc[t]) * tanh(dc[t]))
// One unit of an LSTM: only the road of the memory counts. `sums[t]` is what goes into the forget gate at step t, and
// `end` the gradient of the last memory. The program goes back and should give the gradient of the memory at every
// step. It has one mistake: with gates that are nearly open almost nothing arrives. Mend it.

import Foundation

func gradients(sums: [Double], end: Double) -> [Double] {
  var dc = [Double](repeating: 0, count: sums.count)
  dc[sums.count - 1] = end
  for t in (1..<sums.count).reversed() {
    let f = 1 / (1 + exp(-sums[t]))
    dc[t - 1] = dc[t] * f
  }
  return dc
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["dc"] = gradients(sums: input.vector("sums"), end: input.number("end"))
}
