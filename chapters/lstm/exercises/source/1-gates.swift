//: kind predict
//: title What a gate of 0 or 1 does
//: goal Read the two equations of the memory with gates wide open and shut.
//: minutes 5
//: decimals 2
//: hint A gate is a share: 1 lets all through, 0 nothing. The forget gate f says how much is kept.
//: hint c_t = f c_{t−1} + i c̃, and h_t = o tanh(c_t). Put the numbers in.
//: answer kept: c_t with f = 1 and i = 0: f c_{t−1} + i c̃
//: answer replaced: c_t with f = 0 and i = 1: f c_{t−1} + i c̃
//: answer added: c_t with f = 1 and i = 1: f c_{t−1} + i c̃
//: answer hidden: h_t with o = 0: o tanh(c_t)
//: case n = 1
//: fault f and i are exchanged: f keeps the old memory, i lets the new one in
//: - let kept: Double? = 0.8
//: + let kept: Double? = -0.3
//: - let replaced: Double? = -0.3
//: + let replaced: Double? = 0.8
//: fault the forget gate is read as a share to forget: f = 1 keeps all
//: - let kept: Double? = 0.8
//: + let kept: Double? = 0
//: fault what is added is the candidate c̃, not its size
//: - let added: Double? = 0.5
//: + let added: Double? = 1.1
//: fault with both gates open old and new are added, not averaged
//: - let added: Double? = 0.5
//: + let added: Double? = 0.25
//: fault an output gate of 0 hides the memory: h is 0, whatever c is
//: - let hidden: Double? = 0
//: + let hidden: Double? = 0.8
//: fault an output gate of 0 hides the memory: h is 0, not tanh(c)
//: - let hidden: Double? = 0
//: + let hidden: Double? = tanh(0.8)
// One unit of an LSTM remembers c_{t−1} = 0.8, and the candidate of this step is c̃ = −0.3. What is c_t with f = 1 and
// i = 0, with f = 0 and i = 1, and with f = i = 1? What is h_t with c_t = 0.8 and o = 0? Two decimals are enough.

// SOLUTION
let kept: Double? = 0.8
let replaced: Double? = -0.3
let added: Double? = 0.5
let hidden: Double? = 0
// STARTER
//> let kept: Double? = nil
//> let replaced: Double? = nil
//> let added: Double? = nil
//> let hidden: Double? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["kept"] = kept
  answer["replaced"] = replaced
  answer["added"] = added
  answer["hidden"] = hidden
}
