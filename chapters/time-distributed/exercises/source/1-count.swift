//: kind predict
//: title What one layer at every step costs
//: goal Know which numbers of a TimeDistributed layer depend on the number of steps.
//: minutes 5
//: hint One weight for each pair of an input and an output, and one bias for each output.
//: hint The same weights are used at every step and for every sample. What changes with the steps is the output alone.
//: answer weights: the number of weights and biases: D·C + C
//: answer outputs: the number of numbers that come out: B·T·C
//: answer perStep: the number of products for one sample at one step: D·C
//: case n = 1
//: fault the biases are not counted
//: - let weights: Int? = 2 * 3 + 3
//: + let weights: Int? = 2 * 3
//: fault the weights are counted once for every step, but all steps share them
//: - let weights: Int? = 2 * 3 + 3
//: + let weights: Int? = 5 * (2 * 3 + 3)
//: fault the samples of the batch are not counted in the outputs
//: - let outputs: Int? = 4 * 5 * 3
//: + let outputs: Int? = 5 * 3
//: fault only the last step's outputs are counted, but the layer answers at every step
//: - let outputs: Int? = 4 * 5 * 3
//: + let outputs: Int? = 4 * 3
//: fault the products of all steps are counted
//: - let perStep: Int? = 2 * 3
//: + let perStep: Int? = 5 * 2 * 3
// A dense layer with C = 3 outputs is wrapped in TimeDistributed. It reads B = 4 samples of T = 5 steps with D = 2
// numbers each. How many weights and biases does it have? How many numbers come out for the whole batch? How many
// products of a weight and an input are computed for one sample at one step? Put numbers in place of nil.

// SOLUTION
let weights: Int? = 2 * 3 + 3
let outputs: Int? = 4 * 5 * 3
let perStep: Int? = 2 * 3
// STARTER
//> let weights: Int? = nil
//> let outputs: Int? = nil
//> let perStep: Int? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["weights"] = weights
  answer["outputs"] = outputs
  answer["perStep"] = perStep
}
