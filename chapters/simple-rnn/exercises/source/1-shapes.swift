//: kind predict
//: title The shape of each matrix
//: goal Derive every shape of a recurrent layer from D and H.
//: minutes 5
//: hint Vectors are rows: x W_x has as many columns as W_x.
//: hint x W_x, h W_h and b are added, so all three have H numbers. The number of steps is in no shape.
//: answer W_x [axis]: the shape of W_x in x_t W_x: [D, H]
//: answer W_h [axis]: the shape of W_h in h_{t−1} W_h: [H, H]
//: answer weights: the number of weights and biases: D·H + H·H + H
//: case n = 1
//: fault W_x has its axes exchanged: vectors are rows here, and x stands on the left
//: - let W_x: [Int] = [4, 7]
//: + let W_x: [Int] = [7, 4]
//: fault W_h reads the state, not the input, so it has H rows
//: - let W_h: [Int] = [7, 7]
//: + let W_h: [Int] = [4, 7]
//: fault the biases are not counted
//: - let weights: Int? = 4 * 7 + 7 * 7 + 7
//: + let weights: Int? = 4 * 7 + 7 * 7
//: fault the recurrent matrix is not counted
//: - let weights: Int? = 4 * 7 + 7 * 7 + 7
//: + let weights: Int? = 4 * 7 + 7
//: fault the weights are counted once for every step
//: - let weights: Int? = 4 * 7 + 7 * 7 + 7
//: + let weights: Int? = 9 * (4 * 7 + 7 * 7 + 7)
// A simple recurrent layer computes h_t = tanh(x_t W_x + h_{t−1} W_h + b), with row vectors. It has H = 7 units and
// reads T = 9 steps of D = 4 numbers. Write the shapes of W_x and W_h as [rows, columns], and the number of all weights
// and biases.

// SOLUTION
let W_x: [Int] = [4, 7]
let W_h: [Int] = [7, 7]
let weights: Int? = 4 * 7 + 7 * 7 + 7
// STARTER
//> let W_x: [Int] = []
//> let W_h: [Int] = []
//> let weights: Int? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["W_x"] = W_x
  answer["W_h"] = W_h
  answer["weights"] = weights
}
