// two-layer-rnn/3 · A layer at a time · find, 15 minutes
// Goal: Understand why a stack may run layer by layer, and what each layer must not share.
//
// This program runs a stack one layer at a time: the first layer over all steps, then the next one over its outputs.
// The result must be that of running all layers step by step. Its first layer is right and the others are not: mend
// it.
//
// Check this file:  swift run exercises two-layer-rnn/3      A hint:  swift run exercises two-layer-rnn/3 --hint

import Foundation

/// tanh(x W_x + h W_h + b)
func step(_ x: [Double], _ h: [Double], _ W_x: [[Double]], _ W_h: [[Double]], _ b: [Double]) -> [Double] {
  b.indices.map { k in
    let fromInput = x.indices.reduce(0.0) { $0 + x[$1] * W_x[$1][k] }
    return tanh(h.indices.reduce(fromInput) { $0 + h[$1] * W_h[$1][k] } + b[k])
  }
}

func run(_ xs: [[Double]], W_x: [[[Double]]], W_h: [[[Double]]], b: [[Double]]) -> [[Double]] {
  var sequence = xs
  var h = b[0].map { _ in 0.0 }
  for layer in W_x.indices {
    var outputs: [[Double]] = []
    for x in sequence {
      h = step(x, h, W_x[layer], W_h[layer], b[layer])
      outputs.append(h)
    }
    sequence = outputs
  }
  return sequence
}
