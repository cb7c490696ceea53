//: kind compute
//: title One step of the simple RNN
//: goal Write the equation of one step as it is printed.
//: minutes 10
//: hint For each unit: a sum of x.count products, a sum of h.count products, a bias; tanh of all that.
//: hint `times(x, W)` is given: it multiplies a row vector by a matrix.
//: answer h [unit]: h_t = tanh(x_t W + h_{t−1} U + b)
//: case x [2]; h [3]; W [2, 3]; U [3, 3]; b [3]
//: case x [4]; h [2]; W [4, 2]; U [2, 2]; b [2]
//: case x [3]; h [5]; W [3, 5]; U [5, 5]; b [5]
//: fault the bias is missing
//: - return b.indices.map { tanh(fromInput[$0] + fromState[$0] + b[$0]) }
//: + return b.indices.map { tanh(fromInput[$0] + fromState[$0]) }
//: fault tanh is forgotten
//: - return b.indices.map { tanh(fromInput[$0] + fromState[$0] + b[$0]) }
//: + return b.indices.map { fromInput[$0] + fromState[$0] + b[$0] }
//: fault the logistic function stands in place of tanh
//: - return b.indices.map { tanh(fromInput[$0] + fromState[$0] + b[$0]) }
//: + return b.indices.map { 1 / (1 + exp(-(fromInput[$0] + fromState[$0] + b[$0]))) }
//: fault the bias is added outside tanh
//: - return b.indices.map { tanh(fromInput[$0] + fromState[$0] + b[$0]) }
//: + return b.indices.map { tanh(fromInput[$0] + fromState[$0]) + b[$0] }
//: fault the recurrent matrix U is transposed
//: - let fromState = times(h, U)
//: + let fromState = U.map { row in zip(h, row).reduce(0.0) { $0 + $1.0 * $1.1 } }
//: fault the old state is ignored
//: - let fromState = times(h, U)
//: + let fromState = b.map { _ in 0.0 }
// x has D numbers, h is the state before the step and has H. W has D rows and H columns, U has H rows and H columns.
// Answer with the state after the step: h_t = tanh(x_t W + h_{t−1} U + b).

import Foundation

/// A row vector times a matrix.
func times(_ v: [Double], _ M: [[Double]]) -> [Double] {
  M[0].indices.map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W: [[Double]], U: [[Double]], b: [Double]) -> [Double] {
  // SOLUTION
  let fromInput = times(x, W)
  let fromState = times(h, U)
  return b.indices.map { tanh(fromInput[$0] + fromState[$0] + b[$0]) }
  // STARTER
  //> // Write h_t = tanh(x_t W + h_{t−1} U + b) here.
  //> return []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["h"] = step(
    x: input.vector("x"), h: input.vector("h"), W: input.matrix("W"), U: input.matrix("U"), b: input.vector("b"))
}
