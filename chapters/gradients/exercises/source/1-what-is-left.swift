//: kind predict
//: title What is left
//: goal Turn a factor a step into what arrives after many steps.
//: minutes 5
//: hint A factor a step is raised to the power of the number of steps.
//: hint The gate is σ(1) = 1 / (1 + e⁻¹) = 0.731.
//: hint Try the steps one by one: 0.8¹⁰ is 0.107, 0.8²⁰ is 0.012.
//: decimals 2
//: answer linear: 0.9²⁰
//: answer memory: σ(1)⁵
//: answer steps: the first n with 0.8ⁿ < 0.01
//: case n = 1
//: fault the factor is multiplied by the number of steps, not raised to it
//: - let linear: Double? = 0.12
//: + let linear: Double? = 18
//: fault a tenth is taken off twenty times from the whole, not from what is left
//: - let linear: Double? = 0.12
//: + let linear: Double? = -1
//: fault the memory is multiplied by the bias, not by the gate that the bias makes
//: - let memory: Double? = 0.21
//: + let memory: Double? = 1
//: fault the memory is multiplied by the slope of the gate, not by its value
//: - let memory: Double? = 0.21
//: + let memory: Double? = 0
//: fault after twenty steps a little more than a hundredth is left
//: - let steps: Double? = 21
//: + let steps: Double? = 20
// Write three numbers. `linear`: a unit without a function has the weight 0.9; what share of a gradient is left after
// twenty steps (two decimals)? `memory`: an LSTM's forget gate stands at its bias of 1 and all else is zero; what share
// of the memory is left after five steps (two decimals)? `steps`: with a factor of 0.8, after how many steps is less
// than a hundredth left for the first time?

// SOLUTION
let linear: Double? = 0.12
let memory: Double? = 0.21
let steps: Double? = 21
// STARTER
//> let linear: Double? = nil
//> let memory: Double? = nil
//> let steps: Double? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["linear"] = linear
  answer["memory"] = memory
  answer["steps"] = steps
}
