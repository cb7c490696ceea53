// lstm/1 · What a gate of 0 or 1 does · predict, 5 minutes
// Goal: Read the two equations of the memory with gates wide open and shut.
//
// One unit of an LSTM remembers c_{t−1} = 0.8, and the candidate of this step is c̃ = −0.3. What is c_t with f = 1 and
// i = 0, with f = 0 and i = 1, and with f = i = 1? What is h_t with c_t = 0.8 and o = 0? Two decimals are enough.
//
// Check this file:  swift run exercises lstm/1      A hint:  swift run exercises lstm/1 --hint

let kept: Double? = nil
let replaced: Double? = nil
let added: Double? = nil
let hidden: Double? = nil
