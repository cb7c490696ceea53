//: kind compute
//: title Steps that do not count
//: goal Run a batch of sequences of different lengths without letting the padding change the state.
//: minutes 15
//: hint A step beyond the sequence's length leaves the state as it is.
//: hint Keras repeats the last output in the padding: append the state at every step, changed or not.
//: answer hs [sample, step, unit]: the state after every step; in the padding the last one is repeated
//: case xs [2, 4, 2]; lengths = [2] 2 4; W_x [2, 6]; W_h [2, 6]; b [6]
//: case xs [3, 3, 2]; lengths = [3] 3 1 2; W_x [2, 6]; W_h [2, 6]; b [6]
//: fault the padding is read like the rest: the mask is ignored
//: - if t < lengths[n] { h = step(x, h, W_x, W_h, b) }
//: + h = step(x, h, W_x, W_h, b)
//: fault the state is set to 0 in the padding
//: - if t < lengths[n] { h = step(x, h, W_x, W_h, b) }
//: + h = t < lengths[n] ? step(x, h, W_x, W_h, b) : h.map { _ in 0.0 }
//: fault one step too many is read
//: - if t < lengths[n] { h = step(x, h, W_x, W_h, b) }
//: + if t <= lengths[n] { h = step(x, h, W_x, W_h, b) }
//: fault the state is carried from one sample to the next
//: - for n in xs.indices {
//: + var h = (0..<W_h.count).map { _ in 0.0 }
//: + for n in xs.indices {
//: - var h = W_h.map { _ in 0.0 }
//: fault all samples have the first one's length
//: - if t < lengths[n] { h = step(x, h, W_x, W_h, b) }
//: + if t < lengths[0] { h = step(x, h, W_x, W_h, b) }
// xs holds B samples of T steps each; only the first lengths[n] steps of sample n count, the rest is padding. Run the
// given step over each sample from a state of zeros. In the padding the state stays as it is, and is repeated as
// output.

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
  // SOLUTION
  for n in xs.indices {
    var h = W_h.map { _ in 0.0 }
    var states: [[Double]] = []
    for (t, x) in xs[n].enumerated() {
      if t < lengths[n] { h = step(x, h, W_x, W_h, b) }
      states.append(h)
    }
    outputs.append(states)
  }
  // STARTER
  //> // For each sample, a loop over its steps.
  // END
  return outputs
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["hs"] = run(
    input.matrices("xs"), lengths: input.integers("lengths"), W_x: input.matrix("W_x"), W_h: input.matrix("W_h"),
    b: input.vector("b"))
}
