//: kind predict
//: title The two meanings of z
//: goal Know which way the update gate turns, and what a reset gate of 0 leaves.
//: minutes 5
//: decimals 2
//: hint In this chapter's equation the update gate is a share of the old state: h_t = z h_{t−1} + (1 − z) h̃.
//: hint With z = 0.25 a quarter is old and three quarters are new.
//: answer kept: h_t with z = 1: z h_{t−1} + (1 − z) h̃
//: answer mixed: h_t with z = 0.25: z h_{t−1} + (1 − z) h̃
//: answer weights: the number of weights and biases with one bias a block: 3 (D·H + H·H + H)
//: case n = 1
//: fault z is read as the share of the new state, but here it is that of the old one
//: - let kept: Double? = 0.6
//: + let kept: Double? = -0.2
//: - let mixed: Double? = 0.25 * 0.6 + 0.75 * -0.2
//: + let mixed: Double? = 0.75 * 0.6 + 0.25 * -0.2
//: fault old and new are averaged, whatever z is
//: - let mixed: Double? = 0.25 * 0.6 + 0.75 * -0.2
//: + let mixed: Double? = 0.5 * 0.6 + 0.5 * -0.2
//: fault four blocks are counted, but a GRU has three
//: - let weights: Int? = 3 * (4 * 7 + 7 * 7 + 7)
//: + let weights: Int? = 4 * (4 * 7 + 7 * 7 + 7)
//: fault one block is counted, but a GRU has three
//: - let weights: Int? = 3 * (4 * 7 + 7 * 7 + 7)
//: + let weights: Int? = 4 * 7 + 7 * 7 + 7
//: fault the biases are not counted
//: - let weights: Int? = 3 * (4 * 7 + 7 * 7 + 7)
//: + let weights: Int? = 3 * (4 * 7 + 7 * 7)
// One unit of a GRU has the old state h_{t−1} = 0.6 and the candidate h̃ = −0.2. With this chapter's equation (Keras),
// what is h_t with z = 1, and with z = 0.25? And how many weights and biases has a GRU with D = 4 inputs and H = 7
// units, with one bias for each unit of each block?

// SOLUTION
let kept: Double? = 0.6
let mixed: Double? = 0.25 * 0.6 + 0.75 * -0.2
let weights: Int? = 3 * (4 * 7 + 7 * 7 + 7)
// STARTER
//> let kept: Double? = nil
//> let mixed: Double? = nil
//> let weights: Int? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["kept"] = kept
  answer["mixed"] = mixed
  answer["weights"] = weights
}
