//: kind experiment
//: title One unit, one bit, a hundred and forty steps
//: goal Find weights with which a unit holds what it has seen once.
//: minutes 15
//: hint Without input the unit goes h ← tanh(w_h h). With w_h below 1 it goes to 0. What happens with w_h above 1?
//: hint With w_h = 2 the unit rests at 0.96, at −0.96 and at 0. A state of exactly 0 stays 0.
//: hint The first number must push it far enough from 0: w_x = 1 or more.
//: answer held [series]: the first number where the last state keeps it, else that state
//: case first = [4] 1 0 0 1; steps = 140
//: case first = [3] 0 1 1; steps = 1000
//: case first = [2] 1 0; steps = 20
//: fault the memory fades: with w_h = 0.9 nothing is left
//: - let w_h = 2.0
//: + let w_h = 0.9
//: fault with w_h = 1 the memory fades slowly, but it fades
//: - let w_h = 2.0
//: + let w_h = 1.0
//: fault the first number does not get in
//: - let w_x = 2.0
//: + let w_x = 0.0
//: fault a bias pushes every series to 1
//: - let b = 0.0
//: + let b = 0.5
//: fault the memory has the wrong sign
//: - let w_x = 2.0
//: + let w_x = -2.0
// A unit reads a first number, which is 0 or 1, and then only zeros: h_t = tanh(w_x x_t + w_h h_{t−1} + b), beginning
// with h_0 = 0. Find w_x, w_h and b so that at the end it is above 0.8 where the first number was 1, and below 0.2
// where it was 0.

// SOLUTION
let w_x = 2.0
let w_h = 2.0
let b = 0.0
// STARTER
//> let w_x = 1.0
//> let w_h = 0.5
//> let b = 0.0
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["held"] = input.vector("first").map { first -> Double in
    var h = 0.0
    for t in 0..<input.integer("steps") { h = tanh(w_x * (t == 0 ? first : 0) + w_h * h + b) }
    let isKept = first == 1 ? h > 0.8 : abs(h) < 0.2
    return isKept ? first : h
  }
}
