// gru/4 · Steps that do not count · compute, 15 minutes
// Goal: Run a batch of sequences of different lengths without letting the padding change the state.
//
// xs holds B samples of T steps each; only the first lengths[n] steps of sample n count, the rest is padding. Run the
// given step over each sample from a state of zeros. In the padding the state stays as it is, and is repeated as
// output.
//
// Check this file:  swift run exercises gru/4      A hint:  swift run exercises gru/4 --hint

import Foundation

/// One step of a GRU; blocks z, r, candidate; the reset gate acts before the product.
func step(_ x: [Double], _ h: [Double], _ W_x: [[Double]], _ W_h: [[Double]], _ b: [Double]) -> [Double] {
  let H = h.count
  func sum(_ k: Int, _ state: [Double]) -> Double {
    let fromInput = x.indices.reduce(b[k]) { $0 + x[$1] * W_x[$1][k] }
    return state.indices.reduce(fromInput) { $0 + state[$1] * W_h[$1][k] }
  }
  let z = (0..<H).map { 1 / (1 + exp(-sum($0, h))) }
  let r = (H..<2 * H).map { 1 / (1 + exp(-sum($0, h))) }
  let gated = (0..<H).map { r[$0] * h[$0] }
  return (0..<H).map { z[$0] * h[$0] + (1 - z[$0]) * tanh(sum(2 * H + $0, gated)) }
}

func run(_ xs: [[[Double]]], lengths: [Int], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> [[[Double]]] {
  var outputs: [[[Double]]] = []
  // For each sample, a loop over its steps.
  return outputs
}
