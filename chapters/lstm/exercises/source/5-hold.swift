//: kind experiment
//: title Hold a value for twenty steps
//: goal Find weights that open and shut the gates when they should.
//: minutes 20
//: hint While `write` is 1 the input gate must be near 1 and the forget gate near 0; while it is 0, the other way round.
//: hint The logistic function of 10 is 0.99995, and of −10 it is 0.00005. A bias of −10 and a weight of 20 switch a gate.
//: hint The candidate should be near −1 or 1 for a value of −1 or 1: tanh(3) is 0.995. It reads the value, not `write`.
//: answer held [step]: 1 where c is above 0.8, −1 where it is below −0.8, 0 between: the value written last
//: case write = [21] 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0; value = [21] 1 -1 1 1 -1 -1 -1 -1 -1 -1 1 1 1 -1 1 -1 -1 -1 -1 -1 -1
//: case write = [21] 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0; value = [21] -1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
//: case write = [9] 1 0 0 1 0 0 1 1 0; value = [9] 1 1 -1 -1 1 1 1 -1 1
//: fault the input gate is always open, so that everything is written
//: - let i = Gate(write: 20, value: 0, bias: -10)
//: + let i = Gate(write: 0, value: 0, bias: 10)
//: fault the forget gate never forgets, so that a new value is added to the old one
//: - let f = Gate(write: -20, value: 0, bias: 10)
//: + let f = Gate(write: 0, value: 0, bias: 10)
//: fault the forget gate is not quite 1 while it should hold, so that the memory fades
//: - let f = Gate(write: -20, value: 0, bias: 10)
//: + let f = Gate(write: -5, value: 0, bias: 2)
//: fault the candidate is too small
//: - let candidate = Gate(write: 0, value: 3, bias: 0)
//: + let candidate = Gate(write: 0, value: 0.5, bias: 0)
//: fault the forget gate opens and shuts the wrong way round
//: - let f = Gate(write: -20, value: 0, bias: 10)
//: + let f = Gate(write: 20, value: 0, bias: -10)
// One LSTM unit reads two numbers a step, `write` (0 or 1) and `value` (−1 or 1). Each gate is a function of write · a
// + value · b + bias: the logistic one for i and f, tanh for c̃; c_t = f c_{t−1} + i c̃. Find numbers with which c is,
// at every step, the value that came when `write` was 1 for the last time: above 0.8 for 1, below −0.8 for −1. It must
// hold for twenty steps, whatever the values meanwhile.

struct Gate {
  var write: Double
  var value: Double
  var bias: Double
}

// SOLUTION
let i = Gate(write: 20, value: 0, bias: -10)
let f = Gate(write: -20, value: 0, bias: 10)
let candidate = Gate(write: 0, value: 3, bias: 0)
// STARTER
//> let i = Gate(write: 0, value: 0, bias: 0)
//> let f = Gate(write: 0, value: 0, bias: 1)
//> let candidate = Gate(write: 0, value: 1, bias: 0)
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  func sum(_ gate: Gate, _ write: Double, _ value: Double) -> Double {
    gate.write * write + gate.value * value + gate.bias
  }
  var c = 0.0
  answer["held"] = zip(input.vector("write"), input.vector("value")).map { write, value in
    let keep = 1 / (1 + exp(-sum(f, write, value)))
    let take = 1 / (1 + exp(-sum(i, write, value)))
    c = keep * c + take * tanh(sum(candidate, write, value))
    return c > 0.8 ? 1.0 : c < -0.8 ? -1 : 0
  }
}
