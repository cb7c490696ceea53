// simple-rnn/2 · One step of the simple RNN · compute, 10 minutes
// Goal: Write the equation of one step as it is printed.
//
// x has D numbers, h is the state before the step and has H. W has D rows and H columns, U has H rows and H columns.
// Answer with the state after the step: h_t = tanh(x_t W + h_{t−1} U + b).
//
// Check this file:  swift run exercises simple-rnn/2      A hint:  swift run exercises simple-rnn/2 --hint

import Foundation

/// A row vector times a matrix.
func times(_ v: [Double], _ M: [[Double]]) -> [Double] {
  M[0].indices.map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W: [[Double]], U: [[Double]], b: [Double]) -> [Double] {
  // Write h_t = tanh(x_t W + h_{t−1} U + b) here.
  return []
}
