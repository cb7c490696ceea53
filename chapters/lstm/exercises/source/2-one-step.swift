//: kind compute
//: title One step of the LSTM
//: goal Cut one product into four parts, and write the two lines of the memory.
//: minutes 20
//: hint a has 4H numbers: block 0 is i, block 1 is f, block 2 is c̃, block 3 is o. `Array(a[H..<2 * H])` is a block.
//: hint The logistic function for i, f and o; tanh for c̃. Then c = f ⊙ c + i ⊙ c̃, and last h = o ⊙ tanh(c).
//: hint Unit by unit: `newC[k] = f[k] * c[k] + i[k] * candidate[k]`, then `newH[k] = o[k] * tanh(newC[k])`.
//: answer c [unit]: c_t = f ⊙ c_{t−1} + i ⊙ c̃
//: answer h [unit]: h_t = o ⊙ tanh(c_t)
//: case x [2]; h [3]; c [3]; W_x [2, 12]; W_h [3, 12]; b [12]
//: case x [3]; h [2]; c [2] in -2 2; W_x [3, 8]; W_h [2, 8]; b [8]
//: case x [4]; h [5]; c [5]; W_x [4, 20]; W_h [5, 20]; b [20]
//: fault the blocks of f and o are exchanged
//: - let f = a[H..<2 * H].map(sigmoid)
//: + let f = a[3 * H..<4 * H].map(sigmoid)
//: - let o = a[3 * H..<4 * H].map(sigmoid)
//: + let o = a[H..<2 * H].map(sigmoid)
//: fault the blocks of i and f are exchanged
//: - let i = a[0..<H].map(sigmoid)
//: + let i = a[H..<2 * H].map(sigmoid)
//: - let f = a[H..<2 * H].map(sigmoid)
//: + let f = a[0..<H].map(sigmoid)
//: fault the blocks are read in the order of TensorFlow 1, i, c̃, f, o: f and c̃ are exchanged
//: - let f = a[H..<2 * H].map(sigmoid)
//: + let f = a[2 * H..<3 * H].map(sigmoid)
//: - let candidate = a[2 * H..<3 * H].map { tanh($0) }
//: + let candidate = a[H..<2 * H].map { tanh($0) }
//: fault the blocks are read in the order of ONNX, i, o, f, c̃
//: - let f = a[H..<2 * H].map(sigmoid)
//: + let f = a[2 * H..<3 * H].map(sigmoid)
//: - let candidate = a[2 * H..<3 * H].map { tanh($0) }
//: + let candidate = a[3 * H..<4 * H].map { tanh($0) }
//: - let o = a[3 * H..<4 * H].map(sigmoid)
//: + let o = a[H..<2 * H].map(sigmoid)
//: fault the blocks of c̃ and o are exchanged
//: - let candidate = a[2 * H..<3 * H].map { tanh($0) }
//: + let candidate = a[3 * H..<4 * H].map { tanh($0) }
//: - let o = a[3 * H..<4 * H].map(sigmoid)
//: + let o = a[2 * H..<3 * H].map(sigmoid)
//: fault the candidate c̃ has the logistic function in place of tanh
//: - let candidate = a[2 * H..<3 * H].map { tanh($0) }
//: + let candidate = a[2 * H..<3 * H].map(sigmoid)
//: fault tanh is forgotten on c: h is o ⊙ c
//: - h.append(o[k] * tanh(c[k]))
//: + h.append(o[k] * c[k])
//: fault h is computed from the old c
//: - h.append(o[k] * tanh(c[k]))
//: + h.append(o[k] * tanh(oldC[k]))
//: fault the bias is missing
//: - let a = b.indices.map { fromInput[$0] + fromState[$0] + b[$0] }
//: + let a = b.indices.map { fromInput[$0] + fromState[$0] }
//: fault the recurrent kernel's blocks are transposed
//: - let fromState = times(oldH, W_h)
//: + let fromState = b.indices.map { n in
//: +   (0..<H).reduce(0.0) { $0 + oldH[$1] * W_h[n % H][n / H * H + $1] }
//: + }
//: fault the old state h does not reach the gates
//: - let fromState = times(oldH, W_h)
//: + let fromState = b.map { _ in 0.0 }
//: fault the memory uses h in place of c
//: - c.append(f[k] * oldC[k] + i[k] * candidate[k])
//: + c.append(f[k] * oldH[k] + i[k] * candidate[k])
//: fault 1 − f is used where f should be
//: - c.append(f[k] * oldC[k] + i[k] * candidate[k])
//: + c.append((1 - f[k]) * oldC[k] + i[k] * candidate[k])
//: fault 1 − f stands in place of i, as if the gates were coupled
//: - c.append(f[k] * oldC[k] + i[k] * candidate[k])
//: + c.append(f[k] * oldC[k] + (1 - f[k]) * candidate[k])
//: fault the blocks are read unit by unit, the gates of a unit side by side
//: - let a = b.indices.map { fromInput[$0] + fromState[$0] + b[$0] }
//: + let y = b.indices.map { fromInput[$0] + fromState[$0] + b[$0] }
//: + let a = b.indices.map { y[$0 % h0.count * 4 + $0 / h0.count] }
// One product makes all four parts: a = x W_x + h W_h + b has 4H numbers, in the blocks i, f, c̃, o. Then i, f and o
// are the logistic function of their blocks, and c̃ is tanh of its block; c_t = f ⊙ c_{t−1} + i ⊙ c̃; h_t = o ⊙
// tanh(c_t). Answer with h_t and c_t, H numbers each.

import Foundation

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// A row vector times a matrix.
func times(_ v: [Double], _ M: [[Double]]) -> [Double] {
  M[0].indices.map { k in v.indices.reduce(0.0) { $0 + v[$1] * M[$1][k] } }
}

func step(x: [Double], h h0: [Double], c c0: [Double], W_x: [[Double]], W_h: [[Double]], b: [Double])
  -> (h: [Double], c: [Double])
{
  let H = h0.count
  var h: [Double] = []
  var c: [Double] = []
  // SOLUTION
  let (oldH, oldC) = (h0, c0)
  let fromInput = times(x, W_x)
  let fromState = times(oldH, W_h)
  let a = b.indices.map { fromInput[$0] + fromState[$0] + b[$0] }
  let i = a[0..<H].map(sigmoid)
  let f = a[H..<2 * H].map(sigmoid)
  let candidate = a[2 * H..<3 * H].map { tanh($0) }
  let o = a[3 * H..<4 * H].map(sigmoid)
  for k in 0..<H {
    c.append(f[k] * oldC[k] + i[k] * candidate[k])
    h.append(o[k] * tanh(c[k]))
  }
  // STARTER
  //> // Write a, its four parts, and the new c and h of each of the H units.
  //> for k in 0..<H {
  //>   c.append(c0[k])
  //>   h.append(h0[k])
  //> }
  // END
  return (h, c)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = step(
    x: input.vector("x"), h: input.vector("h"), c: input.vector("c"), W_x: input.matrix("W_x"),
    W_h: input.matrix("W_h"),
    b: input.vector("b"))
  answer["c"] = result.c
  answer["h"] = result.h
}
