//: kind predict
//: title The shape of each matrix
//: goal Derive every shape of a recurrent layer from D and H.
//: minutes 5
//: hint Vectors are rows: x W has as many columns as W.
//: hint x W, h U and b are added, so all three have H numbers. The number of steps is in no shape.
//: answer W [axis]: the shape of W in x_t W: [D, H]
//: answer U [axis]: the shape of U in h_{t−1} U: [H, H]
//: answer weights: the number of weights and biases: D·H + H·H + H
//: case n = 1
//: fault W has its axes exchanged: vectors are rows here, and x stands on the left
//: - let W: [Int] = [4, 7]
//: + let W: [Int] = [7, 4]
//: fault U reads the state, not the input, so it has H rows
//: - let U: [Int] = [7, 7]
//: + let U: [Int] = [4, 7]
//: fault the biases are not counted
//: - let weights: Int? = 4 * 7 + 7 * 7 + 7
//: + let weights: Int? = 4 * 7 + 7 * 7
//: fault the recurrent matrix is not counted
//: - let weights: Int? = 4 * 7 + 7 * 7 + 7
//: + let weights: Int? = 4 * 7 + 7
//: fault the weights are counted once for every step
//: - let weights: Int? = 4 * 7 + 7 * 7 + 7
//: + let weights: Int? = 9 * (4 * 7 + 7 * 7 + 7)
// A simple recurrent layer computes h_t = tanh(x_t W + h_{t−1} U + b), with row vectors. It has H = 7 units and reads
// T = 9 steps of D = 4 numbers. Write the shapes of W and U as [rows, columns], and the number of all weights and
// biases.

// SOLUTION
let W: [Int] = [4, 7]
let U: [Int] = [7, 7]
let weights: Int? = 4 * 7 + 7 * 7 + 7
// STARTER
//> let W: [Int] = []
//> let U: [Int] = []
//> let weights: Int? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["W"] = W
  answer["U"] = U
  answer["weights"] = weights
}
