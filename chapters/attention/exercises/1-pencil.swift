// attention/1 · Three to one · predict, 10 minutes
// Goal: Make scores, weights and a weighted mean with a pencil.
//
// Two states, (2, 4) and (4, 0). The score of the first is 0 and that of the second ln 3. What is the second weight?
// What is the weighted mean? And what is it when the second state is padding and masked? Two decimals are enough.
//
// Check this file:  swift run exercises attention/1      A hint:  swift run exercises attention/1 --hint

let second: Double? = nil
let mean: [Double]? = nil
let masked: [Double]? = nil
