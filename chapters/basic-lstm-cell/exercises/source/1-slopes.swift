//: kind predict
//: title Slopes, and what the forget bias keeps
//: goal See why a memory outlives many steps and a plain state does not.
//: minutes 10
//: decimals 2
//: hint tanh's slope is 1 − tanh², the logistic function's slope is σ (1 − σ). At 0 they are easy.
//: hint With all weights and biases 0, only the forget bias is left: f = σ(1) = 0.731. The candidate is tanh(0) = 0.
//: hint The gradient through the memory is multiplied by f at every step.
//: answer tanhSlope: the slope of tanh at 0: 1 − tanh²(0)
//: answer sigmoidSlope: the slope of the logistic function at 0: σ(0) (1 − σ(0))
//: answer memory: c after one step: σ(1) · 2
//: answer gradient: dc_5 / dc_0: f to the fifth power
//: case n = 1
//: fault the logistic function's slope is a quarter at 0, not a half
//: - let sigmoidSlope: Double? = 0.25
//: + let sigmoidSlope: Double? = 0.5
//: fault tanh's slope at 0 is 1; the value of tanh there is 0
//: - let tanhSlope: Double? = 1
//: + let tanhSlope: Double? = 0
//: fault the forget bias of 1 is inside the logistic function: f is σ(1), not 1
//: - let memory: Double? = 2 * 0.7311
//: + let memory: Double? = 2
//: fault the forget bias is missing: with 0 the gate would be a half
//: - let memory: Double? = 2 * 0.7311
//: + let memory: Double? = 1
//: fault the gradient is multiplied by f at every step, five times, not added up
//: - let gradient: Double? = 0.2090
//: + let gradient: Double? = 5 * 0.7
//: fault f is squared once, but it is multiplied five times
//: - let gradient: Double? = 0.2090
//: + let gradient: Double? = 0.73 * 0.73
// All weights and biases of a BasicLSTMCell are 0, and its forget bias is 1. What are the slopes of tanh and of the
// logistic function at 0? One unit remembers c = 2: what is c after one step? And by how much is a gradient multiplied
// on its way through the memory of five steps, dc_5 / dc_0? Two decimals are enough.

// SOLUTION
let tanhSlope: Double? = 1
let sigmoidSlope: Double? = 0.25
let memory: Double? = 2 * 0.7311
let gradient: Double? = 0.2090
// STARTER
//> let tanhSlope: Double? = nil
//> let sigmoidSlope: Double? = nil
//> let memory: Double? = nil
//> let gradient: Double? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["tanhSlope"] = tanhSlope
  answer["sigmoidSlope"] = sigmoidSlope
  answer["memory"] = memory
  answer["gradient"] = gradient
}
