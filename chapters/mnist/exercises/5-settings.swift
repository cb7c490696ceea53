// mnist/5 · Digits within a budget · experiment, 20 minutes
// Goal: Find settings with which a small network learns, and see what too large and too small a step do.
//
// A simple RNN reads small generated digits, five rows of three pixels, a row a step, and its last state is read by
// softmax for ten classes. It is trained with plain gradient descent, one digit at a time, on 50 digits with noise.
// Find a number of units, a number of epochs and a rate with which it recognises at least 45 of 50 new digits, with
// two different seeds. The budget: units · epochs ≤ 400, with at most 40 units.
//
// Check this file:  swift run exercises mnist/5      A hint:  swift run exercises mnist/5 --hint

let units = 4
let epochs = 5
let rate = 0.001
