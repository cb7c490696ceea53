// two-layer-rnn/2 · A layer on top of a layer · compute, 15 minutes
// Goal: Keep two states apart, and hand one layer's output to the next at the same step.
//
// Two layers read a sequence from zero states: h¹_t = tanh(x_t W₁ + h¹_{t−1} U₁ + b₁), and on top of it h²_t =
// tanh(h¹_t W₂ + h²_{t−1} U₂ + b₂). Fill the two lists with the states of every step. The step is given.
//
// Check this file:  swift run exercises two-layer-rnn/2      A hint:  swift run exercises two-layer-rnn/2 --hint

import Foundation

typealias Layer = (W: [[Double]], U: [[Double]], b: [Double])

/// tanh(x W + h U + b)
func step(_ x: [Double], _ h: [Double], _ layer: Layer) -> [Double] {
  layer.b.indices.map { k in
    let fromInput = x.indices.reduce(0.0) { $0 + x[$1] * layer.W[$1][k] }
    return tanh(h.indices.reduce(fromInput) { $0 + h[$1] * layer.U[$1][k] } + layer.b[k])
  }
}

func run(
  _ xs: [[Double]], W1: [[Double]], U1: [[Double]], b1: [Double], W2: [[Double]], U2: [[Double]], b2: [Double]
) -> (below: [[Double]], above: [[Double]]) {
  var below: [[Double]] = []
  var above: [[Double]] = []
  let first = (W: W1, U: U1, b: b1)
  // The first layer is here; add the second one on top of it.
  var h1 = b1.map { _ in 0.0 }
  for x in xs {
    h1 = step(x, h1, first)
    below.append(h1)
  }
  return (below, above)
}
