//: kind compute
//: title A layer on top of a layer
//: goal Keep two states apart, and hand one layer's output to the next at the same step.
//: minutes 15
//: hint Two variables, h1 and h2, are replaced at every step, h1 first.
//: hint The second layer's input at step t is h1 after step t.
//: answer below [step, unit]: h¹_t = tanh(x_t W₁ + h¹_{t−1} U₁ + b₁)
//: answer above [step, unit]: h²_t = tanh(h¹_t W₂ + h²_{t−1} U₂ + b₂)
//: case xs [3, 2]; W1 [2, 4]; U1 [4, 4]; b1 [4]; W2 [4, 3]; U2 [3, 3]; b2 [3]
//: case xs [4, 3]; W1 [3, 2]; U1 [2, 2]; b1 [2]; W2 [2, 5]; U2 [5, 5]; b2 [5]
//: fault the second layer reads the first layer's state of the step before
//: - h1 = step(x, h1, first)
//: + let old = h1
//: - h2 = step(h1, h2, second)
//: + h1 = step(x, h1, first); h2 = step(old, h2, second)
//: fault the second layer's state is not carried
//: - h2 = step(h1, h2, second)
//: + h2 = step(h1, h2.map { _ in 0 }, second)
//: fault the first layer's state is not carried
//: - h1 = step(x, h1, first)
//: + h1 = step(x, h1.map { _ in 0 }, first)
//: fault the outputs of the second layer stand in reverse order
//: - above.append(h2)
//: + above.insert(h2, at: 0)
//: fault the second layer's bias is missing
//: - let second = (W: W2, U: U2, b: b2)
//: + let second = (W: W2, U: U2, b: b2.map { _ in 0.0 })
// Two layers read a sequence from zero states: h¹_t = tanh(x_t W₁ + h¹_{t−1} U₁ + b₁), and on top of it h²_t =
// tanh(h¹_t W₂ + h²_{t−1} U₂ + b₂). Fill the two lists with the states of every step. The step is given.

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
  // SOLUTION
  let second = (W: W2, U: U2, b: b2)
  var h1 = b1.map { _ in 0.0 }
  var h2 = b2.map { _ in 0.0 }
  for x in xs {
    h1 = step(x, h1, first)
    h2 = step(h1, h2, second)
    below.append(h1)
    above.append(h2)
  }
  // STARTER
  //> // The first layer is here; add the second one on top of it.
  //> var h1 = b1.map { _ in 0.0 }
  //> for x in xs {
  //>   h1 = step(x, h1, first)
  //>   below.append(h1)
  //> }
  // END
  return (below, above)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = run(
    input.matrix("xs"), W1: input.matrix("W1"), U1: input.matrix("U1"), b1: input.vector("b1"),
    W2: input.matrix("W2"), U2: input.matrix("U2"), b2: input.vector("b2"))
  answer["below"] = result.below
  answer["above"] = result.above
}
