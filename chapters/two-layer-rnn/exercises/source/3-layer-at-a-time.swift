//: kind find
//: title A layer at a time
//: goal Understand why a stack may run layer by layer, and what each layer must not share.
//: minutes 15
//: hint Compare the two turns of the loop over layers. What does the second one begin with?
//: hint Every layer has a state of its own, which is zero before its first step.
//: answer outputs [step, unit]: the top layer's states; every layer begins with a state of zeros
//: case xs [3, 2]; W [2, 2, 2]; U [2, 2, 2]; b [2, 2]
//: case xs [4, 3]; W [3, 3, 3]; U [3, 3, 3]; b [3, 3]
//: delivered the state of a layer begins with what the layer below left
//: - var sequence = xs
//: + var sequence = xs
//: + var h = b[0].map { _ in 0.0 }
//: - var h = b[layer].map { _ in 0.0 }
//: fault the state is not carried from step to step
//: - h = step(x, h, W[layer], U[layer], b[layer])
//: + h = step(x, b[layer].map { _ in 0.0 }, W[layer], U[layer], b[layer])
//: fault every layer reads the network's input
//: - for x in sequence {
//: + for x in xs {
//: fault all layers have the first layer's weights
//: - h = step(x, h, W[layer], U[layer], b[layer])
//: + h = step(x, h, W[0], U[0], b[0])
//: fault W and U are exchanged
//: - h = step(x, h, W[layer], U[layer], b[layer])
//: + h = step(x, h, U[layer], W[layer], b[layer])
// This program runs a stack one layer at a time: the first layer over all steps, then the next one over its outputs.
// The result must be that of running all layers step by step. Its first layer is right and the others are not: mend
// it.

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
  for layer in W.indices {
    var h = b[layer].map { _ in 0.0 }
    var outputs: [[Double]] = []
    for x in sequence {
      h = step(x, h, W[layer], U[layer], b[layer])
      outputs.append(h)
    }
    sequence = outputs
  }
  return sequence
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["outputs"] = run(
    input.matrix("xs"), W: input.matrices("W"), U: input.matrices("U"), b: input.matrix("b"))
}
