// gru/1 · The two meanings of z · predict, 5 minutes
// Goal: Know which way the update gate turns, and what a reset gate of 0 leaves.
//
// One unit of a GRU has the old state h_{t−1} = 0.6 and the candidate h̃ = −0.2. With this chapter's equation (Keras),
// what is h_t with z = 1, and with z = 0.25? And how many weights and biases has a GRU with D = 4 inputs and H = 7
// units, with one bias for each unit of each block?
//
// Check this file:  swift run exercises gru/1      A hint:  swift run exercises gru/1 --hint

let kept: Double? = nil
let mixed: Double? = nil
let weights: Int? = nil
