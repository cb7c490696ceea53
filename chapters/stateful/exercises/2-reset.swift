// stateful/2 · A state that outlives its sequence · find, 10 minutes
// Goal: Set a state to zero where new sequences begin, and only there.
//
// Sequences of P pieces each are fed one after the other, one row a batch. `x` has a row for every piece. The unit
// keeps its state within a sequence and should begin each sequence with zero. It has one mistake: from the second
// sequence on its outputs are wrong. Mend it.
//
// Check this file:  swift run exercises stateful/2      A hint:  swift run exercises stateful/2 --hint

import Foundation

func outputs(x: [[Double]], P: Int) -> [[Double]] {
  var outputs: [[Double]] = []
  var h = 0.0
  for (number, piece) in x.enumerated() {
    if number == 0 { h = 0 }
    var row: [Double] = []
    for value in piece {
      h = tanh(value + 0.9 * h)
      row.append(h)
    }
    outputs.append(row)
  }
  return outputs
}
