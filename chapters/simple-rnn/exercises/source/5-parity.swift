//: kind experiment
//: title Two units that know odd from even
//: goal Choose weights by thought, not by training, and see what a recurrent state can hold.
//: minutes 25
//: hint One unit can compute "the old parity or the new bit", the other "the old parity and the new bit". The parity is the first without the second.
//: hint With large weights tanh is nearly −1 or 1. Then (h[0] − h[1]) / 2, of unit 1 and unit 2, is 1 where h = (1, −1), and 0 where both are equal.
//: hint Put that parity p into the sums: 10 (p + x − 0.5) for "or", 10 (p + x − 1.5) for "and".
//: answer parity [step]: whether the number of ones so far is odd, for this sequence of bits
//: case xs = [8] 1 0 1 1 0 0 1 1
//: case xs = [12] 0 0 1 0 0 0 1 1 1 0 1 0
//: case xs = [24] 1 1 1 1 1 0 0 0 0 0 1 0 1 0 0 1 1 0 1 1 1 0 0 0
//: case xs = [20] 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0
//: fault both units compute "or", so that no parity is left between them
//: - let b: [Double] = [-5, -15]
//: + let b: [Double] = [-5, -5]
//: fault the state is not used: the network answers with the last bit
//: - let W_h: [[Double]] = [[5, 5], [-5, -5]]
//: + let W_h: [[Double]] = [[0, 0], [0, 0]]
//: fault only "or" is read: once a one has come, the answer stays 1
//: - let W_y: [Double] = [0.5, -0.5]
//: + let W_y: [Double] = [1, 0]
//: - let W_h: [[Double]] = [[5, 5], [-5, -5]]
//: + let W_h: [[Double]] = [[10, 10], [0, 0]]
//: fault the answer is upside down: 1 for even
//: - let W_y: [Double] = [0.5, -0.5]
//: + let W_y: [Double] = [-0.5, 0.5]
//: - let b_y = 0.0
//: + let b_y = 1.0
// A simple RNN with two units reads bits, 0 or 1, one a step: h_t = tanh(x_t W_x + h_{t−1} W_h + b), from h_0 = (0, 0).
// Its answer is 1 where h_t · W_y + b_y is above 0.5, else 0. Find numbers with which the answer at every step says
// whether the number of ones so far is odd. W_h[i][k] leads from unit i to unit k.

// SOLUTION
let W_x: [Double] = [10, 10]
let W_h: [[Double]] = [[5, 5], [-5, -5]]
let b: [Double] = [-5, -15]
let W_y: [Double] = [0.5, -0.5]
let b_y = 0.0
// STARTER
//> let W_x: [Double] = [1, 1]
//> let W_h: [[Double]] = [[0, 0], [0, 0]]
//> let b: [Double] = [0, 0]
//> let W_y: [Double] = [0, 0]
//> let b_y = 0.0
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  var h = [0.0, 0.0]
  answer["parity"] = input.vector("xs").map { x in
    h = [0, 1].map { tanh(x * W_x[$0] + h[0] * W_h[0][$0] + h[1] * W_h[1][$0] + b[$0]) }
    return h[0] * W_y[0] + h[1] * W_y[1] + b_y > 0.5 ? 1.0 : 0
  }
}
