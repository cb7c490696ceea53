// rosetta/1 · Which layout is this? · predict, 10 minutes
// Goal: Recognise a framework by names, shapes and the number of biases.
//
// Four files hold the weights of one LSTM with D = 3 inputs and H = 4 units:
//
// - a: kernel [3, 16], recurrent kernel [4, 16], bias [16]
// - b: kernel [7, 16], bias [16]
// - c: W [1, 16, 3], R [1, 16, 4], B [1, 32]
// - d: weight_ih [16, 3], weight_hh [16, 4], bias_ih [16], bias_hh [16]
//
// Which framework wrote each? Answer with "keras", "tensorflow1", "pytorch" or "onnx". And which of them has its gate
// blocks in the order i, o, f, g?
//
// Check this file:  swift run exercises rosetta/1      A hint:  swift run exercises rosetta/1 --hint

let a = "?"
let b = "?"
let c = "?"
let d = "?"
let order = "?"
