//: kind predict
//: title Three to one
//: goal Make scores, weights and a weighted mean with a pencil.
//: minutes 10
//: decimals 2
//: hint The scores are 0 and ln 3. e to them is 1 and 3.
//: hint The weights are 1/4 and 3/4. The mean is 1/4 of the first state and 3/4 of the second, number by number.
//: hint With a mask on the second state, only the first one is left, with the weight 1.
//: answer second: the weight of the second state
//: answer mean [unit]: the weighted mean
//: answer masked [unit]: the mean when the second state is padding
//: case n = 1
//: fault the scores themselves are used as weights
//: - let second: Double? = 0.75
//: + let second: Double? = 1.1
//: fault the weights are exchanged
//: - let second: Double? = 0.75
//: + let second: Double? = 0.25
//: - let mean: [Double]? = [3.5, 1]
//: + let mean: [Double]? = [2.5, 3]
//: fault the plain mean of the states is taken
//: - let mean: [Double]? = [3.5, 1]
//: + let mean: [Double]? = [3, 2]
//: fault the mask acts after the softmax: the first state keeps its quarter
//: - let masked: [Double]? = [2, 4]
//: + let masked: [Double]? = [0.5, 1]
//: fault the weighted sum is not a mean: e to the score is not divided by the sum
//: - let mean: [Double]? = [3.5, 1]
//: + let mean: [Double]? = [14, 4]
// Two states, (2, 4) and (4, 0). The score of the first is 0 and that of the second ln 3. What is the second weight?
// What is the weighted mean? And what is it when the second state is padding and masked? Two decimals are enough.

// SOLUTION
let second: Double? = 0.75
let mean: [Double]? = [3.5, 1]
let masked: [Double]? = [2, 4]
// STARTER
//> let second: Double? = nil
//> let mean: [Double]? = nil
//> let masked: [Double]? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["second"] = second
  answer["mean"] = mean
  answer["masked"] = masked
}
