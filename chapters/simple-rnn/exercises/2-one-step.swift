// simple-rnn/2 · One step of the simple RNN · compute, 10 minutes
// Goal: Write the equation of one step as it is printed.
//
// x has D numbers, h is the state before the step and has H. W_x has D rows and H columns, W_h has H rows and H
// columns. Answer with the state after the step: h_t = tanh(x_t W_x + h_{t−1} W_h + b).
//
// Check this file:  swift run exercises simple-rnn/2      A hint:  swift run exercises simple-rnn/2 --hint

import Foundation

/// A row vector times a matrix.
func times(_ v: [Double], _ M: [[Double]]) -> [Double] {
  M[0].indices.map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> [Double] {
  // Write h_t = tanh(x_t W_x + h_{t−1} W_h + b) here.
  return []
}
