// lstm/3 · A loop that loses something · find, 10 minutes
// Goal: Carry both parts of an LSTM's state through a loop.
//
// This program runs an LSTM over all steps of xs, from the states h0 and c0. The step is right; the loop around it has
// one mistake, which shows from the second step on. Mend it.
//
// Check this file:  swift run exercises lstm/3      A hint:  swift run exercises lstm/3 --hint

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// One step; blocks i, f, c̃, o.
func step(x: [Double], h: [Double], c: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double]) -> ([Double], [Double])
{
  let H = h.count
  let a = b.indices.map { k in
    let fromInput = x.indices.reduce(b[k]) { $0 + x[$1] * W_x[$1][k] }
    return h.indices.reduce(fromInput) { $0 + h[$1] * W_h[$1][k] }
  }
  let newC = (0..<H).map { k in
    sigmoid(a[H + k]) * c[k] + sigmoid(a[k]) * tanh(a[2 * H + k])
  }
  return ((0..<H).map { sigmoid(a[3 * H + $0]) * tanh(newC[$0]) }, newC)
}

func run(xs: [[Double]], h0: [Double], c0: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double])
  -> (hs: [[Double]], c: [Double])
{
  var (h, c) = (h0, c0)
  var hs: [[Double]] = []
  for x in xs {
    (h, c) = step(x: x, h: h, c: c0, W_x: W_x, W_h: W_h, b: b)
    hs.append(h)
  }
  return (hs, c)
}
