// lstm/5 · Hold a value for twenty steps · experiment, 20 minutes
// Goal: Find weights that open and shut the gates when they should.
//
// One LSTM unit reads two numbers a step, `write` (0 or 1) and `value` (−1 or 1). Each gate is a function of write · a
// + value · b + bias: the logistic one for i and f, tanh for c̃; c_t = f c_{t−1} + i c̃. Find numbers with which c is,
// at every step, the value that came when `write` was 1 for the last time: above 0.8 for 1, below −0.8 for −1. It must
// hold for twenty steps, whatever the values meanwhile.
//
// Check this file:  swift run exercises lstm/5      A hint:  swift run exercises lstm/5 --hint

struct Gate {
  var write: Double
  var value: Double
  var bias: Double
}

let i = Gate(write: 0, value: 0, bias: 0)
let f = Gate(write: 0, value: 0, bias: 1)
let candidate = Gate(write: 0, value: 1, bias: 0)
