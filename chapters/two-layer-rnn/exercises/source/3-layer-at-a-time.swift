//: kind find
//: title A layer at a time
//: goal Understand why a stack may run layer by layer, and what each layer must not share.
//: minutes 15
//: hint Compare the two turns of the loop over layers. What does the second one begin with?
//: hint Every layer has a state of its own, which is zero before its first step.
//: answer outputs [step, unit]: the top layer's states; every layer begins with a state of zeros
//: case xs [3, 2]; W_x [2, 2, 2]; W_h [2, 2, 2]; b [2, 2]
//: case xs [4, 3]; W_x [3, 3, 3]; W_h [3, 3, 3]; b [3, 3]
//: delivered the state of a layer begins with what the layer below left
//: - var sequence = xs
//: + var sequence = xs
//: + var h = b[0].map { _ in 0.0 }
//: - var h = b[layer].map { _ in 0.0 }
//: fault the state is not carried from step to step
//: - h = step(x, h, W_x[layer], W_h[layer], b[layer])
//: + h = step(x, b[layer].map { _ in 0.0 }, W_x[layer], W_h[layer], b[layer])
//: fault every layer reads the network's input
//: - for x in sequence {
//: + for x in xs {
//: fault all layers have the first layer's weights
//: - h = step(x, h, W_x[layer], W_h[layer], b[layer])
//: + h = step(x, h, W_x[0], W_h[0], b[0])
//: fault W_x and W_h are exchanged
//: - h = step(x, h, W_x[layer], W_h[layer], b[layer])
//: + h = step(x, h, W_h[layer], W_x[layer], b[layer])
// This program runs a stack one layer at a time: the first layer over all steps, then the next one over its outputs.
// The result must be that of running all layers step by step. Its first layer is right and the others are not: mend
// it.

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
  for layer in W_x.indices {
    var h = b[layer].map { _ in 0.0 }
    var outputs: [[Double]] = []
    for x in sequence {
      h = step(x, h, W_x[layer], W_h[layer], b[layer])
      outputs.append(h)
    }
    sequence = outputs
  }
  return sequence
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["outputs"] = run(
    input.matrix("xs"), W_x: input.matrices("W_x"), W_h: input.matrices("W_h"), b: input.matrix("b"))
}
