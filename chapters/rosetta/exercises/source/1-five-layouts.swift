//: kind predict
//: title Which layout is this?
//: goal Recognise a framework by names, shapes and the number of biases.
//: minutes 10
//: hint Count the biases, and look whether the gates' blocks stand in columns (4H last) or in rows (4H first).
//: hint TensorFlow 1 has one kernel for x and h together: D + H rows. ONNX has a first axis for directions.
//: answer a: kernel [3, 16], recurrent [4, 16], bias [16]
//: answer b: kernel [7, 16], bias [16]
//: answer c: W [1, 16, 3], R [1, 16, 4], B [1, 32]
//: answer d: weight_ih [16, 3], weight_hh [16, 4], bias_ih [16], bias_hh [16]
//: answer order: the framework whose blocks stand in the order i, o, f, g
//: case n = 1
//: fault two tensors for x and h with columns of gates are Keras'; TensorFlow 1 has one kernel for both
//: - let a = "keras"
//: + let a = "tensorflow1"
//: fault a kernel with D + H rows is TensorFlow 1's; Keras keeps x and h apart
//: - let b = "tensorflow1"
//: + let b = "keras"
//: fault a first axis of 1 is that of directions, which ONNX has and PyTorch has not
//: - let c = "onnx"
//: + let c = "pytorch"
//: fault ONNX joins both biases to one tensor; two of them are PyTorch's
//: - let d = "pytorch"
//: + let d = "onnx"
//: fault PyTorch's blocks are i, f, g, o; the output gate comes second in ONNX
//: - let order = "onnx"
//: + let order = "pytorch"
//: fault Keras' blocks are i, f, g, o; the output gate comes second in ONNX
//: - let order = "onnx"
//: + let order = "keras"
// Four files hold the weights of one LSTM with D = 3 inputs and H = 4 units:
//
// - a: kernel [3, 16], recurrent kernel [4, 16], bias [16]
// - b: kernel [7, 16], bias [16]
// - c: W [1, 16, 3], R [1, 16, 4], B [1, 32]
// - d: weight_ih [16, 3], weight_hh [16, 4], bias_ih [16], bias_hh [16]
//
// Which framework wrote each? Answer with "keras", "tensorflow1", "pytorch" or "onnx". And which of them has its gate
// blocks in the order i, o, f, g?

// SOLUTION
let a = "keras"
let b = "tensorflow1"
let c = "onnx"
let d = "pytorch"
let order = "onnx"
// STARTER
//> let a = "?"
//> let b = "?"
//> let c = "?"
//> let d = "?"
//> let order = "?"
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["a"] = a
  answer["b"] = b
  answer["c"] = c
  answer["d"] = d
  answer["order"] = order
}
