// stateful/4 · One unit, one bit, a hundred and forty steps · experiment, 15 minutes
// Goal: Find weights with which a unit holds what it has seen once.
//
// A unit reads a first number, which is 0 or 1, and then only zeros: h_t = tanh(w_x x_t + w_h h_{t−1} + b), beginning
// with h_0 = 0. Find w_x, w_h and b so that at the end it is above 0.8 where the first number was 1, and below 0.2
// where it was 0.
//
// Check this file:  swift run exercises stateful/4      A hint:  swift run exercises stateful/4 --hint

let w_x = 1.0
let w_h = 0.5
let b = 0.0
