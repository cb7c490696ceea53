//: kind find
//: title A bucket without a mask
//: goal Find why short sequences get other answers in a bucket than alone.
//: minutes 15
//: hint Give the sequence 5, 2 alone and with zeros behind it. Which of the two readers gives other states?
//: hint The reader from the right meets the padding before it meets the sequence.
//: hint At a place that is not the sequence's own the state must stay as it is.
//: answer right [place]: the state of the reader from the right at each of the sequence's own places
//: case x = [5] 0.5 -1.2 0.9 0 0; length = 3; w_x = 0.8; w_h = -0.6; b = 0.3
//: case x = [4] 1.1 0.4 0 0; length = 2; w_x = -0.7; w_h = 0.9; b = -0.2
//: case x = [3] -0.3 0.8 1.4; length = 3; w_x = 1.2; w_h = 0.5; b = 0.1
//: delivered the padding is read as if it were part of the sequence
//: - if t < length { h = tanh(w_x * x[t] + w_h * h + b) }
//: + h = tanh(w_x * x[t] + w_h * h + b)
//: fault the state is set to 0 at the sequence's last place
//: - if t < length { h = tanh(w_x * x[t] + w_h * h + b) }
//: + h = t < length - 1 ? tanh(w_x * x[t] + w_h * h + b) : 0
//: fault the mask counts the places from the right
//: - if t < length { h = tanh(w_x * x[t] + w_h * h + b) }
//: + if x.count - 1 - t < length { h = tanh(w_x * x[t] + w_h * h + b) }
//: fault the row is read from the left
//: - for t in x.indices.reversed() {
//: + for t in x.indices {
// The reader from the right goes through a row of a bucket: `length` places of the sequence, then zeros. Its states at
// the sequence's own places must be those that it has when it reads the sequence alone. They are not. Mend it.

import Foundation

func fromTheRight(_ x: [Double], length: Int, w_x: Double, w_h: Double, b: Double) -> [Double] {
  var h = 0.0
  var states = x.map { _ in 0.0 }
  for t in x.indices.reversed() {
    if t < length { h = tanh(w_x * x[t] + w_h * h + b) }
    states[t] = h
  }
  return Array(states[0..<length])
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["right"] = fromTheRight(
    input.vector("x"), length: input.integer("length"), w_x: input.number("w_x"), w_h: input.number("w_h"),
    b: input.number("b"))
}
