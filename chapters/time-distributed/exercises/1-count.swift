// time-distributed/1 · What one layer at every step costs · predict, 5 minutes
// Goal: Know which numbers of a TimeDistributed layer depend on the number of steps.
//
// A dense layer with C = 3 outputs is wrapped in TimeDistributed. It reads B = 4 samples of T = 5 steps with D = 2
// numbers each. How many weights and biases does it have? How many numbers come out for the whole batch? How many
// products of a weight and an input are computed for one sample at one step? Put numbers in place of nil.
//
// Check this file:  swift run exercises time-distributed/1      A hint:  swift run exercises time-distributed/1 --hint

let weights: Int? = nil
let outputs: Int? = nil
let perStep: Int? = nil
