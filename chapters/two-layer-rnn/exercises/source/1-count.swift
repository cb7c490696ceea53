//: kind predict
//: title What the second layer costs
//: goal See that a layer's input size is the number of units below it.
//: minutes 5
//: hint A layer has D·H + H·H + H numbers, where D is the size of what it reads.
//: hint The second layer never sees x. It reads the five numbers of the first layer's state.
//: answer first: the numbers of the first layer: D·H₁ + H₁·H₁ + H₁
//: answer second: the numbers of the second layer: H₁·H₂ + H₂·H₂ + H₂
//: answer states: the numbers that are carried from one step to the next: H₁ + H₂
//: case n = 1
//: fault the second layer reads the first layer's units, not the input
//: - let second: Int? = 5 * 4 + 4 * 4 + 4
//: + let second: Int? = 3 * 4 + 4 * 4 + 4
//: fault the second layer is counted as large as the first one
//: - let second: Int? = 5 * 4 + 4 * 4 + 4
//: + let second: Int? = 3 * 5 + 5 * 5 + 5
//: fault the first layer's biases are not counted
//: - let first: Int? = 3 * 5 + 5 * 5 + 5
//: + let first: Int? = 3 * 5 + 5 * 5
//: fault the second layer's biases are not counted
//: - let second: Int? = 5 * 4 + 4 * 4 + 4
//: + let second: Int? = 5 * 4 + 4 * 4
//: fault only the top layer's state is counted, but each layer carries its own
//: - let states: Int? = 5 + 4
//: + let states: Int? = 4
// Two simple recurrent layers, one on top of the other: D = 3 inputs, H₁ = 5 units below, H₂ = 4 units above. How many
// weights and biases has each layer? How many numbers does the network carry from one step to the next?

// SOLUTION
let first: Int? = 3 * 5 + 5 * 5 + 5
let second: Int? = 5 * 4 + 4 * 4 + 4
let states: Int? = 5 + 4
// STARTER
//> let first: Int? = nil
//> let second: Int? = nil
//> let states: Int? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["first"] = first
  answer["second"] = second
  answer["states"] = states
}
