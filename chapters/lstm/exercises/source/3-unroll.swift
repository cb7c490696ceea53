//: kind find
//: title A loop that loses something
//: goal Carry both parts of an LSTM's state through a loop.
//: minutes 10
//: hint The first step is right. What does the second step begin with?
//: hint An LSTM carries two vectors, h and c. Look for where each is replaced.
//: answer hs [step, unit]: h_t of every step
//: answer c [unit]: c after the last step
//: case xs [4, 2]; h [3]; c [3]; W_x [2, 12]; W_h [3, 12]; b [12]
//: case xs [3, 3]; h [2]; c [2]; W_x [3, 8]; W_h [2, 8]; b [8]
//: delivered c is not carried: every step begins with the initial c
//: - (h, c) = step(x: x, h: h, c: c, W_x: W_x, W_h: W_h, b: b)
//: + (h, c) = step(x: x, h: h, c: c0, W_x: W_x, W_h: W_h, b: b)
//: fault h is not carried: every step begins with the initial h
//: - (h, c) = step(x: x, h: h, c: c, W_x: W_x, W_h: W_h, b: b)
//: + (h, c) = step(x: x, h: h0, c: c, W_x: W_x, W_h: W_h, b: b)
//: fault neither h nor c is carried
//: - (h, c) = step(x: x, h: h, c: c, W_x: W_x, W_h: W_h, b: b)
//: + (h, c) = step(x: x, h: h0, c: c0, W_x: W_x, W_h: W_h, b: b)
//: fault h and c are exchanged
//: - (h, c) = step(x: x, h: h, c: c, W_x: W_x, W_h: W_h, b: b)
//: + (h, c) = step(x: x, h: c, c: h, W_x: W_x, W_h: W_h, b: b)
//: fault the initial state is ignored
//: - var (h, c) = (h0, c0)
//: + var (h, c) = (h0.map { _ in 0.0 }, c0.map { _ in 0.0 })
//: fault c is kept as the output, not h
//: - hs.append(h)
//: + hs.append(c)
// This program runs an LSTM over all steps of xs, from the states h0 and c0. The step is right; the loop around it has
// one mistake, which shows from the second step on. Mend it.

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
    (h, c) = step(x: x, h: h, c: c, W_x: W_x, W_h: W_h, b: b)
    hs.append(h)
  }
  return (hs, c)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = run(
    xs: input.matrix("xs"), h0: input.vector("h"), c0: input.vector("c"), W_x: input.matrix("W_x"),
    W_h: input.matrix("W_h"),
    b: input.vector("b"))
  answer["hs"] = result.hs
  answer["c"] = result.c
}
