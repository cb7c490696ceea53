//: kind experiment
//: title One unit, one bit, a hundred and forty steps
//: goal Find weights with which a unit holds what it has seen once.
//: minutes 15
//: hint Without input the unit goes h ← tanh(r h). With r below 1 it goes to 0. What happens with r above 1?
//: hint With r = 2 the unit rests at 0.96, at −0.96 and at 0. A state of exactly 0 stays 0.
//: hint The first number must push it far enough from 0: a = 1 or more.
//: answer held [series]: 1 where the state is above 0.8 at the end, 0 where it is below 0.2, else 0.5
//: case first = [4] 1 0 0 1; steps = 140
//: case first = [3] 0 1 1; steps = 1000
//: fault the memory fades: with r = 0.9 nothing is left
//: - let r = 2.0
//: + let r = 0.9
//: fault with r = 1 the memory fades slowly, but it fades
//: - let r = 2.0
//: + let r = 1.0
//: fault the first number does not get in
//: - let a = 2.0
//: + let a = 0.0
//: fault a bias pushes every series to 1
//: - let b = 0.0
//: + let b = 0.5
//: fault the memory has the wrong sign
//: - let a = 2.0
//: + let a = -2.0
// A unit reads x_0, which is 0 or 1, and then only zeros: h_t = tanh(a x_t + r h_{t−1} + b), beginning with h = 0. Find
// a, r and b so that at the end it is above 0.8 where x_0 was 1, and below 0.2 where it was 0.

// SOLUTION
let a = 2.0
let r = 2.0
let b = 0.0
// STARTER
//> let a = 1.0
//> let r = 0.5
//> let b = 0.0
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["held"] = input.vector("first").map { first -> Double in
    var h = 0.0
    for t in 0..<input.integer("steps") { h = tanh(a * (t == 0 ? first : 0) + r * h + b) }
    return h > 0.8 ? 1 : abs(h) < 0.2 ? 0 : 0.5
  }
}
