// two-layer-rnn/1 · What the second layer costs · predict, 5 minutes
// Goal: See that a layer's input size is the number of units below it.
//
// Two simple recurrent layers, one on top of the other: D = 3 inputs, H₁ = 5 units below, H₂ = 4 units above. How many
// weights and biases has each layer? How many numbers does the network carry from one step to the next?
//
// Check this file:  swift run exercises two-layer-rnn/1      A hint:  swift run exercises two-layer-rnn/1 --hint

let first: Int? = nil
let second: Int? = nil
let states: Int? = nil
