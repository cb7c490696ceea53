//: kind compute
//: title Two readers side by side
//: goal Run one unit from each end, and put both states of a place together.
//: minutes 15
//: hint The second reader goes through the places from the last to the first, with a state of its own that begins at 0.
//: hint Store each of its states at the place that it has just read, or turn the list round at the end.
//: answer pairs [place, direction]: at each place the state from the left and the state from the right
//: case x [4]; w_x [2]; w_h [2] in 0.2 0.9; b [2]
//: case x [6]; w_x [2]; w_h [2] in -0.9 -0.2; b [2]
//: case x [1]; w_x [2]; w_h [2]; b [2]
//: fault the second reader's states are not put back into the order of the places
//: - right[t] = h
//: + right[x.count - 1 - t] = h
//: fault the second reader begins at the left like the first
//: - for t in x.indices.reversed() {
//: + for t in x.indices {
//: fault both readers have the weights of the first
//: - h = tanh(w_x[1] * x[t] + w_h[1] * h + b[1])
//: + h = tanh(w_x[0] * x[t] + w_h[0] * h + b[0])
//: fault the second reader begins with the last state of the first
//: - h = 0
//: + h = left.last ?? 0
//: fault the state from the right stands first
//: - return x.indices.map { [left[$0], right[$0]] }
//: + return x.indices.map { [right[$0], left[$0]] }
// A reader has one unit: h = tanh(w_x x + w_h h + b), and begins with h = 0. The first reader, w_x[0], w_h[0], b[0],
// reads x from the left; the second one, w_x[1], w_h[1], b[1], from the right. Give for each place both states, that
// from the left first.

import Foundation

func bothDirections(_ x: [Double], w_x: [Double], w_h: [Double], b: [Double]) -> [[Double]] {
  // SOLUTION
  var h = 0.0
  var left: [Double] = []
  for t in x.indices {
    h = tanh(w_x[0] * x[t] + w_h[0] * h + b[0])
    left.append(h)
  }
  h = 0
  var right = left
  for t in x.indices.reversed() {
    h = tanh(w_x[1] * x[t] + w_h[1] * h + b[1])
    right[t] = h
  }
  return x.indices.map { [left[$0], right[$0]] }
  // STARTER
  //> return x.map { _ in [0, 0] }  // Two loops: one from the left, one from the right.
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["pairs"] = bothDirections(
    input.vector("x"), w_x: input.vector("w_x"), w_h: input.vector("w_h"), b: input.vector("b"))
}
