// two-layer-rnn/3 · A layer at a time · find, 15 minutes
// Goal: Understand why a stack may run layer by layer, and what each layer must not share.
//
// This program runs a stack one layer at a time: the first layer over all steps, then the next one over its outputs.
// The result must be that of running all layers step by step. Its first layer is right and the others are not: mend
// it.
//
// Check this file:  swift run exercises two-layer-rnn/3      A hint:  swift run exercises two-layer-rnn/3 --hint

import Foundation

/// tanh(x W + h U + b)
func step(_ x: [Double], _ h: [Double], _ W: [[Double]], _ U: [[Double]], _ b: [Double]) -> [Double] {
  b.indices.map { k in
    let fromInput = x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] }
    return tanh(h.indices.reduce(fromInput) { $0 + h[$1] * U[$1][k] } + b[k])
  }
}

func run(_ xs: [[Double]], W: [[[Double]]], U: [[[Double]]], b: [[Double]]) -> [[Double]] {
  var sequence = xs
  var h = b[0].map { _ in 0.0 }
  for layer in W.indices {
    var outputs: [[Double]] = []
    for x in sequence {
      h = step(x, h, W[layer], U[layer], b[layer])
      outputs.append(h)
    }
    sequence = outputs
  }
  return sequence
}
