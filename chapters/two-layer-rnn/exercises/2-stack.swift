// two-layer-rnn/2 · A layer on top of a layer · compute, 15 minutes
// Goal: Keep two states apart, and hand one layer's output to the next at the same step.
//
// Two layers read a sequence from zero states: h_t = tanh(x_t W_x + h_{t−1} W_h + b_h), and on top of it
// h'_t = tanh(h_t W'_x + h'_{t−1} W'_h + b'_h). Swift has no apostrophe in names, so what belongs to the upper layer
// ends in Upper: W_xUpper, hUpper. Fill the two lists with the states of every step. The step is given.
//
// Check this file:  swift run exercises two-layer-rnn/2      A hint:  swift run exercises two-layer-rnn/2 --hint

import Foundation

typealias Layer = (W_x: [[Double]], W_h: [[Double]], b: [Double])

/// tanh(x W_x + h W_h + b)
func step(_ x: [Double], _ h: [Double], _ layer: Layer) -> [Double] {
  layer.b.indices.map { k in
    let fromInput = x.indices.reduce(0.0) { $0 + x[$1] * layer.W_x[$1][k] }
    return tanh(h.indices.reduce(fromInput) { $0 + h[$1] * layer.W_h[$1][k] } + layer.b[k])
  }
}

func run(
  _ xs: [[Double]], W_x: [[Double]], W_h: [[Double]], b_h: [Double], W_xUpper: [[Double]], W_hUpper: [[Double]],
  b_hUpper: [Double]
) -> (below: [[Double]], above: [[Double]]) {
  var below: [[Double]] = []
  var above: [[Double]] = []
  let lower = (W_x: W_x, W_h: W_h, b: b_h)
  // The lower layer is here; add the upper one on top of it.
  var h = b_h.map { _ in 0.0 }
  for x in xs {
    h = step(x, h, lower)
    below.append(h)
  }
  return (below, above)
}
