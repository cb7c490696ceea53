// simple-rnn/5 · Two units that know odd from even · experiment, 25 minutes
// Goal: Choose weights by thought, not by training, and see what a recurrent state can hold.
//
// A simple RNN with two units reads bits, 0 or 1, one a step: h_t = tanh(x_t W_x + h_{t−1} W_h + b), from h_0 = (0, 0).
// Its answer is 1 where h_t · W_y + b_y is above 0.5, else 0. Find numbers with which the answer at every step says
// whether the number of ones so far is odd. W_h[i][k] leads from unit i to unit k.
//
// Check this file:  swift run exercises simple-rnn/5      A hint:  swift run exercises simple-rnn/5 --hint

let W_x: [Double] = [1, 1]
let W_h: [[Double]] = [[0, 0], [0, 0]]
let b: [Double] = [0, 0]
let W_y: [Double] = [0, 0]
let b_y = 0.0
