// gradients/1 · What is left · predict, 5 minutes
// Goal: Turn a factor a step into what arrives after many steps.
//
// Write three numbers. `linear`: a unit without a function has the weight 0.9; what share of a gradient is left after
// twenty steps (two decimals)? `memory`: an LSTM's forget gate stands at its bias of 1 and all else is zero; what share
// of the memory is left after five steps (two decimals)? `steps`: with a factor of 0.8, after how many steps is less
// than a hundredth left for the first time?
//
// Check this file:  swift run exercises gradients/1      A hint:  swift run exercises gradients/1 --hint

let linear: Double? = nil
let memory: Double? = nil
let steps: Double? = nil
