// simple-rnn/1 · The shape of each matrix · predict, 5 minutes
// Goal: Derive every shape of a recurrent layer from D and H.
//
// A simple recurrent layer computes h_t = tanh(x_t W_x + h_{t−1} W_h + b), with row vectors. It has H = 7 units and
// reads T = 9 steps of D = 4 numbers. Write the shapes of W_x and W_h as [rows, columns], and the number of all weights
// and biases.
//
// Check this file:  swift run exercises simple-rnn/1      A hint:  swift run exercises simple-rnn/1 --hint

let W_x: [Int] = []
let W_h: [Int] = []
let weights: Int? = nil
