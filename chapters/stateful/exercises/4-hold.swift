// stateful/4 · One unit, one bit, a hundred and forty steps · experiment, 15 minutes
// Goal: Find weights with which a unit holds what it has seen once.
//
// A unit reads x_0, which is 0 or 1, and then only zeros: h_t = tanh(a x_t + r h_{t−1} + b), beginning with h = 0. Find
// a, r and b so that at the end it is above 0.8 where x_0 was 1, and below 0.2 where it was 0.
//
// Check this file:  swift run exercises stateful/4      A hint:  swift run exercises stateful/4 --hint

let a = 1.0
let r = 0.5
let b = 0.0
