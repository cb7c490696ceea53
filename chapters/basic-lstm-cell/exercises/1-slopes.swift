// basic-lstm-cell/1 · Slopes, and what the forget bias keeps · predict, 10 minutes
// Goal: See why a memory outlives many steps and a plain state does not.
//
// All weights and biases of a BasicLSTMCell are 0, and its forget bias is 1. What are the slopes of tanh and of the
// logistic function at 0? One unit remembers c = 2: what is c after one step? And by how much is a gradient multiplied
// on its way through the memory of five steps, dc_5 / dc_0? Two decimals are enough.
//
// Check this file:  swift run exercises basic-lstm-cell/1      A hint:  swift run exercises basic-lstm-cell/1 --hint

let tanhSlope: Double? = nil
let sigmoidSlope: Double? = nil
let memory: Double? = nil
let gradient: Double? = nil
