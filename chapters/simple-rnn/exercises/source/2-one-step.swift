//: kind compute
//: title One step of the simple RNN
//: goal Write the equation of one step as it is printed.
//: minutes 10
//: hint For each unit: a sum of x.count products, a sum of h.count products, a bias; tanh of all that.
//: hint `times(x, W_x)` is given: it multiplies a row vector by a matrix.
//: answer h [unit]: h_t = tanh(x_t W_x + h_{t−1} W_h + b)
//: case x [2]; h [3]; W_x [2, 3]; W_h [3, 3]; b [3]
//: case x [4]; h [2]; W_x [4, 2]; W_h [2, 2]; b [2]
//: case x [3]; h [5]; W_x [3, 5]; W_h [5, 5]; b [5]
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
//: fault the recurrent matrix W_h is transposed
//: - let fromState = times(h, W_h)
//: + let fromState = W_h.map { row in zip(h, row).reduce(0.0) { $0 + $1.0 * $1.1 } }
//: fault the old state is ignored
//: - let fromState = times(h, W_h)
//: + let fromState = b.map { _ in 0.0 }
// x has D numbers, h is the state before the step and has H. W_x has D rows and H columns, W_h has H rows and H
// columns. Answer with the state after the step: h_t = tanh(x_t W_x + h_{t−1} W_h + b).

import Foundation

/// A row vector times a matrix.
func times(_ v: [Double], _ M: [[Double]]) -> [Double] {
  M[0].indices.map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> [Double] {
  // SOLUTION
  let fromInput = times(x, W_x)
  let fromState = times(h, W_h)
  return b.indices.map { tanh(fromInput[$0] + fromState[$0] + b[$0]) }
  // STARTER
  //> // Write h_t = tanh(x_t W_x + h_{t−1} W_h + b) here.
  //> return []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["h"] = step(
    x: input.vector("x"), h: input.vector("h"), W_x: input.matrix("W_x"), W_h: input.matrix("W_h"), b: input.vector("b")
  )
}
