// sort/4 · A bucket without a mask · find, 15 minutes
// Goal: Find why short sequences get other answers in a bucket than alone.
//
// The reader from the right goes through a row of a bucket: `length` places of the sequence, then zeros. Its states at
// the sequence's own places must be those that it has when it reads the sequence alone. They are not. Mend it.
//
// Check this file:  swift run exercises sort/4      A hint:  swift run exercises sort/4 --hint

import Foundation

func fromTheRight(_ x: [Double], length: Int, w_x: Double, w_h: Double, b: Double) -> [Double] {
  var h = 0.0
  var states = x.map { _ in 0.0 }
  for t in x.indices.reversed() {
    h = tanh(w_x * x[t] + w_h * h + b)
    states[t] = h
  }
  return Array(states[0..<length])
}
