//: kind compute
//: title A layer on top of a layer
//: goal Keep two states apart, and hand one layer's output to the next at the same step.
//: minutes 15
//: hint Two variables, h for the lower layer and hUpper for h', are replaced at every step, h first.
//: hint The upper layer's input at step t is h after step t.
//: answer below [step, unit]: h_t = tanh(x_t W_x + h_{t−1} W_h + b_h), in the lower layer
//: answer above [step, unit]: h'_t = tanh(h_t W'_x + h'_{t−1} W'_h + b'_h), in the upper layer
//: case xs [3, 2]; W_x [2, 4]; W_h [4, 4]; b_h [4]; W_xUpper [4, 3]; W_hUpper [3, 3]; b_hUpper [3]
//: case xs [4, 3]; W_x [3, 2]; W_h [2, 2]; b_h [2]; W_xUpper [2, 5]; W_hUpper [5, 5]; b_hUpper [5]
//: fault the upper layer reads the lower layer's state of the step before
//: - h = step(x, h, lower)
//: + let old = h
//: - hUpper = step(h, hUpper, upper)
//: + h = step(x, h, lower); hUpper = step(old, hUpper, upper)
//: fault the upper layer's state is not carried
//: - hUpper = step(h, hUpper, upper)
//: + hUpper = step(h, hUpper.map { _ in 0 }, upper)
//: fault the lower layer's state is not carried
//: - h = step(x, h, lower)
//: + h = step(x, h.map { _ in 0 }, lower)
//: fault the states of the upper layer stand in reverse order
//: - above.append(hUpper)
//: + above.insert(hUpper, at: 0)
//: fault the upper layer's bias is missing
//: - let upper = (W_x: W_xUpper, W_h: W_hUpper, b: b_hUpper)
//: + let upper = (W_x: W_xUpper, W_h: W_hUpper, b: b_hUpper.map { _ in 0.0 })
// Two layers read a sequence from zero states: h_t = tanh(x_t W_x + h_{t−1} W_h + b_h), and on top of it
// h'_t = tanh(h_t W'_x + h'_{t−1} W'_h + b'_h). Swift has no apostrophe in names, so what belongs to the upper layer
// ends in Upper: W_xUpper, hUpper. Fill the two lists with the states of every step. The step is given.

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
  // SOLUTION
  let upper = (W_x: W_xUpper, W_h: W_hUpper, b: b_hUpper)
  var h = b_h.map { _ in 0.0 }
  var hUpper = b_hUpper.map { _ in 0.0 }
  for x in xs {
    h = step(x, h, lower)
    hUpper = step(h, hUpper, upper)
    below.append(h)
    above.append(hUpper)
  }
  // STARTER
  //> // The lower layer is here; add the upper one on top of it.
  //> var h = b_h.map { _ in 0.0 }
  //> for x in xs {
  //>   h = step(x, h, lower)
  //>   below.append(h)
  //> }
  // END
  return (below, above)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = run(
    input.matrix("xs"), W_x: input.matrix("W_x"), W_h: input.matrix("W_h"), b_h: input.vector("b_h"),
    W_xUpper: input.matrix("W_xUpper"), W_hUpper: input.matrix("W_hUpper"), b_hUpper: input.vector("b_hUpper"))
  answer["below"] = result.below
  answer["above"] = result.above
}
